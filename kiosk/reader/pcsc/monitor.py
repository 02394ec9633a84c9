"""The watch over readers and cards: what comes and goes."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from smartcard import scard

from kiosk.failure import KioskError, defect_told, log_defect
from kiosk.reader.pcsc.results import NO_READER, service_failure
from kiosk.reader.pcsc.service import Context, insertion_of, is_present, seen

_log = logging.getLogger(__name__)

_RELIST_MS = 2000
_FIRST_RETRY_S, _LONGEST_RETRY_S = 0.1, 1.0
_CANCEL_EVERY_S = 0.05
_BETWEEN_CHANGES_S = 0.02
_PNP: Final = r"\\?PnP?\Notification"


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
        self._context: Context | None = None
        self._seen: dict[str, int] = {}
        self._gone_told = False
        self._defect = ""
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
                with Context() as self._context:
                    self._watch(self._context)
            except KioskError as error:
                self._service_gone(error)
            except BaseException as error:  # noqa: BLE001 - a thread that ended would leave a reader that looks well
                self._broke(error)
            finally:
                self._context = None
                self._seen = {}
                self._pnp_state = scard.SCARD_STATE_UNAWARE

    def _service_gone(self, error: KioskError) -> None:
        if not self._gone_told:
            _log.warning("smart-card service gone: %s", error.detail)
        self._tell_service_gone()
        self._stopping.wait(self._retry_s)
        self._retry_s = min(2 * self._retry_s, _LONGEST_RETRY_S)

    def _broke(self, error: BaseException) -> None:
        """A defect of ours or of the binding: nothing is seen until it is over, which is as if there was no service."""
        # Not each time: between two of the same the service may have worked for a moment.
        if (defect := defect_told(error)) != self._defect:
            _log.error("the watch over the readers: %s", defect)
        self._defect = defect
        self._tell_service_gone()
        self._stopping.wait(_LONGEST_RETRY_S)

    def _tell_service_gone(self) -> None:
        if not self._gone_told:
            self._tell(ServiceGone())
            self._gone_told = True

    def _watch(self, context: Context) -> None:
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
            if result in NO_READER:
                # a reader went between listing and waiting, or this system has no notification of readers (macOS)
                self._pnp = False
                self._stopping.wait(_FIRST_RETRY_S)
                continue
            if result not in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED):
                raise service_failure(result)
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
                self._pnp_state = seen(state)
                continue
            before = self._seen[name]
            self._seen[name] = seen(state)
            swapped = insertion_of(state) != insertion_of(before)
            if is_present(before) and (swapped or not is_present(state)):
                self._tell(CardAbsent(name))
            if is_present(state) and (swapped or not is_present(before)):
                self._tell(CardPresent(name, bytes(atr)))

    def _tell(self, event: MonitorEvent) -> None:
        try:
            self._on_event(event)
        except BaseException as error:  # noqa: BLE001 - whatever the listener does, the watch goes on
            log_defect(_log, f"listener failed on {type(event).__name__}", error)
