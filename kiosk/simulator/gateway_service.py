"""What the gateway sandbox answers, to whom, and what trouble it is in; how that is served is not its matter."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

from kiosk.simulator.crowd import Crowd
from kiosk.simulator.gateway_accounts import Admission, Credentials, SandboxAccount
from kiosk.simulator.gateway_copay import Copay, without_entries
from kiosk.simulator.gateway_counts import Counts, Tally
from kiosk.simulator.gateway_dialect import EASY_GOING, Dialect
from kiosk.simulator.gateway_faults import Fault, read_fault
from kiosk.simulator.gateway_register import Register, Reply
from kiosk.simulator.gateway_schedule import Schedule
from kiosk.simulator.people import Person

_LETS_NOBODY_IN = {"locked": "403", "wrong-account": "401", "wrong-facility": "402"}
_USUAL_PAUSE_S, _USUAL_BURST = 30.0, 5


class SandboxService:
    """The card-lookup service for invented people. People's dates are theirs: load them for the client's day.

    `delay_s` is how long `slow` takes and `drip` waits between two bytes where the fault has no number of its own;
    `now` dates tokens, replies and the Date header; `monotonic` drives the schedule and ends silent connections;
    `pause` is how it waits, `closing.wait` if None. All of its account is invented; `config/simulator/sandbox.toml`
    says the same.
    """

    username = "99001_BV"
    password = "mau-khong-bao-mat"  # noqa: S105 -- invented
    officer_name = "Đào Thị Tiếp Đón"
    officer_number = "999185000999"

    def __init__(
        self,
        people: Sequence[Person],
        *,
        crowd: Crowd | None = None,
        dialect: Dialect = EASY_GOING,
        fault: str = "",
        schedule: Schedule | None = None,
        delay_s: float = 3.0,
        lock_after: int = 5,
        seed: int = 0,
        account: SandboxAccount | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        if account is not None:
            self.username, self.password = account.username, account.password
            self.officer_name, self.officer_number = account.officer_name, account.officer_number
        self.account = SandboxAccount(self.username, self.password, self.officer_name, self.officer_number)
        self.dialect = dialect
        self.delay_s = delay_s
        self.closing = threading.Event()
        self.tally = Tally()
        self.now, self.monotonic = now, monotonic
        self.pause = pause or self.closing.wait
        self.admission = Admission(self.account, dialect, self.tally, now, lock_after)
        self._register = Register(people, self.account, crowd, now)
        self._lock = threading.Lock()
        self._schedule = schedule or Schedule()
        self._began = monotonic()
        self._fault, self._last_fault = Fault(), Fault()
        self._chance = Random(seed)
        self._troubled = 0
        self._patient_from = 0.0
        self.set_fault(fault)

    @property
    def counts(self) -> Counts:
        """What it was asked so far."""
        return self.tally.counts

    @property
    def fault(self) -> str:
        """The fault in force, empty for none."""
        return str(self.fault_in_force())

    def fault_in_force(self) -> Fault:
        """The fault that was set; else the one that the schedule has for now."""
        with self._lock:
            fault = self._fault if self._fault.name else self._schedule.fault_at(self.monotonic() - self._began)
            begins, self._last_fault = fault != self._last_fault, fault
        if begins and fault.name == "token-lost":
            self.admission.forget_tokens()
        return fault

    def set_fault(self, written: str) -> None:
        """Puts a fault of `FAULTS` in force, `slow` or `slow:0.5`, or none.

        Raises:
            ValueError: there is no such fault.
        """
        fault = read_fault(written)
        with self._lock:
            self._fault, self._last_fault = fault, Fault()
            self._troubled, self._patient_from = 0, 0.0
        self.fault_in_force()

    def reset(self) -> None:
        """Counts begin again, locked accounts are open; tokens stay."""
        self.tally.clear()
        self.admission.unlock()

    def state(self) -> dict[str, Any]:
        """The fault, the counts and the last requests, for JSON."""
        return {
            "fault": self.fault,
            "locked": self.admission.is_locked,
            **self.tally.state(),
            "failed_logins": sum(self.admission.failed_logins().values()),
        }

    # -- what the HTTP side asks ------------------------------------------------------------------------------------
    def log_in(self, fields: dict[str, object], caller: str) -> Reply:
        """The reply to a login."""
        username, password = (str(fields.get(name) or "") for name in ("username", "password"))
        refusal = _LETS_NOBODY_IN.get(self.fault_in_force().name, "")
        return self.admission.log_in(username, password, caller, refusal=refusal)

    def admits(self, given: Credentials, caller: str) -> bool:
        """Whether a request's token, account and caller belong together, now."""
        if self.fault_in_force().name != "unauthorized" and self.admission.admits(given, caller):
            return True
        self.admission.note_refusal(given)
        self.tally.add(unauthorized=1)
        return False

    def look_up(self, asked: dict[str, object]) -> Reply:
        """The reply to a lookup that was granted."""
        match self.fault_in_force().name:
            case "unknown-code":
                return {"maKetQua": "987", "ghiChu": None}
            case "missing-fields":
                return {"maKetQua": "000"}
            case "restricted":
                return {"maKetQua": "500", "ghiChu": "Tài khoản bị hạn chế tra cứu"}
            case _:
                return self._register.answer(asked)

    def history(self, asked: dict[str, object]) -> Reply:
        """The reply to a question for past visits that was granted."""
        return self._register.history(asked)

    def copay(self, asked: dict[str, object]) -> Copay:
        """Status and reply to a question for the own share that was granted."""
        if self.fault_in_force().name == "restricted":
            return without_entries("500")
        return self._register.copay(asked)

    # -- amounts of faults ------------------------------------------------------------------------------------------
    def delay_of(self, fault: Fault) -> float:
        """Seconds that a slow fault takes; `jitter` draws anew each time, the same row for the same seed."""
        seconds = self.delay_s if fault.amount is None else fault.amount
        if fault.name != "jitter":
            return seconds
        with self._lock:
            return self._chance.uniform(0, seconds)

    def is_in_burst(self, fault: Fault) -> bool:
        """Whether this request is one of the N in a row that fail; the next N are answered."""
        size = int(fault.amount or _USUAL_BURST)
        with self._lock:
            self._troubled += 1
            return (self._troubled - 1) // size % 2 == 0

    def pause_asked_of_clients(self, fault: Fault) -> float:
        """Seconds of Retry-After; who comes earlier is counted as impatient."""
        seconds = _USUAL_PAUSE_S if fault.amount is None else fault.amount
        now = self.monotonic()
        with self._lock:
            is_early = now < self._patient_from
            self._patient_from = max(self._patient_from, now + seconds)
        self.tally.add(impatient=int(is_early))
        return seconds
