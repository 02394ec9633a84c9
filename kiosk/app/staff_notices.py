"""What staff are told unasked: that the shared store went away or came back, that a database was put aside."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from kiosk.app.damage import confirm_seen, unseen_put_aside
from kiosk.failure import KioskError
from kiosk.settings import Settings
from kiosk.text import say
from kiosk.ui.desk import asking
from kiosk.ui.errands import Errands
from kiosk.ui.theme.palette import Tone

if TYPE_CHECKING:
    from kiosk.checkin.store.new_beginning import PutAside
    from kiosk.ui.desk.window import DeskWindow


class StaffNotices(QObject):
    """Lives in the main thread. `signed_in` is the officer's id; empty: nobody is.

    A database that was put aside is told at every start, and asked about at every sign-in until somebody has confirmed
    that it was seen: that stands in the audit. Until then the store's light says so too.
    """

    def __init__(
        self, window: "DeskWindow", errands: Errands, settings: Settings, signed_in: Callable[[], str]
    ) -> None:
        super().__init__(window)
        self._window, self._errands, self._settings, self._signed_in = window, errands, settings, signed_in
        self._was_away: bool | None = None
        self._aside: PutAside | None = None
        self._asked = ""
        window.visits.changed.connect(self._store_heard)

    def look(self) -> None:
        """Is there a database that nobody has confirmed yet? Asked once the store is open."""
        self._errands.run(partial(unseen_put_aside, self._settings), self._found, self._failed)

    @Slot()
    def officer_changed(self) -> None:
        """Somebody signed in, or out."""
        officer, before = self._signed_in(), self._asked
        self._asked = officer
        if officer and officer != before:
            self._ask()

    def _found(self, aside: "PutAside | None") -> None:
        self._aside = aside
        self._window.show_put_aside(aside is not None)
        if aside is None:
            return
        self._window.tell(say("desk.news.put_aside", self._window.language), Tone.ATTENTION)
        if self._signed_in():
            self._ask()

    def _ask(self) -> None:
        window = self._window
        if self._aside is not None:
            asking.put_aside(window.over, window.look, window.language, partial(self._seen, self._aside))

    def _seen(self, aside: "PutAside") -> None:
        """Whoever answered is in the audit: nobody, where they have signed out meanwhile."""
        if officer := self._signed_in():
            self._errands.run(partial(confirm_seen, self._settings, aside, officer), self._kept, self._failed)

    def _kept(self, _: None) -> None:
        self._aside = None
        self._window.show_put_aside(False)

    def _failed(self, error: KioskError) -> None:
        self._window.tell(error.told(self._window.language), Tone.ATTENTION)

    @Slot()
    def _store_heard(self) -> None:
        """Told once each time; what stands at the start is in the list's place already."""
        visits = self._window.visits
        before, self._was_away = self._was_away, visits.is_away
        if before is not None and before != visits.is_away:
            key, tone = ("store_away", Tone.ATTENTION) if visits.is_away else ("store_back", Tone.GOOD)
            self._window.tell(say(f"desk.news.{key}", self._window.language), tone)
