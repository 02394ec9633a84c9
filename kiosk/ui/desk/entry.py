"""Typing somebody in: a number, a name, a birth date that may lack its day. Closed it is empty."""

import re

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.dates import parse_date
from kiosk.reader.document import NumberKind, TypedDocument
from kiosk.reader.number import ascii_upper, number_kind
from kiosk.text import Language, say
from kiosk.ui.desk.dialogs import option_style
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.ui.desk.pieces import DeskButton, Words
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.staff_form import NORMAL, FormNote, form_field, form_style

_WIDE_PX = 480
_LETTER = re.compile(r"[^\W\d_]")
_SEPARATORS = re.compile(r"[\s.\-]")


class Entry(QDialog):
    """`typed` carries a `TypedDocument`; `touched` says that somebody is there; `closed` once, whatever closes it."""

    typed = Signal(object)
    touched = Signal()
    closed = Signal()

    def __init__(
        self, look: DeskLook, language: Language, known: TypedDocument | None = None, parent: QWidget | None = None
    ) -> None:
        """`known`: somebody whose data are put right."""
        super().__init__(parent)
        self._look, self._language = look, language
        self.setObjectName("entry")
        self.setModal(True)
        self.setWindowTitle(self._say("title"))
        self.setStyleSheet(form_style(look.palette, "entry") + option_style(look))
        self.number = self._field("number", longest=20)
        self.number.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.name = self._field("name", longest=100)
        self.born = self._field("born", longest=10)
        self.born.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.child = QCheckBox(self._say("child"))
        self.child.setFont(look.letters.sized(NORMAL, look.px(16)))
        self.child.setMinimumHeight(max(TARGET_PX, look.px(TARGET_PX)))
        self._note = FormNote(look.letters, look.palette, wide_px=look.px(_WIDE_PX), least_px=look.px(64))
        self.note: QLabel = self._note.words
        self.apply = DeskButton(look, self._say("apply"), "Enter", primary=True)
        self.cancel = DeskButton(look, say("desk.ask.close", language), "Esc")
        self._show(known)
        for field in (self.number, self.name, self.born):
            field.textEdited.connect(self._edited)
            field.installEventFilter(self)
        self.child.toggled.connect(self._child_changed)
        self.apply.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.close)
        self._arrange()
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

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing of what was typed stays."""
        for field in (self.number, self.name, self.born):
            field.clear()
        self.child.setChecked(False)
        self.closed.emit()
        super().closeEvent(event)

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

    def _arrange(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(28, 24, 28, 24)
        whole.setSpacing(6)
        whole.addWidget(Words(self._look, self._say("title"), DeskVoice.HEADING))
        why = Words(self._look, self._say("why"), DeskVoice.SMALL, "ink_soft")
        why.setFixedWidth(self._look.px(_WIDE_PX))
        why.setFixedHeight(why.heightForWidth(self._look.px(_WIDE_PX)))
        whole.addWidget(why)
        for name, field in (("number", self.number), ("name", self.name), ("born", self.born)):
            whole.addSpacing(6)
            whole.addWidget(Words(self._look, self._say(name), DeskVoice.SMALL_STRONG))
            whole.addWidget(field)
        whole.addWidget(self.child)
        whole.addWidget(self._note)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.apply, 1)
        row.addWidget(self.cancel)
        whole.addLayout(row)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)

    def _say(self, key: str) -> str:
        return say(f"desk.entry.{key}", self._language)
