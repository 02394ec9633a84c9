"""What the person's panel says, in words: made from a session or a kept visit, shown as it is. Types only."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.privacy import Personal
from kiosk.reader.document import FaceImage
from kiosk.ui.theme.palette import Tone


@dataclass(frozen=True, slots=True, repr=False)
class Said(Personal):
    """A few words with their tone; None steps back."""

    words: str
    tone: Tone | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class CheckLine(Personal):
    """One check of the chip: its name, how it ended, and why where it did not simply pass."""

    name: str
    ended: Said
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Line(Personal):
    """A label and its value; `tone`: somebody has to look."""

    label: str
    value: str
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Compared(Personal):
    """A difference: the field, what the document says, what the card says, how grave that is."""

    field: str
    document: str
    card: str
    grade: Said


@dataclass(frozen=True, slots=True, repr=False)
class InsuranceFacts(Personal):
    """The lookup's part. `asked` says when, how long and in whose name; dates are the time line's."""

    asked: str
    number: str
    status: Said
    valid_from: date | None
    valid_to: date | None
    today: date
    five_years: date | None
    lines: tuple[Line, ...]
    compared: tuple[Compared, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ShareFacts(Personal):
    """Who pays: each side's words and percent, the fund's part from 0 to 1, and where nothing is to be paid."""

    fund: Line
    patient: Line
    part: float
    note: str


@dataclass(frozen=True, slots=True, repr=False)
class DecisionFacts(Personal):
    """The verdict, what it comes to, why, on what ground, what to do now, and who pays (None: nobody can say)."""

    verdict: Said
    headline: str
    reasons: tuple[str, ...]
    ground: str
    action: str
    share: ShareFacts | None = None


@dataclass(frozen=True, slots=True, repr=False)
class PersonFacts(Personal):
    """Everything of one person. `number` is whole: the panel masks it until it is asked for.

    `insurance` and `decision` None: not known yet, or at all.
    """

    name: str
    line: str
    number_label: str
    number: str
    address: str
    face: FaceImage | None
    badges: tuple[Said, ...]
    checks: tuple[CheckLine, ...]
    doubts: tuple[str, ...]
    insurance: InsuranceFacts | None
    decision: DecisionFacts | None
    history: tuple[Line, ...] = ()
    kept_since: datetime | None = None
