"""Typing somebody in: a number, a name, a birth date that may lack its day. Closed it is empty."""

import re

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from kiosk.dates import parse_date
from kiosk.reader.document import NumberKind, TypedDocument
from kiosk.reader.number import ascii_upper, number_kind
from kiosk.text import Language
from kiosk.ui.desk.look import TARGET_PX, DeskLook
from kiosk.ui.desk.sheet import Sheet
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.staff_form import NORMAL, form_field

_WIDE_PX = 480
_LETTER = re.compile(r"[^\W\d_]")
_SEPARATORS = re.compile(r"[\s.\-]")


class Entry(Sheet):
    """`typed` carries a `TypedDocument`; `touched` says that somebody is there."""

    typed = Signal(object)
    touched = Signal()

    def __init__(
        self, look: DeskLook, language: Language, known: TypedDocument | None = None, parent: QWidget | None = None
    ) -> None:
        """`known`: somebody whose data are put right."""
        super().__init__(look, language, "entry", wide_px=_WIDE_PX, note_px=64, parent=parent)
        self.number = self._field("number", longest=20)
        self.number.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.name = self._field("name", longest=100)
        self.born = self._field("born", longest=10)
        self.born.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.child = QCheckBox(self._say("child"))
        self.child.setFont(look.letters.sized(NORMAL, look.px(16)))
        self.child.setMinimumHeight(max(TARGET_PX, look.px(TARGET_PX)))
        self._show(known)
        for field in (self.number, self.name, self.born):
            field.textEdited.connect(self._edited)
            field.installEventFilter(self)
        self.child.toggled.connect(self._child_changed)
        named = (("number", self.number), ("name", self.name), ("born", self.born))
        self._arrange(*((self._say(name), field) for name, field in named), self.child)
        self._hint()
        self.number.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on to what is missing, and applies where nothing is; Escape closes."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.close()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.isAutoRepeat():
                self._enter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Up go through the fields."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                return self.focusNextChild()
            if event.key() == Qt.Key.Key_Up:
                return self.focusPreviousChild()
        return super().eventFilter(watched, event)

    def submit(self) -> None:
        """Hands the person on, or says what is wrong."""
        number = ascii_upper(_SEPARATORS.sub("", self.number.text()))
        kind = number_kind(number)
        name = " ".join(self.name.text().split())
        born = parse_date(self.born.text()) if self.born.text().strip() else None
        if number and kind is None:
            self._refuse("number_wrong", self.number)
        elif not number and not self.child.isChecked():
            self._refuse("number_missing", self.number)
        elif name and not _LETTER.search(name):
            self._refuse("name_wrong", self.name)
        elif self.born.text().strip() and born is None:
            self._refuse("born_wrong", self.born)
        elif not number and not (name and born):
            self._refuse("child_incomplete", self.name if not name else self.born)
        else:
            personal = number if kind is NumberKind.PERSONAL else ""
            self.typed.emit(TypedDocument(personal, name, born, "" if personal else number))
            self.close()

    def _enter(self) -> None:
        fields = (self.number, self.name, self.born)
        here = self.focusWidget()
        at = fields.index(here) if here in fields else len(fields)
        following = next((field for field in fields[at + 1 :] if not field.text().strip()), None)
        if following is not None:
            following.setFocus()
        else:
            self.submit()

    def _show(self, known: TypedDocument | None) -> None:
        if known is not None:
            self.number.setText(known.personal_number or known.insurance_number)
            self.name.setText(known.full_name)
            self.born.setText(str(known.date_of_birth) if known.date_of_birth else "")

    def _edited(self) -> None:
        self._hint()
        self.touched.emit()

    def _child_changed(self) -> None:
        self._hint()
        self.touched.emit()

    def _hint(self) -> None:
        """What the number is, as far as it goes."""
        number = ascii_upper(_SEPARATORS.sub("", self.number.text()))
        kind = number_kind(number)
        if kind is not None:
            self._note.tell(self._say(f"kind.{kind.value}"), Tone.GOOD)
        elif self.child.isChecked():
            self._note.tell(self._say("child_why"), Tone.INFO)
        else:
            self._note.tell(self._say("keys"), None)

    def _refuse(self, key: str, field: QLineEdit) -> None:
        self._note.tell(self._say(key), Tone.STOP)
        field.setFocus()

    def _field(self, name: str, *, longest: int) -> QLineEdit:
        look = self._look
        hint = self._say(f"{name}_hint")
        field = form_field(look.letters, self._say(name), hint, pixels=look.px(17), height_px=look.px(48))
        field.setMaxLength(longest)
        return field

    def _empty(self) -> None:
        for field in (self.number, self.name, self.born):
            field.clear()
        self.child.setChecked(False)
