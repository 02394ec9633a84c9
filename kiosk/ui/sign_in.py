"""The staff's sign-in: pick a name, type a PIN, press Enter. It compares nothing, and closed it holds nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from kiosk.checkin.officer import ListedOfficer, plain
from kiosk.checkin.pin import LONGEST, SHORTEST
from kiosk.text import Language
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import LIGHT, Palette, Tone
from kiosk.ui.widgets.staff_dialog import StaffDialog
from kiosk.ui.widgets.staff_form import (
    NORMAL,
    FormNote,
    button_row,
    form_button,
    form_field,
)
from kiosk.ui.widgets.text import Typesetter

CLOSES_AFTER_S = 180
"""A PIN that was begun does not stand in an open window for ever."""

_OFFICER = Qt.ItemDataRole.UserRole
_ROW_PX, _PAD_PX, _ROWS_SHOWN = 44, 14, 4
_FIELD_PX, _NOTE_PX = 456, 60


class SignIn(StaffDialog):
    """`submitted` carries a short code, or what was typed, and a PIN."""

    submitted = Signal(str, str)

    def __init__(
        self,
        letters: Letters,
        listed: Sequence[ListedOfficer],
        *,
        language: Language = Language.VI,
        palette: Palette = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(letters, "sign-in", "officer.sign_in", language=language, palette=palette, parent=parent)
        self._checking = False
        self._left_s = 0
        self.who = form_field(letters, self._say("name"), self._say("name_hint"))
        self.pin = form_field(letters, self._say("pin"), self._say("pin_hint"))
        self.officers = self._list(listed)
        self._note = FormNote(letters, palette, wide_px=_FIELD_PX, least_px=_NOTE_PX)
        self.note = self._note.words
        self.enter = form_button(letters, self._say("enter"), primary=True)
        self._guard_pin()
        self.who.textEdited.connect(self._filter)
        self.who.returnPressed.connect(self._choose)
        self.who.installEventFilter(self)
        self.pin.textChanged.connect(self._allow)
        self.pin.returnPressed.connect(self._submit)
        self.officers.itemClicked.connect(self._choose)
        self.enter.clicked.connect(self._submit)
        self._arrange()
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.tick)
        self._forgotten = QTimer(self)
        self._forgotten.setSingleShot(True)
        self._forgotten.setInterval(CLOSES_AFTER_S * 1000)
        self._forgotten.timeout.connect(self.close)
        self._forgotten.start()
        self._begin(listed)

    # -- what the outside calls -----------------------------------------------------------------------------------
    def show_checking(self) -> None:
        """The PIN is being compared: nothing can be typed or pressed, and the PIN is gone from here."""
        self._checking = True
        self.pin.clear()
        self._tell("checking", Tone.INFO)
        self._allow()

    def show_refused(self, wait_s: float) -> None:
        """Wrong, without a hint at what; `wait_s`: nothing is taken for so long."""
        self._checking = False
        self._left_s = -int(-wait_s // 1)
        if self._left_s:
            self._second.start()
            self._tell_left()
        else:
            self._tell("refused", Tone.STOP)
        self._allow()
        self.pin.setFocus()

    def show_failure(self, told: str) -> None:
        """Something broke: what happened and what to do."""
        self._checking = False
        self._note.tell(told, Tone.ATTENTION)
        self._allow()

    def show_scan_ignored(self) -> None:
        """A code was scanned meanwhile and checked nobody in."""
        self._tell("scan", Tone.ATTENTION)

    def tick(self) -> None:
        """One second of a pause has passed."""
        self._left_s = max(0, self._left_s - 1)
        if self._left_s:
            self._tell_left()
            return
        self._second.stop()
        self._show_keys()
        self._allow()
        self.pin.setFocus()

    # -- keys -----------------------------------------------------------------------------------------------------
    @property
    def may_close(self) -> bool:
        """Not while a PIN is being compared."""
        return not self._checking

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the name's field go through the list, Tab takes the name that is marked there."""
        if watched is not self.who or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        match event.key():
            case Qt.Key.Key_Down:
                self._mark(1)
            case Qt.Key.Key_Up:
                self._mark(-1)
            case Qt.Key.Key_Tab:
                self._choose()
            case _:
                return False
        return True

    def forget(self) -> None:
        """Nothing of what was typed stays."""
        self._second.stop()
        self._forgotten.stop()
        self.who.clear()
        self.pin.clear()

    # -- choosing -------------------------------------------------------------------------------------------------
    def _begin(self, listed: Sequence[ListedOfficer]) -> None:
        if len(listed) == 1:
            self.officers.setCurrentRow(0)
            self._choose()
        else:
            self.who.setFocus()
        self.officers.setVisible(len(listed) > 1)  # a single name stands in the field already
        if listed:
            self._show_keys()
        else:
            self._tell("none_added", Tone.ATTENTION)
        self._allow()

    def _filter(self, text: str) -> None:
        """Lists whom the letters may mean and marks the first."""
        wanted = plain(text).split()
        first = -1
        for row in range(self.officers.count()):
            item = self.officers.item(row)
            listed: ListedOfficer = item.data(_OFFICER)
            words = [listed.short_code, *plain(listed.full_name).split()]
            item.setHidden(not all(any(word.startswith(letters) for word in words) for letters in wanted))
            if first < 0 and wanted and not item.isHidden():
                first = row
        self.officers.setCurrentRow(first)
        if self.officers.count() and all(self.officers.item(row).isHidden() for row in range(self.officers.count())):
            self._tell("none_found", Tone.INFO)
        elif not self._left_s:
            self._show_keys()
        self._allow()

    def _mark(self, step: int) -> None:
        shown = [row for row in range(self.officers.count()) if not self.officers.item(row).isHidden()]
        if not shown:
            return
        at = self.officers.currentRow()
        place = shown.index(at) + step if at in shown else 0 if step > 0 else len(shown) - 1
        self.officers.setCurrentRow(shown[max(0, min(place, len(shown) - 1))])

    def _choose(self) -> None:
        """The marked one is meant; on to the PIN."""
        listed = self._marked()
        if listed is not None:
            self.who.setText(listed.full_name)
        if self.who.text().strip():
            self.pin.setFocus()
        self._allow()

    def _marked(self) -> ListedOfficer | None:
        item = self.officers.currentItem()
        listed: ListedOfficer | None = item.data(_OFFICER) if item is not None and not item.isHidden() else None
        return listed

    def _submit(self) -> None:
        if not self.enter.isEnabled():
            return
        listed = self._marked()
        who = self.who.text() if listed is None else listed.short_code
        pin = self.pin.text()
        self._forgotten.start()
        self.show_checking()
        self.submitted.emit(who, pin)

    def _allow(self) -> None:
        """Only what can succeed can be pressed."""
        free = not self._checking and not self._left_s
        self.who.setEnabled(free)
        self.officers.setEnabled(free)
        self.pin.setEnabled(free)
        self.close_button.setEnabled(not self._checking)
        self.enter.setEnabled(free and bool(self.who.text().strip()) and len(self.pin.text()) >= SHORTEST)

    # -- words ----------------------------------------------------------------------------------------------------
    def _tell(self, key: str, tone: Tone, **values: object) -> None:
        self._note.tell(self._say(key, **values), tone)

    def _tell_left(self) -> None:
        self._tell("wait", Tone.STOP, left=f"{self._left_s // 60}:{self._left_s % 60:02}")

    def _show_keys(self) -> None:
        """Where nothing else is to be told: which keys there are."""
        self._note.tell(self._say("keys") if self.officers.count() > 1 else "", None)

    # -- the pieces -----------------------------------------------------------------------------------------------
    def _guard_pin(self) -> None:
        """Digits only, never shown, copied or composed: an input method would make tones of them."""
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(LONGEST)
        self.pin.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.pin.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.pin.setAcceptDrops(False)
        self.pin.textEdited.connect(self._keep_digits)

    def _keep_digits(self, text: str) -> None:
        digits = "".join(one for one in text if one in "0123456789")
        if digits != text:
            self.pin.setText(digits)

    def _list(self, listed: Sequence[ListedOfficer]) -> QListWidget:
        view = QListWidget()
        view.setItemDelegate(_OfficerRow(self._letters, self._palette, view))
        view.setAccessibleName(self._say("list"))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setFixedHeight(_ROW_PX * min(_ROWS_SHOWN, max(1, len(listed))) + 2)
        for officer in listed:
            item = QListWidgetItem(self._say("row", name=officer.full_name, code=officer.short_code))
            item.setData(_OFFICER, officer)
            view.addItem(item)
        return view

    def _arrange(self) -> None:
        whole = self._headed(why_px=_FIELD_PX)
        whole.addSpacing(20)
        self._add_labelled(whole, "name", self.who)
        whole.addSpacing(8)
        whole.addWidget(self.officers)
        whole.addSpacing(20)
        self._add_labelled(whole, "pin", self.pin)
        whole.addSpacing(12)
        whole.addWidget(self._note)
        whole.addSpacing(16)
        whole.addLayout(button_row(self.enter, self.close_button, wide=True))
        self.who.setFixedWidth(_FIELD_PX)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        self.setTabOrder(self.who, self.pin)


class _OfficerRow(QStyledItemDelegate):
    """The name, and right of it the code that is quicker to type."""

    def __init__(self, letters: Letters, palette: Palette, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = Typesetter(letters.sized(NORMAL, 16))
        self._code = Typesetter(letters.sized(NORMAL, 14, tabular=True))
        self._palette = palette

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """A row that a mouse hits."""
        return QSize(0, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Tinted and barred where it is marked."""
        officer: ListedOfficer = index.data(_OFFICER)
        area, palette = option.rect, self._palette
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(palette.brand_tint))
            painter.fillRect(area.left(), area.top(), 4, area.height(), QColor(palette.brand))
        inner = area.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        code_px = self._code.width(officer.short_code) + _PAD_PX
        name_box = inner.adjusted(0, (inner.height() - self._name.line) // 2, -code_px, 0)
        name = self._name.cut_name(officer.full_name, name_box.width())
        self._name.paint(painter, [name], name_box, QColor(palette.ink))
        code_box = inner.adjusted(0, (inner.height() - self._code.line) // 2, 0, 0)
        ink = QColor(palette.ink_soft)
        self._code.paint(painter, [officer.short_code], code_box, ink, Qt.AlignmentFlag.AlignRight)
        painter.restore()
