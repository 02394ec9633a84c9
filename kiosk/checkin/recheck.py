"""Who was admitted without a check and has to be asked about again, and what came of it. Types only."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.eligibility.decision import Decision
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, AskedBecause
from kiosk.privacy import Personal


class RecheckState(StrEnum):
    """Where an entry of the worklist stands; its words are `proof.recheck.<value>`.

    GIVEN_UP: nobody asks by machine any more; staff have to act. SET_ASIDE: staff did.
    """

    WAITING = "waiting"
    ASKING = "asking"
    VERIFIED = "verified"
    GIVEN_UP = "given-up"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class RecheckLimits:
    """How long a check is tried again: so many `tries`, so many `days`, whichever ends first.

    After a try without an answer an entry rests `rest_s`, doubled with each further one up to `longest_rest_s`: without
    patients meanwhile the service's return is noticed after that at the latest. A desk that took an entry and was not
    heard of for `lease_s` has lost it. What was kept to ask with is removed `forget_days` after an entry was given up.
    """

    tries: int = 100
    days: float = 5.0
    rest_s: float = 60.0
    longest_rest_s: float = 1800.0
    lease_s: float = 120.0
    forget_days: float = 30.0


@dataclass(frozen=True, slots=True, repr=False)
class WorklistEntry(Personal):
    """One visit whose card was not verified at its check-in; `why` is the last reason (`timeout`, `key-wrong`).

    `due_at` is the earliest moment of the next try, None when there is none to come.
    """

    visit_id: str
    business_day: date
    ticket: str
    service_code: str
    full_name: str
    birth_year: int | None
    state: RecheckState
    why: str
    attempts: int
    added_at: datetime
    tried_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class Claim(Personal):
    """An entry that this desk alone may ask about until its lease ends; `identity` is who.

    `visit` is what the first decision was made with; None: what the clinic's settings say.
    """

    visit_id: str
    business_day: date
    lease: str
    attempt: int
    identity: Identity
    visit: Visit | None = None


class ChangedField(StrEnum):
    """What of a decision changed; its word is `proof.changed.<value>`."""

    VERDICT = "verdict"
    REASON_GONE = "reason-gone"
    REASON_NEW = "reason-new"
    CARD_NUMBER = "card-number"
    VALID_FROM = "valid-from"
    VALID_TO = "valid-to"
    FACILITY = "facility"
    AREA = "area"
    BENEFIT_PERCENT = "benefit-percent"
    ROUTE = "route"


@dataclass(frozen=True, slots=True, repr=False)
class ChangedValue(Personal):
    """One thing that differs between two decisions; empty is absent. Verdicts and reasons are their codes."""

    field: ChangedField
    before: str
    after: str


@dataclass(frozen=True, slots=True, repr=False)
class Change(Personal):
    """A visit was decided anew: what was decided before, what now, and every difference in the order of the fields."""

    visit_id: str
    business_day: date
    ticket: str
    full_name: str
    because: AskedBecause
    decided_at: datetime
    before: Decision
    after: Decision
    differences: tuple[ChangedValue, ...]


class StaffWorklist(Protocol):
    """The same list as staff read it and act on it."""

    def entries(self, *, finished: bool = False) -> tuple[WorklistEntry, ...]:
        """Those who wait, are asked about or were given up, oldest first; `finished` adds what is done.

        Raises:
            KioskError: STORE_…
        """
        ...

    def changes(self, since: datetime) -> tuple[Change, ...]:
        """Every visit's later decision since a moment, oldest first, beside the one that it follows.

        Raises:
            KioskError: STORE_…
        """
        ...

    def ask_again(self, visit_id: str) -> bool:
        """Staff want a given-up entry to be tried once more from the beginning; False: there is none to ask about.

        Raises:
            KioskError: STORE_…
        """
        ...

    def set_aside(self, visit_id: str, reason: str = "") -> bool:
        """Staff dealt with an entry by hand: it leaves the list, and what was kept to ask with is removed.

        `reason` is an officer's own words, for the audit.

        Raises:
            KioskError: STORE_…
        """
        ...


class Worklist(Protocol):
    """The durable list of those who have to be asked about again, as the courier works through it."""

    def claim(self) -> Claim | None:
        """Takes the entry that is longest due, for this desk alone; None: none is due.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE (no data key) or KEY_WRONG (another one): the entry stays, not counted as
                tried; STORE_….
        """
        ...

    def settle(self, claim: Claim, answer: Answer, decision: Decision) -> bool:
        """Keeps the proof of the lookup; with an answer also the new decision, and the entry is done.

        False: the lease was lost meanwhile, and only the proof was kept.

        Raises:
            KioskError: STORE_…; nothing was kept.
        """
        ...

    def release(self, claim: Claim) -> None:
        """Gives an entry back that nobody was asked about; not counted as tried.

        Raises:
            KioskError: STORE_…
        """
        ...

    def make_due(self) -> None:
        """Ends every entry's rest: the service is back.

        Raises:
            KioskError: STORE_…
        """
        ...


def differences_of(before: Decision, after: Decision) -> tuple[ChangedValue, ...]:
    """Every difference between two decisions, in the order of `ChangedField`; reasons compare by code."""
    pairs = (
        (ChangedField.VERDICT, before.verdict.value, after.verdict.value),
        *_reasons(before, after),
        (ChangedField.CARD_NUMBER, before.card_number, after.card_number),
        (ChangedField.VALID_FROM, _day(before.valid_from), _day(after.valid_from)),
        (ChangedField.VALID_TO, _day(before.valid_to), _day(after.valid_to)),
        (ChangedField.FACILITY, before.facility, after.facility),
        (ChangedField.AREA, before.area, after.area),
        (ChangedField.BENEFIT_PERCENT, _percent(before.benefit_percent), _percent(after.benefit_percent)),
        (ChangedField.ROUTE, before.route, after.route),
    )
    return tuple(ChangedValue(field, old, new) for field, old, new in pairs if old != new)


def _reasons(before: Decision, after: Decision) -> list[tuple[ChangedField, str, str]]:
    old, new = ([reason.code for reason in decision.reasons] for decision in (before, after))
    gone = [(ChangedField.REASON_GONE, code, "") for code in old if code not in new]
    return gone + [(ChangedField.REASON_NEW, "", code) for code in new if code not in old]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _percent(percent: int | None) -> str:
    return "" if percent is None else str(percent)
