"""The journal's tables and statements are those of a server database too."""

import re

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from kiosk.checkin.store.schema import metadata

DIALECTS = [postgresql.dialect(), sqlite.dialect()]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("dialect", DIALECTS, ids=["postgresql", "sqlite"])
def test_every_table_can_be_made_in_both_databases(dialect: Dialect) -> None:
    for table in metadata.sorted_tables:
        statement = str(CreateTable(table).compile(dialect=dialect))
        assert re.search(rf"CREATE TABLE {table.name} \(", statement)
    first_release = {"journal", "ticket_counter", "visit", "print_log", "visit_person"}
    assert first_release < set(metadata.tables), "tables are added, never taken away"


@pytest.mark.parametrize("dialect", DIALECTS, ids=["postgresql", "sqlite"])
def test_number_is_taken_by_one_statement_in_both_databases(dialect: Dialect) -> None:
    from kiosk.checkin.journal import next_number_statement

    statement = str(next_number_statement(dialect.name).compile(dialect=dialect))
    assert re.search(r"INSERT .* ON CONFLICT .* DO UPDATE SET last = .*last \+ .* RETURNING", statement, re.DOTALL)
