"""What was co-paid this year is told with the decision, where the service said so and it is of this year."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.eligibility.benefit import paid_this_year
from kiosk.lookup.answer import Copay

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("copay", "paid"),
    [
        (Copay(), None),
        (Copay(1_240_000), 1_240_000),
        (Copay(0), 0),
        (Copay(-1), None),
        (Copay(1_240_000, date(2026, 10, 31)), 1_240_000),
        (Copay(1_240_000, date(2025, 12, 31)), None),
        (Copay(1_240_000, date(2026, 11, 23)), None),
    ],
)
def test_amount_of_this_year_is_told_and_no_other(copay: Copay, paid: int | None) -> None:
    assert paid_this_year(copay, TODAY) == paid
    assert paid_this_year(replace(copay, copay_vnd_this_year=None), TODAY) is None
