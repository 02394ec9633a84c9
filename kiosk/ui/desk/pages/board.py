"""The hall's call board: on which screen it is, and where televisions find its page."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QGuiApplication

from kiosk.failure import KioskError
from kiosk.ui.desk.look import DeskVoice
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.frame import WorkPage
from kiosk.ui.desk.pages.table import Cell, Column, Rows
from kiosk.ui.desk.pieces import Card, Words
from kiosk.ui.theme.palette import Tone


class BoardControl(Protocol):
    """Opens and closes the board beside the screen; called in the main thread, which it never blocks."""

    @property
    def screen(self) -> int:
        """On which screen it is, from 1; 0: on none."""
        ...

    @property
    def by_settings(self) -> int:
        """On which screen the settings show one besides, from 1; 0: on none."""
        ...

    @property
    def address(self) -> str:
        """Where televisions find its page; empty: the settings name no address."""
        ...

    def open(self, screen: int, done: Callable[[], None], failed: Callable[[KioskError], None]) -> None:
        """Shows it on a screen, from 1, instead of where it was."""
        ...

    def close(self, done: Callable[[], None]) -> None:
        """Takes it away."""
        ...


def screens_there() -> tuple[str, ...]:
    """Every screen of this computer, as `Name · 1920×1080`."""
    return tuple(
        " · ".join(filter(None, (screen.name(), f"{screen.geometry().width()}×{screen.geometry().height()}")))
        for screen in QGuiApplication.screens()
    )


class BoardPage(WorkPage):
    """Screens as rows; Enter shows the board on the marked one."""

    def __init__(
        self, setting: PageSetting, control: BoardControl, screens: Callable[[], tuple[str, ...]] = screens_there
    ) -> None:
        super().__init__(setting, "board")
        self._control, self._screens = control, screens
        self.table = Rows(
            self.look,
            self.say("screens"),
            [
                Column(self.say("column.number"), right=True),
                Column(self.say("column.screen"), wide=True),
                Column(self.say("column.board"), wide=True),
            ],
        )
        self.table.opened.connect(lambda _: self._open())
        self.body.addWidget(self.table, 1)
        card = Card(self.look, self.say("page"))
        self.address = Words(self.look, "", DeskVoice.STRONG)
        card.inside.addWidget(self.address)
        card.inside.addWidget(Words(self.look, self.say("page_why"), DeskVoice.SMALL, "ink_soft"))
        self.body.addWidget(card)
        self.open_button = self.act("open", "Alt+O", self._open, primary=True)
        self.close_button = self.act("close", "Alt+D", self._close)
        self.copy_button = self.act("copy", "Alt+C", self._copy)

    def shown(self) -> None:
        """The screens as they are plugged in now."""
        self.table.setFocus()
        self._show()

    def _show(self) -> None:
        on = self._control.screen
        rows = [
            [
                Cell(str(number), strong=True, right=True),
                Cell(name),
                self._where(number),
            ]
            for number, name in enumerate(self._screens(), start=1)
        ]
        self.table.fill(rows, mark=max(0, (on or len(rows)) - 1))
        self.address.tell(self._control.address or self.say("no_page"))
        self.open_button.setEnabled(bool(rows))
        self.close_button.setEnabled(on > 0)
        self.copy_button.setEnabled(bool(self._control.address))

    def _where(self, number: int) -> Cell:
        if number == self._control.screen:
            return Cell(self.say("here"), Tone.GOOD)
        return Cell(self.say("by_settings") if number == self._control.by_settings else "–", soft=True)

    def _open(self) -> None:
        if (row := self.table.currentRow()) >= 0:
            self.open_button.setEnabled(False)
            self._control.open(row + 1, self._opened, self._broke)

    def _opened(self) -> None:
        self._show()
        self.tell("opened", Tone.GOOD, screen=self._control.screen)

    def _close(self) -> None:
        self._control.close(self._closed)

    def _closed(self) -> None:
        self._show()
        self.tell("closed", Tone.INFO)

    def _broke(self, error: KioskError) -> None:
        self._show()
        self.note.tell(error.told(self.language), Tone.STOP)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._control.address)
        self.tell("copied")
