"""Each exchange leaves a receipt: why, when, in whose name, what came back; and nothing that others can read."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lookup.answer import Answer, AskedBecause, CardAnswer, Question, Receipt, ServiceTrouble
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Officer
from kiosk.lookup.receipt import is_about, question_digest, read_http_date
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person


def receipts_of(answer: Answer) -> tuple[Receipt, ...]:
    assert isinstance(answer, CardAnswer | ServiceTrouble)
    return answer.receipts


def test_answered_question_has_one_receipt_with_all_that_can_be_known(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question
) -> None:
    [receipt] = receipts_of(gateway.look_up(question))
    assert receipt.because is AskedBecause.VISIT
    assert receipt.officer_number == sandbox.officer_number
    assert (receipt.http_status, receipt.code, receipt.evidence) == (200, "000", "")
    assert receipt.asked_at.tzinfo is not None
    assert receipt.asked_at <= receipt.answered_at
    assert receipt.server_time == datetime(2026, 11, 21, 5, tzinfo=UTC)  # the sandbox dates its replies by its clock
    assert len(receipt.reply_digest) == 64


def test_reason_of_the_caller_and_of_each_detour_is_stated(
    gateway: Gateway, person_with: Callable[[str], Person], question_of: Callable[[Person], Question]
) -> None:
    question = replace(question_of(person_with("003")), number="DN4999900000777")
    receipts = receipts_of(gateway.look_up(question, AskedBecause.RECHECK))
    told = [(receipt.because, receipt.code) for receipt in receipts]
    assert told == [
        (AskedBecause.RECHECK, "050"),
        (AskedBecause.OTHER_NUMBER, "003"),
        (AskedBecause.NEW_CARD, "000"),
    ]


def test_refused_token_has_a_receipt_of_its_own(gateway: Gateway, sandbox: GatewaySandbox, question: Question) -> None:
    gateway.look_up(question)
    sandbox.set_fault("token-lost")
    receipts = receipts_of(gateway.look_up(question))
    assert [(receipt.http_status, receipt.code) for receipt in receipts] == [(401, "401"), (200, "000")]


def test_as_many_receipts_as_the_sandbox_was_asked(
    gateway: Gateway, sandbox: GatewaySandbox, people: tuple[Person, ...], question_of: Callable[[Person], Question]
) -> None:
    kept = [receipt for person in people for receipt in receipts_of(gateway.look_up(question_of(person)))]
    assert len(kept) == sandbox.counts.lookups


def test_trouble_has_receipts_too(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question,
    log_in: Callable[[Gateway], None],
) -> None:  # fmt: skip
    hurried = open_gateway(total_timeout_s=0.3)
    log_in(hurried)
    sandbox.set_fault("timeout")
    [receipt] = receipts_of(hurried.look_up(question))
    assert (receipt.http_status, receipt.server_time, receipt.reply_digest, receipt.code) == (None, None, "", "")
    sandbox.set_fault("http-500")
    [receipt] = receipts_of(open_gateway().look_up(question))
    assert receipt.http_status == 500
    assert receipt.reply_digest


def test_second_question_with_trouble_leaves_its_receipt(
    open_gateway: Callable[..., Gateway],
    person_with: Callable[[str], Person],
    question_of: Callable[[Person], Question],
    time_is_up: Callable[[], datetime],
) -> None:
    first, second = receipts_of(open_gateway(now=time_is_up).look_up(question_of(person_with("003"))))
    assert (first.code, second.because, second.http_status) == ("003", AskedBecause.NEW_CARD, None)


def test_nobody_asked_no_receipt(gateway: Gateway, sandbox: GatewaySandbox, question: Question) -> None:
    sandbox.set_fault("locked")
    assert receipts_of(gateway.look_up(question)) == ()
    assert sandbox.counts.lookups == 0


def test_lookup_is_in_the_name_of_whoever_is_signed_in_when_it_begins(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    signed_in = [Officer(sandbox.officer_name, sandbox.officer_number)]
    gateway = open_gateway(officer=lambda: signed_in[-1])
    assert isinstance(gateway.look_up(question), CardAnswer)
    signed_in.append(Officer("Đào Thị Khác", "999185000998"))
    answer = gateway.look_up(question)
    assert isinstance(answer, ServiceTrouble)
    assert answer.code == "054"
    assert [receipt.officer_number for receipt in answer.receipts] == ["999185000998"]


def test_receipt_proves_its_question_and_no_other(gateway: Gateway, question: Question) -> None:
    [receipt] = receipts_of(gateway.look_up(question))
    assert is_about(receipt, question)
    assert is_about(receipt, replace(question, full_name=f" {question.full_name}  "))
    assert not is_about(receipt, replace(question, number="999090000124"))
    assert not is_about(receipt, replace(question, full_name="Trần Thị Khác"))
    assert not is_about(replace(receipt, salt="00" * 16), question)


def test_equal_questions_have_unequal_digests(gateway: Gateway, question: Question) -> None:
    one, other = (receipts_of(gateway.look_up(question))[0] for _ in range(2))
    assert one.salt != other.salt
    assert one.question_digest != other.question_digest


def test_digest_is_the_one_that_is_written_down(question: Question) -> None:
    lines = f"{'ab' * 16}\n999090000123\n{question.full_name}\n15/01/1990"
    assert question_digest(question, "ab" * 16) == hashlib.sha256(lines.encode()).hexdigest()


def test_receipt_shows_nothing_of_itself(gateway: Gateway, question: Question) -> None:
    assert repr(receipts_of(gateway.look_up(question))[0]) == "<Receipt>"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Sat, 21 Nov 2026 05:00:45 GMT", datetime(2026, 11, 21, 5, 0, 45, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 12:00:45 +0700", datetime(2026, 11, 21, 5, 0, 45, tzinfo=UTC)),
        ("Saturday, 21-Nov-26 05:00:45 GMT", datetime(2026, 11, 21, 5, 0, 45, tzinfo=UTC)),
        ("", None),
        ("now", None),
        ("Sat, 99 Nov 2026 05:00:45 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
    ],
)
def test_date_header_is_read_in_utc_or_not_at_all(written: str, moment: datetime | None) -> None:
    assert read_http_date(written) == moment


@given(st.text())
def test_any_date_header_is_read(written: str) -> None:
    moment = read_http_date(written)
    assert moment is None or moment.utcoffset() == UTC.utcoffset(None)
