"""Admitted without a check, verified later: through the line, real HTTP, a real file, with outages and returns."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.app.clock import now
from kiosk.app.desk import clinic_of, courier_of, gateway_of, patients_first
from kiosk.app.keeping import journal_of
from kiosk.app.training import Training, sandbox_account
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.recheck import RecheckState
from kiosk.checkin.store.store import open_store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.proof import ProofOutcome
from kiosk.identity.identify import identify
from kiosk.lookup.answer import AskedBecause, Question
from kiosk.lookup.gateway import Gateway
from kiosk.privacy import mask_number
from kiosk.reader.document import TypedDocument
from kiosk.sealed import Seal
from kiosk.settings import Secrets, Settings, load_settings
from kiosk.simulator.people import Person
from kiosk.workflow.courier import Courier, Rechecked
from kiosk.workflow.state import Done
from tests.patience import WITHIN_S

UNHURRIED = (
    "recheck.pause_s=0", "recheck.most_per_minute=600", "recheck.probe_s=0.05", "recheck.hold_s=0", "lookup.pause_s=0",
)  # fmt: skip


class Walk(Protocol):
    """A visit through the line."""

    @property
    def last(self) -> object: ...


class Kiosk(Protocol):
    """The whole kiosk of conftest."""

    @property
    def training(self) -> Training: ...

    def visit(self, **how: object) -> Walk: ...

    def person(self, number: str) -> Person: ...

    def code_of(self, person: Person) -> object: ...


def admit(kiosk: Kiosk, number: str = "999090000123") -> Done:
    """Somebody goes through the line with the code of their card."""
    done = kiosk.visit(begins=kiosk.code_of(kiosk.person(number))).last
    assert isinstance(done, Done)
    return done


def journal(kiosk: Kiosk) -> SqlJournal:
    store = kiosk.training.edges.journal
    assert isinstance(store, SqlJournal)
    return store


@pytest.fixture
def settings() -> Settings:
    return load_settings(overrides=UNHURRIED)


@pytest.fixture
def gateway_to(settings: Settings) -> Iterator[Callable[[Kiosk], Gateway]]:
    """Makes a client of a kiosk's sandbox that remembers no visit."""
    account = sandbox_account()
    secrets = Secrets(account.username, account.password, account.officer_name, account.officer_number)
    with ExitStack() as made:

        def make(kiosk: Kiosk) -> Gateway:
            base_url = kiosk.training.gateway.base_url
            there = replace(settings, lookup=replace(settings.lookup, base_url=base_url, evidence_replies=0))
            return made.enter_context(gateway_of(there, secrets))

        yield make


def courier(kiosk: Kiosk, settings: Settings, store: SqlJournal | None = None) -> Courier:
    """A courier of this kiosk's sandbox, not started."""
    gateway = kiosk.training.edges.lookup
    worklist = (store or journal(kiosk)).worklist
    return courier_of(settings, kiosk.training.clinic, gateway, worklist, training=True)  # type: ignore[arg-type]


def wait_for(what: Callable[[], bool]) -> None:
    """Looks again and again; fails after a while."""
    ends_s = time.monotonic() + WITHIN_S
    while not what():
        assert time.monotonic() < ends_s, "it did not happen in time"
        threading.Event().wait(0.02)


def test_outage_admits_and_the_return_verifies_with_proof_of_both(
    make_kiosk: Callable[..., Kiosk], settings: Settings
) -> None:
    kiosk = make_kiosk(*UNHURRIED, gateway_fault="http-500")
    done = admit(kiosk)
    assert done.check_in.decision.verdict is Verdict.UNVERIFIED
    store = journal(kiosk)
    assert [entry.state for entry in store.worklist.entries()] == [RecheckState.WAITING]

    kiosk.training.gateway.set_fault("")
    store.worklist.make_due()
    assert courier(kiosk, settings).drain() == [Rechecked.VERIFIED, Rechecked.NOTHING_DUE]

    visit = store.proofs.of_visit(done.check_in.visit_id)
    assert visit is not None
    assert [kept.proof.outcome for kept in visit.proofs] == [ProofOutcome.CHECK_IMPOSSIBLE, ProofOutcome.VALID]
    assert [kept.proof.because for kept in visit.proofs] == [AskedBecause.VISIT, AskedBecause.RECHECK]
    officers = {receipt.officer_number for kept in visit.proofs for receipt in kept.proof.receipts}
    assert officers == {mask_number(sandbox_account().officer_number)}
    [change] = store.worklist.changes(now() - timedelta(hours=1))
    assert (change.before.verdict, change.after.verdict) == (Verdict.UNVERIFIED, Verdict.COVERED)
    assert change.after.card_number.startswith("DN4")


def test_thread_drains_by_itself_when_the_service_is_back(
    make_kiosk: Callable[..., Kiosk], settings: Settings, gateway_to: Callable[[Kiosk], Gateway]
) -> None:
    plain = make_kiosk(*UNHURRIED, gateway_fault="http-500")
    numbers = [person.number for person in plain.training.people if person.card != "none"][:5]
    store = journal(plain)
    with courier(plain, settings) as beside:
        edges = replace(plain.training.edges, lookup=beside.beside(gateway_to(plain)))
        kiosk = replace(plain, training=replace(plain.training, edges=edges))  # type: ignore[type-var]
        for number in numbers[:3]:
            admit(kiosk, number)
        assert (beside.is_away, len(store.worklist.entries())) == (True, 3)
        plain.training.gateway.set_fault("")
        for number in numbers[3:]:
            admit(kiosk, number)
        wait_for(lambda: not store.worklist.entries())
        assert (beside.is_away, len(store.worklist.entries())) == (False, 0)
    assert len(store.worklist.changes(now() - timedelta(hours=1))) == 3


def test_flapping_line_does_not_flicker(
    make_kiosk: Callable[..., Kiosk], gateway_to: Callable[[Kiosk], Gateway]
) -> None:
    kiosk = make_kiosk(*UNHURRIED)
    held = load_settings(overrides=[*UNHURRIED, "recheck.hold_s=3600"])
    flapping = courier(kiosk, held)
    lookup = flapping.beside(gateway_to(kiosk))
    question = kiosk.training.edges.question
    person = kiosk.person("999090000123")
    asked = question(identify(TypedDocument(person.number, person.full_name, PartialDate(1990, 1, 15))), now())
    assert isinstance(asked, Question)
    seen = []
    for fault in ["http-500"] * 3 + ["", "http-500", "", "", "", "http-500", "http-500", "http-500", "", ""]:
        kiosk.training.gateway.set_fault(fault)
        lookup.look_up(asked)
        seen.append(flapping.is_away)
    assert seen == [False, False] + [True] * 11, "once away it stays so for the hold"


def test_wrong_key_keeps_everybody_until_the_right_one_is_back(
    make_kiosk: Callable[..., Kiosk], settings: Settings, tmp_path: Path
) -> None:
    kiosk = make_kiosk(*UNHURRIED, gateway_fault="http-500")
    admit(kiosk)
    kiosk.training.gateway.set_fault("")
    url = f"sqlite:///{tmp_path / 'training.db'}"
    with open_store(url) as store:
        other = SqlJournal(store, kiosk.training.clinic, now, seal=Seal(b"\x01" * 32))
        other.worklist.make_due()
        assert courier(kiosk, settings, other).drain() == [Rechecked.NOT_POSSIBLE]
        [entry] = other.worklist.entries()
        assert (entry.state, entry.why, entry.attempts) == (RecheckState.WAITING, "key-wrong", 0)
    journal(kiosk).worklist.make_due()
    assert courier(kiosk, settings).drain()[0] is Rechecked.VERIFIED


def test_two_couriers_on_one_journal_ask_about_each_once(make_kiosk: Callable[..., Kiosk], settings: Settings) -> None:
    kiosk = make_kiosk(*UNHURRIED, gateway_fault="http-500")
    numbers = [person.number for person in kiosk.training.people if person.card != "none"][:4]
    for number in numbers:
        admit(kiosk, number)
    kiosk.training.gateway.set_fault("")
    store = journal(kiosk)
    store.worklist.make_due()
    with courier(kiosk, settings), courier(kiosk, settings):
        wait_for(lambda: not store.worklist.entries())
    changes = store.worklist.changes(now() - timedelta(hours=1))
    assert len({change.visit_id for change in changes}) == len(changes) == 4
    for change in changes:
        visit = store.proofs.of_visit(change.visit_id)
        assert visit is not None
        assert [kept.proof.because for kept in visit.proofs] == [AskedBecause.VISIT, AskedBecause.RECHECK]


def test_worklist_of_yesterday_is_judged_for_yesterday_after_a_restart(
    make_kiosk: Callable[..., Kiosk], settings: Settings, tmp_path: Path
) -> None:
    kiosk = make_kiosk(*UNHURRIED, gateway_fault="http-500")
    done = admit(kiosk)
    kiosk.training.gateway.set_fault("")
    with closing(sqlite3.connect(tmp_path / "training.db")) as other, other:
        day = done.check_in.business_day - timedelta(days=1)
        other.execute("UPDATE visit SET business_day = ?", [day.isoformat()])
    store = journal(kiosk)
    store.worklist.make_due()
    claim = store.worklist.claim()
    assert claim is not None
    assert claim.business_day == done.check_in.business_day - timedelta(days=1)
    store.worklist.release(claim)
    assert courier(kiosk, settings).drain()[0] is Rechecked.VERIFIED


def test_desk_with_a_courier_leaves_no_thread(
    settings: Settings, tmp_path: Path, make_kiosk: Callable[..., Kiosk]
) -> None:
    kiosk = make_kiosk(*UNHURRIED)
    account = sandbox_account()
    used = replace(
        settings,
        lookup=replace(settings.lookup, base_url=kiosk.training.gateway.base_url),
        store=replace(settings.store, url=f"sqlite:///{tmp_path / 'own.db'}"),
    )
    secrets = Secrets(account.username, account.password, account.officer_name, account.officer_number)
    clinic = clinic_of(used)
    with gateway_of(used, secrets) as gateway, journal_of(used, clinic) as store:
        with patients_first(used, clinic, gateway, store.worklist, rechecks=True):
            assert "courier" in [thread.name for thread in threading.enumerate()]
        with patients_first(used, clinic, gateway, store.worklist, rechecks=False):
            assert "courier" not in [thread.name for thread in threading.enumerate()]
    assert "courier" not in [thread.name for thread in threading.enumerate()]
