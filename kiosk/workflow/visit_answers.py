"""What staff know of a visit that neither card nor gateway says."""

from dataclasses import dataclass, fields, replace
from datetime import date

from kiosk.eligibility.visit import Visit
from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False)
class VisitAnswers(Personal):
    """The flags of `Visit` that are one person's; the rest of it is the clinic's. False: nobody said so.

    They say something of a person's health: a session ends, and they are forgotten.
    """

    emergency: bool = False
    transfer_form: bool = False
    transfer_signed_on: date | None = None
    transfer_one_year: bool = False
    appointment: bool = False
    temporary_residence: bool = False
    organ_donor: bool = False
    listed_disease: bool = False
    newborn_care: bool = False
    hard_area_household: bool = False
    inpatient: bool = False
    uses_insurance: bool = True

    def at(self, clinic: Visit) -> Visit:
        """This visit at the facility that `clinic` describes."""
        return replace(clinic, **{field.name: getattr(self, field.name) for field in fields(self)})


NOTHING_SAID = VisitAnswers()
