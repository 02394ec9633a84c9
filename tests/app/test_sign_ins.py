"""The staff's window with somebody signing in: by keys alone, beside a gun, in the right name for every lookup."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app.desk import clinic_of, courier_of
from kiosk.app.officers import DeskDuty, officers_of, open_duty
from kiosk.app.training import INVENTED_PIN, open_training
from kiosk.app.window import Station
from kiosk.checkin.officer import Happened
from kiosk.checkin.officers import Officers
from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import Answer, CardAnswer, Question, ServiceTrouble
from kiosk.lookup.options import Officer
from kiosk.settings import Secrets, Settings, load_settings
from kiosk.text import Language, say
from kiosk.ui.desk.header import Header
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.facade import DeskFacade
from kiosk.ui.sign_in import SignIn
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import Devices, Failed, Waiting
from tests.patience import WITHIN_S

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
NAME, NUMBER, PIN = "Ngô Văn Bàn", "999085000724", "7314"
RESPONSIBLE = Secrets("", "", "Trịnh Văn Trực", "999078000451")
CODE = "999090000123|123456789|Nguyen Van Mau|15011990|Nam|Mau|01012021"


@dataclass
class Heard:
    """A line that only listens."""

    events: list[happened.Event] = field(default_factory=list)

    def post(self, event: happened.Event) -> None:
        self.events.append(event)

    def run(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to end."""


def settings_in(folder: Path, *changes: str) -> Settings:
    return load_settings(
        overrides=[
            "camera.name=none", "screen.px_per_mm=4.03", "screen.mode=desk", "secrets.keystore=file",
            f"secrets.file={folder}/secrets.json", f"store.url=sqlite:///{folder}/kiosk.db", *changes,
        ]
    )  # fmt: skip


@dataclass
class Desk:
    """A staff's window with its duty, its officers and what the line hears."""

    station: Station
    duty: DeskDuty
    officers: Officers
    heard: Heard
    keys_s: list[float]

    @property
    def header(self) -> Header:
        assert isinstance(self.station.window, DeskWindow)
        assert self.station.window.view is not None
        return self.station.window.view.header

    @property
    def dialog(self) -> SignIn:
        assert self.station.sign_ins is not None
        assert self.station.sign_ins.dialog is not None
        return self.station.sign_ins.dialog

    @property
    def told(self) -> str:
        """What the window says of who is on duty."""
        return self.header.officer.accessibleName()

    def stop_the_seconds(self) -> None:
        """From now on no second passes by itself, and none that has passed is still to be answered."""
        assert self.station.sign_ins is not None
        self.station.sign_ins._tick.stop()
        self.station.sign_ins._worker.submit(int).result(WITHIN_S)
        QApplication.processEvents()

    def log(self) -> list[Happened]:
        return [entry.happened for entry in self.officers.history()]

    def type(self, text: str) -> None:
        """As a hand, key by key."""
        for letter in text:
            send(letter)
            self.rest()

    def scan(self, text: str) -> None:
        """As a gun in keyboard mode, with the Enter that it adds."""
        for letter in f"{text}\r":
            send(letter)
            self.keys_s[0] += 0.01
        self.rest()

    def rest(self) -> None:
        """Longer than any gap between a gun's keys."""
        self.keys_s[0] += 5
        self.station._guns.keys.listen_to_silence()


OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[OpenDesk]:
    ends: list[Callable[[], object]] = []

    def opened(*changes: str, secrets: Secrets = RESPONSIBLE) -> Desk:
        settings = settings_in(tmp_path, *changes)
        keeping = officers_of(settings)
        officers = keeping.__enter__()
        officers.add(NAME, NUMBER, PIN)
        entered = open_duty(settings, secrets)
        duty = entered.__enter__()
        assert duty is not None
        facade, heard = DeskFacade(), Heard()
        facade.serve(heard)
        station = Station(settings, clinic_of(settings), facade, training=False)
        station.sign_in_with(duty)
        keys_s = [1000.0]
        station._guns.keys._clock = lambda: keys_s[0]
        with qtbot.waitActive(station.window):
            station.window.resize(1366, 768)
            station.window.show()
            station.window.activateWindow()

        def end() -> None:
            station.close()
            qapp.removeEventFilter(station._guns.keys)
            station.window.deleteLater()
            entered.__exit__(None, None, None)
            keeping.__exit__(None, None, None)

        ends.append(end)
        return Desk(station, duty, officers, heard, keys_s)

    yield opened
    for end in ends:
        end()


def focused() -> QWidget:
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    assert widget is not None
    return widget


def press(one: Qt.Key) -> None:
    QTest.keyClick(focused(), one)


def send(letter: str) -> None:
    """One key into whatever has the focus."""
    key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_unknown
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(focused(), event)


def sign_in(desk: Desk, qtbot: QtBot, pin: str = PIN) -> None:
    """F8, the PIN, Enter: the only officer is chosen already."""
    press(Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: desk.dialog.pin.hasFocus())
    desk.type(pin)
    assert desk.station.sign_ins is not None
    with qtbot.waitSignal(desk.station.sign_ins.done):
        desk.type("\r")


@pytest.mark.parametrize("language", list(Language))
def test_staff_sign_in_and_out_by_keys_alone(open_desk: OpenDesk, qtbot: QtBot, language: Language) -> None:
    desk = open_desk()
    desk.station.window.set_language(language)
    assert desk.told == say("officer.strip.nobody", language, name=RESPONSIBLE.officer_name)
    assert desk.duty.duty.officer_on_duty().number == RESPONSIBLE.officer_id
    sign_in(desk, qtbot)
    assert desk.told == say("officer.strip.on_duty", language, name=NAME)
    assert desk.duty.duty.officer_on_duty().number == NUMBER
    assert desk.station.sign_ins is not None
    assert not desk.station.sign_ins.is_open
    assert desk.header.duty.text() == say("desk.duty.out", language)
    desk.stop_the_seconds()
    with qtbot.waitSignal(desk.station.sign_ins.done):
        press(Qt.Key.Key_F8)
    assert desk.told == say("officer.strip.nobody", language, name=RESPONSIBLE.officer_name)
    assert desk.log() == [Happened.ADDED, Happened.TRIED, Happened.SIGNED_IN, Happened.SIGNED_OUT]


def test_wrong_pin_stays_at_the_dialog_and_the_right_one_follows(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    sign_in(desk, qtbot, "8350")
    assert desk.dialog.note.text() == say("officer.sign_in.refused", Language.VI)
    assert desk.duty.duty.signed_in is None
    desk.type(f"{PIN}\r")
    qtbot.waitUntil(lambda: desk.duty.duty.signed_in is not None)


def test_tries_in_a_row_are_paused_in_the_dialog(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk("officer.tries_before_pause=1")
    sign_in(desk, qtbot, "8350")
    assert re.search(r"\b0:(30|[0-2]\d)\b", desk.dialog.note.text())  # counted down while a busy machine shows it
    assert not desk.dialog.pin.isEnabled()


def test_gun_leaves_nothing_in_the_pin_and_checks_nobody_in_meanwhile(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    press(Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: desk.dialog.pin.hasFocus())
    desk.type("73")
    for scanned in (CODE, "999090000123", "1234567890"):
        desk.scan(scanned)
        assert desk.dialog.pin.text() == "73"
        assert desk.dialog.note.text() == say("officer.sign_in.scan", Language.VI)
        desk.dialog.note.clear()
    assert desk.heard.events == []
    assert desk.log() == [Happened.ADDED]
    press(Qt.Key.Key_Escape)
    desk.rest()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is desk.station.window)
    desk.scan("999090000123")
    assert desk.heard.events == [happened.CodeScanned("999090000123")]


def test_whoever_is_away_is_signed_out_and_a_hand_keeps_them(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk("officer.idle_min=1")
    sign_in(desk, qtbot)
    now_s = [1000.0]
    desk.duty.duty._clock = lambda: now_s[0]
    desk.stop_the_seconds()

    def second() -> None:
        assert desk.station.sign_ins is not None
        with qtbot.waitSignal(desk.station.sign_ins.done):
            desk.station.sign_ins.tick()

    press(Qt.Key.Key_Shift)
    second()
    now_s[0] += 59
    press(Qt.Key.Key_Shift)
    second()
    now_s[0] += 59
    desk.station.show_devices(Devices(card_laid=True))
    second()
    now_s[0] += 59
    second()
    assert desk.duty.duty.signed_in is not None
    now_s[0] += 1
    second()
    assert desk.told == say("officer.strip.nobody", Language.VI, name=RESPONSIBLE.officer_name)
    assert desk.log()[-1] is Happened.IDLE


def test_officer_removed_by_another_program_goes_off_duty(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    sign_in(desk, qtbot)
    desk.officers.remove("nvb")
    assert desk.station.sign_ins is not None
    desk.stop_the_seconds()
    for _ in range(30):
        desk.station.sign_ins.tick()
    qtbot.waitUntil(lambda: desk.told == say("officer.strip.nobody", Language.VI, name=RESPONSIBLE.officer_name))


def test_re_checks_are_in_the_responsible_officers_name(tmp_path: Path) -> None:
    settings = load_settings(overrides=["screen.mode=desk", "camera.name=none", "printer.target=none"])
    with open_training(settings, tmp_path) as training:
        assert training.duty is not None
        duty = training.duty.duty
        signed = duty.signed_in
        assert signed is not None
        duty._responsible = Officer("Trịnh Văn Trực", "999078000451")
        gateway = training.edges.lookup
        question = training.edges.question(person(), training.edges.now())
        assert isinstance(question, Question)
        journal = training.edges.journal
        courier = courier_of(settings, training.clinic, gateway, journal, training=True, duty=duty)  # type: ignore[arg-type]
        assert asked_in_the_name_of(courier._errand.ask(question)) == {"999078000451"}
        training.edges.visit_over()  # the patient's own visit asks anew
        assert asked_in_the_name_of(gateway.look_up(question)) == {signed.number}


def test_lost_key_is_told_in_the_dialog_with_its_cure(open_desk: OpenDesk, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_desk()
    (tmp_path / "secrets.json").unlink()
    sign_in(desk, qtbot)
    assert desk.dialog.note.text() == KioskError(FailureCode.KEY_WRONG, "no data key").told(Language.VI)
    assert desk.log() == [Happened.ADDED]


@pytest.mark.parametrize("kind", [ValueError, type("PanicException", (BaseException,), {})])
def test_defect_is_told_and_logged_by_its_kind_alone(
    open_desk: OpenDesk,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: type[BaseException],
) -> None:
    desk = open_desk()

    def broken(*_: object) -> None:
        raise kind("hidden-word")

    monkeypatch.setattr("kiosk.checkin.officers.Officers.sign_in", broken)
    sign_in(desk, qtbot)
    assert kind.__name__ in desk.dialog.note.text()
    assert "hidden-word" not in desk.dialog.note.text() + caplog.text


def test_closing_the_program_ends_the_duty(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with officers_of(settings) as officers:
        officers.add(NAME, NUMBER, PIN)
        with open_duty(settings, RESPONSIBLE) as desk:
            assert desk is not None
            desk.duty.sign_in("nvb", PIN)
        assert [entry.happened for entry in officers.history()][-1] is Happened.CLOSED


def test_nobody_signs_in_at_a_patients_screen(tmp_path: Path) -> None:
    with open_duty(settings_in(tmp_path, "screen.mode=patient", "officer.required=true"), RESPONSIBLE) as desk:
        assert desk is None
    assert not (tmp_path / "kiosk.db").exists()


def test_page_that_needs_somebody_opens_the_dialog(open_desk: OpenDesk) -> None:
    desk = open_desk("officer.required=true")
    assert desk.told == say("officer.strip.needed", Language.VI)
    desk.station.show_state(Failed(FailureCode.STORE_FULL))
    assert desk.station.sign_ins is not None
    assert not desk.station.sign_ins.is_open
    desk.station.show_state(Failed(FailureCode.OFFICER_NEEDED))
    assert desk.station.sign_ins.is_open


# -- in whose name --------------------------------------------------------------------------------------------------
def person() -> Identity:
    born = PartialDate(1990, 1, 15)
    return Identity(Trust.CODE_ONLY, "Nguyễn Văn Mẫu", personal_number="999090000123", date_of_birth=born)


def asked_in_the_name_of(answer: Answer) -> set[str]:
    assert isinstance(answer, CardAnswer | ServiceTrouble)
    assert answer.receipts
    return {receipt.officer_number for receipt in answer.receipts}


def test_training_has_the_sandboxs_officer_on_duty_and_each_lookup_bears_whose_it_was(tmp_path: Path) -> None:
    settings = load_settings(overrides=["screen.mode=desk", "camera.name=none", "printer.target=none"])
    for _ in range(2):  # the second time in the folder of the first
        with open_training(settings, tmp_path) as training:
            assert training.duty is not None
            duty, edges = training.duty.duty, training.edges
            signed = duty.signed_in
            assert signed is not None
            question = edges.question(person(), edges.now())
            assert isinstance(question, Question)
            answer = edges.lookup.look_up(question)
            assert isinstance(answer, CardAnswer)
            assert asked_in_the_name_of(answer) == {signed.number}
            with officers_of(_training_settings(settings, tmp_path)) as officers:
                if NAME not in {one.full_name for one in officers.listed()}:
                    officers.add(NAME, NUMBER, PIN)
            duty.sign_in("nvb", PIN)
            edges.visit_over()
            refused = edges.lookup.look_up(question)
            assert asked_in_the_name_of(refused) == {NUMBER}  # whom the sandbox does not know, and says so
            assert isinstance(refused, ServiceTrouble)
            assert refused.code == "054"
            duty.sign_in(signed.short_code, INVENTED_PIN)


def _training_settings(settings: Settings, out: Path) -> Settings:
    return settings_in(
        out,
        f"store.url=sqlite:///{out}/training.db",
        "store.encryption=off",
        f"secrets.file={out}/training-secrets.json",
    )


def test_nothing_is_sent_while_somebody_has_to_sign_in_first(qtbot: QtBot, tmp_path: Path) -> None:
    settings = load_settings(
        overrides=["screen.mode=desk", "officer.required=true", "camera.name=none", "printer.target=none"]
    )
    with open_training(settings, tmp_path) as training:
        assert training.duty is not None
        training.duty.duty.sign_out()
        states: list[object] = []
        line = Line(training.edges, on_state=states.append)
        line.post(happened.CodeScanned(training.show_citizen_code(training.people[0])))
        line.stop()
        line.run()
        assert states[-1] == Failed(FailureCode.OFFICER_NEEDED)
        assert training.gateway.counts.lookups == 0
        training.duty.duty.sign_in("dttd", INVENTED_PIN)
        line = Line(training.edges, on_state=states.append)
        line.post(happened.CodeScanned(training.show_citizen_code(training.people[0])))
        line.stop()
        line.run()
        assert training.gateway.counts.lookups == 1
        assert isinstance(states[0], Waiting)


# -- the header -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [1280, 1366, 1920])
def test_header_has_room_for_long_names_beside_its_keys(
    open_desk: OpenDesk, qtbot: QtBot, language: Language, width: int
) -> None:
    desk = open_desk()
    window = desk.station.window
    window.set_language(language)
    window.resize(width, 768)
    window.show_duty(OnDuty("Tôn Nữ Nguyễn Phước Quỳnh Hương Giang"))
    qtbot.waitUntil(lambda: desk.header.duty.x() > desk.header.officer.geometry().right())
    assert not desk.header.officer.is_cut
    assert desk.header.help.x() > desk.header.duty.geometry().right()
