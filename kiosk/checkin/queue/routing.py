"""Which room a visit goes to: the open one where the fewest minutes of work wait per doctor. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.clinic import Room


@dataclass(frozen=True, slots=True)
class RoomDay:
    """A room today.

    `work_min`: the minutes that those who wait, are called or are in the room take together. `staff_open`: what staff
    set for today; None: what its hours say. `capacity`: how many doctors see people.
    """

    room: Room
    work_min: float = 0.0
    staff_open: bool | None = None
    capacity: int = 1

    def is_open(self, at: datetime) -> bool:
        """Whether people are called there now."""
        return self.room.hours.is_open(at) if self.staff_open is None else self.staff_open

    def opens_at(self, at: datetime) -> datetime | None:
        """When it opens: None where it is open, or where nobody knows. Closed by staff, it is closed all day."""
        if self.is_open(at):
            return None
        local = in_clinic(at)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
        return self.room.hours.next_opening(at if self.staff_open is None else tomorrow)

    @property
    def load_min(self) -> float:
        """Minutes of work per doctor."""
        return self.work_min / self.capacity


def route(rooms: Sequence[RoomDay], at: datetime) -> RoomDay:
    """The least loaded open one; the one that opens first where all are closed. Equal ones go by their order."""
    if ready := [one for one in rooms if one.is_open(at)]:
        return min(ready, key=lambda one: one.load_min)
    return min(rooms, key=lambda one: ((one.opens_at(at) or datetime.max.replace(tzinfo=at.tzinfo)), one.load_min))
