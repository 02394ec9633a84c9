"""A table of the clinic's file, read key by key; what nobody asked for is refused."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.checkin.opening import DAY_MIN, WEEKDAYS, OpeningHours, Span
from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language

_DAYS = re.compile(rf"({'|'.join(WEEKDAYS)})(?:-({'|'.join(WEEKDAYS)}))?")
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of the clinic's own in both languages."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        """The text in `language`."""
        return self.en if language is Language.EN else self.vi


class ClinicTable:
    """A table of the file that knows its place in it and which of its keys nobody asked for; texts become NFC.

    Everything that reads raises KioskError, SETTINGS_INVALID, naming the file, the key and what it takes.
    """

    def __init__(self, file: Path, place: str, entries: Mapping[str, object]) -> None:
        self._file = file
        self._place = place
        self._entries = dict(entries)

    def refusal(self, key: str, why: str) -> KioskError:
        """What is wrong with a key of this table."""
        return KioskError(FailureCode.SETTINGS_INVALID, f"{self._file.name}: {self._place}{key}: {why}")

    def refuse_unknown(self) -> None:
        """Refuses what is left."""
        if self._entries:
            raise self.refusal(next(iter(self._entries)), "unknown key")

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def text(self, key: str, form: str = r".*\S.*", takes: str = "a text") -> str:
        """A text that matches `form`; `takes` says so in words."""
        value = self._take(key)
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise self.refusal(key, f"takes {takes}")
        return unicodedata.normalize("NFC", value)

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of `allowed`."""
        value = self._take(key)
        if not isinstance(value, str) or value not in allowed:
            raise self.refusal(key, f"takes one of {', '.join(allowed)}")
        return value

    def bilingual(self, key: str) -> Bilingual:
        """A text in both languages."""
        table = self.table(key)
        text = Bilingual(table.text("vi"), table.text("en"))
        table.refuse_unknown()
        return text

    def whole(self, key: str, least: int, most: int, takes: str) -> int:
        """A whole number."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.refusal(key, f"takes {takes}")
        return value

    def codes(self, key: str) -> list[str]:
        """A list of different texts, at least one."""
        values = self._take(key)
        if (
            not isinstance(values, list)
            or not values
            or not all(isinstance(value, str) for value in values)
            or len(set(values)) < len(values)
        ):
            raise self.refusal(key, "takes a list of different codes, at least one")
        return values

    def hours(self, key: str) -> OpeningHours:
        """Opening hours by weekday (`mon`, `mon-fri`), and in `except` by date; days that are not named are closed."""
        table = self.table(key)
        exceptions: list[tuple[date, tuple[Span, ...]]] = []
        if "except" in table:
            dated = table.table("except")
            for written in list(dated._entries):
                exceptions.append((dated._date(written), dated._spans(written)))
        week: dict[int, tuple[Span, ...]] = {}
        for written in list(table._entries):
            days = table._weekdays(written)
            spans = table._spans(written)
            if doubled := [WEEKDAYS[day] for day in days if day in week]:
                raise table.refusal(written, f"{doubled[0]} stands there twice")
            week.update(dict.fromkeys(days, spans))
        return OpeningHours(tuple(week.get(day, ()) for day in range(len(WEEKDAYS))), tuple(sorted(exceptions)))

    def table(self, key: str) -> "ClinicTable":
        """A table in this one."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.refusal(key, "not a table")
        return ClinicTable(self._file, f"{self._place}{key}.", value)

    def tables(self, key: str) -> "list[ClinicTable]":
        """A list of tables in this one, at least one."""
        values = self._take(key)
        if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
            raise self.refusal(key, "not a list of tables")
        return [ClinicTable(self._file, f"{self._place}{key}[{at}].", value) for at, value in enumerate(values)]

    def _weekdays(self, key: str) -> range:
        found = _DAYS.fullmatch(key)
        first = WEEKDAYS.index(found[1]) if found else 1
        last = WEEKDAYS.index(found[2] or found[1]) if found else 0
        if first > last:
            raise self.refusal(key, "unknown key; days are mon, tue, wed, thu, fri, sat, sun, mon-fri …, and except")
        return range(first, last + 1)

    def _date(self, key: str) -> date:
        try:
            return date.fromisoformat(key if re.fullmatch(r"\d{4}-\d{2}-\d{2}", key) else "")
        except ValueError:
            raise self.refusal(key, "unknown key; exceptions are days, YYYY-MM-DD") from None

    def _spans(self, key: str) -> tuple[Span, ...]:
        values = self._take(key)
        if not isinstance(values, list):
            raise self._misshapen(key)
        spans = tuple(self._read_spans(key, values))
        ends = [0, *(span.end_min for span in spans)]
        if any(span.start_min < end or span.end_min > DAY_MIN for span, end in zip(spans, ends, strict=False)):
            raise self._misshapen(key)
        return spans

    def _read_spans(self, key: str, values: list[object]) -> Iterator[Span]:
        for value in values:
            found = _SPAN.fullmatch(value) if isinstance(value, str) else None
            if found is None:
                raise self._misshapen(key)
            from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
            span = Span(from_hour * 60 + from_minute, to_hour * 60 + to_minute)
            if span.start_min >= span.end_min:
                raise self._misshapen(key)
            yield span

    def _misshapen(self, key: str) -> KioskError:
        return self.refusal(key, 'takes a list of spans in order, ["07:00-11:30", "13:30-17:00"]; [] is closed')

    def _take(self, key: str) -> object:
        try:
            return self._entries.pop(key)
        except KeyError:
            raise self.refusal(key, "missing") from None
