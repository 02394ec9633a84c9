"""What a device can bring: documents, and the evidence about a chip. Types only, no IO.

`*_raw` is the text as it was read; the field beside it is what it means, None where it means nothing known.
All other texts are NFC. The raw texts of codes hold whatever a stranger put there: they are for the record and
never for a screen, a slip or a comparison.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.dates import PartialDate
from kiosk.privacy import Personal


class Sex(StrEnum):
    """Sex as documents state it."""

    MALE = "male"
    FEMALE = "female"


class Outcome(StrEnum):
    """How a security check ended."""

    NOT_RUN = "not-run"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One security check: how it ended and why, one of `kiosk.reader.reason` (`issuer-unknown`, `hash-mismatch-dg1`).

    Empty when passed, unless there is something to remark.
    """

    outcome: Outcome = Outcome.NOT_RUN
    reason: str = "not-asked"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was checked about a chip; recorded here, interpreted by `identity.trust` only.

    Passive authentication is three checks [ICAO 9303-11 §5.1]: the files' hashes against the SOD, the SOD's
    signature against its document signer, the signer's chain to a country signer of `config/csca/`. A chain without
    a known issuer is NOT_RUN with reason `issuer-unknown`.
    """

    hashes: Check = field(default_factory=Check)
    signature: Check = field(default_factory=Check)
    issuer: Check = field(default_factory=Check)
    chip: Check = field(default_factory=Check)
    active: Check = field(default_factory=Check)

    @property
    def passive(self) -> Check:
        """The three checks of passive authentication as one: the first that did not pass, else passed.

        A remark on one that passed stays.
        """
        parts = (self.hashes, self.signature, self.issuer)
        for outcome in (Outcome.FAILED, Outcome.NOT_RUN):
            for part in parts:
                if part.outcome is outcome:
                    return part
        return Check(Outcome.PASSED, next((part.reason for part in parts if part.reason), ""))


class ReadPhase(StrEnum):
    """What the reader is doing, in the order in which it happens and screens show it."""

    CONNECTING = "connecting"
    OPENING = "opening"
    READING = "reading"
    CHECKING = "checking"
    PHOTO = "photo"


class Access(StrEnum):
    """How the chip was opened."""

    PACE_CAN = "pace-can"
    PACE_MRZ = "pace-mrz"
    BAC = "bac"


@dataclass(frozen=True, slots=True, repr=False)
class Mrz(Personal):
    """A machine-readable zone [ICAO 9303-4, -5, -6], fillers removed, check digits verified by the parser.

    `personal_number` is the 12-digit citizen number of a Vietnamese card (it stands in the optional data), else None.
    """

    document_code: str
    issuing_state: str
    document_number: str
    optional_data: str
    date_of_birth: PartialDate | None
    date_of_birth_raw: str
    sex: Sex | None
    date_of_expiry: PartialDate | None
    date_of_expiry_raw: str
    nationality: str
    surname: str
    given_names: str
    personal_number: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class NationalData(Personal):
    """DG13 of a Vietnamese citizen card; absent texts are empty, unknown numbered values stay in `extra` as DER."""

    personal_number: str = ""
    full_name: str = ""
    date_of_birth: PartialDate | None = None
    date_of_birth_raw: str = ""
    sex: Sex | None = None
    sex_raw: str = ""
    nationality: str = ""
    ethnicity: str = ""
    religion: str = ""
    place_of_origin: str = ""
    residence: str = ""
    identifying_marks: str = ""
    date_of_issue: PartialDate | None = None
    date_of_issue_raw: str = ""
    date_of_expiry: PartialDate | None = None
    date_of_expiry_raw: str = ""
    father: str = ""
    mother: str = ""
    spouse: str = ""
    previous_number: str = ""
    chip_serial: str = ""
    extra: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class FaceImage(Personal):
    """The portrait of DG2 as stored: a JPEG or JPEG 2000 file."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, repr=False)
class SignatureImage(Personal):
    """The displayed signature or usual mark of DG7 as stored: a JPEG or JPEG 2000 file."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, repr=False)
class PersonalDetails(Personal):
    """DG11: more about the holder, in the letters of the issuing state; what is absent is empty [ICAO 9303-10 §4.7.11].

    `full_name` has the surname first, as `other_names` have; parts of places and addresses are joined by commas.
    """

    full_name: str = ""
    full_name_raw: str = ""
    other_names: tuple[str, ...] = ()
    personal_number: str = ""
    date_of_birth: PartialDate | None = None
    date_of_birth_raw: str = ""
    place_of_birth: str = ""
    address: str = ""
    telephone: str = ""
    profession: str = ""
    title: str = ""
    summary: str = ""
    other_documents: tuple[str, ...] = ()
    custody: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class DocumentDetails(Personal):
    """DG12: more about the document; what is absent is empty [ICAO 9303-10 §4.7.12].

    `personalized_at_raw` is `YYYYMMDDhhmmss`.
    """

    issuing_authority: str = ""
    date_of_issue: PartialDate | None = None
    date_of_issue_raw: str = ""
    other_persons: tuple[str, ...] = ()
    endorsements: str = ""
    tax_or_exit: str = ""
    personalized_at_raw: str = ""
    personalization_system: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ChipDocument(Personal):
    """What came out of a chip. `files` are the elementary files as read, by name (`SOD`, `DG1`, …).

    `national` is a Vietnamese card's DG13; `details`, `issue` and `displayed_signature` are DG11, DG12 and DG7, which
    passports may have. None: the chip has it not, or not in a form that is known.
    """

    access: Access
    mrz: Mrz
    national: NationalData | None
    face: FaceImage | None
    evidence: Evidence
    files: Mapping[str, bytes]
    details: PersonalDetails | None = None
    issue: DocumentDetails | None = None
    displayed_signature: SignatureImage | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CitizenCode(Personal):
    """The QR of a citizen card, either generation; unsigned.

    `extra` are the fields after the seventh. `doubts` names the fields that were written and cannot be read
    (`date-of-birth`), or what is odd about them (`personal-number-century`, `full-name-invisible`); it warns and
    never blocks.
    """

    personal_number: str
    previous_number: str
    full_name: str
    date_of_birth: PartialDate | None
    date_of_birth_raw: str
    sex: Sex | None
    sex_raw: str
    residence: str
    date_of_issue: PartialDate | None
    date_of_issue_raw: str
    extra: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    previous_number_raw: str = ""
    full_name_raw: str = ""
    residence_raw: str = ""
    extra_raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class InsuranceCode(Personal):
    """The QR of a health-insurance card (BHYT) or of VssID. `card_number` has 15 or 10 characters.

    The raw texts are as written: hex digits of names and address, `-` where nothing is. `doubts` as in `CitizenCode`.
    """

    card_number: str
    full_name: str
    date_of_birth: PartialDate | None
    date_of_birth_raw: str
    sex: Sex | None
    address: str
    facility: str
    valid_from: PartialDate | None
    valid_to: PartialDate | None
    issued: PartialDate | None
    managing_code: str
    guardian: str
    area: str
    five_year_date: PartialDate | None
    extra: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    full_name_raw: str = ""
    sex_raw: str = ""
    address_raw: str = ""
    facility_raw: str = ""
    valid_from_raw: str = ""
    valid_to_raw: str = ""
    issued_raw: str = ""
    managing_code_raw: str = ""
    guardian_raw: str = ""
    area_raw: str = ""
    five_year_date_raw: str = ""
    extra_raw: tuple[str, ...] = ()


class NumberKind(StrEnum):
    """What a bare number is."""

    PERSONAL = "personal-number"
    SOCIAL_INSURANCE = "social-insurance-number"
    INSURANCE_CARD = "insurance-card-number"


@dataclass(frozen=True, slots=True, repr=False)
class NumberCode(Personal):
    """A bare number from a code or the keypad: 12 digits, 10 digits, or 15 characters."""

    kind: NumberKind
    number: str


@dataclass(frozen=True, slots=True, repr=False)
class MrzCode(Personal):
    """An MRZ that a scanner typed."""

    mrz: Mrz


@dataclass(frozen=True, slots=True, repr=False)
class UnknownCode(Personal):
    """A code that is none of ours.

    `may_be_vneid`: nothing says that it is anything else than VNeID's code that lives five minutes, whose content is
    not published. Its owner has the card's code in the same application.
    """

    text: str
    may_be_vneid: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class TypedDocument(Personal):
    """What staff or a patient typed; the personal number, or the insurance number (10 or 15) where that is known."""

    personal_number: str
    full_name: str = ""
    date_of_birth: PartialDate | None = None
    insurance_number: str = ""


Code = CitizenCode | InsuranceCode | NumberCode | MrzCode | UnknownCode
Document = ChipDocument | CitizenCode | InsuranceCode | NumberCode | MrzCode | TypedDocument
