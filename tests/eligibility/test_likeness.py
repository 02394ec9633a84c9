"""Names and birth dates as different offices write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.eligibility.likeness import Likeness, agree, compare_names


@pytest.mark.parametrize(
    ("document", "card"),
    [
        ("Hòa", "Hoà"),
        ("Thúy", "Thuý"),
        ("Nguyễn Quỳnh", "NGUYỄN  QUỲNH"),
        ("Đặng Thị Ẩn", "đặng thị ẩn"),
        (unicodedata.normalize("NFD", "Nguyễn Văn Mẫu"), "Nguyễn Văn Mẫu"),
    ],
)
def test_two_spellings_of_one_name_are_the_same(document: str, card: str) -> None:
    assert compare_names(document, card, transliterated=False) is Likeness.SAME


@pytest.mark.parametrize(
    ("document", "card"),
    [
        ("Mẫu", "Mâu"),
        ("Đức", "Dức"),
        ("Hoa", "Hoà"),
        ("Tuân", "Tuấn"),
        ("Đức", "Ðức"),
        ("Đức", "Ɖức"),
        ("H'Hen Niê", "H Hen Niê"),
        ("Văn Mẫu", "VănMẫu"),
    ],
)
def test_other_marks_are_noticed(document: str, card: str) -> None:
    assert compare_names(document, card, transliterated=False) is Likeness.MARKS_DIFFER


@pytest.mark.parametrize(
    ("document", "card"), [("Mẫu", "Mẫn"), ("Văn Mẫu", "Mẫu Văn"), ("Mẫu", "Mẫu Văn"), ("-", "."), ("Mẫu", "-")]
)
def test_other_letters_or_words_are_another_name(document: str, card: str) -> None:
    assert compare_names(document, card, transliterated=False) is Likeness.DIFFERENT


def test_transliterated_name_is_compared_without_marks() -> None:
    assert compare_names("DANG THI AN", "Đặng Thị Ẩn", transliterated=True) is Likeness.SAME
    assert compare_names("DANG THI ANH", "Đặng Thị Ẩn", transliterated=True) is Likeness.DIFFERENT
    assert compare_names("HHEN NIE", "H Hen Niê", transliterated=True) is Likeness.MARKS_DIFFER
    assert compare_names("-", "…", transliterated=True) is Likeness.DIFFERENT


@given(st.text(), st.text(), st.booleans())
def test_any_two_texts_compare(document: str, card: str, transliterated: bool) -> None:
    assert compare_names(document, card, transliterated=transliterated) in Likeness


@given(st.text())
def test_a_name_is_always_the_same_as_itself(name: str) -> None:
    assert compare_names(name, name, transliterated=False) is Likeness.SAME


def test_dates_agree_as_far_as_the_less_exact_goes() -> None:
    assert agree(PartialDate(1990, 1, 15), PartialDate(1990))
    assert agree(PartialDate(1990, 1), PartialDate(1990, 1, 15))
    assert not agree(PartialDate(1990, 1, 15), PartialDate(1990, 2))
    assert not agree(PartialDate(1990, 1, 15), PartialDate(1990, 1, 16))
