"""Today's tables: made at once, or reached from the first release's, all or nothing, by one desk of many."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store import migrations, schema
from kiosk.checkin.store.migrations import revisions
from kiosk.checkin.store.schema import alembic_version, metadata
from kiosk.checkin.store.store import open_store
from kiosk.checkin.store.tables import journal, print_log
from kiosk.failure import FailureCode, KioskError

Requests = Callable[..., CheckInRequest]
Tables = Callable[[str], dict[str, Any]]

FIRST_RELEASE = Path(__file__).with_name("first_release.sql").read_text("utf-8")
THAT_DAY = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
DATABASES = ["sqlite", "postgresql"]

pytestmark = pytest.mark.both_databases


@pytest.fixture
def old_url(database: str, file: Path, request: pytest.FixtureRequest) -> str:
    """A database of the first release: its file, or the same tables on a server."""
    if database == "sqlite":
        file.parent.mkdir()
        with closing(sqlite3.connect(file)) as made:
            made.executescript(FIRST_RELEASE)
        return f"sqlite:///{file}"
    url = str(request.getfixturevalue("make_database")(empty=True))
    rows = FIRST_RELEASE[FIRST_RELEASE.index("INSERT") : FIRST_RELEASE.index("CREATE TRIGGER")]
    with bare(url) as connection:
        run_revision(connection, "0001")
        alembic_version.drop(connection)
        connection.exec_driver_sql(rows.replace("X'", r"'\x"))
    return url


def run_revision(connection: Connection, to: str) -> None:
    """Runs the revisions up to this one in a database without any table."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


@pytest.fixture
def new_url(database: str, file: Path, request: pytest.FixtureRequest) -> str:
    """A database in which nothing is yet."""
    if database == "sqlite":
        file.parent.mkdir()
        return f"sqlite:///{file}"
    return str(request.getfixturevalue("make_database")(empty=True))


class bare:  # noqa: N801 - used like a function
    """The database as it is, without a look at its tables; committed when the block ends."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url.replace("postgresql:", "postgresql+pg8000:"))

    def __enter__(self) -> Connection:
        self._begun = self._engine.begin()
        return self._begun.__enter__()

    def __exit__(self, *how: Any) -> None:
        self._begun.__exit__(*how)
        self._engine.dispose()


def shape(connection: Connection) -> dict[str, str]:
    """Every table, index, trigger and function as the database itself writes it."""
    if connection.dialect.name == "sqlite":
        kept = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    else:
        kept = connection.exec_driver_sql(
            """
            SELECT table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable,
                column_default, collation_name)
                FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            """
        )
    return {str(name): _written_alike(str(sql)) for name, sql in kept}


def _written_alike(sql: str) -> str:
    """Without the statement's spaces, and whatever the order in which a table's columns and constraints were named."""
    written = re.sub(r"\s+", " ", sql).replace('"', "").replace("( ", "(").replace(" )", ")")
    if table := re.fullmatch(r"(CREATE TABLE \w+ )\((.*)\)(.*)", written):
        return table[1] + ", ".join(sorted(re.split(r", (?![^(]*\))", table[2]))) + table[3]
    return written


def test_migrated_database_is_what_a_new_one_is(old_url: str, new_url_beside: str) -> None:
    open_store(old_url).close()
    open_store(new_url_beside).close()
    with bare(old_url) as old, bare(new_url_beside) as new:
        assert compare_metadata(MigrationContext.configure(old), metadata) == []
        assert compare_metadata(MigrationContext.configure(new), metadata) == []
        assert shape(old) == shape(new)


@pytest.fixture
def new_url_beside(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Another new database."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'beside' / 'new.db'}"
    return str(request.getfixturevalue("make_database")(empty=True))


def test_first_revision_says_what_the_first_release_made(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "made.db")) as made:
        made.executescript(FIRST_RELEASE)
    with bare(f"sqlite:///{tmp_path / 'said.db'}") as said:
        run_revision(said, "0001")
        alembic_version.drop(said)
        with bare(f"sqlite:///{tmp_path / 'made.db'}") as made_by_it:
            assert shape(said) == shape(made_by_it)


def test_nothing_that_was_kept_is_lost_and_numbers_go_on(
    old_url: str, clinic: Clinic, clock: Any, request_for: Requests
) -> None:
    clock.now = THAT_DAY
    with open_store(old_url) as store:
        kept = SqlJournal(store, clinic, clock)
        again = kept.check_in(request_for(1, "nhi"))
        assert (again.ticket, again.repeated, again.visit_id) == ("B001", True, "a" * 32)
        assert kept.check_in(request_for(3, "nhi")).ticket == "B003"
        kept.verify()
        with store.transaction(reading=True) as connection:
            assert connection.execute(select(print_log.c.outcome)).scalars().all() == ["printed"]


def test_tables_that_a_release_in_between_made_are_left_as_they_are(
    old_url: str, clinic: Clinic, clock: Any, request_for: Requests
) -> None:
    with bare(old_url) as connection:
        metadata.tables["duty_log"].create(connection)
        connection.execute(
            metadata.tables["duty_log"].insert().values(id=1, at="2026-08-03", subject="s", happened="tried")
        )
    with open_store(old_url) as store, store.transaction(reading=True) as connection:
        assert connection.execute(select(metadata.tables["duty_log"].c.subject)).scalars().all() == ["s"]


def test_migrations_lead_to_the_revision_that_the_program_knows() -> None:
    assert revisions()[0] == schema.HEAD
    assert revisions()[-1] == schema.FIRST_RELEASE


def test_database_that_is_up_to_date_is_opened_without_alembic(store_url: str) -> None:
    open_store(store_url).close()
    program = (
        "import sys; from kiosk.checkin.store.store import open_store; "
        f"open_store({store_url!r}).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-W", "error", "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (alembic_version.update().values(version_num="0099"), "revision 0099"),
        (alembic_version.delete(), "schema version 2"),
    ],
)
def test_database_of_a_newer_program_is_refused_and_left_as_it_was(new_url: str, change: Any, told: str) -> None:
    open_store(new_url).close()
    with bare(new_url) as connection:
        connection.execute(change)
        connection.execute(text("CREATE TABLE of_the_newer (x INTEGER)"))
        before = shape(connection)
    with pytest.raises(KioskError, match=told) as caught:
        open_store(new_url)
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE
    with bare(new_url) as connection:
        assert shape(connection) == before


def test_first_releases_program_refuses_what_was_migrated(old_url: str) -> None:
    open_store(old_url).close()
    with bare(old_url) as connection:
        assert connection.execute(select(journal.c.schema_version)).scalar_one() != 1, "which is all that it looks at"


def test_migration_that_fails_in_its_middle_leaves_the_old_tables(old_url: str) -> None:
    with bare(old_url) as connection:
        before = shape(connection)

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "recheck_due" in statement:
            raise sqlite3.OperationalError("the plug is pulled")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises((sqlite3.OperationalError, DBAPIError, KioskError)):
            open_store(old_url)
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    with bare(old_url) as connection:
        assert shape(connection) == before
    open_store(old_url).close()


@pytest.mark.usefixtures("patient_desks")
@pytest.mark.parametrize("old", [True, False], ids=["first-release", "new"])
def test_four_desks_that_come_at_once_make_the_tables_once(
    old: bool, database: str, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue("old_url" if old else "new_url"))
    made: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE" in statement and "recheck" in statement:
            made.append(statement)

    together = Barrier(4)

    def open_one(_: int) -> None:
        together.wait()
        open_store(url).close()

    event.listen(Engine, "before_cursor_execute", count)
    try:
        with ThreadPoolExecutor(4) as desks:
            list(desks.map(open_one, range(4)))
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert len(made) == 1
    with bare(url) as connection:
        assert connection.execute(select(alembic_version.c.version_num)).scalars().all() == [schema.HEAD]
        assert len(connection.execute(select(journal)).all()) == 1
