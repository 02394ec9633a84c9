"""The staff's window on the whole line among simulators, by keys alone: from a card or a typed number to the slip,
the call, the reprint, the cancellation; and nothing of anybody left behind."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app.desk_records import SqlDeskRecords
from kiosk.app.desk_window import rooms_of
from kiosk.app.qt import open_app
from kiosk.app.sign_ins import SignIns
from kiosk.app.training import Training, open_training
from kiosk.app.window import Station
from kiosk.checkin.audit.entry import Act as Audited
from kiosk.checkin.clinic_clock import ClinicClock
from kiosk.checkin.duty import Duty
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.officer import Happened
from kiosk.checkin.officers import Officers
from kiosk.checkin.queue.place import PlaceState
from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.reader.document import ReadPhase, TypedDocument
from kiosk.settings import load_settings
from kiosk.simulator.gateway_history import VIETNAM, PastVisit, past_visits
from kiosk.simulator.people import Person
from kiosk.text import Language, say
from kiosk.ui.desk.dialogs import Question
from kiosk.ui.desk.entry import Entry
from kiosk.ui.desk.hands import SESSION_S
from kiosk.ui.desk.numbers import dong_words
from kiosk.ui.desk.page import PageOffer
from kiosk.ui.desk.pages.devices import DevicesPage
from kiosk.ui.desk.records import Today
from kiosk.ui.desk.rows import Row
from kiosk.ui.desk.view import DeskView
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.workflow.event import PersonTyped
from kiosk.workflow.line import Line
from kiosk.workflow.state import AskingKey, Done, Found, Issuing, State, Waiting
from tests.patience import WITHIN_S

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
K = Qt.Key
FIVE_YEARS_OF = "998155000201"
"""Insured for five years, with 95 percent and less paid this year than the limit."""


class Play:
    """A running kiosk in training with the staff's window, and the states that it showed."""

    def __init__(self, training: Training, station: Station, facade: DeskFacade, qtbot: QtBot) -> None:
        self.training, self.station, self.facade, self.qtbot = training, station, facade, qtbot
        self.window = cast(DeskWindow, station.window)
        self.states: list[State] = []
        facade.state_changed.connect(self.states.append)
        self._keys_s = 1000.0
        station._guns.keys._clock = lambda: self._keys_s

    @property
    def last(self) -> State:
        return self.states[-1]

    @property
    def journal(self) -> SqlJournal:
        return cast(SqlJournal, self.training.edges.journal)

    @property
    def view(self) -> DeskView:
        return self.window.view

    @property
    def sign_ins(self) -> SignIns:
        assert self.station.sign_ins is not None
        return self.station.sign_ins

    @property
    def duty(self) -> Duty:
        assert self.training.duty is not None
        return self.training.duty.duty

    @property
    def officers(self) -> Officers:
        return cast(Officers, self.duty._officers)

    @property
    def page(self) -> PageOffer | None:
        return self.window.over.page

    def paid_so_far(self) -> int | None:
        decision = self.last.decision if isinstance(self.last, Found) else None
        return decision.co_pay_this_year_vnd if decision is not None else None

    def rows(self) -> list[Row]:
        return list(self.view.list.lines.rows)

    def person(self, special: str = "") -> Person:
        """Somebody with a card whose insurance is `special` (`000` for good)."""
        wanted = special or "000"
        with_cards = [p for p in self.training.people if p.card != "none" and p.chip == "genuine"]
        return next(p for p in with_cards if p.insurance is not None and p.insurance.code == wanted)

    def focused(self) -> QWidget:
        """What has the keyboard, as soon as the window system has given it."""
        signing_in = self.station.sign_ins.dialog if self.station.sign_ins is not None else None
        self.until(lambda: (signing_in or self.window.dialog or self.window).isActiveWindow())
        return QApplication.focusWidget() or self.window

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focused(), key, modifiers)
        self.rest()

    def control(self, key: Qt.Key, *, shift: bool = False) -> None:
        both = Qt.KeyboardModifier.ControlModifier
        self.press(key, both | Qt.KeyboardModifier.ShiftModifier if shift else both)

    def type(self, text: str) -> None:
        for letter in text:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, K.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(self.focused(), event)
            self.rest()

    def scan(self, text: str) -> None:
        """As a gun in keyboard mode, with the Enter that it adds."""
        for letter in f"{text}\r":
            key = K.Key_Return if letter == "\r" else K.Key_unknown
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(self.focused(), QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter))
            self._keys_s += 0.01
        self.rest()

    def rest(self, *, counts: bool = True) -> None:
        """Longer than any gap between a gun's keys."""
        self._keys_s += 5
        self.station._guns.keys.listen_to_silence()
        if counts:
            self.window.hands._strokes.clear()

    def until(self, what: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()))

    def until_decided(self) -> Found:
        self.until(lambda: isinstance(self.last, Found) and self.last.decision is not None and not self.last.reading)
        # Enter is taken a moment after the page came: so long a hand needs to see it.
        self.window.hands._changed_s -= 10
        return cast(Found, self.last)

    def until_done(self) -> Done:
        self.until(lambda: isinstance(self.last, Done) and self.last.is_over)
        return cast(Done, self.last)

    def check_in(self, person: Person, digit: Qt.Key = K.Key_1) -> Done:
        """By keys alone, from the typed number to the printed slip."""
        self.press(K.Key_F2)
        self.type(person.number)
        self.press(K.Key_Return)
        self.type(person.full_name)
        self.press(K.Key_Return)
        self.type(f"{person.date_of_birth:%d/%m/%Y}")
        self.press(K.Key_Return)
        self.until_decided()
        self.press(digit)
        self.press(K.Key_Return)
        return self.until_done()

    def shown(self) -> str:
        """All that the window's widgets say or hold, also those that wait to be deleted."""
        said = [self.window.windowTitle(), QGuiApplication.clipboard().text()]
        for widget in (self.window, *self.window.findChildren(QWidget)):
            said += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
            if isinstance(widget, QLabel | QLineEdit):
                said.append(widget.text())
        said += [row.reads_out for row in self.rows()]
        return " ".join(said)


@pytest.fixture
def play(qtbot: QtBot, tmp_path: Path) -> Iterator[Play]:
    settings = load_settings(
        overrides=["camera.name=none", "printer.target=none", "screen.mode=desk", "desk.rooms=P203"]
    )
    open_app()
    with open_training(settings, tmp_path) as training:
        facade = DeskFacade()
        line = Line(training.edges, on_state=facade.heard_state, on_devices=facade.heard_devices)
        station = Station(settings, training.clinic, facade, training=True)
        station.serve(training.edges, training.duty)
        assert training.duty is not None
        station.sign_in_with(training.duty)
        playing = Play(training, station, facade, qtbot)
        station.window.resize(1920, 1080)
        with qtbot.waitActive(station.window):
            station.window.show()
            station.window.activateWindow()
        with DeskThread(line, facade), training.listen(line):
            qtbot.waitUntil(lambda: bool(playing.states) and isinstance(playing.last, Waiting))
            playing.until(lambda: playing.window.visits.offers)
            yield playing
        station.close()
        station.window.deleteLater()
        station.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


# -- the whole way ----------------------------------------------------------------------------------------------------
def test_typed_number_becomes_a_number_a_slip_and_a_call_by_keys_alone(play: Play) -> None:
    person = play.person()
    done = play.check_in(person)
    assert done.check_in.service == play.training.clinic.services[0]
    play.until(lambda: [row.ticket for row in play.rows()] == [done.check_in.ticket])
    play.press(K.Key_Return)  # done with this person
    play.until(lambda: isinstance(play.last, Waiting))
    play.press(K.Key_F10)
    play.until(lambda: play.rows()[0].state is PlaceState.CALLED)
    play.control(K.Key_I)
    play.until(lambda: play.rows()[0].state is PlaceState.IN_ROOM)
    play.control(K.Key_D)
    play.until(lambda: play.rows()[0].state is PlaceState.DONE)


def test_card_is_opened_by_six_digits_and_its_person_checked_in(play: Play) -> None:
    person = play.person()
    play.training.lay(person)
    play.until(lambda: isinstance(play.last, AskingKey))
    play.until(lambda: isinstance(play.focused(), QLineEdit))
    play.type(person.can)
    play.press(K.Key_Return)
    found = play.until_decided()
    assert found.identity.evidence is not None
    assert say("desk.check.hashes", Language.VI) in play.shown()
    play.press(K.Key_2)
    play.press(K.Key_Return)
    assert play.until_done().check_in.service == play.training.clinic.services[1]


def test_enter_without_a_service_gives_no_number_and_says_why(play: Play) -> None:
    person = play.person()
    play.facade.post(_typed(person))
    play.until_decided()
    play.press(K.Key_Return)
    assert isinstance(play.last, Found)
    assert play.view.news.words.text() == say("desk.news.no_service", Language.VI)


def test_enter_after_a_burst_of_keys_is_a_guns_and_gives_no_number(play: Play) -> None:
    play.facade.post(_typed(play.person()))
    play.until_decided()
    for letter in "1234":
        QTest.keyClicks(play.focused(), letter)
        play.rest(counts=False)
    QTest.keyClick(play.focused(), K.Key_Return)
    play.rest(counts=False)
    assert isinstance(play.last, Found)
    assert play.view.news.words.text() == say("desk.news.burst", Language.VI)


def test_look_up_again_asks_the_service_again(play: Play) -> None:
    play.facade.post(_typed(play.person()))
    first = play.until_decided()
    asked = play.training.gateway.counts.lookups
    play.press(K.Key_F5)
    play.until(lambda: isinstance(play.last, Found) and play.last.decision is not None and play.last is not first)
    again = cast(Found, play.last)
    assert again.answer is not None
    assert first.answer is not None
    assert again.answer.checked_at != first.answer.checked_at
    assert play.training.gateway.counts.lookups == asked + 1


def test_override_with_a_reason_is_kept_with_the_officer(play: Play) -> None:
    play.facade.post(_typed(play.person()))
    play.until_decided()
    play.press(K.Key_F7)
    dialog = play.window.dialog
    assert isinstance(dialog, Question)
    play.press(K.Key_1)
    assert dialog.reason is not None
    dialog.reason.setFocus()
    play.type("theo yeu cau")
    play.press(K.Key_Return)
    play.until(lambda: play.window.dialog is None)
    play.press(K.Key_1)
    play.press(K.Key_Return)
    done = play.until_done()
    assert done.check_in.decision.verdict is Verdict.SELF_PAY
    noted = [row for row in play.journal.audit.rows() if row.happened == Audited.DECISION_CHANGED.value]
    assert [(row.subject, row.reason) for row in noted] == [(done.check_in.visit_id, "theo yeu cau")]
    assert noted[0].actor == play.station._staff.by()  # type: ignore[union-attr]


def test_reason_with_a_persons_number_is_refused(play: Play) -> None:
    play.facade.post(_typed(play.person()))
    play.until_decided()
    play.press(K.Key_F7)
    dialog = play.window.dialog
    assert isinstance(dialog, Question)
    play.press(K.Key_1)
    assert dialog.reason is not None
    dialog.reason.setText("so 999 048 000 123")
    dialog.submit()
    assert dialog.isVisible()
    assert dialog.note.text() == say("desk.ask.reason_number", Language.VI)
    play.press(K.Key_Escape)


def test_cancelled_visit_leaves_the_queue_with_its_reason(play: Play) -> None:
    done = play.check_in(play.person())
    play.until(lambda: play.rows())
    play.press(K.Key_Return)
    play.until(lambda: isinstance(play.last, Waiting))
    play.press(K.Key_F3)
    play.press(K.Key_Down)
    play.press(K.Key_Delete)
    assert isinstance(play.window.dialog, Question)
    play.type("ve nha")
    play.press(K.Key_Return)
    play.until(lambda: play.rows()[0].state is PlaceState.CANCELLED)
    noted = [row for row in play.journal.audit.rows() if row.happened == Audited.CANCELLED.value]
    assert [(row.subject, row.reason) for row in noted] == [(done.check_in.visit_id, "ve nha")]


def test_kept_record_is_opened_by_enter_and_noted_before_it_is_shown(play: Play) -> None:
    done = play.check_in(play.person())
    play.press(K.Key_Return)
    play.until(lambda: isinstance(play.last, Waiting) and play.rows())
    play.press(K.Key_F3)
    play.press(K.Key_Down)
    play.press(K.Key_Return)
    play.until(lambda: play.window.subject == done.check_in.visit_id)
    noted = [row.subject for row in play.journal.audit.rows() if row.happened == Audited.VISIT_SHOWN.value]
    assert noted == [done.check_in.visit_id]
    play.press(K.Key_Escape)
    assert play.window.subject == ""


def test_slip_is_printed_again_and_counted(play: Play) -> None:
    done = play.check_in(play.person())
    play.press(K.Key_Return)
    play.until(lambda: isinstance(play.last, Waiting) and play.rows())
    play.press(K.Key_F3)
    play.press(K.Key_Down)
    play.control(K.Key_P)
    again = Audited.REPRINTED.value
    play.until(lambda: [row.subject for row in play.journal.audit.rows() if row.happened == again])
    assert [row.subject for row in play.journal.audit.rows() if row.happened == again] == [done.check_in.visit_id]


def test_search_finds_by_name_without_marks_by_ticket_and_by_number(play: Play) -> None:
    person = play.person()
    done = play.check_in(person)
    play.press(K.Key_Return)
    play.until(lambda: isinstance(play.last, Waiting) and play.rows())
    from kiosk.checkin.officer import plain

    for typed in (plain(person.full_name.split()[-1]), done.check_in.ticket.lower(), person.number):
        play.press(K.Key_F3)
        play.type(typed)
        play.until(lambda: play.window.is_settled)
        assert [row.ticket for row in play.rows()] == [done.check_in.ticket]
        play.press(K.Key_Escape)
    play.press(K.Key_F3)
    play.type("khong co ai")
    play.until(lambda: play.window.is_settled)
    assert play.rows() == []
    assert play.view.empty.text() == say("desk.empty.nothing_found", Language.VI)


def test_priority_that_staff_set_is_kept_with_its_reason(play: Play) -> None:
    play.facade.post(_typed(play.person()))
    play.until_decided()
    play.control(K.Key_T)
    dialog = play.window.dialog
    assert isinstance(dialog, Question)
    play.press(K.Key_2)
    assert dialog.reason is not None
    dialog.reason.setFocus()
    play.type("so kham thai")
    play.press(K.Key_Return)
    play.until(lambda: play.window.dialog is None)
    play.press(K.Key_1)
    play.press(K.Key_Return)
    claim = play.until_done().check_in.claim
    assert claim is not None
    assert (claim.priority.value, claim.why) == ("pregnant", "so kham thai")


# -- privacy ----------------------------------------------------------------------------------------------------------
def test_nothing_of_a_person_is_left_when_the_session_ends(play: Play) -> None:
    person = play.person()
    play.facade.post(_typed(person))
    play.until_decided()
    play.control(K.Key_E)
    assert _spaced(person.number) in play.shown()
    play.press(K.Key_Escape)
    play.until(lambda: isinstance(play.last, Waiting))
    shown = play.shown()
    assert person.full_name not in shown
    assert person.number[-6:] not in shown
    assert _spaced(person.number)[-7:] not in shown
    assert person.full_name not in play.window.windowTitle()
    assert play.window.session.facts(person.date_of_birth, "", "", Language.VI) is None


def test_clipboard_is_lent_and_taken_back_with_the_next_person(play: Play) -> None:
    person, clipboard = play.person(), QGuiApplication.clipboard()
    play.facade.post(_typed(person))
    play.until_decided()
    play.control(K.Key_C, shift=True)
    assert f"{say('desk.his.name', Language.VI)}: {person.full_name}" in clipboard.text()
    play.control(K.Key_B, shift=True)
    assert clipboard.text().split("\t")[0] == person.full_name
    play.press(K.Key_Escape)
    play.until(lambda: isinstance(play.last, Waiting))
    other = next(p for p in play.training.people if p.number != person.number and p.card != "none")
    play.facade.post(_typed(other))
    play.until(lambda: isinstance(play.last, Found))
    play.until(lambda: clipboard.text() == "")


def test_signing_out_empties_list_record_and_clipboard(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    person, clipboard = play.person(), QGuiApplication.clipboard()
    play.check_in(person)
    play.until(lambda: play.rows())
    play.control(K.Key_C, shift=True)
    assert person.full_name in clipboard.text()
    nobody_is_listed(play, monkeypatch)
    play.press(K.Key_F8)
    play.until(lambda: clipboard.text() == "")
    assert person.full_name not in play.shown()
    play.press(K.Key_Escape)


def test_closed_window_holds_nobody(play: Play) -> None:
    person = play.person()
    play.check_in(person)
    play.until(lambda: play.rows())
    play.window.wipe()
    assert person.full_name not in play.shown()
    assert play.rows() == []


def test_gun_that_types_into_the_search_begins_a_session_and_leaves_no_letter(play: Play) -> None:
    person = play.person()
    play.press(K.Key_F3)
    play.scan(play.training.show_citizen_code(person))
    assert play.view.header.search.text() == ""
    assert play.until_decided().identity.personal_number == person.number


def test_signing_out_ends_the_session_under_way(play: Play) -> None:
    person = play.person()
    play.facade.post(_typed(person))
    play.until_decided()
    play.press(K.Key_F8)
    play.until(lambda: isinstance(play.last, Waiting))
    assert person.full_name not in play.shown()
    play.press(K.Key_Escape)


# -- whoever goes off duty leaves nobody ------------------------------------------------------------------------------
def sign_out(play: Play) -> None:
    play.press(K.Key_F8)


def sign_another_in(play: Play) -> None:
    """Straight over, as whoever takes a desk from somebody who forgot to sign out."""
    play.officers.add("Trần Thị Khác", "999001000999", "246813")
    play.duty.sign_in("Trần Thị Khác", "246813")
    play.sign_ins.tick()


def run_out_of_time(play: Play) -> None:
    """The lookup's own thread signs out whoever was away for too long; the window hears of it by looking."""
    play.duty.sign_out(Happened.IDLE)
    play.sign_ins.tick()


def be_removed(play: Play) -> None:
    signed = play.duty.signed_in
    assert signed is not None
    play.officers.remove(signed.short_code)
    play.duty.confirm()
    play.sign_ins.tick()


def see_leave(play: Play, leave: Callable[[Play], None]) -> None:
    """Until the window says so too."""
    officer = play.view.header.officer.text()
    leave(play)
    play.until(lambda: play.view.header.officer.text() != officer)


LEAVE = [sign_out, sign_another_in, run_out_of_time, be_removed]


class Held:
    """The line stands still in one of its steps until it is let go."""

    def __init__(self) -> None:
        self.begun, self._go = threading.Event(), threading.Event()

    def wait(self) -> None:
        self.begun.set()
        assert self._go.wait(WITHIN_S)

    def let_go(self) -> None:
        self._go.set()


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.let_go()


def everything_said(play: Play) -> str:
    """Also what a screen reader reads, what a field takes back, and what the list would show of a line."""
    search = play.view.header.search
    search.undo()
    said = [play.shown(), search.text(), play.view.news.words.text()]
    for widget in (play.window, *play.window.findChildren(QWidget)):
        if (interface := QAccessible.queryAccessibleInterface(widget)) is not None:
            said += [interface.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value)]
    listed = play.view.list.lines
    said += [str(listed.data(listed.index(at))) for at in range(listed.rowCount())]
    return " ".join(said)


def says_nothing_of(play: Play, person: Person, ticket: str = "") -> bool:
    said = everything_said(play)
    return not any(word and word in said for word in (person.full_name, person.number[-6:], ticket))


def nobody_is_listed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes on duty, or is stood in for, sees today's list: this asks for what the last one left."""
    offers = play.window.visits.offers
    monkeypatch.setattr(SqlDeskRecords, "today", lambda _: Today((), offers))


@pytest.mark.parametrize("leave", LEAVE, ids=lambda leave: leave.__name__)
def test_number_given_while_the_officer_goes_is_shown_to_nobody(
    play: Play, held: Held, leave: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    person, commit = play.person(), play.journal.check_in

    def slowly(request: CheckInRequest) -> CheckIn:
        held.wait()
        return commit(request)

    monkeypatch.setattr(play.journal, "check_in", slowly)
    nobody_is_listed(play, monkeypatch)
    seen: list[str] = []
    play.facade.post(_typed(person))
    play.until_decided()
    play.press(K.Key_1)
    play.press(K.Key_Return)
    play.until(held.begun.is_set)
    play.until(lambda: isinstance(play.last, Issuing))
    see_leave(play, leave)
    play.facade.state_changed.connect(lambda _: seen.append(everything_said(play)))
    held.let_go()
    play.until(lambda: isinstance(play.last, Waiting))
    done = next(state for state in play.states if isinstance(state, Done))
    assert seen
    assert not [one for one in seen if person.full_name in one or done.check_in.ticket in one]
    assert play.journal.slips.find(done.check_in.ticket, done.check_in.business_day) is not None
    assert play.window.session.facts(person.date_of_birth, "", "", Language.VI) is None


@pytest.mark.parametrize("leave", LEAVE, ids=lambda leave: leave.__name__)
def test_person_whose_chip_is_read_while_the_officer_goes_is_shown_to_nobody(
    play: Play, held: Held, leave: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    person, seen = play.person(), list[str]()
    phase = Line.phase

    def slowly(line: Line, reached: ReadPhase) -> None:
        if reached is ReadPhase.READING:
            held.wait()
        phase(line, reached)

    monkeypatch.setattr(Line, "phase", slowly)
    play.training.lay(person)
    play.until(lambda: isinstance(play.last, AskingKey))
    play.until(lambda: isinstance(play.focused(), QLineEdit))
    play.type(person.can)
    play.press(K.Key_Return)
    play.until(held.begun.is_set)
    see_leave(play, leave)
    play.facade.state_changed.connect(lambda _: seen.append(everything_said(play)))
    held.let_go()
    play.until(lambda: isinstance(play.last, Waiting))
    assert any(isinstance(state, Found) for state in play.states)
    assert not [one for one in seen if person.full_name in one or person.number[-6:] in one]


@pytest.mark.parametrize("leave", LEAVE, ids=lambda leave: leave.__name__)
def test_officer_who_goes_leaves_nothing_in_list_search_news_questions_and_clipboard(
    play: Play, leave: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    person, clipboard = play.person(), QGuiApplication.clipboard()
    done = play.check_in(person)
    play.until(lambda: play.rows())
    play.control(K.Key_C, shift=True)
    play.press(K.Key_Return)
    play.until(lambda: isinstance(play.last, Waiting))
    play.press(K.Key_F3)
    play.type(person.number)
    play.until(lambda: play.window.is_settled)
    play.view.list.choose(done.check_in.visit_id)
    play.view.list.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)  # lines do not move under the mouse
    play.window.tell(done.check_in.ticket)
    play.window.choices.type_in()
    question = play.window.dialog
    assert isinstance(question, Entry)
    question.name.setText(person.full_name)
    nobody_is_listed(play, monkeypatch)
    if leave is sign_out:
        play.sign_ins.change()  # its key is not heard while a question is open
    else:
        leave(play)
    play.until(lambda: clipboard.text() == "")
    play.until(lambda: says_nothing_of(play, person, done.check_in.ticket))
    assert play.window.dialog is None
    assert play.view.list.row is None


def test_two_officers_of_one_name_are_two(play: Play) -> None:
    person = play.person()
    play.facade.post(_typed(person))
    play.until_decided()
    signed = play.duty.signed_in
    assert signed is not None
    play.window.show_duty(OnDuty(signed.full_name, "", signed.officer_id))
    assert person.full_name in play.shown()
    play.window.show_duty(OnDuty(signed.full_name, "", "another"))
    assert says_nothing_of(play, person)
    play.until(lambda: isinstance(play.last, Waiting))


def test_officer_who_goes_while_the_store_is_away_leaves_nobody(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    person = play.person()

    def away(_: SqlDeskRecords) -> None:
        raise KioskError(FailureCode.STORE_UNAVAILABLE)

    play.check_in(person)
    play.until(lambda: play.rows())
    monkeypatch.setattr(SqlDeskRecords, "today", away)
    monkeypatch.setattr(play.duty, "_log_end", away)
    play.press(K.Key_F8)
    play.until(lambda: play.duty.signed_in is None)
    play.until(lambda: says_nothing_of(play, person))


def test_nobody_on_duty_sees_nobody_and_does_nothing(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    person = play.person()
    play.check_in(person)
    play.until(lambda: play.rows())
    # Once a second it tells the window who is on duty, which in training is somebody.
    monkeypatch.setattr(play.sign_ins, "_show_duty", lambda: None)
    play.window.show_duty(OnDuty())
    play.until(lambda: isinstance(play.last, Waiting))
    asked: list[str] = []
    play.window.duty_asked.disconnect()
    play.window.duty_asked.connect(lambda: asked.append("sign in"))
    for key in (K.Key_F2, K.Key_F3, K.Key_F10, K.Key_F11):
        play.press(key)
    assert asked == ["sign in"] * 4
    assert play.window.dialog is None
    assert play.page is None
    before = len(play.states)
    play.facade.post(_typed(person))
    play.until(lambda: any(isinstance(state, Found) for state in play.states[before:]))
    play.until(lambda: isinstance(play.last, Waiting))
    assert says_nothing_of(play, person)
    assert say("desk.signed_out.title", Language.VI) in play.shown()


def test_what_is_copied_out_of_a_field_is_lent_too(play: Play) -> None:
    person, clipboard = play.person(), QGuiApplication.clipboard()
    play.press(K.Key_F3)
    play.type(person.number)
    play.control(K.Key_A)
    play.control(K.Key_C)
    assert clipboard.text() == person.number
    play.press(K.Key_F8)
    play.until(lambda: clipboard.text() == "")


def test_kept_record_that_nobody_looks_at_any_more_is_closed(play: Play) -> None:
    done = play.check_in(play.person())
    play.press(K.Key_Return)
    play.until(lambda: isinstance(play.last, Waiting) and play.rows())
    play.window.open_visit(done.check_in.visit_id)
    play.until(lambda: play.window.subject)
    play.window.hands._active_s -= SESSION_S
    play.window.hands.stay_alive()
    assert play.window.subject == ""


# -- what is told of a visit ------------------------------------------------------------------------------------------
def test_both_parts_and_the_years_co_pay_stand_in_the_panel_when_the_service_told_them(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def this_morning(number: str, today: date) -> tuple[PastVisit, ...]:
        """In the year's first months all that the person paid was last year's."""
        morning = datetime.combine(today, time(), VIETNAM)
        return tuple(replace(one, began=morning, ended=morning) for one in past_visits(number, today))

    monkeypatch.setattr("kiosk.simulator.gateway_copay.past_visits", this_morning)
    person = next(p for p in play.training.people if p.number == FIVE_YEARS_OF)
    play.facade.post(_typed(person))
    found = play.until_decided()
    assert found.decision is not None
    play.until(lambda: play.paid_so_far() is not None)
    shown, percent = play.shown(), found.decision.benefit_percent
    assert percent is not None
    assert f"{say('desk.share.fund', Language.VI)} {percent} %" in shown
    assert f"{say('desk.share.patient', Language.VI)} {100 - percent} %" in shown
    paid = play.paid_so_far()
    assert paid is not None
    assert dong_words(paid, Language.VI) in shown


def test_other_numbers_of_the_same_day_are_told_before_and_after_the_next_one(play: Play) -> None:
    person = next(p for p in play.training.people if p.card != "none" and p.chip == "genuine" and p.insurance)
    tickets: list[str] = []
    for digit in (K.Key_1, K.Key_2):
        play.training.slot.remove()
        play.training.lay(person)
        play.until(lambda: isinstance(play.last, AskingKey) and isinstance(play.focused(), QLineEdit))
        play.type(person.can)
        play.press(K.Key_Return)
        play.until_decided()
        if tickets:
            play.until(lambda: say("desk.person.also", Language.VI, tickets=tickets[0]) in play.shown())
        play.press(digit)
        play.press(K.Key_Return)
        tickets.append(play.until_done().check_in.ticket)
        if len(tickets) == 1:
            play.press(K.Key_Return)
            play.until(lambda: isinstance(play.last, Waiting))
    assert say("desk.done.also", Language.VI, tickets=tickets[0]) in play.shown()


def test_clock_that_the_service_doubts_is_told_and_the_clinics_time_is_shown(play: Play) -> None:
    clock = cast(ClinicClock, play.training.edges.now.__self__)  # type: ignore[attr-defined]  # a bound method
    at = clock.now()
    clock.hear(at - timedelta(minutes=26), at)
    play.window.visits.refresh()
    told = say("desk.clock.ahead", Language.VI, by=say("desk.clock.minutes", Language.VI, count=26))
    play.until(lambda: play.view.news.words.text() == told)
    assert say("desk.clock.strip", Language.VI) in play.view.strip.lights.accessibleName()
    moments = {f"{clock.now():%H:%M}"}
    play.window.tick()
    moments.add(f"{clock.now():%H:%M}")
    assert any(moment in play.shown() for moment in moments)
    play.press(K.Key_F12)
    devices = cast(DevicesPage, play.view.stack.currentWidget())
    play.until(lambda: "service-clock" in dict(devices._names))


# -- what can go wrong ------------------------------------------------------------------------------------------------
def test_store_that_cannot_be_read_is_told_and_people_are_still_checked_in(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: SqlDeskRecords) -> None:
        raise KioskError(FailureCode.STORE_UNAVAILABLE)

    monkeypatch.setattr(SqlDeskRecords, "today", away)
    play.window.visits.refresh()
    play.until(lambda: play.window.visits.fails)
    assert play.view.news.words.text() == KioskError(FailureCode.STORE_UNAVAILABLE).told(Language.VI)
    assert say("desk.strip.store_fails", Language.VI) in play.view.strip.lights.accessibleName()
    assert play.check_in(play.person()).check_in.ticket


def test_call_where_nobody_waits_says_so(play: Play) -> None:
    play.press(K.Key_F10)
    play.until(lambda: play.view.news.words.text() == say("desk.queue.nobody", Language.VI, room="P203"))


def test_room_of_the_settings_that_the_clinic_has_not_is_refused() -> None:
    settings = load_settings(overrides=["desk.rooms=P999"])
    from kiosk.app.desk import clinic_of

    with pytest.raises(KioskError) as caught:
        rooms_of(settings, clinic_of(settings))
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_further_pages_open_and_close_by_their_key(play: Play) -> None:
    desk = play.view.desk
    play.press(K.Key_F12)
    devices = play.view.stack.currentWidget()
    assert devices is not desk
    play.press(K.Key_Escape)
    assert play.view.stack.currentWidget() is desk
    QTest.mouseClick(play.view.strip.lights, Qt.MouseButton.LeftButton)
    assert play.view.stack.currentWidget() is devices
    play.press(K.Key_Escape)


def _typed(person: Person) -> PersonTyped:
    born = person.date_of_birth
    return PersonTyped(TypedDocument(person.number, person.full_name, PartialDate(born.year, born.month, born.day)))


def _spaced(number: str) -> str:
    return " ".join(number[at : at + 3] for at in range(0, 12, 3))
