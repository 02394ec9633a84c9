"""A visit's proofs as one JSON document that a third party can check, and that check.

Its keys are stable; a later version adds some and raises `version`. `digest` is the SHA-256 in hex over the document
without it, as JSON with sorted keys, no spaces and no escaped letters, in UTF-8. Without the question nothing in it
names the person: name and card number are masked, and so is the officer's number. With it, each exchange's
`question_digest` can be computed again.

The digest is no signature: whoever changes the document on purpose can make it anew. What binds it is the page on which
it is printed and which the clinic signs, and the journal, from which the same document can be made again.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.proof_row import AskedQuestion, KeptProof, open_question
from kiosk.checkin.proofs import ProvenVisit
from kiosk.dates import parse_date
from kiosk.eligibility.proof import Proof
from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.answer import Question, Receipt
from kiosk.privacy import mask_name, mask_number
from kiosk.sealed import Seal
from kiosk.text import Language

FORMAT = "checkin-kiosk/proof-of-check"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a document found right: so many proofs, exchanges, and questions computed again."""

    proofs: int
    exchanges: int
    questions: int


def write_document(clinic: Clinic, visit: ProvenVisit, made_at: datetime, seal: Seal | None = None) -> dict[str, Any]:
    """The document of a visit; with `seal` it holds the questions, where they were kept.

    Raises:
        KioskError: KEY_WRONG.
    """
    named = seal is not None
    card_number = visit.decision.card_number
    document = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": made_at.isoformat(timespec="seconds"),
        "facility": {"code": clinic.facility_code, "name": clinic.name[Language.VI]},
        "visit": {
            "id": visit.visit_id,
            "ticket": visit.ticket,
            "day": visit.business_day.isoformat(),
            "checked_in_at": visit.created_at.isoformat(timespec="seconds"),
            "service": visit.service[Language.VI],
            "named": named,
            "patient": visit.full_name if named else mask_name(visit.full_name),
            "card_number": card_number if named else mask_number(card_number),
            "valid_from": _day(visit.decision.valid_from),
            "valid_to": _day(visit.decision.valid_to),
            "verdict": visit.decision.verdict.value,
        },
        "proofs": [_proof(kept, None if seal is None else open_question(seal, kept)) for kept in visit.proofs],
    }
    return document | {"digest": digest_of(document)}


def digest_of(document: Mapping[str, Any]) -> str:
    """The digest of a document, its own `digest` left out."""
    rest = {key: value for key, value in document.items() if key != "digest"}
    written = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def check_document(written: bytes) -> Checked:
    """Checks a document: its form, its digest, and every question that it holds.

    Raises:
        KioskError: INPUT_INVALID, naming what is wrong: `digest`, `proofs[1].exchanges[0].question_digest`.
    """
    try:
        document = json.loads(written)
        if document["format"] != FORMAT or document["version"] != VERSION:
            raise _refused("format")
        if not hmac.compare_digest(str(document["digest"]), digest_of(document)):
            raise _refused("digest")
        proofs = document["proofs"]
        questions = [_check_question(proof, f"proofs[{at}]") for at, proof in enumerate(proofs)]
        return Checked(len(proofs), sum(len(proof["exchanges"]) for proof in proofs), sum(questions))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _refused(f"no proof of check ({type(error).__name__})") from None


def _check_question(proof: Mapping[str, Any], place: str) -> int:
    """How many of the proof's questions were computed again."""
    from kiosk.lookup.receipt import question_digest  # brings the HTTP client, which no other check needs

    if (question := proof["question"]) is None:
        return 0
    born = parse_date(question["date_of_birth"])
    if born is None:
        raise _refused(f"{place}.question.date_of_birth")
    count = 0
    for at, (exchange, asked) in enumerate(zip(proof["exchanges"], question["exchanges"], strict=True)):
        if not asked["number"]:
            continue  # the service named a number that the kiosk did not keep
        again = question_digest(Question(asked["number"], question["full_name"], born), asked["salt"])
        if not hmac.compare_digest(str(exchange["question_digest"]), again):
            raise _refused(f"{place}.exchanges[{at}].question_digest")
        count += 1
    return count


def _proof(kept: KeptProof, question: AskedQuestion | None) -> dict[str, Any]:
    proof = kept.proof
    return {
        "id": kept.proof_id,
        "outcome": proof.outcome.value,
        "verdict": proof.verdict.value,
        "code": proof.code,
        "trouble": proof.trouble,
        "because": proof.because.value,
        "checked_at": _text(proof.checked_at),
        "card_digest": proof.card_digest,
        "unchanged_since": _text(proof.unchanged_since),
        "last_valid_at": _text(proof.last_valid_at),
        "offline_since": _text(proof.offline_since),
        "exchanges": [_exchange(*one) for one in zip(proof.receipts, _officer_numbers(proof, question), strict=True)],
        "question": None
        if question is None
        else {
            "full_name": question.full_name,
            "date_of_birth": question.date_of_birth,
            "exchanges": [{"salt": one.salt, "number": one.number} for one in question.exchanges],
        },
    }


def _officer_numbers(proof: Proof, question: AskedQuestion | None) -> list[str]:
    """In whose name each exchange was made: masked, unless the box with the question was opened."""
    if question is None:
        return [receipt.officer_number for receipt in proof.receipts]
    return [exchange.officer_number for exchange in question.exchanges]


def _exchange(receipt: Receipt, officer_number: str) -> dict[str, Any]:
    return {
        "because": receipt.because.value,
        "asked_at": _text(receipt.asked_at),
        "answered_at": _text(receipt.answered_at),
        "officer_number": officer_number,
        "question_digest": receipt.question_digest,
        "http_status": receipt.http_status,
        "server_time": _text(receipt.server_time),
        "reply_digest": receipt.reply_digest,
        "code": receipt.code,
        "evidence": receipt.evidence,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _refused(detail: str) -> KioskError:
    return KioskError(FailureCode.INPUT_INVALID, detail)
