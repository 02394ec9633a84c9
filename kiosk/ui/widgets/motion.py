"""Movement: one beat for all that moves on the screen, as often as the screen can show it."""

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import SIGNAL, QCoreApplication, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent

from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import Piece

_SHOWN_PER_S = (50.0, 60.0)
"""Of screens that say more, every second or third picture would cost twice for nothing that an eye sees here."""


class Beat(QObject):
    """Ticks while anything listens, and rests otherwise. One for all: their changes reach the screen in one picture."""

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one comes now early, now late: it is seen
        self._timer.timeout.connect(self._tick)

    @property
    def is_running(self) -> bool:
        """Whether anything moves."""
        return self._timer.isActive()

    @property
    def step_ms(self) -> int:
        """From one picture to the next."""
        return self._timer.interval()

    def join(self, step: Callable[[], None]) -> None:
        """`step`, of a widget, is called for each picture from now on."""
        self.ticked.connect(step)
        if not self._timer.isActive():
            least, most = _SHOWN_PER_S
            told = QGuiApplication.primaryScreen().refreshRate()
            self._timer.start(int(1000 / min(most, max(least, told))))

    def leave(self, step: Callable[[], None]) -> None:
        """No longer."""
        self.ticked.disconnect(step)

    def _tick(self) -> None:
        # Counted by Qt: a widget that was deleted while it was seen has never left.
        if self.receivers(SIGNAL("ticked()")):
            self.ticked.emit()
        else:
            self._timer.stop()


def beat() -> Beat:
    """The application's."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("nothing moves before there is an application")
    found = app.findChild(Beat, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, Beat) else Beat(app)


class MovingPiece(Piece):
    """A piece that goes through a round of `seconds` while it is seen; `still` is the moment shown where nothing moves.

    Where it stands in the round follows from the time, not from the pictures: a slow machine shows fewer of them.
    """

    seconds = 4.0
    still = 0.0

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._began_s: float | None = None
        self._posed: object = None

    @property
    def moment(self) -> float:
        """0 to 1 of its round."""
        if self._began_s is None:
            return self.still
        return ((monotonic() - self._began_s) / self.seconds + self.still) % 1.0

    def moving_area(self) -> QRect:
        """What of it may change from one moment to the next."""
        return self.rect()

    def pose(self, moment: float) -> object:
        """What it looks like then, as a value: while it is the same nothing is painted anew."""
        return moment

    def showEvent(self, event: QShowEvent) -> None:  # noqa: ARG002
        """Starts to move."""
        if self.look.animated and self._began_s is None:
            self._began_s = monotonic()
            beat().join(self._step)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: ARG002
        """Rests while nobody sees it."""
        if self._began_s is not None:
            self._began_s = None
            beat().leave(self._step)

    def _step(self) -> None:
        pose = self.pose(self.moment)
        if pose != self._posed:
            self._posed = pose
            self.update(self.moving_area())
