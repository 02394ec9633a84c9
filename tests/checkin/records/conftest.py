"""Visits of invented people over several days, and what keeps and removes them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.checkin.store.store import Store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import AskedBecause, CardAnswer, InsuranceCard, Question, Receipt
from kiosk.lookup.question import question_for
from kiosk.lookup.receipt import question_digest
from kiosk.sealed import Seal

CARD = "GD4999876543210"
NAME = "Nguyễn Văn Mẫu"
PERSON = "999090000123"


class SetClock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


@pytest.fixture
def seal() -> Seal:
    return Seal(b"s" * 32)


@pytest.fixture
def kept(store: Store, clinic: Clinic, clock: SetClock, seal: Seal) -> SqlJournal:
    """A journal that keeps questions."""
    return SqlJournal(store, clinic, clock, seal=seal)


@pytest.fixture
def trail(store: Store, clock: SetClock) -> Audit:
    return Audit(store, clock)


@pytest.fixture
def visit_of(kept: SqlJournal, clock: SetClock) -> Callable[..., CheckIn]:
    """Checks somebody in with a lookup, its proof and a printed slip, on the clock's day."""

    def check_in(
        name: str = NAME,
        number: str = PERSON,
        *,
        card: str = CARD,
        born: PartialDate | None = PartialDate(1990, 1, 15),  # noqa: B008 - frozen
        verdict: Verdict = Verdict.COVERED,
        service: str = "noi-tong-quat",
    ) -> CheckIn:
        clock.now += timedelta(seconds=30)
        now = clock()
        identity = Identity(
            Trust.CHIP_VERIFIED,
            name,
            personal_number=number,
            insurance_number="" if number else card,
            date_of_birth=born,
        )
        question = question_for(identity, now)
        assert isinstance(question, Question)
        receipt = Receipt(
            because=AskedBecause.VISIT,
            asked_at=now,
            answered_at=now,
            officer_number="999185000999",
            salt="ab" * 16,
            question_digest=question_digest(question, "ab" * 16),
            http_status=200,
            server_time=None,
            reply_digest="ef" * 32,
            code="000",
            evidence="",
        )
        found = InsuranceCard(card, name, born, facility="99001")
        answer = CardAnswer("000", "", found, now, receipts=(receipt,))
        decision = Decision(verdict, card_number=card)
        request = CheckInRequest(identity, decision, service, answered_at=now, answer=answer)
        done = kept.check_in(request)
        kept.log_print(done, "printed")
        return done

    return check_in
