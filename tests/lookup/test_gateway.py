"""Lookups over real HTTP: every result code, every detour, in either dialect."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from kiosk.dates import PartialDate
from kiosk.lookup.answer import Answer, CardAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account, Officer
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person

ANSWERED = ["000", "001", "002", "004", "010", "050", "051", "052", "053", "060", "061", "070", "080", "090"]
REDUCED = ["110", "120", "121", "122", "123", "124", "130", "777"]


def code_of(answer: Answer) -> str:
    assert isinstance(answer, CardAnswer | ServiceTrouble)
    return answer.code


def test_covered_person_is_answered_with_the_card(gateway: Gateway, question: Question) -> None:
    answer = gateway.look_up(question)
    assert isinstance(answer, CardAnswer)
    assert answer.code == "000"
    assert answer.earlier_codes == ()
    assert answer.card is not None
    assert answer.card.number == "DN4999900000123"
    assert (answer.card.valid_from, answer.card.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert answer.card.facility == "99001"
    assert answer.card.next_card is None


@pytest.mark.parametrize("code", [*ANSWERED, *REDUCED])
def test_result_code_arrives_as_an_answer(
    code: str,
    gateway: Gateway,
    person_with: Callable[[str], Person],
    question_of: Callable[[Person], Question],
    sandbox: GatewaySandbox,
) -> None:
    answer = gateway.look_up(question_of(person_with(code)))
    assert isinstance(answer, CardAnswer)
    assert answer.code == code
    assert sandbox.counts.lookups == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("100", TroubleKind.SERVER_ERROR),
        ("101", TroubleKind.SERVER_ERROR),
        ("205", TroubleKind.PARAMETERS),
        ("401", TroubleKind.ACCOUNT),
        ("500", TroubleKind.SERVER_ERROR),
    ],
)
def test_result_code_of_trouble_arrives_as_trouble(
    code: str,
    kind: TroubleKind,
    gateway: Gateway,
    person_with: Callable[[str], Person],
    question_of: Callable[[Person], Question],
    sandbox: GatewaySandbox,
) -> None:
    answer = gateway.look_up(question_of(person_with(code)))
    assert isinstance(answer, ServiceTrouble)
    assert (answer.kind, answer.code) == (kind, code)
    assert (sandbox.counts.logins, sandbox.counts.lookups) == (1, 1)


@pytest.mark.parametrize(
    ("officer", "code"),
    [(Officer("Đào Thị Tiếp Đón", "999185000998"), "054"), (Officer("Đào Thị Khác", "999185000999"), "055")],
)
def test_unknown_officer_is_trouble_of_the_officer(
    officer: Officer, code: str, open_gateway: Callable[..., Gateway], question: Question
) -> None:
    answer = open_gateway(officer=officer).look_up(question)
    assert isinstance(answer, ServiceTrouble)
    assert (answer.kind, answer.code) == (TroubleKind.OFFICER, code)


@pytest.mark.parametrize("token_body", ["form", "json"])
@pytest.mark.parametrize("lookup_body", ["form", "json"])
@pytest.mark.parametrize("case", ["upper", "lower"])
def test_either_dialect_of_an_installation_is_spoken(
    token_body: str, lookup_body: str, case: str, open_gateway: Callable[..., Gateway], question: Question
) -> None:
    gateway = open_gateway(token_body=token_body, lookup_body=lookup_body, password_md5_case=case)
    assert code_of(gateway.look_up(question)) == "000"


def test_slash_after_the_base_address_does_no_harm(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    assert code_of(open_gateway(base_url=sandbox.base_url + "/").look_up(question)) == "000"


def test_wrong_name_and_birth_date_are_told_apart(gateway: Gateway, question: Question) -> None:
    assert code_of(gateway.look_up(replace(question, full_name="Trần Thị Khác"))) == "060"
    assert code_of(gateway.look_up(replace(question, full_name="Ngô Vũ Minh"))) == "061"
    assert code_of(gateway.look_up(replace(question, date_of_birth=PartialDate(1991, 1, 15)))) == "070"


def test_year_of_birth_alone_finds_the_card(gateway: Gateway, question: Question) -> None:
    assert code_of(gateway.look_up(replace(question, date_of_birth=PartialDate(1990)))) == "000"


def test_003_with_a_card_in_force_asks_once_more_with_that_card(
    gateway: Gateway,
    person_with: Callable[[str], Person],
    question_of: Callable[[Person], Question],
    sandbox: GatewaySandbox,
) -> None:
    answer = gateway.look_up(question_of(person_with("003")))
    assert isinstance(answer, CardAnswer)
    assert (answer.code, answer.earlier_codes) == ("000", ("003",))
    assert answer.card is not None
    assert answer.card.number == "GD4999900002331"
    assert answer.card.valid_from == date(2026, 11, 2)
    assert sandbox.counts.lookups == 2


def test_003_with_a_card_of_the_future_is_not_asked_again(
    gateway: Gateway, people: tuple[Person, ...], question_of: Callable[[Person], Question], sandbox: GatewaySandbox
) -> None:
    waiting = next(p for p in people if p.insurance is not None and p.insurance.next_number == "GD4999900002342")
    answer = gateway.look_up(question_of(waiting))
    assert code_of(answer) == "003"
    assert sandbox.counts.lookups == 1


def test_004_never_asks_for_the_new_card(
    gateway: Gateway,
    person_with: Callable[[str], Person],
    question_of: Callable[[Person], Question],
    sandbox: GatewaySandbox,
) -> None:
    answer = gateway.look_up(question_of(person_with("004")))
    assert isinstance(answer, CardAnswer)
    assert answer.code == "004"
    assert answer.card is not None
    assert answer.card.next_card is not None
    assert answer.card.next_card.valid_from == date(2026, 12, 1)
    assert sandbox.counts.lookups == 1


def test_new_card_that_begins_today_in_vietnam_counts_although_utc_is_a_day_behind(
    open_gateway: Callable[..., Gateway], people: tuple[Person, ...], question_of: Callable[[Person], Question]
) -> None:
    waiting = next(p for p in people if p.insurance is not None and p.insurance.next_number == "GD4999900002342")
    evening_before = datetime(2026, 11, 30, 17, 30, tzinfo=timezone(timedelta(0)))
    answer = open_gateway(now=lambda: evening_before).look_up(question_of(waiting))
    assert isinstance(answer, CardAnswer)
    assert answer.earlier_codes == ("003",)


def test_unknown_card_number_asks_once_more_with_the_personal_number(
    gateway: Gateway, question: Question, sandbox: GatewaySandbox
) -> None:
    answer = gateway.look_up(replace(question, number="DN4999900000777"))
    assert isinstance(answer, CardAnswer)
    assert (answer.code, answer.earlier_codes) == ("000", ("050",))
    assert sandbox.counts.lookups == 2


def test_unknown_card_number_without_a_personal_number_is_asked_once(
    gateway: Gateway, question: Question, sandbox: GatewaySandbox
) -> None:
    assert code_of(gateway.look_up(replace(question, number="DN4999900000777", personal_number=""))) == "050"
    assert sandbox.counts.lookups == 1


def test_unknown_personal_number_is_asked_once(gateway: Gateway, question: Question, sandbox: GatewaySandbox) -> None:
    unknown = replace(question, number="999090000777", personal_number="999090000777")
    assert code_of(gateway.look_up(unknown)) == "050"
    assert sandbox.counts.lookups == 1


def test_both_detours_together_are_three_questions_and_no_more(
    gateway: Gateway,
    person_with: Callable[[str], Person],
    question_of: Callable[[Person], Question],
    sandbox: GatewaySandbox,
) -> None:
    answer = gateway.look_up(replace(question_of(person_with("003")), number="DN4999900000777"))
    assert isinstance(answer, CardAnswer)
    assert (answer.code, answer.earlier_codes) == ("000", ("050", "003"))
    assert sandbox.counts.lookups == 3


def test_name_in_letters_of_every_kind_goes_over_the_wire(
    gateway: Gateway, people: tuple[Person, ...], question_of: Callable[[Person], Question]
) -> None:
    odd = [p for p in people if p.chip == "nfd" or "'" in p.full_name or " " not in p.full_name]
    assert len(odd) >= 3
    assert {code_of(gateway.look_up(question_of(person))) for person in odd} == {"000"}


def test_wrong_password_is_trouble_of_the_account(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    answer = open_gateway(account=Account(sandbox.username, "falsch")).look_up(question)
    assert isinstance(answer, ServiceTrouble)
    assert (answer.kind, answer.code) == (TroubleKind.ACCOUNT, "401")


def test_time_of_the_question_is_kept_as_evidence(
    gateway: Gateway, question: Question, advance: Callable[[float], None]
) -> None:
    first = gateway.look_up(question)
    advance(90)
    assert (gateway.look_up(question).checked_at - first.checked_at).total_seconds() == 90


def test_answer_shows_nothing_of_the_person(gateway: Gateway, question: Question) -> None:
    answer = gateway.look_up(question)
    shown = json.dumps([repr(answer), repr(question), repr(getattr(answer, "card", None))])
    assert shown == json.dumps(["<CardAnswer>", "<Question>", "<InsuranceCard>"])
