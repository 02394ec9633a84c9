"""What the insurance fund pays, from the number on the card."""

import re

_FULL_NUMBER = re.compile(r"[A-Z]{2}[1-5][0-9]{12}")
_SHORT_NUMBER = re.compile(r"[0-9]{10}")

PERCENT_OF_DIGIT = {"1": 100, "2": 100, "3": 95, "4": 80, "5": 100}
"""Benefit digit -> percent inside the fund's scope: 1 without ratio limits, 2 with, 5 outside the scope as well.

[Decision 1351/QD-BHXH 2015 art. 2; Law on Health Insurance art. 22]
"""


def benefit_percent(card_number: str) -> int | None:
    """Percent by the third character; None where the number does not say (ten digits, an odd form)."""
    return PERCENT_OF_DIGIT[card_number[2]] if _FULL_NUMBER.fullmatch(card_number) else None


def is_card_number(card_number: str) -> bool:
    """Whether the number has one of the two forms in use: 15 characters, or the ten digits of newer cards."""
    return bool(_FULL_NUMBER.fullmatch(card_number) or _SHORT_NUMBER.fullmatch(card_number))
