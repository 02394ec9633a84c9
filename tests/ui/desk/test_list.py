"""Today's list: found by what staff type, steady under the cursor, and empty when it is forgotten."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.queue.place import PlaceState
from kiosk.text import Language
from kiosk.ui.desk.gallery import invented_day
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.desk.rows import Filter, Row, asks_the_store, listed_rows, row_of
from kiosk.ui.desk.today_list import VisitList
from kiosk.ui.desk.visit_model import VisitModel


@pytest.fixture
def rows(desk_clinic: Clinic) -> list[Row]:
    return [row_of(one, Language.VI) for one in invented_day(desk_clinic).visits or ()]


@pytest.mark.parametrize(
    ("typed", "tickets"),
    [
        ("mau", ["A042"]),
        ("hoang yen", ["A041"]),
        ("yến le", ["A041"]),
        ("a042", ["A042"]),
        ("42", ["A042"]),
        ("nguyen", ["A042", "A037"]),
        ("nobody", []),
        ("  ", ["A042", "A041", "B017", "A040", "C008", "A039", "C007", "A038", "A037", "B016", "A036", "A035"]),
    ],
)
def test_typed_words_find_names_without_marks_and_tickets(rows: list[Row], typed: str, tickets: list[str]) -> None:
    assert [row.ticket for row in listed_rows(rows, Filter.ALL, typed)] == tickets


def test_what_the_store_found_follows_and_is_not_doubled(rows: list[Row]) -> None:
    earlier = replace(rows[3], visit_id="f" * 32, state=None, when="01/10/2026")
    found = listed_rows(rows, Filter.WAITING, "999048000123", [rows[0], earlier])
    assert [row.visit_id for row in found] == [rows[0].visit_id, "f" * 32]


def test_filters_show_what_they_say(rows: list[Row]) -> None:
    counts = {one: sum(row.falls_under(one) for row in rows) for one in Filter}
    assert counts == {Filter.ALL: 12, Filter.WAITING: 6, Filter.CALLED: 2, Filter.ATTENTION: 2, Filter.UNVERIFIED: 1}


@pytest.mark.parametrize(("typed", "asks"), [("a", False), ("an", True), ("999048000123", True), ("", False)])
def test_store_is_asked_for_more_than_a_letter(typed: str, asks: bool) -> None:
    assert asks_the_store(typed) is asks


def test_new_line_leaves_the_chosen_one_chosen_and_where_it_was(
    desk_look: DeskLook, rows: list[Row], qtbot: Any
) -> None:
    shown = VisitList(desk_look, "list")
    qtbot.addWidget(shown)
    shown.resize(500, 260)
    shown.show()
    shown.show_rows(rows[1:])
    shown.choose(rows[6].visit_id)
    shown.scrollTo(shown.currentIndex())
    QApplication.processEvents()
    before = shown.visualRect(shown.currentIndex()).top()
    shown.show_rows(rows)
    assert shown.row == rows[6]
    assert shown.visualRect(shown.currentIndex()).top() == before


def test_nothing_comes_or_goes_under_the_mouse_until_it_leaves(
    desk_look: DeskLook, rows: list[Row], qtbot: Any
) -> None:
    shown = VisitList(desk_look, "list")
    qtbot.addWidget(shown)
    shown.resize(500, 400)
    shown.show()
    shown.show_rows(rows[1:])
    point = QPointF(10, 10)
    QApplication.sendEvent(shown, QEnterEvent(point, point, point))
    shown.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    called = replace(rows[1], state=PlaceState.CALLED)
    shown.show_rows([rows[0], called, *rows[2:]])
    assert [row.visit_id for row in shown.lines.rows] == [row.visit_id for row in rows[1:]]
    assert shown.lines.rows[0].state is PlaceState.CALLED
    shown.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QApplication.sendEvent(shown, QEvent(QEvent.Type.Leave))
    assert len(shown.lines.rows) == len(rows)


def test_model_that_forgets_has_no_rows_and_no_words(rows: list[Row]) -> None:
    model = VisitModel()
    model.replace(rows)
    index = model.index(0)
    assert rows[0].name in model.data(index)
    model.forget()
    assert model.rowCount() == 0
    assert model.data(model.index(0)) is None
