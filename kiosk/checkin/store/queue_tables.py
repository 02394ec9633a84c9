"""The queues' tables: where each visit waits or is, and what happened to it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from kiosk.checkin.store.metadata import append_only, metadata

queue_place = Table(
    "queue_place",
    metadata,
    # Where a visit stands now; how it came there is in `queue_event`.
    Column("visit_id", ForeignKey("visit.visit_id"), primary_key=True),
    Column("business_day", Date, nullable=False),
    Column("room_code", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    # Smaller goes first: 0 emergency, 1 priority by law, 2 in turn.
    Column("lane", Integer, nullable=False),
    Column("priority", String(24), nullable=False),
    # Moments are milliseconds since 1970: texts of different zones do not sort.
    Column("waiting_since_ms", BigInteger, nullable=False),
    Column("called_ms", BigInteger),
    Column("entered_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("calls", Integer, nullable=False),
    Index("queue_place_of_room", "business_day", "room_code", "state", "lane", "waiting_since_ms"),
    Index("queue_place_by_call", "business_day", "called_ms"),
)

queue_event = Table(
    "queue_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.visit_id"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("happened", String(16), nullable=False),
    Column("room_code", String(8), nullable=False),
    # An officer's id, or the desk's name where nobody is signed in.
    Column("by", String(64), nullable=False),
    Column("reason", String, nullable=False),
    Index("queue_event_of_visit", "visit_id", "id"),
)

room_turn = Table(
    "room_turn",
    metadata,
    # Whose turn it is in a room: its row is locked while the next one is called, so nobody is called twice.
    Column("business_day", Date, primary_key=True),
    Column("room_code", String(8), primary_key=True),
    Column("priority_run", Integer, nullable=False),
    Column("normal_run", Integer, nullable=False),
    # What staff set for today; None: what the clinic's file says.
    Column("open", Boolean),
    Column("capacity", Integer),
)

append_only(queue_event)
