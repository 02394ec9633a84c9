"""Who goes first by law [Law 15/2023 art. 3(2)]: by the birth date, by what staff set, or by what the patient said."""

from calendar import monthrange
from datetime import date

from kiosk.checkin.record import CheckInRequest, Priority, PriorityBasis, PriorityClaim
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


def claim_of(request: CheckInRequest, day: date) -> PriorityClaim | None:
    """What a check-in's priority rests on; None: it waits in turn.

    An emergency goes before all else; otherwise the birth date proves what nobody has to ask.
    """
    if request.claim is not None and request.claim.priority is Priority.EMERGENCY:
        return request.claim
    if request.visit is not None and request.visit.emergency:
        return PriorityClaim(Priority.EMERGENCY, PriorityBasis.STAFF)
    by_age = priority_of(request.identity.date_of_birth, day)
    if by_age is not Priority.NONE:
        return PriorityClaim(by_age, PriorityBasis.BIRTH_DATE)
    return request.claim if request.claim and request.claim.priority is not Priority.NONE else None


def _latest(born: PartialDate) -> PartialDate:
    month = born.month or 12
    return PartialDate(born.year, month, born.day or monthrange(born.year, month)[1])
