"""The worklist of re-checks: durable, encrypted, each entry asked about by one desk at a time, never lost."""

import json
import random
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.checkin.asked_person import open_person, recheck_purpose, seal_person
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.recheck import (
    ChangedField,
    Claim,
    RecheckLimits,
    RecheckState,
    differences_of,
)
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.store import open_store
from kiosk.checkin.worklist import NO_KEY, claim_statement
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Action, Decision, Difference, Field, Grade, Reason, Verdict
from kiosk.eligibility.visit import CareLevel, FormerTier, PrimaryKind, Purpose, Visit
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import AskedBecause, CardAnswer, NextCard, ServiceTrouble, TroubleKind
from kiosk.reader.document import Sex
from kiosk.sealed import Seal

NAME = "Nguyễn Văn Mẫu"
KEY = b"\x05" * 32
REASONS = (Reason("card-not-verified"), Reason("trouble.timeout"))
UNVERIFIED = Decision(Verdict.UNVERIFIED, REASONS, action=Action.ADMIT_AND_ASK_AGAIN)
VERIFIED = Decision(
    Verdict.ATTENTION,
    (Reason("card-valid"), Reason("other-facility", (("facility", "99002"),))),
    benefit_percent=80,
    route="1.2",
    card_number="DN4999900000123",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    facility="99002",
    area="K1",
    action=Action.CHECK_ROUTE,
    fund_permille=800,
    no_co_pay_below_vnd=351000,
    differences=(Difference(Field.NAME, NAME, "Nguyễn Văn Mậu", Grade.SLIGHT),),
    next_card=NextCard("HC4999900000123", date(2027, 1, 1), None, "99001", "Trạm y tế Mẫu"),
)


class Clock(Protocol):
    """The clock of conftest."""

    now: datetime

    def __call__(self) -> datetime: ...


class Open(Protocol):
    """Opens a journal of the same file."""

    def __call__(self, key: bytes | None = KEY, limits: RecheckLimits = ...) -> SqlJournal: ...


@pytest.fixture
def open_sealed(store_url: str, clinic: Clinic, clock: Clock) -> Iterator[Open]:
    with ExitStack() as opened:

        def open_one(key: bytes | None = KEY, limits: RecheckLimits = RecheckLimits(rest_s=0)) -> SqlJournal:  # noqa: B008
            seal = Seal(key) if key else None
            store = opened.enter_context(open_store(store_url))
            return SqlJournal(store, clinic, clock, seal=seal, recheck=limits)

        yield open_one


@pytest.fixture
def desk(open_sealed: Open) -> SqlJournal:
    return open_sealed()


def person(number: int) -> Identity:
    return Identity(
        Trust.CODE_ONLY,
        NAME,
        personal_number=f"999{number:09}",
        insurance_number=f"DN499{9_900_000_000 + number}",
        date_of_birth=PartialDate(1990, 1),
        sex=Sex.MALE,
        name_is_transliterated=True,
        date_of_expiry=PartialDate(2030, 1, 15),
        issuing_state="VNM",
        residence="Số 1, Phường Mẫu",
    )


def admit(journal: SqlJournal, number: int = 1, decision: Decision = UNVERIFIED) -> str:
    return journal.check_in(CheckInRequest(person(number), decision, "noi-tong-quat")).visit_id


def claimed(journal: SqlJournal) -> Claim:
    claim = journal.worklist.claim()
    assert claim is not None
    return claim


def states(journal: SqlJournal) -> list[str]:
    return [entry.state.value for entry in journal.worklist.entries(finished=True)]


def answer(clock: Clock) -> CardAnswer:
    return CardAnswer("000", "", None, clock())


def trouble(clock: Clock, kind: TroubleKind = TroubleKind.TIMEOUT) -> ServiceTrouble:
    return ServiceTrouble(kind, "", clock())


@pytest.mark.both_databases
def test_only_who_is_unverified_waits(desk: SqlJournal) -> None:
    waits = admit(desk)
    admit(desk, 2, Decision(Verdict.COVERED))
    [entry] = desk.worklist.entries()
    assert (entry.visit_id, entry.ticket, entry.state, entry.attempts) == (waits, "A001", RecheckState.WAITING, 0)


@pytest.mark.both_databases
def test_claim_gives_back_whom_to_ask_about_without_what_nobody_needs(desk: SqlJournal, clock: Clock) -> None:
    visit_id = admit(desk)
    claim = claimed(desk)
    who, kept = person(1), claim.identity
    for name in ("trust", "full_name", "personal_number", "insurance_number", "date_of_birth", "sex",
                 "name_is_transliterated", "date_of_expiry", "issuing_state"):  # fmt: skip
        assert getattr(kept, name) == getattr(who, name), name
    assert (kept.residence, kept.face, kept.evidence) == ("", None, None)
    assert (claim.visit_id, claim.business_day, claim.attempt) == (visit_id, date(2026, 11, 20), 1)


VISITS = [
    None,
    Visit("99001"),
    Visit(
        "99001", CareLevel.SPECIALISED, 70, FormerTier.CENTRAL, emergency=True, transfer_form=True,
        uses_insurance=False, primary_kind=PrimaryKind.OTHER, purpose=Purpose.MEDICINE_BY_PROXY,
        transfer_signed_on=date(2026, 11, 11), listed_disease=True,
    ),
]  # fmt: skip


@pytest.mark.parametrize("visit", VISITS, ids=["clinic", "plain", "all"])
def test_what_staff_said_of_the_visit_decides_later_too_and_is_kept_encrypted(
    desk: SqlJournal, file: Path, visit: Visit | None
) -> None:
    desk.check_in(CheckInRequest(person(1), UNVERIFIED, "noi-tong-quat", visit=visit))
    assert claimed(desk).visit == visit
    desk.store.close()
    assert not any(b"listed_disease" in one.read_bytes() for one in file.parent.rglob("*") if one.is_file())


@given(some.builds(Visit, some.text(max_size=5), points=some.none() | some.integers(0, 100)))
def test_any_visit_comes_out_of_the_box_as_it_went_in(visit: Visit) -> None:
    seal = Seal(KEY)
    assert open_person(seal, "a" * 32, seal_person(seal, "a" * 32, person(1), visit))[1] == visit


def test_box_of_another_release_opens_without_what_this_one_does_not_know() -> None:
    seal = Seal(KEY)
    purpose = recheck_purpose("a" * 32)
    written = json.loads(seal.open(seal_person(seal, "a" * 32, person(1), Visit("99001", emergency=True)), purpose))
    del written["visit"]["listed_disease"]
    written["visit"]["fever"] = True
    later = seal.close(json.dumps(written).encode(), purpose)
    assert open_person(seal, "a" * 32, later)[1] == Visit("99001", emergency=True)


@pytest.mark.both_databases
def test_entry_rests_first_and_longer_after_each_try(open_sealed: Open, clock: Clock) -> None:
    journal = open_sealed(limits=RecheckLimits(rest_s=60, longest_rest_s=200))
    admit(journal)
    rests = []
    for _ in range(5):
        began = clock()
        while (claim := journal.worklist.claim()) is None:
            clock.now += timedelta(seconds=10)
        rests.append((clock() - began).total_seconds())
        assert journal.worklist.settle(claim, trouble(clock), UNVERIFIED)
    assert rests == [60, 60, 120, 200, 200]
    [entry] = journal.worklist.entries()
    assert (entry.attempts, entry.why, entry.tried_at) == (5, "timeout", clock())


def test_service_that_is_back_ends_every_rest(open_sealed: Open) -> None:
    journal = open_sealed(limits=RecheckLimits(rest_s=3600))
    admit(journal)
    assert journal.worklist.claim() is None
    journal.worklist.make_due()
    claimed(journal)


def test_verified_entry_is_done_and_forgets_whom_it_was_about(desk: SqlJournal, clock: Clock, file: Path) -> None:
    visit_id = admit(desk)
    clock.now += timedelta(hours=2)
    assert desk.worklist.settle(claimed(desk), answer(clock), VERIFIED)
    assert desk.worklist.entries() == ()
    [entry] = desk.worklist.entries(finished=True)
    assert (entry.state, entry.finished_at, entry.due_at) == (RecheckState.VERIFIED, clock(), None)
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT sealed FROM recheck WHERE visit_id = ?", [visit_id]).fetchone() == (None,)
    assert desk.worklist.claim() is None


@pytest.mark.both_databases
def test_staff_see_what_changed_and_the_first_decision_stays(desk: SqlJournal, clock: Clock) -> None:
    visit_id = admit(desk)
    clock.now += timedelta(hours=2)
    desk.worklist.settle(claimed(desk), answer(clock), VERIFIED)
    [change] = desk.worklist.changes(clock() - timedelta(minutes=1))
    assert (change.visit_id, change.ticket, change.because) == (visit_id, "A001", AskedBecause.RECHECK)
    assert (change.before.verdict, change.before.reasons) == (Verdict.UNVERIFIED, REASONS)
    assert [(one.field, one.before, one.after) for one in change.differences] == [
        (ChangedField.VERDICT, "unverified", "attention"),
        (ChangedField.REASON_GONE, "card-not-verified", ""),
        (ChangedField.REASON_GONE, "trouble.timeout", ""),
        (ChangedField.REASON_NEW, "", "card-valid"),
        (ChangedField.REASON_NEW, "", "other-facility"),
        (ChangedField.CARD_NUMBER, "", "DN4999900000123"),
        (ChangedField.VALID_FROM, "", "2026-01-01"),
        (ChangedField.VALID_TO, "", "2026-12-31"),
        (ChangedField.FACILITY, "", "99002"),
        (ChangedField.AREA, "", "K1"),
        (ChangedField.BENEFIT_PERCENT, "", "80"),
        (ChangedField.ROUTE, "", "1.2"),
    ]
    assert all(getattr(change.after, name) == getattr(VERIFIED, name) for name in Decision.__slots__)
    repeated = desk.check_in(CheckInRequest(person(1), UNVERIFIED, "noi-tong-quat"))
    assert repeated.decision.verdict is Verdict.UNVERIFIED
    visit = desk.proofs.of_visit(visit_id)
    assert visit is not None
    assert visit.decision.verdict is Verdict.ATTENTION
    assert [kept.proof.because for kept in visit.proofs] == [AskedBecause.RECHECK]
    assert desk.worklist.changes(clock() + timedelta(seconds=1)) == ()


def test_equal_decisions_have_no_differences() -> None:
    assert differences_of(VERIFIED, VERIFIED) == ()


@pytest.mark.parametrize("change", ["UPDATE visit_decision SET because = 'staff'", "DELETE FROM visit_decision"])
def test_later_decisions_are_only_ever_added(desk: SqlJournal, clock: Clock, file: Path, change: str) -> None:
    admit(desk)
    desk.worklist.settle(claimed(desk), answer(clock), VERIFIED)
    with closing(sqlite3.connect(file)) as other, pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        other.execute(change)


def test_refusal_of_the_card_is_an_answer_too(desk: SqlJournal, clock: Clock) -> None:
    admit(desk)
    refused = Decision(Verdict.SELF_PAY, (Reason("card-expired", (("code", "010"),)),))
    assert desk.worklist.settle(claimed(desk), CardAnswer("010", "", None, clock()), refused)
    assert states(desk) == ["verified"]
    assert desk.worklist.changes(clock())[0].after.verdict is Verdict.SELF_PAY


@pytest.mark.parametrize(("verdict", "left"), [(Verdict.COVERED, 0), (Verdict.ASK_STAFF, 1), (Verdict.UNVERIFIED, 1)])
@pytest.mark.both_databases
def test_person_who_comes_again_is_done_when_the_card_is_found_valid(
    desk: SqlJournal, clock: Clock, verdict: Verdict, left: int
) -> None:
    admit(desk)
    clock.now += timedelta(hours=1)
    desk.check_in(CheckInRequest(person(1), Decision(verdict), "noi-tong-quat", clock(), answer(clock)))
    assert len(desk.worklist.entries()) == left
    assert len(desk.worklist.changes(clock())) == 1 - left


# -- giving up ------------------------------------------------------------------------------------------------------
@pytest.mark.both_databases
def test_entry_tried_often_enough_is_the_staffs(open_sealed: Open, clock: Clock) -> None:
    journal = open_sealed(limits=RecheckLimits(rest_s=0, tries=3))
    admit(journal)
    for _ in range(3):
        journal.worklist.settle(claimed(journal), trouble(clock), UNVERIFIED)
    assert journal.worklist.claim() is None
    [entry] = journal.worklist.entries()
    assert (entry.state, entry.attempts, entry.due_at) == (RecheckState.GIVEN_UP, 3, None)


def test_entry_old_enough_is_the_staffs(open_sealed: Open, clock: Clock) -> None:
    journal = open_sealed(limits=RecheckLimits(rest_s=0, days=2))
    admit(journal)
    clock.now += timedelta(days=2)
    assert journal.worklist.claim() is None
    assert states(journal) == ["given-up"]


def test_staff_have_a_given_up_entry_asked_again_or_set_it_aside(open_sealed: Open, clock: Clock, file: Path) -> None:
    journal = open_sealed(limits=RecheckLimits(rest_s=0, days=2))
    visit_id = admit(journal)
    clock.now += timedelta(days=3)
    assert journal.worklist.claim() is None
    assert journal.worklist.ask_again(visit_id)
    journal.worklist.release(claimed(journal))
    assert not journal.worklist.ask_again(visit_id), "it waits already"
    assert journal.worklist.set_aside(visit_id)
    assert states(journal) == ["set-aside"]
    assert not journal.worklist.ask_again(visit_id), "nothing is left to ask with"
    assert not journal.worklist.set_aside(visit_id)


def test_entry_that_nobody_acted_on_stays_and_forgets_whom_it_was_about(
    open_sealed: Open, clock: Clock, file: Path
) -> None:
    def is_kept() -> bool:
        assert journal.worklist.claim() is None
        with closing(sqlite3.connect(file)) as other:
            return bool(other.execute("SELECT sealed IS NOT NULL FROM recheck").fetchone()[0])

    journal = open_sealed(limits=RecheckLimits(rest_s=0, days=2, forget_days=30))
    visit_id = admit(journal)
    clock.now += timedelta(days=2)
    assert is_kept()
    clock.now += timedelta(days=29, hours=23)
    assert is_kept()
    clock.now += timedelta(hours=1)
    assert not is_kept()
    assert states(journal) == ["given-up"]
    assert not journal.worklist.ask_again(visit_id)


# -- the key --------------------------------------------------------------------------------------------------------
def test_without_a_key_nobody_is_kept_in_clear_and_staff_are_told(open_sealed: Open, file: Path) -> None:
    journal = open_sealed(None)
    admit(journal)
    [entry] = journal.worklist.entries()
    assert (entry.state, entry.why) == (RecheckState.GIVEN_UP, NO_KEY)
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT sealed FROM recheck").fetchone() == (None,)


@pytest.mark.parametrize(
    ("key", "code"), [(None, FailureCode.KEYSTORE_UNAVAILABLE), (b"\x06" * 32, FailureCode.KEY_WRONG)]
)
def test_missing_or_wrong_key_is_told_and_loses_nothing(
    open_sealed: Open, clock: Clock, key: bytes | None, code: FailureCode
) -> None:
    admit(open_sealed())
    keyless = open_sealed(key)
    for _ in range(3):
        with pytest.raises(KioskError) as told:
            keyless.worklist.claim()
        assert told.value.code is code
        clock.now += timedelta(hours=1)
    right = open_sealed()
    [entry] = right.worklist.entries()
    assert (entry.state, entry.attempts) == (RecheckState.WAITING, 0)
    assert claimed(right).identity.personal_number == "999000000001"


def test_entry_grows_old_without_a_key_too(open_sealed: Open, clock: Clock) -> None:
    admit(open_sealed())
    keyless = open_sealed(None, RecheckLimits(days=2))
    clock.now += timedelta(days=2)
    assert keyless.worklist.claim() is None
    assert states(keyless) == ["given-up"]


def test_missing_key_is_no_trouble_while_nobody_waits(open_sealed: Open) -> None:
    assert open_sealed(None).worklist.claim() is None


def test_box_of_another_visit_is_refused(desk: SqlJournal, file: Path) -> None:
    first, second = admit(desk, 1), admit(desk, 2)
    with closing(sqlite3.connect(file)) as other, other:
        box = "(SELECT sealed FROM recheck WHERE visit_id = ?)"
        other.execute(f"UPDATE recheck SET sealed = {box} WHERE visit_id = ?", [first, second])
    told = []
    for _ in range(2):
        try:
            told.append(claimed(desk).visit_id)
        except KioskError as error:
            told.append(error.code)
    assert set(told) == {first, FailureCode.KEY_WRONG}


def test_file_holds_neither_name_nor_number_of_who_waits_beside_the_visit(
    desk: SqlJournal, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    admit(desk)
    claim = claimed(desk)
    desk.worklist.release(claim)
    desk.store.close()
    written = b"".join(one.read_bytes() for one in file.parent.rglob("*") if one.is_file())
    assert NAME.encode() in written, "the visit's own row names the patient"
    assert written.count(NAME.encode()) == 1
    assert claim.identity.personal_number.encode() not in written
    assert claim.identity.insurance_number.encode() not in written


# -- several desks --------------------------------------------------------------------------------------------------
@pytest.mark.both_databases
def test_two_journals_never_have_the_same_entry(open_sealed: Open) -> None:
    here, there = open_sealed(), open_sealed()
    visits = {admit(here, number) for number in range(6)}
    taken = [claimed(desk).visit_id for desk in (here, there) * 3]
    assert len(taken) == len(set(taken)) == 6
    assert set(taken) == visits
    assert here.worklist.claim() is there.worklist.claim() is None


@pytest.mark.usefixtures("patient_desks")
@pytest.mark.both_databases
def test_eight_desks_at_once_share_the_entries(open_sealed: Open) -> None:
    journals = [open_sealed() for _ in range(8)]
    visits = {admit(journals[0], number) for number in range(24)}
    taken: list[str] = []
    begin = threading.Barrier(8)

    def work(journal: SqlJournal) -> None:
        begin.wait()
        while claim := journal.worklist.claim():
            taken.append(claim.visit_id)

    desks = [threading.Thread(target=work, args=(journal,)) for journal in journals]
    for one in desks:
        one.start()
    for one in desks:
        one.join()
    assert (len(taken), set(taken)) == (24, visits)


@pytest.mark.both_databases
def test_desk_that_was_not_heard_of_loses_its_entry_and_only_its_proof_counts(open_sealed: Open, clock: Clock) -> None:
    slow, quick = open_sealed(), open_sealed()
    visit_id = admit(slow)
    late = claimed(slow)
    clock.now += timedelta(seconds=119)
    assert quick.worklist.claim() is None
    assert [entry.state for entry in quick.worklist.entries()] == [RecheckState.ASKING]
    clock.now += timedelta(seconds=1)
    assert quick.worklist.settle(claimed(quick), answer(clock), VERIFIED)
    clock.now += timedelta(seconds=1)
    assert not slow.worklist.settle(late, answer(clock), Decision(Verdict.SELF_PAY))
    assert len(quick.worklist.changes(clock() - timedelta(hours=1))) == 1
    visit = quick.proofs.of_visit(visit_id)
    assert visit is not None
    assert (len(visit.proofs), visit.decision.verdict) == (2, Verdict.ATTENTION)


@pytest.mark.both_databases
def test_late_desk_neither_frees_nor_rests_the_entry_of_another(open_sealed: Open, clock: Clock) -> None:
    slow, quick = open_sealed(), open_sealed()
    admit(slow)
    late = claimed(slow)
    clock.now += timedelta(seconds=120)
    claimed(quick)
    slow.worklist.release(late)
    assert not slow.worklist.settle(late, trouble(clock), UNVERIFIED)
    assert slow.worklist.claim() is None


DIALECTS = [postgresql.dialect(), sqlite.dialect()]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("dialect", DIALECTS, ids=["postgresql", "sqlite"])
def test_entry_is_taken_by_one_statement_in_both_databases(dialect: Dialect) -> None:
    statement = str(claim_statement("a" * 32, 0, RecheckLimits()).compile(dialect=dialect))
    assert statement.startswith("UPDATE recheck SET")
    assert "RETURNING" in statement
    assert ("FOR UPDATE SKIP LOCKED" in statement) == (dialect.name == "postgresql")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("seed", range(8))
def test_courier_killed_at_any_step_loses_nobody_and_decides_nobody_twice(
    seed: int, file: Path, open_sealed: Open, clock: Clock, run_warm: Callable[..., Any]
) -> None:
    before = open_sealed()
    visits = {admit(before, number) for number in range(4)}
    before.store.close()
    clock.now += timedelta(minutes=10)
    steps = random.Random(seed).randint(1, 110)
    killed = run_warm(Path(__file__).with_name("courier_process.py"), file, steps)
    assert killed.status == -signal.SIGKILL, killed.err
    done = set(killed.out.split())

    after = open_sealed()
    left = {entry.visit_id for entry in after.worklist.entries()}
    assert left | done == visits, "nobody is lost"
    assert len(left & done) == 0
    clock.now += timedelta(seconds=120)
    while claim := after.worklist.claim():
        assert after.worklist.settle(claim, answer(clock), VERIFIED)
    changed = [change.visit_id for change in after.worklist.changes(clock() - timedelta(days=1))]
    assert sorted(changed) == sorted(visits), "everybody is decided once"
    after.verify()
