"""CheckIn -> blocks: what stands on a slip, in the order in which it is read, for any paper.

The raster for thermal paper and a page for office printers are made from the same blocks, and tests compare these.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn, Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.privacy import Personal
from kiosk.slip.visit_code import visit_code
from kiosk.text import Language, say


class Weight(StrEnum):
    """How strong letters are."""

    REGULAR = "regular"
    SEMIBOLD = "semibold"
    BOLD = "bold"


@dataclass(frozen=True, slots=True, repr=False)
class Text(Personal):
    """Centred lines. `size_pt` is the size of the letters; a text wider than the paper wraps.

    `lines`: above so many lines the letters become smaller, down to two thirds; nothing is ever cut off.
    """

    text: str
    size_pt: float
    weight: Weight = Weight.REGULAR
    lines: int = 2


@dataclass(frozen=True, slots=True)
class Number:
    """The ticket number: as large as the paper lets it, at most `size_pt` high capitals and digits."""

    text: str
    size_pt: float


@dataclass(frozen=True, slots=True, repr=False)
class Pair(Personal):
    """A row of the table: a quiet label on the left, its value on the right, a hairline above all but the first."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Band:
    """A mark that staff must not overlook: white on a black bar (`solid`), or inside a frame."""

    text: str
    size_pt: float
    note: str = ""
    solid: bool = True


@dataclass(frozen=True, slots=True)
class Code:
    """A QR on the left and what to know beside it."""

    text: str
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Space:
    """Air, in points."""

    size_pt: float


Block = Text | Number | Pair | Band | Code | Rule | Space

_LABEL_PT = 8.5
_TITLE_PT = 10.5
_NUMBER_PT = 92.0
_ROOM_PT = 20.0
_SERVICE_PT = 13.5
_WAY_PT = 10.0


def lay_out(check_in: CheckIn, clinic: Clinic, language: Language, *, training: bool) -> tuple[Block, ...]:
    """The slip of a check-in; all texts NFC and free of control characters."""
    return tuple(
        chain(
            _marks(check_in, language, training=training),
            _head(clinic, language),
            _call(check_in, language),
            _person(check_in, language),
            _foot(check_in, language),
        )
    )


def _marks(check_in: CheckIn, language: Language, *, training: bool) -> tuple[Block, ...]:
    marks: list[Block] = []
    if training:
        marks += [Band(_say("training", language), 36, _say("training-note", language)), Space(7)]
    if check_in.reprints:
        marks += [Band(_say("reprint", language, count=check_in.reprints), 13, solid=False), Space(7)]
    return tuple(marks)


def _head(clinic: Clinic, language: Language) -> tuple[Block, ...]:
    return (
        Text(_clean(clinic.name[language]), _TITLE_PT, Weight.BOLD),
        Text(_clean(clinic.department[language]), _LABEL_PT),
        Space(4),
        Rule(),
        Space(9),
    )


def _call(check_in: CheckIn, language: Language) -> tuple[Block, ...]:
    service = check_in.service
    room = (
        Text(_say("number", language), _WAY_PT),
        Space(7),
        Number(_clean(check_in.ticket), _NUMBER_PT),
        Space(9),
        Text(_clean(service.room.name[language]), _ROOM_PT, Weight.BOLD),
        Text(_clean(service.name[language]), _SERVICE_PT, Weight.SEMIBOLD),
        Space(1),
        Text(_clean(service.room.place[language]), _WAY_PT),
    )
    if check_in.priority is Priority.NONE:
        return (*room, Space(9), Rule())
    reason = _say(f"priority.{check_in.priority.value}", language)
    return (*room, Space(7), Band(_say("priority-band", language, reason=reason), 12), Space(2))


def _person(check_in: CheckIn, language: Language) -> tuple[Block, ...]:
    taken = in_clinic(check_in.created_at)
    rows = {
        "name": _clean(check_in.full_name),
        "birth-year": str(check_in.birth_year or ""),
        "insurance-label": _insurance(check_in.decision, language),
        "taken": _say("taken-at", language, time=f"{taken:%H:%M}", date=f"{taken:%d/%m/%Y}"),
    }
    pairs = (Pair(_say(label, language), value) for label, value in rows.items() if value)
    return (*pairs, Rule())


def _foot(check_in: CheckIn, language: Language) -> tuple[Block, ...]:
    visit = check_in.visit_id[:8].upper()
    beside = (_say("keep", language), _say("visit", language, visit=visit))
    return (Space(8), Code(visit_code(check_in.visit_id), beside))


def _insurance(decision: Decision, language: Language) -> str:
    """Neutral words: paper is read by neighbours too."""
    if decision.verdict is Verdict.COVERED and decision.benefit_percent is not None:
        return _say("insurance.covered-percent", language, percent=decision.benefit_percent)
    return _say(f"insurance.{decision.verdict.value}", language)


def _say(key: str, language: Language, **values: object) -> str:
    return _clean(say(f"slip.{key}", language, **values))


def _clean(text: str) -> str:
    """One line of NFC without control, format and private characters: they would move, hide or reverse letters."""
    composed = unicodedata.normalize("NFC", text)
    shown = (" " if c.isspace() else c for c in composed if c.isspace() or not unicodedata.category(c).startswith("C"))
    return " ".join("".join(shown).split())
