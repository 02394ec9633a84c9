"""The line from a card or a code to a printed slip, on real parts."""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, event

from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Verdict
from kiosk.failure import FailureCode
from kiosk.identity.person import Trust
from kiosk.reader.codes import decode_file, text_of
from kiosk.reader.document import ReadPhase
from kiosk.simulator.card import BankCard, Card, VirtualCard
from kiosk.simulator.slot import FaultyCard, RemovedAt
from kiosk.slip.outcome import PrintState
from kiosk.workflow import event as happened
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Choosing,
    Confirming,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    State,
    TypingBirthDate,
    Waiting,
)

if TYPE_CHECKING:
    from tests.features.conftest import MakeKiosk, WholeKiosk


def check_ins(kiosk: "WholeKiosk") -> int:
    with sqlite3.connect(kiosk.out / "training.db") as store:
        [(count,)] = store.execute("select count(*) from visit").fetchall()
    store.close()
    return int(count)


@pytest.mark.pcsc
def test_card_through_pcscd_gateway_and_printer_becomes_a_slip(make_kiosk: "MakeKiosk", pcscd: object) -> None:
    kiosk = make_kiosk(pcsc=True)
    person = kiosk.training.people[0]
    walk = kiosk.visit(lays=person, key=kiosk.code_of(person))
    assert isinstance(walk.last, Done)
    check_in = walk.last.check_in
    assert check_in.ticket == "A001"
    assert check_in.trust is Trust.CHIP_VERIFIED
    assert check_in.decision.verdict is Verdict.COVERED
    assert walk.last.printing is not None
    assert walk.last.printing.state is PrintState.PRINTED
    kinds = [type(state) for state in walk.states]
    assert kinds[:2] == [Waiting, AskingKey]
    assert list(dict.fromkeys(kinds)) == [
        Waiting,
        AskingKey,
        Reading,
        Found,
        Choosing,
        Confirming,
        Issuing,
        Done,
    ]
    phases = [state.phase for state in walk.states if isinstance(state, Reading)]
    assert list(dict.fromkeys(phases)) == [
        ReadPhase.CONNECTING, ReadPhase.OPENING, ReadPhase.READING, ReadPhase.CHECKING,
    ]  # fmt: skip
    assert check_ins(kiosk) == 1
    job = kiosk.training.tape.wait_for_job()
    assert job.raw
    [visit_code] = decode_file(kiosk.out / "slip.png")
    assert check_in.visit_id[:8].upper() in text_of(visit_code.payload).upper()
    assert person.number not in text_of(visit_code.payload)


def test_code_and_then_the_card_of_one_person_ask_the_gateway_once_and_the_next_visit_again(
    kiosk: "WholeKiosk",
) -> None:
    person = kiosk.training.people[0]
    code = kiosk.code_of(person)
    laid: list[bool] = []

    def lays_card_after_the_answer(state: State) -> bool:
        if laid or not isinstance(state, Found):
            return False
        if state.answer is not None:
            laid.append(True)
            kiosk.training.lay(person)
        return True

    walk = kiosk.visit(begins=code, key=code, interferes=lays_card_after_the_answer)
    assert isinstance(walk.last, Done)
    assert walk.last.check_in.trust is Trust.CHIP_VERIFIED
    assert kiosk.training.gateway.counts.lookups == 1
    kiosk.visit(begins=code)
    assert kiosk.training.gateway.counts.lookups == 2


def test_whoever_says_why_they_go_first_has_the_number_at_once_and_goes_first(kiosk: "WholeKiosk") -> None:
    person = kiosk.training.people[0]
    walk = kiosk.visit(begins=kiosk.code_of(person), claims=Priority.MERIT)
    kinds = list(dict.fromkeys(type(state) for state in walk.states))
    assert kinds[-5:] == [Choosing, Confirming, AskingPriority, Issuing, Done]
    assert isinstance(walk.last, Done)
    assert walk.last.check_in.priority is Priority.MERIT


def test_photo_and_proof_come_after_the_identity_is_on_the_screen(kiosk: "WholeKiosk") -> None:
    person = kiosk.training.people[0]
    found = [s for s in kiosk.visit(lays=person, key=kiosk.code_of(person)).states if isinstance(s, Found)]
    assert found[0].reading
    assert found[0].identity.face is None
    assert found[-1].identity.face is not None
    assert found[-1].identity.trust is Trust.CHIP_VERIFIED


@pytest.mark.parametrize("key", ["can", "number"])
def test_keypad_opens_the_card(kiosk: "WholeKiosk", key: str) -> None:
    person = kiosk.training.people[0]
    digits = person.can if key == "can" else person.number
    walk = kiosk.visit(lays=person, key=happened.NumberTyped(digits))
    assert isinstance(walk.last, Done)
    assert walk.last.check_in.trust is Trust.CHIP_VERIFIED


@pytest.mark.parametrize(
    ("number", "birth_date", "birth_year", "priority"),
    [
        ("999048000123", "15011948", 1948, Priority.SEVENTY_FIVE),
        ("999048000123", "15011984", None, Priority.NONE),
        ("999084000123", "15011984", 1984, Priority.NONE),
    ],
    ids=["75 or over", "not as the number states", "in turn"],
)
def test_birth_date_typed_for_want_of_a_card_goes_first_at_the_desk(
    kiosk: "WholeKiosk", caplog: pytest.LogCaptureFixture, number: str, birth_date: str, birth_year: int | None,
    priority: Priority,
) -> None:  # fmt: skip
    caplog.set_level("DEBUG")
    walk = kiosk.visit(begins=happened.CodeScanned(number), birth_date=birth_date)
    kinds = list(dict.fromkeys(type(state) for state in walk.states))
    assert kinds == [Waiting, AskingCard, TypingBirthDate, Found, Issuing, Done]
    assert isinstance(walk.last, Done)
    check_in = walk.last.check_in
    assert (check_in.service.code, check_in.priority) == (kiosk.training.clinic.desk.code, priority)
    assert (check_in.decision.verdict, check_in.trust) == (Verdict.ASK_STAFF, Trust.TYPED)
    assert (check_in.full_name, check_in.birth_year) == ("", birth_year)
    assert not any(written in caplog.text for written in (number, birth_date, "1948", "1984"))


def test_citizen_code_alone_is_enough_and_said_to_be_weaker(kiosk: "WholeKiosk") -> None:
    person = kiosk.training.people[0]
    walk = kiosk.visit(begins=kiosk.code_of(person))
    assert isinstance(walk.last, Done)
    assert walk.last.check_in.trust is Trust.CODE_ONLY
    assert walk.last.check_in.decision.verdict is Verdict.COVERED


def test_insurance_code_alone_is_enough(kiosk: "WholeKiosk") -> None:
    person = kiosk.training.people[0]
    walk = kiosk.visit(begins=happened.CodeScanned(kiosk.training.show_insurance_code(person)))
    assert isinstance(walk.last, Done)
    assert walk.last.check_in.decision.verdict is Verdict.COVERED


def test_same_person_twice_gets_the_same_ticket_and_a_marked_slip(kiosk: "WholeKiosk") -> None:
    person = kiosk.training.people[0]
    first = kiosk.visit(lays=person, key=kiosk.code_of(person)).last
    second = kiosk.visit(begins=kiosk.code_of(person)).last
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert second.check_in.ticket == first.check_in.ticket
    assert second.check_in.repeated
    assert check_ins(kiosk) == 1


def test_everybody_with_a_card_ends_well_or_at_a_clear_page(make_kiosk: "MakeKiosk") -> None:
    kiosk = make_kiosk("printer.target=none")
    refused: dict[str, FailureCode] = {}
    tickets: list[str] = []
    for person in kiosk.training.people:
        if person.card == "none":
            continue
        last = kiosk.visit(lays=person, key=kiosk.code_of(person)).last
        if isinstance(last, Failed):
            refused[person.chip] = last.code
        else:
            assert isinstance(last, Done), person.special
            tickets.append(last.check_in.ticket)
    assert refused == dict.fromkeys(("altered", "forged", "copied"), FailureCode.CARD_ALTERED)
    for prefix in {ticket[0] for ticket in tickets}:
        numbers = sorted({int(ticket[1:]) for ticket in tickets if ticket[0] == prefix})
        assert numbers == list(range(1, len(numbers) + 1))


class TestGatewayTrouble:
    @pytest.mark.parametrize(
        "fault",
        ["down", "http-500", "html", "garbage", "empty", "timeout", "drip", "unauthorized", "rate-limit", "locked"],
    )
    def test_trouble_admits_the_patient_as_unverified(self, make_kiosk: "MakeKiosk", fault: str) -> None:
        kiosk = make_kiosk(gateway_fault=fault)
        person = kiosk.training.people[0]
        walk = kiosk.visit(begins=kiosk.code_of(person))
        assert isinstance(walk.last, Done)
        assert walk.last.check_in.decision.verdict is Verdict.UNVERIFIED
        assert walk.last.check_in.ticket == "A001"


class TestCardTrouble:
    def lays_at_waiting(self, kiosk: "WholeKiosk", card: Card) -> Callable[[State], bool]:
        def lays(state: State) -> bool:
            if isinstance(state, Waiting):
                kiosk.training.slot.insert(card)
            return False

        return lays

    @pytest.mark.parametrize("number", range(1, 25))
    def test_card_pulled_at_any_command_is_told_and_nothing_saved(self, kiosk: "WholeKiosk", number: int) -> None:
        person = kiosk.training.people[0]
        card = FaultyCard(VirtualCard(person, kiosk.training.pki), RemovedAt(number))
        last = kiosk.visit(key=kiosk.code_of(person), interferes=self.lays_at_waiting(kiosk, card)).last
        assert last == Failed(FailureCode.CARD_REMOVED)
        assert check_ins(kiosk) == 0

    def test_card_pulled_and_laid_again_goes_on_without_showing_the_code_again(self, kiosk: "WholeKiosk") -> None:
        person = kiosk.training.people[0]
        pulled = FaultyCard(VirtualCard(person, kiosk.training.pki), RemovedAt(9))
        lays = self.lays_at_waiting(kiosk, pulled)

        def lays_again(state: State) -> bool:
            if isinstance(state, Failed):
                kiosk.training.slot.remove()
                kiosk.training.lay(person)
                return True
            return lays(state)

        walk = kiosk.visit(key=kiosk.code_of(person), interferes=lays_again)
        assert isinstance(walk.last, Done)
        assert [type(state) for state in walk.states].count(AskingKey) == 1
        assert check_ins(kiosk) == 1

    def test_bank_card_is_named(self, kiosk: "WholeKiosk") -> None:
        lays = self.lays_at_waiting(kiosk, BankCard())
        last = kiosk.visit(key=happened.NumberTyped("000123"), interferes=lays).last
        assert last == Failed(FailureCode.CARD_UNSUPPORTED)

    def test_wrong_key_asks_again(self, kiosk: "WholeKiosk") -> None:
        last = kiosk.visit(lays=kiosk.training.people[0], key=happened.NumberTyped("999999")).last
        assert last == AskingKey(wrong=True, tries_left=2)
        assert check_ins(kiosk) == 0

    def test_code_of_another_person_does_not_open_the_card(self, kiosk: "WholeKiosk") -> None:
        other = kiosk.training.people[1]
        last = kiosk.visit(lays=kiosk.training.people[0], key=kiosk.code_of(other)).last
        assert last == AskingKey(wrong=True, tries_left=2)

    def test_no_card_on_the_reader_is_told(self, kiosk: "WholeKiosk") -> None:
        last = kiosk.visit(begins=happened.CardLaid(), key=happened.NumberTyped("000123")).last
        assert last == Failed(FailureCode.CARD_MISSING)


def test_garbage_code_is_told_and_nothing_saved(kiosk: "WholeKiosk") -> None:
    last = kiosk.visit(begins=happened.CodeScanned("https://example.invalid/not-a-card")).last
    assert last == Failed(FailureCode.CODE_UNREADABLE)
    assert check_ins(kiosk) == 0


@pytest.mark.parametrize(
    ("fault", "state"),
    [("paper-out", PrintState.FAILED), ("cover-open", PrintState.FAILED), ("refuses", PrintState.FAILED)],
)
def test_printer_trouble_keeps_the_number_on_the_screen(make_kiosk: "MakeKiosk", fault: str, state: PrintState) -> None:
    kiosk = make_kiosk(printer_fault=fault)
    last = kiosk.visit(begins=kiosk.code_of(kiosk.training.people[0])).last
    assert isinstance(last, Done)
    assert last.check_in.ticket == "A001"
    assert last.printing is not None
    assert last.printing.state is state
    assert check_ins(kiosk) == 1


def test_store_that_takes_nothing_more_is_told_before_a_number_is_given(kiosk: "WholeKiosk") -> None:
    person = kiosk.training.people[0]

    def refuse_writing(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON").close()

    def disk_fills_up(state: State) -> bool:
        if isinstance(state, Choosing):
            event.listen(Engine, "checkout", refuse_writing)
        return False

    try:
        last = kiosk.visit(begins=kiosk.code_of(person), interferes=disk_fills_up).last
    finally:
        event.remove(Engine, "checkout", refuse_writing)
    assert last == Failed(FailureCode.STORE_FULL)
    assert check_ins(kiosk) == 0
