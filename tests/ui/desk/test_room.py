"""In every state, language and size: everything has a name, room and a target, is whole, apart and heard."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListView, QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language
from kiosk.ui.desk.gallery import desk_examples
from kiosk.ui.desk.key_overlay import KeyOverlay
from kiosk.ui.desk.look import TARGET_PX
from kiosk.ui.desk.pieces import Badge, Words
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette, Tone, contrast

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
SMALL = (1280, 720)
DRESSES = [
    ((1920, 1080), Language.VI, 1.0),
    ((1920, 1080), Language.EN, 1.0),
    ((1440, 900), Language.VI, 1.0),
    (SMALL, Language.VI, 1.0),
    (SMALL, Language.EN, 1.0),
    ((1920, 1080), Language.VI, 1.5),
    ((1366, 768), Language.VI, 1.5),
    ((1440, 900), Language.EN, 1.5),
    (SMALL, Language.VI, 1.5),
    (SMALL, Language.EN, 1.5),
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
def test_everything_is_named_large_enough_whole_apart_and_heard(
    pose: Any, desk_clinic: Clinic, paint: Any, listen: Any, unheard: Any, of_the_other_language: Any,
    size: tuple[int, int], language: Language, growth: float,
) -> None:  # fmt: skip
    foreign = of_the_other_language(language)
    wrong: list[str] = []
    for name in desk_examples(desk_clinic):
        window = pose(name, size, language, growth)
        found = [*without_name_or_room(window)]
        # A list's line and who is on duty end where their column does; a tool tip says all of it.
        told = " ".join(one.toolTip() for one in window.findChildren(QWidget)) + _listed(window)
        for shown, over in layers(window):
            painting = paint(shown, over)
            found += [*painting.cut(), *painting.crossed(), *painting.covered()]
            parts = {part for text in painting.shortened for part in re.split(" · |★ ", text) if part not in told}
            found += [f"{part} cut" for part in sorted(parts)]
            # At every size and in all letters the same is said.
            if (size, growth) == (SMALL, 1.0):
                heard = listen(shown)
                found += [*unheard(painting.lines, heard), *wrongly_said(heard, foreign)]
        wrong += [f"{name}: {what}" for what in found]
    assert wrong == []


def without_name_or_room(window: DeskWindow) -> Iterator[str]:
    widgets = seen(window)
    for widget in widgets:
        if why := clipped(widget):
            yield f"{type(widget).__name__} {why}"
    for control in (w for w in widgets if isinstance(w, QAbstractButton | QLineEdit | QListView)):
        interface = QAccessible.queryAccessibleInterface(control)
        if not (control.accessibleName() or (isinstance(control, QAbstractButton) and control.text())):
            yield f"{type(control).__name__} without a name"
        if interface is None or interface.role() == QAccessible.Role.NoRole:
            yield f"{type(control).__name__} without a role"
        if isinstance(control, QAbstractButton) and control.height() < TARGET_PX:
            yield f"{control.text()} {control.height()} px high"
    yield from overlapping(widgets)


def layers(window: DeskWindow) -> Iterator[tuple[QWidget, QWidget | None]]:
    """The window with what lies over all of it, the sheet of keys, and the dialog before it."""
    yield window, next((sheet for sheet in window.findChildren(KeyOverlay) if sheet.isVisible()), None)
    if window.dialog is not None:
        yield window.dialog, None


def _listed(window: DeskWindow) -> str:
    lines = window.view.list.lines
    return " ".join(str(lines.index(at).data(Qt.ItemDataRole.ToolTipRole)) for at in range(lines.rowCount()))


def wrongly_said(heard: list[Any], foreign: set[str]) -> Iterator[str]:
    """What speaks the other language, acts without a name, or does not say how it is."""
    for one in heard:
        kind = type(one.widget).__name__
        if {one.name, one.told.strip()} & foreign:
            yield f"{kind} speaks the other language: {one.name}"
        if one.acts and not one.name:
            yield f"{kind} {one.role.name} without a name"
        if not isinstance(one.widget, QAbstractButton | QLineEdit) or not one.acts:
            continue
        if bool(one.state.disabled) is one.widget.isEnabled():
            yield f"{kind} {one.name!r} does not say whether it can be used"
        on = isinstance(one.widget, QAbstractButton) and one.widget.isChecked()
        if bool(one.state.checked) is not on:
            yield f"{kind} {one.name!r} does not say that it is on"


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


def test_note_of_a_question_grows_with_its_letters(pose: Any) -> None:
    usual, large = (
        pose("override", (1280, 720), Language.VI, growth).dialog.note.font().pixelSize() for growth in (1.0, 1.5)
    )
    assert large >= 1.4 * usual


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
