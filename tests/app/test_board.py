"""The board of a real store: what staff call is on the screen, on the page and in the air, and stays over a restart."""

import gc
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from queue import Queue

import pytest
import requests
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.app.board import HallScreen, board_of, hall_screen, run_board, served, watched
from kiosk.app.clock import now
from kiosk.app.keeping import journal_in, store_of
from kiosk.app.queues import queue_in
from kiosk.board.shown import BoardShown, Call, called
from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.record import CheckInRequest
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.settings import Settings, load_settings
from kiosk.simulator.postgresql import PostgresServer
from kiosk.text import Language
from kiosk.ui.speech import Speech
from tests.patience import WITHIN_S


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    url = f"sqlite:///{tmp_path / 'kiosk.db'}"
    return load_settings(
        overrides=[f"store.url={url}", "store.encryption=off", "board.web=127.0.0.1:0", "board.voice=off"]
    )


@pytest.fixture
def clinic(settings: Settings) -> Clinic:
    return load_clinic(settings.path(settings.clinic.file))


class Staff:
    """Somebody at a desk of the same store."""

    def __init__(self, settings: Settings, clinic: Clinic, store: object) -> None:
        self.journal = journal_in(store, settings, clinic)  # type: ignore[arg-type]
        self.queue = queue_in(store, settings, clinic, now)  # type: ignore[arg-type]

    def call_new(self, person: int) -> str:
        identity = Identity(Trust.TYPED, "Nguyễn Văn Mẫu", personal_number=f"999{person:09}")
        check_in = self.journal.check_in(CheckInRequest(identity, Decision(Verdict.SELF_PAY), "tim-mach"))
        called = self.queue.call_next(check_in.room.code, "Q1")
        assert called is not None
        return check_in.ticket


@pytest.fixture
def staff(settings: Settings, clinic: Clinic) -> Iterator[Staff]:
    with store_of(settings) as store:
        yield Staff(settings, clinic, store)


def unheard(_: object) -> None:
    pass


def test_call_at_a_desk_is_on_the_board_and_its_page(settings: Settings, clinic: Clinic, staff: Staff) -> None:
    calls: list[Call] = []
    with watched(settings, clinic, unheard, calls.append) as watch, served(settings, clinic, watch) as server:
        assert server is not None
        ticket = staff.call_new(1)
        watch.look()
        assert [call.ticket for call in calls] == [ticket]
        assert ticket in requests.get(f"http://127.0.0.1:{server.port}/", timeout=WITHIN_S).text


def test_board_that_starts_again_shows_who_is_called_and_repeats_nothing(
    settings: Settings, clinic: Clinic, staff: Staff
) -> None:
    ticket = staff.call_new(1)
    calls: list[Call] = []
    boards: list[BoardShown] = []
    with watched(settings, clinic, boards.append, calls.append) as watch:
        watch.look()
    shown = [one.ticket for room in boards[-1].rooms for one in room.now]
    assert (shown, calls) == ([ticket], [])


def test_no_name_is_on_the_page_unless_the_settings_want_masked_ones(
    settings: Settings, clinic: Clinic, staff: Staff
) -> None:
    staff.call_new(1)
    for names, expected in (("none", False), ("masked", True)):
        used = replace(settings, queue=replace(settings.queue, board_names=names))
        with watched(used, clinic, unheard, unheard) as watch, served(used, clinic, watch) as server:
            assert server is not None
            watch.look()
            text = requests.get(f"http://127.0.0.1:{server.port}/", timeout=WITHIN_S).text
        assert "Nguyễn" not in text
        assert ("M…" in text) is expected


def test_calls_come_to_window_and_voice_in_the_main_thread(
    settings: Settings, clinic: Clinic, staff: Staff, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = hall_screen(settings, clinic)
    said: list[tuple[str, Language]] = []
    speech = Speech(hall, engine="mock")
    monkeypatch.setattr(speech, "say", lambda sentence, language: said.append((sentence, language)))
    hall = HallScreen(hall.window, speech, (Language.VI, Language.EN))
    with watched(settings, clinic, hall.heard_board, hall.heard_call) as watch:
        watch.look()
        ticket = staff.call_new(1)
        watch.look()
        qtbot.waitUntil(lambda: hall.window.announced is not None)
    assert hall.window.announced is not None
    assert hall.window.announced.ticket == ticket
    assert [language for _, language in said] == [Language.VI, Language.EN]
    hall.close()


def test_board_opens_beside_a_kiosk_and_goes_with_it(
    settings: Settings, clinic: Clinic, qtbot: QtBot, qapp: QApplication
) -> None:
    before = set(qapp.topLevelWidgets())
    with board_of(settings, clinic, with_window=True) as server:
        assert server is not None
        [window] = set(qapp.topLevelWidgets()) - before
        qtbot.waitUntil(window.isVisible)
    assert not window.isVisible()


def test_board_alone_ends_when_its_window_is_closed(
    settings: Settings, qtbot: QtBot, qapp: QApplication, told: list[str], closing: Callable[[], None]
) -> None:
    closing()
    assert run_board(settings, with_window=True, tell=told.append) == 0
    assert told[0].startswith("http://127.0.0.1:")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def closing(qapp: QApplication) -> Callable[[], None]:
    """Closes the board's window as soon as it is there."""
    from PySide6.QtCore import QTimer

    from kiosk.ui.board_window import BoardWindow

    timer = QTimer(qapp, interval=20)

    def close() -> None:
        for window in qapp.topLevelWidgets():
            if isinstance(window, BoardWindow) and window.isVisible():
                timer.stop()
                window.close()

    timer.timeout.connect(close)
    return timer.start


@pytest.mark.parametrize("breaks", [False, True], ids=["until its window is closed", "that does not open"])
def test_python_looks_for_what_is_left_over_by_itself_again_after_a_board(
    settings: Settings, closing: Callable[[], None], qtbot: QtBot, *, breaks: bool
) -> None:
    assert not gc.isenabled(), "nor does it where windows are tested"
    set_aside = list[int]()

    def opened(_: str) -> None:
        set_aside.append(gc.get_freeze_count())
        closing()

    if breaks:
        settings = replace(settings, board=replace(settings.board, web="nowhere"))
    with pytest.raises(KioskError) if breaks else nullcontext():
        run_board(settings, with_window=True, tell=opened)
    assert gc.isenabled()
    assert (all(set_aside), len(set_aside), gc.get_freeze_count()) == (True, int(not breaks), 0)


def test_board_without_window_and_page_says_what_is_missing(settings: Settings) -> None:
    with pytest.raises(KioskError, match=r"board\.web") as caught:
        run_board(replace(settings, board=replace(settings.board, web="")), with_window=False, tell=unheard)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_board_that_starts_before_its_server_shows_the_queue_once_that_is_there(
    settings: Settings, clinic: Clinic, postgresql_url: str, server: PostgresServer, tmp_path: Path
) -> None:
    shared = replace(settings, store=replace(settings.store, url=postgresql_url))
    with store_of(shared) as store:
        ticket = Staff(shared, clinic, store).call_new(1)
    server.stop()
    told: Queue[BoardShown] = Queue()
    with watched(shared, clinic, told.put, lambda _: None) as watch:
        assert watch.board.is_stale
        server.start()
        board = told.get(timeout=WITHIN_S)
    assert not board.is_stale
    assert [one.ticket for room in board.rooms for one in called(room)] == [ticket]
