"""What each patient was told about their data, and answered."""

from sqlalchemy import JSON, Column, ForeignKey, String, Table

from kiosk.checkin.store.metadata import metadata

visit_notice = Table(
    "visit_notice",
    metadata,
    Column("visit_id", ForeignKey("visit.visit_id"), primary_key=True),
    Column("version", String(32), nullable=False),
    Column("language", String(2), nullable=False),
    # Side purposes: which, the text that was read, yes or no.
    Column("answers", JSON, nullable=False),
)
