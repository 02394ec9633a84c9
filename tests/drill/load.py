"""Sixteen desks that check people in at the same time, and ten years of visits in the same tables."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import text
from sqlalchemy.engine import make_url

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.store.postgres import MIGRATING, engine_of
from kiosk.checkin.store.store import Store, open_store
from kiosk.simulator.postgresql import PostgresServer
from tests.drill.desks import DAY, KEY, Desk, Judgement, at_work, judge, request_of

VISITS_A_DAY = 400
_KEPT_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Rush:
    """What came of many desks at once."""

    desks: int
    each: int
    judgement: Judgement
    median_ms: float
    p99_ms: float
    per_second: float


def rush(folder: Path, clinic: Clinic, *, desks: int, each: int) -> Rush:
    """Every desk checks its people in, one after the other and without a pause, on one server."""
    with PostgresServer() as server:
        with open_store(server.url()):
            pass
        began_s = time.perf_counter()
        with at_work([Desk(n, server.url(), clinic, folder, persons=each) for n in range(desks)]) as crew:
            for desk in crew:
                desk.finish(now=False)
        taken_s = time.perf_counter() - began_s
        with open_store(server.url()) as store:
            judgement = judge(crew, store)
    waits = sorted(one.taken_s for desk in crew for one in desk.acknowledged())
    p99 = waits[int(len(waits) * 0.99)]
    return Rush(desks, each, judgement, median(waits) * 1000, p99 * 1000, len(waits) / taken_s)


@dataclass(frozen=True, slots=True)
class History:
    """How long a number takes with a long history and with one day's, in turns in one run."""

    visits: int
    long_ms: float
    short_ms: float

    @property
    def ratio(self) -> float:
        """The long one's median by the short one's."""
        return self.long_ms / self.short_ms


def history(database: str, folder: Path, clinic: Clinic, *, visits: int, measured: int) -> History:
    """Checks people in, in turns at a store with `visits` kept and at one with a day's."""
    with ExitStack() as opened:
        urls = opened.enter_context(_two_databases(database, folder))
        stores = [opened.enter_context(open_store(url, key=KEY)) for url in urls]
        for store, url, kept in zip(stores, urls, (visits, VISITS_A_DAY), strict=True):
            with _without_time_limits(store, url) as patient:
                fill(patient, kept)
        desks = [SqlJournal(store, clinic, lambda: DAY) for store in stores]
        taken: list[list[float]] = [[], []]
        order = [0, 1]
        chance = random.Random(1)
        for person in range(measured):
            service = clinic.services[person % len(clinic.services)].code
            chance.shuffle(order)
            for at in order:
                began_s = time.perf_counter()
                desks[at].check_in(request_of(person, service))
                taken[at].append(time.perf_counter() - began_s)
    long_s, short_s = (median(of_one[measured // 10 :]) for of_one in taken)
    return History(visits, long_s * 1000, short_s * 1000)


@contextmanager
def _two_databases(database: str, folder: Path) -> Iterator[tuple[str, str]]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'long.db'}", f"sqlite:///{folder / 'short.db'}"
        return
    with PostgresServer() as server:
        with open_store(server.url()) as store, store.transaction() as connection:
            connection.exec_driver_sql("COMMIT")  # a database is not made in a transaction
            for name in ("long", "short"):
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        yield server.url("long"), server.url("short")


@contextmanager
def _without_time_limits(store: Store, url: str) -> Iterator[Store]:
    if store.database == "sqlite":
        yield store
        return
    with Store(engine_of(make_url(url), limits=MIGRATING)) as patient:
        yield patient


def fill(store: Store, visits: int) -> None:
    """Keeps so many visits of the days before the drill's, in every table that a check-in writes to or reads from."""
    days = -(-visits // VISITS_A_DAY)
    begins = DAY.date() - timedelta(days=days)
    for statement in _ROWS:
        written = text(_written_for(store.database, statement, begins))
        for first in range(0, visits, _KEPT_AT_ONCE):
            with store.transaction() as connection:
                connection.execute(written, {"first": first, "last": min(first + _KEPT_AT_ONCE, visits) - 1})
    if store.database == "postgresql":
        with store.transaction() as connection:
            connection.exec_driver_sql("ANALYZE")


def _written_for(database: str, statement: str, begins: date) -> str:
    counted = "n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    if database == "postgresql":
        counted = "n(i) AS (SELECT generate_series(CAST(:first AS INTEGER), CAST(:last AS INTEGER)))"
        day, hex32, answered = f"(DATE '{begins}' + i / {VISITS_A_DAY})", "md5(CAST(i AS TEXT))", "TRUE"
    else:
        day, hex32, answered = f"date('{begins}', '+' || (i / {VISITS_A_DAY}) || ' days')", "printf('%032x', i)", "1"
    insert, values = statement.split("\n", 1)
    filled = values.format(
        day=day, hex32=hex32, answered=answered, number=f"(i - i / {VISITS_A_DAY} * {VISITS_A_DAY} + 1)",
        ms=f"(CAST({_ms(begins)} AS BIGINT) + CAST(i AS BIGINT) * {86_400_000 // VISITS_A_DAY})",
    )  # fmt: skip
    return f"WITH RECURSIVE {counted} {insert} SELECT {filled} FROM n"


def _ms(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


# One statement for each table: which columns, and a row of them; `i` counts the visits, each of another person.
_ROWS = (
    """INSERT INTO visit (visit_id, business_day, prefix, number, ticket, service_code, service, full_name, \
birth_year, trust, priority, verdict, reasons, benefit_percent, route, card_number, facility, area, created_at)
{hex32}, {day}, 'A', {number}, 'A' || {number}, 'noi-tong-quat', '{{}}', 'Nguyễn Văn Mẫu', 1990, 'CHIP_VERIFIED', \
'none', 'covered', '[]', 80, '1.1', '', '99001', 'K1', {day} || 'T08:00:00+07:00'""",
    """INSERT INTO visit_person (person_key, business_day, service_code, visit_id)
{hex32} || {hex32}, {day}, 'noi-tong-quat', {hex32}""",
    """INSERT INTO first_decision (visit_id, decision)
{hex32}, '{{}}'""",
    """INSERT INTO print_log (visit_id, at, outcome)
{hex32}, {day} || 'T08:00:01+07:00', 'printed'""",
    """INSERT INTO proof (proof_id, visit_id, outcome, verdict, code, trouble, because, checked_at, checked_ms, \
answered, receipts, card_digest)
{hex32}, {hex32}, 'valid', 'covered', '000', '', 'visit', {day} || 'T07:59:00+07:00', {ms}, {answered}, '[]', ''""",
    """INSERT INTO queue_place (visit_id, business_day, service_code, room_code, state, lane, priority, \
priority_basis, priority_by, priority_why, arrived_ms, place_ms, behind_ms, number, ended_ms, calls, skips)
{hex32}, {day}, 'noi-tong-quat', '101', 'done', 2, 'none', '', '', '', {ms}, {ms}, 0, {number}, {ms}, 1, 0""",
    """INSERT INTO queue_event (visit_id, at_ms, happened, room_code, by, reason)
{hex32}, {ms}, 'arrive', '101', 'kiosk', ''""",
    """INSERT INTO visit_name (visit_id, at_ms, number, prefix, folded)
{hex32}, {ms}, {number}, 'A', ' nguyen van mau'""",
    """INSERT INTO visit_word (word, at_ms, visit_no, folded)
'nguyen', {ms}, i + 1, ' nguyen van mau'""",
)
