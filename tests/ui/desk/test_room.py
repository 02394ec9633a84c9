"""In every state, language and size: everything has a name, room and a target; nothing is clipped or covered."""

from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListView, QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language
from kiosk.ui.desk.gallery import desk_examples
from kiosk.ui.desk.look import TARGET_PX
from kiosk.ui.desk.pieces import Badge, Words
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette, Tone, contrast

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
DRESSES = [
    ((1920, 1080), Language.VI, 1.0),
    ((1920, 1080), Language.EN, 1.0),
    ((1440, 900), Language.VI, 1.0),
    ((1280, 720), Language.VI, 1.0),
    ((1280, 720), Language.EN, 1.0),
    ((1920, 1080), Language.VI, 1.5),
    ((1280, 720), Language.VI, 1.5),
    ((1280, 720), Language.EN, 1.5),
]


def seen(window: DeskWindow) -> list[QWidget]:
    """All that can be seen, also of the dialog over it."""
    return [w for w in window.findChildren(QWidget) if w.isVisible() and not w.visibleRegion().isEmpty()]


def clipped(widget: QWidget) -> str:
    """What of a widget has no room; empty: nothing."""
    match widget:
        case Words() if not widget.text() or widget._one_line:
            return ""
        case Words():
            wanted = widget.heightForWidth(widget.width())
            words = widget._setter.widest_word(widget.text())
            return f"{widget.height()} < {wanted}" if widget.height() < wanted or widget.width() < words else ""
        case Badge():
            return "narrow" if widget.width() < widget.sizeHint().width() else ""
        case QAbstractButton() if widget.hasHeightForWidth():
            wanted = widget.heightForWidth(widget.width())
            return f"button {widget.height()} < {wanted}" if widget.height() < wanted else ""
    return ""


@pytest.mark.parametrize(("size", "language", "growth"), DRESSES)
def test_everything_is_named_large_enough_whole_and_apart(
    pose: Any, desk_clinic: Clinic, size: tuple[int, int], language: Language, growth: float
) -> None:
    wrong: list[str] = []
    for name in desk_examples(desk_clinic):
        window = pose(name, size, language, growth)
        widgets = seen(window)
        wrong += [f"{name}: {type(w).__name__} {why}" for w in widgets if (why := clipped(w))]
        for control in (w for w in widgets if isinstance(w, QAbstractButton | QLineEdit | QListView)):
            interface = QAccessible.queryAccessibleInterface(control)
            if not (control.accessibleName() or (isinstance(control, QAbstractButton) and control.text())):
                wrong.append(f"{name}: {type(control).__name__} without a name")
            if interface is None or interface.role() == QAccessible.Role.NoRole:
                wrong.append(f"{name}: {type(control).__name__} without a role")
            if isinstance(control, QAbstractButton) and control.height() < TARGET_PX:
                wrong.append(f"{name}: {control.text()} {control.height()} px high")
        wrong += [f"{name}: {one}" for one in overlapping(widgets)]
    assert wrong == []


def overlapping(widgets: list[QWidget]) -> list[str]:
    """Siblings that lie over each other."""
    by_parent: dict[int, list[QWidget]] = {}
    for widget in widgets:
        if isinstance(widget, Words | Badge | QAbstractButton | QLineEdit):
            by_parent.setdefault(id(widget.parentWidget()), []).append(widget)
    found = []
    for siblings in by_parent.values():
        for one, other in combinations(siblings, 2):
            if QRect(one.geometry()).intersects(other.geometry()):
                found.append(f"{type(one).__name__} over {type(other).__name__}")
    return found


@pytest.mark.parametrize("palette", [LIGHT, HIGH_CONTRAST], ids=["light", "high-contrast"])
def test_every_pair_of_letters_and_ground_has_seven_to_one(palette: Palette) -> None:
    tones = [palette.tone(tone) for tone in Tone]
    attention = palette.tone(Tone.ATTENTION)
    pairs = [
        *((ink, ground) for ink in (palette.ink, palette.ink_soft) for ground in
          (palette.ground, palette.surface, palette.brand_tint)),
        *((pair.ink, pair.ground) for pair in tones),
        *((pair.ink, palette.surface) for pair in tones),
        # what document and card say differently, on the tint of attention
        (palette.ink, attention.ground),
        (palette.tone(Tone.STOP).ink, attention.ground),
        (palette.tone(Tone.INFO).ink, attention.ground),
        (palette.on_brand, palette.brand),
        (palette.on_brand, palette.brand_pressed),
        (palette.brand, palette.surface),
        (palette.ink_soft, palette.disabled),
        (palette.tone(Tone.STOP).ink, palette.brand_tint),
        (palette.tone(Tone.ATTENTION).ink, palette.ground),
        (palette.tone(Tone.INFO).ink, palette.brand_tint),
    ]  # fmt: skip
    assert [(one, other) for one, other in pairs if contrast(one, other) < 7] == []
    assert contrast(palette.focus, palette.surface) >= 3


@pytest.mark.parametrize("name", ["override", "priority", "type-in"])
@pytest.mark.parametrize("growth", [1.0, 1.5])
def test_questions_fit_the_window_they_are_asked_in(pose: Any, name: str, growth: float) -> None:
    window = pose(name, (1280, 720), Language.VI, growth)
    assert window.dialog.height() <= window.height()
    assert window.dialog.width() <= window.width()


def test_every_act_is_reached_by_tab(pose: Any) -> None:
    window = pose("found-covered")
    reached, at = set(), window
    for _ in range(400):
        at = at.nextInFocusChain()
        reached.add(at)
        if at is window:
            break
    buttons = [w for w in seen(window) if isinstance(w, QAbstractButton) and w.isEnabled()]
    assert [b.text() for b in buttons if b not in reached or not b.focusPolicy().value & 1] == []
    assert all(b.toolTip() for b in buttons)
