"""Texts for codes: invented names from Vietnamese syllables, citizen payloads of both kinds, and each accented letter.

Nobody's: the syllables are put together here, the numbers begin with province codes that do not exist (900-999).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from unicodedata import normalize

from kiosk.fonts import VIETNAMESE_LETTERS
from kiosk.privacy import Personal

REGRESSION = "842086167913||Lâm Xuân Nhung|13091976|Nam|Thôn 3, Xã Ea Kly, Krông Pắc, Đắk Lắk|23032023"
"""A text whose marks zbar takes for Chinese unless it is asked for bytes."""

_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_ONSETS = ("", "b", "c", "ch", "d", "đ", "g", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t",
           "th", "tr", "v", "x")  # fmt: skip
# What stands before the letter that bears the tone, that letter, what follows it.
_RIMES = tuple(
    tuple(rime.split("-"))
    for rime in (
        "-a-", "-a-n", "-a-ng", "-a-nh", "-a-i", "-a-o", "-ă-m", "-ă-ng", "-ă-c", "-â-n", "-â-m", "-â-u", "-â-y",
        "-e-", "-e-n", "-e-o", "-ê-", "-ê-nh", "-ê-u", "-i-", "-i-nh", "-i-m", "i-ê-n", "i-ê-u", "-o-", "-o-ng",
        "-o-i", "o-a-", "o-a-n", "o-a-i", "-ô-", "-ô-ng", "-ô-i", "-ơ-", "-ơ-n", "-ơ-i", "-u-", "-u-ng", "-u-i",
        "u-ô-i", "u-ô-ng", "u-â-n", "u-y-", "u-y-nh", "-ư-", "-ư-ng", "ư-ơ-ng", "ư-ơ-i", "-y-",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Written(Personal):
    """A text and how a code holds it: `segments` as segno takes them, (part, mode); with or without an ECI."""

    text: str
    segments: tuple[tuple[str, str], ...]
    eci: bool
    kind: str


def letter_texts() -> Iterator[Written]:
    """Each accented letter composed and decomposed, with and without ECI, in one segment and in several."""
    for letter, form, eci in product(VIETNAMESE_LETTERS, ("NFC", "NFD"), (False, True)):
        name = normalize("NFC" if form == "NFC" else "NFD", f"L{letter}m")
        parts = (
            ("999090000123", "numeric"),
            ("||", "byte"),
            (f"{name}|", "byte"),
            ("15011990", "numeric"),
            ("|Nam|", "byte"),
            ("MAU 12/3", "alphanumeric"),
            ("|10052021", "byte"),
        )
        text = "".join(part for part, _ in parts)
        coding = f"{form}, {'ECI' if eci else 'no ECI'}"
        yield Written(text, ((text, "byte"),), eci, f"letter, {coding}, one segment")
        yield Written(text, parts, eci, f"letter, {coding}, mixed segments")


def texts(count: int, seed: int) -> Iterator[Written]:
    """`count` different texts in turns: a name, a citizen payload of 2021, one of 2024; some NFD, some with ECI."""
    seen: set[str] = set()
    at = 0
    while len(seen) < count:
        draw = Random(f"{seed}:{at}")
        at += 1
        kind = ("name", "citizen 2021", "citizen 2024")[len(seen) % 3]
        text = name(draw) if kind == "name" else citizen(draw, of_2024=kind == "citizen 2024")
        if draw.random() < 0.2:
            text = normalize("NFD", text)
        if text in seen:
            continue
        seen.add(text)
        number, bar, rest = text.partition("|")
        mixed = kind != "name" and draw.random() < 0.3
        segments = ((number, "numeric"), (bar + rest, "byte")) if mixed else ((text, "byte"),)
        yield Written(text, segments, draw.random() < 0.2, kind)


def name(draw: Random) -> str:
    """A full name of three or four invented syllables, as it is written: `Trường Uyên Khải`."""
    return " ".join(_syllable(draw).capitalize() for _ in range(draw.choice((3, 3, 3, 4))))


def citizen(draw: Random, *, of_2024: bool = False, longest: int = 400) -> str:
    """The text of a citizen card's code: seven fields, four more on a card of 2024, mostly empty."""
    born, issued = _date(draw, 1940, 2015), _date(draw, 2024 if of_2024 else 2021, 2026 if of_2024 else 2024)
    while True:
        fields = [
            f"9{draw.randrange(10**11):011}",
            f"{draw.randrange(10**9):09}" if draw.random() < 0.5 else "",
            name(draw),
            born,
            draw.choice(("Nam", "Nữ")),
            _residence(draw),
            issued,
        ]
        if of_2024:
            parents = (name(draw), name(draw)) if draw.random() < 0.2 else ("", "")
            fields += ["", "", *parents]
        text = "|".join(fields)
        if len(text.encode()) <= longest:
            return text


def _residence(draw: Random) -> str:
    places = ", ".join(
        f"{kind} {_syllable(draw).capitalize()} {_syllable(draw).capitalize()}"
        for kind in draw.choice((("Xã", "Huyện"), ("Phường", "Quận"), ("Phường",)))
    )
    return f"{draw.choice(('Số', 'Thôn', 'Tổ', 'Ấp'))} {draw.randint(1, 300)}, {places}"


def _date(draw: Random, first: int, last: int) -> str:
    return f"{draw.randint(1, 28):02}{draw.randint(1, 12):02}{draw.randint(first, last)}"


def _syllable(draw: Random) -> str:
    before, vowel, after = draw.choice(_RIMES)
    return normalize("NFC", draw.choice(_ONSETS) + before + vowel + draw.choice(_TONES) + after)
