"""What rules look at and what they find."""

from dataclasses import dataclass
from datetime import date

from kiosk.eligibility.benefit import Exemption
from kiosk.eligibility.decision import Action, Difference, Reason, Verdict
from kiosk.eligibility.law.tables import Law
from kiosk.eligibility.route import Route
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity
from kiosk.lookup.answer import InsuranceCard
from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False)
class CardInUse(Personal):
    """The card that counts today: the one asked about or the one that replaced it."""

    number: str
    valid_from: date | None
    valid_to: date | None
    facility: str
    is_successor: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Case(Personal):
    """Everything that a rule may look at.

    `service_day`: the day that it was by the service's clock, where this computer's says another one.
    """

    identity: Identity
    code: str
    earlier_codes: tuple[str, ...]
    described: InsuranceCard
    card: CardInUse
    visit: Visit
    route: Route
    exemption: Exemption
    differences: tuple[Difference, ...]
    today: date
    law: Law
    service_day: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Finding(Personal):
    """What a rule found: at best this verdict, for this reason, with this to do."""

    verdict: Verdict
    reason: Reason
    action: Action


def remark(code: str, *values: tuple[str, str]) -> Finding:
    """Something good to know that changes nothing."""
    return Finding(Verdict.COVERED, Reason(code, values), Action.USE_CARD)


def attention(code: str, *values: tuple[str, str], action: Action = Action.USE_CARD) -> Finding:
    """The card can be used, but staff should know this."""
    return Finding(Verdict.ATTENTION, Reason(code, values), action)


def ask(code: str, action: Action, *values: tuple[str, str]) -> Finding:
    """Staff decide before insurance is used."""
    return Finding(Verdict.ASK_STAFF, Reason(code, values), action)


def self_pay(code: str, *values: tuple[str, str]) -> Finding:
    """No card counts today."""
    return Finding(Verdict.SELF_PAY, Reason(code, values), Action.PAY_OR_PROVE)


def on(day: date | None) -> tuple[tuple[str, str], ...]:
    """The value `date` of a sentence, `?` where it is not known."""
    return (("date", written(day)),)


def written(day: date | None) -> str:
    """`31/01/2026`, as documents write it."""
    return f"{day:%d/%m}/{day.year:04}" if day else "?"


def dong(vnd: int) -> str:
    """`14.040.000`, as amounts are written in Vietnam."""
    return f"{vnd:,}".replace(",", ".")


def covers(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day is within a card's dates, both included; a date that is not known covers nothing."""
    return first is not None and last is not None and first <= day <= last
