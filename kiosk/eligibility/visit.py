"""What the clinic is and why the patient came: what a decision needs beside the card."""

from dataclasses import dataclass
from enum import StrEnum


class CareLevel(StrEnum):
    """The facility's level of technical expertise [Law on Health Insurance, art. 22 as amended 2024]."""

    PRIMARY = "primary"
    BASIC = "basic"
    SPECIALISED = "specialised"


class FormerTier(StrEnum):
    """What the facility was in the administrative tiers before 2025, where that still decides a rate."""

    NONE = "none"
    PROVINCIAL = "provincial"
    CENTRAL = "central"


@dataclass(frozen=True, slots=True)
class Visit:
    """One outpatient visit at this facility.

    `facility` is its own 5-character code (empty: not set up); `points` its technical points, None where unknown.
    The flags are what patient or staff said; `uses_insurance` False: the patient pays by choice.
    """

    facility: str
    level: CareLevel = CareLevel.BASIC
    points: int | None = None
    former_tier: FormerTier = FormerTier.NONE
    emergency: bool = False
    transfer_form: bool = False
    temporary_residence: bool = False
    appointment: bool = False
    organ_donor: bool = False
    uses_insurance: bool = True
