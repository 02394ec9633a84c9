"""A database that turns out damaged while the kiosk runs: the kiosk opens anew, which puts it aside, and goes on."""

from collections.abc import Callable

from kiosk.failure import FailureCode, KioskError
from kiosk.workflow.state import Failed, State


class DamagedInUse(KioskError):  # noqa: N818 - a failure of the house, named by what happened
    """The database was found damaged at work: opened again, the kiosk goes on with a new one."""

    def __init__(self) -> None:
        super().__init__(FailureCode.STORE_CORRUPT, "found while it was used")


class DamageWatch:
    """Listens to the line's states; all of it happens in the desk thread.

    Whoever stood there reads the page to its end: only when it is left `stop` ends the line.
    """

    def __init__(self, on_state: Callable[[State], None], stop: Callable[[], None]) -> None:
        self._on_state, self._stop = on_state, stop
        self._was_told = False
        self._stopped = False

    def heard_state(self, state: State) -> None:
        """Passes it on."""
        self._on_state(state)
        if isinstance(state, Failed) and state.code is FailureCode.STORE_CORRUPT:
            self._was_told = True
        elif self._was_told and not self._stopped:
            self._stopped = True
            self._stop()

    def raise_if_damaged(self) -> None:
        """Raises `DamagedInUse` where the line ended for it, and not because somebody closed the kiosk."""
        if self._stopped:
            raise DamagedInUse
