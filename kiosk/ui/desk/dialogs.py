"""The staff's small questions: one of several, with a reason where somebody has to answer for it.

Enter applies. A gun that is no longer told from a hand types many digits before its Enter: a reason with such a number
is refused, which also keeps people's numbers out of what is kept for good.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QRadioButton, QWidget

from kiosk.text import Language, say
from kiosk.ui.desk.look import TARGET_PX, DeskLook
from kiosk.ui.desk.sheet import Sheet
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.staff_form import NORMAL, form_field

LONGEST_REASON = 200
SHORTEST_REASON = 3
_MANY_DIGITS = re.compile(r"(?:[0-9][ .-]?){9}")
_WIDE_PX = 460


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose; `value` is handed on."""

    value: str
    words: str


class Question(Sheet):
    """`answered` carries the option's value and the reason."""

    answered = Signal(str, str)

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
        super().__init__(look, language, f"ask.{key}", wide_px=_WIDE_PX, note_px=44, parent=parent)
        self._options = tuple(options)
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
        fields = () if self.reason is None else ((say("desk.ask.reason", language), self.reason),)
        self._arrange(*self.options, *fields)
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

    def _empty(self) -> None:
        if self.reason is not None:
            self.reason.clear()


NO_REASON_NEEDED = "none"
"""The option that takes something back."""
