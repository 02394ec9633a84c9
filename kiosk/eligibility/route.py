"""The provisional route of a visit (MA_DOITUONG_KCB); it is fixed after the visit."""

from dataclasses import dataclass
from datetime import date

from kiosk.eligibility.law.tables import Fact, Law
from kiosk.eligibility.visit import Visit


@dataclass(frozen=True, slots=True)
class Route:
    """A code of the list and how much of the card's benefit it pays, in percent.

    No code: not known here. No percent: not known, or it depends on the case. `whatever_card`: percent of the cost.
    """

    code: str = ""
    percent: int | None = None
    whatever_card: bool = False
    source: str = ""


def provisional_route(
    registered_facility: str, visit: Visit, today: date, law: Law, *, newborn: bool = False, hard_area: bool = False
) -> Route:
    """The first of the list that fits [Decision 3276/QD-BYT 2025, Appendix 1, note 2].

    `newborn`, `hard_area`: what the card and the birth date say of the patient; each counts only where the rest does.
    """
    facts = _facts(registered_facility, visit, today, law, newborn=newborn, hard_area=hard_area)
    row = next((row for row in law.routes if row.fits(facts)), None)
    if row is None:
        return Route()
    share = row.share_on(today)
    if share is None:
        return Route(row.code, source=row.source)
    return Route(row.code, share.percent, share.whatever_card, row.source)


def _facts(
    registered_facility: str, visit: Visit, today: date, law: Law, *, newborn: bool, hard_area: bool
) -> dict[str, Fact]:
    known = bool(registered_facility and visit.facility)
    return {
        "uses_insurance": visit.uses_insurance,
        "purpose": visit.purpose.value,
        "level": visit.level.value,
        "primary_kind": visit.primary_kind.value,
        "former_tier": visit.former_tier.value,
        "registered": registered_facility == visit.facility if known else None,
        "inpatient": visit.inpatient,
        "points": visit.points,
        "transfer_form": visit.transfer_form and transfer_is_good(visit, today, law),
        "temporary_residence": visit.temporary_residence,
        "appointment": visit.appointment,
        "organ_donor": visit.organ_donor,
        "newborn_care": visit.newborn_care and newborn,
        "emergency": visit.emergency,
        "listed_disease": visit.listed_disease,
        "hard_area": hard_area,
    }


def transfer_is_good(visit: Visit, today: date, law: Law) -> bool:
    """Whether the day on the transfer form, if anybody looked, allows today.

    [Circular 01/2025/TT-BYT art. 12: ten working days, or a year for listed diseases, from the day of signing]
    """
    signed = visit.transfer_signed_on
    return signed is None or signed <= today <= transfer_good_to(signed, law, one_year=visit.transfer_one_year)


def transfer_good_to(signed: date, law: Law, *, one_year: bool) -> date:
    """The last day of a transfer form, `date.max` at most; a year from 29 February ends on the 28th."""
    if not one_year:
        return law.add_working_days(signed, law.transfer_working_days)
    year = signed.year + law.listed_transfer_years
    if year > date.max.year:
        return date.max
    try:
        return signed.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
