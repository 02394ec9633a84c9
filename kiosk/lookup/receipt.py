"""The record of one exchange with the gateway: what was asked in whose name, and what came back."""

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kiosk.lookup.answer import AskedBecause, Question, Receipt
from kiosk.lookup.options import Officer
from kiosk.lookup.question import fold_name
from kiosk.lookup.transport import Deadline, HttpReply
from kiosk.privacy import Personal

_SALT_BYTES = 16


def question_digest(question: Question, salt: str) -> str:
    """The SHA-256 of `salt`, number, name as it is sent and birth date, one a line, in hex."""
    lines = (salt, question.number, fold_name(question.full_name), str(question.date_of_birth))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def is_about(receipt: Receipt, question: Question) -> bool:
    """Whether this exchange asked this question."""
    return secrets.compare_digest(receipt.question_digest, question_digest(question, receipt.salt))


@dataclass(slots=True, repr=False)
class Inquiry(Personal):
    """All exchanges of one lookup: their time limit, the officer who asks, and a receipt of each."""

    deadline: Deadline
    officer: Officer
    receipts: list[Receipt] = field(default_factory=list)

    def note(
        self, question: Question, because: AskedBecause, asked_at: datetime, answered_at: datetime, reply: object
    ) -> None:
        """Keeps a receipt; `reply` is an `HttpReply`, or whatever came instead of one."""
        salt = secrets.token_hex(_SALT_BYTES)
        receipt = Receipt(
            because=because,
            asked_at=asked_at,
            answered_at=answered_at,
            officer_number=self.officer.number,
            salt=salt,
            question_digest=question_digest(question, salt),
        )
        if isinstance(reply, HttpReply):
            receipt = replace(
                receipt,
                http_status=reply.status,
                server_time=read_http_date(reply.date),
                reply_digest=hashlib.sha256(reply.body).hexdigest(),
            )
        self.receipts.append(receipt)

    def complete(self, code: str, evidence: str) -> None:
        """Adds to the last receipt what its reply was understood as."""
        if self.receipts:
            self.receipts[-1] = replace(self.receipts[-1], code=code, evidence=evidence)


def read_http_date(written: str) -> datetime | None:
    """A Date header [RFC 9110 §5.6.7] in UTC; None for what is none."""
    try:
        moment = parsedate_to_datetime(written)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
