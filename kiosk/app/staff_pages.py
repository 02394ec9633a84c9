"""The staff's further pages with what they show: which there are, their keys, and who may open them."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from kiosk.app.staff_sources import (
    AuditTrail,
    Counts,
    Exports,
    OpenedStore,
    Rechecks,
    today_of,
)
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.clinic_clock import ClockState
from kiosk.failure import KioskError
from kiosk.settings import Settings
from kiosk.ui.desk.page import PageOffer, PageOffers, PageSetting, StaffPage
from kiosk.ui.errands import Errands

if TYPE_CHECKING:
    from kiosk.app.board import HallScreen
    from kiosk.checkin.away.steady import StoreState

log = logging.getLogger(__name__)


class StaffPages:
    """What makes the pages of one window. Close it after the window's errands are closed.

    `actor` says who acts: an officer's id, or the desk's name. `signed_in` is the officer's id alone, empty where
    nobody is. `subject` is the visit that the person panel shows, or nothing.
    """

    def __init__(
        self,
        settings: Settings,
        clinic: Clinic,
        errands: Errands,
        *,
        actor: Callable[[], str],
        signed_in: Callable[[], str],
        subject: Callable[[], str] = lambda: "",
        store_state: "Callable[[], StoreState] | None" = None,
        clock_state: Callable[[], ClockState] | None = None,
        exports: Path | None = None,
    ) -> None:
        self._settings = settings
        self._opened = OpenedStore(settings, clinic, actor)
        self._signed_in, self._subject = signed_in, subject
        self._store_state, self._clock_state = store_state, clock_state
        self._exports = Exports(exports or platformdirs.user_documents_path() / "kiosk")
        self.board = Board(settings, clinic, errands)

    def offer(self, offers: PageOffers) -> None:
        """Adds every page.

        Raises:
            ValueError: a key is taken.
        """
        for offer in (
            PageOffer("staff.recheck.title", "F11", self._recheck),
            PageOffer("staff.statistics.title", "Ctrl+1", self._statistics),
            PageOffer("staff.audit.title", "Ctrl+2", self._audit, needs_officer=True),
            PageOffer("staff.settings.title", "Ctrl+3", self._edit_settings, needs_officer=True),
            PageOffer("staff.slip.title", "Ctrl+4", self._slip),
            PageOffer("staff.board.title", "Ctrl+5", self._board),
            PageOffer("staff.devices.title", "F12", self._devices),
        ):
            offers.add(offer)

    def close(self) -> None:
        """Takes the board away and closes the store."""
        self.board.end()
        self._opened.close()

    # Each page is loaded when it is first opened: the window's start has no time for all of them.
    def _recheck(self, setting: PageSetting) -> StaffPage:
        from kiosk.ui.desk.pages.recheck import RecheckPage

        return RecheckPage(setting, Rechecks(self._opened, self._exports))

    def _statistics(self, setting: PageSetting) -> StaffPage:
        from kiosk.ui.desk.pages.statistics import StatisticsPage

        source = Counts(self._opened, self._exports, setting.language)
        return StatisticsPage(setting, source, today_of(self._opened.clock))

    def _audit(self, setting: PageSetting) -> StaffPage:
        from kiosk.ui.desk.pages.audit import AuditPage

        return AuditPage(setting, AuditTrail(self._opened, self._exports, setting.language), self._subject)

    def _edit_settings(self, setting: PageSetting) -> StaffPage:
        from kiosk.app.staff_settings import SettingsDesk
        from kiosk.ui.desk.pages.settings import SettingsPage

        source = SettingsDesk(self._opened, self._signed_in, setting.language)
        return SettingsPage(setting, source, lambda: bool(self._signed_in()))

    def _slip(self, setting: PageSetting) -> StaffPage:
        from kiosk.app.staff_settings import Slips
        from kiosk.ui.desk.pages.slip import SlipPage

        return SlipPage(setting, Slips(self._opened))

    def _board(self, setting: PageSetting) -> StaffPage:
        from kiosk.ui.desk.pages.board import BoardPage

        return BoardPage(setting, self.board)

    def _devices(self, setting: PageSetting) -> StaffPage:
        from kiosk.app.staff_devices import Doctor
        from kiosk.ui.desk.pages.devices import DevicesPage

        source = Doctor(self._settings, setting.language, store_state=self._store_state, clock_state=self._clock_state)
        return DevicesPage(setting, source)


class Board:
    """The hall's board as staff open it on a screen of this computer. Lives in the main thread.

    The window is made here; the store behind it is opened and closed beside.
    """

    def __init__(self, settings: Settings, clinic: Clinic, errands: Errands) -> None:
        self._settings, self._clinic, self._errands = settings, clinic, errands
        self._screen = 0
        self._hall: HallScreen | None = None
        self._watching = ExitStack()

    @property
    def screen(self) -> int:
        """On which screen it is, from 1; 0: on none."""
        return self._screen

    @property
    def by_settings(self) -> int:
        """On which screen the settings show one besides."""
        return self._settings.board.screen

    @property
    def address(self) -> str:
        """Where televisions find the page; with this computer's own address where the settings name all of them."""
        host, _, port = self._settings.board.web.rpartition(":")
        if not host:
            return ""
        if host in ("0.0.0.0", "[::]"):  # noqa: S104 - compared, not listened at
            host = _own_address() or host
        return f"http://{host}:{port}/"

    def open(self, screen: int, done: Callable[[], None], failed: Callable[[KioskError], None]) -> None:
        """Shows it on a screen, from 1, instead of where it was."""
        self.close(lambda: self._open(screen, done, failed))

    def close(self, done: Callable[[], None]) -> None:
        """Takes the window away at once, and what feeds it beside."""
        hall, self._hall, self._screen = self._hall, None, 0
        watching, self._watching = self._watching, ExitStack()
        if hall is not None:
            hall.window.hide()

        def ended() -> None:
            # Last: until the watch has ended it goes on telling the window.
            if hall is not None:
                hall.close()
            done()

        self._errands.run(watching.close, lambda _: ended(), lambda _: ended())

    def end(self) -> None:
        """The same, waiting for it: the program ends."""
        self._watching.close()
        if self._hall is not None:
            self._hall.close()
            self._hall = None
        self._screen = 0

    def _open(self, screen: int, done: Callable[[], None], failed: Callable[[KioskError], None]) -> None:
        from kiosk.app.board import hall_screen, show_on, watched

        settings = replace(self._settings, board=replace(self._settings.board, screen=screen))
        try:
            hall = hall_screen(settings, self._clinic)
        except KioskError as error:
            failed(error)
            return
        # Kept before it is open: whatever happens meanwhile, the end of the program finds and closes it.
        self._hall, self._watching = hall, ExitStack()
        watching = self._watching

        def watch() -> None:
            watching.enter_context(watched(settings, self._clinic, hall.heard_board, hall.heard_call))

        def watched_now(_: None) -> None:
            self._screen = screen
            show_on(hall.window, screen, full_screen=settings.screen.full_screen)
            done()

        def broke(error: KioskError) -> None:
            hall.close()
            self._hall = None
            failed(error)

        self._errands.run(watch, watched_now, broke)


def _own_address() -> str:
    """This computer's first address in its network; empty: it has none."""
    from PySide6.QtNetwork import QAbstractSocket, QNetworkInterface

    for address in QNetworkInterface.allAddresses():
        is_four = address.protocol() == QAbstractSocket.NetworkLayerProtocol.IPv4Protocol
        if is_four and not address.isLoopback() and not address.isLinkLocal():
            return address.toString()
    return ""
