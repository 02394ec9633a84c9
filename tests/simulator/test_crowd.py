"""A crowd of invented people: computed, never the same person twice, found by every number, in realistic shares."""

import re
import unicodedata
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulator.crowd import LARGEST_CROWD, SHARES, Crowd, numbers_of
from kiosk.simulator.people import Person

TODAY = date(2026, 11, 21)
CROWD = Crowd(100_000, TODAY)
PLACES = st.integers(0, len(CROWD) - 1)


@pytest.fixture(scope="module")
def ten_thousand() -> list[Person]:
    return list(Crowd(10_000, TODAY))


def code_of(person: Person) -> str:
    assert person.insurance is not None
    return person.insurance.code


def test_shares_of_codes_are_exact_in_any_ten_thousand_in_a_row(ten_thousand: list[Person]) -> None:
    counted = Counter(code_of(person) for person in ten_thousand)
    assert counted == {"000": 9670, **SHARES}
    assert Counter(CROWD.code(at) for at in range(43_217, 53_217)) == counted


def test_one_hospitals_share_of_refusals_is_met() -> None:
    assert sum(SHARES.values()) == 330


@given(PLACES)
def test_person_is_found_by_each_number_of_12_10_and_15_characters(at: int) -> None:
    person = CROWD.person(at)
    assert all(CROWD.find(number) == person for number in numbers_of(person))
    if person.insurance and person.insurance.card_number:
        assert {len(number) for number in numbers_of(person)} == {10, 12, 15}


@given(PLACES)
def test_number_is_invented_and_fits_sex_and_birth(at: int) -> None:
    person = CROWD.person(at)
    found = re.fullmatch(r"9[0-9]{2}([0-3])([0-9]{2})[0-9]{6}", person.number)
    assert found is not None
    century, is_female = divmod(int(found[1]), 2)
    assert 1900 + 100 * century + int(found[2]) == person.date_of_birth.year
    assert is_female == (person.sex == "female")
    card = person.insurance.card_number if person.insurance else ""
    assert re.fullmatch(r"([A-Z]{2}[1-5]9999[0-9]{8})?", card)


@given(PLACES, st.integers(1, 9))
def test_number_with_another_province_is_nobodys(at: int, step: int) -> None:
    number = CROWD.person(at).number
    other = f"{number[:2]}{(int(number[2]) + step) % 10}{number[3:]}"
    assert CROWD.find(other) is None


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{10}|[0-9]{12}|[A-Z]{2}[0-9]{13}", fullmatch=True))
def test_anything_may_be_asked_for(number: str) -> None:
    found = CROWD.find(number)
    assert found is None or number in numbers_of(found)


def test_nobody_has_the_number_of_anybody_else(ten_thousand: list[Person]) -> None:
    numbers = [number for person in ten_thousand for number in numbers_of(person)]
    assert len(numbers) == len(set(numbers))


def test_nobody_has_a_number_of_the_people_with_names(people: tuple[Person, ...]) -> None:
    for person in people:
        assert not any(Crowd(LARGEST_CROWD, TODAY).find(number) for number in numbers_of(person))


def test_same_seed_is_the_same_crowd_and_another_seed_another_one() -> None:
    assert Crowd(10, TODAY).person(7) == CROWD.person(7)
    assert Crowd(10, TODAY, seed=1).person(7) != CROWD.person(7)
    other = Crowd(1000, TODAY, seed=41)
    assert all(other.find(person.number) == person for person in other)


def test_crowd_ends_where_it_is_told_to() -> None:
    beyond = CROWD.person(500)
    assert Crowd(500, TODAY).find(beyond.number) is None
    assert Crowd(501, TODAY).find(beyond.number) == beyond
    with pytest.raises(IndexError):
        Crowd(500, TODAY).person(500)
    with pytest.raises(IndexError):
        CROWD.person(-1)


@pytest.mark.parametrize("size", [-1, LARGEST_CROWD + 1])
def test_size_that_cannot_be_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="a crowd has"):
        Crowd(size, TODAY)


def test_sample_is_of_different_people_and_the_same_for_the_same_seed() -> None:
    drawn = [person.number for person in CROWD.sample(300, seed=3)]
    assert len(set(drawn)) == 300
    assert drawn == [person.number for person in CROWD.sample(300, seed=3)]
    assert drawn != [person.number for person in CROWD.sample(300, seed=4)]
    assert len(list(Crowd(5, TODAY).sample(9))) == 5


def test_names_are_composed_letters_and_of_all_lengths(ten_thousand: list[Person]) -> None:
    names = [person.full_name for person in ten_thousand]
    assert all(
        unicodedata.is_normalized("NFC", name) and re.fullmatch(r"[^\W\d_]+( [^\W\d_]+)+", name) for name in names
    )
    assert {len(name.split()) for name in names} == {2, 3, 4, 6}
    assert len(set(names)) > 9000


def test_people_are_of_all_ages_areas_and_dates(ten_thousand: list[Person]) -> None:
    ages = [(TODAY - person.date_of_birth).days // 365 for person in ten_thousand]
    assert 0.1 < sum(age < 6 for age in ages) / len(ages) < 0.25
    assert max(ages) >= 90
    cards = [person.insurance for person in ten_thousand if person.insurance and person.insurance.card_number]
    assert {card.area for card in cards} == {"", "K1", "K2", "K3"}
    births = {len(card.registered_birth) for card in cards}
    assert {0, len("1950"), len("05/1950")} <= births
    five_years = [card.five_year_date for card in cards if card.five_year_date]
    assert min(five_years) < TODAY < max(five_years)
    assert any(card.five_year_date is None for card in cards)
    ends = {card.valid_to for card in cards if card.code == "000"}
    assert {TODAY + timedelta(days=days) for days in (-1, 0, 1)} <= ends


def test_new_card_begins_when_its_code_says(ten_thousand: list[Person]) -> None:
    for person in ten_thousand:
        card = person.insurance
        if card is None or card.code not in {"003", "004"}:
            continue
        assert card.valid_to is not None
        assert card.next_valid_from is not None
        assert card.next_valid_from > card.valid_to
        assert (card.valid_to < TODAY) == (card.code == "003")
        assert card.next_number != card.card_number


def test_some_new_cards_are_not_in_force_yet(ten_thousand: list[Person]) -> None:
    begins = [
        person.insurance.next_valid_from > TODAY
        for person in ten_thousand
        if person.insurance and person.insurance.code == "003" and person.insurance.next_valid_from
    ]
    assert set(begins) == {True, False}


def test_child_without_a_card_is_a_child(ten_thousand: list[Person]) -> None:
    children = [person for person in ten_thousand if code_of(person) == "130"]
    assert all((TODAY - person.date_of_birth).days < 2 * 365 for person in children)


def test_misspelt_name_keeps_its_initials_only_where_the_code_says_so(ten_thousand: list[Person]) -> None:
    def initials(name: str) -> list[str]:
        return [unicodedata.normalize("NFD", word)[0].replace("Đ", "D") for word in name.split()]

    for person in ten_thousand:
        if code_of(person) in {"060", "061"}:
            assert person.insurance is not None
            registered = person.insurance.registered_name
            assert registered != person.full_name
            assert (initials(registered) == initials(person.full_name)) == (code_of(person) == "061")
