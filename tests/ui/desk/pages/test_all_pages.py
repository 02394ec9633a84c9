"""What every page promises: names and roles, targets, contrast, nothing cut or covered, keys alone, clear failures."""

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language
from kiosk.ui.desk.look import GROWTHS, TARGET_PX
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.charts import Chart
from kiosk.ui.desk.pages.frame import Choice, WorkPage
from kiosk.ui.desk.pages.gallery import SIZES, Invented, page_height, posed, poses, render_staff_pages
from kiosk.ui.desk.pages.table import Rows
from kiosk.ui.desk.pieces import DeskButton, Words
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette, contrast

MakeSetting = Callable[..., PageSetting]
NAMES = tuple(poses())
LARGE = GROWTHS[-1]


@pytest.fixture
def open_page(qtbot: QtBot, setting: MakeSetting) -> Callable[..., WorkPage]:
    def opened(
        name: str, size: tuple[int, int] = (1366, 768), language: Language = Language.VI, growth: float = 1.0,
        palette: Palette = LIGHT,
    ) -> WorkPage:  # fmt: skip
        page = posed(name, setting(language, growth, palette), (size[0], page_height(size[1])))
        qtbot.addWidget(page)
        page.activateWindow()
        QApplication.processEvents()
        return page

    return opened


def shown(page: QWidget, *kinds: type) -> list[QWidget]:
    return [one for one in page.findChildren(QWidget) if isinstance(one, kinds) and one.isVisibleTo(page)]


def place(widget: QWidget, page: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_acts_has_a_name_and_a_role(open_page: Callable[..., WorkPage], name: str) -> None:
    page = open_page(name)
    assert page.accessibleName()
    roles = {
        DeskButton: QAccessible.Role.Button,
        QLineEdit: QAccessible.Role.EditableText,
        Choice: QAccessible.Role.ComboBox,
        Rows: QAccessible.Role.Table,
    }
    for widget in shown(page, *roles):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget
        assert interface.role() == next(role for kind, role in roles.items() if isinstance(widget, kind))
    for button in shown(page, DeskButton):
        assert button.accessibleDescription(), "a button without its key"


@pytest.mark.parametrize("growth", [1.0, LARGE])
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_pressed_is_large_enough(open_page: Callable[..., WorkPage], name: str, growth: float) -> None:
    page = open_page(name, growth=growth)
    for widget in shown(page, QPushButton, QComboBox, QLineEdit):
        assert widget.height() >= TARGET_PX, widget.accessibleName()
    for table in shown(page, Rows):
        assert isinstance(table, Rows)
        assert all(table.rowHeight(row) >= TARGET_PX for row in range(table.rowCount()))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("growth", [1.0, LARGE])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_or_covered(
    open_page: Callable[..., WorkPage], name: str, growth: float, language: Language
) -> None:
    page = open_page(name, SIZES[0], language, growth)
    for width, height in SIZES:
        page.resize(width, page_height(height))
        QApplication.processEvents()
        wrong = [*_without_room(page), *_apart(page)]
        assert wrong == [], (width, height)


def _without_room(page: WorkPage) -> Iterator[str]:
    for words in shown(page, Words):
        assert isinstance(words, Words)
        if words.height() < words.heightForWidth(words.width()):
            yield words.text()
    for button in shown(page, DeskButton):
        assert isinstance(button, DeskButton)
        wide, tall = button.minimumSizeHint().width(), button.heightForWidth(button.width())
        if button.height() < tall or button.width() < wide:
            yield button.text()
    for table in shown(page, Rows):
        assert isinstance(table, Rows)
        for row in range(table.rowCount()):
            needed = [table.needed_height(row, column) for column in range(table.columnCount())]
            if table.rowHeight(row) < max(needed):
                yield f"row {row}"


def _apart(page: WorkPage) -> Iterator[str]:
    """What leaves the page, and what lies over another piece."""
    leaves = [(leaf, place(leaf, page)) for leaf in shown(page, DeskButton, Choice, QLineEdit, Words)]
    for leaf, at in leaves:
        if at.left() < 0 or at.right() >= page.width():
            yield f"{leaf} leaves"
    free = [(leaf, at) for leaf, at in leaves if not _is_inside(leaf, QAbstractScrollArea, page)]
    for (one, here), (other, there) in combinations(free, 2):
        if here.intersects(there):
            yield f"{one} over {other}"


def _is_inside(widget: QWidget, kind: type, page: WorkPage) -> bool:
    """Whether it lies in something that scrolls within the page's own scroll area."""
    above, found = widget.parentWidget(), 0
    while above is not None and above is not page:
        found += isinstance(above, kind)
        above = above.parentWidget()
    return found > 1


@pytest.mark.parametrize("palette", [LIGHT, HIGH_CONTRAST], ids=["light", "contrast"])
def test_words_of_pages_stand_out(palette: Palette) -> None:
    pairs = [(palette.ink, palette.surface), (palette.ink, palette.ground), (palette.ink_soft, palette.surface)]
    pairs += [(palette.ink_soft, palette.ground), (palette.ink, palette.brand_tint), (palette.on_brand, palette.brand)]
    pairs += [(pair.ink, pair.ground) for _, pair in palette.tones]
    pairs += [(pair.ink, palette.brand_tint) for _, pair in palette.tones]
    pairs += [(palette.ink, pair.ground) for _, pair in palette.tones]
    assert all(contrast(ink, ground) >= 7 for ink, ground in pairs)
    graphics = [(palette.line, palette.surface), (palette.brand, palette.surface), (palette.focus, palette.surface)]
    assert all(contrast(ink, ground) >= 3 for ink, ground in graphics)


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_shown_and_heard_once(open_page: Callable[..., WorkPage], name: str) -> None:
    page = open_page(name)
    keys = [key for key, _ in page.keys()]  # noqa: SIM118 - no mapping
    assert len(set(keys)) == len(keys)
    assert keys == [button.accessibleDescription() for button in shown(page, DeskButton)]
    assert all(QKeySequence(key).toString() for key in keys)


@pytest.mark.parametrize("name", NAMES)
def test_tab_reaches_every_field_and_no_enter_presses_a_button(open_page: Callable[..., WorkPage], name: str) -> None:
    page = open_page(name)
    wanted = {one for one in shown(page, Rows, Choice, QLineEdit) if one.isEnabled()}
    reached = set()
    for _ in range(60):
        QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_Tab)
        if (focused := QApplication.focusWidget()) is not None:
            reached.add(focused)
    assert wanted <= reached
    pressed: list[str] = []
    for button in shown(page, DeskButton):
        assert isinstance(button, DeskButton)
        button.clicked.connect(lambda: pressed.append("pressed"))
        QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == []


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("devices")])
def test_what_fails_is_told_in_a_sentence(qtbot: QtBot, setting: MakeSetting, name: str) -> None:
    error = KioskError(FailureCode.STORE_UNAVAILABLE, "server")
    page = poses()[name].make(setting(), Invented(broken=error))
    qtbot.addWidget(page)
    page.show()
    page.shown()
    told = {page.note.words.text()}
    for button in shown(page, DeskButton):
        assert isinstance(button, DeskButton)
        button.click()
        told.add(page.note.words.text())
    assert error.told(Language.VI) in told


@pytest.mark.parametrize("name", NAMES)
def test_hidden_page_has_forgotten_everybody(open_page: Callable[..., WorkPage], name: str) -> None:
    page = open_page(name)
    page.hidden()
    told = " ".join([*(words.text() for words in page.findChildren(Words)), *_cells(page)])
    for somebody in ("Quỳnh", "Huỳnh", "Hoàng", "Trần Thị", "Lê Văn", "5a3c0f", "thẻ giấy còn hạn"):
        assert somebody not in told
    assert all(not line.text() for line in page.findChildren(QLineEdit))


def _cells(page: WorkPage) -> list[str]:
    tables = page.findChildren(Rows)
    items = [t.item(row, column) for t in tables for row in range(t.rowCount()) for column in range(t.columnCount())]
    return [item.text() for item in items if item is not None]


@pytest.mark.parametrize("name", ["statistics", "statistics-month", "statistics-nothing"])
def test_every_chart_says_its_numbers_in_words(open_page: Callable[..., WorkPage], name: str) -> None:
    page = open_page(name)
    for chart in page.findChildren(Chart):
        assert chart.accessibleName()
        assert chart.accessibleDescription()
        assert all(bar.told in chart.accessibleDescription() for bar in chart.bars)


def test_pictures_of_pages_are_repeatable(qapp: QApplication, tmp_path: Path) -> None:
    runs = [
        render_staff_pages(
            tmp_path / run, sizes=[(1280, 720)], languages=[Language.VI], growths=[1.0],
            palettes=[("", LIGHT)], pages=["recheck", "statistics"],
        )
        for run in ("one", "two")
    ]  # fmt: skip
    assert [file.name for file in runs[0]] == ["recheck-vi-1280x720.png", "statistics-vi-1280x720.png"]
    for one, two in zip(*runs, strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert QImage(str(one)).width() == 1280
