"""Who stands at the desk, and how sure that is. Types only."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.dates import PartialDate
from kiosk.privacy import Personal
from kiosk.reader.document import Evidence, FaceImage, Sex


class Trust(StrEnum):
    """How well the identity is proven, strongest first."""

    CHIP_VERIFIED = "CHIP_VERIFIED"
    CHIP_UNVERIFIED = "CHIP_UNVERIFIED"
    CODE_ONLY = "CODE_ONLY"
    TYPED = "TYPED"


@dataclass(frozen=True, slots=True, repr=False)
class Identity(Personal):
    """A person as the document states it. Empty text and None mean absent.

    `personal_number` has 12 digits; `insurance_number` 10 or 15 characters, known only from a BHYT code;
    a foreign passport has neither and `document_number` instead, which only its `issuing_state` makes unique.
    `name_is_transliterated`: read from an MRZ, without the marks of its letters. `doubts` are those of the code that
    named the person; they warn and never block.
    """

    trust: Trust
    full_name: str
    personal_number: str = ""
    insurance_number: str = ""
    document_number: str = ""
    date_of_birth: PartialDate | None = None
    sex: Sex | None = None
    nationality: str = ""
    residence: str = ""
    name_is_transliterated: bool = False
    face: FaceImage | None = None
    evidence: Evidence | None = None
    date_of_expiry: PartialDate | None = None
    issuing_state: str = ""
    doubts: tuple[str, ...] = ()
