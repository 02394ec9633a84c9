"""What staff say of a visit at their window: the strip's F6, its dialog, and what was said in this session."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from kiosk.ui.theme.letters import Letters
from kiosk.workflow.event import VisitAnswered
from kiosk.workflow.state import Choosing, Found, State
from kiosk.workflow.visit_answers import NOTHING_SAID, VisitAnswers

if TYPE_CHECKING:
    from kiosk.ui.desk.window import DeskWindow
    from kiosk.ui.visit_dialog import VisitDialog
    from kiosk.ui.window import PatientWindow


class VisitQuestions(QObject):
    """Asks staff about the visit under way; when it ends, dialog and answers are gone. Lives in the main thread."""

    def __init__(self, window: "PatientWindow | DeskWindow", letters: Letters, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._letters = window, letters
        self._said = NOTHING_SAID
        self._is_under_way = False
        self.dialog: VisitDialog | None = None
        window.visit_asked.connect(self.open)

    @Slot()
    def open(self) -> None:
        """Opens the dialog, once, while there is somebody to say something about."""
        if self.dialog is not None or not self._is_under_way:
            return
        from kiosk.ui.visit_dialog import VisitDialog  # loaded when it is wanted: the first screen does without it

        window = self._window
        self.dialog = dialog = VisitDialog(self._letters, self._said, language=window.language, palette=window.colours)
        dialog.setParent(self._window, dialog.windowFlags())
        dialog.touched.connect(self._window.stay)
        dialog.answered.connect(self._tell)
        dialog.closed.connect(self._dialog_closed)
        dialog.show()

    def show_state(self, state: State) -> None:
        """Another page: nothing may be said of whoever comes next."""
        self._is_under_way = isinstance(state, Found | Choosing)
        if not self._is_under_way:
            self.close()
            self._said = NOTHING_SAID

    def close(self) -> None:
        """Closes the dialog."""
        if self.dialog is not None:
            self.dialog.close()

    @Slot(object)
    def _tell(self, said: VisitAnswers) -> None:
        self._said = said
        self._window.intent.emit(VisitAnswered(said))

    @Slot()
    def _dialog_closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
            # Where no window manager does: the window's keys are to work again.
            self._window.activateWindow()
