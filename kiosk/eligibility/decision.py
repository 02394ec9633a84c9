"""What the answer means for this visit. Types only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.lookup.answer import NextCard
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
    CHECK_ROUTE = "check-route"
    CHECK_DOCUMENT = "check-document"


class Field(StrEnum):
    """What of a person is compared; its word is `decision.field.<value>`."""

    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"


class Grade(StrEnum):
    """How grave a difference is.

    UNKNOWN: one side does not say. SLIGHT: probably one spelling of the same. NOTABLE: the card wants to be corrected.
    GRAVE: another person, until staff know better.
    """

    UNKNOWN = "unknown"
    SLIGHT = "slight"
    NOTABLE = "notable"
    GRAVE = "grave"


@dataclass(frozen=True, slots=True, repr=False)
class Difference(Personal):
    """What the document says of a person and what the insurance card says, each as it was written."""

    field: Field
    document: str
    card: str
    grade: Grade


@dataclass(frozen=True, slots=True, repr=False)
class Reason(Personal):
    """One reason of a decision: the key of its sentence, and what the sentence names.

    The sentence of `trouble.<kind>` is `decision.trouble.<kind>`, of any other code `decision.reason.<code>`.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def sentence(self, language: Language) -> str:
        """For staff: may name dates, codes and what two documents say."""
        key = self.code if self.code.startswith("trouble.") else f"reason.{self.code}"
        return say(f"decision.{key}", language, **dict(self.values))


@dataclass(frozen=True, slots=True, repr=False)
class Decision(Personal):
    """The verdict, why, and what follows from it.

    `benefit_percent` is what the fund pays inside its scope, rounded down (None: not covered or not known), and
    `fund_permille` the same exactly; `route` is the provisional MA_DOITUONG_KCB [Decision 3276/2025]; `card_number`,
    `valid_to` and `facility` are for slip and screen; `action` is what the desk does about the gravest reason;
    `differences` are between document and card, for staff only; `next_card` is the one issued to follow the card that
    counts today, never to be used before its day; `no_co_pay_below_vnd`: a whole visit that costs less is
    without co-pay (None: that does not apply). `co_pay_this_year_vnd` is what the portal counts as co-paid so far and
    `co_pay_limit_vnd` what has at least to be exceeded (None: not known); both are for the screen and not kept.
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
    fund_permille: int | None = None
    no_co_pay_below_vnd: int | None = None
    differences: tuple[Difference, ...] = ()
    next_card: NextCard | None = None
    co_pay_this_year_vnd: int | None = None
    co_pay_limit_vnd: int | None = None
