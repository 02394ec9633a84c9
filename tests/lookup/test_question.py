"""What is asked for whom."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.dates import PartialDate
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import NotAsked, Question
from kiosk.lookup.question import question_for

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
IDENTITY = Identity(
    Trust.CODE_ONLY,
    "Nguyễn Văn Mẫu",
    personal_number="999090000123",
    insurance_number="DN4999900000123",
    date_of_birth=PartialDate(1990, 1, 15),
)


def test_personal_number_is_preferred() -> None:
    question = question_for(IDENTITY, NOW)
    assert question == Question("999090000123", "Nguyễn Văn Mẫu", PartialDate(1990, 1, 15), "999090000123")


@pytest.mark.parametrize("number", ["DN4999900000123", "9900000123", " dn4999900000123 "])
def test_insurance_number_is_used_without_a_personal_number(number: str) -> None:
    question = question_for(replace(IDENTITY, personal_number="", insurance_number=number), NOW)
    assert isinstance(question, Question)
    assert question.number == number.strip().upper()
    assert question.personal_number == ""


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"personal_number": "", "insurance_number": ""}, "number"),
        ({"personal_number": "123", "insurance_number": "X"}, "number"),
        ({"full_name": "  "}, "full-name"),
        ({"date_of_birth": None}, "date-of-birth"),
    ],
)
def test_without_a_mandatory_field_nothing_is_asked(changes: dict[str, Any], missing: str) -> None:
    assert question_for(replace(IDENTITY, **changes), NOW) == NotAsked(missing, NOW)


def test_name_is_composed_and_its_spaces_folded() -> None:
    name = unicodedata.normalize("NFD", "  Nguyễn   Văn MẪU ")
    question = question_for(replace(IDENTITY, full_name=name), NOW)
    assert isinstance(question, Question)
    assert question.full_name == "Nguyễn Văn MẪU"
