"""What a slip consists of, in the order in which it is read, for any paper and without one."""

from dataclasses import dataclass

from kiosk.privacy import Personal
from kiosk.slip.logo import Logo
from kiosk.slip.page import Weight
from kiosk.slip.template import Align, Field


@dataclass(frozen=True, slots=True, repr=False)
class Meaning(Personal):
    """What a block says without its paper: `label` and `value` for a list, `said` as a sentence to be spoken."""

    field: Field
    label: str
    value: str
    said: str


@dataclass(frozen=True, slots=True, repr=False)
class Text(Personal):
    """Lines of their own. `size_pt` is the size of the letters; a text wider than the paper wraps.

    `lines`: above so many lines the letters become smaller, down to two thirds; nothing is ever cut off.
    """

    text: str
    size_pt: float
    weight: Weight = Weight.REGULAR
    lines: int = 2
    align: Align = Align.CENTRE
    means: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """The ticket number: as large as the paper lets it, at most in letters of `size_pt`."""

    text: str
    size_pt: float
    means: Meaning | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Pair(Personal):
    """A row of the table: a quiet label on the left, its value on the right, a hairline above all but the first.

    `also_label` and `also_value` stand smaller below: the same in the slip's second language, or a name in Latin
    letters.
    """

    label: str
    value: str
    also_label: str = ""
    also_value: str = ""
    size_pt: float = 9.5
    weight: Weight = Weight.SEMIBOLD
    means: Meaning | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Band(Personal):
    """What staff must not overlook: white on a black bar (`solid`), or in a frame; `notes` are small lines below it.

    Bar and frame are only as wide as their letters: across the paper they were what a serial line carries most of.
    """

    text: str
    size_pt: float
    notes: tuple[str, ...] = ()
    solid: bool = True
    weight: Weight = Weight.BOLD
    means: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A QR on the left, at most `side_mm` wide, and what to know beside it: the first text strong, the others quiet."""

    text: str
    beside: tuple[str, ...]
    side_mm: float = 15.0
    size_pt: float = 9.5
    means: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The clinic's logo."""

    logo: Logo
    height_mm: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Space:
    """Air, in points."""

    size_pt: float


Block = Text | Number | Pair | Band | Code | Picture | Rule | Space
