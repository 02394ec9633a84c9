"""A birth date that somebody types: whether it can be one, as far as it is typed, and whether it is the number's."""

from datetime import date
from enum import StrEnum

from kiosk.dates import PartialDate, parse_date
from kiosk.reader.number import number_doubts

DATE_DIGITS = 8
"""`ddmmyyyy`; `00` stands for a day, or a day and a month, that no paper says."""
YEAR_DIGITS = 4
"""`yyyy`: the papers of many who were born in the war say no more."""

_OLDEST_YEAR = 1900
_LEAP_YEAR = "2000"


class DateFault(StrEnum):
    """Why what is typed can be nobody's birth date."""

    NOT_IN_CALENDAR = "not-in-calendar"
    TOO_EARLY = "too-early"
    IN_FUTURE = "in-future"


def fault_in(digits: str, today: date, *, year_only: bool) -> DateFault | None:
    """What is wrong with `digits`, however many are typed; None: they are, or may still become, a birth date."""
    day, year = ("", digits) if year_only else (digits[:4], digits[4:])
    if len(day) >= 2 and _day_of_a_leap_year(day) is None:
        return DateFault.NOT_IN_CALENDAR
    if year and int(year.ljust(YEAR_DIGITS, "9")) < _OLDEST_YEAR:
        return DateFault.TOO_EARLY
    if year and int(year.ljust(YEAR_DIGITS, "0")) > today.year:
        return DateFault.IN_FUTURE
    if len(year) < YEAR_DIGITS:
        return None
    born = parse_date(digits)
    if born is None:
        return DateFault.NOT_IN_CALENDAR
    return DateFault.IN_FUTURE if born.earliest > today else None


def birth_date_of(digits: str, today: date, *, year_only: bool) -> PartialDate | None:
    """The birth date that `digits` are; None: not all are there, or nobody can have been born then."""
    count = YEAR_DIGITS if year_only else DATE_DIGITS
    if len(digits) != count or not digits.isascii() or not digits.isdecimal():
        return None
    return None if fault_in(digits, today, year_only=year_only) else parse_date(digits)


def is_born_as_stated(personal_number: str, born: PartialDate) -> bool:
    """Whether the year of birth is the one that the 12 digits of the number state."""
    return not number_doubts(personal_number, born, None)


def _day_of_a_leap_year(day: str) -> PartialDate | None:
    """`dd` or `ddm` in a month of 31 days, `ddmm` in its own."""
    return parse_date((day if len(day) == len("ddmm") else f"{day[:2]}01") + _LEAP_YEAR)
