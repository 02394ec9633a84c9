"""A shared store that may be away: what a desk does over it goes on by the desk's own means until it is back."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, Self, TypeVar

from kiosk.checkin.store.errors import RowRefused
from kiosk.checkin.store.store import Store
from kiosk.failure import FailureCode, KioskError, defect_told

_log = logging.getLogger(__name__)

RETRY_S = 5.0
"""Between two rounds: so long at the most, and what opening takes, is a store that is back not noticed."""


class InAStore(Protocol):
    """What is opened in a store: the journal, the officers."""

    @property
    def store(self) -> Store:
        """Where it is."""


_Shared = TypeVar("_Shared", bound=InAStore)
_Brought = TypeVar("_Brought")
_Given = TypeVar("_Given")


class Steady(ABC, Generic[_Shared, _Brought]):
    """What a desk has in the shared store, and goes on without while that is away; safe to use from several threads.

    Counts as away: from the beginning until a round has said `_is_back`, and from the first STORE_UNAVAILABLE on, of
    whoever met it, until the next round that says so. Nobody who asks waits for a store that counts as away.

    Rounds: each reaches the store, opening it where it never was, and brings into it what was done without it. The
    first is gone by the thread that makes this, with `_begin` at the end of its `__init__`; then the keeper's thread,
    between `start` and `close`, goes the next one `retry_s` seconds after the last one ended, whatever that ended by.

    Locks: one is held to look or to note whether the store is there, never while a store is asked; another for a whole
    round, of which there is one at a time. Neither is held for what `_ask` does.

    `open_shared` may take its time to say that the store is away. `ask_after` asks one that is open whether it is still
    there, where a round's other steps may have nothing to ask it. `keeper` names the thread.
    """

    news_of_absence: ClassVar[str] = "the shared store is away"
    """What the log says once for each absence."""
    news_of_trouble: ClassVar[str]
    """What the log says where a round broke on something else, such as the desk's own file."""

    def __init__(
        self,
        open_shared: Callable[[], _Shared],
        *,
        keeper: str,
        retry_s: float = RETRY_S,
        ask_after: Callable[[_Shared], object] = lambda _: None,
    ) -> None:
        self._open_shared, self._ask_after = open_shared, ask_after
        self._keeper, self._retry_s = keeper, retry_s
        self._lock = threading.Lock()
        self._one_round = threading.Lock()
        self._shared: _Shared | None = None
        self._counts_as_away = True
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    # -- what each does in its own way ----------------------------------------------------------------------------
    @abstractmethod
    def _bring(self, shared: _Shared) -> _Brought:
        """A round with the store that was just reached; says `_is_back` as soon as it may be asked again.

        Raises:
            KioskError: STORE_…, of either store.
        """

    @abstractmethod
    def _close_own(self) -> None:
        """Closes what the desk goes on with."""

    # -- the keeper -----------------------------------------------------------------------------------------------
    @property
    def is_away(self) -> bool:
        """Whether the shared store counts as away."""
        return self._there() is None

    @property
    def shared(self) -> _Shared | None:
        """What is in the shared store; None while that counts as away."""
        return self._there()

    def look_after(self) -> _Brought | None:
        """One round; None where it came to nothing."""
        try:
            return self._go_round()
        except KioskError as error:
            if not self._lost(error):
                _log.warning("%s: %s", self.news_of_trouble, error)
            return None

    def start(self) -> None:
        """Goes its rounds in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name=self._keeper, daemon=False)
        self._thread.start()

    def close(self) -> None:
        """Ends the thread and closes both stores."""
        self._end_rounds()
        try:
            with self._lock:
                if self._shared is not None:
                    self._shared.store.close()
        finally:
            self._close_own()

    def __enter__(self) -> Self:
        """Looked after until the block ends."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Closed."""
        self.close()

    # -- for those who are steady ---------------------------------------------------------------------------------
    def _begin(self) -> None:
        """The first round. A store may be away from the beginning; what else is wrong would stay wrong.

        Raises:
            KioskError: what else is wrong; both stores are closed then.
        """
        try:
            self._go_round()
        except KioskError as error:
            if not self._lost(error):
                self.close()
                raise

    def _is_back(self) -> None:
        """From here on the shared store is asked."""
        with self._lock:
            self._counts_as_away = False

    def _there(self) -> _Shared | None:
        with self._lock:
            return None if self._counts_as_away else self._shared

    def _needed(self, what: str = "") -> _Shared:
        """For what only the shared store knows.

        Raises:
            KioskError: STORE_UNAVAILABLE: it counts as away.
        """
        if (shared := self._there()) is None:
            raise store_is_away(what)
        return shared

    def _ask(self, act: Callable[[_Shared], _Given], otherwise: Callable[[], _Given]) -> _Given:
        """Done in the shared store while it is there, else otherwise; also where it turns out to be away just now."""
        if (shared := self._there()) is not None:
            try:
                return act(shared)
            except KioskError as error:
                if not self._lost(error):
                    raise
        return otherwise()

    def _lost(self, error: KioskError) -> bool:
        """Whether this error means that the shared store is away; it then counts as away until a round reaches it."""
        if error.code is not FailureCode.STORE_UNAVAILABLE or isinstance(error, RowRefused):
            return False
        with self._lock:
            was_there, self._counts_as_away = not self._counts_as_away, True
        if was_there:
            _log.warning("%s: %s", self.news_of_absence, error)
        return True

    def _end_rounds(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    # -- the rounds -----------------------------------------------------------------------------------------------
    def _run(self) -> None:
        told = ""
        while not self._stopped.wait(self._retry_s):
            try:
                self.look_after()
                told = ""
            except BaseException as error:  # noqa: BLE001 - a thread that ended would never notice a store that is back
                # Once, not in each round, and never in its own words, which may quote what was to be brought in.
                if (defect := defect_told(error)) != told:
                    _log.error("%s: %s", self._keeper, defect)
                told = defect

    def _go_round(self) -> _Brought:
        with self._one_round:
            return self._bring(self._reach())

    def _reach(self) -> _Shared:
        """What is in the shared store, opened where it never was, and heard from just now."""
        with self._lock:
            shared = self._shared
        if shared is None:
            shared = self._open_shared()
            with self._lock:
                self._shared = shared
        else:
            self._ask_after(shared)
        return shared


def store_is_away(what: str = "") -> KioskError:
    """Of STORE_UNAVAILABLE; `what` is not known or done meanwhile."""
    told = "the shared store is away"
    return KioskError(FailureCode.STORE_UNAVAILABLE, f"{told}: {what}" if what else told)
