"""The assembled window: simulators, panel, desk thread and pages together, played as a person plays."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app.demonstration import Hands, place_beside
from kiosk.app.opening import OpenDesk
from kiosk.app.qt import open_app
from kiosk.app.training import Training, open_training
from kiosk.app.window import Station, _Kiosk, end_in_order, show_window
from kiosk.checkin.notice import NoticeSeen, notice_version
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import load_settings
from kiosk.text import Language
from kiosk.ui.demo_panel import DemoPanel, DemoPerson
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.gallery import GLASSES
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import (
    AskingKey,
    Choosing,
    Confirming,
    Devices,
    DeviceState,
    Done,
    Failed,
    Found,
    Reading,
    State,
    Waiting,
)
from tests.patience import WITHIN_S

FULL_HD = GLASSES[0]


class Play:
    """A running kiosk in training, its window and panel, and the states that were shown."""

    def __init__(self, training: Training, window: PatientWindow, panel: DemoPanel, facade: DeskFacade) -> None:
        self.training, self.window, self.panel, self.facade = training, window, panel, facade
        self.states: list[State] = []
        self.devices = Devices()
        facade.state_changed.connect(self._saw)
        facade.devices_changed.connect(self._heard)

    def _saw(self, state: State) -> None:
        self.states.append(state)

    def _heard(self, devices: Devices) -> None:
        self.devices = devices

    @property
    def last(self) -> State | None:
        """The state on the screen."""
        return self.states[-1] if self.states else None

    def shown(self) -> str:
        """All that the window's own widgets and labels say."""
        names = [child.accessibleName() for child in self.window.findChildren(QWidget)]
        labels = [label.text() for label in self.window.findChildren(QLabel)]
        return " ".join([*names, *labels, self.window.windowTitle()])


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path) -> Iterator[Play]:
    settings = load_settings(overrides=["camera.name=none", "screen.px_per_mm=4.03", "printer.target=none"])
    open_app()
    with open_training(settings, tmp_path) as training:
        facade = DeskFacade()
        line = Line(training.edges, on_state=facade.heard_state, on_devices=facade.heard_devices)
        station = Station(settings, training.clinic, facade, training=True)
        assert isinstance(station.window, PatientWindow)
        station._guns.keys._clock = partial(next, count(1000.0, 0.001))  # a gun's keys, however busy this machine is
        panel = DemoPanel([DemoPerson(p.number, p.full_name, p.special_vi) for p in training.people], ("down",))
        hands = Hands(training, panel, facade)
        playing = Play(training, station.window, panel, facade)
        place_beside(station.window, panel)
        with DeskThread(line, facade), training.listen(line):
            qtbot.waitUntil(lambda: isinstance(playing.last, Waiting))
            yield playing
        hands.deleteLater()
        panel.close()
        panel.deleteLater()
        station.close()
        station.window.deleteLater()
        station.deleteLater()


class StoreInUse:
    """A line whose end closes the store."""

    def __init__(self) -> None:
        self.begun, self.wanted, self.closed = Event(), Event(), Event()

    def run(self) -> None:
        self.begun.set()
        self.wanted.wait(WITHIN_S)
        self.closed.set()

    def stop(self) -> None:
        self.wanted.set()

    def post(self, event: object) -> None:
        """Nothing comes of it."""


def test_store_is_closed_after_what_the_staffs_window_asks_of_it_and_not_before(qtbot: QtBot, tmp_path: Path) -> None:
    settings = load_settings(overrides=["camera.name=none", "screen.mode=desk", "printer.target=none"])
    open_app()
    with open_training(settings, tmp_path) as training:
        facade, line = DeskFacade(), StoreInUse()
        station = Station(settings, training.clinic, facade, training=True)
        desk = DeskThread(line, facade)
        desk.start()
        assert line.begun.wait(WITHIN_S)
        asking, missed = Event(), list[bool]()

        def query() -> None:
            asking.set()
            missed.append(line.closed.wait(0.3))  # as long as it takes, or until its store is gone

        assert station._staff is not None
        station._staff.errands.run(query, lambda _: None, lambda _: None)
        assert asking.wait(WITHIN_S)
        end_in_order(station, desk)
        assert (missed, line.closed.is_set(), desk.running) == ([False], True, False)
        station.window.deleteLater()
        station.deleteLater()


class Ended:
    """Notes that the application ends."""

    def __init__(self) -> None:
        self.times = 0

    def exit(self) -> None:
        self.times += 1


@pytest.mark.parametrize("broken", ["serve", "sound", "board"])
@pytest.mark.parametrize("kind", [KioskError, ValueError, type("PanicException", (BaseException,), {})])
def test_what_breaks_once_the_desk_is_open_ends_the_kiosk_and_is_raised(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, kind: type[BaseException]
) -> None:
    """Otherwise a window would stand there in which nobody can sign in, or whose list stays empty."""
    silent = ["screen.voice=false", "screen.sounds=false"]
    settings = load_settings(overrides=["camera.name=none", "printer.target=none", *silent])
    open_app()

    def breaks(*_: object) -> None:
        raise KioskError(FailureCode.FONT_MISSING) if kind is KioskError else kind()

    with open_training(settings, tmp_path) as training:
        station = Station(settings, training.clinic, DeskFacade(), training=True)
        app = Ended()
        kiosk = _Kiosk(cast(QApplication, app), station, breaks if broken == "board" else lambda: None)
        if broken != "board":
            monkeypatch.setattr(station, broken, breaks)
        kiosk.raise_failure()
        kiosk.desk_opened(OpenDesk(StoreInUse(), None, training.edges))
        assert app.times == 1
        with pytest.raises(kind):
            kiosk.raise_failure()
        station.close()
        station.window.deleteLater()
        station.deleteLater()


def test_piece_that_does_not_close_keeps_no_other_open(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(overrides=["camera.name=none", "screen.mode=desk", "printer.target=none"])
    open_app()

    def breaks() -> None:
        raise OSError("the gun's port")

    with open_training(settings, tmp_path) as training:
        station = Station(settings, training.clinic, DeskFacade(), training=True)
        station.serve(training.edges, training.duty)
        assert training.duty is not None
        station.sign_in_with(training.duty)
        station.window.show()
        monkeypatch.setattr(station._guns, "stop", breaks)
        with pytest.raises(OSError, match="port"):
            station.close()
        assert not station.window.isVisible()
        station.window.deleteLater()
        station.deleteLater()


Until = Callable[[type[State]], State]


@pytest.fixture
def until(qtbot: QtBot, play: Play) -> Until:
    def wait(kind: type[State]) -> State:
        qtbot.waitUntil(lambda: isinstance(play.last, kind))
        assert play.last is not None
        return play.last

    return wait


def test_person_plays_a_whole_check_in_with_the_panel(qtbot: QtBot, play: Play, until: Until) -> None:
    play.panel.lay.click()
    until(AskingKey)
    play.panel.code.click()
    qtbot.waitUntil(
        lambda: isinstance(play.last, Found) and not play.last.reading and play.last.decision is not None,
    )
    assert any(isinstance(state, Reading) for state in play.states)
    play.window.intent.emit(happened.Confirmed())
    until(Choosing)
    play.window.intent.emit(happened.ServiceChosen(play.training.clinic.services[0].code))
    until(Confirming)
    play.window.intent.emit(happened.Agreed(NoticeSeen(notice_version(Language.VI), Language.VI)))
    qtbot.waitUntil(lambda: isinstance(play.last, Done) and play.last.printing is not None)
    assert play.devices.card_laid
    play.window.intent.emit(happened.WentBack())
    until(Waiting)
    assert "Nguyễn Văn" not in play.shown()
    assert play.training.people[0].number[-3:] not in play.shown()


def test_panel_knows_whether_a_card_lies_there(qtbot: QtBot, play: Play, until: Until) -> None:
    assert play.panel.lay.isEnabled()
    play.panel.lay.click()
    until(AskingKey)
    qtbot.waitUntil(lambda: play.panel.take.isEnabled())
    assert not play.panel.lay.isEnabled()
    play.panel.take.click()
    until(Waiting)
    qtbot.waitUntil(lambda: play.panel.lay.isEnabled())


def test_gateway_fault_is_chosen_while_it_runs(qtbot: QtBot, play: Play, until: Until) -> None:
    play.panel.faults.setCurrentIndex(1)
    assert play.training.gateway.fault == "down"
    play.panel.code.click()
    qtbot.waitUntil(lambda: isinstance(play.last, Found) and play.last.decision is not None)
    assert isinstance(play.last, Found)
    assert play.last.decision is not None
    assert play.last.decision.verdict.value == "unverified"


def test_person_without_a_card_leaves_the_panel_as_it_is(play: Play, qtbot: QtBot) -> None:
    without = next(row for row, person in enumerate(play.training.people) if person.card == "none")
    play.panel.people.setCurrentRow(without)
    play.panel.lay.click()
    assert isinstance(play.last, Waiting)
    assert not play.devices.card_laid


def test_keys_of_a_gun_become_a_code(qtbot: QtBot, play: Play, until: Until) -> None:
    qtbot.keyClicks(play.window, "https://example.invalid/")  # type: ignore[no-untyped-call]
    qtbot.keyClick(play.window, "\r")  # type: ignore[no-untyped-call]
    failed = until(Failed)
    assert failed == Failed(FailureCode.CODE_UNREADABLE)


def test_camera_trouble_is_a_light_and_no_page(qtbot: QtBot, play: Play) -> None:
    play.facade.post(happened.ScannerChanged(DeviceState.TROUBLE))
    qtbot.waitUntil(lambda: play.devices.scanner is DeviceState.TROUBLE)
    assert isinstance(play.last, Waiting)


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtWidgets import QApplication

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(QApplication, "instance", staticmethod(lambda: None))
    with pytest.raises(KioskError) as caught:
        open_app()
    assert caught.value.code is FailureCode.DISPLAY_MISSING


@pytest.mark.parametrize("fills_screen", [True, False])
def test_patients_window_is_frameless_over_all_and_the_staffs_an_ordinary_one(qtbot: QtBot, fills_screen: bool) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    show_window(window, fills_screen=fills_screen)
    assert (window.isFullScreen(), window.isMaximized()) == (fills_screen, not fills_screen)
    assert bool(window.windowFlags() & Qt.WindowType.FramelessWindowHint) is fills_screen


@pytest.mark.parametrize(
    ("choices", "most"),
    [
        (["Nhi", "Lấy số"], 3),
        (["Khoa Nội", "Nội tổng quát", "Lấy số"], 4),
        (["Nhi", "Tôi thuộc diện ưu tiên", "Người có công"], 4),
        (["Khoa Nội", "Nội tổng quát", "Tôi thuộc diện ưu tiên", "Người có công"], 5),
    ],
    ids=["own tile", "in a department", "own tile, going first", "in a department, going first"],
)
def test_card_to_ticket_takes_so_many_taps_and_no_more(
    qtbot: QtBot, play: Play, until: Until, choices: list[str], most: int
) -> None:
    """On the real pages, the question for consent among them; the card and its code are no taps."""
    play.window.resize(FULL_HD.width, FULL_HD.height)
    play.panel.lay.click()
    until(AskingKey)
    play.panel.code.click()
    taps = 0
    for name in ["Đúng, tiếp tục", *choices]:
        qtbot.waitUntil(lambda name=name: may_tap(play.window, name))  # type: ignore[misc]
        [button] = named(play.window, name)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        taps += 1
    done = until(Done)
    assert isinstance(done, Done)
    assert done.check_in.ticket
    assert taps == most


def named(window: PatientWindow, name: str) -> list[QAbstractButton]:
    """The page's buttons that say so."""
    found = window.page.findChildren(QAbstractButton) if window.page else []
    return [one for one in found if one.isVisible() and one.isEnabled() and one.accessibleName().startswith(name)]


def may_tap(window: PatientWindow, name: str) -> bool:
    """Whether such a button stands there, and its page takes taps by now."""
    return bool(named(window, name)) and window._taps.may_press()
