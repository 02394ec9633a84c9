"""A proof as a row of `proof`, and back; what was asked and in whose name goes into an encrypted box."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from kiosk.checkin.business_day import in_clinic
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.proof import Proof, ProofOutcome
from kiosk.lookup.answer import Answer, AskedBecause, CardAnswer, NotAsked, Question, Receipt
from kiosk.privacy import Personal, mask_number
from kiosk.sealed import Seal


@dataclass(frozen=True, slots=True, repr=False)
class KeptProof(Personal):
    """A proof as the journal keeps it.

    Its receipts have no salts and a masked officer's number: those lie in `sealed_question`, encrypted. Without a data
    key there is no such box, and the duty log of that time says who it was.
    """

    proof_id: str
    visit_id: str
    proof: Proof
    sealed_question: bytes | None


@dataclass(frozen=True, slots=True, repr=False)
class AskedExchange(Personal):
    """What one exchange asked with; `number` is empty where it is none of those that are known."""

    salt: str
    number: str
    officer_number: str


@dataclass(frozen=True, slots=True, repr=False)
class AskedQuestion(Personal):
    """What a lookup asked: the fields of its question and, for each receipt, its salt, number and officer."""

    full_name: str
    date_of_birth: str
    exchanges: tuple[AskedExchange, ...]


def milliseconds(moment: datetime) -> int:
    """A moment as statements compare it: whole milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def proof_purpose(proof_id: str) -> str:
    """What the box of a proof's question is bound to."""
    return f"proof:{proof_id}"


def row_of_proof(kept: KeptProof) -> dict[str, Any]:
    """The row that keeps a proof."""
    proof = kept.proof
    return {
        "proof_id": kept.proof_id,
        "visit_id": kept.visit_id,
        "outcome": proof.outcome.value,
        "verdict": proof.verdict.value,
        "code": proof.code,
        "trouble": proof.trouble,
        "because": proof.because.value,
        "checked_at": _text(proof.checked_at),
        "checked_ms": milliseconds(proof.checked_at),
        "answered": not proof.trouble,
        "receipts": [_receipt_row(receipt) for receipt in proof.receipts],
        "card_digest": proof.card_digest,
        "unchanged_since": _text(proof.unchanged_since),
        "last_valid_at": _text(proof.last_valid_at),
        "offline_since": _text(proof.offline_since),
        "sealed_question": kept.sealed_question,
    }


def kept_proof_of(row: RowMapping) -> KeptProof:
    """A kept proof, given out again."""
    proof = Proof(
        outcome=ProofOutcome(row["outcome"]),
        verdict=Verdict(row["verdict"]),
        code=row["code"],
        trouble=row["trouble"],
        checked_at=in_clinic(datetime.fromisoformat(row["checked_at"])),
        because=AskedBecause(row["because"]),
        receipts=tuple(_receipt_of(receipt) for receipt in row["receipts"]),
        card_digest=row["card_digest"],
        unchanged_since=_moment(row["unchanged_since"]),
        last_valid_at=_moment(row["last_valid_at"]),
        offline_since=_moment(row["offline_since"]),
    )
    return KeptProof(row["proof_id"], row["visit_id"], proof, row["sealed_question"])


def seal_question(seal: Seal | None, proof_id: str, question: Question | NotAsked, answer: Answer) -> bytes | None:
    """The box with what was asked; None where there is no key or nothing was asked."""
    if seal is None or isinstance(question, NotAsked) or isinstance(answer, NotAsked) or not answer.receipts:
        return None
    numbers = [number for number in (question.number, question.personal_number, *_numbers_of(answer)) if number]
    asked = {
        "full_name": question.full_name,
        "date_of_birth": str(question.date_of_birth),
        "exchanges": [
            {
                "salt": receipt.salt,
                "number": _asked_number(receipt, question, numbers),
                "officer_number": receipt.officer_number,
            }
            for receipt in answer.receipts
        ],
    }
    return seal.close(json.dumps(asked).encode(), proof_purpose(proof_id))


def open_question(seal: Seal, kept: KeptProof) -> AskedQuestion | None:
    """What was asked; None where nothing was kept of it.

    Raises:
        KioskError: KEY_WRONG.
    """
    if kept.sealed_question is None:
        return None
    written = json.loads(seal.open(kept.sealed_question, proof_purpose(kept.proof_id)))
    exchanges = tuple(AskedExchange(one["salt"], one["number"], one["officer_number"]) for one in written["exchanges"])
    return AskedQuestion(written["full_name"], written["date_of_birth"], exchanges)


def _numbers_of(answer: Answer) -> tuple[str, ...]:
    if not isinstance(answer, CardAnswer) or (card := answer.card) is None:
        return ()
    following = card.next_card.number if card.next_card else ""
    return (card.number, card.previous_number, card.social_insurance_number, following)


def _asked_number(receipt: Receipt, question: Question, numbers: list[str]) -> str:
    from kiosk.lookup.receipt import is_about  # brings the HTTP client; a kiosk that asks has it anyway

    return next((number for number in numbers if is_about(receipt, replace(question, number=number))), "")


def _receipt_row(receipt: Receipt) -> dict[str, Any]:
    return {
        "because": receipt.because.value,
        "asked_at": _text(receipt.asked_at),
        "answered_at": _text(receipt.answered_at),
        "officer_number": mask_number(receipt.officer_number),
        "question_digest": receipt.question_digest,
        "http_status": receipt.http_status,
        "server_time": _text(receipt.server_time),
        "reply_digest": receipt.reply_digest,
        "code": receipt.code,
        "evidence": receipt.evidence,
    }


def _receipt_of(row: Mapping[str, Any]) -> Receipt:
    return Receipt(
        because=AskedBecause(row["because"]),
        asked_at=in_clinic(datetime.fromisoformat(row["asked_at"])),
        answered_at=in_clinic(datetime.fromisoformat(row["answered_at"])),
        officer_number=row["officer_number"],
        salt="",
        question_digest=row["question_digest"],
        http_status=row["http_status"],
        server_time=datetime.fromisoformat(row["server_time"]) if row["server_time"] else None,
        reply_digest=row["reply_digest"],
        code=row["code"],
        evidence=row["evidence"],
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return in_clinic(datetime.fromisoformat(text)) if text else None
