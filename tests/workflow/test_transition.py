"""What follows from what at the desk."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.checkin.record import CheckIn, Priority
from kiosk.eligibility.decision import Verdict
from kiosk.failure import FailureCode
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import CardAnswer, NotAsked
from kiosk.reader.document import ReadPhase, TypedDocument
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import Commit, CountServices, Effect, LookUp, PrintSlip, ReadChip
from kiosk.workflow.event import Event
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Assistance,
    Choosing,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    ScanningCode,
    ServiceOffer,
    State,
    TypingNumber,
    Waiting,
)
from kiosk.workflow.transition import advance

CITIZEN_QR = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
OTHER_QR = "998155000201||Trần Thị Thử Nghiệm|20081955|Nữ|Tổ 4, Thành phố Mẫu|01092021"
GENUINE_LOOKING_QR = "001090000123||Nguyễn Văn Mẫu|15011990|Nam|Hà Nội|10052021"
DONE = PrintOutcome(PrintState.PRINTED)


def go(desk: Desk, world: World, *events: Event) -> tuple[Desk, list[Effect]]:
    """The desk after all events, and every effect asked for on the way."""
    asked: list[Effect] = []
    for event in events:
        desk, effects = advance(desk, event, world)
        asked += effects
    return desk, asked


def at(state: State, **session: object) -> Desk:
    return replace(Desk(state), **session)  # type: ignore[arg-type]


def ticket(offer: ServiceOffer, found: Desk) -> CheckIn:
    assert isinstance(found.state, Issuing)
    return CheckIn(
        "0" * 32, date(2026, 11, 21), "A001", 1, offer.service, Priority.NONE, found.state.identity.full_name, 1990,
        Trust.CHIP_VERIFIED, found.state.decision, datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
    )  # fmt: skip


def test_card_with_its_code_goes_all_the_way_to_a_printed_slip(
    world: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
) -> None:
    desk, asked = go(Desk(Waiting()), world, happened.CardLaid())
    assert desk.state == AskingKey()
    desk, asked = go(desk, world, happened.CodeScanned(CITIZEN_QR))
    assert isinstance(desk.state, Reading)
    [read] = asked
    assert isinstance(read, ReadChip)
    assert read.keys.personal_number == "999090000123"
    desk, asked = go(desk, world, happened.PhaseReached(ReadPhase.READING), happened.IdentityRead(person))
    assert asked == [LookUp(desk.session, person)]
    assert desk.state == Found(person, reading=True, answer=None, decision=None)
    desk, _ = go(desk, world, happened.Answered(desk.session, covered), happened.ChipRead(person))
    assert isinstance(desk.state, Found)
    assert desk.state.decision is not None
    assert desk.state.decision.verdict is Verdict.COVERED
    desk, asked = go(desk, world, happened.Confirmed())
    assert asked == [CountServices()]
    desk, asked = go(desk, world, happened.ServicesCounted(offers), happened.ServiceChosen("NOI"))
    [commit] = asked
    assert isinstance(commit, Commit)
    assert commit.request.service_code == "NOI"
    assert isinstance(desk.state, Issuing)
    check_in = ticket(offers[0], desk)
    desk, asked = go(desk, world, happened.Committed(check_in))
    assert desk.state == Done(check_in, None)
    assert asked == [PrintSlip(check_in)]
    desk, _ = go(desk, world, happened.Printed(check_in.visit_id, DONE))
    assert desk.state == Done(check_in, DONE)
    desk, _ = go(desk, world, happened.WentBack())
    assert desk == Desk(Waiting(), session=desk.session, card_laid=True)


def test_nothing_can_be_confirmed_before_proof_and_answer(world: World, person: Identity, covered: CardAnswer) -> None:
    reading = at(Found(person, reading=True, answer=None, decision=None))
    assert go(reading, world, happened.Confirmed()) == (reading, [])
    answered, _ = go(reading, world, happened.Answered(1, covered))
    assert go(answered, world, happened.Confirmed())[1] == []
    proven, _ = go(reading, world, happened.ChipRead(person))
    assert go(proven, world, happened.Confirmed())[1] == []


def test_question_for_staff_goes_to_the_desk_without_choosing(
    world: World, person: Identity, covered: CardAnswer
) -> None:
    desk, _ = go(
        at(Found(person, reading=False, answer=None, decision=None)),
        world,
        happened.Answered(1, NotAsked("full-name", covered.checked_at)),
    )
    desk, asked = go(desk, world, happened.Confirmed())
    [commit] = asked
    assert isinstance(commit, Commit)
    assert commit.request.service_code == "TIEPDON"
    assert commit.request.decision.verdict is Verdict.ASK_STAFF


def test_answer_of_an_earlier_person_is_dropped(world: World, person: Identity, covered: CardAnswer) -> None:
    desk = at(Found(person, reading=False, answer=None, decision=None), session=2)
    assert go(desk, world, happened.Answered(1, covered)) == (desk, [])


def test_second_answer_does_not_change_the_decision(world: World, person: Identity, covered: CardAnswer) -> None:
    desk, _ = go(at(Found(person, reading=False, answer=None, decision=None)), world, happened.Answered(1, covered))
    assert go(desk, world, happened.Answered(1, NotAsked("number", covered.checked_at)))[0] == desk


def test_service_that_was_not_offered_is_not_taken(
    world: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
) -> None:
    found, _ = go(at(Found(person, reading=False, answer=None, decision=None)), world, happened.Answered(1, covered))
    choosing, _ = go(found, world, happened.ServicesCounted(offers))
    assert isinstance(choosing.state, Choosing)
    assert go(choosing, world, happened.ServiceChosen("OTHER")) == (choosing, [])


def test_back_from_choosing_shows_the_person_again(
    world: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
) -> None:
    found, _ = go(at(Found(person, reading=False, answer=None, decision=None)), world, happened.Answered(1, covered))
    choosing, _ = go(found, world, happened.ServicesCounted(offers))
    assert go(choosing, world, happened.WentBack())[0] == found


class TestKeys:
    def test_six_digits_open_the_card_on_the_reader(self, world: World) -> None:
        desk, [read] = go(at(AskingKey(), card_laid=True), world, happened.NumberTyped("000123"))
        assert isinstance(read, ReadChip)
        assert read.keys.can == "000123"
        assert isinstance(desk.state, Reading)

    @pytest.mark.parametrize("digits", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 456"])
    def test_other_digits_are_ignored(self, world: World, digits: str) -> None:
        desk = at(AskingKey(), card_laid=True)
        assert go(desk, world, happened.NumberTyped(digits)) == (desk, [])

    def test_number_first_then_card(self, world: World) -> None:
        desk, asked = go(Desk(Waiting()), world, happened.StartedTyping(), happened.NumberTyped("999090000123"))
        assert (desk.state, asked) == (AskingCard(), [])
        desk, [read] = go(desk, world, happened.CardLaid())
        assert isinstance(read, ReadChip)
        assert read.keys.personal_number == "999090000123"

    def test_number_without_a_card_leads_to_staff(self, world: World) -> None:
        desk, _ = go(Desk(Waiting()), world, happened.StartedTyping(), happened.NumberTyped("999090000123"))
        desk, [look_up] = go(desk, world, happened.Confirmed())
        assert isinstance(look_up, LookUp)
        assert look_up.identity.trust is Trust.TYPED
        assert isinstance(desk.state, Found)

    def test_wrong_key_is_asked_for_again_and_at_most_three_times(self, world: World) -> None:
        desk = at(AskingKey(), card_laid=True)
        for left in (2, 1):
            desk, _ = go(desk, world, happened.NumberTyped("111111"), happened.Broke(FailureCode.CARD_KEY_WRONG))
            assert desk.state == AskingKey(wrong=True, tries_left=left)
        desk, _ = go(desk, world, happened.NumberTyped("111111"), happened.Broke(FailureCode.CARD_KEY_WRONG))
        assert desk.state == Failed(FailureCode.CARD_KEY_WRONG)
        assert desk.opened_with is None

    def test_code_of_the_card_on_the_reader_is_its_key(self, world: World) -> None:
        desk, [read] = go(at(Waiting(), card_laid=True), world, happened.CodeScanned(CITIZEN_QR))
        assert isinstance(desk.state, Reading)
        assert isinstance(read, ReadChip)
        assert read.keys.date_of_issue == date(2021, 5, 10)

    def test_code_of_another_person_with_the_same_last_digits_is_a_wrong_key(
        self, world: World, person: Identity
    ) -> None:
        desk, _ = go(at(AskingKey(), card_laid=True), world, happened.NumberTyped("998155000123"))
        desk, asked = go(desk, world, happened.IdentityRead(person), happened.ChipRead(person))
        assert desk.state == AskingKey(wrong=True, tries_left=2)
        assert asked == []


class TestCodes:
    def test_citizen_code_without_a_card_is_the_person(self, world: World) -> None:
        desk, [look_up] = go(Desk(Waiting()), world, happened.CodeScanned(CITIZEN_QR))
        assert isinstance(desk.state, Found)
        assert desk.state.identity.trust is Trust.CODE_ONLY
        assert isinstance(look_up, LookUp)

    def test_code_never_changes_the_person_of_a_session(self, world: World, person: Identity) -> None:
        for state in (
            Reading(ReadPhase.OPENING),
            Found(person, reading=True, answer=None, decision=None),
            Found(person, reading=False, answer=None, decision=None),
        ):
            desk = at(state)
            assert go(desk, world, happened.CodeScanned(OTHER_QR)) == (desk, [])

    @pytest.mark.parametrize("text", ["", "https://example.invalid/", "\x00\x1b[2J", "=1+1|2|3", "x" * 5000])
    def test_garbage_is_told_and_forgotten(self, world: World, text: str) -> None:
        desk, asked = go(Desk(Waiting()), world, happened.CodeScanned(text))
        assert desk.state == Failed(FailureCode.CODE_UNREADABLE)
        assert asked == []

    def test_garbage_on_the_camera_page_keeps_looking(self, world: World) -> None:
        desk, _ = go(at(ScanningCode()), world, happened.CodeScanned("nonsense"))
        assert desk.state == ScanningCode(unreadable=True)

    def test_garbage_on_the_number_page_is_told_there(self, world: World) -> None:
        typing, _ = go(Desk(Waiting()), world, happened.StartedTyping())
        told, asked = go(typing, world, happened.CodeScanned("nonsense"))
        assert (told.state, asked) == (TypingNumber(unreadable=True), [])
        typed, _ = go(told, world, happened.NumberTyped("999090000123"))
        assert typed.state == AskingCard()

    def test_garbage_beside_a_number_that_waits_for_its_card_is_told_and_the_number_stays(self, world: World) -> None:
        typed, _ = go(Desk(Waiting()), world, happened.StartedTyping(), happened.NumberTyped("999090000123"))
        told, asked = go(typed, world, happened.CodeScanned("nonsense"))
        assert (told.state, asked) == (AskingCard(unreadable=True), [])
        _, [read] = go(told, world, happened.CardLaid())
        assert isinstance(read, ReadChip)
        assert read.keys.personal_number == "999090000123"

    def test_garbage_loses_nobody_the_card_that_they_may_lay_anew(self, world: World) -> None:
        typed, _ = go(Desk(Waiting()), world, happened.StartedTyping(), happened.NumberTyped("999090000123"))
        broken = replace(typed, state=Failed(FailureCode.CARD_REMOVED))
        assert go(broken, world, happened.CodeScanned("nonsense")) == (broken, [])

    def test_garbage_calls_no_staff_back_who_are_on_their_way(self, world: World) -> None:
        assert go(at(Assistance()), world, happened.CodeScanned("nonsense")) == (at(Assistance()), [])

    @pytest.mark.parametrize("number", ["9901000123", "DN4999901000123"])
    def test_insurance_number_alone_leads_to_staff(self, world: World, number: str) -> None:
        desk, [look_up] = go(Desk(Waiting()), world, happened.CodeScanned(number))
        assert isinstance(desk.state, Found)
        assert isinstance(look_up, LookUp)
        assert look_up.identity.insurance_number == number
        assert look_up.identity.trust is Trust.TYPED

    def test_code_shown_instead_of_the_card_leaves_nothing_of_the_number_typed_before(self, world: World) -> None:
        typed, _ = go(Desk(Waiting()), world, happened.StartedTyping(), happened.NumberTyped("999090000123"))
        desk, _ = go(typed, world, happened.CodeScanned(OTHER_QR))
        assert isinstance(desk.state, Found)
        assert desk.opened_with is None

    def test_genuine_person_is_refused_in_training(self, world: World) -> None:
        training = replace(world, training=True)
        desk, asked = go(Desk(Waiting()), training, happened.CodeScanned(GENUINE_LOOKING_QR))
        assert desk.state == Failed(FailureCode.CARD_GENUINE_IN_TRAINING)
        assert asked == []
        assert isinstance(go(Desk(Waiting()), training, happened.CodeScanned(CITIZEN_QR))[0].state, Found)

    def test_typed_person_is_found(self, world: World) -> None:
        desk, [look_up] = go(
            Desk(Waiting()), world, happened.PersonTyped(TypedDocument("999090000123", "Nguyễn Văn Mẫu"))
        )
        assert isinstance(desk.state, Found)
        assert isinstance(look_up, LookUp)
        assert look_up.identity.trust is Trust.TYPED


class TestTrouble:
    def test_card_pulled_while_read_can_be_laid_again_without_a_new_code(self, world: World) -> None:
        desk, _ = go(Desk(Waiting()), world, happened.CardLaid(), happened.CodeScanned(CITIZEN_QR))
        desk, _ = go(desk, world, happened.Broke(FailureCode.CARD_REMOVED), happened.CardTaken())
        assert desk.state == Failed(FailureCode.CARD_REMOVED)
        desk, [read] = go(desk, world, happened.CardLaid())
        assert isinstance(read, ReadChip)

    def test_patience_over_forgets_the_key_too(self, world: World) -> None:
        desk, _ = go(
            Desk(Waiting()),
            world,
            happened.CardLaid(),
            happened.CodeScanned(CITIZEN_QR),
            happened.Broke(FailureCode.CARD_REMOVED),
            happened.TimedOut(),
        )
        assert (desk.state, desk.opened_with) == (Waiting(), None)

    @pytest.mark.parametrize("code", list(FailureCode))
    def test_every_failure_ends_the_session(self, world: World, person: Identity, code: FailureCode) -> None:
        desk = at(Found(person, reading=True, answer=None, decision=None), session=4)
        failed, asked = go(desk, world, happened.Broke(code))
        assert failed.state == Failed(code)
        assert failed.session == 5
        assert asked == []
        assert go(failed, world, happened.WentBack())[0].state == Waiting()

    def test_card_swapped_after_reading_starts_anew(self, world: World, person: Identity) -> None:
        desk = at(Found(person, reading=False, answer=None, decision=None), card_laid=True, session=1)
        desk, _ = go(desk, world, happened.CardTaken())
        assert isinstance(desk.state, Found)
        desk, _ = go(desk, world, happened.CardLaid())
        assert desk.state == AskingKey()
        assert desk.session == 2

    @pytest.mark.parametrize(
        "ends", [happened.Denied(), happened.StaffCalled(), happened.TimedOut(), happened.WentBack()]
    )
    def test_whatever_ends_a_session_leaves_nothing_of_the_person(
        self, world: World, person: Identity, ends: Event
    ) -> None:
        desk = at(Found(person, reading=False, answer=None, decision=None), card_laid=True, session=7)
        ended, _ = go(desk, world, ends)
        assert ended.state in (Waiting(), Assistance())
        assert ended == Desk(ended.state, session=8, card_laid=True)

    def test_failed_print_can_be_asked_for_again(
        self, world: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
    ) -> None:
        desk, _ = go(
            at(Found(person, reading=False, answer=None, decision=None)), world, happened.Answered(1, covered),
            happened.ServicesCounted(offers), happened.ServiceChosen("NOI"),
        )  # fmt: skip
        check_in = ticket(offers[0], desk)
        failed = PrintOutcome(PrintState.FAILED, "paper-out")
        desk, _ = go(desk, world, happened.Committed(check_in))
        assert go(desk, world, happened.ReprintAsked())[1] == []
        desk, asked = go(desk, world, happened.Printed(check_in.visit_id, failed), happened.ReprintAsked())
        assert asked == [PrintSlip(check_in, again=True)]
        assert desk.state == Done(check_in, None)

    def test_defect_after_the_commit_leaves_the_number_on_the_screen(
        self, world: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
    ) -> None:
        desk, _ = go(
            at(Found(person, reading=False, answer=None, decision=None)), world, happened.Answered(1, covered),
            happened.ServicesCounted(offers), happened.ServiceChosen("NOI"),
        )  # fmt: skip
        check_in = ticket(offers[0], desk)
        desk, _ = go(desk, world, happened.Committed(check_in), happened.Broke(FailureCode.INTERNAL))
        assert desk.state == Done(check_in, PrintOutcome(PrintState.FAILED, "internal"))
        assert go(desk, world, happened.Broke(FailureCode.INTERNAL))[0] == desk

    def test_garbage_in_the_scanner_does_not_take_the_number_away(
        self, world: World, person: Identity, covered: CardAnswer, offers: tuple[ServiceOffer, ...]
    ) -> None:
        desk, _ = go(
            at(Found(person, reading=False, answer=None, decision=None)), world, happened.Answered(1, covered),
            happened.ServicesCounted(offers), happened.ServiceChosen("NOI"),
        )  # fmt: skip
        check_in = ticket(offers[0], desk)
        desk, _ = go(desk, world, happened.Committed(check_in), happened.Printed(check_in.visit_id, DONE))
        assert go(desk, world, happened.CodeScanned("nonsense")) == (desk, [])
        fresh, _ = go(desk, world, happened.CodeScanned(OTHER_QR))
        assert isinstance(fresh.state, Found)
        assert fresh.session == desk.session + 1

    def test_try_again_reads_the_card_that_still_lies_there(self, world: World) -> None:
        desk, _ = go(
            Desk(Waiting()),
            world,
            happened.CardLaid(),
            happened.CodeScanned(CITIZEN_QR),
            happened.Broke(FailureCode.CARD_UNREADABLE),
        )
        desk, [read] = go(desk, world, happened.WentBack())
        assert isinstance(desk.state, Reading)
        assert isinstance(read, ReadChip)

    @pytest.mark.parametrize("code", [FailureCode.STORE_LOCKED, FailureCode.READER_BUSY, FailureCode.INTERNAL])
    def test_try_again_with_the_card_still_there_asks_for_its_key(self, world: World, code: FailureCode) -> None:
        desk, _ = go(at(Failed(code), card_laid=True), world, happened.WentBack())
        assert desk.state == AskingKey()

    @pytest.mark.parametrize(
        "code", [FailureCode.CARD_KEY_WRONG, FailureCode.CARD_UNSUPPORTED, FailureCode.CARD_ALTERED]
    )
    def test_card_that_cannot_be_opened_is_not_asked_for_again(self, world: World, code: FailureCode) -> None:
        desk, _ = go(at(Failed(code), card_laid=True), world, happened.WentBack())
        assert desk.state == Waiting()

    def test_keypad_opens_from_waiting_only(self, world: World, person: Identity) -> None:
        assert go(Desk(Waiting()), world, happened.StartedTyping())[0].state == TypingNumber()
        found = at(Found(person, reading=False, answer=None, decision=None))
        assert go(found, world, happened.StartedTyping()) == (found, [])
