"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy has for each apart."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert


def upsert(connection: Connection, table: Table) -> "sqlite.Insert | PostgresInsert":
    """An INSERT for this connection's database that can say what happens where the row is there already."""
    return upsert_for(connection.dialect.name, table)


def upsert_for(database: str, table: Table) -> "sqlite.Insert | PostgresInsert":
    """The same for `sqlite` or `postgresql`."""
    if database != "postgresql":
        return sqlite.insert(table)
    # Imported here: a kiosk with its own file starts quicker without all those drivers.
    from sqlalchemy.dialects.postgresql import insert

    return insert(table)
