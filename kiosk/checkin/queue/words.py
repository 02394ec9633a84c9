"""A wait and an opening in the words that people hear."""

from datetime import datetime

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.queue.waits import WaitRange
from kiosk.text import Language, say


def wait_words(wait: WaitRange | None, language: Language) -> str:
    """`khoảng 20–30 phút`, `dưới 5 phút`; empty where nobody can say."""
    if wait is None:
        return ""
    return say(f"queue.wait.{'range' if wait.low_min else 'soon'}", language, low=wait.low_min, high=wait.high_min)


def opening_words(opens_at: datetime | None, at: datetime, language: Language) -> str:
    """`phòng mở lại lúc 13:30`, with the day where it is not today; empty for a room that is open."""
    if opens_at is None:
        return ""
    opens, now = in_clinic(opens_at), in_clinic(at)
    key = "today" if opens.date() == now.date() else "other_day"
    return say(f"queue.opens.{key}", language, time=f"{opens:%H:%M}", date=f"{opens:%d/%m}")
