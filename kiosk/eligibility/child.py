"""Children, who are insured by their age."""

from calendar import monthrange
from datetime import date

from kiosk.dates import PartialDate
from kiosk.eligibility.law.tables import Law
from kiosk.identity.person import Identity


def is_child(identity: Identity, today: date, law: Law) -> bool:
    """Of the age at which a child is insured whether it holds a card or not [Law on Health Insurance art. 12, 28].

    Where day or month of birth are not known, whoever may be one counts: staff look before anybody is told to pay.
    """
    born = identity.date_of_birth
    return born is not None and born.earliest <= today and _last_day_of(born).age_on(today) < law.child_under_years


def is_newborn(identity: Identity, today: date, law: Law) -> bool:
    """Born so few days ago, known to the day."""
    born = identity.date_of_birth.exact if identity.date_of_birth is not None else None
    return born is not None and 0 <= (today - born).days <= law.newborn_days


def _last_day_of(born: PartialDate) -> PartialDate:
    month = born.month or 12
    return PartialDate(born.year, month, born.day or monthrange(born.year, month)[1])
