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


class Action(StrEnum):
    """What the desk does next; its sentence is `decision.action.<value>`."""

    USE_CARD = "use-card"
    CHECK_PAPER_CARD = "check-paper-card"
    CHECK_NUMBER = "check-number"
    CHECK_PERSON = "check-person"
    CHECK_FACILITY = "check-facility"
    PAY_OR_PROVE = "pay-or-prove"
    HELP_CHILD = "help-child"
    ADMIT_AND_ASK_AGAIN = "admit-and-ask-again"
    CALL_ADMINISTRATOR = "call-administrator"
    ASK_PATIENT = "ask-patient"


@dataclass(frozen=True, slots=True, repr=False)
class Reason(Personal):
    """One reason of a decision: the key of its sentence, and what the sentence names.

    The sentence of `trouble.<kind>` is `decision.trouble.<kind>`, of any other code `decision.reason.<code>`.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def sentence(self, language: Language) -> str:
        """For staff: may name dates and codes."""
        key = self.code if self.code.startswith("trouble.") else f"reason.{self.code}"
        return say(f"decision.{key}", language, **dict(self.values))


@dataclass(frozen=True, slots=True, repr=False)
class Decision(Personal):
    """The verdict, why, and what follows from it.

    `benefit_percent` is what the fund pays inside its scope (None: not covered or not known); `route` is the
    provisional MA_DOITUONG_KCB [Decision 3276/2025]; `card_number`, `valid_to` and `facility` are for slip and screen;
    `action` is what the desk does about the gravest reason.
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
    action: Action = Action.ASK_PATIENT
