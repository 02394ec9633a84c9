"""The tables of the law, read and checked: a table that cannot be meant is refused at start, not at the desk."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise

from kiosk.eligibility.law.tables import Amount, Law, RouteRow, Share
from kiosk.eligibility.visit import CareLevel, FormerTier, PrimaryKind, Purpose
from kiosk.failure import FailureCode, KioskError

TABLES = ("amounts", "benefits", "papers", "routes", "house")

_FLAGS = frozenset({True, False})
FACTS: Mapping[str, frozenset[str | bool]] = {
    "uses_insurance": _FLAGS,
    "purpose": frozenset(purpose.value for purpose in Purpose),
    "level": frozenset(level.value for level in CareLevel),
    "primary_kind": frozenset(kind.value for kind in PrimaryKind),
    "former_tier": frozenset(tier.value for tier in FormerTier),
    "registered": _FLAGS,
    "inpatient": _FLAGS,
    "transfer_form": _FLAGS,
    "temporary_residence": _FLAGS,
    "appointment": _FLAGS,
    "organ_donor": _FLAGS,
    "newborn_care": _FLAGS,
    "emergency": _FLAGS,
    "listed_disease": _FLAGS,
    "hard_area": _FLAGS,
}
"""What a row of the routes may ask for, and the values it may have; `points` is asked for as a range."""

_MOST_POINTS = 100
_DIGITS = frozenset("12345")


@cache
def packaged_law() -> Law:
    """The tables that this release brings.

    Raises:
        KioskError: as `read_law`.
    """
    folder = files("kiosk.eligibility.law")
    return read_law({name: folder.joinpath(f"{name}.toml").read_text("utf-8") for name in TABLES})


def read_law(texts: Mapping[str, str]) -> Law:
    """The law from its tables' TOML, by their names in `TABLES`.

    Raises:
        KioskError: SETTINGS_INVALID, naming the table and the key: missing, unknown, out of its form or its order.
    """
    tables = {name: _Table.parse(f"law/{name}.toml", texts.get(name, "")) for name in TABLES}
    amounts, benefits, papers = tables["amounts"], tables["benefits"], tables["papers"]
    forces, hard_area = benefits.sourced("forces"), benefits.sourced("hard_area")
    law = Law(
        base_salaries=_amounts(amounts, "base_salary"),
        exemption_salaries=amounts.number_in("co_pay_exemption", "base_salaries", 1, 60),
        low_cost_percent=amounts.number_in("low_cost", "percent_of_base_salary", 0, 100),
        percent_of_digit=_benefits(benefits),
        forces=forces.texts("groups"),
        island_areas=hard_area.texts("islands"),
        hard_areas=hard_area.texts("areas"),
        hard_area_groups=hard_area.texts("groups"),
        child_under_years=benefits.number_in("child", "under_years", 1, 18),
        newborn_days=benefits.number_in("newborn", "days", 1, 365),
        transfer_working_days=papers.number_in("transfer_form", "working_days", 1, 365),
        listed_transfer_years=papers.number_in("transfer_form_for_listed_disease", "years", 1, 10),
        days_off=_days_off(papers),
        routes=tuple(_route(row) for row in tables["routes"].rows("route")),
        earlier_answer_days=tables["house"].number_in("earlier_answer", "days", 0, 366),
    )
    for table in (*tables.values(), forces, hard_area):
        table.refuse_unknown()
    return law


def _amounts(table: "_Table", key: str) -> tuple[Amount, ...]:
    rows = table.rows(key)
    amounts = tuple(Amount(row.day("from"), row.number("vnd", 1, 10**9), row.source()) for row in rows)
    for row in rows:
        row.refuse_unknown()
    if any(later.valid_from <= earlier.valid_from for earlier, later in pairwise(amounts)):
        raise table.refusal(key, "the days are not in order")
    return amounts


def _benefits(table: "_Table") -> Mapping[str, int]:
    percent_of_digit: dict[str, int] = {}
    for row in table.rows("benefit"):
        digit = row.text("digit")
        if digit in percent_of_digit or digit not in _DIGITS:
            raise row.refusal("digit", "not one of 1 to 5, or there twice")
        percent_of_digit[digit] = row.number("percent", 0, 100)
        row.source()
        row.refuse_unknown()
    if percent_of_digit.keys() != _DIGITS:
        raise table.refusal("benefit", "not all digits from 1 to 5")
    return percent_of_digit


def _days_off(table: "_Table") -> frozenset[date]:
    days: set[date] = set()
    for row in table.rows("day_off"):
        first, last = row.day("from"), row.day("to")
        if not first <= last <= first + timedelta(days=31):
            raise row.refusal("to", "not within a month after `from`")
        days |= {first + timedelta(days=at) for at in range((last - first).days + 1)}
        row.source()
        row.refuse_unknown()
    return frozenset(days)


def _route(row: "_Table") -> RouteRow:
    when = row.table("when")
    points = _points(when)
    conditions = {name: when.choices(name, allowed) for name, allowed in FACTS.items() if name in when}
    when.refuse_unknown()
    shares: list[Share] = []
    for entry in row.rows("share"):
        percent = entry.number("percent", 0, 100) if "percent" in entry else None
        shares.append(Share(entry.day("from"), percent, "whatever_card" in entry and entry.flag("whatever_card")))
        entry.refuse_unknown()
    if any(later.valid_from <= earlier.valid_from for earlier, later in pairwise(shares)):
        raise row.refusal("share", "the days are not in order")
    found = RouteRow(row.text("code"), conditions, points, tuple(shares), row.source())
    row.refuse_unknown()
    return found


def _points(when: "_Table") -> tuple[int, int] | None:
    if "points" not in when:
        return None
    span = when.table("points")
    lowest = span.number("from", 0, _MOST_POINTS) if "from" in span else 0
    below = span.number("below", lowest + 1, _MOST_POINTS + 1)
    span.refuse_unknown()
    return lowest, below


class _Table:
    """A TOML table that is emptied as it is read: what is left was not expected."""

    def __init__(self, place: str, entries: Mapping[str, object]) -> None:
        self._place = place
        self._entries = dict(entries)

    @classmethod
    def parse(cls, name: str, text: str) -> "_Table":
        try:
            return cls(f"{name}: ", tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise KioskError(FailureCode.SETTINGS_INVALID, f"{name}: {error}") from None

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def refusal(self, key: str, why: str) -> KioskError:
        return KioskError(FailureCode.SETTINGS_INVALID, f"{self._place}{key}: {why}")

    def refuse_unknown(self) -> None:
        for key in self._entries:
            raise self.refusal(key, "unknown key")

    def sourced(self, key: str) -> "_Table":
        """A table that names its legal source."""
        found = self.table(key)
        found.source()
        return found

    def source(self) -> str:
        return self.text("source")

    def number_in(self, table: str, key: str, least: int, most: int) -> int:
        """The only number of a table that names its legal source."""
        found = self.sourced(table)
        number = found.number(key, least, most)
        found.refuse_unknown()
        return number

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refusal(key, "not a text")
        return value

    def texts(self, key: str) -> frozenset[str]:
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
            raise self.refusal(key, "not a list of texts")
        return frozenset(value)

    def choices(self, key: str, allowed: frozenset[str | bool]) -> frozenset[str | bool]:
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(entry, str | bool) for entry in value):
            raise self.refusal(key, "not a list of values")
        if strange := [entry for entry in value if entry not in allowed]:
            raise self.refusal(key, f"unknown value {strange[0]!r}")
        return frozenset(value)

    def number(self, key: str, least: int, most: int) -> int:
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.refusal(key, f"not a whole number from {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.refusal(key, "neither true nor false")
        return value

    def day(self, key: str) -> date:
        value = self._take(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refusal(key, "not a date")
        return value

    def table(self, key: str) -> "_Table":
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.refusal(key, "not a table")
        return _Table(f"{self._place}{key}.", value)

    def rows(self, key: str) -> "list[_Table]":
        values = self._take(key)
        if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
            raise self.refusal(key, "not a list of tables")
        return [_Table(f"{self._place}{key}[{at}].", value) for at, value in enumerate(values, 1)]

    def _take(self, key: str) -> object:
        try:
            return self._entries.pop(key)
        except KeyError:
            raise self.refusal(key, "missing") from None
