"""The hall's board as it is shown, and which calls are new. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.checkin.clinic import Room
from kiosk.checkin.queue.entry import BoardTicket, RoomBoard
from kiosk.checkin.queue.place import PlaceState
from kiosk.text import Language, say
from kiosk.text.spoken import spoken_ticket

_TIMES_SPOKEN = 2
"""A hall does not hear the first time."""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody is called: the ticket, the room, and the how-manyth time it is."""

    ticket: str
    room: Room
    times: int

    def spoken(self, language: Language) -> str:
        """What the hall hears, twice."""
        sentence = say(
            "board.spoken",
            language,
            ticket=spoken_ticket(self.ticket, language),
            room=self.room.name[language],
            place=self.room.place[language],
        )
        return " ".join([sentence] * _TIMES_SPOKEN)


@dataclass(frozen=True, slots=True)
class BoardShown:
    """The whole board at one moment. `is_stale`: the store did not answer, and this is how it was before.

    `rooms` are those that anybody waits for, is called to, or may come to today.
    """

    rooms: tuple[RoomBoard, ...]
    at: datetime
    is_stale: bool = False


def shown(rooms: Sequence[RoomBoard], at: datetime) -> BoardShown:
    """Rooms that are closed and where nobody is left are not shown."""
    return BoardShown(tuple(room for room in rooms if room.is_open or room.now or room.waiting), at)


def called(room: RoomBoard) -> tuple[BoardTicket, ...]:
    """Who should come to this room now, the last called first; whoever is inside has found it."""
    return tuple(ticket for ticket in room.now if ticket.state is PlaceState.CALLED)


class Announcer:
    """Knows which calls the hall has heard; each call and each recall is announced once.

    What was called before the board began is shown and not called out again: a board that starts anew at noon must not
    read out the morning.
    """

    def __init__(self) -> None:
        self._heard: dict[tuple[str, str], int] | None = None

    def news(self, board: BoardShown) -> tuple[Call, ...]:
        """The calls that are new on this board, in the order of its rooms."""
        now = {
            (ticket.ticket, room.room.code): (ticket.calls, room.room)
            for room in board.rooms
            for ticket in called(room)
        }
        heard = self._heard
        self._heard = {key: times for key, (times, _) in now.items()}
        if heard is None:
            return ()
        return tuple(
            Call(ticket, room, times)
            for (ticket, code), (times, room) in now.items()
            if times > heard.get((ticket, code), 0)
        )
