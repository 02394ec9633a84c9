"""The staff's dialog about a visit: boxes to mark. It decides nothing, and closed it holds nothing."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QWidget,
)

from kiosk.dates import parse_date
from kiosk.text import Language
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import LIGHT, Palette, Tone
from kiosk.ui.widgets.staff_dialog import StaffDialog
from kiosk.ui.widgets.staff_form import NORMAL, button_row, form_button, form_field, form_label
from kiosk.ui.widgets.text import Typesetter
from kiosk.workflow.visit_answers import VisitAnswers

APPLY_KEY = Qt.Key.Key_F6
"""The key that opened the dialog, and no gun sends: Enter presses nothing here."""

_SELF_PAY = "self_pay"
_OF_TRANSFER = "transfer_one_year"
_NAMES = (
    "emergency",
    "transfer_form",
    _OF_TRANSFER,
    "appointment",
    "temporary_residence",
    "organ_donor",
    "listed_disease",
    "newborn_care",
    "hard_area_household",
    "inpatient",
    _SELF_PAY,
)
_WIDE_PX, _ROW_PX, _BOX_PX, _INDENT_PX = 600, 38, 24, 36


class VisitDialog(StaffDialog):
    """`answered` carries `VisitAnswers`, `touched` says that somebody is there."""

    answered = Signal(object)
    touched = Signal()

    def __init__(
        self,
        letters: Letters,
        said: VisitAnswers,
        *,
        language: Language = Language.VI,
        palette: Palette = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(letters, "visit", "visit", language=language, palette=palette, parent=parent)
        self.boxes = {name: Box(self._say(f"said.{name}"), letters, palette) for name in _NAMES}
        self.day = self._day_field()
        self.note = form_label(letters, "", 14)
        self.apply = form_button(letters, self._say("apply"), primary=True)
        self._show_said(said)
        for box in self.boxes.values():
            box.toggled.connect(self._changed)
        self.day.textEdited.connect(self._changed)
        self.apply.clicked.connect(self._submit)
        self._arrange()
        self._changed()
        self.boxes["emergency"].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F6 applies."""
        if event.key() == APPLY_KEY:
            self._submit()
        else:
            super().keyPressEvent(event)

    def forget(self) -> None:
        """Nothing of what was marked stays."""
        self._show_said(VisitAnswers())

    # -- the pieces -----------------------------------------------------------------------------------------------
    def _show_said(self, said: VisitAnswers) -> None:
        for name, box in self.boxes.items():
            box.setChecked(not said.uses_insurance if name == _SELF_PAY else getattr(said, name))
        self.day.setText(f"{said.transfer_signed_on:%d/%m/%Y}" if said.transfer_signed_on else "")

    def _submit(self) -> None:
        has_form = self.boxes["transfer_form"].isChecked()
        written = self.day.text().strip() if has_form else ""
        day = parse_date(written) if written else None
        if written and (day is None or day.exact is None):
            self._tell("day_wrong", wrong=True)
            self.day.setFocus()
            return
        marked = {name: box.isChecked() for name, box in self.boxes.items() if name != _SELF_PAY}
        marked[_OF_TRANSFER] = marked[_OF_TRANSFER] and has_form
        signed_on = day.exact if day is not None else None
        uses = not self.boxes[_SELF_PAY].isChecked()
        self.answered.emit(VisitAnswers(**marked, transfer_signed_on=signed_on, uses_insurance=uses))
        self.close()

    def _changed(self) -> None:
        """What belongs to a transfer form can be said of one only."""
        has_form = self.boxes["transfer_form"].isChecked()
        self.day.setEnabled(has_form)
        self.boxes[_OF_TRANSFER].setEnabled(has_form)
        self._tell("keys", wrong=False)
        self.touched.emit()

    def _tell(self, key: str, *, wrong: bool) -> None:
        ink = self._palette.tone(Tone.STOP).ink if wrong else self._palette.ink_soft
        self.note.setStyleSheet(f"color: {ink};")
        self.note.setText(self._say(key))

    def _day_field(self) -> QLineEdit:
        field = form_field(self._letters, self._say("day"), self._say("day_hint"), pixels=16, height_px=42)
        field.setMaxLength(10)
        field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        return field

    def _arrange(self) -> None:
        whole = self._headed(why_px=_WIDE_PX)
        whole.addSpacing(14)
        before: QWidget | None = None
        for name, box in self.boxes.items():
            row = QHBoxLayout()
            row.setContentsMargins(_INDENT_PX if name == _OF_TRANSFER else 0, 0, 0, 0)
            row.addWidget(box)
            whole.addLayout(row)
            if before is not None:
                self.setTabOrder(before, box)
            before = box
            if name == "transfer_form":
                whole.addLayout(self._day_row())
                self.setTabOrder(box, self.day)
                before = self.day
        whole.addSpacing(12)
        whole.addWidget(self.note)
        whole.addSpacing(12)
        whole.addLayout(button_row(self.apply, self.close_button, wide=True))
        whole.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)

    def _day_row(self) -> QGridLayout:
        row = QGridLayout()
        row.setContentsMargins(_INDENT_PX + 8, 2, 0, 4)
        row.setHorizontalSpacing(12)
        row.addWidget(form_label(self._letters, self._say("day"), 15, soft=True), 0, 0)
        row.addWidget(self.day, 0, 1)
        row.setColumnStretch(1, 1)
        return row


class Box(QCheckBox):
    """A line to mark, with a tick that is seen without colour."""

    def __init__(self, text: str, letters: Letters, palette: Palette) -> None:
        super().__init__(text)
        self._palette = palette
        self._setter = Typesetter(letters.sized(NORMAL, 16))
        self.setMinimumHeight(_ROW_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """Its line."""
        return QSize(_BOX_PX + 12 + self._setter.width(self.text()) + 8, _ROW_PX)

    def hitButton(self, position: object) -> bool:  # noqa: ARG002
        """The whole line."""
        return self.isEnabled()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A square, its tick, its words; tinted where the keys are."""
        palette, painter = self._palette, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.fillRect(self.rect(), QColor(palette.brand_tint))
            painter.fillRect(0, 0, 3, self.height(), QColor(palette.brand))
        square = QRectF(8, (self.height() - _BOX_PX) / 2, _BOX_PX, _BOX_PX)
        ticked = self.isChecked() and self.isEnabled()
        painter.setPen(QPen(QColor(palette.brand if ticked else palette.line), 2))
        painter.setBrush(QColor(palette.brand if ticked else palette.surface if self.isEnabled() else palette.disabled))
        painter.drawRoundedRect(square, 4, 4)
        if ticked:
            paint_icon(painter, "check", square.adjusted(3, 3, -3, -3), palette.on_brand)
        words = self.rect().adjusted(8 + _BOX_PX + 12, (self.height() - self._setter.line) // 2, 0, 0)
        ink = QColor(palette.ink if self.isEnabled() else palette.ink_soft)
        self._setter.paint(painter, [self._setter.cut(self.text(), words.width())], words, ink)
        painter.end()
