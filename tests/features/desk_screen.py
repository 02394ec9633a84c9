"""The staff's window on a real display, for `test_desk_journey`, with a gun at the serial port `FOLDER/gun`."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from kiosk.app.training import Training
from kiosk.app.window import Station
from kiosk.checkin.officer import plain
from kiosk.settings import load_settings
from kiosk.ui.desk.window import DeskWindow
from kiosk.workflow.state import Done, Found
from tests.features.shown_window import Teller, middle, show

SETTINGS = ["camera.name=none", "screen.mode=desk", "desk.rooms=P203"]


class StaffTeller(Teller):
    """Tells of the staff's window."""

    def __init__(self, station: Station, training: Training, folder: Path) -> None:
        super().__init__(folder)
        assert isinstance(station.window, DeskWindow)
        self._station, self._window = station, station.window
        person = next(one for one in training.people if one.insurance is not None and one.insurance.code == "000")
        self._person = [person.number, plain(person.full_name), f"{person.date_of_birth:%d/%m/%Y}"]

    def _dialog(self) -> QWidget | None:
        signing_in = self._station.sign_ins
        return signing_in.dialog if signing_in is not None and signing_in.is_open else self._window.dialog

    def on_top(self) -> QWidget:
        """The dialog, where one is open."""
        return self._dialog() or self._window

    def facts(self) -> dict[str, object]:
        """What the window shows of the line, of the day and of one visit."""
        window, state, dialog = self._window, self.state, self._dialog()
        focus, lines = QApplication.focusWidget(), window.view.list
        return {
            "decided": isinstance(state, Found) and state.decision is not None and not state.reading,
            "printing": state.printing.told if isinstance(state, Done) and state.is_over and state.printing else "",
            "dialog": type(dialog).__name__ if dialog is not None else "",
            "focus": f"{type(focus).__name__} {focus.accessibleName()}" if focus is not None else "",
            "officer": window.view.header.officer.accessibleName(),
            "rows": [[row.ticket, row.state.value if row.state else ""] for row in lines.lines.rows],
            "page": page.accessibleName() if (page := window.view.stack.currentWidget()) is not None else "",
            "subject": window.subject,
            "news": window.view.news.words.text(),
            "settled": window.is_settled,
            "person": self._person,
            "fields": [middle(one, one.rect()) for one in self.on_top().findChildren(QLineEdit) if one.isVisible()],
            "lines": [
                middle(lines.viewport(), lines.visualRect(lines.lines.index(at))) for at in range(len(lines.lines.rows))
            ],
        }


def main(folder: Path) -> None:
    """Until told to quit."""
    show(folder, load_settings(overrides=[*SETTINGS, f"gun.port={folder / 'gun'}"]), StaffTeller)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
