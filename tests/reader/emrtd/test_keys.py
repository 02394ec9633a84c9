from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.emrtd.keys import CardKeys, PasswordKind, expiries_by_law, passwords

NUMBER = "999090000123"
BIRTH = date(1990, 1, 15)
INFORMATION = "090000123390011583001156"


def texts(keys: CardKeys) -> list[tuple[PasswordKind, str]]:
    return [(password.kind, password.text) for password in passwords(keys)]


def test_a_personal_number_alone_gives_the_card_access_number() -> None:
    assert texts(CardKeys(personal_number=NUMBER)) == [(PasswordKind.CAN, "000123")]


def test_a_stated_card_access_number_goes_before_the_derived_one() -> None:
    assert texts(CardKeys(can="111111", personal_number=NUMBER)) == [(PasswordKind.CAN, "111111")]


def test_number_and_dates_give_one_mrz_key() -> None:
    keys = CardKeys(personal_number=NUMBER, date_of_birth=BIRTH, date_of_expiry=date(2030, 1, 15))
    assert texts(keys) == [(PasswordKind.CAN, "000123"), (PasswordKind.MRZ, INFORMATION)]


def test_an_mrz_and_dates_that_say_the_same_are_tried_once() -> None:
    keys = CardKeys(personal_number=NUMBER, date_of_birth=BIRTH, date_of_expiry=date(2030, 1, 15), mrz=INFORMATION)
    assert len(passwords(keys)) == 2


def test_an_unknown_expiry_gives_three_candidates_at_most() -> None:
    keys = CardKeys(personal_number=NUMBER, date_of_birth=date(2000, 2, 29), date_of_issue=date(2021, 5, 10))
    assert [text[17:23] for kind, text in texts(keys) if kind is PasswordKind.MRZ] == ["250301", "250228", "400229"]


def test_nothing_known_is_nothing_to_try() -> None:
    assert passwords(CardKeys(date_of_birth=BIRTH)) == ()


@pytest.mark.parametrize(
    ("birth", "issue", "expiries"),
    [
        (date(1990, 1, 15), date(2021, 5, 10), ["300115", "500115", "991231"]),
        (date(1950, 2, 3), date(2021, 5, 10), ["991231"]),
        (date(2000, 2, 29), date(2021, 5, 10), ["250301", "250228", "400229", "600229", "991231"]),
        (date(2000, 6, 1), date(2023, 5, 31), ["250601", "400601", "600601", "991231"]),
        (date(2000, 6, 1), date(2023, 6, 1), ["400601", "250601", "600601", "991231"]),
        (date(2000, 6, 1), date(2023, 6, 2), ["400601", "600601", "991231"]),
        (date(1966, 6, 1), date(2024, 6, 1), ["991231", "260601"]),
        (date(2016, 6, 1), date(2024, 7, 1), ["300601", "410601", "560601", "760601", "991231"]),
        (date(2009, 6, 1), date(2024, 6, 30), ["340601", "490601", "690601", "991231"]),
    ],
    ids=["40", "never", "leap-day", "day-before", "boundary", "day-after", "last", "child", "before-new-law"],
)
def test_expiry_by_law(birth: date, issue: date, expiries: list[str]) -> None:
    assert expiries_by_law(birth, issue) == expiries


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(2021, 1, 1), date(2026, 11, 21)))
def test_every_birth_and_issue_have_a_likely_expiry(birth: date, issue: date) -> None:
    found = expiries_by_law(birth, issue)
    assert "991231" in found
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "keys",
    [
        {"can": "12345"},
        {"can": "12345a"},
        {"can": "١٢٣٤٥٦"},
        {"personal_number": "99909000012"},
        {"mrz": "IDVNM"},
        {"mrz": INFORMATION[:-1] + "7"},
    ],
)
def test_keys_that_are_none_are_refused_and_not_repeated(keys: dict[str, str]) -> None:
    with pytest.raises(KioskError) as caught:
        CardKeys(**keys)  # type: ignore[arg-type]
    assert caught.value.code is FailureCode.INPUT_INVALID
    assert next(iter(keys.values())) not in str(caught.value)
