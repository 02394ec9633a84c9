"""Rooms of an invented hall."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.queue.calling import Lane
from kiosk.checkin.queue.entry import BoardTicket, RoomBoard
from kiosk.checkin.queue.place import PlaceState

AT = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

MakeRoom = Callable[..., RoomBoard]


@pytest.fixture
def clinic() -> Clinic:
    return load_clinic(Path(__file__).parents[2] / "config/clinics/mau.toml")


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def make_room(clinic: Clinic) -> MakeRoom:
    """A room: who is called how often, who is inside, who comes next."""

    def make(
        at: int = 0,
        *called: tuple[str, int],
        inside: tuple[str, ...] = (),
        coming: tuple[str, ...] = (),
        is_open: bool = True,
        name: str = "",
        waiting: int | None = None,
    ) -> RoomBoard:
        now = [BoardTicket(ticket, PlaceState.CALLED, Lane.NORMAL, name, times) for ticket, times in called]
        now += [BoardTicket(ticket, PlaceState.IN_ROOM, Lane.NORMAL, name, 1) for ticket in inside]
        after = tuple(BoardTicket(ticket, PlaceState.WAITING, Lane.NORMAL) for ticket in coming)
        left = len(coming) if waiting is None else waiting
        return RoomBoard(clinic.rooms[at], is_open, None, tuple(now), after, left)

    return make
