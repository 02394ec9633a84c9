"""One lookup per person and visit: against the sandbox, which counts."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.answer import Answer, AskedBecause, CardAnswer, Question, ServiceTrouble
from kiosk.lookup.asked_once import LONGEST_VISIT_S, TROUBLE_HOLDS_S, AskedOnce
from kiosk.lookup.gateway import Gateway
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.lookup.conftest import Clock

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def once(gateway: Gateway, clock: "Clock") -> AskedOnce:
    """Whose answers grow older only when the clock is moved."""
    return AskedOnce(gateway, monotonic=lambda: clock.advanced_s)


def reasons(answer: Answer) -> list[AskedBecause]:
    assert isinstance(answer, CardAnswer | ServiceTrouble)
    return [receipt.because for receipt in answer.receipts]


def test_chip_that_says_what_the_code_said_is_not_asked_about_again(
    once: AskedOnce, sandbox: GatewaySandbox, question: Question
) -> None:
    by_code = once.look_up(question)
    by_chip = once.look_up(replace(question, full_name="  " + question.full_name.upper() + " "))
    assert isinstance(by_code, CardAnswer)
    assert by_chip is by_code
    assert sandbox.counts.lookups == 1


def test_question_under_way_is_waited_for_and_not_repeated(
    once: AskedOnce, sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("slow")
    sandbox.delay_s = 0.2
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(once.look_up, [question] * 8))
    assert len({id(answer) for answer in answers}) == 1
    assert isinstance(answers[0], CardAnswer)
    assert sandbox.counts.lookups == 1


def test_corrected_name_or_birth_date_is_asked_about_and_says_so(
    once: AskedOnce, sandbox: GatewaySandbox, question: Question
) -> None:
    misread = once.look_up(replace(question, full_name="Trần Thị Khác"))
    corrected = once.look_up(question)
    later = once.look_up(replace(question, date_of_birth=PartialDate(1990)))
    assert (reasons(misread), reasons(corrected), reasons(later)) == (
        [AskedBecause.VISIT], [AskedBecause.CORRECTED], [AskedBecause.CORRECTED],
    )  # fmt: skip
    assert isinstance(corrected, CardAnswer)
    assert corrected.code == "000"
    assert once.look_up(question) is corrected
    assert sandbox.counts.lookups == 3


def test_other_number_of_the_same_person_is_asked_about_and_says_so(
    once: AskedOnce, sandbox: GatewaySandbox, question: Question
) -> None:
    once.look_up(replace(question, number="DN4999900000123", personal_number=""))
    assert reasons(once.look_up(question)) == [AskedBecause.OTHER_NUMBER]
    assert sandbox.counts.lookups == 2


@pytest.mark.parametrize("because", [one for one in AskedBecause if one is not AskedBecause.VISIT])
def test_stated_reason_asks_anew_and_its_answer_counts(
    because: AskedBecause, once: AskedOnce, sandbox: GatewaySandbox, question: Question
) -> None:
    first = once.look_up(question)
    second = once.look_up(question, because)
    assert second is not first
    assert reasons(second) == [because]
    assert once.look_up(question) is second
    assert sandbox.counts.lookups == 2


def test_next_person_begins_another_visit_and_the_one_before_is_forgotten(
    once: AskedOnce,
    sandbox: GatewaySandbox,
    question: Question,
    person_with: Callable[[str], Person],
    question_of: Callable[[Person], Question],
) -> None:
    first = once.look_up(question)
    assert reasons(once.look_up(question_of(person_with("010")))) == [AskedBecause.VISIT]
    again = once.look_up(question)
    assert again is not first
    assert reasons(again) == [AskedBecause.VISIT]
    assert sandbox.counts.lookups == 3


def test_visit_that_ended_is_forgotten(once: AskedOnce, sandbox: GatewaySandbox, question: Question) -> None:
    once.look_up(question)
    once.forget()
    assert reasons(once.look_up(question)) == [AskedBecause.VISIT]
    assert sandbox.counts.lookups == 2


def test_visit_that_nobody_ended_is_forgotten_after_ten_minutes(
    once: AskedOnce, sandbox: GatewaySandbox, question: Question, advance: Callable[[float], None]
) -> None:
    first = once.look_up(question)
    advance(LONGEST_VISIT_S - 5)
    assert once.look_up(question) is first
    advance(10)
    assert once.look_up(question) is not first


def test_trouble_is_not_asked_into_again_at_once_but_after_a_while(
    once: AskedOnce, sandbox: GatewaySandbox, question: Question, advance: Callable[[float], None]
) -> None:
    sandbox.set_fault("http-500")
    trouble = once.look_up(question)
    assert isinstance(trouble, ServiceTrouble)
    assert once.look_up(question) is trouble
    assert sandbox.counts.lookups == 1
    sandbox.set_fault("")
    advance(TROUBLE_HOLDS_S + 1)
    answer = once.look_up(question)
    assert isinstance(answer, CardAnswer)
    assert reasons(answer) == [AskedBecause.RECHECK]


def test_visit_that_ends_during_the_question_still_answers_who_waits(
    gateway: Gateway, monotonic: Callable[[], float], question: Question
) -> None:
    asked, let_go = threading.Event(), threading.Event()

    class Held:
        def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
            asked.set()
            assert let_go.wait(WITHIN_S)
            return gateway.look_up(question, because)

    once = AskedOnce(Held(), monotonic=monotonic)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(once.look_up, question)
        assert asked.wait(WITHIN_S)
        once.forget()
        let_go.set()
        assert isinstance(waiting.result(), CardAnswer)
    assert once.look_up(question) is not waiting.result()


def test_lookup_that_breaks_breaks_for_all_who_wait_and_is_tried_again(question: Question) -> None:
    asked, let_go = threading.Event(), threading.Event()
    broken = True

    class Breaking:
        def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
            asked.set()
            let_go.wait(WITHIN_S)
            if broken:
                raise KioskError(FailureCode.LOOKUP_NOT_CONFIGURED, "nobody is signed in")
            return CardAnswer("000", "", None, NOON)

    once = AskedOnce(Breaking())
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(once.look_up, question)
        assert asked.wait(WITHIN_S)
        second = pool.submit(once.look_up, question)
        let_go.set()
        for waiting in (first, second):
            assert isinstance(waiting.exception(), KioskError)
    broken = False
    assert isinstance(once.look_up(question), CardAnswer)
