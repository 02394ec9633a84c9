"""The courier by itself: whom it stands aside for, what ends it, what it hears."""

import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.recheck import Claim
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import WISHES_TO_END, FailureCode, KioskError
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, AskedBecause, CardAnswer, NotAsked, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.question import question_for
from kiosk.workflow.courier import IDLE_S, Courier, Errand, Rechecked
from kiosk.workflow.pace import PaceRule
from kiosk.workflow.service_watch import WatchRule
from tests.patience import WITHIN_S

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
DAY = date(2026, 11, 20)
PanicException = type("PanicException", (BaseException,), {})


@dataclass
class Desk:
    """A worklist and a service on paper, and the seconds of a clock."""

    person: Identity
    answer: Answer | BaseException
    waiting: int = 1
    now_s: float = 0.0
    refuses: KioskError | None = None
    settled: list[tuple[str, Verdict]] = field(default_factory=list)
    judged_for: list[date] = field(default_factory=list)
    made_due: int = 0
    released: list[str] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)

    def claim(self) -> Claim | None:
        if self.refuses is not None:
            raise self.refuses
        if not self.waiting:
            return None
        return Claim(f"{self.waiting:032}", DAY, "a" * 32, 1, self.person)

    def settle(self, claim: Claim, answer: Answer, decision: Decision) -> bool:
        self.settled.append((claim.visit_id, decision.verdict))
        if decision.verdict is not Verdict.UNVERIFIED:
            self.waiting -= 1
        return True

    def release(self, claim: Claim) -> None:
        self.released.append(claim.visit_id)

    def make_due(self) -> None:
        self.made_due += 1

    def ask(self, question: Question) -> Answer:
        self.asked.set()
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    def judge(self, claim: Claim, answer: Answer) -> Decision:
        self.judged_for.append(claim.business_day)
        return Decision(Verdict.COVERED if isinstance(answer, CardAnswer) else Verdict.UNVERIFIED)

    def courier(self, pace: PaceRule = PaceRule(pause_s=10, most_per_minute=60, probe_s=60)) -> Courier:  # noqa: B008
        errand = Errand(self, self.ask, question_for, self.judge, lambda: NOW)
        return Courier(errand, pace=pace, watch=WatchRule(3, 2, 60), clock=lambda: self.now_s)


TROUBLE = ServiceTrouble(TroubleKind.TIMEOUT, "", NOW)


@pytest.fixture
def desk(person: Identity, covered: CardAnswer) -> Desk:
    return Desk(person, covered)


def test_who_waits_is_asked_about_and_judged_for_the_day_of_the_visit(desk: Desk) -> None:
    assert desk.courier().recheck_one() is Rechecked.VERIFIED
    assert [verdict for _, verdict in desk.settled] == [Verdict.COVERED]
    assert desk.judged_for == [DAY]


def test_empty_list_is_looked_at_again_after_a_while_only(desk: Desk) -> None:
    desk.waiting = 0
    courier = desk.courier()
    assert courier.wait_s() == 0
    assert courier.recheck_one() is Rechecked.NOTHING_DUE
    assert courier.wait_s() == IDLE_S


def test_pause_stands_between_two_rounds(desk: Desk) -> None:
    desk.waiting = 5
    courier = desk.courier()
    courier.recheck_one()
    assert courier.wait_s() == 10
    desk.now_s += 10
    assert courier.wait_s() == 0


def test_service_away_is_probed_slowly_and_its_return_makes_everybody_due(desk: Desk) -> None:
    desk.waiting, desk.answer = 5, TROUBLE
    courier = desk.courier()
    for _ in range(3):
        assert courier.recheck_one() is Rechecked.NO_ANSWER
    assert (courier.is_away, courier.wait_s()) == (True, 60)
    desk.now_s += 120
    away = []
    for code in ("000", "050"):
        courier.heard(CardAnswer(code, "", None, NOW))
        away.append(courier.is_away)
    assert away == [True, False], "one answer is no return"
    assert (desk.made_due, courier.wait_s()) == (1, 0)


def test_return_within_the_hold_is_told_after_it(desk: Desk) -> None:
    desk.waiting, desk.answer = 5, TROUBLE
    courier = desk.courier()
    for _ in range(3):
        courier.recheck_one()
    for _ in range(5):
        courier.heard(CardAnswer("000", "", None, NOW))
    assert courier.is_away


@pytest.mark.parametrize(
    "answer",
    [NotAsked("number", NOW), ServiceTrouble(TroubleKind.ACCOUNT_LOCKED, "403", NOW)],
    ids=["unasked", "account"],
)
def test_what_says_nothing_of_the_line_changes_nothing(desk: Desk, answer: Answer) -> None:
    courier = desk.courier()
    for _ in range(9):
        courier.heard(answer)
    assert not courier.is_away


def test_courier_stands_aside_while_a_patient_is_looked_up(desk: Desk, covered: CardAnswer) -> None:
    seen: list[float | None] = []

    class Gateway:
        def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
            seen.append(courier.wait_s())
            return covered

    courier = desk.courier()
    asked = courier.beside(Gateway()).look_up(question_of(desk))
    assert asked is covered
    assert seen == [None]
    assert courier.wait_s() == 0


def test_patient_whose_lookup_breaks_no_longer_holds_up_the_courier(desk: Desk) -> None:
    class Gateway:
        def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
            raise ConnectionError

    courier = desk.courier()
    with pytest.raises(ConnectionError):
        courier.beside(Gateway()).look_up(question_of(desk))
    assert courier.wait_s() == 0


def test_thread_waits_for_the_patient_and_then_works(desk: Desk, covered: CardAnswer) -> None:
    patient_asks, may_end = threading.Event(), threading.Event()

    class Gateway:
        def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
            patient_asks.set()
            assert may_end.wait(WITHIN_S)
            return covered

    courier = desk.courier()
    patient = threading.Thread(target=courier.beside(Gateway()).look_up, args=(question_of(desk),))
    patient.start()
    assert patient_asks.wait(WITHIN_S)
    with courier:
        assert not desk.asked.is_set()
        may_end.set()
        assert desk.asked.wait(WITHIN_S)
    patient.join()


def test_stop_ends_the_thread_whatever_it_waits_for(desk: Desk) -> None:
    desk.waiting = 0
    courier = desk.courier()
    courier.start()
    courier.stop()
    assert "courier" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.parametrize("kind", [ValueError, PanicException])
def test_lookup_that_breaks_is_no_answer_and_the_courier_goes_on(
    desk: Desk, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    desk.answer = kind("999090000123")
    assert desk.courier().recheck_one() is Rechecked.NO_ANSWER
    assert kind.__name__ in caplog.text


@pytest.mark.parametrize("wish", WISHES_TO_END)
def test_whoever_ends_the_command_while_somebody_is_asked_about_ends_it(
    desk: Desk, caplog: pytest.LogCaptureFixture, wish: type[BaseException]
) -> None:
    desk.answer = wish()
    with pytest.raises(wish):
        desk.courier().recheck_one()
    assert not caplog.records


def test_lookup_for_want_of_an_officer_gives_the_entry_back_untried(desk: Desk) -> None:
    desk.answer = KioskError(FailureCode.LOOKUP_NOT_CONFIGURED)
    courier = desk.courier()
    assert courier.recheck_one() is Rechecked.NOT_POSSIBLE
    assert (len(desk.released), desk.settled) == (1, [])
    assert courier.trouble is desk.answer


@pytest.mark.parametrize("code", [FailureCode.KEY_WRONG, FailureCode.STORE_LOCKED])
def test_store_or_key_in_trouble_is_told_and_tried_later(desk: Desk, code: FailureCode) -> None:
    desk.refuses = KioskError(code)
    courier = desk.courier()
    assert courier.recheck_one() is Rechecked.NOT_POSSIBLE
    assert courier.trouble is desk.refuses
    assert courier.wait_s() == IDLE_S
    desk.refuses = None
    assert courier.recheck_one() is Rechecked.VERIFIED
    assert courier.trouble is None


@pytest.mark.parametrize("kind", [ZeroDivisionError, PanicException])
def test_defect_in_a_round_does_not_end_the_thread(
    desk: Desk, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    def defective(claim: Claim, answer: Answer) -> Decision:
        desk.judged_for.append(claim.business_day)
        if len(desk.judged_for) == 1:
            raise kind
        again.set()
        return Decision(Verdict.COVERED)

    def hurrying_clock() -> float:
        desk.now_s += 2 * IDLE_S
        return desk.now_s

    again = threading.Event()
    courier = Courier(Errand(desk, desk.ask, question_for, defective, lambda: NOW), clock=hurrying_clock)
    with courier:
        assert again.wait(WITHIN_S)
    assert kind.__name__ in caplog.text


def question_of(desk: Desk) -> Question:
    question = question_for(desk.person, NOW)
    assert isinstance(question, Question)
    return question


def test_drain_by_hand_ends_with_the_first_without_an_answer(desk: Desk) -> None:
    desk.answer = TROUBLE
    assert desk.courier().drain() == [Rechecked.NO_ANSWER]


def test_drain_by_hand_goes_through_the_list(desk: Desk) -> None:
    desk.waiting = 3
    courier = desk.courier(PaceRule(pause_s=0, most_per_minute=60, probe_s=60))
    assert courier.drain() == [Rechecked.VERIFIED] * 3 + [Rechecked.NOTHING_DUE]
