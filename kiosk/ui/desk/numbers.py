"""Numbers as they are read: masked, in groups, with the marks of the language. Pure."""

from kiosk.privacy import mask_number
from kiosk.text import Language

NOTHING = "—"
"""Where a value is not known."""


def shown_number(number: str, *, whole: bool) -> str:
    """A number as the panel shows it: masked, or in groups of three."""
    if not whole:
        return mask_number(number)
    if len(number) == _PERSONAL_DIGITS and number.isdecimal():
        return " ".join(number[at : at + 3] for at in range(0, len(number), 3))
    return spaced_card(number)


_PERSONAL_DIGITS = 12


def spaced_card(number: str) -> str:
    """A card's number as it is read aloud: `DN 4 99 0000000123`."""
    if len(number) != _LONG_CARD:
        return number
    return f"{number[:2]} {number[2]} {number[3:5]} {number[5:]}"


_LONG_CARD = 15


def decimal(number: str, language: Language) -> str:
    """`0,4` of `0.4`, where the language writes so."""
    return number.replace(".", ",") if language is Language.VI else number


def seconds_words(seconds: float, language: Language) -> str:
    """`0,4 s`."""
    return f"{decimal(f'{seconds:.1f}', language)} s"


def percent_words(permille: int, language: Language) -> str:
    """`80 %`, `47,5 %`."""
    whole, tenths = divmod(permille, 10)
    return f"{decimal(f'{whole}.{tenths}', language) if tenths else whole} %"


def count_words(count: int, language: Language) -> str:
    """`12.345`, in English `12,345`: how many, never which one."""
    return f"{count:,}".replace(",", "." if language is Language.VI else ",")


def dong_words(vnd: int, language: Language) -> str:
    """`1.240.000 đ`."""
    return f"{count_words(vnd, language)} đ"
