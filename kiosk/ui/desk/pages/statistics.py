"""How many came when, how long they waited and what went wrong, beside the period before: drawn, and as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from kiosk.checkin.records.statistics import Period, Span, Statistics
from kiosk.ui.desk.look import DeskVoice
from kiosk.ui.desk.numbers import count_words
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.charts import BarList, Chart, HourChart, Legend
from kiosk.ui.desk.pages.figures import Told, as_csv, period_words
from kiosk.ui.desk.pages.frame import WorkPage
from kiosk.ui.desk.pages.table import Cell, Column, Rows
from kiosk.ui.desk.pieces import Card, Words
from kiosk.ui.theme.palette import Tone

_CARDS = ("waits", "verdicts", "trusts", "failures")
_TWO_COLUMNS_PX = 900


@dataclass(frozen=True, slots=True)
class TwoPeriods:
    """A period's counts and those of the one before; `services` are the clinic's names by code."""

    now: Statistics
    before: Statistics
    services: tuple[tuple[str, str], ...]


class StatisticsSource(Protocol):
    """Where the page's data come from; everything here may take its time and raise KioskError."""

    def count(self, period: Period) -> TwoPeriods:
        """The counts of a period and of the one before it."""
        ...

    def save_csv(self, name: str, content: str) -> Path:
        """Keeps a table where staff find it, and says where."""
        ...


class StatisticsPage(WorkPage):
    """One period at a time."""

    def __init__(self, setting: PageSetting, source: StatisticsSource, today: Callable[[], date]) -> None:
        super().__init__(setting, "statistics")
        self._source, self._today = source, today
        self.period = Period.around(Span.DAY, today())
        self._told: Told | None = None
        self.span = self.choice("span", [(self.say(f"span.{span.value}"), span) for span in Span], self._other_span)
        self.when = Words(self.look, "", DeskVoice.HEADING)
        self.tools.addWidget(self.when)
        self.legend = Legend(self.look)
        self.hours = HourChart(self.look, self.say("hours"), self.say("nothing"))
        self.lists = {name: BarList(self.look, self.say(name), self.say("nothing")) for name in _CARDS}
        self.table = Rows(
            self.look,
            self.say("title"),
            [
                Column(self.say("column.group")),
                Column(self.say("column.label"), wide=True),
                Column(self.say("column.now"), wide=True, right=True),
                Column(self.say("column.before"), wide=True, right=True),
            ],
        )
        self.removed = Words(self.look, "", DeskVoice.SMALL, "ink_soft")
        self._stack = QStackedWidget()
        self._scroll = self._charts()
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self.table)
        self.body.addWidget(self._stack, 1)
        self.act("earlier", "Alt+Left", self._earlier)
        self.act("later", "Alt+Right", self._later)
        self.act("now", "Alt+H", self._now)
        self.table_button = self.act("table", "Alt+B", self._turn)
        self.save_button = self.act("save", "Alt+X", self._save)
        self._show_period()

    def shown(self) -> None:
        """Asks for the period."""
        self.span.setFocus()
        self.reload()

    def store_back(self) -> None:
        """What could not be read can be."""
        self.note.forget()
        self.reload()

    def wipe(self) -> None:
        """Numbers name nobody; they go all the same."""
        self._told = None
        self._show_told()

    def reload(self) -> None:
        """The period's counts as they are now."""
        self._show_period()
        self.ask(partial(self._source.count, self.period), partial(self._show, self.period))

    # -- arranging ------------------------------------------------------------------------------------------------
    def _charts(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.look.px(12))
        first = Card(self.look, self.say("hours"))
        first.inside.addWidget(self.legend)
        first.inside.addWidget(self.hours)
        first.inside.addWidget(self.removed)
        column.addWidget(first)
        self._grid = QGridLayout()
        self._grid.setSpacing(self.look.px(12))
        self.cards = []
        for name, chart in self.lists.items():
            card = Card(self.look, self.say(name))
            card.inside.addWidget(chart)
            card.inside.addStretch(1)
            self.cards.append(card)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._place_cards(2)
        scroll = QScrollArea()
        scroll.setObjectName("scrolled")
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.say("title"))
        return scroll

    def _place_cards(self, columns: int) -> None:
        for at, card in enumerate(self.cards):
            self._grid.addWidget(card, at // columns, at % columns)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def resizeEvent(self, event: object) -> None:
        """Two columns where there is room for two."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._place_cards(2 if self.width() >= self.look.px(_TWO_COLUMNS_PX) else 1)

    # -- showing --------------------------------------------------------------------------------------------------
    def _show_period(self) -> None:
        self.when.tell(period_words(self.period, self.language))

    def _show(self, period: Period, counted: TwoPeriods) -> None:
        if period != self.period:
            return  # another one is wanted by now
        self._told = Told(counted.now, counted.before, dict(counted.services), self.language)
        self.legend.tell(period_words(period, self.language), period_words(period.before(), self.language))
        now, before = (count_words(one.visits, self.language) for one in (counted.now, counted.before))
        self.aside.tell(self.say("count", now=now, before=before))
        removed = counted.now.removed
        self.removed.tell(self.say("removed_note", count=count_words(removed, self.language)) if removed else "")
        self.removed.setVisible(bool(removed))
        self._show_told()

    def _show_told(self) -> None:
        told = self._told
        charts: list[tuple[Chart, str]] = [(self.hours, "hours"), *((self.lists[name], name) for name in _CARDS)]
        for chart, name in charts:
            bars = getattr(told, name)() if told is not None else ()
            chart.show_bars(bars, told.described(bars) if told is not None else "")
        figures = told.figures() if told is not None else ()
        self.table.fill(
            [
                [
                    Cell(one.group, soft=True),
                    Cell(one.label),
                    Cell(one.now, strong=True, right=True),
                    Cell(one.before, soft=True, right=True),
                ]
                for one in figures
            ]
        )
        self.save_button.setEnabled(told is not None)

    # -- keys -----------------------------------------------------------------------------------------------------
    def _other_span(self) -> None:
        self.period = Period.around(Span(self.span.currentData()), min(self.period.last, self._today()))
        self.reload()

    def _earlier(self) -> None:
        self.period = self.period.before()
        self.reload()

    def _later(self) -> None:
        if self.period.last < self._today():
            self.period = self.period.after()
            self.reload()
        else:
            self.tell("no_later", Tone.INFO)

    def _now(self) -> None:
        self.period = Period.around(self.period.span, self._today())
        self.reload()

    def _turn(self) -> None:
        """Charts or table."""
        is_table = self._stack.currentWidget() is self.table
        self._stack.setCurrentWidget(self._scroll if is_table else self.table)
        self.table_button.tell(self.say("act.table" if is_table else "act.charts"))
        if not is_table:
            self.table.setFocus()

    def _save(self) -> None:
        if self._told is None:
            return
        titles = [self.say(f"column.{name}") for name in ("group", "label", "now", "before")]
        content = as_csv(self._told.plain().figures(), titles)
        name = f"statistics-{self.period.span.value}-{self.period.first.isoformat()}.csv"
        self.ask(partial(self._source.save_csv, name, content), lambda file: self.tell("saved", file=str(file)))
