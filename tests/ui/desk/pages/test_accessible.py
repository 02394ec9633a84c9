"""What of every further page can be read, heard and reached by keys, in any dress; and that nobody stays on one."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.text import Language
from kiosk.ui.desk.look import GROWTHS
from kiosk.ui.desk.pages.audit import AuditPage
from kiosk.ui.desk.pages.frame import WorkPage
from kiosk.ui.desk.pages.gallery import Invented, entries, page_height, posed, poses
from kiosk.ui.desk.pages.recheck import RecheckList, RecheckPage
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette, contrast

MakeSetting = Callable[..., Any]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
LARGE = GROWTHS[-1]
VI, EN = Language.VI, Language.EN


@pytest.fixture
def each_page(setting: MakeSetting) -> Iterator[Callable[..., Iterator[tuple[str, WorkPage]]]]:
    """Every page in all its states, one after the other, each gone before the next."""

    def pages(
        size: tuple[int, int], language: Language, growth: float, palette: Palette = LIGHT
    ) -> Iterator[tuple[str, WorkPage]]:
        for name in poses():
            page = posed(name, setting(language, growth, palette), (size[0], page_height(size[1])))
            page.activateWindow()
            QApplication.processEvents()
            yield name, page
            page.close()
            page.deleteLater()

    yield pages
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("size", "language", "growth"),
    [
        ((1366, 768), VI, 1.0),
        ((1366, 768), EN, LARGE),
        ((1440, 900), VI, LARGE),
        ((1440, 900), EN, 1.0),
        ((1920, 1080), VI, LARGE),
        ((1920, 1080), EN, LARGE),
    ],
    ids=lambda one: f"{one[0]}x{one[1]}" if isinstance(one, tuple) else str(one),
)
def test_every_written_line_is_whole_and_apart_from_every_other(
    each_page: Any, paint: Any, size: tuple[int, int], language: Language, growth: float
) -> None:
    wrong: list[str] = []
    for name, page in each_page(size, language, growth):
        painting = paint(page)
        assert painting.lines
        found = [*painting.cut(), *painting.crossed(), *painting.covered(), *painting.shortened]
        wrong += [f"{name}: {what}" for what in found]
    assert wrong == []


@pytest.mark.parametrize("palette", [LIGHT, HIGH_CONTRAST], ids=["light", "contrast"])
def test_every_written_line_stands_out_seven_to_one_from_what_is_painted_around_it(
    each_page: Any, paint: Any, palette: Palette
) -> None:
    wrong: list[str] = []
    for name, page in each_page((1366, 768), VI, 1.0, palette):
        painting = paint(page, whole=True)
        wrong += [f"{name}: {what}" for what in painting.faint()]
        # What Qt writes itself: letters are what differs most from the ground.
        for field in page.findChildren(QWidget):
            if isinstance(field, QLineEdit | QComboBox) and field.isVisible() and not field.visibleRegion().isEmpty():
                wrong += [f"{name}: {field.accessibleName()} {ratio:.1f}" for ratio in _farthest(field) if ratio < 7]
    assert wrong == []


def _farthest(field: QWidget) -> Iterator[float]:
    """The contrast between a field's ground and what stands on it, its edge left out; nothing where it is empty."""
    empty = isinstance(field, QLineEdit) and not (field.text() or field.placeholderText())
    if not empty:
        inner = field.grab(field.rect().adjusted(8, 8, -30, -8)).toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = Counter(memoryview(inner.constBits()).cast("I"))
        [ground, *colours] = (f"#{pixel & 0xFFFFFF:06x}" for pixel, _ in pixels.most_common())
        yield max((contrast(ground, colour) for colour in colours), default=1.0)


@pytest.mark.parametrize("language", list(Language))
def test_whatever_is_written_is_heard_and_all_that_acts_is_named_and_says_how_it_is(
    each_page: Any, paint: Any, listen: Any, unheard: Any, of_the_other_language: Any, language: Language
) -> None:
    foreign = of_the_other_language(language)
    missing: list[str] = []
    wrong: list[str] = []
    for name, page in each_page((1366, 768), language, 1.0):
        heard = listen(page)
        missing += [f"{name}: {line}" for line in unheard(paint(page).lines, heard)]
        for one in heard:
            kind = type(one.widget).__name__
            if {one.name, one.told.strip()} & foreign:
                wrong.append(f"{name}: {kind} speaks the other language: {one.name}")
            if one.acts and not one.name:
                wrong.append(f"{name}: {kind} {one.role.name} without a name")
            if isinstance(one.widget, QAbstractButton | QLineEdit | QComboBox) and one.acts:
                if bool(one.state.disabled) is one.widget.isEnabled():
                    wrong.append(f"{name}: {kind} {one.name!r} does not say whether it can be used")
                if one.widget.isEnabled() and not one.state.focusable:
                    wrong.append(f"{name}: {kind} {one.name!r} has no place for the keyboard")
    assert missing == []
    assert wrong == []


def test_tab_goes_through_every_control_once_as_it_is_read_shows_where_and_goes_back(each_page: Any) -> None:
    wrong: list[str] = []
    for name, page in each_page((1366, 768), VI, 1.0):
        there = {
            one for one in page.findChildren(QWidget)
            if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not isinstance(one.parentWidget(), QComboBox)
        }  # fmt: skip
        bare = {one: one.grab().toImage() for one in there if not one.hasFocus()}
        onward = [_press(Qt.Key.Key_Tab) for _ in there]
        if set(onward) != there:
            wrong.append(f"{name}: {[_told(one) for one in there - set(onward)]} not reached")
            continue
        back = []
        for one in [*reversed(onward[:-1]), onward[-1]]:
            back.append(_press(Qt.Key.Key_Backtab))
            if one in bare and back[-1] is one and one.grab().toImage() == bare[one]:
                wrong.append(f"{name}: {_told(one)} does not show that it has the keyboard")
        if back != [*reversed(onward[:-1]), onward[-1]]:
            wrong.append(f"{name}: another way back")
        rows = [(one, one.mapTo(page, one.rect().topLeft())) for one in onward]
        first = min(range(len(rows)), key=lambda at: (rows[at][1].y(), rows[at][1].x()))
        for (one, here), (other, next_) in pairwise([*rows[first:], *rows[:first]]):
            beside = abs(here.y() - next_.y()) < min(one.height(), other.height()) / 2
            columns = next_.x() > here.x() + one.width() / 2
            if not columns and (next_.x() < here.x() if beside else next_.y() < here.y()):
                wrong.append(f"{name}: {_told(other)} after {_told(one)}")
    assert wrong == []


def _press(key: Qt.Key) -> Any:
    at = QApplication.focusWidget()
    assert at is not None
    QTest.keyClick(at, key)
    return QApplication.focusWidget()


def _told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()}"


def test_page_that_comes_is_announced_and_so_is_its_news(setting: MakeSetting, qtbot: QtBot, announced: Any) -> None:
    for name in ("recheck", "recheck-away"):
        announced.clear()
        page = posed(name, setting(VI), (1366, 644))
        qtbot.addWidget(page)
        assert announced[0] == (page.accessibleName(), QAccessible.AnnouncementPoliteness.Polite)
    assert announced[-1] == (page.note.words.text(), QAccessible.AnnouncementPoliteness.Assertive)


# -- nobody stays ---------------------------------------------------------------------------------------------------
class Told(Invented):
    """Whose list has somebody whom no other test knows."""

    def __init__(self, somebody: Any) -> None:
        super().__init__()
        self.somebody = somebody

    def listed(self) -> RecheckList:
        one = entries()[0]
        return RecheckList((replace(one, full_name=self.somebody.name),), ())

    def open_proof(self, visit_id: str) -> Any:
        opened = super().open_proof(visit_id)
        return replace(opened, full_name=self.somebody.name) if opened is not None else None


@pytest.mark.parametrize("end", ["hidden", "forget", "close"])
def test_nothing_of_whoever_was_opened_is_left_anywhere_when_the_page_goes(
    setting: MakeSetting, qtbot: QtBot, somebody: Any, left_of_somebody: Any, caplog: pytest.LogCaptureFixture, end: str
) -> None:
    page = RecheckPage(setting(VI), Told(somebody))
    qtbot.addWidget(page)
    page.show()
    page.shown()
    page.open_button.click()
    page.reason.setFocus()
    QTest.keyClicks(page.reason, f"so {somebody.number}")
    assert left_of_somebody(), "the trap sees whoever is here"
    if end == "close":
        page.close()
        page.hidden()
    else:
        getattr(page, end)()
    assert left_of_somebody() == []
    assert not somebody.is_in(caplog.text)


def test_nothing_that_was_looked_for_in_the_audit_is_left(
    setting: MakeSetting, qtbot: QtBot, somebody: Any, left_of_somebody: Any
) -> None:
    page = AuditPage(setting(VI), Invented(), lambda: "")
    qtbot.addWidget(page)
    page.show()
    page.shown()
    page.subject_filter.setFocus()
    QTest.keyClicks(page.subject_filter, somebody.number)
    assert left_of_somebody()
    page.hidden()
    assert left_of_somebody() == []
