"""What can be read, heard and reached in the staff's dialogs, in both languages and both sets of colours."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.checkin.officer import ListedOfficer
from kiosk.fonts import find_fonts
from kiosk.slip.gun_sheet import make_sheet
from kiosk.slip.page import SlipPage
from kiosk.text import Language
from kiosk.ui.gun_page import GunPage
from kiosk.ui.print_dialog import PrintDialog
from kiosk.ui.sign_in import SignIn
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette
from kiosk.ui.visit_dialog import VisitDialog
from kiosk.workflow.visit_answers import NOTHING_SAID

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
STAFF = (ListedOfficer("dttd", "Đào Thị Tiếp Đón"), ListedOfficer("nptn", "Nguyễn Phước Thượng Tường Nghiễm"))


class NoSheet:
    """A sheet that nobody saves or prints."""

    def save(self, language: Language) -> Path:
        return Path(f"{language}.pdf")

    def pages(self, language: Language) -> tuple[SlipPage, ...]:
        return make_sheet(language, find_fonts(), models=())

    def printers(self) -> tuple[str, ...]:
        return ()


@pytest.fixture
def dialogs(qtbot: QtBot) -> Callable[..., Iterator[QDialog]]:
    """Each of them, shown."""

    def opened(language: Language, palette: Palette) -> Iterator[QDialog]:
        letters = load_letters()
        made: tuple[QDialog, ...] = (
            SignIn(letters, STAFF, language=language, palette=palette),
            VisitDialog(letters, NOTHING_SAID, language=language, palette=palette),
            GunPage(letters, NoSheet(), language=language, palette=palette),
            PrintDialog(letters, (), ("Máy in văn phòng",), language=language, palette=palette),
        )
        for dialog in made:
            qtbot.addWidget(dialog)
            with qtbot.waitActive(dialog):
                dialog.show()
                dialog.activateWindow()
            yield dialog
            dialog.close()

    return opened


@pytest.mark.parametrize("palette", [LIGHT, HIGH_CONTRAST], ids=["light", "contrast"])
@pytest.mark.parametrize("language", list(Language))
def test_everything_is_whole_apart_seven_to_one_heard_and_named(
    dialogs: Any, paint: Any, listen: Any, unheard: Any, of_the_other_language: Any, language: Language,
    palette: Palette,
) -> None:  # fmt: skip
    foreign = of_the_other_language(language)
    wrong: list[str] = []
    for dialog in dialogs(language, palette):
        name = type(dialog).__name__
        painting, heard = paint(dialog, whole=True), listen(dialog)
        found = [*painting.cut(), *painting.crossed(), *painting.faint(), *painting.shortened]
        wrong += [f"{name}: {what}" for what in (*found, *unheard(painting.lines, heard))]
        for label in dialog.findChildren(QLabel):
            if label.isVisible() and label.text() and label.height() < label.heightForWidth(label.width()):
                wrong.append(f"{name}: no room for {label.text()!r}")
        for one in heard:
            if {one.name, one.told.strip()} & foreign:
                wrong.append(f"{name}: speaks the other language: {one.name}")
            if one.acts and not one.name:
                wrong.append(f"{name}: {type(one.widget).__name__} without a name")
            acts = isinstance(one.widget, QAbstractButton | QLineEdit) and one.acts
            if acts and isinstance(one.widget, QWidget) and bool(one.state.disabled) is one.widget.isEnabled():
                wrong.append(f"{name}: {one.name!r} does not say whether it can be used")
    assert wrong == []


def test_nothing_typed_in_a_dialog_outlasts_it(dialogs: Any, somebody: Any, left_of_somebody: Any) -> None:
    seen = []
    for dialog in dialogs(Language.VI, LIGHT):
        for field in dialog.findChildren(QLineEdit):
            field.insert(somebody.number)
        seen += left_of_somebody()
        dialog.close()
        assert left_of_somebody() == []
    assert seen, "the trap sees what is typed"
