"""Children, who are insured by their age."""

from datetime import date

from kiosk.eligibility.law.tables import Law
from kiosk.identity.person import Identity


def is_child(identity: Identity, today: date, law: Law) -> bool:
    """Of the age at which a child is insured whether it holds a card or not [Law on Health Insurance art. 12, 28]."""
    born = identity.date_of_birth
    return born is not None and born.earliest <= today and born.age_on(today) < law.child_under_years


def is_newborn(identity: Identity, today: date, law: Law) -> bool:
    """Born so few days ago, known to the day."""
    born = identity.date_of_birth.exact if identity.date_of_birth is not None else None
    return born is not None and 0 <= (today - born).days <= law.newborn_days
