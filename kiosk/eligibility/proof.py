"""The proof of a check: what one lookup showed about an insurance card, when and in whose name, as evidence for claims.

After the way in which card checks are proven elsewhere: each lookup leaves one proof, also one that could not be made,
because admitting a patient without a check has to be shown too [Decree 188/2025/ND-CP art. 38]. Pure.
"""

import hashlib
import hmac
import json
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.result_codes import RESULT_CODES
from kiosk.lookup.answer import Answer, AskedBecause, CardAnswer, InsuranceCard, NotAsked, Receipt, ServiceTrouble
from kiosk.privacy import Personal


class ProofOutcome(StrEnum):
    """What a check showed; its words are `proof.outcome.<value>`.

    VALID: the service knows the card and nothing speaks against using it. VALID_UNCHANGED: the same, and the card's
    data are those of the person's last valid proof. REFUSED: the service knows no card that counts. CHECK_IMPOSSIBLE:
    there was no answer that says either. OFFLINE_TOO_LONG: the same, for longer than the settings bear.
    """

    VALID = "valid"
    VALID_UNCHANGED = "valid-unchanged"
    REFUSED = "refused"
    CHECK_IMPOSSIBLE = "check-impossible"
    OFFLINE_TOO_LONG = "offline-too-long"


VALID = frozenset({ProofOutcome.VALID, ProofOutcome.VALID_UNCHANGED})


@dataclass(frozen=True, slots=True)
class OfflineLimits:
    """How long going without a check is borne; 0 is for ever.

    `service_away_h`: hours since the service was first found away. `last_check_days`: days since this person's last
    valid proof, where there is one.
    """

    service_away_h: float = 24.0
    last_check_days: float = 30.0


@dataclass(frozen=True, slots=True, repr=False)
class Proof(Personal):
    """What one lookup showed.

    `code` is the service's result, empty without an answer; `trouble` says why there was none (`timeout`,
    `missing-number`). `receipts` are the exchanges with the service in their order, none where it was not reached for.
    `card_digest` is keyed: equal digests are equal cards, and tell nothing else. `unchanged_since` is when the card was
    first seen as it is, `last_valid_at` the person's last valid proof, `offline_since` when the service went away.
    """

    outcome: ProofOutcome
    verdict: Verdict
    code: str
    trouble: str
    checked_at: datetime
    because: AskedBecause
    receipts: tuple[Receipt, ...] = ()
    card_digest: str = ""
    unchanged_since: datetime | None = None
    last_valid_at: datetime | None = None
    offline_since: datetime | None = None

    @property
    def receipt(self) -> Receipt | None:
        """The exchange that the outcome is about: the last one."""
        return self.receipts[-1] if self.receipts else None


def prove(
    answer: Answer,
    decision: Decision,
    previous: Proof | None,
    offline_since: datetime | None,
    limits: OfflineLimits,
    *,
    salt: bytes,
    day: date,
    because: AskedBecause = AskedBecause.VISIT,
) -> Proof:
    """The proof of the lookup that brought `answer`.

    `previous` is the person's last valid proof, `offline_since` when the service was first found away without an answer
    to anybody since; `salt` keys the digest of the card; `day` is the visit's, on which the card has to be in force;
    `because` holds where no receipt says it.
    """
    receipts = () if isinstance(answer, NotAsked) else answer.receipts
    last_valid_at = previous.checked_at if previous is not None else None
    code, trouble = _result(answer)
    proof = Proof(
        outcome=ProofOutcome.REFUSED,
        verdict=decision.verdict,
        code=code,
        trouble=trouble,
        checked_at=answer.checked_at,
        because=receipts[0].because if receipts else because,
        receipts=receipts,
        last_valid_at=last_valid_at,
    )
    if not isinstance(answer, CardAnswer) or not _is_understood(answer):
        since = None if isinstance(answer, CardAnswer | NotAsked) else offline_since or answer.checked_at
        too_long = _is_too_long(answer.checked_at, since, last_valid_at, limits)
        outcome = ProofOutcome.OFFLINE_TOO_LONG if too_long else ProofOutcome.CHECK_IMPOSSIBLE
        return replace(proof, outcome=outcome, offline_since=since)
    if answer.card is None or not _is_valid(answer, decision, day):
        return proof
    digest = card_digest(answer.card, salt)
    if previous is not None and hmac.compare_digest(previous.card_digest, digest):
        since = previous.unchanged_since or previous.checked_at
        return replace(proof, outcome=ProofOutcome.VALID_UNCHANGED, card_digest=digest, unchanged_since=since)
    return replace(proof, outcome=ProofOutcome.VALID, card_digest=digest, unchanged_since=answer.checked_at)


def card_digest(card: InsuranceCard, salt: bytes) -> str:
    """HMAC-SHA-256 in hex over everything that a card says, keyed with the journal's salt.

    The same card has another digest in another clinic's journal, and nobody without the salt can try numbers.
    """
    said = [
        "card",
        card.number,
        unicodedata.normalize("NFC", card.full_name),
        card.date_of_birth.iso() if card.date_of_birth else "",
        card.sex_raw,
        card.facility,
        _day(card.valid_from),
        _day(card.valid_to),
        card.area,
        _day(card.five_year_date),
        card.social_insurance_number,
    ]
    if (following := card.next_card) is not None:
        said += [following.number, _day(following.valid_from), _day(following.valid_to), following.facility]
    return hmac.new(salt, json.dumps(said).encode(), hashlib.sha256).hexdigest()


def _result(answer: Answer) -> tuple[str, str]:
    match answer:
        case CardAnswer(code=code):
            return code, ""
        case ServiceTrouble(kind, code):
            return code, kind.value
        case NotAsked(missing):
            return "", f"missing-{missing}"


def _is_understood(answer: CardAnswer) -> bool:
    """Whether the result says something about the card; a code that nobody knows does not."""
    rule = RESULT_CODES.get(answer.code)
    return rule is not None and rule.verdict is not Verdict.UNVERIFIED


def _is_valid(answer: CardAnswer, decision: Decision, day: date) -> bool:
    """The service's word counts, not the desk's open questions: those are the verdict, which stands beside it."""
    known_good = RESULT_CODES[answer.code].verdict in {Verdict.COVERED, Verdict.ATTENTION}
    if decision.verdict in {Verdict.COVERED, Verdict.ATTENTION}:
        return True
    in_force = _covers(decision.valid_from, decision.valid_to, day)
    return known_good and decision.verdict is Verdict.ASK_STAFF and in_force


def _covers(first: date | None, last: date | None, day: date) -> bool:
    return first is not None and first <= day and (last is None or day <= last)


def _is_too_long(
    at: datetime, offline_since: datetime | None, last_valid_at: datetime | None, limits: OfflineLimits
) -> bool:
    if limits.service_away_h and offline_since is not None:
        away = timedelta(hours=limits.service_away_h)
        if at - offline_since > away:
            return True
    if limits.last_check_days and last_valid_at is not None:
        return at - last_valid_at > timedelta(days=limits.last_check_days)
    return False


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
