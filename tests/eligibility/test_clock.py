"""A computer whose date is wrong: the service tells its own time with every reply."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Action, Decision, Verdict
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import AskedBecause, CardAnswer, InsuranceCard, Receipt
from kiosk.reader.document import Sex

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
BORN = PartialDate(1990, 1, 15)
PERSON = Identity(
    Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number="999090000123", date_of_birth=BORN, sex=Sex.MALE
)
CARD = InsuranceCard(
    "DN4999900000123", "Nguyễn Văn Mẫu", BORN, "Nam",
    facility="99001", valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 30),
)  # fmt: skip


def decided(here: datetime, at_service: datetime | None) -> Decision:
    served = at_service.astimezone(UTC) if at_service else None
    receipt = Receipt(AskedBecause.VISIT, here, here, "999185000999", "", "", 200, served, "", "000")
    answer = CardAnswer("000", "", CARD, here, receipts=(receipt,))
    return decide(PERSON, answer, Visit("99001", points=40), here.date())


def test_card_that_ended_by_the_services_day_is_not_covered_by_a_clock_that_is_behind() -> None:
    decision = decided(datetime(2026, 11, 21, 12, tzinfo=VIETNAM), datetime(2026, 12, 1, 12, tzinfo=VIETNAM))
    assert (decision.verdict, decision.action) == (Verdict.ASK_STAFF, Action.CALL_ADMINISTRATOR)
    assert decision.reasons[0].code == "clock-differs"


def test_nobody_is_told_to_pay_by_a_clock_that_is_ahead() -> None:
    decision = decided(datetime(2026, 12, 1, 12, tzinfo=VIETNAM), datetime(2026, 11, 21, 12, tzinfo=VIETNAM))
    assert decision.verdict is Verdict.ASK_STAFF


def test_wrong_day_on_which_the_card_counts_all_the_same_is_remarked() -> None:
    decision = decided(datetime(2026, 11, 21, 12, tzinfo=VIETNAM), datetime(2026, 11, 22, 12, tzinfo=VIETNAM))
    assert (decision.verdict, decision.reasons[0].code) == (Verdict.ATTENTION, "clock-differs")


@pytest.mark.parametrize("apart", [timedelta(minutes=-9), timedelta(), timedelta(minutes=9)])
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_clocks_that_are_a_few_minutes_apart_agree_on_either_side_of_midnight(apart: timedelta, hour: int) -> None:
    here = datetime(2026, 11, 21, hour, 55 if hour == 23 else 3, tzinfo=VIETNAM)
    assert decided(here, here + apart).verdict is Verdict.COVERED


def test_hours_apart_on_one_day_do_not_matter_and_neither_does_a_service_without_a_clock() -> None:
    here = datetime(2026, 11, 21, 12, tzinfo=VIETNAM)
    assert decided(here, here + timedelta(hours=3)).verdict is Verdict.COVERED
    assert decided(here, None).verdict is Verdict.COVERED
