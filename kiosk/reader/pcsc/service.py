"""A client's link to the smart-card service: which readers there are, and how each is."""

from types import TracebackType
from typing import Self

from smartcard import scard

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader.pcsc.results import name_of, service_failure

_EVENT_COUNT_SHIFT = 16  # the upper half of a state counts insertions and removals


def list_readers(prefix: str = "") -> tuple[str, ...]:
    """The readers whose names begin with `prefix`, in the service's order.

    Raises:
        RetriableError: PCSC_MISSING, the smart-card service does not run.
    """
    with Context() as context:
        return context.readers(prefix)


def readers_with_card(prefix: str = "") -> tuple[str, ...]:
    """Those of `list_readers` in which a card lies now.

    Raises:
        RetriableError: PCSC_MISSING, the smart-card service does not run.
    """
    with Context() as context:
        return tuple(name for name in context.readers(prefix) if is_present(context.state_of(name)))


def is_present(state: int) -> bool:
    """Whether a card lies in a reader of this state."""
    return bool(state & scard.SCARD_STATE_PRESENT)


def insertion_of(state: int) -> int:
    """Counts on with every card that is laid or taken: another count is another card."""
    return state >> _EVENT_COUNT_SHIFT


def seen(state: int) -> int:
    """The state as it is handed back to the service to hear of what differs from it."""
    return int(state & ~scard.SCARD_STATE_CHANGED)


class Context:
    """One client's link to the service; `with` lets go of it.

    Raises:
        RetriableError: PCSC_MISSING, the smart-card service does not run.
    """

    def __init__(self) -> None:
        result, self.handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if result != scard.SCARD_S_SUCCESS:
            raise service_failure(result)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Lets go of it."""
        scard.SCardReleaseContext(self.handle)

    def readers(self, prefix: str) -> tuple[str, ...]:
        """As `list_readers`."""
        result, names = scard.SCardListReaders(self.handle, [])
        if result == scard.SCARD_E_NO_READERS_AVAILABLE:
            return ()
        if result != scard.SCARD_S_SUCCESS:
            raise service_failure(result)
        return tuple(name for name in names if name.startswith(prefix))

    def state_of(self, reader: str) -> int:
        """The reader's state now.

        Raises:
            RetriableError: READER_LOST.
        """
        return self._status(reader, scard.SCARD_STATE_UNAWARE, 0)

    def wait_for_change(self, reader: str, state: int, timeout_s: float) -> None:
        """Returns when the state differs from `state`, or after `timeout_s`.

        Raises:
            RetriableError: READER_LOST.
        """
        self._status(reader, seen(state), int(timeout_s * 1000))

    def _status(self, reader: str, state: int, timeout_ms: int) -> int:
        result, states = scard.SCardGetStatusChange(self.handle, timeout_ms, [(reader, state)])
        if result not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            raise RetriableError(FailureCode.READER_LOST, name_of(result))
        return int(states[0][1])
