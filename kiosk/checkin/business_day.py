"""The one rule of which day it is: numbers start again at midnight in Ho Chi Minh City, whatever the PC's zone says."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

CLINIC_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def business_day(moment: datetime) -> date:
    """The day whose tickets `moment` belongs to.

    Raises:
        ValueError: a moment without a zone may be any day.
    """
    return in_clinic(moment).date()


def in_clinic(moment: datetime) -> datetime:
    """The same moment as the clinic's clock shows it.

    Raises:
        ValueError: a moment without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(CLINIC_ZONE)
