"""What the staff's dialogs have in common: a title, why it is asked, what is asked, a note, what applies and closes."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from kiosk.text import Language, say
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import DeskButton, Words
from kiosk.ui.widgets.staff_form import FormNote, form_style


class Sheet(QDialog):
    """`closed` comes once, whatever closes it; then nothing of what was typed is left.

    `key`: of the words below `desk`. `wide_px` and `note_px`: how wide the words and how high the note is, in usual
    letters.
    """

    closed = Signal()

    def __init__(
        self, look: DeskLook, language: Language, key: str, *, wide_px: int, note_px: int, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._look, self._language, self._key, self._wide_px = look, language, key, look.px(wide_px)
        self.setObjectName("sheet")
        self.setModal(True)
        self.setWindowTitle(self._say("title"))
        self.setStyleSheet(form_style(look.palette, "sheet") + option_style(look))
        self._note = FormNote(
            look.letters, look.palette, wide_px=self._wide_px, least_px=look.px(note_px), letters_px=look.px(15)
        )
        self.note: QLabel = self._note.words
        self.apply = DeskButton(look, self._say("apply"), "Enter", primary=True)
        self.cancel = DeskButton(look, say("desk.ask.close", language), "Esc")
        self.apply.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.close)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(28, 24, 28, 24)
        self._whole.setSpacing(6)

    def submit(self) -> None:
        """Hands the answer on, if it is whole."""
        raise NotImplementedError

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing of what was typed stays."""
        self._empty()
        self.closed.emit()
        super().closeEvent(event)

    def _empty(self) -> None:
        """Empties every field."""
        raise NotImplementedError

    def _arrange(self, *asked: QWidget | tuple[str, QWidget]) -> None:
        """What is asked, each alone or with the words above it."""
        self._lay_words("title", DeskVoice.HEADING, "ink")
        self._lay_words("why", DeskVoice.SMALL, "ink_soft")
        for one in asked:
            if isinstance(one, tuple):
                words, field = one
                self._whole.addSpacing(6)
                self._whole.addWidget(Words(self._look, words, DeskVoice.SMALL_STRONG))
                self._whole.addWidget(field)
            else:
                self._whole.addWidget(one)
        self._whole.addWidget(self._note)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.apply, 1)
        row.addWidget(self.cancel)
        self._whole.addLayout(row)
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)

    def _lay_words(self, name: str, voice: DeskVoice, colour: str) -> None:
        label = Words(self._look, self._say(name), voice, colour)
        label.setFixedWidth(self._wide_px)
        label.setFixedHeight(label.heightForWidth(self._wide_px))
        self._whole.addWidget(label)

    def _say(self, name: str) -> str:
        return say(f"desk.{self._key}.{name}", self._language)


def option_style(look: DeskLook) -> str:
    """Radio buttons and boxes, large and in the palette; the ring on what has the keyboard."""
    palette = look.palette
    side = look.px(20)
    return f"""
        QRadioButton, QCheckBox {{ color: {palette.ink}; spacing: 12px; padding: 0 10px; border: 3px solid transparent;
            border-radius: 6px; }}
        QRadioButton:focus, QCheckBox:focus {{ border-color: {palette.focus}; }}
        QRadioButton::indicator {{ width: {side}px; height: {side}px; border: 2px solid {palette.line};
            border-radius: {side // 2 + 2}px; background: {palette.surface}; }}
        QRadioButton::indicator:checked {{ border: {max(5, side // 3)}px solid {palette.brand};
            width: {side + 4 - 2 * max(5, side // 3)}px; height: {side + 4 - 2 * max(5, side // 3)}px; }}
        QCheckBox::indicator {{ width: {side}px; height: {side}px; border: 2px solid {palette.line};
            border-radius: 4px; background: {palette.surface}; }}
        QCheckBox::indicator:checked {{ background: {palette.brand}; border-color: {palette.brand}; }}
    """
