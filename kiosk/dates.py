"""Dates as documents write them: birth dates may lack the day or the month."""

import re
from dataclasses import dataclass
from datetime import date

from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False, order=False)
class PartialDate(Personal):
    """A date known to the day, to the month or to the year. `day` is only known with `month`.

    Raises:
        ValueError: not a date of the calendar, or a day without a month.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day without a month")
        date(self.year, self.month or 1, self.day or 1)

    @property
    def earliest(self) -> date:
        """The first day that it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def exact(self) -> date | None:
        """The day, where it is known to the day."""
        return date(self.year, self.month, self.day) if self.month and self.day else None

    def __str__(self) -> str:
        """`15/01/1990`, `01/1990` or `1990`: how Vietnamese documents and the gateway write it."""
        parts = [f"{part:02}" for part in (self.day, self.month) if part is not None]
        return "/".join([*parts, f"{self.year:04}"])

    def iso(self) -> str:
        """`1990-01-15`, `1990-01` or `1990`."""
        parts = [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join([f"{self.year:04}", *parts])

    def age_on(self, day: date) -> int:
        """Full years on `day`, counted from the earliest day that the date may mean; never negative."""
        born = self.earliest
        return max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))


_FORMS = (
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})"),
    re.compile(r"(?:(?P<day>\d{1,2})[/.\-])?(?P<month>\d{1,2})[/.\-](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?"),
    re.compile(r"(?P<year>\d{4})"),
)


def parse_date(text: str) -> PartialDate | None:
    """`ddmmyyyy`, `dd/mm/yyyy`, `mm/yyyy`, `yyyy`, `yyyy-mm-dd`; `00` stands for an unknown day or month.

    Returns None for anything else: what was written stays with the caller as `…_raw`.
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            parts = {name: int(value) for name, value in found.groupdict().items() if value}
            try:
                return PartialDate(parts["year"], parts.get("month") or None, parts.get("day") or None)
            except ValueError:
                return None
    return None
