"""Notices that nobody has touched the screen for a while, asks, and gives the session up.

The line counts the same seconds and knows the card; here is only what the screen adds: the question before, and the
seconds that are left.
"""

from collections.abc import Callable
from enum import Enum
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.workflow.patience import IDLE_S, RESULT_S
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
    Reading,
    ScanningCode,
    State,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)

QUESTION_S = 25.0
"""How long the question stands."""
ASK_AFTER_S = IDLE_S - 2.0
"""Just before the line would give up: asking counts as a sign of life there."""


class Watch(Enum):
    """What is watched for in a state."""

    NOTHING = "nothing"
    IDLE = "idle"
    RESULT = "result"


def watch_of(state: State, *, card_laid: bool) -> Watch:
    """Nobody is asked while the machine works or their card lies on the reader; a result only counts down."""
    match state:
        case TypingNumber() | TypingBirthDate() | ScanningCode() | AskingCard():
            return Watch.IDLE
        case AskingKey() | Found() | Choosing() | AskingPriority() | Confirming():
            return Watch.NOTHING if card_laid else Watch.IDLE
        case Done() as done:
            return Watch.RESULT if done.is_over else Watch.NOTHING
        case Failed():
            return Watch.RESULT
        case Waiting() | Reading() | Issuing() | Assistance():
            return Watch.NOTHING


class Idle(QObject):
    """Emits `asks` when the question should be shown, `left` each second while something counts down."""

    asks = Signal()
    left = Signal(int)
    expired = Signal()

    def __init__(self, parent: QObject, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._watch = Watch.NOTHING
        self._since = clock()
        self._asked_at: float | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self.tick)

    @property
    def asking(self) -> bool:
        """Whether the question stands."""
        return self._asked_at is not None

    def watch(self, watch: Watch) -> None:
        """A new state: counts anew."""
        self._watch = watch
        self.touched()
        if watch is Watch.NOTHING:
            self._timer.stop()
        else:
            self._timer.start()

    def touched(self) -> None:
        """A sign of life."""
        self._since = self._clock()
        self._asked_at = None
        if self._watch is Watch.RESULT:
            self.left.emit(round(RESULT_S))

    def tick(self) -> None:
        """Looks at the clock."""
        now = self._clock()
        if self._watch is Watch.RESULT:
            # The line's own patience ends the page; the screen only tells how long that is.
            self.left.emit(max(0, round(RESULT_S - (now - self._since))))
        elif self._watch is Watch.IDLE and self._asked_at is None:
            if now - self._since >= ASK_AFTER_S:
                self._asked_at = now
                self.asks.emit()
                self.left.emit(round(QUESTION_S))
        elif self._watch is Watch.IDLE and self._asked_at is not None:
            left = QUESTION_S - (now - self._asked_at)
            self.left.emit(max(0, round(left)))
            if left <= 0:
                self.watch(Watch.NOTHING)
                self.expired.emit()
