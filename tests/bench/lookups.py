"""What the gateway's client costs and withstands, against the sandbox.

    python -m tests.bench.lookups           both tables
    python -m tests.bench.lookups drill 10000

`drill`: lookups of different invented people while the sandbox has one fault after another; judged by verdicts that
are worked out from the people themselves, and by the sandbox's own counts of what gets an account locked.
`added_ms`: lookups at a steady rate against a sandbox in another process; each one's time less the time for which the
sandbox says that it had the request, and between them the same of a bare POST, which shows what the machine adds.
"""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from itertools import cycle, islice
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit

from kiosk.app.training import people_of_config, sandbox_account
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import Visit
from kiosk.identity.identify import identify
from kiosk.identity.person import Identity
from kiosk.lookup.answer import (
    Answer,
    CardAnswer,
    InsuranceCard,
    NextCard,
    NotAsked,
    Question,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.lookup.codec import Token, login_fields, lookup_credentials, lookup_fields, read_token
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account, GatewayOptions, Officer
from kiosk.lookup.question import question_for
from kiosk.lookup.transport import Deadline
from kiosk.reader.document import TypedDocument
from kiosk.simulator.crowd import Crowd
from kiosk.simulator.gateway import FAULTS, Counts, GatewaySandbox
from kiosk.simulator.people import Insurance, Person
from tests.bench.tables import machine, table

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
VISIT = Visit("99001", points=40)
AT_ONCE = 4
"""So many lookups are under way at a time."""
A_BLOCK = 29
BETWEEN_GUESTS_S = 15.0
BETWEEN_FAULTS_S = 1000.0
"""Longer than every pause that the client makes or obeys."""

HARMLESS = frozenset({"", "slow", "jitter", "token-lost", "login-slow"})
"""Faults under which everybody is answered. After `hang-up` a question may meet the end of a kept connection: it is
not sent again, because nobody can know whether it had been heard."""
SILENT = frozenset({"timeout", "drip"})
"""Faults under which nothing comes, ever: only there the limit of a lookup is waited for."""
UNHURRIED_S = 60.0
"""The limit of all other lookups: what is slow there is this machine, and of that nothing is to be told."""
STRANGE = frozenset({"unknown-code", "missing-fields"})
"""Faults whose answers staff must look at."""
FORBIDDEN = ("stubborn_logins", "needless_logins", "parallel_logins", "impatient", "malformed")
_TROUBLE_CODES = frozenset({"100", "101", "205", "401", "500"})


class Clock:
    """Stands still for dates and runs for time limits; `advance` moves both, for client and sandbox alike."""

    def __init__(self) -> None:
        self.advanced_s = 0.0

    def now(self) -> datetime:
        """The time of day."""
        return NOON + timedelta(seconds=self.advanced_s)

    def monotonic(self) -> float:
        """The time that limits count by."""
        return time.monotonic() + self.advanced_s

    def advance(self, seconds: float) -> None:
        """Lets time pass without waiting for it."""
        self.advanced_s += seconds


@dataclass(slots=True)
class Drilled:
    """What a drill came to. `wrong` and `forbidden` are to be 0, `unstated_repeats` too."""

    lookups: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    forbidden: Counter[str] = field(default_factory=Counter)
    logins: int = 0
    refused_logins: int = 0
    exchanges: int = 0
    receipts: int = 0
    repeats: int = 0
    stated_repeats: int = 0
    longest_s: float = 0.0

    @property
    def unstated_repeats(self) -> int:
        """Questions that the sandbox heard twice although their token had not been refused."""
        return self.repeats - self.stated_repeats

    @property
    def is_clean(self) -> bool:
        """Whether nothing happened that must not."""
        return not (self.wrong or self.unanswered or self.forbidden.total() or self.unstated_repeats > 0)


def drill(lookups: int, seed: int = 0, total_timeout_s: float = 0.3) -> Drilled:
    """Looks up so many people, a block of them under each fault in turn, several at a time.

    `total_timeout_s` is the limit where the service is silent.
    """
    clock, drilled = Clock(), Drilled()
    crowd = Crowd(max(lookups, 1), TODAY, seed)
    people = iter(crowd.sample(lookups, seed))
    account = sandbox_account()
    with (
        GatewaySandbox(
            (), crowd=crowd, account=account, delay_s=0.01, now=clock.now, monotonic=clock.monotonic
        ) as sandbox,
        Gateway(
            GatewayOptions(sandbox.base_url, connect_timeout_s=UNHURRIED_S, read_timeout_s=UNHURRIED_S),
            Account(account.username, account.password),
            Officer(account.officer_name, account.officer_number),
            now=clock.now,
            monotonic=clock.monotonic,
        ) as gateway,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        for fault in cycle(["", *FAULTS]):
            block = list(islice(people, A_BLOCK))
            if not block:
                break
            sandbox.reset()
            sandbox.set_fault(fault)
            limit_s = total_timeout_s if fault in SILENT else UNHURRIED_S
            gateway._lookups = replace(gateway._lookups, total_timeout_s=limit_s, read_timeout_s=limit_s)
            if fault in SILENT:  # a login that is given up for want of time would count against the account
                gateway._tokens.take(Deadline(UNHURRIED_S))
            # The first one comes alone: what was under way when the service asked for a pause is no impatience.
            for guests in (block[:1], *(block[at : at + AT_ONCE] for at in range(1, len(block), AT_ONCE))):
                for guest, (answer, taken_s) in zip(guests, pool.map(timed(gateway), guests), strict=True):
                    judge(drilled, guest, answer, fault)
                    drilled.longest_s = max(drilled.longest_s, taken_s)
                clock.advance(BETWEEN_GUESTS_S)
                sandbox.drop_connections()  # by its clock they were silent for too long, in truth for no time at all
            count(drilled, sandbox.counts)
            sandbox.set_fault("")
            gateway.forget_refusal()  # as staff do who put the account right
            clock.advance(BETWEEN_FAULTS_S)
            sandbox.drop_connections()
    return drilled


def timed(gateway: Gateway) -> Callable[[Person], tuple[Answer, float]]:
    """Looks one person up, and how long that took."""

    def look_up(person: Person) -> tuple[Answer, float]:
        question = question_of(person)
        started_s = time.monotonic()
        return gateway.look_up(question), time.monotonic() - started_s

    return look_up


def judge(drilled: Drilled, person: Person, answer: Answer, fault: str) -> None:
    """Enters how one lookup ended, and whether that was right."""
    verdict = decide(identity_of(person), answer, VISIT, TODAY).verdict
    right = decide(identity_of(person), truth_about(person), VISIT, TODAY).verdict
    drilled.lookups += 1
    drilled.verdicts[verdict.value] += 1
    if isinstance(answer, CardAnswer | ServiceTrouble):
        statuses = [receipt.http_status for receipt in answer.receipts]
        drilled.receipts += len(statuses)
        drilled.stated_repeats += sum(status == 401 for status in statuses[:-1])
    drilled.kinds[answer.kind.value if isinstance(answer, ServiceTrouble) else "answered"] += 1
    allowed = {right}
    if fault in STRANGE:
        allowed = {Verdict.ASK_STAFF, Verdict.UNVERIFIED}
    elif fault not in HARMLESS:
        allowed = {right, Verdict.UNVERIFIED} if isinstance(answer, CardAnswer) else {Verdict.UNVERIFIED}
    if verdict not in allowed:
        drilled.wrong.append(f"{fault or 'no fault'}: {verdict.value} for {right.value}")
    if fault in HARMLESS and isinstance(answer, ServiceTrouble) and answer.code not in _TROUBLE_CODES:
        drilled.unanswered.append(f"{fault or 'no fault'}: {answer.kind.value}")


def count(drilled: Drilled, counts: Counts) -> None:
    """Enters what the sandbox counted during one block."""
    drilled.logins += counts.logins
    drilled.refused_logins += counts.refused_logins
    drilled.exchanges += counts.lookups
    drilled.repeats += counts.repeats
    known = {one.name for one in fields(counts)}
    for name in FORBIDDEN:
        drilled.forbidden[name] += getattr(counts, name) if name in known else 0


# -- what is true of a person, without the wire ---------------------------------------------------------------------
def identity_of(person: Person) -> Identity:
    """The person as their card says."""
    born = person.date_of_birth
    return identify(TypedDocument(person.number, person.full_name, PartialDate(born.year, born.month, born.day)))


def question_of(person: Person) -> Question:
    """What is asked about them."""
    question = question_for(identity_of(person), NOON)
    if isinstance(question, NotAsked):
        raise SystemExit("somebody in the crowd cannot be asked about")
    return question


def truth_about(person: Person) -> Answer:
    """The answer that a faultless service and client give."""
    insured = person.insurance
    if insured is None or insured.code == "050":
        return CardAnswer("050", "", None, NOON)
    if insured.code in _TROUBLE_CODES:
        return ServiceTrouble(TroubleKind.SERVER_ERROR, insured.code, NOON)
    card = card_of(person, insured)
    following = card.next_card
    starts, ends = (following.valid_from, following.valid_to) if following else (None, None)
    if insured.code == "003" and following and starts and ends and starts <= TODAY <= ends:
        renewed = InsuranceCard(
            following.number, card.full_name, card.date_of_birth, card.sex_raw, facility=following.facility,
            valid_from=starts, valid_to=ends, area=card.area, five_year_date=card.five_year_date,
        )  # fmt: skip
        return CardAnswer("000", "", renewed, NOON, ("003",))
    return CardAnswer(insured.code, "", card if card.number else None, NOON)


def card_of(person: Person, insured: Insurance) -> InsuranceCard:
    """Their card as it is registered."""
    born = person.date_of_birth
    following = None
    if insured.next_number:
        following = NextCard(
            insured.next_number, insured.next_valid_from, insured.next_valid_to,
            insured.next_facility or insured.facility,
        )  # fmt: skip
    return InsuranceCard(
        number=insured.card_number,
        full_name=insured.registered_name or person.full_name,
        date_of_birth=PartialDate(
            *(insured.registered_birth and map(int, reversed(insured.registered_birth.split("/"))))
            or (born.year, born.month, born.day)
        ),
        sex_raw="Nam" if person.sex == "male" else "Nữ",
        facility=insured.facility,
        valid_from=insured.valid_from,
        valid_to=insured.valid_to,
        area=insured.area,
        five_year_date=insured.five_year_date,
        next_card=following,
    )


# -- the client's own time ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Added:
    """Milliseconds beyond the service's own, sorted: of the client, and of a bare POST in between on this machine."""

    client_ms: list[float]
    bare_ms: list[float]
    cpu_ms: float
    connections: int
    threads: int


@contextmanager
def sandbox_process() -> Iterator[str]:
    """The sandbox in a process of its own; its address."""
    words = [sys.executable, "-m", "kiosk", "simulate", "gateway"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or not (said := process.stdout.readline()):
            raise SystemExit("the sandbox did not start")
        yield next(word for word in said.split() if word.startswith("http"))
    finally:
        process.terminate()
        process.wait(10)


class BarePost:
    """The least that a lookup can be: prepared bytes over one kept connection, the reply's body read."""

    def __init__(self, base_url: str, options: GatewayOptions, account: Account, officer: Officer) -> None:
        self._line = HTTPConnection(urlsplit(base_url).netloc, timeout=10)
        self._path, self._officer = options.lookup_path, officer
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._line.request("POST", options.token_path, urlencode(login_fields(account, "upper")), form)
        token = read_token(self._line.getresponse().read(), datetime.now(UTC))
        if not isinstance(token, Token):
            raise SystemExit("the sandbox did not let the benchmark in")
        self._query = urlencode(lookup_credentials(account, "upper", token))

    def added_ms(self, question: Question) -> float:
        """One POST, less what the sandbox says that it took."""
        body = json.dumps(lookup_fields(question, self._officer))
        started_s = time.perf_counter()
        self._line.request("POST", f"{self._path}?{self._query}", body, {"Content-Type": "application/json"})
        reply = self._line.getresponse()
        reply.read()
        taken_ms = (time.perf_counter() - started_s) * 1000
        return taken_ms - float(reply.headers["X-Sandbox-Handled-Ms"])


def added_ms(lookups: int = 600, rate_s: float = 20.0) -> Added:
    """Looks up at a steady rate, whether or not the machine keeps up; after a few that warm up."""
    written = sandbox_account()
    account, officer = (
        Account(written.username, written.password),
        Officer(written.officer_name, written.officer_number),
    )
    insured = [person for person in people_of_config() if person.insurance and person.insurance.code == "000"]
    asked = [question_of(person) for person in insured]
    handled_ms: list[float] = []
    threads: set[int] = set()

    with sandbox_process() as base_url, Gateway(GatewayOptions(base_url), account, officer) as gateway:
        pools = gateway._transport._pools
        send = pools.urlopen

        def note(*given: Any, **named: Any) -> Any:
            reply = send(*given, **named)
            threads.add(threading.get_ident())
            handled_ms.append(float(reply.headers["X-Sandbox-Handled-Ms"]))
            return reply

        pools.urlopen = note  # type: ignore[method-assign]
        bare = BarePost(base_url, GatewayOptions(base_url), account, officer)

        def ask(question: Question) -> float:
            started_s = time.perf_counter()
            answer = gateway.look_up(question)
            taken_ms = (time.perf_counter() - started_s) * 1000
            if not isinstance(answer, CardAnswer) or len(answer.receipts) != 1:
                raise SystemExit("a lookup had no answer, or more than one")
            return taken_ms - handled_ms[-1]

        for question in asked[:20]:
            ask(question)
            bare.added_ms(question)
        began_s, cpu_s = time.perf_counter(), 0.0
        client, control = [], []
        for at, question in enumerate(islice(cycle(asked), lookups)):
            time.sleep(max(0.0, began_s + at / rate_s - time.perf_counter()))
            cpu_began_s = time.process_time()
            client.append(ask(question))
            cpu_s += time.process_time() - cpu_began_s
            time.sleep(max(0.0, began_s + (at + 0.5) / rate_s - time.perf_counter()))
            control.append(bare.added_ms(question))
        connections = pools.connection_from_url(base_url).num_connections
    return Added(sorted(client), sorted(control), cpu_s * 1000 / lookups, connections, len(threads))


def drill_table(drilled: Drilled) -> str:
    """A drill as a table."""
    rows: list[tuple[object, ...]] = [
        ("lookups", drilled.lookups, ""),
        ("faults in turn", len(FAULTS), "≥ 20"),
        ("wrong verdicts", len(drilled.wrong), "0"),
        ("left without an answer although one came", len(drilled.unanswered), "0"),
        *((f"the sandbox's {name.replace('_', ' ')}", drilled.forbidden[name], "0") for name in FORBIDDEN),
        ("questions repeated without a refused token", max(0, drilled.unstated_repeats), "0"),
        ("questions repeated after a refused token", drilled.stated_repeats, ""),
        ("exchanges", drilled.exchanges, ""),
        ("receipts of them", drilled.receipts, "as many or more"),
        ("logins", drilled.logins, ""),
        ("of them refused", drilled.refused_logins, ""),
        ("the longest lookup, ms", drilled.longest_s * 1000, ""),
        *((f"ended as {kind}", many, "") for kind, many in sorted(drilled.kinds.items())),
    ]
    return table(("lookups through faults", "counted", "goal"), rows)


def added_table(added: Added) -> str:
    """The client's own time as a table."""
    client, bare = quantiles(added.client_ms, n=100), quantiles(added.bare_ms, n=100)
    rows: list[tuple[object, ...]] = [
        ("median, ms", client[49], bare[49], ""),
        ("p95, ms", client[94], bare[94], ""),
        ("p99, ms", client[98], bare[98], "≤ 5"),
        ("CPU a lookup, ms", added.cpu_ms, "", ""),
        ("connections opened", added.connections, 1, "1"),
        ("threads that exchanged", added.threads, "", "1"),
    ]
    head = (f"{len(added.client_ms)} lookups, 20 a second: beyond the service", "client", "bare POST", "goal")
    return table(head, rows)


def main() -> None:
    """Prints both tables, or the drill's alone."""
    if sys.argv[1:2] == ["drill"]:
        drilled = drill(int(sys.argv[2]))
    else:
        print(f"{added_table(added_ms())}\n\nOn {machine()}.\n", flush=True)
        drilled = drill(10_000)
    print(drill_table(drilled))
    for defect in Counter([*drilled.wrong, *drilled.unanswered]).most_common():
        print(defect)


if __name__ == "__main__":
    main()
