"""The desks' tables: which numbers a desk may give while the shared store is away, and what came from it later."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from kiosk.checkin.store.metadata import append_only, metadata

number_range = Table(
    "number_range",
    metadata,
    # Numbers of the prefix for the time away that one desk alone gives, each day anew; nobody else ever has them.
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    Column("desk", String(32), nullable=False),
    # Of the desk's own file: with a new file a desk gets new numbers, for it no longer knows what it gave.
    Column("spool_id", String(32), nullable=False),
    Column("taken_at", String(40), nullable=False),
)

merged_visit = Table(
    "merged_visit",
    metadata,
    Column("visit_id", ForeignKey("visit.visit_id"), primary_key=True),
    Column("desk", String(32), nullable=False),
    Column("merged_at", String(40), nullable=False),
    # The visit of the same person, day and service that the shared store already had.
    Column("same_as", ForeignKey("visit.visit_id")),
)

append_only(merged_visit)
