"""The staff's small questions: one of several, with a reason where somebody has to answer for it.

Enter applies. A gun that is no longer told from a hand types many digits before its Enter: a reason with such a number
is refused, which also keeps people's numbers out of what is kept for good.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from kiosk.text import Language, say
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.ui.desk.pieces import DeskButton, Words
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.staff_form import NORMAL, FormNote, form_field, form_style

LONGEST_REASON = 200
SHORTEST_REASON = 3
_MANY_DIGITS = re.compile(r"(?:[0-9][ .-]?){9}")
_WIDE_PX = 460


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose; `value` is handed on."""

    value: str
    words: str


class Question(QDialog):
    """`answered` carries the option's value and the reason; `closed` comes once, whatever closes it."""

    answered = Signal(str, str)
    closed = Signal()

    def __init__(
        self,
        look: DeskLook,
        language: Language,
        key: str,
        options: Sequence[Option] = (),
        *,
        reason: bool,
        chosen: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`key`: of the words below `desk.ask`; `reason`: one has to be given."""
        super().__init__(parent)
        self._look, self._language, self._key, self._options = look, language, key, tuple(options)
        self.setObjectName("question")
        self.setModal(True)
        self.setWindowTitle(self._say("title"))
        self.setStyleSheet(form_style(look.palette, "question") + option_style(look))
        self.options = [self._radio(option) for option in options]
        for radio, option in zip(self.options, options, strict=True):
            radio.setChecked(option.value == chosen)
        self.reason: QLineEdit | None = None
        if reason:
            self.reason = form_field(
                look.letters, say("desk.ask.reason", language), say("desk.ask.reason_hint", language),
                pixels=look.px(16), height_px=look.px(48),
            )  # fmt: skip
            self.reason.setMaxLength(LONGEST_REASON)
        self._note = FormNote(look.letters, look.palette, wide_px=look.px(_WIDE_PX), least_px=look.px(44))
        self.note: QLabel = self._note.words
        self.apply = DeskButton(look, self._say("apply"), "Enter", primary=True)
        self.cancel = DeskButton(look, say("desk.ask.close", language), "Esc")
        self.apply.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.close)
        self._arrange()
        self._note.tell(say("desk.ask.keys" if self.options else "desk.ask.keys_reason", language), None)
        first = next((one for one in self.options if one.isChecked()), self.options[0] if self.options else None)
        (first or self.reason or self.apply).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter applies, Escape closes, digits choose."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.isAutoRepeat():
                self.submit()
            case Qt.Key.Key_Escape:
                self.close()
            case key if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and key - Qt.Key.Key_1 < len(self.options):
                self.options[key - Qt.Key.Key_1].setChecked(True)
                self.options[key - Qt.Key.Key_1].setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing of what was typed stays."""
        if self.reason is not None:
            self.reason.clear()
        self.closed.emit()
        super().closeEvent(event)

    def submit(self) -> None:
        """Hands the answer on, if it is whole."""
        value = next((o.value for o, r in zip(self._options, self.options, strict=True) if r.isChecked()), "")
        if self._options and not value:
            self._note.tell(say("desk.ask.choose", self._language), Tone.ATTENTION)
            return
        reason = " ".join(self.reason.text().split()) if self.reason is not None else ""
        if self.reason is not None and len(reason) < SHORTEST_REASON and self._needs_reason(value):
            self._note.tell(say("desk.ask.reason_missing", self._language), Tone.ATTENTION)
            self.reason.setFocus()
            return
        if _MANY_DIGITS.search(reason):
            self._note.tell(say("desk.ask.reason_number", self._language), Tone.STOP)
            return
        self.answered.emit(value, reason)
        self.close()

    def _needs_reason(self, value: str) -> bool:
        return value != NO_REASON_NEEDED

    def _radio(self, option: Option) -> QRadioButton:
        radio = QRadioButton(option.words)
        radio.setFont(self._look.letters.sized(NORMAL, self._look.px(16), tabular=True))
        radio.setMinimumHeight(max(TARGET_PX, self._look.px(TARGET_PX)))
        return radio

    def _arrange(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(28, 24, 28, 24)
        whole.setSpacing(6)
        for text, voice, colour in (
            (self._say("title"), DeskVoice.HEADING, "ink"),
            (self._say("why"), DeskVoice.SMALL, "ink_soft"),
        ):
            label = Words(self._look, text, voice, colour)
            label.setFixedWidth(self._look.px(_WIDE_PX))
            label.setFixedHeight(label.heightForWidth(self._look.px(_WIDE_PX)))
            whole.addWidget(label)
        for radio in self.options:
            whole.addWidget(radio)
        if self.reason is not None:
            whole.addSpacing(6)
            whole.addWidget(Words(self._look, say("desk.ask.reason", self._language), DeskVoice.SMALL_STRONG))
            whole.addWidget(self.reason)
        whole.addWidget(self._note)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.apply, 1)
        row.addWidget(self.cancel)
        whole.addLayout(row)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)

    def _say(self, name: str) -> str:
        return say(f"desk.ask.{self._key}.{name}", self._language)


NO_REASON_NEEDED = "none"
"""The option that takes something back."""


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
