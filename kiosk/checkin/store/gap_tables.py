"""Numbers that were given and whose visits this database does not have: after damage, or a backup put back."""

from sqlalchemy import Column, Date, Integer, String, Table

from kiosk.checkin.store.metadata import append_only, metadata

number_gap = Table(
    "number_gap",
    metadata,
    Column("business_day", Date, primary_key=True),
    Column("prefix", String(2), primary_key=True),
    # From here …
    Column("first", Integer, primary_key=True, autoincrement=False),
    # … to here a number may lie in somebody's hand: it is not given again. Those at the end perhaps never were.
    Column("last", Integer, nullable=False),
    Column("noted_at", String(40), nullable=False),
)

append_only(number_gap)
"""Rows stay when `kiosk store recover` brings visits back: what is still missing are the numbers without one."""
