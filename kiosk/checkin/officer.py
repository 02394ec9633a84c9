"""What is known of an officer, and what happens at a desk's duty. Types only; `officers` keeps them."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.lookup.options import Officer
from kiosk.privacy import Personal


class Happened(StrEnum):
    """What a row of the duty log says. `TRIED` is written before a PIN is looked at, whatever comes of it.

    `BROUGHT` is in a desk's own file alone: what stands before it is in the shared log.
    """

    ADDED = "added"
    REMOVED = "removed"
    PIN_SET = "pin-set"
    TRIED = "tried"
    REFUSED = "refused"
    PAUSED = "paused"
    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    RELIEVED = "relieved"
    IDLE = "idle"
    CLOSED = "closed"
    BROUGHT = "brought"


@dataclass(frozen=True, slots=True, repr=False)
class ListedOfficer(Personal):
    """Who may sign in, as the desk lists them."""

    short_code: str
    full_name: str


@dataclass(frozen=True, slots=True, repr=False)
class KeptOfficer(Personal):
    """An officer with everything but the PIN. `number` has 12 digits; `active` is False for who was removed."""

    officer_id: str
    short_code: str
    full_name: str
    number: str
    active: bool = True

    @property
    def for_gateway(self) -> Officer:
        """As the gateway is told."""
        return Officer(self.full_name, self.number)


@dataclass(frozen=True, slots=True)
class Refused:
    """Name and PIN do not belong together, or it was tried too often: nothing says which. `wait_s`: until the next."""

    wait_s: float = 0.0


@dataclass(frozen=True, slots=True, repr=False)
class DutyEntry(Personal):
    """A row of the log; `full_name` is empty where a name was tried that nobody has."""

    at: datetime
    full_name: str
    happened: Happened


def initials_of(full_name: str) -> str:
    """`Đào Thị Tiếp Đón` -> `dttd`; `nv` where a name has no letter of the Latin alphabet."""
    return "".join(word[0] for word in plain(full_name).split() if word[0].isascii() and word[0].isalnum())[:8] or "nv"


def plain(text: str) -> str:
    """Lower case without marks, as somebody types who looks for a name."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def by_given_name(full_name: str) -> tuple[str, str]:
    """As Vietnamese lists are ordered: by the last word, then by the rest."""
    words = plain(full_name).split()
    return "".join(words[-1:]), " ".join(words)
