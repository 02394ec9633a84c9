"""Logins: as few as possible, one at a time, none that could cost the account."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.lookup.answer import CardAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.codec import Token
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Officer
from kiosk.lookup.token import TokenCache
from kiosk.lookup.transport import Deadline
from kiosk.simulator.gateway import GatewaySandbox
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.lookup.conftest import Clock, Script


def test_one_login_serves_many_lookups(gateway: Gateway, sandbox: GatewaySandbox, question: Question) -> None:
    for _ in range(5):
        assert isinstance(gateway.look_up(question), CardAnswer)
    assert (sandbox.counts.logins, sandbox.counts.lookups, sandbox.counts.repeats) == (1, 5, 4)


def test_token_is_renewed_a_minute_before_its_end(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question, advance: Callable[[float], None]
) -> None:
    gateway.look_up(question)
    advance(530)
    gateway.look_up(question)
    assert sandbox.counts.logins == 1
    advance(11)
    gateway.look_up(question)
    assert sandbox.counts.logins == 2
    assert sandbox.counts.lookups == 3  # no lookup was refused on the way


def test_lost_token_costs_exactly_one_more_login(gateway: Gateway, sandbox: GatewaySandbox, question: Question) -> None:
    gateway.look_up(question)
    sandbox.set_fault("token-lost")
    assert isinstance(gateway.look_up(question), CardAnswer)
    assert (sandbox.counts.logins, sandbox.counts.lookups) == (2, 3)


def test_token_refused_twice_is_trouble_after_exactly_one_more_login(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("unauthorized")
    answer = gateway.look_up(question)
    assert isinstance(answer, ServiceTrouble)
    assert answer.kind is TroubleKind.ACCOUNT
    assert (sandbox.counts.logins, sandbox.counts.lookups) == (2, 2)


class Logins:
    """A cache whose logins always give a token, and how many there were."""

    def __init__(self, clock: "Clock") -> None:
        self.count = 0
        self.deadline = Deadline(5)
        self.cache = TokenCache(self._log_in, clock.now, clock.monotonic)
        self._ends_at = clock.now() + timedelta(minutes=10)

    def _log_in(self, _deadline: Deadline) -> Token:
        self.count += 1
        return Token(f"token {self.count}", "id", self._ends_at)

    def take(self) -> Token:
        token = self.cache.take(self.deadline)
        assert isinstance(token, Token)
        return token


def test_renewed_token_that_others_find_refused_is_not_renewed_by_each_of_them(clock: "Clock") -> None:
    logins = Logins(clock)
    first = logins.take()
    second = logins.cache.renew(first, logins.deadline)
    others = [logins.take() for _ in range(20)]
    assert all(other is second for other in others)
    answers = [logins.cache.renew(other, logins.deadline) for other in others]
    assert {answer.kind for answer in answers if isinstance(answer, ServiceTrouble)} == {TroubleKind.ACCOUNT}
    assert logins.count == 2


def test_renewed_token_that_served_a_while_may_be_renewed(clock: "Clock") -> None:
    logins = Logins(clock)
    second = logins.cache.renew(logins.take(), logins.deadline)
    assert isinstance(second, Token)
    logins.cache.accept(second)
    assert isinstance(logins.cache.renew(second, logins.deadline), Token)
    assert logins.count == 3


def test_fifty_threads_with_every_token_refused_log_in_twice(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("unauthorized")
    gateway = open_gateway(failures_before_pause=1000)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(gateway.look_up, [question] * 100))
    assert {answer.kind for answer in answers if isinstance(answer, ServiceTrouble)} == {TroubleKind.ACCOUNT}
    assert sandbox.counts.logins == 2


def test_refused_fresh_token_stops_logins_for_a_minute(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question, advance: Callable[[float], None]
) -> None:
    sandbox.set_fault("unauthorized")
    for _ in range(20):
        gateway.look_up(question)
    assert (sandbox.counts.logins, sandbox.counts.lookups) == (2, 2)
    sandbox.set_fault("")
    advance(61)
    assert isinstance(gateway.look_up(question), CardAnswer)


@pytest.mark.parametrize(
    ("fault", "kind"), [("locked", TroubleKind.ACCOUNT_LOCKED), ("wrong-account", TroubleKind.ACCOUNT)]
)
def test_refused_account_is_never_tried_again_by_itself(
    fault: str,
    kind: TroubleKind,
    gateway: Gateway,
    sandbox: GatewaySandbox,
    question: Question,
    advance: Callable[[float], None],
) -> None:
    sandbox.set_fault(fault)
    for _ in range(5):
        answer = gateway.look_up(question)
        assert isinstance(answer, ServiceTrouble)
        assert answer.kind is kind
        advance(3600)
    assert (sandbox.counts.logins, sandbox.counts.lookups) == (1, 0)


def test_account_that_was_put_right_works_again_when_told(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("locked")
    gateway.look_up(question)
    sandbox.set_fault("")
    assert isinstance(gateway.look_up(question), ServiceTrouble)
    gateway.forget_refusal()
    assert isinstance(gateway.look_up(question), CardAnswer)


def test_twenty_threads_share_one_login(gateway: Gateway, sandbox: GatewaySandbox, question: Question) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(gateway.look_up, [question] * 20))
    assert all(isinstance(answer, CardAnswer) for answer in answers)
    assert (sandbox.counts.logins, sandbox.counts.lookups) == (1, 20)


def test_twenty_threads_with_a_lost_token_share_one_more_login(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question
) -> None:
    gateway.look_up(question)
    sandbox.set_fault("token-lost")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(gateway.look_up, [question] * 20))
    assert all(isinstance(answer, CardAnswer) for answer in answers)
    assert sandbox.counts.logins == 2


def test_twenty_threads_with_a_locked_account_log_in_once(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("locked")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(gateway.look_up, [question] * 20))
    assert all(isinstance(answer, ServiceTrouble) for answer in answers)
    assert (sandbox.counts.logins, sandbox.counts.lookups) == (1, 0)


@pytest.mark.parametrize("wrong_by", [timedelta(hours=-7), timedelta(hours=7), timedelta(days=4000)])
def test_wrong_clock_does_not_mean_a_login_for_each_lookup(
    wrong_by: timedelta, open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    gateway = open_gateway(now=lambda: datetime(2026, 11, 21, 5, tzinfo=UTC) + wrong_by)
    for _ in range(5):
        gateway.look_up(question)
    assert sandbox.counts.logins == 1


@pytest.mark.parametrize("wrong_by", [timedelta(minutes=9), timedelta(hours=1), timedelta(hours=-1)])
def test_busy_desk_with_a_wrong_clock_logs_in_as_often_as_any_other(
    wrong_by: timedelta,
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
    clock: "Clock",
) -> None:
    gateway = open_gateway(now=lambda: clock.now() + wrong_by)
    for _ in range(60):
        assert isinstance(gateway.look_up(question), CardAnswer)
        clock.advance(60)
    assert sandbox.counts.logins <= 7
    assert sandbox.counts.lookups == 60, "no token was used past its end"


def test_token_of_no_end_is_asked_for_again_after_ten_minutes(
    open_gateway: Callable[..., Gateway], script: "Script", question: Question, clock: "Clock"
) -> None:
    key = {"access_token": "a", "id_token": "b", "expires_in": "9999-12-31T23:59:59Z"}
    script.say("/api/token/take", {"maKetQua": "200", "APIKey": key})
    script.say("/api/egw/KQNhanLichSuKCB2024", {"maKetQua": "777"})
    gateway = open_gateway(base_url=script.base_url, now=lambda: clock.now() + timedelta(hours=1))
    for wait_s in (530, 11, 0):
        assert isinstance(gateway.look_up(question), CardAnswer)
        clock.advance(wait_s)
    assert len(script.asked("/api/token/take")) == 2


def test_clock_set_back_by_an_hour_costs_no_login(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question, clock: "Clock"
) -> None:
    wrong_by = timedelta(hours=1)
    gateway = open_gateway(now=lambda: clock.now() + wrong_by)
    gateway.look_up(question)
    wrong_by = timedelta()
    gateway.look_up(question)
    assert sandbox.counts.logins == 1


def test_login_in_trouble_is_tried_again_with_the_next_lookup(
    gateway: Gateway, sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("down")
    assert isinstance(gateway.look_up(question), ServiceTrouble)
    sandbox.set_fault("")
    assert isinstance(gateway.look_up(question), CardAnswer)


def test_tokens_that_get_lost_on_and_on_cost_no_more_logins_than_the_settings_allow(
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
    advance: Callable[[float], None],
) -> None:
    gateway = open_gateway(logins_per_hour=3)
    kinds = []
    for _ in range(6):
        sandbox.set_fault("token-lost")
        answer = gateway.look_up(question)
        kinds.append(answer.kind if isinstance(answer, ServiceTrouble) else None)
    assert kinds == [None, None, None, *[TroubleKind.RATE_LIMITED] * 3]
    assert sandbox.counts.logins == 3
    advance(3601)
    assert isinstance(gateway.look_up(question), CardAnswer)


def test_logins_that_nobody_answered_do_not_count_towards_the_limit(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    gateway = open_gateway(logins_per_hour=2)
    sandbox.set_fault("down")
    for _ in range(5):
        assert isinstance(gateway.look_up(question), ServiceTrouble)
    sandbox.set_fault("")
    assert isinstance(gateway.look_up(question), CardAnswer)


@pytest.mark.parametrize(
    ("body", "kind", "logins"),
    [
        (b"", TroubleKind.ACCOUNT, 2),
        (b"<html>401</html>", TroubleKind.ACCOUNT, 2),
        (b'{"maKetQua": "401"}', TroubleKind.ACCOUNT, 2),
        (b'{"maKetQua": "205"}', TroubleKind.PARAMETERS, 1),
        (b'{"maKetQua": "054"}', TroubleKind.OFFICER, 1),
        (b'{"maKetQua": "403"}', TroubleKind.ACCOUNT, 1),
        (b'{"maKetQua": "000"}', TroubleKind.ACCOUNT, 1),
    ],
)
def test_refusal_whose_body_names_another_cause_is_answered_without_a_login(
    body: bytes,
    kind: TroubleKind,
    logins: int,
    open_gateway: Callable[..., Gateway],
    script: "Script",
    question: Question,
) -> None:
    script.say("/api/egw/KQNhanLichSuKCB2024", body, 401)
    answer = open_gateway(base_url=script.base_url).look_up(question)
    assert isinstance(answer, ServiceTrouble)
    assert answer.kind is kind
    assert len(script.asked("/api/token/take")) == logins


def all_at_once(askers: int) -> Callable[[], Officer]:
    """Who is signed in, told when all of them ask: none is so late that it would begin a login of its own."""
    gate = threading.Barrier(askers, timeout=WITHIN_S)

    def officer() -> Officer:
        gate.wait()
        return Officer("Đào Thị Mẫu", "999185000999")

    return officer


def test_login_that_hangs_holds_others_no_longer_than_their_own_limit(
    open_gateway: Callable[..., Gateway], script: "Script", question: Question
) -> None:
    script.say("/api/token/take", {}, after_s=2 * WITHIN_S)
    gateway = open_gateway(officer=all_at_once(8), base_url=script.base_url, total_timeout_s=1.0)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(gateway.look_up, [question] * 8))
    assert {answer.kind for answer in answers if isinstance(answer, ServiceTrouble)} == {TroubleKind.TIMEOUT}
    assert len(answers) == 8
    assert len(script.asked("/api/token/take")) == 1


def test_exchanges_one_after_another_share_a_thread(gateway: Gateway, question: Question) -> None:
    pause, idle = threading.Event(), gateway._transport._workers._idle
    seen = set()
    for _ in range(30):
        gateway.look_up(question)
        seen |= {thread.ident for thread in threading.enumerate() if thread.name == "lookup-exchange"}
        while not idle:  # the answer is here a moment before its thread has put itself down
            pause.wait(0.001)
    assert len(seen) == 1


def test_twenty_threads_share_a_login_that_fails(
    open_gateway: Callable[..., Gateway], script: "Script", question: Question
) -> None:
    script.say("/api/token/take", b"<html>", 500, after_s=1.0)
    gateway = open_gateway(officer=all_at_once(20), base_url=script.base_url)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(gateway.look_up, [question] * 20))
    assert {answer.kind for answer in answers if isinstance(answer, ServiceTrouble)} == {TroubleKind.SERVER_ERROR}
    assert len(script.asked("/api/token/take")) == 1
