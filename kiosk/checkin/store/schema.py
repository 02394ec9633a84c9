"""The tables as today's program knows them."""

import secrets

from sqlalchemy import Connection, select

from kiosk.checkin.store import audit_tables, desk_tables, queue_tables  # noqa: F401 - their tables are of the schema
from kiosk.checkin.store.metadata import metadata as metadata
from kiosk.checkin.store.tables import SCHEMA_VERSION, journal
from kiosk.failure import FailureCode, KioskError


def bring_up_to_date(connection: Connection) -> None:
    """Makes the tables that are not there, all or nothing.

    Raises:
        KioskError: STORE_UNAVAILABLE: a newer program made them.
    """
    metadata.create_all(connection)
    version = connection.execute(select(journal.c.schema_version)).scalar_one_or_none()
    if version is None:
        salt = secrets.token_bytes(32)
        connection.execute(journal.insert().values(schema_version=SCHEMA_VERSION, person_salt=salt))
    elif version != SCHEMA_VERSION:
        detail = f"schema version {version}, this program knows {SCHEMA_VERSION}"
        raise KioskError(FailureCode.STORE_UNAVAILABLE, detail)
