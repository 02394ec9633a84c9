"""What a patient will probably pay of a known price."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.share import PatientShare, patient_share
from kiosk.text import Language


def paid(permille: int | None, free_below: int | None = None, verdict: Verdict = Verdict.COVERED) -> Decision:
    percent = None if permille is None else permille // 10
    return Decision(verdict, benefit_percent=percent, fund_permille=permille, no_co_pay_below_vnd=free_below)


def parts(share: PatientShare | None) -> tuple[int, int, int | None]:
    assert share is not None
    return share.fund_vnd, share.patient_vnd, share.perhaps_free_below_vnd


def test_eighty_percent_leave_a_fifth() -> None:
    assert parts(patient_share(50_000, paid(800))) == (40_000, 10_000, None)


def test_half_of_ninety_five_percent_is_not_rounded_to_whole_percent() -> None:
    assert parts(patient_share(100_000, paid(475))) == (47_500, 52_500, None)


def test_the_patient_is_never_promised_a_dong_too_much() -> None:
    assert parts(patient_share(33_333, paid(950))) == (31_666, 1_667, None)


def test_small_visit_may_be_free() -> None:
    assert parts(patient_share(379_499, paid(800, 379_500))) == (303_599, 75_900, 379_500)


def test_visit_that_reaches_the_limit_is_not_free() -> None:
    assert parts(patient_share(379_500, paid(800, 379_500))) == (303_600, 75_900, None)


def test_full_benefit_leaves_nothing_and_needs_no_limit() -> None:
    assert parts(patient_share(50_000, paid(1000, 379_500))) == (50_000, 0, None)


def test_what_is_outside_the_scope_is_the_patients() -> None:
    assert parts(patient_share(500_000, paid(800), in_scope_vnd=100_000)) == (80_000, 420_000, None)
    assert parts(patient_share(500_000, paid(1000), in_scope_vnd=100_000)) == (100_000, 400_000, None)


def test_without_any_card_the_patient_pays_all() -> None:
    assert parts(patient_share(50_000, paid(None, verdict=Verdict.SELF_PAY))) == (0, 50_000, None)


@pytest.mark.parametrize("verdict", [Verdict.ASK_STAFF, Verdict.UNVERIFIED, Verdict.ATTENTION])
def test_nothing_is_said_where_nobody_knows(verdict: Verdict) -> None:
    assert patient_share(50_000, paid(None, verdict=verdict)) is None


@pytest.mark.parametrize(("price", "in_scope"), [(-1, None), (100, 101), (100, -1)])
def test_amounts_that_cannot_be_are_refused(price: int, in_scope: int | None) -> None:
    with pytest.raises(ValueError, match="neither"):
        patient_share(price, paid(800), in_scope_vnd=in_scope)


@given(st.integers(0, 10**12), st.integers(0, 1000), st.data())
def test_parts_make_the_whole_and_none_is_below_nothing(price: int, permille: int, data: st.DataObject) -> None:
    in_scope = data.draw(st.integers(0, price))
    fund, patient, _ = parts(patient_share(price, paid(permille), in_scope_vnd=in_scope))
    assert fund + patient == price
    assert 0 <= fund <= in_scope


@pytest.mark.parametrize(
    ("share", "vi", "en"),
    [
        (PatientShare(40_000, 10_000), "10.000", "10,000"),
        (PatientShare(0, 1_250_000), "1.250.000", "1,250,000"),
        (PatientShare(50_000, 0), "không phải trả", "nothing"),
        (PatientShare(0, 0), "0", "0"),
    ],
)
def test_sentence_names_the_amount_and_says_probably(share: PatientShare, vi: str, en: str) -> None:
    assert vi in share.sentence(Language.VI)
    assert en in share.sentence(Language.EN)
    assert "có thể" in share.sentence(Language.VI)
    assert "probably" in share.sentence(Language.EN)


def test_only_the_sentence_about_insurance_names_its_scope() -> None:
    assert "trong phạm vi" in PatientShare(40_000, 10_000).sentence(Language.VI)
    assert "bảo hiểm" not in PatientShare(0, 10_000).sentence(Language.VI)


def test_sentence_of_a_small_visit_says_when_nothing_is_due() -> None:
    share = patient_share(50_000, paid(800, 379_500))
    assert share is not None
    assert "379.500" in share.sentence(Language.VI)
    assert "379,500" in share.sentence(Language.EN)
    assert "379" not in PatientShare(40_000, 10_000).sentence(Language.VI)
