"""Between the line and the window: whose person may be seen now, and what becomes of those who may not.

Whoever goes off duty leaves nobody on the screen. The line may still read a card or give a number then, and only says
so when it is done: what it says of that person is answered by its end, and not shown.
"""

from collections.abc import Callable

from kiosk.workflow import event as happened
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Assistance,
    Choosing,
    Confirming,
    Done,
    Failed,
    Found,
    Issuing,
    ScanningCode,
    State,
    TypingNumber,
    Waiting,
)

_NOBODYS = Waiting | Assistance | AskingKey
"""Nothing of a person is in the line: a card may lie on the reader, unopened."""
_NAMES_SOMEBODY = Found | Choosing | AskingPriority | Confirming | Issuing | Done


class Curtain:
    """`ask` takes what ends a page. `nobody_may_see`: nobody is on duty, and none stands in."""

    def __init__(self, ask: Callable[[happened.Event], None]) -> None:
        self._ask = ask
        self._is_ending = False
        self.nobody_may_see = False

    @property
    def is_ending(self) -> bool:
        """Whether the line is still with somebody whom the last officer had before them."""
        return self._is_ending

    @property
    def is_down(self) -> bool:
        """Whether nobody is to be seen."""
        return self._is_ending or self.nobody_may_see

    def fall(self, state: State) -> None:
        """Somebody went off duty while the line was at `state`."""
        if not isinstance(state, _NOBODYS):
            self._is_ending = True
            self._end(state)

    def lets_through(self, state: State) -> bool:
        """Whether the line's new state may be shown; where it may not, its end is asked for."""
        if isinstance(state, _NOBODYS):
            self._is_ending = False
        elif self._is_ending or (self.nobody_may_see and isinstance(state, _NAMES_SOMEBODY)):
            self._end(state)
            return False
        return True

    def _end(self, state: State) -> None:
        match state:
            case Found() | Choosing() | AskingPriority() | Confirming():
                self._ask(happened.Denied())
            case Done() | AskingCard() | TypingNumber() | ScanningCode():
                self._ask(happened.WentBack())
            case Failed():
                # To go back from there would be to read the card on the reader once more.
                self._ask(happened.TimedOut())
