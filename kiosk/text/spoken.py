"""Tickets as they are spoken: a voice reads `A042` as a word, and `042` as forty-two or worse."""

from kiosk.text import Language

_DIGITS = {
    Language.VI: ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"),
    Language.EN: ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}

_VIETNAMESE_LETTERS = {
    "A": "a", "B": "bê", "C": "xê", "D": "dê", "E": "e", "F": "ép", "G": "giê", "H": "hát", "I": "i", "J": "gi",
    "K": "ca", "L": "e lờ", "M": "em mờ", "N": "en nờ", "O": "o", "P": "pê", "Q": "quy", "R": "e rờ", "S": "ét",
    "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích", "Y": "i dài", "Z": "dét",
}  # fmt: skip
"""The letters' names; the voices that are to be had read a lone capital by chance."""


def spoken_ticket(ticket: str, language: Language) -> str:
    """Letter by letter and digit by digit, as a hall calls it: `A042` is "a, không bốn hai".

    Digits one by one cannot be misheard as another number (mươi, mười); what is neither letter nor digit is a pause.
    """
    parts: list[str] = []
    digits: list[str] = []
    for sign in ticket:
        if sign.isascii() and sign.isdecimal():
            digits.append(_DIGITS[language][int(sign)])
            continue
        if digits:
            parts.append(" ".join(digits))
            digits = []
        if sign.isalpha():
            parts.append(_VIETNAMESE_LETTERS.get(sign.upper(), sign) if language is Language.VI else sign)
    if digits:
        parts.append(" ".join(digits))
    return ", ".join(parts)
