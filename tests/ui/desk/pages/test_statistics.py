"""Periods by keys, the same numbers in chart, table and CSV, and nothing in it that a spreadsheet computes."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.checkin.records.statistics import Period, Span
from kiosk.text import Language
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.figures import Figure, Told, as_csv, period_words, safe_cell
from kiosk.ui.desk.pages.gallery import TODAY, Invented, statistics
from kiosk.ui.desk.pages.statistics import StatisticsPage

MakeSetting = Callable[..., PageSetting]
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def source() -> Invented:
    return Invented()


@pytest.fixture
def page(qtbot: QtBot, setting: MakeSetting, source: Invented) -> StatisticsPage:
    made = StatisticsPage(setting(), source, lambda: TODAY)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.shown()
    return made


def test_page_begins_with_today(page: StatisticsPage, source: Invented) -> None:
    assert source.asked == [("count", Period(Span.DAY, TODAY, TODAY))]


def test_keys_go_through_periods_and_never_into_the_future(page: StatisticsPage, source: Invented) -> None:
    QTest.keyClick(page.span, Qt.Key.Key_Left, ALT)
    assert page.period == Period(Span.DAY, date(2026, 11, 19), date(2026, 11, 19))
    QTest.keyClick(page.span, Qt.Key.Key_Right, ALT)
    QTest.keyClick(page.span, Qt.Key.Key_Right, ALT)
    assert page.period.first == TODAY
    assert page.note.words.text() == page.say("no_later")


def test_longer_span_is_the_one_around_what_was_shown(page: StatisticsPage) -> None:
    page.span.setCurrentIndex(2)
    assert page.period == Period(Span.MONTH, date(2026, 11, 1), date(2026, 11, 30))
    page.span.setCurrentIndex(0)
    assert page.period.first == TODAY


def test_table_has_every_number_of_the_charts(page: StatisticsPage) -> None:
    rows = page.table
    told = {(rows.item(row, 1).text(), rows.item(row, 2).text()) for row in range(rows.rowCount())}  # type: ignore[union-attr]
    for chart in (page.hours, *page.lists.values()):
        assert {(bar.label, bar.told) for bar in chart.bars} <= told


def test_key_turns_between_charts_and_table(page: StatisticsPage) -> None:
    QTest.keyClick(page.span, Qt.Key.Key_B, ALT)
    assert page.table.isVisible()
    QTest.keyClick(page.table, Qt.Key.Key_B, ALT)
    assert not page.table.isVisible()


def test_csv_is_the_table(page: StatisticsPage, source: Invented) -> None:
    page.save_button.click()
    _, name, content = source.asked[-1]
    assert name == "statistics-day-2026-11-20.csv"
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[0] == ["Mục", "Chi tiết", "Kỳ này", "Kỳ trước"]
    assert ["Lượt tiếp đón", "Tất cả", "594", "620"] in rows
    assert len(rows) == page.table.rowCount() + 1


@pytest.mark.parametrize(("language", "told"), [(Language.VI, "13.068"), (Language.EN, "13,068")])
def test_large_counts_are_parted_for_people_and_never_for_a_spreadsheet(
    qtbot: QtBot, setting: MakeSetting, source: Invented, language: Language, told: str
) -> None:
    made = StatisticsPage(setting(language), source, lambda: TODAY)
    qtbot.addWidget(made)
    made.shown()
    made.span.setCurrentIndex(2)
    assert made.table.item(0, 2).text() == told  # type: ignore[union-attr]
    assert told in made.aside.text()
    made.save_button.click()
    assert list(csv.reader(io.StringIO(source.asked[-1][2])))[1][2] == "13068"


def test_arrivals_of_a_day_without_any_are_said_to_be_none(
    qtbot: QtBot, setting: MakeSetting, source: Invented
) -> None:
    source.is_empty = True
    made = StatisticsPage(setting(), source, lambda: TODAY)
    qtbot.addWidget(made)
    made.resize(1280, 700)
    made.show()
    made.shown()
    empty = made.hours.grab().toImage()
    assert made.hours.accessibleDescription() == made.say("nothing")
    assert len({empty.pixel(x, y) for x in range(empty.width()) for y in range(empty.height())}) > 1
    assert made.hours.sizeHint().height() < made.look.px(60)


def test_answer_about_another_period_is_not_shown(page: StatisticsPage) -> None:
    before = page.aside.text()
    old = Period.around(Span.DAY, date(2026, 1, 5))
    page._show(old, page._source.count(old))
    assert page.aside.text() == before


def test_unknown_codes_are_told_as_they_are() -> None:
    from dataclasses import replace

    period = Period.around(Span.DAY, TODAY)
    now = replace(statistics(period), verdicts=(("new-verdict", 3),), troubles=(("", 2),))
    told = Told(now, statistics(period.before()), {}, Language.EN)
    assert "new-verdict" in [bar.label for bar in told.verdicts()]
    assert "Lookup: Unknown" in [bar.label for bar in told.failures()]


@pytest.mark.parametrize(
    ("span", "words"),
    [(Span.DAY, "Thứ Sáu 20/11/2026"), (Span.WEEK, "16/11 – 22/11/2026"), (Span.MONTH, "Tháng 11/2026")],
)
def test_periods_are_named_as_people_name_them(span: Span, words: str) -> None:
    assert period_words(Period.around(span, TODAY), Language.VI) == words


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'").endswith(text.removeprefix("'"))


@given(st.lists(st.tuples(*[st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))] * 4)))
def test_csv_keeps_every_cell(rows: list[tuple[str, str, str, str]]) -> None:
    figures = [Figure(*row) for row in rows]
    read = list(csv.reader(io.StringIO(as_csv(figures, ("a", "b", "c", "d")), newline="")))
    assert read[1:] == [[safe_cell(cell) for cell in row] for row in rows]
