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
    Column("service_code", String(32), nullable=False),
    Column("room_code", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    # Smaller goes first: 0 emergency, 1 priority by law, 2 in turn.
    Column("lane", Integer, nullable=False),
    Column("priority", String(24), nullable=False),
    # What the priority rests on, who set it and why; empty: nobody claims one.
    Column("priority_basis", String(16), nullable=False),
    Column("priority_by", String(64), nullable=False),
    Column("priority_why", String, nullable=False),
    # Moments are milliseconds since 1970: texts of different zones do not sort.
    Column("arrived_ms", BigInteger, nullable=False),
    # The place within the lane, smallest first: `place_ms`, then `behind_ms`, then `number`. Who is put behind somebody
    # takes that one's `place_ms` and has the moment of it in `behind_ms`; 0: nobody was passed over.
    Column("place_ms", BigInteger, nullable=False),
    Column("behind_ms", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("called_ms", BigInteger),
    Column("entered_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("calls", Integer, nullable=False),
    Column("skips", Integer, nullable=False),
    # The room's turn before this visit was called, for taking the call back.
    Column("turn_before", Integer),
    # With the service at its end nobody has to read the rows to count who waits for what.
    Index(
        "queue_place_of_room",
        "business_day",
        "room_code",
        "state",
        "lane",
        "place_ms",
        "behind_ms",
        "number",
        "service_code",
    ),
    Index("queue_place_by_end", "business_day", "ended_ms"),
)

queue_event = Table(
    "queue_event",
    metadata,
    Column("id", Integer, primary_key=True),
    # None: it is about the room itself.
    Column("visit_id", ForeignKey("visit.visit_id")),
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
    # How far the alternation of lanes is: 0 at its beginning, see `kiosk.checkin.queue.calling`.
    Column("turn", Integer, nullable=False),
    # What staff set for today; None: what the clinic's file says.
    Column("open", Boolean),
    Column("capacity", Integer),
)

append_only(queue_event)
