"""Proofs in the journal: one for each lookup, with its check-in or not at all, only ever added, naming nobody."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.proof_document import check_document, digest_of, write_document
from kiosk.checkin.proof_row import open_question
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.store import open_store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.proof import OfflineLimits, ProofOutcome
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import (
    Answer,
    AskedBecause,
    CardAnswer,
    InsuranceCard,
    Question,
    Receipt,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.lookup.question import question_for
from kiosk.lookup.receipt import question_digest
from kiosk.sealed import Seal
from tests.by_chance import without_ids

NUMBER, NAME = "999090000123", "Nguyễn Văn Mẫu"
PERSON = Identity(Trust.TYPED, NAME, personal_number=NUMBER, date_of_birth=PartialDate(1990, 1, 15))
CARD = InsuranceCard(
    "DN4999900000123", NAME, facility="99001", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)
)
COVERED = Decision(Verdict.COVERED, card_number=CARD.number, valid_from=CARD.valid_from, valid_to=CARD.valid_to)
KEY = b"\x05" * 32
OFFICER = "999185000999"


class Clock(Protocol):
    """The clock of conftest."""

    now: datetime

    def __call__(self) -> datetime: ...


Open = Callable[..., SqlJournal]


@pytest.fixture
def open_sealed(store_url: str, clinic: Clinic, clock: Clock) -> Iterator[Open]:
    """Opens journals of one file that encrypt with a key, or with none."""
    with ExitStack() as opened:

        def open_one(key: bytes | None = KEY, **limits: OfflineLimits) -> SqlJournal:
            seal = Seal(key) if key else None
            store = opened.enter_context(open_store(store_url))
            return SqlJournal(store, clinic, clock, seal=seal, **limits)  # type: ignore[arg-type]

        yield open_one


@pytest.fixture
def sealed(open_sealed: Open) -> SqlJournal:
    return open_sealed()


def receipt(at: datetime, number: str = NUMBER, because: AskedBecause = AskedBecause.VISIT) -> Receipt:
    salt = f"{round(at.timestamp()):032x}"
    question = question_for(PERSON, at)
    assert isinstance(question, Question)
    digest = question_digest(replace(question, number=number), salt)
    return Receipt(because, at, at, OFFICER, salt, digest, 200, at.astimezone(UTC), "b" * 64, "000")


def answered(at: datetime, card: InsuranceCard = CARD, *receipts: Receipt) -> CardAnswer:
    return CardAnswer("000", "", card, at, receipts=receipts or (receipt(at),))


def silent(at: datetime) -> ServiceTrouble:
    return ServiceTrouble(TroubleKind.TIMEOUT, "", at)


def request(
    answer: Answer, decision: Decision, service: str = "noi-tong-quat", who: Identity = PERSON
) -> CheckInRequest:
    return CheckInRequest(who, decision, service, answer.checked_at, answer)


def outcomes(journal: SqlJournal, visit_id: str) -> list[ProofOutcome]:
    visit = journal.proofs.of_visit(visit_id)
    assert visit is not None
    return [kept.proof.outcome for kept in visit.proofs]


@pytest.mark.both_databases
def test_check_in_keeps_the_proof_of_its_lookup(sealed: SqlJournal, clock: Clock) -> None:
    check_in = sealed.check_in(request(answered(clock()), COVERED))
    visit = sealed.proofs.of_ticket("A001", check_in.business_day)
    assert visit is not None
    [kept] = visit.proofs
    exchange = kept.proof.receipt
    assert exchange is not None
    assert (visit.visit_id, kept.proof.outcome, kept.proof.code) == (check_in.visit_id, ProofOutcome.VALID, "000")
    assert (exchange.reply_digest, exchange.server_time) == ("b" * 64, clock())
    assert exchange.salt == "", "a salt beside its digest would let numbers be tried"


def test_check_in_that_fails_keeps_no_proof(sealed: SqlJournal, clock: Clock, file: Path) -> None:
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON proof BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    with pytest.raises(KioskError):
        sealed.check_in(request(answered(clock()), COVERED))
    assert sealed.waiting() == {}
    sealed.verify()


@pytest.mark.both_databases
def test_person_seen_again_is_valid_unchanged_across_days_and_services(sealed: SqlJournal, clock: Clock) -> None:
    first = clock()
    sealed.check_in(request(answered(first), COVERED))
    clock.now += timedelta(days=4)
    later = sealed.check_in(request(answered(clock()), COVERED, "nhi"))
    assert outcomes(sealed, later.visit_id) == [ProofOutcome.VALID_UNCHANGED]
    visit = sealed.proofs.of_visit(later.visit_id)
    assert visit is not None
    assert visit.proofs[0].proof.unchanged_since == first


def test_another_person_with_an_equal_card_is_not_unchanged(sealed: SqlJournal, clock: Clock) -> None:
    sealed.check_in(request(answered(clock()), COVERED))
    other = replace(PERSON, personal_number="999090000124")
    unlinked = replace(COVERED, card_number="")
    clock.now += timedelta(minutes=1)
    second = sealed.check_in(request(answered(clock()), unlinked, "nhi", other))
    assert outcomes(sealed, second.visit_id) == [ProofOutcome.VALID]


@pytest.mark.both_databases
def test_repeated_check_in_proves_its_own_lookup_and_takes_no_number(sealed: SqlJournal, clock: Clock) -> None:
    first = sealed.check_in(request(answered(clock()), COVERED))
    clock.now += timedelta(minutes=5)
    again = sealed.check_in(request(answered(clock()), COVERED))
    assert (again.ticket, again.repeated) == (first.ticket, True)
    assert outcomes(sealed, first.visit_id) == [ProofOutcome.VALID, ProofOutcome.VALID_UNCHANGED]
    sealed.verify()


@pytest.mark.both_databases
def test_same_answer_handed_in_twice_is_one_lookup_with_one_proof(sealed: SqlJournal, clock: Clock) -> None:
    once = request(answered(clock()), COVERED)
    first = sealed.check_in(once)
    sealed.check_in(once)
    assert outcomes(sealed, first.visit_id) == [ProofOutcome.VALID]


@pytest.mark.both_databases
def test_outage_is_counted_from_its_first_lookup_over_all_patients(open_sealed: Open, clock: Clock) -> None:
    journal = open_sealed(offline=OfflineLimits(service_away_h=2, last_check_days=0))
    unverified = Decision(Verdict.UNVERIFIED)
    seen = []
    for person, minutes in enumerate((0, 60, 120, 121)):
        at = clock() + timedelta(minutes=minutes)
        who = replace(PERSON, personal_number=f"99909000{person:04}")
        visit = journal.check_in(request(silent(at), unverified, who=who)).visit_id
        seen += outcomes(journal, visit)
    assert seen == [ProofOutcome.CHECK_IMPOSSIBLE] * 3 + [ProofOutcome.OFFLINE_TOO_LONG]
    at = clock() + timedelta(minutes=130)
    journal.check_in(request(answered(at), COVERED))
    who = replace(PERSON, personal_number="999090007777")
    after = journal.check_in(request(silent(at + timedelta(minutes=1)), unverified, who=who))
    assert outcomes(journal, after.visit_id) == [ProofOutcome.CHECK_IMPOSSIBLE], "an answer ends the outage"


@pytest.mark.parametrize("change", ["UPDATE proof SET outcome = 'valid'", "DELETE FROM proof"])
def test_proofs_are_only_ever_added(sealed: SqlJournal, clock: Clock, file: Path, change: str) -> None:
    sealed.check_in(request(silent(clock()), Decision(Verdict.UNVERIFIED)))
    with closing(sqlite3.connect(file)) as other, pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        other.execute(change)


def test_question_is_kept_encrypted_with_the_number_of_each_exchange(
    open_sealed: Open, clock: Clock, file: Path
) -> None:
    journal, at = open_sealed(), clock()
    unknown = replace(receipt(at), question_digest="c" * 64)
    both = (receipt(at), receipt(at, CARD.number, AskedBecause.NEW_CARD), unknown)
    check_in = journal.check_in(request(answered(at, CARD, *both), COVERED))
    visit = journal.proofs.of_visit(check_in.visit_id)
    assert visit is not None
    asked = open_question(Seal(KEY), visit.proofs[0])
    assert asked is not None
    assert (asked.full_name, asked.date_of_birth) == (NAME, "15/01/1990")
    assert [one.number for one in asked.exchanges] == [NUMBER, CARD.number, ""]
    with pytest.raises(KioskError) as wrong:
        open_question(Seal(b"\x06" * 32), visit.proofs[0])
    assert wrong.value.code is FailureCode.KEY_WRONG


def test_box_of_one_proof_does_not_open_as_anothers(sealed: SqlJournal, clock: Clock) -> None:
    check_in = sealed.check_in(request(answered(clock()), COVERED))
    clock.now += timedelta(minutes=1)
    sealed.check_in(request(answered(clock()), COVERED))
    visit = sealed.proofs.of_visit(check_in.visit_id)
    assert visit is not None
    first, second = visit.proofs
    with pytest.raises(KioskError):
        open_question(Seal(KEY), replace(first, sealed_question=second.sealed_question))


def test_proof_rows_name_nobody_in_clear(sealed: SqlJournal, clock: Clock, file: Path) -> None:
    at = clock()
    sealed.check_in(request(answered(at), COVERED))
    sealed.check_in(request(silent(at), Decision(Verdict.UNVERIFIED), "nhi"))
    with closing(sqlite3.connect(file)) as other:
        rows = [row for table in ("proof", "recheck") for row in other.execute(f"SELECT * FROM {table}")]
    clear = "\n".join(str(value) for row in rows for value in row if not isinstance(value, bytes))
    covert = b"\n".join(value for row in rows for value in row if isinstance(value, bytes))
    assert "b" * 64 in clear, "this looks where the rows are"
    assert "1990" not in without_ids(clear)
    assert b"1990" not in covert
    for secret in (NUMBER, NAME, NAME.encode("unicode_escape").decode(), CARD.number, receipt(at).salt, OFFICER):
        assert secret not in clear
        assert secret.encode() not in covert


def test_without_a_key_the_proof_is_kept_and_the_question_is_not(open_sealed: Open, clock: Clock) -> None:
    journal = open_sealed(None)
    check_in = journal.check_in(request(answered(clock()), COVERED))
    visit = journal.proofs.of_visit(check_in.visit_id)
    assert visit is not None
    assert visit.proofs[0].sealed_question is None
    assert open_question(Seal(KEY), visit.proofs[0]) is None


# -- the document ---------------------------------------------------------------------------------------------------
@pytest.fixture
def exported(sealed: SqlJournal, clock: Clock, clinic: Clinic) -> Callable[[Seal | None], bytes]:
    """A visit's document as it is written to a file."""
    check_in = sealed.check_in(request(answered(clock()), COVERED))
    clock.now += timedelta(minutes=3)
    sealed.check_in(request(answered(clock()), COVERED))

    def export(seal: Seal | None) -> bytes:
        visit = sealed.proofs.of_visit(check_in.visit_id)
        assert visit is not None
        return json.dumps(write_document(clinic, visit, clock(), seal), ensure_ascii=False, indent=1).encode()

    return export


Export = Callable[[Seal | None], bytes]


def test_document_with_the_question_lets_a_third_party_compute_it_again(exported: Export) -> None:
    checked = check_document(exported(Seal(KEY)))
    assert (checked.proofs, checked.exchanges, checked.questions) == (2, 2, 2)


def test_officer_is_told_with_the_question_and_masked_without_it(exported: Export) -> None:
    def officers(seal: Seal | None) -> list[str]:
        proofs = json.loads(exported(seal))["proofs"]
        return [exchange["officer_number"] for proof in proofs for exchange in proof["exchanges"]]

    assert officers(Seal(KEY)) == [OFFICER, OFFICER]
    assert officers(None) == ["999 ••• ••• 999"] * 2


def test_without_a_data_key_the_proof_is_kept_with_a_masked_officer(
    open_sealed: Open, clock: Clock, clinic: Clinic, file: Path
) -> None:
    journal = open_sealed(None)
    check_in = journal.check_in(request(answered(clock()), COVERED))
    visit = journal.proofs.of_visit(check_in.visit_id)
    assert visit is not None
    [proof] = write_document(clinic, visit, clock(), Seal(KEY))["proofs"]
    assert (proof["outcome"], proof["question"]) == ("valid", None)
    assert proof["exchanges"][0]["officer_number"] == "999 ••• ••• 999"
    with closing(sqlite3.connect(file)) as other:
        assert OFFICER not in str(other.execute("SELECT * FROM proof").fetchall())


def test_document_without_the_question_names_nobody(exported: Export) -> None:
    written = exported(None)
    assert check_document(written).questions == 0
    text = without_ids(written.decode())
    assert "Nguyễn Văn M." in text
    for secret in (NUMBER, NAME, CARD.number, "1990", OFFICER):
        assert secret not in text


KEYS = {
    "": {"format", "version", "made_at", "facility", "visit", "proofs", "digest"},
    "visit": {
        "id", "ticket", "day", "checked_in_at", "service", "named", "patient", "card_number", "valid_from", "valid_to",
        "verdict",
    },
    "proof": {
        "id", "outcome", "verdict", "code", "trouble", "because", "checked_at", "card_digest", "unchanged_since",
        "last_valid_at", "offline_since", "exchanges", "question",
    },
    "exchange": {
        "because", "asked_at", "answered_at", "officer_number", "question_digest", "http_status", "server_time",
        "reply_digest", "code", "evidence",
    },
}  # fmt: skip


ANY_KEY = set.union(*KEYS.values(), {"salt", "number", "full_name", "date_of_birth"})


def test_keys_of_the_document_are_those_that_others_read(exported: Export) -> None:
    document = json.loads(exported(Seal(KEY)))
    proof = document["proofs"][0]
    found = {"": document, "visit": document["visit"], "proof": proof, "exchange": proof["exchanges"][0]}
    assert {name: set(part) for name, part in found.items()} == KEYS
    assert set(proof["question"]) == {"full_name", "date_of_birth", "exchanges"}
    assert set(proof["question"]["exchanges"][0]) == {"salt", "number"}


@pytest.mark.parametrize("key", ["made_at", "facility", "visit", "proofs"])
def test_any_change_of_the_document_is_found(exported: Export, key: str) -> None:
    document = json.loads(exported(Seal(KEY)))
    document[key] = {"proofs": document["proofs"][:1]}.get(key, "another")
    assert refusal(document) == "digest"


@pytest.mark.parametrize(("path", "value"), [("number", "999090000124"), ("salt", "0" * 32)])
def test_question_that_was_not_asked_is_found_though_the_digest_was_made_anew(
    exported: Export, path: str, value: str
) -> None:
    document = json.loads(exported(Seal(KEY)))
    document["proofs"][1]["question"]["exchanges"][0][path] = value
    document["digest"] = digest_of(document)
    assert refusal(document) == "proofs[1].exchanges[0].question_digest"


@pytest.mark.parametrize("written", [b"", b"[]", b"{}", b"\xff", b"null", b'{"format": 1}', b"[" * 100_000])
def test_what_is_no_document_is_refused(written: bytes) -> None:
    with pytest.raises(KioskError) as refused:
        check_document(written)
    assert refused.value.code is FailureCode.INPUT_INVALID


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(sorted(ANY_KEY)), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(JSON, JSON, JSON)
def test_whatever_a_stranger_brings_is_checked_or_refused(proof: object, exchange: object, question: object) -> None:
    made = {"exchanges": [exchange], "question": {"full_name": "", "date_of_birth": "1990", "exchanges": [question]}}
    for proofs in (proof, [proof], [made]):
        document = {"format": "checkin-kiosk/proof-of-check", "version": 1, "proofs": proofs}
        written = json.dumps(document | {"digest": digest_of(document)}).encode()
        with suppress(KioskError):
            check_document(written)


def refusal(document: object) -> str:
    with pytest.raises(KioskError) as refused:
        check_document(json.dumps(document).encode())
    assert refused.value.code is FailureCode.INPUT_INVALID
    return refused.value.detail
