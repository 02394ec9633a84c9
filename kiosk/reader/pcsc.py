"""PC/SC: cards in readers, and what comes and goes.

The only module that knows the system's smart-card service, and long for that reason: connection and monitor share
its result codes and nothing of it may be seen elsewhere.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from smartcard import scard

from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.reader.bounded import BoundedCalls

_log = logging.getLogger(__name__)

_TRIES, _BETWEEN_TRIES_S = 3, 0.2
_REMOVAL_NOTICED_WITHIN_S = 0.8
_RELIST_MS = 2000
_FIRST_RETRY_S, _LONGEST_RETRY_S = 0.1, 1.0
_CANCEL_EVERY_S = 0.05
_BETWEEN_CHANGES_S = 0.02
_PNP: Final = r"\\?PnP?\Notification"
_EVENT_COUNT_SHIFT = 16  # the upper half of a state counts insertions and removals
_GET_RESPONSE = bytes.fromhex("00C00000")
_MORE_DATA = 0x61
_STATUS_BYTES = 2
_MOST_KEPT_BACK = 300  # GET RESPONSE answers; the longest file of a card has 65,535 bytes
_CONNECTS_WITHIN_S = 6.0

_NO_SERVICE = {
    scard.SCARD_E_NO_SERVICE,
    scard.SCARD_E_SERVICE_STOPPED,
    scard.SCARD_F_COMM_ERROR,
    scard.SCARD_E_INVALID_HANDLE,  # what a restarted service answers to its predecessor's handles
}
_NO_READER = {scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE, scard.SCARD_E_NO_READERS_AVAILABLE}
_NO_CARD = {scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD}
_NOT_ANSWERING = {
    scard.SCARD_W_UNRESPONSIVE_CARD,
    scard.SCARD_W_UNPOWERED_CARD,
    scard.SCARD_W_UNSUPPORTED_CARD,
    scard.SCARD_E_NOT_TRANSACTED,
}
_PROTOCOL_REFUSED = {scard.SCARD_E_PROTO_MISMATCH, scard.SCARD_E_INVALID_VALUE}
_PCI = {scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0, scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1}


def list_readers(prefix: str = "") -> tuple[str, ...]:
    """The readers whose names begin with `prefix`, in the service's order.

    Raises:
        RetriableError: PCSC_MISSING, the smart-card service does not run.
    """
    with _Context() as context:
        return context.readers(prefix)


def readers_with_card(prefix: str = "") -> tuple[str, ...]:
    """Those of `list_readers` in which a card lies now.

    Raises:
        RetriableError: PCSC_MISSING, the smart-card service does not run.
    """
    with _Context() as context:
        return tuple(name for name in context.readers(prefix) if _is_present(context.state_of(name)))


def connect(reader: str) -> "PcscConnection":
    """Connects to the card in `reader`, alone if possible, and resets it: a session left on it is not ours.

    A card that does not answer yet is tried three times within half a second; a driver that does not come back is
    left to itself after six seconds.

    Raises:
        RetriableError: CARD_MISSING, CARD_UNREADABLE, READER_MISSING, READER_BUSY, READER_LOST, PCSC_MISSING or
            CARD_TIMEOUT.
    """
    late = threading.Event()

    def work() -> PcscConnection:
        connection = _connect_and_reset(reader)
        if late.is_set():
            connection.close()
        return connection

    with BoundedCalls[PcscConnection]("card-connect") as calls:
        try:
            return calls.call(work, _CONNECTS_WITHIN_S)
        except TimeoutError:
            late.set()
            raise RetriableError(FailureCode.CARD_TIMEOUT, "the reader does not come back") from None


def _connect_and_reset(reader: str) -> "PcscConnection":
    context = _Context()
    try:
        connection = _connect_in_tries(context, reader)
    except BaseException:
        context.release()
        raise
    try:
        connection.reset()
    except BaseException:
        connection.close()
        raise
    return connection


class PcscConnection:
    """A powered card; `with` leaves it reset, so that no session stays open for the next program.

    It ends with the card: another one in the same reader is never talked to. Closing does not wait for a command
    that the driver does not come back from; card and reader are then let go when it does.
    """

    def __init__(self, context: "_Context", reader: str, card: int, protocol: int, share: int) -> None:
        self.reader = reader
        self.atr = b""
        self._context = context
        self._card = card
        self._protocol = protocol
        self._share = share
        self._insertion = context.state_of(reader) >> _EVENT_COUNT_SHIFT
        self._guard = threading.Lock()
        self._busy = False
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def kind(self) -> str:
        """Reader and answer to reset."""
        return f"{self.reader} {self.atr.hex()}"

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """One command APDU, short or extended; data that T=0 keeps back (61xx) is fetched.

        Raises:
            RetriableError: CARD_REMOVED; READER_LOST, the reader or the service is gone; CARD_UNREADABLE, the card
                lies there and the exchange failed, as when a reader refuses an extended APDU or another program
                reset the card.
        """
        with self._in_use():
            answer = self._exchange(command)
            data = answer[:-2]
            for _ in range(_MOST_KEPT_BACK):
                if answer[-2] != _MORE_DATA:
                    break
                answer = self._exchange(_GET_RESPONSE + answer[-1:])
                data += answer[:-2]
            return data, int.from_bytes(answer[-2:], "big")

    def reset(self) -> None:
        """Resets the card: every session and selection on it is gone.

        Raises:
            RetriableError: as `transmit`, or READER_BUSY.
        """
        with self._in_use():
            result, protocol = scard.SCardReconnect(self._card, self._share, self._protocol, scard.SCARD_RESET_CARD)
            if result != scard.SCARD_S_SUCCESS:
                raise self._failure(result)
            self._protocol = protocol
            result, *_, atr = scard.SCardStatus(self._card)
            if result != scard.SCARD_S_SUCCESS:
                raise self._failure(result)
            # Some services connect the old handle anew to whatever card lies there by now.
            if self._context.state_of(self.reader) >> _EVENT_COUNT_SHIFT != self._insertion:
                raise RetriableError(FailureCode.CARD_REMOVED, "another card")
            self.atr = bytes(atr)

    def close(self) -> None:
        """Lets go of card and reader; may be called again."""
        with self._guard:
            self._closed.set()
            if self._busy:
                return
        self._let_go()

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._guard:
            if self._closed.is_set():
                raise RetriableError(FailureCode.CARD_REMOVED, "connection closed")
            self._busy = True
        try:
            yield
        finally:
            with self._guard:
                self._busy = False
                closed = self._closed.is_set()
            if closed:
                self._let_go()

    def _let_go(self) -> None:
        scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
        self._context.release()

    def _exchange(self, command: bytes) -> bytes:
        result, answer = scard.SCardTransmit(self._card, _PCI[self._protocol], list(command))
        if result != scard.SCARD_S_SUCCESS:
            raise self._failure(result)
        if len(answer) < _STATUS_BYTES:
            raise self._failure_by_presence("answer without a status word")
        return bytes(answer)

    def _failure(self, result: int) -> KioskError:
        if result in _NO_CARD:
            return RetriableError(FailureCode.CARD_REMOVED, _name(result))
        if result in _NO_SERVICE or result in _NO_READER:
            return RetriableError(FailureCode.READER_LOST, _name(result))
        if result == scard.SCARD_E_SHARING_VIOLATION:
            return RetriableError(FailureCode.READER_BUSY, _name(result))
        return self._failure_by_presence(_name(result))

    def _failure_by_presence(self, detail: str) -> KioskError:
        """An exchange failed for no stated reason: the service may take a moment to notice that the card is gone."""
        deadline = time.monotonic() + _REMOVAL_NOTICED_WITHIN_S
        while True:
            try:
                state = self._context.state_of(self.reader)
            except KioskError:
                return RetriableError(FailureCode.READER_LOST, detail)
            if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
                return RetriableError(FailureCode.READER_LOST, detail)
            if not _is_present(state) or state >> _EVENT_COUNT_SHIFT != self._insertion:
                return RetriableError(FailureCode.CARD_REMOVED, detail)
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return RetriableError(FailureCode.CARD_UNREADABLE, detail)
            self._context.wait_for_change(self.reader, state, left_s)


@dataclass(frozen=True, slots=True)
class CardPresent:
    """A card lies in `reader`; `atr` is empty when it does not answer."""

    reader: str
    atr: bytes


@dataclass(frozen=True, slots=True)
class CardAbsent:
    """The card in `reader` was taken away."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReaderArrived:
    """A reader is there; told also of those that were there first."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReaderGone:
    """A reader was unplugged, and its card with it."""

    reader: str


@dataclass(frozen=True, slots=True)
class ServiceGone:
    """The smart-card service does not run, so there are no readers; they arrive anew when it does."""


MonitorEvent = CardPresent | CardAbsent | ReaderArrived | ReaderGone | ServiceGone


class CardMonitor:
    """Tells `on_event`, from a thread of its own, what comes and goes in readers whose names begin with `reader`.

    The thread outlives the service: it tries again with a back-off of at most a second. What `on_event` raises is
    logged and does not stop it.
    """

    def __init__(self, on_event: Callable[[MonitorEvent], None], reader: str = "") -> None:
        self._on_event = on_event
        self._prefix = reader
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._context: _Context | None = None
        self._seen: dict[str, int] = {}
        self._gone_told = False
        self._retry_s = _FIRST_RETRY_S
        self._pnp = True
        self._pnp_state = scard.SCARD_STATE_UNAWARE

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begins to watch; does nothing while it does."""
        if self._thread is None:
            self._stopping.clear()
            self._gone_told, self._retry_s = False, _FIRST_RETRY_S
            self._thread = threading.Thread(target=self._run, name="card-monitor", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the watch and returns when its thread has ended; not to be called from `on_event`."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping.set()
        while thread.is_alive():
            if (context := self._context) is not None:
                scard.SCardCancel(context.handle)  # too early is in vain: hence again and again
            thread.join(_CANCEL_EVERY_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with _Context() as self._context:
                    self._watch(self._context)
            except KioskError as error:
                self._service_gone(error)
            finally:
                self._context = None
                self._seen = {}
                self._pnp_state = scard.SCARD_STATE_UNAWARE

    def _service_gone(self, error: KioskError) -> None:
        if not self._gone_told:
            _log.warning("smart-card service gone: %s", error.detail)
            self._tell(ServiceGone())
            self._gone_told = True
        self._stopping.wait(self._retry_s)
        self._retry_s = min(2 * self._retry_s, _LONGEST_RETRY_S)

    def _watch(self, context: "_Context") -> None:
        """Raises: RetriableError PCSC_MISSING when the service goes."""
        self._pnp = True
        while not self._stopping.is_set():
            listed = set(context.readers(self._prefix))
            self._tell_gone(self._seen.keys() - listed)
            arrived = sorted(listed - self._seen.keys())
            states = [*self._seen.items(), *((name, scard.SCARD_STATE_UNAWARE) for name in arrived)]
            if self._pnp:
                states.append((_PNP, self._pnp_state))
            if not states:
                self._service_works()
                self._stopping.wait(_LONGEST_RETRY_S)
                continue
            result, changed = scard.SCardGetStatusChange(context.handle, _RELIST_MS, states)
            if result in _NO_READER:
                # a reader went between listing and waiting, or this system has no notification of readers (macOS)
                self._pnp = False
                self._stopping.wait(_FIRST_RETRY_S)
                continue
            if result not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED):
                raise RetriableError(FailureCode.PCSC_MISSING, _name(result))
            # Only now: a service that lists readers and cannot wait for them would be told of again and again.
            self._service_works()
            self._tell_arrived(arrived)
            if result == scard.SCARD_S_SUCCESS:
                self._compare_cards(changed)
                # A loose contact, or a driver that wakes us for nothing, must not keep a core busy.
                self._stopping.wait(_BETWEEN_CHANGES_S)

    def _service_works(self) -> None:
        self._gone_told, self._retry_s = False, _FIRST_RETRY_S

    def _tell_gone(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            del self._seen[name]
            self._tell(ReaderGone(name))

    def _tell_arrived(self, names: Iterable[str]) -> None:
        for name in names:
            self._seen[name] = scard.SCARD_STATE_UNAWARE
            self._tell(ReaderArrived(name))

    def _compare_cards(self, changed: Iterable[tuple[str, int, list[int]]]) -> None:
        for name, state, atr in changed:
            if name == _PNP:
                self._pnp_state = state & ~scard.SCARD_STATE_CHANGED
                continue
            before = self._seen[name]
            self._seen[name] = state & ~scard.SCARD_STATE_CHANGED
            swapped = state >> _EVENT_COUNT_SHIFT != before >> _EVENT_COUNT_SHIFT
            if _is_present(before) and (swapped or not _is_present(state)):
                self._tell(CardAbsent(name))
            if _is_present(state) and (swapped or not _is_present(before)):
                self._tell(CardPresent(name, bytes(atr)))

    def _tell(self, event: MonitorEvent) -> None:
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 - whatever the listener does, the watch goes on
            _log.exception("listener failed on %s", type(event).__name__)


class _Context:
    """One client's link to the service."""

    def __init__(self) -> None:
        result, self.handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if result != scard.SCARD_S_SUCCESS:
            raise RetriableError(FailureCode.PCSC_MISSING, _name(result))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        scard.SCardReleaseContext(self.handle)

    def readers(self, prefix: str) -> tuple[str, ...]:
        result, names = scard.SCardListReaders(self.handle, [])
        if result == scard.SCARD_E_NO_READERS_AVAILABLE:
            return ()
        if result != scard.SCARD_S_SUCCESS:
            raise RetriableError(FailureCode.PCSC_MISSING, _name(result))
        return tuple(name for name in names if name.startswith(prefix))

    def state_of(self, reader: str) -> int:
        """The reader's state now."""
        return self._status(reader, scard.SCARD_STATE_UNAWARE, 0)

    def wait_for_change(self, reader: str, state: int, timeout_s: float) -> None:
        """Returns when the state differs from `state`, or after `timeout_s`."""
        self._status(reader, state & ~scard.SCARD_STATE_CHANGED, int(timeout_s * 1000))

    def _status(self, reader: str, state: int, timeout_ms: int) -> int:
        result, states = scard.SCardGetStatusChange(self.handle, timeout_ms, [(reader, state)])
        if result not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            raise RetriableError(FailureCode.READER_LOST, _name(result))
        return int(states[0][1])


def _connect_in_tries(context: _Context, reader: str) -> PcscConnection:
    result = scard.SCARD_S_SUCCESS
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_BETWEEN_TRIES_S)
        result, card, protocol, share = _connect_once(context, reader)
        if result == scard.SCARD_S_SUCCESS:
            return PcscConnection(context, reader, card, protocol, share)
        if result not in _NOT_ANSWERING:
            break
    raise _connect_failure(result)


def _connect_once(context: _Context, reader: str) -> tuple[int, int, int, int]:
    """Alone before shared, T=1 before T=0: result, card handle, protocol, share mode."""
    for share in (scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_SHARE_SHARED):
        for protocols in (scard.SCARD_PROTOCOL_T1, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1):
            result, card, protocol = scard.SCardConnect(context.handle, reader, share, protocols)
            if result not in _PROTOCOL_REFUSED:
                break
        if result != scard.SCARD_E_SHARING_VIOLATION:
            break
    return result, card, protocol, share


def _connect_failure(result: int) -> KioskError:
    if result in _NO_CARD:
        code = FailureCode.CARD_MISSING
    elif result in _NO_READER:
        code = FailureCode.READER_MISSING
    elif result == scard.SCARD_E_SHARING_VIOLATION:
        code = FailureCode.READER_BUSY
    elif result in _NO_SERVICE:
        code = FailureCode.READER_LOST
    else:
        code = FailureCode.CARD_UNREADABLE
    return RetriableError(code, _name(result))


def _is_present(state: int) -> bool:
    return bool(state & scard.SCARD_STATE_PRESENT)


def _name(result: int) -> str:
    return f"PC/SC {result & 0xFFFFFFFF:#010x}"
