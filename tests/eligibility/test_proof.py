"""What a lookup proves: one of five outcomes, and nothing more than the answer bears."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.proof import OfflineLimits, Proof, ProofOutcome, card_digest, prove
from kiosk.eligibility.result_codes import RESULT_CODES
from kiosk.lookup.answer import (
    Answer,
    AskedBecause,
    CardAnswer,
    InsuranceCard,
    NextCard,
    NotAsked,
    Receipt,
    ServiceTrouble,
    TroubleKind,
)

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SALT = b"\x07" * 32
LIMITS = OfflineLimits(service_away_h=24, last_check_days=30)
CARD = InsuranceCard(
    number="DN4999900000123",
    full_name="Nguyễn Văn Mẫu",
    date_of_birth=PartialDate(1990, 1, 15),
    facility="99001",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    area="K1",
)
COVERED = Decision(Verdict.COVERED, valid_from=CARD.valid_from, valid_to=CARD.valid_to)
UNVERIFIED = Decision(Verdict.UNVERIFIED)
TROUBLE = ServiceTrouble(TroubleKind.TIMEOUT, "", NOW)


def answered(code: str = "000", card: InsuranceCard | None = CARD, at: datetime = NOW) -> CardAnswer:
    return CardAnswer(code, "", card, at)


def proven(answer: Answer, decision: Decision, previous: Proof | None = None, away: datetime | None = None) -> Proof:
    return prove(answer, decision, previous, away, LIMITS, salt=SALT, day=NOW.date())


def test_first_valid_check_is_valid_and_says_since_when() -> None:
    proof = proven(answered(), COVERED)
    assert (proof.outcome, proof.unchanged_since, proof.last_valid_at) == (ProofOutcome.VALID, NOW, None)


def test_same_card_again_is_valid_unchanged_since_it_was_first_seen() -> None:
    first = proven(answered(at=NOW - timedelta(days=9)), COVERED)
    second = proven(answered(at=NOW - timedelta(days=5)), COVERED, first)
    third = proven(answered(), COVERED, second)
    assert [proof.outcome for proof in (second, third)] == [ProofOutcome.VALID_UNCHANGED] * 2
    assert third.unchanged_since == NOW - timedelta(days=9)
    assert third.last_valid_at == NOW - timedelta(days=5)


CHANGED_CARDS = [
    replace(CARD, number="DN4999900000124"),
    replace(CARD, valid_from=date(2026, 2, 1)),
    replace(CARD, valid_to=date(2027, 12, 31)),
    replace(CARD, valid_to=None),
    replace(CARD, facility="99002"),
    replace(CARD, area=""),
    replace(CARD, five_year_date=date(2026, 5, 1)),
    replace(CARD, full_name="Nguyễn Văn Mậu"),
    replace(CARD, date_of_birth=PartialDate(1990)),
    replace(CARD, sex_raw="Nữ"),
    replace(CARD, social_insurance_number="9900000123"),
    replace(CARD, next_card=NextCard("HC4999900000123", date(2027, 1, 1), None)),
]


@pytest.mark.parametrize("card", CHANGED_CARDS, ids=range(len(CHANGED_CARDS)))
def test_any_change_of_the_card_is_valid_and_not_unchanged(card: InsuranceCard) -> None:
    first = proven(answered(), COVERED)
    assert proven(answered(card=card), COVERED, first).outcome is ProofOutcome.VALID


def test_same_card_has_another_digest_in_another_clinic() -> None:
    assert card_digest(CARD, SALT) == card_digest(CARD, SALT) != card_digest(CARD, b"\x08" * 32)


def test_name_in_other_composition_of_letters_is_the_same_card() -> None:
    import unicodedata

    decomposed = replace(CARD, full_name=unicodedata.normalize("NFD", CARD.full_name))
    assert decomposed.full_name != CARD.full_name
    assert card_digest(decomposed, SALT) == card_digest(CARD, SALT)


@pytest.mark.parametrize("code", ["010", "050", "060", "070", "110", "120", "130"])
def test_code_without_a_card_that_counts_is_refused(code: str) -> None:
    verdict = RESULT_CODES[code].verdict
    proof = proven(answered(code), Decision(verdict))
    assert (proof.outcome, proof.code, proof.card_digest) == (ProofOutcome.REFUSED, code, "")


def test_open_question_of_the_desk_about_a_card_in_force_is_still_a_valid_check() -> None:
    asks = replace(COVERED, verdict=Verdict.ASK_STAFF)
    proof = proven(answered(), asks)
    assert (proof.outcome, proof.verdict) == (ProofOutcome.VALID, Verdict.ASK_STAFF)


def test_good_code_of_a_card_that_ended_is_refused() -> None:
    ended = replace(COVERED, verdict=Verdict.ASK_STAFF, valid_to=date(2026, 11, 20))
    assert proven(answered(), ended).outcome is ProofOutcome.REFUSED


def test_card_that_ended_after_the_visit_is_valid_for_it_when_asked_about_later() -> None:
    ended = replace(COVERED, verdict=Verdict.ASK_STAFF, valid_to=date(2026, 11, 20))
    proof = prove(answered(), ended, None, None, LIMITS, salt=SALT, day=date(2026, 11, 20))
    assert proof.outcome is ProofOutcome.VALID


def test_good_code_without_card_data_is_refused() -> None:
    assert proven(answered(card=None), Decision(Verdict.ASK_STAFF)).outcome is ProofOutcome.REFUSED


@pytest.mark.parametrize("answer", [TROUBLE, NotAsked("number", NOW), answered("100"), answered("987")], ids=type)
def test_nothing_said_about_the_card_is_check_impossible(answer: Answer) -> None:
    assert proven(answer, UNVERIFIED).outcome is ProofOutcome.CHECK_IMPOSSIBLE


@pytest.mark.parametrize(("hours", "outcome"), [(24, "check-impossible"), (24.01, "offline-too-long")])
def test_service_away_for_longer_than_the_limit_is_offline_too_long(hours: float, outcome: str) -> None:
    away_since = NOW - timedelta(hours=hours)
    proof = proven(TROUBLE, UNVERIFIED, away=away_since)
    assert (proof.outcome.value, proof.offline_since) == (outcome, away_since)


@pytest.mark.parametrize(("days", "outcome"), [(30, "check-impossible"), (30.01, "offline-too-long")])
def test_last_valid_check_older_than_the_limit_is_offline_too_long(days: float, outcome: str) -> None:
    previous = proven(answered(at=NOW - timedelta(days=days)), COVERED)
    assert proven(TROUBLE, UNVERIFIED, previous).outcome.value == outcome


def test_without_limits_nothing_is_too_long() -> None:
    previous = proven(answered(at=NOW - timedelta(days=4000)), COVERED)
    proof = prove(
        TROUBLE, UNVERIFIED, previous, NOW - timedelta(days=900), OfflineLimits(0, 0), salt=SALT, day=NOW.date()
    )
    assert proof.outcome is ProofOutcome.CHECK_IMPOSSIBLE


def test_first_outage_begins_now_and_a_person_without_a_number_begins_none() -> None:
    assert proven(TROUBLE, UNVERIFIED).offline_since == NOW
    assert proven(NotAsked("number", NOW), Decision(Verdict.ASK_STAFF)).offline_since is None


def test_an_answer_is_never_offline_however_long_the_service_was_away() -> None:
    assert proven(answered(), COVERED, away=NOW - timedelta(days=99)).outcome is ProofOutcome.VALID


def test_receipts_say_why_it_was_asked_and_go_along() -> None:
    receipts = tuple(
        Receipt(because, NOW, NOW, "999185000999", "5" * 32, "a" * 64)
        for because in (AskedBecause.RECHECK, AskedBecause.NEW_CARD)
    )
    proof = proven(replace(answered(), receipts=receipts), COVERED)
    assert (proof.because, proof.receipt) == (AskedBecause.RECHECK, receipts[1])
    unsent = prove(TROUBLE, UNVERIFIED, None, None, LIMITS, salt=SALT, day=NOW.date(), because=AskedBecause.RECHECK)
    assert (unsent.because, unsent.receipt) == (AskedBecause.RECHECK, None)


def test_proof_shows_nothing_of_itself() -> None:
    assert repr(proven(answered(), COVERED)) == "<Proof>"


DECISIONS = some.builds(
    Decision, some.sampled_from(Verdict), valid_from=some.none() | some.dates(), valid_to=some.none() | some.dates()
)
ANSWERS = some.one_of(
    some.builds(
        CardAnswer,
        some.sampled_from(sorted(RESULT_CODES)) | some.text(max_size=5),
        some.just(""),
        some.none() | some.sampled_from([CARD, *CHANGED_CARDS]),
        some.just(NOW),
    ),
    some.builds(ServiceTrouble, some.sampled_from(TroubleKind), some.text(max_size=3), some.just(NOW)),
    some.builds(NotAsked, some.text(max_size=9), some.just(NOW)),
)


@given(ANSWERS, DECISIONS, some.booleans(), some.none() | some.timedeltas(timedelta(0), timedelta(days=400)))
def test_whatever_comes_is_proven_as_one_of_five(
    answer: Answer, decision: Decision, known: bool, away: timedelta | None
) -> None:
    previous = proven(answered(at=NOW - timedelta(days=3)), COVERED) if known else None
    proof = proven(answer, decision, previous, None if away is None else NOW - away)
    valid = proof.outcome in {ProofOutcome.VALID, ProofOutcome.VALID_UNCHANGED}
    assert valid == bool(proof.card_digest)
    if valid:
        assert isinstance(answer, CardAnswer)
        assert answer.card is not None
        assert decision.verdict in {Verdict.COVERED, Verdict.ATTENTION, Verdict.ASK_STAFF}
    if not isinstance(answer, CardAnswer):
        assert proof.outcome in {ProofOutcome.CHECK_IMPOSSIBLE, ProofOutcome.OFFLINE_TOO_LONG}
