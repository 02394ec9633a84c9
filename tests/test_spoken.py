"""A hall hears each ticket as nothing but itself."""

from itertools import product
from string import ascii_uppercase

import pytest

from kiosk.text import Language
from kiosk.text.spoken import spoken_ticket


@pytest.mark.parametrize(
    ("ticket", "vi", "en"),
    [
        ("A042", "a, không bốn hai", "A, zero four two"),
        ("KN1000", "ca, en nờ, một không không không", "K, N, one zero zero zero"),
        ("X021-2", "ích, không hai một, hai", "X, zero two one, two"),
        ("", "", ""),
    ],
)
def test_ticket_is_spoken_letter_by_letter_and_digit_by_digit(ticket: str, vi: str, en: str) -> None:
    assert spoken_ticket(ticket, Language.VI) == vi
    assert spoken_ticket(ticket, Language.EN) == en


@pytest.mark.parametrize("language", Language)
def test_no_two_tickets_sound_the_same(language: Language) -> None:
    tickets = [f"{prefix}{number:03}" for prefix, number in product(ascii_uppercase, range(1, 40))]
    assert len({spoken_ticket(ticket, language) for ticket in tickets}) == len(tickets)
