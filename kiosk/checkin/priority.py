"""Who goes first by law, as far as the birth date tells [Law 15/2023 art. 3(2)]; the rest is for staff to ask."""

from calendar import monthrange
from datetime import date

from kiosk.checkin.record import Priority
from kiosk.dates import PartialDate

_FIRST_SCHOOL_AGE = 6
_HIGH_AGE = 75


def priority_of(date_of_birth: PartialDate | None, day: date) -> Priority:
    """Under 6, or 75 and over, on `day`; a date known to the month or year counts for the person, never against."""
    if date_of_birth is None:
        return Priority.NONE
    if _latest(date_of_birth).age_on(day) < _FIRST_SCHOOL_AGE:
        return Priority.UNDER_SIX
    if date_of_birth.age_on(day) >= _HIGH_AGE:
        return Priority.SEVENTY_FIVE
    return Priority.NONE


def _latest(born: PartialDate) -> PartialDate:
    month = born.month or 12
    return PartialDate(born.year, month, born.day or monthrange(born.year, month)[1])
