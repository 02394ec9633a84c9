"""The call board: the hall's screen, its voice, and the page for televisions, all fed by one watch of the store."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import cast

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from kiosk.app.clock import now
from kiosk.app.keeping import clock_beside, store_of
from kiosk.app.qt import ended_by_signals, open_app
from kiosk.app.queues import queue_in
from kiosk.board.page import page
from kiosk.board.server import BoardServer
from kiosk.board.shown import BoardShown, Call
from kiosk.board.watch import BoardWatch
from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.queue.entry import RoomBoard
from kiosk.checkin.queue.screens import QueueScreens
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.settings import Settings
from kiosk.text import Language
from kiosk.ui.board_window import BoardWindow, screen_numbered
from kiosk.ui.leftovers import Leftovers
from kiosk.ui.speech import Speech
from kiosk.ui.theme.letters import load_letters

log = logging.getLogger(__name__)


class HallScreen(QObject):
    """Window and voice in the main thread; `heard_board` and `heard_call` are called in the watch's."""

    _board_came = Signal(object)
    _call_came = Signal(object)

    def __init__(self, window: BoardWindow, speech: Speech | None, languages: tuple[Language, ...]) -> None:
        super().__init__()
        self.window, self._speech, self._languages = window, speech, languages
        self._board_came.connect(self._show_board, Qt.ConnectionType.QueuedConnection)
        self._call_came.connect(self._announce, Qt.ConnectionType.QueuedConnection)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self._show_time()

    def heard_board(self, board: BoardShown) -> None:
        """The newest board; from any thread."""
        self._board_came.emit(board)

    def heard_call(self, call: Call) -> None:
        """A new call; from any thread."""
        self._call_came.emit(call)

    def close(self) -> None:
        """Takes the window away and falls silent."""
        self._tick.stop()
        if self._speech is not None:
            self._speech.hush()
        self.window.close()
        self.window.deleteLater()

    @Slot(object)
    def _show_board(self, board: object) -> None:
        self.window.show_board(cast(BoardShown, board))

    @Slot(object)
    def _announce(self, call: object) -> None:
        called = cast(Call, call)
        self.window.announce(called)
        for language in self._languages if self._speech is not None else ():
            self._speech.say(called.spoken(language), language)  # type: ignore[union-attr]

    @Slot()
    def _show_time(self) -> None:
        self.window.show_time(now())


@contextmanager
def watched(
    settings: Settings, clinic: Clinic, on_board: Callable[[BoardShown], None], on_call: Callable[[Call], None]
) -> Iterator[BoardWatch]:
    """The board of this clinic's store, looked at every second until the block ends.

    A store that is away from the beginning is opened by the first look that finds it there.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…; KEY_WRONG, KEYSTORE_….
    """
    with ExitStack() as opened:
        screens: list[QueueScreens] = []

        def opened_screens() -> QueueScreens:
            if not screens:
                with ExitStack() as opening:
                    store = opening.enter_context(store_of(settings))
                    screens.append(queue_in(store, settings, clinic, clock_beside(store).now).screens)
                    opened.push(opening.pop_all())
            return screens[0]

        def read() -> Sequence[RoomBoard]:
            with_names = settings.queue.board_names == "masked"
            return opened_screens().board(with_names=with_names, coming=settings.queue.board_next)

        try:
            opened_screens()
        except KioskError as error:
            if error.code is not FailureCode.STORE_UNAVAILABLE:
                raise
            log.warning("the board waits for its store: %s", error)
        with BoardWatch(read, now, on_board=on_board, on_call=on_call) as watch:
            yield watch


@contextmanager
def served(settings: Settings, clinic: Clinic, watch: BoardWatch) -> Iterator[BoardServer | None]:
    """The page for televisions where the settings name an address for it.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    if not settings.board.web:
        yield None
        return
    with BoardServer(settings.board.web, lambda language, nonce: page(watch.board, clinic, language, nonce)) as server:
        yield server


def run_board(settings: Settings, *, with_window: bool, tell: Callable[[str], None]) -> int:
    """The board until its window is closed or the program is told to end; `tell` hears the page's address.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…, DISPLAY_MISSING, FONT_MISSING.
    """
    clinic = load_clinic(settings.path(settings.clinic.file))
    if not (with_window or settings.board.web):
        raise KioskError(FailureCode.SETTINGS_INVALID, "board.web: empty, and no window is wanted")
    app = open_app() if with_window else QCoreApplication.instance() or QCoreApplication(["kiosk"])
    # Python hears a signal when it next runs.
    waking = QTimer(app, interval=1000)
    waking.timeout.connect(_nothing)
    waking.start()
    with (
        closing(Leftovers(app)) as leftovers,
        board_of(settings, clinic, with_window=with_window) as server,
        ended_by_signals(app),
    ):
        leftovers.set_aside()
        if server is not None:
            tell(f"http://{settings.board.web.rpartition(':')[0]}:{server.port}/")
        return app.exec()


@contextmanager
def board_of(settings: Settings, clinic: Clinic, *, with_window: bool) -> Iterator[BoardServer | None]:
    """Watch, window and page until the block ends; the page's server where the settings name an address.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…, FONT_MISSING.
    """
    hall = hall_screen(settings, clinic) if with_window else None
    heard = (_unheard, _unheard) if hall is None else (hall.heard_board, hall.heard_call)
    with watched(settings, clinic, *heard) as watch, served(settings, clinic, watch) as server:
        if hall is not None:
            show_on(hall.window, settings.board.screen, full_screen=settings.screen.full_screen)
        try:
            yield server
        finally:
            if hall is not None:
                hall.close()


def _nothing() -> None:
    """Something to do, so that Python runs."""


def _unheard(_: object) -> None:
    """Without a window nobody is told; the page asks by itself."""


def hall_screen(settings: Settings, clinic: Clinic) -> HallScreen:
    """Window and voice as the settings want them; not shown yet.

    Raises:
        KioskError: FONT_MISSING.
    """
    window = BoardWindow(clinic, load_letters(find_fonts(settings.screen.font)))
    languages = {"off": (), "vi": (Language.VI,), "vi+en": (Language.VI, Language.EN)}[settings.board.voice]
    return HallScreen(window, Speech(window) if languages else None, languages)


def show_on(window: BoardWindow, number: int, *, full_screen: bool) -> None:
    """Over the whole of the `number`-th screen; in an ordinary window where there is no such screen."""
    place = screen_numbered(number)
    if place is not None and full_screen:
        window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        window.setGeometry(place)
        window.showFullScreen()
    else:
        window.resize(window.sizeHint())
        window.show()
