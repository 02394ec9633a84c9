"""A place as a row of `queue_place`, and back; the history beside it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, tuple_, update

from kiosk.checkin.business_day import CLINIC_ZONE
from kiosk.checkin.queue.calling import Lane
from kiosk.checkin.queue.place import Act, Place, PlaceState
from kiosk.checkin.record import Priority, PriorityBasis, PriorityClaim
from kiosk.checkin.store.queue_tables import queue_event, queue_place

LANE_ORDER = (queue_place.c.place_ms, queue_place.c.behind_ms, queue_place.c.number)
"""First come, first called."""


# Made once: a check-in has no time to put statements together.
_NEW_PLACE = insert(queue_place)
_NEW_EVENT = insert(queue_event)


def place_row(place: Place, day: date) -> dict[str, Any]:
    """The row that keeps a place."""
    claim = place.claim
    return {
        "visit_id": place.visit_id,
        "business_day": day,
        "service_code": place.service_code,
        "room_code": place.room_code,
        "state": place.state.value,
        "lane": place.lane.value,
        "priority": (claim.priority if claim else Priority.NONE).value,
        "priority_basis": claim.basis.value if claim else "",
        "priority_by": claim.by if claim else "",
        "priority_why": claim.why if claim else "",
        "arrived_ms": place.arrived_ms,
        "place_ms": place.place_ms,
        "behind_ms": place.behind_ms,
        "number": place.number,
        "called_ms": place.called_ms,
        "entered_ms": place.entered_ms,
        "ended_ms": place.ended_ms,
        "calls": place.calls,
        "skips": place.skips,
        "turn_before": place.turn_before,
    }


def place_of(row: RowMapping) -> Place:
    """A kept place."""
    basis = row["priority_basis"]
    return Place(
        visit_id=row["visit_id"],
        service_code=row["service_code"],
        room_code=row["room_code"],
        state=PlaceState(row["state"]),
        lane=Lane(row["lane"]),
        arrived_ms=row["arrived_ms"],
        place_ms=row["place_ms"],
        number=row["number"],
        behind_ms=row["behind_ms"],
        claim=PriorityClaim(
            Priority(row["priority"]), PriorityBasis(basis), row["priority_by"], row["priority_why"]
        ) if basis else None,
        called_ms=row["called_ms"],
        entered_ms=row["entered_ms"],
        ended_ms=row["ended_ms"],
        calls=row["calls"],
        skips=row["skips"],
        turn_before=row["turn_before"],
    )  # fmt: skip


def locked_place(connection: Connection, visit_id: str) -> tuple[Place, date] | None:
    """A visit's place and its day, for this transaction alone; None: it is in no queue."""
    kept = select(queue_place).where(queue_place.c.visit_id == visit_id).with_for_update()
    row = connection.execute(kept).mappings().first()
    return None if row is None else (place_of(row), row["business_day"])


def keep_new_place(connection: Connection, place: Place, day: date) -> None:
    """Writes the place of a visit that has none yet."""
    connection.execute(_NEW_PLACE, place_row(place, day))


def keep_place(connection: Connection, place: Place, day: date) -> None:
    """Writes what became of a place."""
    connection.execute(
        update(queue_place).where(queue_place.c.visit_id == place.visit_id).values(place_row(place, day))
    )


def waiting_before(connection: Connection, place: Place, day: date) -> int:
    """How many wait in the same room and lane before this place."""
    kept = queue_place.c
    before = tuple_(*LANE_ORDER) < (place.place_ms, place.behind_ms, place.number)
    counted = select(func.count()).where(
        kept.business_day == day,
        kept.room_code == place.room_code,
        kept.state == PlaceState.WAITING.value,
        kept.lane == place.lane.value,
        before,
        kept.visit_id != place.visit_id,
    )
    return int(connection.execute(counted).scalar_one())


def keep_event(connection: Connection, act: Act, place: Place, at_ms: int, by: str, reason: str = "") -> None:
    """Adds to the history what happened to a visit, who did it and why."""
    keep_history(connection, act.value, at_ms, place.room_code, place.visit_id, by, reason)


def keep_history(
    connection: Connection, happened: str, at_ms: int, room_code: str, visit_id: str | None, by: str, reason: str = ""
) -> None:
    """The same of a visit by its id; None: of the room itself."""
    about = {"visit_id": visit_id, "at_ms": at_ms, "room_code": room_code}
    connection.execute(_NEW_EVENT, {"happened": happened, "by": by, "reason": reason, **about})


def moment(at_ms: int) -> datetime:
    """A kept moment by the clinic's clock."""
    return datetime.fromtimestamp(at_ms / 1000, CLINIC_ZONE)
