"""A period's statistics as words: rows for the table and the CSV, and what charts show of them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.checkin.records.statistics import Period, Span, Statistics
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.numbers import count_words
from kiosk.ui.desk.pages.charts import Bar

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a spreadsheet's formula may begin."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with the period's before: a row of the table. `now` and `before` are as people read them."""

    group: str
    label: str
    now: str
    before: str


class Told:
    """Two periods in one language; `services` are the clinic's names by code. `grouped`: thousands are parted."""

    def __init__(
        self,
        now: Statistics,
        before: Statistics,
        services: Mapping[str, str],
        language: Language,
        *,
        grouped: bool = True,
    ) -> None:
        self._now, self._before, self._services, self._language = now, before, services, language
        self._grouped = grouped

    def plain(self) -> "Told":
        """The same for programs, to which a parted number is a text."""
        return Told(self._now, self._before, self._services, self._language, grouped=False)

    def hours(self) -> tuple[Bar, ...]:
        """From the first hour in which anybody came to the last."""
        both = [max(pair) for pair in zip(self._now.hours, self._before.hours, strict=True)]
        open_hours = [hour for hour, count in enumerate(both) if count]
        if not open_hours:
            return ()
        return tuple(
            Bar(
                self._say("hour", hour=hour),
                self._now.hours[hour],
                self._before.hours[hour],
                self._count(self._now.hours[hour]),
                self._count(self._before.hours[hour]),
            )
            for hour in range(open_hours[0], open_hours[-1] + 1)
        )

    def verdicts(self) -> tuple[Bar, ...]:
        """Most first."""
        return self._counts(self._now.verdicts, self._before.verdicts, "decision.verdict.{}.title")

    def trusts(self) -> tuple[Bar, ...]:
        """Most first."""
        return self._counts(self._now.trusts, self._before.trusts, "staff.statistics.trust.{}")

    def failures(self) -> tuple[Bar, ...]:
        """Slips that did not come out, by why; lookups without an answer, by why."""
        slips = self._counts(self._now.print_faults, self._before.print_faults, "staff.statistics.print_fault.{}")
        lookups = self._counts(self._now.troubles, self._before.troubles, "proof.trouble.{}")
        return (
            *(self._prefixed("print", bar) for bar in slips),
            *(self._prefixed("lookup", bar) for bar in lookups),
        )

    def prints(self) -> tuple[Bar, ...]:
        """How slips ended."""
        return self._counts(self._now.prints, self._before.prints, "staff.statistics.print.{}")

    def waits(self) -> tuple[Bar, ...]:
        """The ninth of ten as the bar's length: what the slow ones have to bear."""
        before = dict(self._before.waits)
        return tuple(
            Bar(
                self._services.get(code, code),
                wait.ninetieth_s,
                before[code].ninetieth_s if code in before else 0,
                self._wait(wait.median_s, wait.ninetieth_s),
                self._wait(before[code].median_s, before[code].ninetieth_s) if code in before else "",
            )
            for code, wait in sorted(self._now.waits, key=lambda one: -one[1].ninetieth_s)
        )

    def figures(self) -> tuple[Figure, ...]:
        """Every number, once."""
        rows = [self._figure("visits", "all", self._now.visits, self._before.visits)]
        if self._now.removed or self._before.removed:
            rows.append(self._figure("visits", "removed", self._now.removed, self._before.removed))
        rows += [Figure(self._say("hours"), bar.label, bar.told, bar.told_before) for bar in self.hours()]
        for group, bars in (
            ("waits", self.waits()),
            ("verdicts", self.verdicts()),
            ("trusts", self.trusts()),
            ("prints", self.prints()),
            ("failures", self.failures()),
        ):
            rows += [Figure(self._say(group), bar.label, bar.told, bar.told_before or "0") for bar in bars]
        rows.append(self._figure("lookups", "all", self._now.asked, self._before.asked))
        return tuple(rows)

    def described(self, bars: Sequence[Bar]) -> str:
        """A chart in words."""
        if not bars:
            return self._say("nothing")
        before = self._say("before_words")
        return "; ".join(f"{bar.label}: {bar.told} ({before} {bar.told_before or '0'})" for bar in bars)

    def _counts(self, now: Iterable[tuple[str, int]], before: Iterable[tuple[str, int]], words: str) -> tuple[Bar, ...]:
        counted, earlier = dict(now), dict(before)
        codes = [*counted, *(code for code in earlier if code not in counted)]
        names = catalog(self._language)
        return tuple(
            Bar(
                names.get(words.format(code), code or self._say("unnamed")),
                counted.get(code, 0),
                earlier.get(code, 0),
                self._count(counted.get(code, 0)),
                self._count(earlier.get(code, 0)),
            )
            for code in codes
        )

    def _figure(self, group: str, label: str, now: int, before: int) -> Figure:
        return Figure(self._say(group), self._say(label), self._count(now), self._count(before))

    def _count(self, count: int) -> str:
        return count_words(count, self._language) if self._grouped else str(count)

    def _prefixed(self, kind: str, bar: Bar) -> Bar:
        return Bar(self._say(f"{kind}_prefix", what=bar.label), bar.value, bar.before, bar.told, bar.told_before)

    def _wait(self, median_s: int, ninetieth_s: int) -> str:
        return self._say("wait", median=round(median_s / 60), ninetieth=round(ninetieth_s / 60))

    def _say(self, key: str, **values: object) -> str:
        return say(f"staff.statistics.{key}", self._language, **values)


def period_words(period: Period, language: Language) -> str:
    """`Thứ Hai 23/11/2026`, `16/11 – 22/11/2026`, `Tháng 11/2026`."""
    match period.span:
        case Span.DAY:
            weekday = say(f"staff.statistics.weekday.{period.first.weekday()}", language)
            return f"{weekday} {_day(period.first)}"
        case Span.WEEK:
            return f"{period.first:%d/%m} – {_day(period.last)}"
        case Span.MONTH:
            return say("staff.statistics.month", language, month=f"{period.first:%m/%Y}")


def as_csv(figures: Iterable[Figure], titles: Sequence[str]) -> str:
    """Rows for a spreadsheet, in which nothing is taken for a formula; lines end as RFC 4180 says."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([safe_cell(title) for title in titles])
    for one in figures:
        writer.writerow([safe_cell(cell) for cell in (one.group, one.label, one.now, one.before)])
    return written.getvalue()


def safe_cell(text: str) -> str:
    """`text` as a spreadsheet shows and never computes it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
