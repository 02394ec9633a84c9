"""What a gun brought: a whole code, keys that were a hand's, or something that goes nowhere. Types only."""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.privacy import Personal


class Way(StrEnum):
    """How a gun's code came in."""

    KEYS = "keys"
    INPUT_METHOD = "input-method"
    SERIAL = "serial"
    SERIAL_OTHER = "serial-other"


class Damage(StrEnum):
    """What happened to a code on its way, where that is certain.

    CAPS_LOCK, LAYOUT and CODE_PAGE were undone. REWRITTEN: an input method changed it. LETTERS_LOST: nothing proves
    that its letters with marks are those of the code, so no name is taken from it.
    """

    CAPS_LOCK = "caps-lock"
    LAYOUT = "layout"
    CODE_PAGE = "code-page"
    REWRITTEN = "rewritten"
    LETTERS_LOST = "letters-lost"


@dataclass(frozen=True, slots=True, repr=False)
class Scan(Personal):
    """A whole code; `UNKNOWN` stands in its text for each field that is damaged, so that it is read as a doubt.

    `came` is the text as it came; so many of its first keys were `leaked`: handed back as a hand's before it was
    clear that a gun typed. Two scans are the same when their codes are.
    """

    text: str
    came: str = field(default="", compare=False)
    way: Way = field(default=Way.KEYS, compare=False)
    damages: tuple[Damage, ...] = field(default=(), compare=False)
    leaked: int = field(default=0, compare=False)


UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""No name and no address holds it."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys(Personal):
    """Keys that were no scan, to be handed back to where they were typed."""

    text: str


class Fault(StrEnum):
    """Why something scanned was thrown away."""

    HALF = "half"
    IMPLAUSIBLE = "implausible"
    TOO_LONG = "too-long"
    TOO_SOON = "too-soon"
    NOT_UTF8 = "not-utf8"


@dataclass(frozen=True, slots=True)
class Discarded:
    """Something scanned that goes nowhere."""

    fault: Fault


Heard = Scan | Keys | Discarded
