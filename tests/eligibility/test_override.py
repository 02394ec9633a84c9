"""Staff may decide otherwise, by name and with a reason, and the machine's own reasons stay."""

import pytest

from kiosk.eligibility.decision import Decision, Reason, Verdict
from kiosk.eligibility.override import OVERRIDES, STAFF_DECIDED, Override, overridden
from kiosk.text import Language

UNVERIFIED = Decision(
    Verdict.UNVERIFIED, (Reason("trouble.timeout"),), benefit_percent=80, fund_permille=800, no_co_pay_below_vnd=351_000
)


@pytest.mark.parametrize("verdict", OVERRIDES)
def test_staff_decision_stands_first_and_says_what_the_machine_said(verdict: Verdict) -> None:
    decided = overridden(UNVERIFIED, Override(verdict, "thẻ giấy còn hạn", "o1"))
    assert decided.verdict is verdict
    assert decided.reasons == (Reason(STAFF_DECIDED, (("before", "unverified"),)), *UNVERIFIED.reasons)
    for language in Language:
        assert "unverified" in decided.reasons[0].sentence(language)


def test_what_the_rules_said_the_fund_pays_is_no_longer_said() -> None:
    decided = overridden(UNVERIFIED, Override(Verdict.COVERED, "thẻ giấy còn hạn", "o1"))
    assert (decided.benefit_percent, decided.fund_permille, decided.no_co_pay_below_vnd) == (None, None, None)


def test_same_verdict_changes_nothing() -> None:
    decision = Decision(Verdict.SELF_PAY, benefit_percent=None)
    assert overridden(decision, Override(Verdict.SELF_PAY, "đã hỏi", "o1")) is decision


@pytest.mark.parametrize(
    ("verdict", "why", "by"),
    [
        (Verdict.COVERED, "", "o1"),
        (Verdict.COVERED, "  ", "o1"),
        (Verdict.COVERED, "thẻ giấy", ""),
        (Verdict.UNVERIFIED, "thẻ giấy", "o1"),
        (Verdict.ATTENTION, "thẻ giấy", "o1"),
    ],
)
def test_nobody_decides_without_reason_or_name_or_what_only_the_machine_knows(
    verdict: Verdict, why: str, by: str
) -> None:
    with pytest.raises(ValueError, match="override"):
        Override(verdict, why, by)
