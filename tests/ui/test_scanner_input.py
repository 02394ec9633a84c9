"""A gun's keys become codes and never reach a widget; a hand's keys arrive where they were typed."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from kiosk.reader.document import CitizenCode, InsuranceCode, UnknownCode
from kiosk.reader.payload import parse
from kiosk.simulator.invented_codes import invent_codes
from kiosk.simulator.typing import AltCode, Composed, Key, Letters, Struck, Style, gun_keys, through_method
from kiosk.ui.scanner_input import ScannerInput
from kiosk.workflow.event import CodeScanned

# The screenless platform cannot tell a window's least size to a window system.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


CITIZEN = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"


class Desk:
    """A field with the focus, a shortcut on Enter, and the filter."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, time: Any) -> None:
        self.time = time
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.field = QLineEdit()
        QVBoxLayout(self.window).addWidget(self.field)
        self.shortcuts: list[str] = []
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Return), self.window)
        shortcut.activated.connect(lambda: self.shortcuts.append("enter"))
        self.window.show()
        self.field.setFocus()
        self.input = ScannerInput(clock=time)
        self.scans: list[str] = []
        self.faults: list[Any] = []
        self.input.scanned.connect(self._scanned)
        self.input.discarded.connect(self.faults.append)
        self.input.watch(qapp)

    def _scanned(self, event: CodeScanned) -> None:
        self.scans.append(event.text)

    def type(self, text: str, gap_s: float) -> None:
        for letter in text:
            self.time.passes(gap_s)
            if letter == "\r":
                QTest.keyClick(self.field, Qt.Key.Key_Return)
            else:
                QTest.keyClicks(self.field, letter)

    def silence(self, seconds: float = 5.0) -> None:
        self.time.passes(seconds)
        self.input.listen_to_silence()


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, time: Any) -> Iterator[Desk]:
    made = Desk(qtbot, qapp, time)
    yield made
    qapp.removeEventFilter(made.input)


def test_a_guns_code_is_scanned_and_does_not_leak(desk: Desk) -> None:
    desk.type("999048000123\r", 0.01)
    desk.silence()
    assert desk.scans == ["999048000123"]
    assert desk.field.text() == ""
    assert desk.shortcuts == []


def test_a_gun_that_does_not_close_its_code_is_heard_after_silence(desk: Desk) -> None:
    desk.type("999048000123", 0.01)
    assert desk.scans == []
    desk.silence()
    assert desk.scans == ["999048000123"]
    assert desk.field.text() == ""


def test_a_hand_types_into_the_field(desk: Desk) -> None:
    desk.type("mau", 0.3)
    desk.silence()
    assert desk.field.text() == "mau"
    assert desk.scans == []


def test_enter_of_a_hand_is_enter(desk: Desk) -> None:
    desk.type("mau", 0.3)
    desk.silence()
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    desk.silence()
    assert desk.shortcuts == ["enter"]


def test_backspace_of_a_hand_takes_back(desk: Desk) -> None:
    desk.type("mau", 0.3)
    desk.silence()
    QTest.keyClick(desk.field, Qt.Key.Key_Backspace)
    assert desk.field.text() == "ma"


def test_what_an_input_method_commits_is_part_of_the_code(desk: Desk) -> None:
    for piece in ("9990", "4800", "0123"):
        desk.time.passes(0.01)
        event = QInputMethodEvent()
        event.setCommitString(piece)
        QApplication.sendEvent(desk.field, event)
    desk.silence()
    assert desk.scans == ["999048000123"]
    assert desk.field.text() == ""


def test_an_input_methods_word_of_a_hand_arrives(desk: Desk) -> None:
    event = QInputMethodEvent()
    event.setCommitString("Mẫu")
    QApplication.sendEvent(desk.field, event)
    desk.silence()
    assert desk.field.text() == "Mẫu"


def test_half_a_scan_goes_nowhere(desk: Desk) -> None:
    desk.type("99904800012|012", 0.01)
    desk.silence()
    desk.silence()
    assert desk.scans == []
    assert desk.field.text() == ""
    assert [fault.value for fault in desk.faults] == ["half"]


def test_chords_are_left_alone(desk: Desk) -> None:
    desk.field.setText("mau")
    QTest.keyClick(desk.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert desk.field.selectedText() == "mau"


def test_keys_of_a_gun_press_no_button_of_a_page(open_window: Any, states: Any, time: Any, desk: Desk) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    time.passes(1)
    events: list[object] = []
    window.intent.connect(events.append)
    for letter in "999048000123":
        time.passes(0.01)
        QTest.keyClicks(window, letter)
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClick(window.page.confirm, Qt.Key.Key_Space)
    desk.silence()
    assert events == []
    assert desk.scans == ["999048000123"]


# -- a busy program gets keys late ----------------------------------------------------------------------------------
def strike_stamped(desk: Desk, text: str, struck_ms: int) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        key = Qt.Key.Key_Return if text == "\r" else Qt.Key.Key_unknown
        event = QKeyEvent(kind, key, NO_MODIFIER, text)
        event.setTimestamp(struck_ms)
        QApplication.sendEvent(desk.field, event)


@pytest.mark.parametrize("began_ms", [5_000_000, 2**32 - 900])
@pytest.mark.parametrize("late", ["first", "middle", "last"])
def test_gun_does_not_leak_into_a_field_of_a_program_that_was_busy(desk: Desk, late: str, began_ms: int) -> None:
    code = "999048000123\r"
    busy = {"first": (0, 240), "middle": (170, 410), "last": (600, 840)}[late]
    first_s = desk.time()
    for at, letter in enumerate(code):
        struck = 60 * at
        came = busy[1] if busy[0] <= struck < busy[1] else struck
        desk.time.passes(max(0.0, first_s + came / 1000 - desk.time()))
        strike_stamped(desk, letter, (began_ms + struck) % 2**32)
    desk.silence()
    assert desk.scans == ["999048000123"]
    assert desk.field.text() == ""


@pytest.mark.parametrize(
    ("code", "falters"),
    [("999048000123", (1,)), ("999048000123", (1, 2))]
    + [(code, falters) for code in (CITIZEN, CITIZEN + "||||") for falters in ((2,), (4,), (9,), (1, 2, 3, 9))],
)
def test_gun_that_falters_among_its_first_keys_is_heard_and_leaves_the_field_as_it_was(
    desk: Desk, code: str, falters: tuple[int, ...]
) -> None:
    desk.field.setText("mau ")
    for at, letter in enumerate(code + "\r"):
        desk.time.passes(0.12 if at in falters else 0.05)
        strike(desk, Key(letter))
    desk.silence()
    assert desk.scans == [code]
    assert (desk.field.text(), desk.shortcuts) == ("mau ", [])


def test_gun_that_stops_for_long_among_its_first_keys_takes_nothing_back(desk: Desk) -> None:
    desk.type("99", 0.05)
    desk.silence(0.4)
    desk.type("999090000123\r", 0.01)
    desk.silence()
    assert desk.scans == ["999090000123"]
    assert desk.field.text() == "99"


def test_scan_right_behind_a_word_that_a_hand_typed_leaves_the_word(desk: Desk) -> None:
    desk.type("mau", 0.15)
    desk.time.passes(0.15)
    for letter in CITIZEN + "\r":
        desk.time.passes(0.01)
        strike(desk, Key(letter))
    desk.silence()
    assert desk.scans == [CITIZEN]
    assert desk.field.text() == "mau"


def test_hand_whose_keys_a_busy_program_gets_at_once_is_a_hand(desk: Desk) -> None:
    for at, letter in enumerate("999090000123"):
        strike_stamped(desk, letter, 5_000_000 + 200 * at)
        if at == 0:
            desk.time.passes(2.4)  # the first came in time, all others after the pause
    desk.silence()
    assert desk.scans == []
    assert desk.field.text() == "999090000123"


@pytest.mark.parametrize("gap_ms", [85, 110, 120])
@pytest.mark.parametrize("end", ["", "\r"])
@pytest.mark.parametrize("idle_s", [None, 60.0, 3600.0])
def test_hand_that_begins_while_the_program_is_busy_is_a_hand(
    desk: Desk, idle_s: float | None, end: str, gap_ms: int
) -> None:
    began_ms = 5_000_000
    if idle_s is not None:
        strike_stamped(desk, "x", began_ms)
        desk.silence()
        desk.time.passes(idle_s - 5.0)
        began_ms += round(idle_s * 1000)
    keys = "999090000123" + end
    desk.time.passes(len(keys) * gap_ms / 1000)
    for at, letter in enumerate(keys):
        strike_stamped(desk, letter, began_ms + gap_ms * at)
    desk.silence()
    assert desk.scans == []
    assert desk.field.text() == ("x" if idle_s is not None else "") + "999090000123"


@pytest.mark.parametrize("gap_ms", [5, 35, 70])
def test_gun_that_begins_while_the_program_is_busy_is_a_gun_to_its_last_key(desk: Desk, gap_ms: int) -> None:
    for at, letter in enumerate("999090000123\r"):
        desk.time.passes(0.9 if at == 0 else 0.0)
        strike_stamped(desk, letter, 5_000_000 + gap_ms * at)
    strike_stamped(desk, "\r", 5_000_000 + gap_ms * 12 + 120)
    desk.silence()
    assert (desk.scans, desk.field.text(), desk.shortcuts) == (["999090000123"], "", [])


# -- what else guns and hands do ------------------------------------------------------------------------------------
NO_MODIFIER, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier


def send_key(widget: QWidget, text: str, kind: QEvent.Type = QEvent.Type.KeyPress, *, repeated: bool = False) -> None:
    QApplication.sendEvent(widget, QKeyEvent(kind, Qt.Key.Key_unknown, NO_MODIFIER, text, repeated))


def compose(widget: QWidget, commit: str, preedit: str = "", replaced: int = 0) -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit, -replaced, replaced)
    QApplication.sendEvent(widget, event)


def strike(desk: Desk, struck: Struck) -> None:
    """One thing that a gun or an input method does, as the window gets it."""
    match struck:
        case Key("\r"):
            QTest.keyClick(desk.field, Qt.Key.Key_Return)
        case Key("\b"):
            QTest.keyClick(desk.field, Qt.Key.Key_Backspace)
        case Key(character):
            send_key(desk.field, character)
        case Composed(commit, preedit, replaced):
            compose(desk.field, commit, preedit, replaced)
        case AltCode(digits):
            alt_code(desk, digits)


def alt_code(desk: Desk, digits: str, gap_s: float = 0.01) -> None:
    QApplication.sendEvent(desk.field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Alt, NO_MODIFIER))
    for digit in digits:
        desk.time.passes(gap_s)
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(desk.field, QKeyEvent(kind, ord(digit), ALT, ""))
    desk.time.passes(gap_s)
    QApplication.sendEvent(desk.field, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, NO_MODIFIER))


@pytest.mark.parametrize("gap_s", [0.005, 0.02, 0.06])
def test_letters_as_alt_codes_are_letters(desk: Desk, gap_s: float) -> None:
    for struck in gun_keys(CITIZEN + "\r", Letters.ALT_UNICODE):
        desk.time.passes(gap_s)
        if isinstance(struck, AltCode):
            alt_code(desk, struck.digits, gap_s)
        else:
            strike(desk, struck)
    desk.silence()
    assert desk.scans == [CITIZEN]
    assert desk.field.text() == ""


@pytest.mark.parametrize("method", ["telex", "vni"])
@pytest.mark.parametrize("style", list(Style))
def test_gun_through_an_input_method_leaks_nothing_and_names_nobody_wrongly(
    desk: Desk, method: str, style: Style
) -> None:
    for struck in through_method(gun_keys(CITIZEN + "\r", Letters.DROPPED), method, style):
        desk.time.passes(0.02)
        strike(desk, struck)
        assert desk.field.text() == ""
    desk.silence()
    [scan] = desk.scans
    code = parse(scan)
    assert isinstance(code, CitizenCode)
    assert (code.personal_number, code.full_name) == ("999090000123", "")
    assert "full-name" in code.doubts
    assert desk.field.text() == ""


def test_codes_of_all_kinds_arrive_as_key_events(desk: Desk) -> None:
    random = Random(5)
    for code in invent_codes(60, seed=5):
        desk.silence()
        keys = gun_keys(code.text + "\r", random.choice(list(Letters)))
        method = random.choice(["", "telex", "vni"])
        for struck in through_method(keys, method, random.choice(list(Style))) if method else keys:
            desk.time.passes(random.uniform(0.005, 0.06))
            strike(desk, struck)
        desk.silence()
        read = parse(desk.scans.pop())
        assert isinstance(read, CitizenCode | InsuranceCode)
        assert (read.personal_number if isinstance(read, CitizenCode) else read.card_number) == code.number
        assert read.full_name in (code.full_name, "")
        assert desk.field.text() == ""
    assert desk.faults == []


def test_word_that_a_hand_composes_arrives(desk: Desk) -> None:
    for preedit in ("M", "Mâ", "Mẫ", "Mẫu"):
        desk.time.passes(0.2)
        compose(desk.field, "", preedit)
        desk.silence(0.1)
    desk.time.passes(0.2)
    compose(desk.field, "Mẫu ")
    desk.silence()
    assert desk.field.text() == "Mẫu "


def test_phrase_that_a_hand_commits_at_once_arrives(desk: Desk) -> None:
    compose(desk.field, "Nguyễn Văn Mẫu, Hà Nội")
    desk.silence()
    assert desk.field.text() == "Nguyễn Văn Mẫu, Hà Nội"


def test_last_word_that_an_input_method_still_composes_does_not_leak_later(desk: Desk) -> None:
    preedit = ""
    for digit in "999048000123":
        desk.time.passes(0.02)
        preedit += digit
        compose(desk.field, "", preedit)
    desk.silence()
    assert desk.scans == ["999048000123"]
    compose(desk.field, preedit)
    desk.silence()
    assert desk.field.text() == ""


def test_key_that_a_hand_holds_down_arrives_as_often_as_it_repeats(desk: Desk) -> None:
    send_key(desk.field, "a")
    for _ in range(30):
        desk.time.passes(0.03)
        send_key(desk.field, "a", repeated=True)
    desk.silence()
    assert desk.field.text() == "a" * 31


def test_fast_hand_on_a_long_word_loses_nothing(desk: Desk) -> None:
    desk.type("nghiencuukhoa", 0.065)
    desk.silence()
    assert desk.field.text() == "nghiencuukhoa"
    assert desk.scans == []


def test_arrow_behind_a_fast_key_keeps_its_place(desk: Desk) -> None:
    desk.type("ab", 0.02)
    desk.time.passes(0.02)
    QTest.keyClick(desk.field, Qt.Key.Key_Left)
    desk.type("c", 0.2)
    desk.silence()
    assert desk.field.text() == "acb"


def test_control_characters_of_a_gun_are_thrown_away(desk: Desk) -> None:
    for letter in "999090000123":
        desk.time.passes(0.01)
        send_key(desk.field, letter)
    QTest.keyClick(desk.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    for letter in "\x1b\x1d\x04":
        desk.time.passes(0.01)
        send_key(desk.field, letter)
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    desk.silence()
    assert (desk.scans, desk.field.text()) == ([], "")
    assert [fault.value for fault in desk.faults] == ["implausible"]


def test_gun_that_types_four_kilobytes_leaks_nothing(desk: Desk) -> None:
    for _ in range(5000):
        desk.time.passes(0.005)
        send_key(desk.field, "9")
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    desk.silence()
    assert (desk.scans, desk.field.text()) == ([], "")
    assert [fault.value for fault in desk.faults] == ["too-long"]


def test_another_kiosks_code_is_scanned_and_known_to_nobody(desk: Desk) -> None:
    text = "KIOSK2;ticket=042;name=%3Cscript%3E"
    for letter in text + "\r":
        desk.time.passes(0.01)
        strike(desk, Key(letter))
    desk.silence()
    assert [type(parse(scan)) for scan in desk.scans] == [UnknownCode]
    assert desk.field.text() == ""


def test_keys_for_a_page_that_is_gone_are_dropped(desk: Desk) -> None:
    other = QLineEdit(desk.window)
    send_key(other, "a")
    delete(other)
    desk.silence()
    assert desk.field.text() == ""


def test_scans_go_to_the_test_while_it_runs(desk: Desk) -> None:
    tested: list[Any] = []
    desk.input.tested.connect(tested.append)
    desk.input.testing = True
    desk.type("999048000123\r", 0.01)
    assert desk.scans == []
    assert [scan.text for scan in tested] == ["999048000123"]
