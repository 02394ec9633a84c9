"""The invented people: nobody exists, and together they show everything that can happen."""

import tomllib
import unicodedata
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.simulator.people import Person, find_person, load_people, read_date

PEOPLE_FILE = Path(__file__).parents[2] / "config" / "simulator" / "people.toml"
TODAY = date(2026, 11, 21)
CODES = (
    "000 001 002 003 004 010 050 051 052 053 060 061 070 080 090 100 101 110 120 121 122 123 124 130 205 401 500 777"
)
CHIPS = {"genuine", "altered", "copied", "forged", "unknown-issuer", "no-dg13", "bac-only", "extended", "nfd", "jp2"}


def test_numbers_belong_to_no_province_and_are_unique(people: tuple[Person, ...]) -> None:
    assert all(900 <= int(person.number[:3]) <= 999 for person in people)
    assert len({person.number for person in people}) == len(people) >= 34
    assert len({person.can for person in people}) == len(people)


def test_numbers_fit_birth_year_and_sex_unless_that_is_the_special_thing(people: tuple[Person, ...]) -> None:
    odd = [
        person.special
        for person in people
        if int(person.number[3]) != (person.date_of_birth.year // 100 - 19) * 2 + (person.sex == "female")
        or int(person.number[4:6]) != person.date_of_birth.year % 100
    ]
    assert len(odd) == 1
    assert "century digit" in odd[0]


def test_reference_person_is_first_and_as_the_documents_describe(people: tuple[Person, ...]) -> None:
    first = people[0]
    assert (first.number, first.full_name, first.can) == ("999090000123", "Nguyễn Văn Mẫu", "000123")
    assert first.date_of_birth == date(1990, 1, 15)
    assert first.date_of_expiry == date(2030, 1, 15)
    assert first.insurance is not None
    assert first.insurance.card_number == "DN4999900000123"


def test_every_result_code_has_somebody(people: tuple[Person, ...]) -> None:
    codes = {person.insurance.code for person in people if person.insurance is not None}
    assert codes == set(CODES.split())
    assert any(person.insurance is None for person in people)


def test_every_benefit_digit_and_area_has_somebody(people: tuple[Person, ...]) -> None:
    covered = [p.insurance for p in people if p.insurance is not None and p.insurance.code == "000"]
    assert {card.card_number[2] for card in covered if len(card.card_number) == 15} == set("12345")
    assert {card.area for card in covered} == {"", "K1", "K2", "K3"}


def test_every_chip_and_generation_has_somebody_and_most_are_genuine(people: tuple[Person, ...]) -> None:
    chips = Counter(person.chip for person in people)
    assert chips.keys() == CHIPS
    assert chips["genuine"] > len(people) / 2
    assert {person.card for person in people} == {"2021", "2024", "none"}


def test_ages_run_from_newborn_to_a_hundred(people: tuple[Person, ...]) -> None:
    ages = [(TODAY - person.date_of_birth).days // 365 for person in people]
    assert min(ages) == 0
    assert max(ages) == 100
    assert any(75 <= age < 100 for age in ages)


def test_names_are_long_short_and_in_composed_letters(people: tuple[Person, ...]) -> None:
    assert max(len(person.full_name) for person in people) >= 60
    assert any(" " not in person.full_name for person in people)
    assert all(unicodedata.is_normalized("NFC", person.full_name) for person in people)


@pytest.mark.parametrize("today", [date(2026, 11, 21), date(2027, 1, 1), date(2028, 2, 29), date(2031, 12, 31)])
def test_insurance_stays_what_it_is_in_every_year(today: date) -> None:
    people = load_people(PEOPLE_FILE, today)
    insurances = {person.special: person.insurance for person in people if person.insurance is not None}
    usual = insurances["the reference: covered, 80 %"]
    assert usual.valid_from is not None
    assert usual.valid_to is not None
    assert usual.valid_from <= today <= usual.valid_to
    ended = insurances["000, but the card ended thirty days ago"]
    assert ended.valid_to == today - timedelta(days=30)
    waiting = insurances["old card ended, the new one is not in force yet (003)"]
    assert waiting.next_valid_from == today + timedelta(days=10)


def test_what_is_special_is_said_in_both_languages_and_differs(people: tuple[Person, ...]) -> None:
    assert len({person.special for person in people}) == len(people)
    assert len({person.special_vi for person in people}) == len(people)


def test_person_is_found_by_number(people: tuple[Person, ...]) -> None:
    assert find_person(people, "999090000123") is people[0]
    assert find_person(people, "999090000124") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", None),
        ("2026-01-31", date(2026, 1, 31)),
        ("today", TODAY),
        ("today-400", date(2025, 10, 17)),
        ("year-start", date(2026, 1, 1)),
        ("year-end+1", date(2027, 1, 1)),
    ],
)
def test_relative_date_is_counted_from_today(written: str, meant: date | None) -> None:
    assert read_date(written, TODAY) == meant


@pytest.mark.parametrize("written", ["tomorrow", "today+", "today 1", "31/12/2026", "year-start+x"])
def test_date_that_is_none_is_an_error(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_date(written, TODAY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('number = "999090000123"', 'number = "001090000123"'),
        ('sex = "male"', 'sex = "Nam"'),
        ('spouse = "', 'cousin = "'),
        ('facility = "99001"', 'fax = "99001"'),
        ('valid_from = "year-start"', 'valid_from = "once"'),
    ],
)
def test_file_with_a_mistake_is_refused(old: str, new: str, tmp_path: Path) -> None:
    text = PEOPLE_FILE.read_text("utf-8")
    assert old in text
    file = tmp_path / "people.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ValueError, match=r".+"):
        load_people(file, TODAY)


def test_file_holds_no_number_of_a_province_that_exists() -> None:
    for entry in tomllib.loads(PEOPLE_FILE.read_text("utf-8"))["person"]:
        assert entry["number"][0] == "9"
        assert entry.get("insurance", {}).get("facility", "99").startswith("99")
