"""Where a visit stands in its queue, and which acts move it from there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from kiosk.checkin.queue.calling import Lane
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.record import Priority, PriorityClaim
from kiosk.privacy import Personal
from kiosk.text import Language, say


class PlaceState(StrEnum):
    """How far a visit is."""

    WAITING = "waiting"
    CALLED = "called"
    IN_ROOM = "in-room"
    DONE = "done"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"

    @property
    def is_live(self) -> bool:
        """Whether the visit still takes part in the day."""
        return self in LIVE


LIVE = frozenset({PlaceState.WAITING, PlaceState.CALLED, PlaceState.IN_ROOM})


class Act(StrEnum):
    """What happens to a visit; the value is what `queue_event` keeps.

    PUT_BACK is a NO_SHOW that waits again, DAY_CLOSED what midnight does to whoever is still there.
    """

    ARRIVE = "arrive"
    CALL = "call"
    RECALL = "recall"
    UNDO_CALL = "undo-call"
    ENTER = "enter"
    FINISH = "done"
    NO_SHOW = "no-show"
    PUT_BACK = "put-back"
    CANCEL = "cancel"
    MOVE = "move"
    RETURN = "return"
    PRIORITY = "priority"
    DAY_CLOSED = "day-closed"


class RoomAct(StrEnum):
    """What staff do with a room for today."""

    OPEN = "room-open"
    CLOSE = "room-close"
    AS_WRITTEN = "room-as-written"


@dataclass(frozen=True, slots=True, repr=False)
class Place(Personal):
    """A visit's place. Moments are milliseconds since 1970; None: it did not happen.

    `place_ms`, `behind_ms` and `number` order a lane. `calls` counts all calls, `skips` how often nobody came.
    `turn_before` is the room's turn before the last call.
    """

    visit_id: str
    service_code: str
    room_code: str
    state: PlaceState
    lane: Lane
    arrived_ms: int
    place_ms: int
    number: int
    behind_ms: int = 0
    claim: PriorityClaim | None = None
    called_ms: int | None = None
    entered_ms: int | None = None
    ended_ms: int | None = None
    calls: int = 0
    skips: int = 0
    turn_before: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that is not possible where the visit stands."""

    act: Act
    state: PlaceState

    def told(self, language: Language) -> str:
        """For staff: how far the visit is, and what therefore is not possible."""
        act = say(f"queue.act.{self.act.value}", language)
        return say("queue.refused", language, state=say(f"queue.state.{self.state.value}", language), act=act)


MOVES: Mapping[tuple[PlaceState, Act], PlaceState] = MappingProxyType(
    {
        (PlaceState.WAITING, Act.CALL): PlaceState.CALLED,
        (PlaceState.WAITING, Act.CANCEL): PlaceState.CANCELLED,
        (PlaceState.WAITING, Act.MOVE): PlaceState.WAITING,
        (PlaceState.WAITING, Act.PRIORITY): PlaceState.WAITING,
        (PlaceState.WAITING, Act.DAY_CLOSED): PlaceState.NO_SHOW,
        (PlaceState.CALLED, Act.RECALL): PlaceState.CALLED,
        (PlaceState.CALLED, Act.UNDO_CALL): PlaceState.WAITING,
        (PlaceState.CALLED, Act.ENTER): PlaceState.IN_ROOM,
        (PlaceState.CALLED, Act.FINISH): PlaceState.DONE,
        (PlaceState.CALLED, Act.NO_SHOW): PlaceState.NO_SHOW,
        (PlaceState.CALLED, Act.CANCEL): PlaceState.CANCELLED,
        (PlaceState.CALLED, Act.MOVE): PlaceState.WAITING,
        (PlaceState.CALLED, Act.DAY_CLOSED): PlaceState.NO_SHOW,
        (PlaceState.IN_ROOM, Act.FINISH): PlaceState.DONE,
        (PlaceState.IN_ROOM, Act.CANCEL): PlaceState.CANCELLED,
        (PlaceState.IN_ROOM, Act.MOVE): PlaceState.WAITING,
        (PlaceState.IN_ROOM, Act.DAY_CLOSED): PlaceState.DONE,
        (PlaceState.DONE, Act.RETURN): PlaceState.WAITING,
        (PlaceState.NO_SHOW, Act.RETURN): PlaceState.WAITING,
        (PlaceState.CANCELLED, Act.RETURN): PlaceState.WAITING,
    }
)
"""Every act that is possible; all else is refused. The rule may turn a NO_SHOW into a PUT_BACK, see `act_on`."""


def lane_of(claim: PriorityClaim | None) -> Lane:
    """The lane of a priority."""
    if claim is None or claim.priority is Priority.NONE:
        return Lane.NORMAL
    return Lane.EMERGENCY if claim.priority is Priority.EMERGENCY else Lane.PRIORITY


def act_on(place: Place, act: Act, at_ms: int, rule: QueueRule) -> Place | Refused:
    """The place after an act; where to, behind whom and with what priority is for the caller to fill in."""
    after = MOVES.get((place.state, act))
    if after is None:
        return Refused(act, place.state)
    moved = replace(place, state=after)
    match act:
        case Act.CALL:
            return replace(moved, called_ms=at_ms, calls=place.calls + 1)
        case Act.RECALL:
            return replace(moved, called_ms=at_ms, calls=place.calls + 1)
        case Act.UNDO_CALL:
            return replace(moved, called_ms=None, calls=place.calls - 1, turn_before=None)
        case Act.ENTER:
            return replace(moved, entered_ms=at_ms)
        case Act.FINISH:
            return replace(moved, entered_ms=place.entered_ms or place.called_ms, ended_ms=at_ms)
        case Act.NO_SHOW if place.skips < rule.returns:
            again = replace(moved, state=PlaceState.WAITING, called_ms=None, turn_before=None)
            return replace(again, skips=place.skips + 1)
        case Act.NO_SHOW:
            return replace(moved, skips=place.skips + 1, ended_ms=at_ms)
        case Act.CANCEL | Act.DAY_CLOSED:
            return replace(moved, ended_ms=at_ms)
        case Act.MOVE:
            kept = place.place_ms if rule.moved_keeps_place else at_ms
            return _anew(moved, kept)
        case Act.RETURN:
            return replace(_anew(moved, at_ms), skips=0)
        case _:
            return moved


def _anew(place: Place, place_ms: int) -> Place:
    """Waiting again as if nobody had called yet."""
    return replace(
        place, place_ms=place_ms, behind_ms=0, called_ms=None, entered_ms=None, ended_ms=None, turn_before=None
    )
