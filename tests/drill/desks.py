"""Desks of their own processes: each checks one person in after the other and writes down what was acknowledged."""

import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import make_url

from kiosk.checkin.away.queues import queues_of
from kiosk.checkin.away.spool import Spool
from kiosk.checkin.away.steady import SteadyJournal
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import NextNumber, SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.new_beginning import begin_anew
from kiosk.checkin.store.store import Store, open_store
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.identity.person import Identity, Trust

DAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KEY = b"\x07" * 32
"""Of the drill's files, which are encrypted as every kiosk's."""

Result = TypeVar("Result")

_PERSONS_OF_A_DESK = 1_000_000
_AGAIN_AFTER_S = 0.02
_GIVES_UP_AFTER_S = 60.0
_COMES_BACK = {FailureCode.STORE_UNAVAILABLE, FailureCode.STORE_LOCKED}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a desk was told after the commit: who, which ticket, which visit, and how long it took."""

    person: int
    ticket: str
    visit_id: str
    taken_s: float


class Desk:
    """One desk; a new one with the same number goes on with the person whom the last one did not finish.

    `pause_s` lies between two persons.
    """

    pause_s = 0.0

    def __init__(self, number: int, url: str, clinic: Clinic, folder: Path, *, persons: int | None = None) -> None:
        self._file = folder / f"desk-{number}"
        self._first = number * _PERSONS_OF_A_DESK
        self._url, self._clinic, self._persons = url, clinic, persons
        self._process = 0

    def start(self) -> None:
        """Begins work in a process of its own."""
        done = len(self.acknowledged())
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # until there is somebody to hear it
        self._process = os.fork()
        if self._process == 0:
            status = 1
            try:
                self._work(done)
                status = 0
            except Exception:  # noqa: BLE001 - the last thing that this process says
                traceback.print_exc()
            finally:
                os._exit(status)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def kill(self) -> None:
        """Ends it with SIGKILL, wherever it is; one that has ended is left alone."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            self._wait()

    def finish(self, *, now: bool = True) -> None:
        """Waits until it ends; `now`: with the person who stands before it.

        Raises:
            RuntimeError: it broke.
        """
        if now:
            os.kill(self._process, signal.SIGTERM)
        if status := self._wait():
            raise RuntimeError(f"a desk ended with status {status}")

    def acknowledged(self) -> list[Acknowledged]:
        """All that this desk was told so far; a line that a kill cut short was not told."""
        if not self._file.exists():
            return []
        lines = self._file.read_text("ascii").split("\n")[:-1]
        return [_acknowledged(line) for line in lines]

    def _wait(self) -> int:
        process, self._process = self._process, 0
        return os.waitpid(process, 0)[1]

    def _work(self, done: int) -> None:
        goes_on = [True]
        signal.signal(signal.SIGTERM, lambda *_: goes_on.__setitem__(0, False))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        out = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with self._journal() as journal:
            self._check_in(journal, out, done, goes_on)

    @contextmanager
    def _journal(self) -> Iterator[SqlJournal | SteadyJournal]:
        with patiently(lambda: open_store(self._url, key=KEY)) as store:
            yield patiently(lambda: SqlJournal(store, self._clinic, lambda: DAY))

    def _check_in(self, journal: SqlJournal | SteadyJournal, out: int, done: int, goes_on: list[bool]) -> None:
        services = self._clinic.services
        while goes_on[0] and done != self._persons:
            person = self._first + done
            request = request_of(person, services[person % len(services)].code)
            began_s = time.perf_counter()
            check_in = patiently(lambda request=request: journal.check_in(request))  # type: ignore[misc]
            told = (person, check_in.ticket, check_in.visit_id, f"{time.perf_counter() - began_s:.6f}")
            os.write(out, (" ".join(map(str, told)) + "\n").encode())
            done += 1
            time.sleep(self.pause_s)


class SteadyDesk(Desk):
    """A desk with a file of its own for the time in which the server is away."""

    pause_s = 0.005

    @contextmanager
    def _journal(self) -> Iterator[SqlJournal | SteadyJournal]:
        def journal_in(store: Store, clinic: Clinic, numbers: NextNumber | None = None) -> SqlJournal:
            return SqlJournal(store, clinic, lambda: DAY, next_number=numbers)

        file = self._file.with_name(f"{self._file.name}.db")
        spool = Spool(
            file,
            self._clinic,
            lambda: DAY,
            desk=self._file.name,
            prefix="X",
            at_least=2_000,
            open_store=lambda file: open_store(f"sqlite:///{file}", key=KEY),
            make_journal=journal_in,
            begin_anew=lambda file: begin_anew(make_url(f"sqlite:///{file}"), KEY),
        )
        with SteadyJournal(
            lambda: journal_in(open_store(self._url), self._clinic),
            spool,
            desk=self._file.name,
            clock=lambda: DAY,
            queues=lambda journal: queues_of(journal, lambda: DAY),
            retry_s=0.1,
        ) as journal:
            yield journal
            patiently(lambda: _bring_all_in(journal))


def _bring_all_in(journal: SteadyJournal) -> None:
    journal.look_after()
    if (state := journal.state).to_merge:
        raise RetriableError(FailureCode.STORE_UNAVAILABLE, f"{state.to_merge} to merge, {state.refused} refused")


@contextmanager
def at_work(desks: list[Desk]) -> Iterator[list[Desk]]:
    """Desks that have begun; none is left behind, however the block ends."""
    try:
        for desk in desks:
            desk.start()
        yield desks
    finally:
        for desk in desks:
            desk.kill()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a drill looks for: acknowledged tickets that are not kept, tickets given twice, numbers without a visit."""

    acknowledged: int
    kept: int
    lost: int
    doubled: int
    gaps: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing of it happened."""
        return not (self.lost or self.doubled or self.gaps)


def judge(desks: list[Desk], store: Store) -> Judgement:
    """Holds what desks were told against what is kept; what was told is read first."""
    from sqlalchemy import func, select

    from kiosk.checkin.store.tables import ticket_counter, visit

    told = [one for desk in desks for one in desk.acknowledged()]
    with store.transaction(reading=True) as connection:
        kept = {row.visit_id: row.ticket for row in connection.execute(select(visit.c.visit_id, visit.c.ticket))}
        given = int(connection.execute(select(func.sum(ticket_counter.c.last))).scalar() or 0)
    by_ticket: dict[str, set[int]] = {}
    by_person: dict[int, set[str]] = {}
    for one in told:
        by_ticket.setdefault(one.ticket, set()).add(one.person)
        by_person.setdefault(one.person, set()).add(one.visit_id)
    doubled = sum(len(persons) - 1 for persons in by_ticket.values())
    doubled += sum(len(visits) - 1 for visits in by_person.values())
    lost = sum(kept.get(one.visit_id) != one.ticket for one in told)
    return Judgement(len(told), len(kept), lost, doubled, given - len(kept))


def judge_steady(desks: list[Desk], store: Store) -> Judgement:
    """The same for desks that went on by themselves: whoever was told a number waits under it, and under no other.

    Numbers that nobody was told stay without a place in a queue; only numbers of the shared store have no gaps.
    """
    from sqlalchemy import func, select

    from kiosk.checkin.store.queue_tables import queue_place
    from kiosk.checkin.store.tables import ticket_counter, visit, visit_person

    told = [one for desk in desks for one in desk.acknowledged()]
    with store.transaction(reading=True) as connection:
        kept = {row.visit_id: row for row in connection.execute(select(visit.c.visit_id, visit.c.ticket))}
        waiting = set(
            connection.execute(select(queue_place.c.visit_id).where(queue_place.c.state == "waiting")).scalars()
        )
        counted = {row.prefix: row.last for row in connection.execute(select(ticket_counter))}
        given = {
            row.prefix: row.given
            for row in connection.execute(select(visit.c.prefix, func.count().label("given")).group_by(visit.c.prefix))
        }
        visits_of_persons = connection.execute(select(func.count()).select_from(visit_person)).scalar_one()
    lost = sum(one.visit_id not in kept or kept[one.visit_id].ticket != one.ticket for one in told)
    lost += sum(one.visit_id not in waiting for one in told)
    doubled = len(told) - len({one.ticket for one in told}) + len(told) - len({one.person for one in told})
    doubled += len(waiting - {one.visit_id for one in told})
    gaps = sum(last != given.get(prefix, 0) for prefix, last in counted.items())
    return Judgement(len(told), int(visits_of_persons), lost, doubled, gaps)


def request_of(person: int, service: str) -> CheckInRequest:
    """The n-th invented person wants a service."""
    identity = Identity(Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number=f"999{person:09}")
    return CheckInRequest(identity, Decision(Verdict.COVERED), service)


def patiently(step: Callable[[], Result]) -> Result:
    """Tries a step again while the store is away, as a person at a desk does."""
    deadline = time.monotonic() + _GIVES_UP_AFTER_S
    while True:
        try:
            return step()
        except KioskError as error:
            if error.code not in _COMES_BACK or time.monotonic() > deadline:
                raise
        time.sleep(_AGAIN_AFTER_S)


def _acknowledged(line: str) -> Acknowledged:
    person, ticket, visit_id, taken_s = line.split(" ")
    return Acknowledged(int(person), ticket, visit_id, float(taken_s))
