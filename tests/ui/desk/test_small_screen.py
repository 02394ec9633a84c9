"""What a visit needs is seen or reached on the screens that clinics have, in every size of letters."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from kiosk.text import Language
from kiosk.ui.desk.keys import Act
from kiosk.ui.desk.window import DeskWindow

VI, EN = Language.VI, Language.EN
SCREENS = [
    ((1280, 720), 1.5, VI),
    ((1366, 768), 1.0, EN),
    ((1366, 768), 1.5, EN),
    ((1440, 900), 1.25, VI),
    ((1920, 1080), 1.0, VI),
    ((1920, 1080), 1.5, EN),
]


def is_whole(widget: QWidget) -> bool:
    return not widget.visibleRegion().isEmpty() and widget.visibleRegion().boundingRect() == widget.rect()


def services_seen(window: DeskWindow) -> int:
    return sum(is_whole(tile) for tile in window.view.acts.services.tiles)


def reached_by_scrolling(window: DeskWindow, widget: QWidget) -> bool:
    """By the one bar that is beside it."""
    areas = [one for one in window.findChildren(QScrollArea) if one.isAncestorOf(widget)]
    if len(areas) == 1:
        areas[0].ensureWidgetVisible(widget)
        QApplication.processEvents()
    return len(areas) <= 1 and is_whole(widget)


@pytest.mark.parametrize(("size", "growth", "language"), SCREENS)
def test_order_is_seen_with_what_it_orders_and_every_service_and_act_is_reached(
    pose: Any, size: tuple[int, int], growth: float, language: Language
) -> None:
    window = pose("found-covered", size, language, growth)
    acts = window.view.acts
    assert is_whole(acts.buttons[Act.GIVE])
    assert services_seen(window) >= 4
    for widget in (*acts.services.tiles, *acts.buttons.values()):
        assert reached_by_scrolling(window, widget), widget.accessibleName()
    assert is_whole(acts.buttons[Act.GIVE])


@pytest.mark.parametrize("language", [VI, EN])
@pytest.mark.parametrize(
    "size", [(1366, 768), (1440, 900), (1536, 864), (1600, 900), (1280, 1024), (1680, 1050), (1920, 1080)]
)
def test_usual_letters_show_all_services_and_acts_at_once(pose: Any, size: tuple[int, int], language: Language) -> None:
    window = pose("found-covered", size, language, training=True)
    acts = window.view.acts
    assert len(acts.services.tiles) == 10
    hidden = [one.accessibleName() for one in (*acts.services.tiles, *acts.buttons.values()) if not is_whole(one)]
    assert hidden == []


@pytest.mark.parametrize("language", [VI, EN])
@pytest.mark.parametrize("size", [(1366, 768), (1440, 900), (1600, 900), (1920, 1080)])
def test_acts_stand_in_their_order_each_in_at_most_two_lines_and_no_line_has_an_empty_half(
    pose: Any, paint: Any, size: tuple[int, int], language: Language
) -> None:
    window = pose("found-covered", size, language)
    buttons = list(window.view.acts.buttons.values())
    painted = [line for line in paint(window).lines if line.widget in buttons]
    words = {one.text(): sum(line.widget is one and line.words in one.text() for line in painted) for one in buttons}
    assert [text for text, lines in words.items() if not 1 <= lines <= 2] == []
    places = [QRect(one.mapTo(window, QPoint(0, 0)), one.size()) for one in buttons if one.act is not Act.GIVE]
    rows = [[one for one in places if one.top() == top] for top in sorted({one.top() for one in places})]
    assert [one for row in rows for one in row] == places
    assert len({(row[0].left(), row[-1].right()) for row in rows}) == 1


@pytest.mark.parametrize("size", [(1366, 768), (1600, 900), (1920, 800)])
def test_what_is_to_be_done_and_what_differs_are_seen_without_scrolling_where_there_is_little_height(
    pose: Any, size: tuple[int, int]
) -> None:
    window = pose("found-differs", size)
    labels = {label.text(): label for label in window.view.centre.findChildren(QLabel)}
    for words in ("Việc cần làm: Đối chiếu họ tên, ngày sinh, giới tính với giấy tờ.", "12/03/1991"):
        assert is_whole(labels[words]), words


@pytest.mark.parametrize("name", ["kept", "done"])
@pytest.mark.parametrize("growth", [1.0, 1.5])
def test_without_services_all_acts_are_seen_and_the_main_one_is_first(pose: Any, name: str, growth: float) -> None:
    window = pose(name, (1366, 768), growth=growth)
    buttons = list(window.view.acts.buttons.values())
    assert [is_whole(one) for one in buttons] == [True] * len(buttons)
    tops = [one.mapTo(window, QPoint(0, 0)).y() for one in buttons]
    assert tops == sorted(tops)


def test_digit_of_a_service_below_the_edge_brings_it_into_sight_and_tells_it_beside_the_order(pose: Any) -> None:
    window = pose("found-covered", (1366, 768), growth=1.5)
    tile = window.view.acts.services.tiles[8]
    assert not is_whole(tile)
    QTest.keyClick(window, Qt.Key.Key_9)
    QApplication.processEvents()
    assert is_whole(tile)
    told = [one for one in window.view.acts.findChildren(QLabel) if one.text() == tile.told]
    assert [is_whole(one) for one in told] == [True]


def test_nothing_moves_below_the_mouse_when_another_service_is_chosen(pose: Any) -> None:
    window = pose("found-covered", (1366, 768))
    tiles = window.view.acts.services.tiles
    before = [tile.mapTo(window, QPoint(0, 0)) for tile in tiles]
    QTest.mouseClick(tiles[3], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert [tile.isChecked() for tile in tiles].index(True) == 3
    assert [tile.mapTo(window, QPoint(0, 0)) for tile in tiles] == before


def test_higher_window_has_the_roomy_arrangement_again(pose: Any) -> None:
    window = pose("found-covered", (1920, 800))
    assert window.view.shape.dense
    window.resize(1920, 1080)
    QApplication.processEvents()
    assert not window.view.shape.dense
    assert window.view.acts.services.tiles[0].isChecked()


def test_reasons_are_as_long_as_their_panel_is_wide(pose: Any, paint: Any) -> None:
    lines = [line.words for line in paint(pose("found-covered", (2560, 1440))).lines]
    assert [words for words in lines if "từ 01/06/2020" in words and words.endswith("chưa được miễn.")]
