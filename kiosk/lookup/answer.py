"""What is asked of Vietnam Social Security and what it answered. Types only; wire names live in `codec`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.dates import PartialDate
from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False)
class Question(Personal):
    """One card lookup. `number` is a personal number (12), a VSS number (10) or a card number (15).

    `personal_number` is known beside another `number` at times; the gateway is asked with it once where `number`
    finds no card.
    """

    number: str
    full_name: str
    date_of_birth: PartialDate
    personal_number: str = ""


class AskedBecause(StrEnum):
    """Why the gateway was asked; a person is asked about once a visit, and again only for one of these reasons."""

    VISIT = "visit"
    OTHER_NUMBER = "other-number"
    NEW_CARD = "new-card"
    CORRECTED = "corrected"
    RECHECK = "recheck"
    STAFF = "staff"
    FIVE_YEARS = "five-years"


@dataclass(frozen=True, slots=True, repr=False)
class Receipt(Personal):
    """One exchange with the gateway, as evidence that it was asked and what it said.

    `asked_at` and `answered_at` carry their zone; `officer_number` (12 digits) is in whose name. `question_digest` is
    the SHA-256 in hex over `salt` (32 hex characters) and the question's fields, so that whoever knows the question
    can prove it and nobody else can guess it; `reply_digest` that of the raw body, empty where none came.
    `server_time` is the reply's Date header, in UTC. `evidence` names the kept raw reply, where one was kept.
    """

    because: AskedBecause
    asked_at: datetime
    answered_at: datetime
    officer_number: str
    salt: str
    question_digest: str
    http_status: int | None = None
    server_time: datetime | None = None
    reply_digest: str = ""
    code: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class NextCard(Personal):
    """The card that replaces the one asked about."""

    number: str
    valid_from: date | None
    valid_to: date | None
    facility: str = ""
    facility_name: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class InsuranceCard(Personal):
    """A health-insurance card as the gateway describes it; empty text and None mean that it did not say.

    `number` has 15 characters, `facility` is the 5-character code of first contact, `area` is `""|K1|K2|K3`.
    """

    number: str
    full_name: str = ""
    date_of_birth: PartialDate | None = None
    sex_raw: str = ""
    address: str = ""
    facility: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    area: str = ""
    five_year_date: date | None = None
    social_insurance_number: str = ""
    previous_number: str = ""
    next_card: NextCard | None = None


@dataclass(frozen=True, slots=True, repr=False)
class PastCheck(Personal):
    """Somebody looked this card up before: which portal account, when, and what it was told.

    `checked_at` is None where `checked_at_raw` is not `yyyyMMddHHmm`.
    """

    account: str
    checked_at: datetime | None
    checked_at_raw: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, repr=False)
class CardAnswer(Personal):
    """The gateway understood and answered: `code` is its three-digit result, known or not.

    `earlier_codes` are the results that made the gateway be asked again: `003` (asked again with the new card),
    `050` … `053` (asked again with the personal number). `past_checks` are those that came along.
    """

    code: str
    note: str
    card: InsuranceCard | None
    checked_at: datetime
    earlier_codes: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    past_checks: tuple[PastCheck, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Copay(Personal):
    """What the gateway's cumulative co-pay call says; None where it was not asked or did not say.

    `copay_vnd_this_year`: in whole đồng since 1 January of the year of `counted_to`, the day up to which the portal has
    the facilities' records (None: of the day of the visit).
    """

    copay_vnd_this_year: int | None = None
    counted_to: date | None = None


class TroubleKind(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    SERVER_ERROR = "server-error"
    UNCLEAR = "unclear"
    RATE_LIMITED = "rate-limited"
    ACCOUNT = "account"
    ACCOUNT_LOCKED = "account-locked"
    OFFICER = "officer"
    PARAMETERS = "parameters"


@dataclass(frozen=True, slots=True)
class ServiceTrouble:
    """The gateway could not be asked or could not answer; `code` is its result code where it gave one."""

    kind: TroubleKind
    code: str
    checked_at: datetime
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAsked:
    """There was not enough to ask with: `missing` names it (`number`, `full-name`, `date-of-birth`)."""

    missing: str
    checked_at: datetime


Answer = CardAnswer | ServiceTrouble | NotAsked


@dataclass(frozen=True, slots=True, repr=False)
class PastVisit(Personal):
    """One visit of the person's history, of any facility.

    `facility` has 5 characters. Times are None where what was written is not `yyyyMMddHHmm`; what ends in `_raw` is the
    gateway's own code.
    """

    visit_number: str
    facility: str
    admitted_at: datetime | None
    admitted_at_raw: str
    discharged_at: datetime | None
    discharged_at_raw: str
    diagnosis: str
    condition_raw: str
    outcome_raw: str
    reason_raw: str


@dataclass(frozen=True, slots=True, repr=False)
class VisitHistory(Personal):
    """What the gateway says of earlier visits; `visits` None means that it gave no list, which is not "never"."""

    code: str
    visits: tuple[PastVisit, ...] | None
    checked_at: datetime
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class CopayAnswer(Personal):
    """What the gateway says of the co-pay so far; nothing in `copay` means that it has no figure, which is not 0."""

    code: str
    note: str
    copay: Copay
    checked_at: datetime
    receipts: tuple[Receipt, ...] = ()


class CardLookup(Protocol):
    """The edge to the gateway: one method."""

    def look_up(self, question: Question) -> Answer:
        """Asks once, within the total time limit; trouble is an answer, not an exception."""
        ...
