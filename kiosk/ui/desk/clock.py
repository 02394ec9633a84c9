"""What staff are told where this computer's clock cannot be believed. Pure."""

from datetime import timedelta

from kiosk.checkin.clinic_clock import ClockState
from kiosk.eligibility.finding import written
from kiosk.text import Language, say

_HOUR_MIN, _DAY_MIN = 60, 24 * 60


def told_clock(state: ClockState | None, language: Language) -> str:
    """One sentence: how wrong it is, what counts meanwhile, what to do; empty: it can be believed."""
    if state is None or not state.wrong:
        return ""
    if state.off_by is not None:
        key = "ahead" if state.off_by > timedelta() else "behind"
        return say(f"desk.clock.{key}", language, by=_span_words(abs(state.off_by), language))
    return say("desk.clock.before", language, day=written(state.latest)) if state.latest is not None else ""


def _span_words(span: timedelta, language: Language) -> str:
    """In the largest unit that says it."""
    minutes = round(span.total_seconds() / 60)
    for unit, size in (("days", _DAY_MIN), ("hours", _HOUR_MIN)):
        if minutes >= 2 * size:
            return say(f"desk.clock.{unit}", language, count=round(minutes / size))
    return say("desk.clock.minutes", language, count=minutes)
