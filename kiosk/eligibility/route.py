"""The provisional route of an outpatient visit (MA_DOITUONG_KCB); it is fixed after the visit."""

from dataclasses import dataclass
from datetime import date

from kiosk.eligibility.visit import CareLevel, FormerTier, Visit

HALF_RATE_FROM = date(2026, 7, 1)
"""From this day the fund pays half of the benefit for the self-referred at 1.13, 1.14 and 1.18; nothing before."""

NEWBORN_DAYS = 28
NOT_USING_INSURANCE = "9"


@dataclass(frozen=True, slots=True)
class Route:
    """A code of the list and how much of the card's benefit it leaves, in percent. No code: not known here."""

    code: str
    share_percent: int | None


def provisional_route(registered_facility: str, visit: Visit, age_days: int | None, today: date) -> Route:
    """The first of the list that fits [Decision 3276/2025]."""
    if registered_facility and registered_facility == visit.facility:
        return Route("1.1", 100)
    if visit.level is CareLevel.PRIMARY:
        return Route("1.2", 100)
    if visit.transfer_form:
        return Route("1.3", 100)
    if visit.temporary_residence:
        return Route("1.4", 100)
    if visit.appointment:
        return Route("1.5", 100)
    if visit.organ_donor:
        return Route("1.6", 100)
    if age_days is not None and 0 <= age_days < NEWBORN_DAYS:
        return Route("1.7", 100)
    if visit.emergency:  # listed after the self-referred, but nobody refers oneself in an emergency
        return Route("2", 100)
    if not (registered_facility and visit.facility):
        return Route("", None)
    return _self_referred(visit, today)


def _self_referred(visit: Visit, today: date) -> Route:
    """Without any paper at a facility that is not one's own, as an outpatient."""
    half = 50 if today >= HALF_RATE_FROM else 0
    match visit.level, visit.former_tier:
        case CareLevel.SPECIALISED, FormerTier.PROVINCIAL:
            return Route("1.18", half)
        case CareLevel.SPECIALISED, FormerTier.CENTRAL:
            return Route("3.1", 0)
        case CareLevel.BASIC, FormerTier.PROVINCIAL | FormerTier.CENTRAL:
            return Route("1.14", half)
        case CareLevel.BASIC, _ if visit.points is not None and visit.points < 50:
            return Route("1.12", 100)
        case CareLevel.BASIC, _ if visit.points is not None and visit.points < 70:
            return Route("1.13", half)
        case _:
            return Route("", None)
