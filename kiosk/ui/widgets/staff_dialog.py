"""What the staff's small dialogs are alike in: their head, their style, Escape, and that nothing outlasts them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from kiosk.text import Language, say
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import Palette
from kiosk.ui.widgets.staff_form import BOLD, STRONG, form_button, form_label, form_style

_TITLE_PX, _LABEL_PX = 24, 15
_SIDE_PX, _ABOVE_PX = 32, 28


class StaffDialog(QDialog):
    """`closed` comes once, whatever closes it. Its sentences are those below `words`; `part`: of title and close.

    Enter presses nothing by itself: a gun that is no longer told from a hand ends with it.
    """

    closed = Signal()

    def __init__(
        self,
        letters: Letters,
        name: str,
        words: str,
        *,
        language: Language,
        palette: Palette,
        parent: QWidget | None,
        part: str = "",
        ground: str = "",
        edge: bool = True,
        style: str = "",
    ) -> None:
        super().__init__(parent)
        self._letters, self._language, self._palette = letters, language, palette
        self._words, self._part = words, part
        self.setObjectName(name)
        self.setModal(True)
        self.setWindowTitle(self._say(f"{part}title"))
        self.setStyleSheet(form_style(palette, name, ground=ground, edge=edge) + style)
        self.close_button = form_button(letters, self._say(f"{part}close"))
        self.close_button.clicked.connect(self.close)

    @property
    def may_close(self) -> bool:
        """Whether Escape closes it now."""
        return True

    def forget(self) -> None:
        """Nothing of what was typed or shown stays."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape and self.may_close:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing of anybody outlasts it."""
        self.forget()
        self.closed.emit()
        super().closeEvent(event)

    def _say(self, key: str, **values: object) -> str:
        return say(f"{self._words}.{key}", self._language, **values)

    def _headed(self, *, why_px: int | None = None, pixels: int = _TITLE_PX) -> QVBoxLayout:
        """The dialog's column with its title; `why_px`: and why, in lines of that width."""
        whole = QVBoxLayout(self)
        whole.setContentsMargins(_SIDE_PX, _ABOVE_PX, _SIDE_PX, _ABOVE_PX)
        whole.setSpacing(0)
        whole.addWidget(form_label(self._letters, self._say(f"{self._part}title"), pixels, BOLD))
        if why_px is not None:
            why = form_label(self._letters, self._say("why"), _LABEL_PX, soft=True)
            why.setFixedWidth(why_px)
            whole.addSpacing(4)
            whole.addWidget(why)
        return whole

    def _add_labelled(self, column: QVBoxLayout, key: str, piece: QWidget) -> None:
        """A piece under its name."""
        column.addWidget(form_label(self._letters, self._say(key), _LABEL_PX, STRONG))
        column.addSpacing(6)
        column.addWidget(piece)
