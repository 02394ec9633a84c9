"""What the answer means for this visit. Types only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.privacy import Personal
from kiosk.text import Language, say


class Verdict(StrEnum):
    """What reception does with the insurance card."""

    COVERED = "covered"
    ATTENTION = "attention"
    SELF_PAY = "self-pay"
    ASK_STAFF = "ask-staff"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, repr=False)
class Reason(Personal):
    """One reason of a decision: the key of its sentence under `decision.reason`, and what the sentence names."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def sentence(self, language: Language) -> str:
        """For staff: may name dates and codes."""
        return say(f"decision.reason.{self.code}", language, **dict(self.values))


@dataclass(frozen=True, slots=True, repr=False)
class Decision(Personal):
    """The verdict, why, and what follows from it.

    `benefit_percent` is what the fund pays inside its scope (None: not covered or not known); `route` is the
    provisional MA_DOITUONG_KCB [Decision 3276/2025]; `card_number`, `valid_to` and `facility` are for slip and screen.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    benefit_percent: int | None = None
    route: str = ""
    card_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    facility: str = ""
    area: str = ""
