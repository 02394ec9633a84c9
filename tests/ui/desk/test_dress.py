"""Another dress: every text has its contrast on what is really painted below it, and nothing is made twice for it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language, say
from kiosk.ui.desk.acts import ActsPanel
from kiosk.ui.desk.centre import Centre
from kiosk.ui.desk.gallery import desk_examples
from kiosk.ui.desk.key_overlay import KeyOverlay
from kiosk.ui.desk.look import GROWTHS
from kiosk.ui.desk.page import PageOffer, PageSetting, StaffPage
from kiosk.ui.desk.view import DeskView
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette, contrast
from kiosk.ui.widgets.staff_strip import OnDuty

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
_BLENDED = 6.0
"""Of 7: small letters are painted between pixels, whose darkest is not quite the ink's own colour."""
K, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier

DRESSES: dict[str, Callable[[DeskWindow], None]] = {
    "language": lambda w: w.wardrobe.other_language(),
    "letters": lambda w: w.wardrobe.next_growth(),
    "contrast": lambda w: w.wardrobe.other_contrast(),
}


def colours_below(image: QImage, widget: QWidget, root: QWidget) -> dict[int, int]:
    """How often each colour is painted where the widget is."""
    return colours_of(image.copy(widget.rect().translated(widget.mapTo(root, QPoint(0, 0)))))


def colours_of(image: QImage) -> dict[int, int]:
    """How often each colour is painted."""
    bits = image.convertToFormat(QImage.Format.Format_RGB32).constBits()
    colours, times = np.unique(np.frombuffer(bits, np.uint32), return_counts=True)
    return dict(zip(colours.tolist(), times.tolist(), strict=True))


def hex_of(colour: int) -> str:
    return f"#{colour & 0xFFFFFF:06x}"


def is_seen_whole(widget: QWidget, root: QWidget) -> bool:
    """In this window, not cut by an edge that scrolls, and under nothing else."""
    if widget.window() is not root or widget.visibleRegion().boundingRect() != widget.rect():
        return False
    at_middle = root.childAt(widget.mapTo(root, widget.rect().center()))
    return at_middle is not None and (at_middle is widget or widget.isAncestorOf(at_middle))


def least_readable(root: QWidget, image: QImage) -> list[str]:
    """The texts whose letters differ too little from the ground that they are painted on in its picture."""
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, QLabel | QPushButton | QLineEdit) or not is_seen_whole(widget, root):
            continue
        said = widget.text() or (widget.placeholderText() if isinstance(widget, QLineEdit) else "")
        if not said:
            continue
        colours = colours_below(image, widget, root)
        ground = hex_of(max(colours, key=colours.__getitem__))
        best = max(contrast(ground, hex_of(colour)) for colour in colours)
        if best < _BLENDED:
            found.append(f"{type(widget).__name__} {best:.1f} on {ground}")
    return found


@pytest.mark.parametrize("palette", [LIGHT, HIGH_CONTRAST], ids=["light", "high-contrast"])
def test_every_text_is_readable_on_what_is_painted_below_it_and_stands_out_seven_to_one_from_what_is_around(
    pose: Any, desk_clinic: Clinic, paint: Any, palette: Palette
) -> None:
    wrong = []
    for name in desk_examples(desk_clinic):
        window = pose(name, (1366, 768), palette=palette)
        for shown in filter(None, (window, window.dialog)):
            over = next((sheet for sheet in shown.findChildren(KeyOverlay) if sheet.isVisible()), None)
            painting = paint(shown, over, whole=True)
            found = [*painting.faint(), *([] if over else least_readable(shown, painting.picture))]
            wrong += [f"{name}: {what}" for what in found]
    assert wrong == []


def test_high_contrast_leaves_no_light_ground(pose: Any, desk_clinic: Clinic) -> None:
    for name in ("waiting", "found-covered", "search", "keys", "empty-day"):
        colours = colours_of(pose(name, palette=HIGH_CONTRAST).grab().toImage())
        assert hex_of(max(colours, key=colours.__getitem__)) == HIGH_CONTRAST.ground, name


def test_contrast_is_changed_by_its_key_and_back(pose: Any) -> None:
    window = pose("found-covered")
    with_keys = window.session.draft
    QTest.keyClick(window, K.Key_H, CONTROL)
    assert window.colours is HIGH_CONTRAST
    assert window.session.draft == with_keys
    QTest.keyClick(window, K.Key_H, CONTROL)
    assert window.colours is LIGHT


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("name", ["waiting", "found-covered", "done"])
def test_another_dress_makes_and_fills_every_piece_once(
    pose: Any, name: str, dress: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = pose(name)
    made: Counter[str] = Counter()

    def counted(kind: type, method: str) -> None:
        before = getattr(kind, method)

        def counting(self: object, *given: Any, **named: Any) -> Any:
            made[f"{kind.__name__}.{method}"] += 1
            return before(self, *given, **named)

        monkeypatch.setattr(kind, method, counting)

    counted(DeskView, "__init__")
    counted(Centre, "show_cards")
    counted(ActsPanel, "show_acts")
    counted(ActsPanel, "show_draft")
    DRESSES[dress](window)
    QApplication.processEvents()
    assert set(made.values()) == {1}


@pytest.mark.parametrize("name", ["waiting", "found-covered"])
def test_no_style_sheet_lies_over_many_pieces(pose: Any, name: str) -> None:
    """Qt works one out anew for everything below it, which is most of what another dress would cost."""
    window = pose(name)
    styled = [w for w in window.view.findChildren(QWidget) if w.styleSheet()]
    assert not window.view.styleSheet()
    assert [type(w).__name__ for w in styled if len(w.findChildren(QWidget)) > 2] == []


def test_page_is_made_when_it_is_opened_and_comes_back_in_another_dress(pose: Any) -> None:
    window, made = pose("waiting"), []

    def make(setting: PageSetting) -> StaffPage:
        made.append(setting.language)
        return StaffPage(setting)

    window.pages.add(PageOffer("desk.title", "F12", make))
    window.wardrobe.other_language()
    assert made == []
    QTest.keyClick(window, K.Key_F12)
    window.wardrobe.other_language()
    QApplication.processEvents()
    assert made == [Language.EN, Language.VI]
    assert window.view.stack.currentWidget() is not window.view.desk


def test_dress_leaves_the_chosen_line_the_typed_words_and_the_keyboard_where_they_were(pose: Any) -> None:
    window = pose("waiting")
    window.view.list.choose(window.view.list.lines.rows[3].visit_id)
    chosen = window.view.list.row.visit_id
    window.listing.look_for("nguyen")
    window.view.header.search.setFocus()
    for change in DRESSES.values():
        change(window)
        QApplication.processEvents()
        assert window.view.header.search.text() == "nguyen"
        assert QApplication.focusWidget() in (window.view.header.search, None)
    window.listing.clear_search()
    window.view.list.choose(chosen)
    window.wardrobe.set_growth(GROWTHS[-1])
    assert window.view.list.row.visit_id == chosen


def test_digits_that_were_begun_are_still_there(pose: Any) -> None:
    window = pose("key")
    window.view.centre.field.setText("1234")
    window.wardrobe.other_language()
    assert window.view.centre.field.text() == "1234"
    assert say("desk.key.title", Language.EN) in [label.text() for label in window.findChildren(QLabel)]


@pytest.mark.parametrize("dress", DRESSES)
def test_sheets_of_the_person_come_in_a_turn_of_their_own_and_nothing_flickers_before(pose: Any, dress: str) -> None:
    window = pose("found-covered")
    DRESSES[dress](window)
    assert "Nguyễn Văn Mẫu" not in texts(window.view.centre)
    assert window.view.acts.buttons
    assert not window.updatesEnabled()  # the screen stays as it was painted
    QApplication.processEvents()
    assert "Nguyễn Văn Mẫu" in texts(window.view.centre)
    assert window.updatesEnabled()


@pytest.mark.parametrize(
    "ending",
    [
        lambda window, _: window.wipe(),
        lambda window, _: window.show_duty(OnDuty()),
        lambda window, clinic: window.show_state(desk_examples(clinic)["waiting"].state),
    ],
    ids=["wiped", "signed out", "left"],
)
@pytest.mark.parametrize("name", ["found-covered", "kept"])
def test_nobody_comes_back_who_went_between_the_turns(
    pose: Any, desk_clinic: Clinic, name: str, ending: Callable[[DeskWindow, Clinic], None]
) -> None:
    window = pose(name)
    named = {"found-covered": "Nguyễn Văn Mẫu", "kept": "Lê Thị Hoàng Yến"}[name]
    window.wardrobe.other_language()
    if name == "kept":
        window.person.drop_kept()
    ending(window, desk_clinic)
    QApplication.processEvents()
    assert named not in texts(window.view.centre)
    assert "DN 4 99 0000000123" not in texts(window)
    assert window.updatesEnabled()


def test_next_person_between_the_turns_is_the_one_who_is_shown(pose: Any, desk_clinic: Clinic) -> None:
    window = pose("found-covered")
    window.wardrobe.other_language()
    window.show_state(desk_examples(desk_clinic)["waiting"].state)
    window.show_state(desk_examples(desk_clinic)["found-child"].state)
    assert window.updatesEnabled()
    QApplication.processEvents()
    assert "Trần Mẫu An" in texts(window.view.centre)
    assert "Nguyễn Văn Mẫu" not in texts(window.view.centre)


def texts(root: QWidget) -> set[str]:
    return {label.text() for label in root.findChildren(QLabel)}
