"""What a kept visit still says: all that was decided, and whose card was last verified."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.store import open_store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Action, Decision, Difference, Field, Grade, Verdict
from kiosk.eligibility.proof import OfflineLimits
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import Answer, CardAnswer, InsuranceCard, NextCard, ServiceTrouble, TroubleKind

NAME, BORN = "Nguyễn Văn Mẫu", PartialDate(1990, 1, 15)
PERSON = Identity(Trust.CODE_ONLY, NAME, personal_number="999090000123", date_of_birth=BORN)
NAMESAKE = replace(PERSON, personal_number="998090000456")
CARD = InsuranceCard(
    "DN4999900000123", NAME, BORN, facility="99001", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)
)
NEXT = NextCard("DN4999900000124", date(2027, 1, 1), date(2027, 12, 31), "99002", "Trạm Y tế Mẫu")
WHOLE = Decision(
    Verdict.ATTENTION, benefit_percent=47, route="1.1", card_number=CARD.number, action=Action.CHECK_ROUTE,
    fund_permille=475, no_co_pay_below_vnd=351_000, next_card=NEXT,
    differences=(Difference(Field.SEX, "Nam", "Nữ", Grade.NOTABLE),),
)  # fmt: skip
VISIT = Visit(facility="99001")


class Clock(Protocol):
    """The clock of conftest."""

    now: datetime

    def __call__(self) -> datetime: ...


def check_in(journal: SqlJournal, identity: Identity, answer: Answer) -> Decision:
    decision = decide(identity, answer, VISIT, answer.checked_at.date())
    return journal.check_in(CheckInRequest(identity, decision, "noi-tong-quat", answer.checked_at, answer)).decision


class TestFirstDecision:
    def test_repeated_check_in_shows_all_that_was_decided(
        self, open_journal: Callable[[], SqlJournal], request_for: Callable[..., CheckInRequest]
    ) -> None:
        open_journal().check_in(request_for(1, decision=WHOLE))
        again = open_journal().check_in(request_for(1))
        assert again.repeated
        assert again.decision == WHOLE

    def test_export_shows_all_that_was_decided(
        self, journal: SqlJournal, request_for: Callable[..., CheckInRequest]
    ) -> None:
        kept = journal.proofs.of_visit(journal.check_in(request_for(1, decision=WHOLE)).visit_id)
        assert kept is not None
        assert kept.decision == WHOLE

    def test_visit_of_an_earlier_release_shows_what_its_row_has(
        self, journal: SqlJournal, file: Path, request_for: Callable[..., CheckInRequest]
    ) -> None:
        journal.check_in(request_for(1, decision=WHOLE))
        with closing(sqlite3.connect(file)) as store:
            store.execute("DROP TABLE first_decision")
            store.execute("CREATE TABLE first_decision (visit_id VARCHAR(32) PRIMARY KEY, decision JSON NOT NULL)")
            store.commit()
        again = journal.check_in(request_for(1)).decision
        assert (again.card_number, again.benefit_percent) == (WHOLE.card_number, 47)
        assert (again.next_card, again.differences, again.fund_permille) == (None, (), None)

    @pytest.mark.parametrize("change", ["UPDATE first_decision SET decision = '{}'", "DELETE FROM first_decision"])
    def test_decision_is_only_ever_added(
        self, journal: SqlJournal, file: Path, request_for: Callable[..., CheckInRequest], change: str
    ) -> None:
        journal.check_in(request_for(1, decision=WHOLE))
        with closing(sqlite3.connect(file)) as store, pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            store.execute(change)


class TestLastVerified:
    @pytest.fixture
    def at(self, clock: Clock) -> datetime:
        return clock.now

    @pytest.fixture
    def verified(self, journal: SqlJournal, at: datetime) -> SqlJournal:
        assert check_in(journal, PERSON, CardAnswer("000", "", CARD, at)).verdict is Verdict.COVERED
        return journal

    def test_card_comes_back_as_it_was_verified(self, verified: SqlJournal, at: datetime) -> None:
        earlier = verified.last_verified(PERSON)
        assert earlier == CardAnswer("000", "", replace(CARD, date_of_birth=PartialDate(1990)), at)

    def test_staff_are_told_of_it_in_an_outage_and_the_card_stays_unverified(
        self, verified: SqlJournal, clock: Clock, at: datetime
    ) -> None:
        clock.now = at + timedelta(days=3)
        away = ServiceTrouble(TroubleKind.TIMEOUT, "", clock.now)
        earlier = verified.last_verified(PERSON)
        decision = decide(PERSON, away, VISIT, clock.now.date(), earlier=earlier)
        assert decision.verdict is Verdict.UNVERIFIED
        assert [reason.values for reason in decision.reasons if reason.code == "last-verified"] == [
            (("date", "20/11/2026"),)
        ]

    def test_namesake_of_the_same_birthday_gets_nobodys_card(self, verified: SqlJournal) -> None:
        assert verified.last_verified(NAMESAKE) is None

    def test_namesakes_get_each_their_own_card(self, verified: SqlJournal, at: datetime) -> None:
        other = replace(CARD, number="DN4999900000456")
        check_in(verified, NAMESAKE, CardAnswer("000", "", other, at))
        cards = [verified.last_verified(one) for one in (PERSON, NAMESAKE)]
        assert [one.card.number for one in cards if one and one.card] == [CARD.number, other.number]

    def test_name_without_a_number_names_nobody(self, verified: SqlJournal) -> None:
        assert verified.last_verified(replace(PERSON, personal_number="")) is None

    def test_strangers_number_beside_ones_own_card_number_names_the_stranger_only(self, verified: SqlJournal) -> None:
        assert verified.last_verified(replace(NAMESAKE, insurance_number=CARD.number)) is None

    def test_insurance_card_alone_leads_to_its_own(self, verified: SqlJournal) -> None:
        earlier = verified.last_verified(replace(PERSON, personal_number="", insurance_number=CARD.number))
        assert earlier is not None
        assert earlier.card is not None
        assert earlier.card.number == CARD.number

    def test_number_typed_with_another_name_tells_staff_nothing(self, verified: SqlJournal, at: datetime) -> None:
        stranger = replace(PERSON, full_name="Trần Thị Thử")
        away = ServiceTrouble(TroubleKind.TIMEOUT, "", at)
        decision = decide(stranger, away, VISIT, at.date(), earlier=verified.last_verified(stranger))
        assert "last-verified" not in {reason.code for reason in decision.reasons}

    @pytest.mark.parametrize(
        "answer",
        [
            CardAnswer("010", "", replace(CARD, valid_to=date(2026, 1, 31)), datetime(2026, 11, 20, 2, tzinfo=UTC)),
            CardAnswer("060", "", replace(CARD, full_name="Trần Thị Thử"), datetime(2026, 11, 20, 2, tzinfo=UTC)),
            CardAnswer("000", "", replace(CARD, full_name="Nguyễn Văn Mậu"), datetime(2026, 11, 20, 2, tzinfo=UTC)),
            CardAnswer("000", "", replace(CARD, full_name=""), datetime(2026, 11, 20, 2, tzinfo=UTC)),
            ServiceTrouble(TroubleKind.TIMEOUT, "", datetime(2026, 11, 20, 2, tzinfo=UTC)),
        ],
        ids=["expired", "wrong name", "another spelling", "no name", "outage"],
    )
    def test_what_was_not_verified_in_full_is_not_told(self, journal: SqlJournal, answer: Answer) -> None:
        check_in(journal, PERSON, answer)
        assert journal.last_verified(PERSON) is None

    def test_outage_in_between_does_not_hide_the_answer_before(
        self, verified: SqlJournal, clock: Clock, at: datetime
    ) -> None:
        clock.now = at + timedelta(days=1)
        check_in(verified, PERSON, ServiceTrouble(TroubleKind.TIMEOUT, "", clock.now))
        earlier = verified.last_verified(PERSON)
        assert earlier is not None
        assert earlier.checked_at == at

    @pytest.mark.parametrize(("days", "is_told"), [(30, True), (31, False)])
    def test_answer_older_than_the_settings_days_is_none(
        self, verified: SqlJournal, clock: Clock, at: datetime, days: int, is_told: bool
    ) -> None:
        clock.now = at + timedelta(days=days)
        assert (verified.last_verified(PERSON) is not None) is is_told

    def test_no_limit_in_the_settings_is_none_here(
        self, verified: SqlJournal, file: Path, clinic: Clinic, clock: Clock, at: datetime
    ) -> None:
        clock.now = at + timedelta(days=300)
        with open_store(f"sqlite:///{file}") as store:
            journal = SqlJournal(store, clinic, clock, offline=OfflineLimits(last_check_days=0))
            assert journal.last_verified(PERSON) is not None

    def test_card_that_was_to_be_replaced_comes_with_its_next_one(self, journal: SqlJournal, at: datetime) -> None:
        check_in(journal, PERSON, CardAnswer("004", "", replace(CARD, next_card=NEXT), at))
        earlier = journal.last_verified(PERSON)
        assert earlier is not None
        assert earlier.card is not None
        assert (earlier.code, earlier.card.next_card) == ("004", NEXT)
