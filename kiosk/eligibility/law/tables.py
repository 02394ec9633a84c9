"""What the tables of the law say on a day. Types and look-ups only, no IO."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5

Fact = str | bool | int | None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in đồng that holds from a day on."""

    valid_from: date
    vnd: int
    source: str


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the card's benefit a route pays from a day on, in percent; None: it depends on the case.

    `whatever_card`: percent of the cost in scope, whatever the card promises.
    """

    valid_from: date
    percent: int | None
    whatever_card: bool = False


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One row of the list of routes; `points` is the lowest and the first too high number of points."""

    code: str
    when: Mapping[str, frozenset[str | bool]]
    points: tuple[int, int] | None
    shares: tuple[Share, ...]
    source: str

    def fits(self, facts: Mapping[str, Fact]) -> bool:
        """Whether every condition is known to hold."""
        if self.points is not None:
            points = facts["points"]
            if not isinstance(points, int) or not self.points[0] <= points < self.points[1]:
                return False
        return all(facts[name] in values for name, values in self.when.items())

    def share_on(self, day: date) -> Share | None:
        """The share in force; None before the first."""
        begun = [share for share in self.shares if share.valid_from <= day]
        return begun[-1] if begun else None


@dataclass(frozen=True, slots=True)
class Law:
    """All tables. `percent_of_digit`: benefit digit -> percent of the cost in the fund's scope."""

    base_salaries: tuple[Amount, ...]
    exemption_salaries: int
    low_cost_percent: int
    percent_of_digit: Mapping[str, int]
    forces: frozenset[str]
    island_areas: frozenset[str]
    hard_areas: frozenset[str]
    hard_area_groups: frozenset[str]
    child_under_years: int
    newborn_days: int
    transfer_working_days: int
    listed_transfer_years: int
    days_off: frozenset[date]
    routes: tuple[RouteRow, ...]
    earlier_answer_days: int

    def low_cost_vnd(self, day: date) -> int | None:
        """Below this cost a whole visit is without co-pay; None: no base salary is known for that day."""
        begun = [amount for amount in self.base_salaries if amount.valid_from <= day]
        return begun[-1].vnd * self.low_cost_percent // 100 if begun else None

    def exemption_limits_vnd(self, day: date) -> tuple[int, int] | None:
        """The least and the most that the year's co-pay must exceed, as far as the year has come by `day`.

        They differ in a year in which the base salary changed: what was paid before the change counts at the old one
        [Decree 188/2025/ND-CP art. 18(2)(c)]. None: no base salary is known for the whole year.
        """
        new_year = date(day.year, 1, 1)
        begun = [amount for amount in self.base_salaries if amount.valid_from <= day]
        before = [amount for amount in begun if amount.valid_from <= new_year]
        if not before:
            return None
        of_year = [before[-1], *(amount for amount in begun if amount.valid_from > new_year)]
        limits = [amount.vnd * self.exemption_salaries for amount in of_year]
        return min(limits), max(limits)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, no day off."""
        return day.weekday() < SATURDAY and day not in self.days_off

    def knows_days_off(self, year: int) -> bool:
        """Whether anybody entered the days off of a year."""
        return any(day.year == year for day in self.days_off)

    def add_working_days(self, day: date, count: int) -> date:
        """The last day of a period of working days that begins the day after `day` [Civil Code 2015 art. 147(2)]."""
        while count and day < date.max:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day
