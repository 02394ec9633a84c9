"""The tables as today's program knows them, and how an older database becomes one of today's."""

import secrets

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect, select, text

from kiosk.checkin.store import (  # noqa: F401 - their tables are of the schema
    audit_tables,
    desk_tables,
    gap_tables,
    notice_tables,
    queue_tables,
    records_tables,
)
from kiosk.checkin.store.metadata import metadata as metadata
from kiosk.checkin.store.tables import SCHEMA_VERSION, journal
from kiosk.failure import FailureCode, KioskError

HEAD = "0002"
"""The newest revision in `migrations`."""
FIRST_RELEASE = "0001"
_FIRST_RELEASES_VERSION = 1

_MIGRATION_LOCK = 0x6B696F736B  # "kiosk": one number for all programs that share a server's database

# Alembic's own table, declared here so that a database that is up to date is known without loading Alembic.
alembic_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32)),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def is_up_to_date(connection: Connection) -> bool:
    """Whether nothing is to be done to the tables."""
    return _revision(connection) == HEAD


def bring_up_to_date(connection: Connection) -> None:
    """Makes the tables, or brings an older program's to today's, in the caller's transaction: all or nothing.

    Of desks that come at the same moment one does it; the others wait and find it done.

    Raises:
        KioskError: STORE_UNAVAILABLE: a newer program made them; nothing was changed.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
    revision = _revision(connection)
    if revision == HEAD:
        return
    if revision is None and not inspect(connection).has_table(journal.name):
        _make(connection)
        return
    if revision is None:
        version = connection.execute(select(journal.c.schema_version)).scalar_one_or_none()
        if version != _FIRST_RELEASES_VERSION:
            raise _newer(f"schema version {version}")
    # Imported here: a kiosk whose database is up to date starts quicker without it.
    from kiosk.checkin.store.migrations import migrate, revisions

    if revision is not None and revision not in revisions():
        raise _newer(f"revision {revision}")
    migrate(connection, revision or FIRST_RELEASE, to=HEAD)


def _revision(connection: Connection) -> str | None:
    """The revision that the database is at; None: it knows of none."""
    if not inspect(connection).has_table(alembic_version.name):
        return None
    return connection.execute(select(alembic_version.c.version_num)).scalar_one_or_none()


def _make(connection: Connection) -> None:
    """A new database gets today's tables at once: tests hold them against those that migrations lead to."""
    metadata.create_all(connection)
    alembic_version.create(connection)
    connection.execute(alembic_version.insert().values(version_num=HEAD))
    salt = secrets.token_bytes(32)
    connection.execute(journal.insert().values(schema_version=SCHEMA_VERSION, person_salt=salt))


def _newer(found: str) -> KioskError:
    return KioskError(FailureCode.STORE_UNAVAILABLE, f"{found}; this program knows up to {HEAD}")
