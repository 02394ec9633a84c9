"""What the gateway sandbox counts, above all what gets an account locked; and the lock itself."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.simulator.gateway import Counts, GatewaySandbox
from kiosk.simulator.gateway_counts import Tally
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller, Clock

Open = Callable[..., GatewaySandbox]
Call = Callable[..., "Caller"]
REFERENCE = ("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")
WRONG = "0" * 32


def test_logins_lookups_and_repeats_are_counted(caller: "Caller") -> None:
    for number in ("999090000123", "999090000124", "999090000123"):
        caller.ask(number, *REFERENCE[1:])
    caller.history(*REFERENCE)
    caller.copay(*REFERENCE)
    assert asdict(caller.sandbox.counts) == asdict(Counts(logins=1, lookups=3, repeats=1, histories=1, copays=1))


def test_same_number_with_another_name_is_another_question(caller: "Caller") -> None:
    caller.ask(*REFERENCE)
    caller.ask(REFERENCE[0], "Nguyễn Văn Khác", REFERENCE[2])
    assert caller.sandbox.counts.repeats == 0


def test_state_holds_the_counts_and_the_last_requests_and_nobody(caller: "Caller") -> None:
    caller.ask(*REFERENCE)
    caller.sandbox.set_fault("http-500")
    caller.ask(*REFERENCE)
    caller.sandbox.set_fault("")
    state = caller.state()
    assert (state["fault"], state["locked"], state["lookups"], state["failed_logins"]) == ("", False, 2, 0)
    shown = [(one["at"], one["kind"], one["status"], one["code"], one["fault"]) for one in state["recent"]]
    assert shown == [
        ("10:41:20", "lookup", 500, "", "http-500"),
        ("10:41:20", "lookup", 200, "000", ""),
        ("10:41:20", "login", 200, "200", ""),
    ]
    written = json.dumps(state, ensure_ascii=False)
    assert not any(secret in written for secret in (*REFERENCE, caller.md5, caller.key["access_token"], "Mẫu"))


@pytest.mark.parametrize(("fault", "status"), [("portal", 200), ("down", 0), ("reset-before", 0), ("reset-after", 0)])
def test_request_that_a_fault_swallowed_is_among_the_last_ones(fault: str, status: int, caller: "Caller") -> None:
    caller.sandbox.set_fault(fault)
    with suppress(ConnectionError):
        caller.ask(*REFERENCE)
    caller.connection.close()
    last = caller.state()["recent"][0]
    assert (last["kind"], last["status"], last["fault"]) == ("lookup", status, fault)


def test_only_the_last_forty_requests_are_kept(caller: "Caller") -> None:
    for _ in range(50):
        caller.ask(*REFERENCE)
    assert len(caller.state()["recent"]) == 40


def test_handling_times_are_of_lookups_that_nothing_was_wrong_with(caller: "Caller") -> None:
    for _ in range(5):
        caller.ask(*REFERENCE)
    caller.sandbox.set_fault("slow")
    caller.ask(*REFERENCE)
    handled = caller.state()["handled_ms"]
    assert handled["of"] == 5
    assert 0 < handled["median"] <= handled["p95"] < 1000 * WITHIN_S


class TestLock:
    def test_account_is_locked_after_five_wrong_logins_even_for_the_right_password(self, caller: "Caller") -> None:
        told = [caller.log_in(password=WRONG)["maKetQua"] for _ in range(7)]
        assert told == ["401"] * 5 + ["403"] * 2
        assert caller.log_in()["maKetQua"] == "403"
        assert caller.state()["locked"]

    def test_right_login_in_between_begins_the_count_anew(self, caller: "Caller") -> None:
        for _ in range(3):
            for _ in range(4):
                assert caller.log_in(password=WRONG)["maKetQua"] == "401"
            assert caller.log_in()["maKetQua"] == "200"

    def test_other_account_is_locked_by_itself(self, caller: "Caller") -> None:
        for _ in range(9):
            caller.log_in(username="99002_BV")
        assert caller.log_in(username="99002_BV")["maKetQua"] == "403"
        assert caller.log_in()["maKetQua"] == "200"

    def test_token_stays_good_while_logins_are_locked(self, caller: "Caller") -> None:
        key = caller.key
        for _ in range(6):
            caller.log_in(password=WRONG)
        caller.key = key
        assert caller.ask(*REFERENCE)[0] == 200

    @pytest.mark.parametrize(("lock_after", "locked"), [(0, False), (1, True), (30, False)])
    def test_lock_is_as_strict_as_told(self, lock_after: int, locked: bool, open_sandbox: Open, call: Call) -> None:
        caller = call(open_sandbox(lock_after=lock_after))
        for _ in range(20):
            caller.log_in(password=WRONG)
        assert (caller.log_in()["maKetQua"] == "403") == locked

    def test_reset_opens_the_account_and_begins_the_counts_anew(self, caller: "Caller") -> None:
        for _ in range(6):
            caller.log_in(password=WRONG)
        assert caller.steer("reset") == (200, {})
        assert caller.sandbox.counts == Counts()
        assert caller.log_in()["maKetQua"] == "200"


class TestWhatGetsAnAccountLocked:
    def test_wrong_login_again_is_stubborn_and_a_new_password_is_not(self, caller: "Caller") -> None:
        for password in (WRONG, WRONG, "1" * 32):
            caller.log_in(password=password)
        counts = caller.sandbox.counts
        assert (counts.refused_logins, counts.stubborn_logins) == (3, 1)

    def test_login_again_after_the_account_was_put_right_is_not_stubborn(self, caller: "Caller") -> None:
        caller.sandbox.set_fault("locked")
        caller.log_in()
        caller.sandbox.set_fault("")
        assert caller.log_in()["maKetQua"] == "200"
        assert caller.sandbox.counts.stubborn_logins == 0

    def test_login_with_a_good_token_in_hand_is_needless(self, caller: "Caller") -> None:
        caller.log_in()
        assert caller.sandbox.counts.needless_logins == 1

    def test_login_shortly_before_the_end_of_the_token_is_not_needless(self, caller: "Caller", clock: "Clock") -> None:
        clock.now += timedelta(minutes=9)
        caller.log_in()
        assert caller.sandbox.counts.needless_logins == 0

    @pytest.mark.parametrize("fault", ["token-lost", "unauthorized"])
    def test_login_after_a_refused_token_is_not_needless(self, fault: str, caller: "Caller") -> None:
        caller.sandbox.set_fault(fault)
        assert caller.ask(*REFERENCE)[0] == 401
        caller.sandbox.set_fault("")
        caller.log_in()
        counts = caller.sandbox.counts
        assert (counts.needless_logins, counts.unauthorized) == (0, 1)

    def test_login_from_another_address_is_not_needless(self, caller: "Caller", call: Call) -> None:
        call(caller.sandbox, "127.0.0.2").log_in()
        assert caller.sandbox.counts.needless_logins == 0

    @pytest.mark.parametrize("fault", ["rate-limit:30", "rate-limit-date:30", "http-503:30"])
    def test_request_before_the_end_of_the_pause_is_impatient(
        self, fault: str, open_sandbox: Open, call: Call, clock: "Clock"
    ) -> None:
        caller = call(open_sandbox(fault=fault, monotonic=clock.monotonic))
        caller.ask(*REFERENCE)
        clock.now += timedelta(seconds=30)
        caller.ask(*REFERENCE)
        assert caller.sandbox.counts.impatient == 0
        clock.now += timedelta(seconds=29)
        caller.ask(*REFERENCE)
        assert caller.sandbox.counts.impatient == 1

    def test_logins_at_the_same_time_are_parallel(self, open_sandbox: Open, call: Call) -> None:
        both_here = threading.Barrier(2, timeout=WITHIN_S)
        sandbox = open_sandbox(fault="login-slow:1", pause=lambda _: both_here.wait())
        threads = [threading.Thread(target=call(sandbox).log_in) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (sandbox.counts.logins, sandbox.counts.parallel_logins) == (2, 1)

    def test_logins_one_after_another_are_not_parallel(self, caller: "Caller") -> None:
        for _ in range(5):
            caller.log_in()
        assert caller.sandbox.counts.parallel_logins == 0


def test_counts_of_many_threads_add_up() -> None:
    tally = Tally()

    def ask() -> None:
        for at in range(500):
            tally.add_lookup((str(at),))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tally.counts.lookups, tally.counts.repeats) == (4000, 3500)


def test_only_the_last_twenty_thousand_questions_are_remembered() -> None:
    tally = Tally()
    for at in range(20_001):
        tally.add_lookup((str(at),))
    assert len(tally._questions) == 20_000
    tally.add_lookup(("20000",))
    assert tally.counts.repeats == 1
    tally.add_lookup(("0",))
    assert tally.counts.repeats == 1
