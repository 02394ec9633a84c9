"""Windows without a screen, a clinic, and time that tests move by hand."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import floor
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleInterface,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
    QPainterPath,
    QTransform,
)
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.text import Language, catalog
from kiosk.ui import announce as announcing
from kiosk.ui.gallery import GLASSES, MOMENT, Glass, examples, pictured, pose_page
from kiosk.ui.guidance import Voice
from kiosk.ui.theme.palette import contrast
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.dialog import TimeQuestion
from kiosk.ui.widgets.sheet import NoticeSheet
from kiosk.ui.widgets.text import Typesetter
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import NO_WISHES, Wishes
from kiosk.workflow.state import Devices, DeviceState, State

ROOT = Path(__file__).resolve().parents[2]
READY = Devices(DeviceState.READY, DeviceState.READY, DeviceState.READY)


@dataclass
class Time:
    """A clock that stands still until it is moved."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def passes(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    """What a test has done with is gone after it: no event loop runs here that would delete it."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    return load_clinic(ROOT / "config" / "clinics" / "mau.toml")


@pytest.fixture(scope="session")
def states(clinic: Clinic) -> dict[str, State]:
    return examples(clinic)


OpenWindow = Callable[..., PatientWindow]


@pytest.fixture
def open_window(qtbot: QtBot, clinic: Clinic, time: Time) -> OpenWindow:
    def opened(
        glass: Glass | None = None, *, training: bool = False, language: Language = Language.VI,
        wishes: Wishes = NO_WISHES, speech: Voice | None = None,
    ) -> PatientWindow:  # fmt: skip
        size = glass or Glass(1920, 1080, 4.03)
        window = PatientWindow(
            clinic,
            scale=Scale(size.px_per_mm),
            training=training,
            animated=False,
            now=lambda: MOMENT,
            clock=time,
            speech=speech,
        )
        qtbot.addWidget(window)
        window.resize(size.width, size.height)
        window.show_devices(READY)
        window.show()
        window.set_language(language)
        window.set_wishes(wishes)
        return window

    return opened


EachPage = Callable[..., Iterator[tuple[str, QWidget | None]]]


@pytest.fixture(scope="session")
def each_page(clinic: Clinic) -> EachPage:
    """Every page in one dress after the other, by its name, with what lies over it; each is gone before the next."""
    everything = pictured(clinic)

    def pages(
        window: PatientWindow, language: Language = Language.VI, wishes: Wishes = NO_WISHES
    ) -> Iterator[tuple[str, QWidget | None]]:
        for name, state in everything.items():
            # What the camera's page says about a code takes as much room in any dress and on any glass.
            if not name.startswith("camera") or (wishes == NO_WISHES and window.width() == GLASSES[0].width):
                pose_page(window, name, state, language, wishes)
                lying = window.findChildren(TimeQuestion) + window.findChildren(NoticeSheet)
                yield name, next((over for over in lying if over.isVisible()), None)

    return pages


# -- what is painted ------------------------------------------------------------------------------------------------
_NOWHERE = QRectF(-100_000, -100_000, 200_000, 200_000)
"""Larger than any window."""
_SLACK_PX = 1.0
"""Letters are drawn between pixels."""
_AROUND_PX = (1.0, 2.0)
"""So far from its letters a line's ground is looked at."""
_SHARE_OF_A_GROUND = 0.3
"""What has less of the edge is a neighbour's."""


@dataclass(frozen=True)
class PaintedLine:
    """A line of letters: `ink` encloses the letters themselves, `room` is where they can be seen, both in the window.

    A room has no end in the direction in which what lies there is scrolled.
    """

    words: str
    widget: QWidget
    colour: str
    ink: QRectF
    room: QRectF
    shown: QRectF


@dataclass
class Painting:
    """What one painting of a window wrote, and what of it cannot be read."""

    window: QWidget
    lines: list[PaintedLine]
    shortened: list[str]
    picture: QImage

    def cut(self) -> list[str]:
        """Lines that do not lie wholly where they can be seen."""
        found = []
        for line in self.lines:
            if not line.room.adjusted(-_SLACK_PX, -_SLACK_PX, _SLACK_PX, _SLACK_PX).contains(line.ink):
                found.append(f"{type(line.widget).__name__} cuts {line.words!r}")
        return found

    def crossed(self) -> list[str]:
        """Lines that lie over each other."""
        places = [
            (line, line.ink.intersected(line.shown).adjusted(_SLACK_PX, _SLACK_PX, -_SLACK_PX, -_SLACK_PX))
            for line in self.lines
            if line.ink.intersects(line.shown)
        ]
        return [
            f"{one.words!r} and {other.words!r}"
            for (one, here), (other, there) in combinations(places, 2)
            if here.intersects(there)
        ]

    def covered(self) -> list[str]:
        """Lines over which another widget lies."""
        found = []
        for line in self.lines:
            # The pixel that it lies in: rounded up, the middle of a sliver at an edge would lie beyond it.
            centre = line.ink.intersected(line.shown).center()
            middle = QPoint(floor(centre.x()), floor(centre.y()))
            above = self.window.childAt(middle) if line.shown.contains(QPointF(middle)) else None
            if above is not None and above is not line.widget and not related(above, line.widget):
                found.append(f"{line.words!r} below {type(above).__name__}")
        return found

    def faint(self, least: float = 7.0) -> list[str]:
        """Lines whose colour stands out less from what was painted around their letters."""
        found = []
        for line in self.lines:
            # What lies only one pixel away, or only two, is a line beside it.
            near, far = (self._grounds(line.ink.adjusted(-away, -away, away, away), line.shown) for away in _AROUND_PX)
            grounds = near & far
            ratio = min((contrast(line.colour, ground) for ground in grounds), default=least)
            if ratio < least:
                found.append(f"{type(line.widget).__name__} {line.words!r} {ratio:.1f}")
        return found

    def _grounds(self, around: QRectF, shown: QRectF) -> set[str]:
        """The colours along the edges of a place, that its letters do not reach; none where it is scrolled away."""
        place = around.intersected(shown).toAlignedRect().intersected(self.picture.rect())
        if not around.intersects(shown) or place.width() < 3 or place.height() < 3:
            return set()
        wide, tall = place.width(), place.height()
        edges = (
            QRect(place.left(), place.top(), wide, 1), QRect(place.left(), place.bottom(), wide, 1),
            QRect(place.left(), place.top(), 1, tall), QRect(place.right(), place.top(), 1, tall),
        )  # fmt: skip
        strips = [self.picture.copy(edge) for edge in edges]
        pixels = [pixel for strip in strips for pixel in memoryview(strip.constBits()).cast("I")]
        counted = Counter(f"#{pixel & 0xFFFFFF:06x}" for pixel in pixels)
        return {colour for colour, times in counted.items() if times > _SHARE_OF_A_GROUND * len(pixels)}


def related(one: QWidget, other: QWidget) -> bool:
    """Whether one lies inside the other."""
    return one.isAncestorOf(other) or other.isAncestorOf(one)


def rooms_of(widget: QWidget, window: QWidget) -> tuple[QRectF, QRectF]:
    """Where its letters can be seen after scrolling, and where now."""
    room = shown = _NOWHERE
    wide = tall = False
    at: QWidget | None = widget
    while at is not None:
        place = QRectF(QRect(at.mapTo(window, QPoint(0, 0)), at.size()))
        shown = shown.intersected(place)
        around = at.parentWidget()
        if isinstance(around, QAbstractScrollArea) and around.viewport() is at:
            tall = tall or around.verticalScrollBar().maximum() > 0
            wide = wide or around.horizontalScrollBar().maximum() > 0
        # What scrolls is brought to where all that lies around it is seen too.
        if tall:
            place = QRectF(place.left(), _NOWHERE.top(), place.width(), _NOWHERE.height())
        if wide:
            place = QRectF(_NOWHERE.left(), place.top(), _NOWHERE.width(), place.height())
        room = room.intersected(place)
        at = around if at is not window else None
    return room, shown


Paint = Callable[..., Painting]


@pytest.fixture
def paint(monkeypatch: pytest.MonkeyPatch) -> Paint:
    """Paints a window and notes every line that the house's typesetter writes; `over`: only those in that widget.

    `whole`: with the pixels, for its contrasts; without them it takes a tenth of the time.
    """
    written: list[tuple[str, QWidget, str, QTransform, QPointF, QFont]] = []
    shortened: list[str] = []
    writes, shortens = Typesetter.paint, Typesetter.cut

    def noted(
        setter: Typesetter, painter: QPainter, lines: list[str], area: QRect, colour: QColor,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:  # fmt: skip
        device = painter.device()
        for at, line in enumerate(lines):
            spare = area.width() - setter.advance(line)
            shift = {Qt.AlignmentFlag.AlignHCenter: spare / 2, Qt.AlignmentFlag.AlignRight: spare}.get(align, 0.0)
            stands = QPointF(area.left() + shift, area.top() + at * setter.line + setter.baseline())
            if line.strip() and isinstance(device, QWidget):
                written.append((line, device, colour.name(), painter.worldTransform(), stands, setter.font))
        writes(setter, painter, lines, area, colour, align)

    def told(setter: Typesetter, text: str, width: int) -> str:
        cut = shortens(setter, text, width)
        shortened.extend([text] if cut != text else [])
        return cut

    monkeypatch.setattr(Typesetter, "paint", noted)
    monkeypatch.setattr(Typesetter, "cut", told)

    def painted(window: QWidget, over: QWidget | None = None, *, whole: bool = False) -> Painting:
        written.clear()
        shortened.clear()
        picture = QImage(window.size() if whole else QSize(1, 1), QImage.Format.Format_RGB32)
        window.render(picture)
        lines = []
        for words, widget, colour, turned, stands, font in written:
            if over is None or widget is over or over.isAncestorOf(widget):
                room, shown = rooms_of(widget, window)
                to_window = QPointF(widget.mapTo(window, QPoint(0, 0)))
                ink = QFontMetricsF(font).tightBoundingRect(words).translated(stands)
                ink = turned.mapRect(ink).translated(to_window)
                if not room.contains(ink):
                    # Those measures are whole pixels; a tenth is known from the outlines, which take longer.
                    outlines = QPainterPath()
                    outlines.addText(stands, font, words)
                    ink = turned.mapRect(outlines.controlPointRect()).translated(to_window)
                lines.append(PaintedLine(words, widget, colour, ink, room, shown))
        return Painting(window, lines, [*shortened], picture)

    return painted


# -- what a screen reader says --------------------------------------------------------------------------------------
ACTING = frozenset({
    QAccessible.Role.Button, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.ComboBox,
    QAccessible.Role.EditableText, QAccessible.Role.List, QAccessible.Role.Table,
})  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """Something on a window, as assistive programs are told of it; a cell or a line of a list is its widget's."""

    role: QAccessible.Role
    name: str
    told: str
    widget: QObject | None
    state: QAccessible.State

    @property
    def acts(self) -> bool:
        return self.role in ACTING


Listen = Callable[[QWidget], list[Spoken]]


@pytest.fixture(scope="session")
def listen() -> Listen:
    """Everything on a window that is not hidden, from the outside to the inside."""

    def heard(window: QWidget) -> list[Spoken]:
        found: list[Spoken] = []
        waiting: list[tuple[QAccessibleInterface | None, QObject | None]] = [
            (QAccessible.queryAccessibleInterface(window), None)
        ]
        while waiting:
            one, holder = waiting.pop()
            if one is None or not one.isValid() or one.state().invisible:
                continue
            told = " ".join(one.text(kind) for kind in (QAccessible.Text.Description, QAccessible.Text.Value))
            holder = one.object() or holder
            found.append(Spoken(one.role(), one.text(QAccessible.Text.Name), told, holder, one.state()))
            waiting += [(one.child(at), holder) for at in range(one.childCount() - 1, -1, -1)]
        return found

    return heard


@pytest.fixture(scope="session")
def unheard() -> Callable[[Sequence[PaintedLine], Sequence[Spoken]], list[str]]:
    """Lines that neither the widget that writes them says, nor the button, table or panel that it lies on."""

    def words(text: str) -> list[str]:
        return [word for word in re.findall(r"\w+", text.casefold()) if len(word) > 1]

    def missing(lines: Sequence[PaintedLine], spoken: Sequence[Spoken]) -> list[str]:
        said: dict[QObject | None, set[str]] = {}
        for one in spoken:
            said.setdefault(one.widget, set()).update(words(f"{one.name} {one.told}"))
        found: list[str] = []
        for line in lines:
            at: QWidget | None = line.widget
            heard = set[str]()
            while at is not None:
                heard |= said.get(at, set())
                at = at.parentWidget()
            # "Large" is heard in "larger".
            if not all(any(word.startswith(one) for word in heard) for one in words(line.words)):
                found.append(f"{type(line.widget).__name__} {line.words!r}")
        return found

    return missing


@pytest.fixture(scope="session")
def of_the_other_language() -> Callable[[Language], set[str]]:
    """Sentences that must not be heard while this language is shown."""

    def others(language: Language) -> set[str]:
        [other] = [one for one in Language if one is not language]
        return {text for text in catalog(other).values() if " " in text} - set(catalog(language).values())

    return others


# -- what is left of somebody ---------------------------------------------------------------------------------------
class Somebody:
    """Whom no other test has. Name and number are put together at run time: whatever holds them was told of them."""

    # On lines of their own: tracebacks keep the lines of a source.
    names = (
        "Tô Hiến Độc",
        "Nhất",
    )
    digits = (
        "999053",
        "777421",
    )

    @property
    def name(self) -> str:
        return " ".join(self.names)

    @property
    def number(self) -> str:
        return "".join(self.digits)

    def is_in(self, text: str) -> bool:
        """The name, whole or masked; the number, in groups, masked or not."""
        if f"{self.names[0]} {self.names[1][:1]}" in text:
            return True
        if self.digits[1][3:] not in text:
            return False
        figures = "".join(one for one in text if one.isdecimal())
        return self.number in figures or figures == f"{self.digits[0][:3]}{self.digits[1][3:]}"


@pytest.fixture(scope="session")
def somebody() -> Somebody:
    return Somebody()


LeftOf = Callable[[], list[str]]


@pytest.fixture
def left_of_somebody(qapp: QApplication, somebody: Somebody) -> LeftOf:
    """Where they are still to be found: widgets, models, what can be undone, the clipboard, all of Python's objects."""

    def texts(widget: QWidget) -> Iterator[str]:
        meta = widget.metaObject()
        for at in range(meta.propertyCount()):
            value = widget.property(str(meta.property(at).name()))
            if isinstance(value, str):
                yield value
        if isinstance(widget, QLineEdit) and not widget.text() and widget.isUndoAvailable():
            widget.undo()
            yield widget.text()
            widget.redo()
        if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
            root = QModelIndex()
            columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(root)
            for row in range(model.rowCount(root)):
                for column in range(columns):
                    values = (model.index(row, column).data(role) for role in range(Qt.ItemDataRole.UserRole + 2))
                    yield from (value for value in values if isinstance(value, str))

    def remembered() -> list[str]:
        """Who holds a text of theirs; also tuples and dicts of texts alone, which the collector does not follow."""
        gc.unfreeze()  # what a test before this one set aside is looked through too
        gc.collect()
        holders, texts = gc.get_objects(), set[str]()
        name, end = somebody.names[0], somebody.digits[1][3:]
        while holders:
            unfollowed: dict[int, object] = {}
            # A million: the order of these questions is a matter of tenths of a second.
            for one in gc.get_referents(*holders):
                kind = type(one)
                if kind is str:
                    texts.add(one)
                elif (kind is tuple or kind is dict) and not gc.is_tracked(one):
                    unfollowed[id(one)] = one
            holders = [*unfollowed.values()]
        # Hardly any has either.
        found = [text for text in texts if (name in text or end in text) and somebody.is_in(text)]
        texts.clear()
        whose = ({type(one).__name__ for one in gc.get_referrers(text) if one is not found} for text in found)
        return [" ".join(sorted(kinds)) or "tuple or dict" for kinds in whose]

    def left() -> list[str]:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        shown = [
            type(widget).__name__
            for widget in QApplication.allWidgets()
            for text in texts(widget)
            if somebody.is_in(text)
        ]
        lent = ["clipboard"] if somebody.is_in(QGuiApplication.clipboard().text()) else []
        return [*shown, *lent] or remembered()

    return left


Announced = list[tuple[str, QAccessible.AnnouncementPoliteness]]


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> Announced:
    """What a screen reader would say by itself, and whether at once."""
    heard: Announced = []

    class Reader:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:
            heard.append((event.message(), event.politeness()))

    monkeypatch.setattr(announcing, "QAccessible", Reader)
    return heard
