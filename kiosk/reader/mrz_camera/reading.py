"""Picture -> zone: both eyes read, and what they do not agree on only a check digit may decide.

Check digits add up values modulo ten, so that K and `<`, G and 6, S and 8, F and P, M and W, L and 1 … change none of
them [ICAO 9303-3 §4.9]; and names, states and the sex have none at all. So a zone is taken only where

- OCR-B's shapes and Tesseract agree on every character, by the kind of its place (a letter's O is a date's 0); fillers,
  which Tesseract cannot read, are seen by their shape alone, with a wide margin;
- but for a few places that a check digit covers, where they disagree, one choice alone makes all check digits hold;
- every check digit holds, dates are dates, the names are words, and a citizen's number, birth year and sex agree.

Everything else is not read: a patient lays the card again, nobody gets a wrong name.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, product
from math import prod
from typing import cast

from PIL import Image

from kiosk.privacy import Personal
from kiosk.reader.document import Mrz, Sex
from kiosk.reader.emrtd.mrz import NO_EXPIRY, optional_check_holds, parse_mrz
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.mrz_camera.band import Strip, find_zones
from kiosk.reader.mrz_camera.comb import cut_places
from kiosk.reader.mrz_camera.engine import HEIGHTS_PX, WordReader
from kiosk.reader.mrz_camera.layout import CITIZEN_CARD, FILLER, LAYOUTS, LOOK_ALIKES, TD1, Layout, is_name_field
from kiosk.reader.mrz_camera.shapes import CHARACTERS, Likeness, compare

_FILLER_MARGIN = 0.08  # by which a filler is liker than any other character: none was ever seen with less
_LEAST_LIKENESS = 0.45
_LINE_LIKENESS = 0.6
_CLOSE = 0.12  # how much less like a character may be that is still possible, where nothing was read there
_CLOSE_TO_READ = 0.05  # and where something was
_MOST_OPEN = 4
_MOST_CHOICES = 64


@dataclass(frozen=True, slots=True, repr=False)
class _Line(Personal):
    """One line: its picture, where its characters are, and how like each is to what."""

    strip: Strip
    places: tuple[float, ...]
    likenesses: tuple[Likeness, ...]

    @property
    def likeness(self) -> float:
        """The mean of how like each character is to its likest."""
        return sum(max(one.scores) for one in self.likenesses) / len(self.likenesses)

    @property
    def fillers(self) -> list[bool]:
        """Which places surely hold a filler."""
        return [_is_filler(one) for one in self.likenesses]


@dataclass(frozen=True, slots=True, repr=False)
class ReadZone(Personal):
    """A zone that was read: its text, lines joined by line breaks, and what it says."""

    text: str
    mrz: Mrz


def read_zone(gray: Image.Image, words: WordReader, today: date | None = None) -> ReadZone | None:
    """The machine-readable zone of a gray picture; None where none is read beyond doubt.

    `today` settles the century of births (default: the system's date).
    """
    slices = read_in_slices(gray, words, today)
    while True:
        try:
            next(slices)
        except StopIteration as end:
            return cast(ReadZone | None, end.value)


def read_in_slices(
    gray: Image.Image, words: WordReader, today: date | None = None
) -> Generator[None, None, ReadZone | None]:
    """The same in pieces of some ten milliseconds each: it yields whenever something else may have its turn."""
    for strips in find_zones(gray):
        yield
        for layout in LAYOUTS:
            lines = (yield from _lines(strips, layout)) if layout.lines == len(strips) else None
            if lines and (found := (yield from _read(lines, layout, words, today))):
                return found
    return None


def _lines(strips: Sequence[Strip], layout: Layout) -> Generator[None, None, list[_Line] | None]:
    """The lines in their characters; None where they have not as many as this form."""
    lines = []
    for strip in strips:
        places = cut_places(strip, layout.width)
        if places is None:
            return None
        line = _Line(strip, places, compare(strip, places))
        if line.likeness < _LINE_LIKENESS:
            return None
        lines.append(line)
        yield
    return lines


def _read(
    lines: Sequence[_Line], layout: Layout, words: WordReader, today: date | None
) -> Generator[None, None, ReadZone | None]:
    firsts = [one for line in lines for one in line.likenesses]
    if layout is TD1 and _begins(firsts, "IDVNM"):
        layout = CITIZEN_CARD
    seconds = []
    for line in lines:
        seconds.append(words.read(line.strip, line.places, line.fillers))
        yield
    choices = _choices(firsts, seconds, layout)
    # A letter that Tesseract left out or misread may be read from a picture of another size.
    doubtful = {at // layout.width for at, few in enumerate(choices) if len(few) != 1 and not layout.covered[at]}
    for at in sorted(doubtful):
        line = lines[at]
        seconds[at] = words.read(line.strip, line.places, line.fillers, HEIGHTS_PX[1])
        yield
    return _decide(_choices(firsts, seconds, layout) if doubtful else choices, layout, today)


def _begins(likenesses: Sequence[Likeness], text: str) -> bool:
    return all(one.best(CHARACTERS)[0] == wanted for one, wanted in zip(likenesses, text, strict=False))


def _choices(firsts: Sequence[Likeness], seconds: Sequence[Sequence[str]], layout: Layout) -> list[str]:
    """For each place what may stand there: one character where both eyes agree, none, or all that are possible."""
    each = zip(firsts, chain.from_iterable(seconds), layout.kinds, strict=True)
    return [_choice(first, second, kind) for first, second, kind in each]


def _choice(first: Likeness, second: str, kind: str) -> str:
    if _is_filler(first):
        return FILLER if FILLER in kind and not second else ""
    likest = first.best(kind)[0]
    if likest == FILLER or first.of(likest) < _LEAST_LIKENESS:
        return ""
    seen = _of_kind(second, kind)
    if seen == likest:
        return likest
    others = sorted((one for one in kind if one not in (likest, FILLER)), key=first.of, reverse=True)
    reach = _CLOSE_TO_READ if seen else _CLOSE
    close = [one for at, one in enumerate(others) if first.of(likest) - first.of(one) < reach or (at == 0 and not seen)]
    return "".join(dict.fromkeys([likest, *close, *seen]))


def _is_filler(first: Likeness) -> bool:
    likest, margin = first.best(CHARACTERS)
    return likest == FILLER and margin > _FILLER_MARGIN


def _of_kind(second: str, kind: str) -> str:
    """What Tesseract read as the kind of the place has it; empty where that cannot stand there."""
    if second in kind:
        return second
    alike = [digit for digit, letters in LOOK_ALIKES.items() if second and second in letters]
    alike += LOOK_ALIKES.get(second, "")
    return next((one for one in alike if one in kind), "")


def _decide(choices: Sequence[str], layout: Layout, today: date | None) -> ReadZone | None:
    """The one text that the choices leave, if exactly one is a valid zone."""
    if not all(choices):
        return None
    several = [at for at, places in enumerate(choices) if len(places) > 1]
    if len(several) > _MOST_OPEN or any(not layout.covered[at] for at in several):
        return None
    if prod(len(choices[at]) for at in several) > _MOST_CHOICES:
        return None
    texts = ("".join(text) for text in product(*choices))
    valid = [zone for text in texts if (zone := _valid(text, layout, today))]
    return valid[0] if len(valid) == 1 else None


def _is_of_one_citizen(mrz: Mrz) -> bool:
    """Whether the numbers are one, and the citizen's says the same birth year and sex as the zone does.

    Elsewhere a number that disagrees is a doubt and no more. Here it may as well be a misread digit that its check
    digit missed; and such a card can still be read by its chip or its code.
    """
    number, sex = mrz.personal_number, mrz.sex
    if number is None or number[3:] != mrz.document_number or number[4:6] != mrz.date_of_birth_raw[:2]:
        return False
    return sex is (Sex.FEMALE if int(number[3]) % 2 else Sex.MALE)


def _valid(text: str, layout: Layout, today: date | None) -> ReadZone | None:
    try:
        mrz = parse_mrz(text, today)
    except MalformedError:
        return None
    if not optional_check_holds(text) or not is_name_field(text[slice(*layout.names)]):
        return None
    has_birth = mrz.date_of_birth is not None or not mrz.date_of_birth_raw.strip(FILLER)
    has_expiry = mrz.date_of_expiry is not None or mrz.date_of_expiry_raw == NO_EXPIRY
    if not (has_birth and has_expiry and mrz.nationality and mrz.issuing_state and mrz.document_number):
        return None
    if layout is CITIZEN_CARD and not _is_of_one_citizen(mrz):
        return None
    return ReadZone("\n".join(text[at : at + layout.width] for at in range(0, len(text), layout.width)), mrz)
