"""What the clinic is and why the patient came: what a decision needs beside the card."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CareLevel(StrEnum):
    """The facility's level of technical expertise [Law on Health Insurance, art. 22 as amended 2024]."""

    PRIMARY = "primary"
    BASIC = "basic"
    SPECIALISED = "specialised"


class PrimaryKind(StrEnum):
    """Which facility of the primary level: a station pays everything in scope [Circular 01/2025/TT-BYT art. 3].

    STATION: commune stations, family doctors, offices' and forces' stations, regional centres licensed as a clinic.
    """

    UNKNOWN = "unknown"
    STATION = "station"
    OTHER = "other"


class FormerTier(StrEnum):
    """What the facility was in the administrative tiers before 2025, where that still decides a rate."""

    NONE = "none"
    DISTRICT = "district"
    PROVINCIAL = "provincial"
    CENTRAL = "central"


class Purpose(StrEnum):
    """What the patient came for."""

    EXAMINATION = "examination"
    MEDICINE = "medicine"
    MEDICINE_IN_EPIDEMIC = "medicine-in-epidemic"
    MEDICINE_BY_PROXY = "medicine-by-proxy"
    MEDICINE_AT_OTHER_FACILITY = "medicine-at-other-facility"
    MEDICINE_DELIVERED = "medicine-delivered"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit at this facility.

    `facility` is its own 5-character code (empty: not set up); `points` its technical points, None where unknown.
    The flags are what patient or staff said; False: nobody said so. `uses_insurance` False: the patient pays by choice.

    `transfer_signed_on`: the day on the transfer form, None while nobody looked; `transfer_one_year`: the form names a
    disease whose form is good for a year. `newborn_care`: treated since birth. `listed_disease`: one of the Appendix of
    Circular 01/2025/TT-BYT for this level. `hard_area_household`: of an ethnic minority or a poor household.
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
    primary_kind: PrimaryKind = PrimaryKind.UNKNOWN
    inpatient: bool = False
    purpose: Purpose = Purpose.EXAMINATION
    transfer_signed_on: date | None = None
    transfer_one_year: bool = False
    newborn_care: bool = False
    listed_disease: bool = False
    hard_area_household: bool = False
