"""The simulators' desk beside the patient's window: invented people, and what to do with their papers."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kiosk.privacy import Personal
from kiosk.text import Language, say
from kiosk.ui.theme.letters import Letters, load_letters
from kiosk.ui.theme.palette import LIGHT, Palette
from kiosk.ui.widgets.text import Typesetter

_NORMAL, _STRONG, _BOLD = QFont.Weight.Normal, QFont.Weight.DemiBold, QFont.Weight.Bold
_PERSON = Qt.ItemDataRole.UserRole
_ROW_PX, _PAD_PX = 60, 14


@dataclass(frozen=True, slots=True, repr=False)
class DemoPerson(Personal):
    """An invented person as the panel lists them; `special` says what makes the visit interesting."""

    number: str
    name: str
    special: str


class DemoPanel(QWidget):
    """Emits what its user does; the numbers are those of invented people."""

    card_laid = Signal(str)
    card_taken = Signal()
    code_shown = Signal(str)
    insurance_shown = Signal(str)
    fault_chosen = Signal(str)
    closed = Signal()

    def __init__(
        self,
        people: Sequence[DemoPerson],
        faults: Sequence[str] = (),
        *,
        language: Language = Language.VI,
        letters: Letters | None = None,
        palette: Palette = LIGHT,
    ) -> None:
        super().__init__()
        self._letters, self._palette = letters or load_letters(), palette
        self._language = language
        self.setObjectName("demo")
        self.setWindowTitle(self._say("title"))
        self.setMinimumWidth(380)
        self.setStyleSheet(_style(palette))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.people = self._list(people)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self._say("search"))
        self._search.setAccessibleName(self._say("search"))
        self._search.textChanged.connect(self._filter)
        self.lay = self._button("lay", primary=True)
        self.take = self._button("take")
        self.code = self._button("code")
        self.insurance = self._button("insurance")
        self.lay.clicked.connect(self._lay)
        self.take.clicked.connect(self._take)
        self.code.clicked.connect(self._show_code)
        self.insurance.clicked.connect(self._show_insurance)
        self.faults = self._fault_box(faults)
        self._arrange(with_faults=bool(faults))
        self._allow()

    @property
    def chosen(self) -> str:
        """The number of the person chosen, or empty."""
        item = self.people.currentItem()
        return item.data(_PERSON).number if item is not None and not item.isHidden() else ""

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: ARG002
        """Tells so."""
        self.closed.emit()

    def show_card_laid(self, laid: bool) -> None:
        """A card lies there: it can be taken, and none can be laid."""
        self._laid = laid
        self._allow()

    # -- building -------------------------------------------------------------------------------------------------
    _laid = False

    def _say(self, key: str) -> str:
        return say(f"screen.demo.{key}", self._language)

    def _list(self, people: Sequence[DemoPerson]) -> QListWidget:
        view = QListWidget()
        view.setItemDelegate(_PersonRow(self._letters, self._palette, view))
        view.setAccessibleName(self._say("people"))
        view.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for person in people:
            item = QListWidgetItem(f"{person.name}. {person.special}")
            item.setData(_PERSON, person)
            view.addItem(item)
        if people:
            view.setCurrentRow(0)
        view.currentItemChanged.connect(self._allow)
        return view

    def _button(self, key: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(self._say(key))
        button.setProperty("primary", primary)
        button.setMinimumHeight(44)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _fault_box(self, faults: Sequence[str]) -> QComboBox:
        box = QComboBox()
        box.setMinimumHeight(40)
        box.setAccessibleName(self._say("fault"))
        box.addItem(self._say("no_fault"), "")
        for fault in faults:
            box.addItem(fault, fault)
        box.currentIndexChanged.connect(self._choose_fault)
        return box

    def _arrange(self, *, with_faults: bool) -> None:
        title, sentence = QLabel(self._say("title")), QLabel(self._say("sentence"))
        title.setObjectName("title")
        sentence.setObjectName("soft")
        sentence.setWordWrap(True)
        papers = QGridLayout()
        papers.setSpacing(8)
        for at, button in enumerate((self.lay, self.take, self.code, self.insurance)):
            papers.addWidget(button, at // 2, at % 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 20, 20, 20)
        whole.setSpacing(12)
        whole.addWidget(title)
        whole.addWidget(sentence)
        whole.addWidget(self._search)
        whole.addWidget(self.people, 1)
        whole.addLayout(papers)
        if with_faults:
            label = QLabel(self._say("fault"))
            label.setObjectName("soft")
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(label)
            row.addWidget(self.faults, 1)
            whole.addLayout(row)
        body = self._letters.sized(_NORMAL, 15)
        for widget in self.findChildren(QWidget):
            widget.setFont(body)
        title.setFont(self._letters.sized(_BOLD, 24))
        for button in (self.lay, self.take, self.code, self.insurance):
            button.setFont(self._letters.sized(_STRONG, 15))

    # -- what its user does ---------------------------------------------------------------------------------------
    def _filter(self, wanted: str) -> None:
        words = _plain(wanted).split()
        for at in range(self.people.count()):
            item = self.people.item(at)
            person = item.data(_PERSON)
            text = _plain(f"{person.name} {person.special} {person.number}")
            item.setHidden(not all(word in text for word in words))
        shown = (self.people.item(at) for at in range(self.people.count()) if not self.people.item(at).isHidden())
        current = self.people.currentItem()
        if current is None or current.isHidden():
            self.people.setCurrentRow(next((self.people.row(item) for item in shown), -1))
        self._allow()

    def _allow(self) -> None:
        someone = bool(self.chosen)
        self.lay.setEnabled(someone and not self._laid)
        self.take.setEnabled(self._laid)
        self.code.setEnabled(someone)
        self.insurance.setEnabled(someone)

    def _lay(self) -> None:
        self.card_laid.emit(self.chosen)

    def _take(self) -> None:
        self.card_taken.emit()

    def _show_code(self) -> None:
        self.code_shown.emit(self.chosen)

    def _show_insurance(self) -> None:
        self.insurance_shown.emit(self.chosen)

    def _choose_fault(self, at: int) -> None:
        self.fault_chosen.emit(self.faults.itemData(at))


class _PersonRow(QStyledItemDelegate):
    """Name above, what is special below."""

    def __init__(self, letters: Letters, palette: Palette, parent: QWidget) -> None:
        super().__init__(parent)
        self._palette = palette
        self._name = Typesetter(letters.sized(_STRONG, 16))
        self._special = Typesetter(letters.sized(_NORMAL, 14))

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        """Two lines and air."""
        return QSize(200, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The chosen one on a tint, with a bar at its side."""
        person, area = index.data(_PERSON), QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(self._palette.brand_tint))
            painter.fillRect(QRect(area.left(), area.top(), 4, area.height()), QColor(self._palette.brand))
        width = area.width() - 2 * _PAD_PX
        top = area.top() + (_ROW_PX - self._name.line - self._special.line) // 2
        self._name.paint(
            painter,
            [self._name.cut_name(person.name, width)],
            area.translated(_PAD_PX, top - area.top()),
            QColor(self._palette.ink),
        )
        special = self._special.cut(person.special, width)
        below = area.translated(_PAD_PX, top - area.top() + self._name.line)
        self._special.paint(painter, [special], below, QColor(self._palette.ink_soft))
        painter.setPen(QColor(self._palette.hairline))
        painter.drawLine(area.left() + _PAD_PX, area.bottom(), area.right() - _PAD_PX, area.bottom())
        painter.restore()


def _plain(text: str) -> str:
    """Small letters without marks: who plays with the panel need not type them."""
    parted = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _style(palette: Palette) -> str:
    return f"""
        #demo {{ background: {palette.ground}; }}
        QLabel {{ color: {palette.ink}; }}
        #soft {{ color: {palette.ink_soft}; }}
        QLineEdit, QComboBox {{ background: {palette.surface}; color: {palette.ink};
            border: 1px solid {palette.line}; border-radius: 6px; padding: 8px 12px; }}
        QLineEdit:focus, QComboBox:focus {{ border: 2px solid {palette.brand}; padding: 7px 11px; }}
        QComboBox::drop-down {{ border: none; width: 28px; }}
        QComboBox QAbstractItemView {{ background: {palette.surface}; color: {palette.ink};
            selection-background-color: {palette.brand_tint}; selection-color: {palette.ink}; }}
        QListWidget {{ background: {palette.surface}; border: 1px solid {palette.hairline}; border-radius: 6px; }}
        QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
        QScrollBar::handle:vertical {{ background: {palette.line}; border-radius: 3px; min-height: 40px; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
        QPushButton {{ background: {palette.surface}; color: {palette.ink}; border: 1px solid {palette.line};
            border-radius: 6px; padding: 0 12px; }}
        QPushButton:pressed {{ background: {palette.brand_tint}; }}
        QPushButton[primary="true"] {{ background: {palette.brand}; color: {palette.on_brand};
            border: 1px solid {palette.brand}; }}
        QPushButton[primary="true"]:pressed {{ background: {palette.brand_pressed}; }}
        QPushButton:disabled, QPushButton[primary="true"]:disabled {{ background: {palette.disabled};
            color: {palette.ink_soft}; border-color: {palette.disabled}; }}
    """
