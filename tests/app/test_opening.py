"""The waiting page first, everything else beside it: nothing that happens meanwhile is lost, no failure is silent."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.app import opening as opening_module
from kiosk.app.opening import FirstPaint, OpenDesk, Opening, check_configured
from kiosk.app.qt import open_app
from kiosk.app.training import open_training
from kiosk.app.window import Station
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Secrets, Settings, load_settings
from kiosk.text import Language
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.pages.begin import WaitingPage
from kiosk.ui.pages.typing import TypingPage
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.event import Event
from kiosk.workflow.line import Line
from kiosk.workflow.state import Waiting
from tests.patience import WITHIN_S

ROOT = Path(__file__).parents[2]
LATER = (
    "alembic",
    "cryptography",
    "kiosk.app.desk",
    "kiosk.simulator",
    "keyring",
    "numpy",
    "PySide6.QtMultimedia",
    "PySide6.QtPrintSupport",
    "PySide6.QtSerialPort",
    "PySide6.QtTextToSpeech",
    "requests",
    "serial",
    "smartcard",
    "sqlalchemy",
    "sqlcipher3",
    "zxingcpp",
)
"""What the waiting page does without."""
PRINT_LOADED = """
import os, sys
from kiosk.ui import desk_thread

def started(self):
    print(*sys.modules, flush=True)
    os._exit(0)

desk_thread.DeskThread.start = started
from kiosk.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


class WrittenLine:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ran = False
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()

    def post(self, event: Event) -> None:
        self.events.append(event)

    def run(self) -> None:
        self.ran = True
        self._ended.get()

    def stop(self) -> None:
        self._ended.put(None)


class Gate:
    """A desk that opens when it is let."""

    def __init__(self, line: WrittenLine) -> None:
        self.line, self.may_open, self.is_closed = line, threading.Event(), False

    @contextmanager
    def open(self) -> Iterator[OpenDesk]:
        assert self.may_open.wait(WITHIN_S)
        yield OpenDesk(self.line)
        self.is_closed = True


def scanned(number: int) -> happened.CodeScanned:
    return happened.CodeScanned(f"https://example.invalid/{number}")


def test_events_wait_for_the_line_and_come_in_their_order(qtbot: QtBot) -> None:
    gate = Gate(WrittenLine())
    opening = Opening(gate.open)
    facade = DeskFacade()
    with DeskThread(opening, facade):
        for number in range(50):
            facade.post(scanned(number))
        assert gate.line.events == []
        with qtbot.waitSignal(opening.opened):
            gate.may_open.set()
        qtbot.waitUntil(lambda: gate.line.ran)
        for number in range(50, 60):
            facade.post(scanned(number))
    assert gate.line.events == [scanned(number) for number in range(60)]
    assert gate.is_closed


def test_no_event_is_lost_or_overtaken_while_the_line_opens(qtbot: QtBot) -> None:
    gate = Gate(WrittenLine())
    opening = Opening(gate.open)
    half = threading.Event()

    def post_all() -> None:
        for number in range(4000):
            opening.post(scanned(number))
            if number == 500:
                half.set()

    hands = threading.Thread(target=post_all)
    with DeskThread(opening, DeskFacade()):
        hands.start()
        assert half.wait(WITHIN_S)
        gate.may_open.set()
        hands.join()
        qtbot.waitUntil(lambda: gate.line.ran)
    assert gate.line.events == [scanned(number) for number in range(4000)]


def test_kiosk_that_is_ended_while_it_opens_never_begins(qtbot: QtBot) -> None:
    gate = Gate(WrittenLine())
    opening = Opening(gate.open)
    desk = DeskThread(opening, DeskFacade())
    desk.start()
    opening.stop()
    gate.may_open.set()
    assert desk.stop()
    assert not gate.line.ran
    assert gate.is_closed
    desk.raise_failure()


def test_what_keeps_it_from_opening_is_raised_where_the_window_was_shown(qtbot: QtBot) -> None:
    def locked() -> AbstractContextManager[OpenDesk]:
        raise KioskError(FailureCode.STORE_UNAVAILABLE)

    facade = DeskFacade()
    desk = DeskThread(Opening(locked), facade)
    with qtbot.waitSignal(facade.line_broke):
        desk.start()
    desk.end()
    with pytest.raises(KioskError) as caught:
        desk.raise_failure()
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


@pytest.mark.parametrize(
    ("mode", "change", "secrets", "code"),
    [
        ("patient", "lookup.base_url=", Secrets("a", "b", "c", "d"), FailureCode.LOOKUP_NOT_CONFIGURED),
        ("patient", "", Secrets("a", "b"), FailureCode.LOOKUP_NOT_CONFIGURED),
        ("desk", "", Secrets("", "", "c", "d"), FailureCode.LOOKUP_NOT_CONFIGURED),
        ("patient", "printer.target=", Secrets("a", "b", "c", "d"), FailureCode.PRINTER_NOT_CONFIGURED),
        ("desk", "", Secrets("a", "b"), None),
        ("patient", "", Secrets("a", "b", "c", "d"), None),
    ],
)
def test_what_the_settings_alone_show_is_told_before_a_window(
    mode: str, change: str, secrets: Secrets, code: FailureCode | None
) -> None:
    given = ["lookup.base_url=http://127.0.0.1:9", "printer.target=none", f"screen.mode={mode}"]
    settings = load_settings(overrides=[*given, *filter(None, [change])])
    if code is None:
        check_configured(settings, secrets)
        return
    with pytest.raises(KioskError) as caught:
        check_configured(settings, secrets)
    assert caught.value.code is code


def test_first_painting_is_told_once(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    first = FirstPaint(window)
    told: list[int] = []
    first.over.connect(lambda: told.append(1))
    with qtbot.waitSignal(first.over):
        window.show()
    window.repaint()
    qtbot.wait(10)
    assert told == [1]


def test_window_that_nobody_sees_opens_its_desk_all_the_same(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitSignal(FirstPaint(window).over):
        pass  # never shown, as behind another one: it is not painted
    assert not window.isVisible()


@pytest.fixture
def settings() -> Settings:
    return load_settings(overrides=["camera.name=none", "screen.px_per_mm=4.03", "printer.target=none"])


def test_touch_before_the_desk_is_open_is_honoured(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    open_app()
    may_open = threading.Event()
    with open_training(settings, tmp_path) as training:
        facade = DeskFacade()

        @contextmanager
        def open_later() -> Iterator[OpenDesk]:
            assert may_open.wait(WITHIN_S)
            yield OpenDesk(Line(training.edges, on_state=facade.heard_state, on_devices=facade.heard_devices))

        opening = Opening(open_later)
        station = Station(settings, training.clinic, facade, training=True)
        with _shown(station) as window, DeskThread(opening, facade):
            window.set_language(Language.EN)
            page = window.page
            assert isinstance(page, WaitingPage)
            window.intent.emit(happened.StartedTyping())
            assert window.page is page
            may_open.set()
            qtbot.waitUntil(lambda: isinstance(window.page, TypingPage))
            assert window.language is Language.EN


def test_waiting_page_is_not_made_anew_when_the_line_begins(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    open_app()
    with open_training(settings, tmp_path) as training:
        station = Station(settings, training.clinic, DeskFacade(), training=True)
        with _shown(station) as window:
            page = window.page
            station.show_state(Waiting())
            assert window.page is page
            station.show_state(Waiting())  # a later one is another visit's
            assert window.page is not page


@contextmanager
def _shown(station: Station) -> Iterator[PatientWindow]:
    assert isinstance(station.window, PatientWindow)
    station.window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    station.window.resize(1080, 1920)
    station.window.show()
    try:
        yield station.window
    finally:
        station.close()
        station.window.deleteLater()
        station.deleteLater()


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    account = dict.fromkeys(("KIOSK_GATEWAY_USERNAME", "KIOSK_GATEWAY_PASSWORD", "KIOSK_OFFICER_NAME"), "99001")
    env = {**os.environ, **account, "KIOSK_OFFICER_ID": "999185000999", "QT_QPA_PLATFORM": "offscreen"}
    changes = (
        "lookup.base_url=http://127.0.0.1:9",
        "log.level=error",
        "screen.voice=false",
        "screen.sounds=false",
        "secrets.keystore=file",
        f"secrets.file={tmp_path / 'secrets.json'}",
    )

    def started(
        *words: str, store: str, printer: str = "none", mode: str = "patient"
    ) -> subprocess.CompletedProcess[str]:
        sets = [f"--set={change}" for change in (*changes, f"store.url=sqlite:///{store}", f"printer.target={printer}")]
        return subprocess.run(
            [sys.executable, *words, *sets, "run", "--mode", mode],
            cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=WITHIN_S,
        )  # fmt: skip

    return started


Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("mode", ["patient", "desk"])
def test_first_screen_does_without_what_only_the_desk_needs(start: Start, tmp_path: Path, mode: str) -> None:
    done = start("-c", PRINT_LOADED, store=str(tmp_path / "kiosk.db"), mode=mode)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "kiosk.ui.pages.begin" in loaded
    assert loaded.isdisjoint(LATER)


READ_ONE = """
import sys
from pathlib import Path
from kiosk.app.desk import inspect
from kiosk.app.opening import loaded_for_cards
from kiosk.app.training import people_of_config
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.pki import invent_pki

class Watch:
    def phase(self, phase): pass
    def identity(self, document): pass

person, pki = people_of_config()[0], invent_pki()
with loaded_for_cards():
    pass
before = set(sys.modules)
inspect(VirtualCard(person, pki), CardKeys(personal_number=person.number),
        TrustAnchors((pki.trusted.country_signer,)), Watch())
print(*(name for name in set(sys.modules) - before if name.startswith("kiosk")))
"""


def test_first_card_loads_nothing_more() -> None:
    done = subprocess.run([sys.executable, "-c", READ_ONE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_what_cannot_be_loaded_for_cards_is_told_and_keeps_nobody_from_opening(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(opening_module, "_FOR_CARDS", ("none_such", "curves"))
    with opening_module.loaded_for_cards():
        pass
    [told] = caplog.messages
    assert told.startswith("loading none_such: ModuleNotFoundError at [")


def test_what_does_not_open_beside_the_window_ends_the_kiosk_with_its_one_line(start: Start, tmp_path: Path) -> None:
    done = start("-m", "kiosk", printer="nowhere", store=str(tmp_path / "kiosk.db"))
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("kiosk: settings-invalid: ")
    assert "printer.target" in line
