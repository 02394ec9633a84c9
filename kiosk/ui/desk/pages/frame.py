"""What all further pages of the staff's window share: title, filters, body, a line of news, keys, and errands."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QListView, QScrollArea, QVBoxLayout, QWidget

from kiosk.failure import KioskError
from kiosk.text import say
from kiosk.ui.announce import announce
from kiosk.ui.desk.keys import caption_of
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.ui.desk.page import PageSetting, StaffPage
from kiosk.ui.desk.pages.style import page_style
from kiosk.ui.desk.pieces import ICONS, DeskButton, Words
from kiosk.ui.desk.wrapped import Wrapped
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.staff_form import Line

if TYPE_CHECKING:
    from kiosk.ui.errands import Errand

Found = TypeVar("Found")

GAP_PX = 12
_SIDE_PX = 20
_WIDEST_CHOICE_PX = 230


class Note(QWidget):
    """One sentence on its tone's ground; empty it takes its room all the same, so that nothing moves."""

    def __init__(self, look: DeskLook) -> None:
        super().__init__()
        self._look, self.tone = look, Tone.INFO
        self.words = Words(look)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(look.px(44), look.px(8), look.px(14), look.px(8))
        inside.addWidget(self.words)
        self.setMinimumHeight(look.px(TARGET_PX))

    def tell(self, text: str, tone: Tone) -> None:
        """Says it."""
        self.tone = tone
        self.words.tell(text, self._look.palette.tone(tone).ink)
        announce(self, text, urgent=tone is Tone.STOP)
        self.update()

    def forget(self) -> None:
        """Says nothing."""
        self.words.tell("")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The ground and the sign, where something is said."""
        if not self.words.text():
            return
        pair = self._look.palette.tone(self.tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(pair.ground))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        side = self._look.px(20)
        paint_icon(
            painter, ICONS[self.tone], QRectF(self._look.px(13), (self.height() - side) / 2, side, side), pair.ink
        )
        painter.end()


class Choice(QComboBox):
    """One of few; each item carries its value as data."""

    def __init__(self, look: DeskLook, name: str, items: Sequence[tuple[str, object]] = ()) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setFont(look.font(DeskVoice.BODY))
        self.setView(QListView())
        self.view().setFont(look.font(DeskVoice.BODY))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaximumWidth(look.px(_WIDEST_CHOICE_PX))
        self.offer(items)

    def offer(self, items: Sequence[tuple[str, object]]) -> None:
        """Other items; the value that is chosen stays chosen where it is still there."""
        chosen = self.currentData()
        self.blockSignals(True)
        self.clear()
        for text, value in items:
            self.addItem(text, value)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.blockSignals(False)
        # The list that opens shows every item whole, however narrow the closed field is.
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + self._look.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        """As the style sheet says, with a mark that it opens."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("ink_soft"), 2))
        arm = self._look.px(5)
        tip = QPointF(self.width() - self._look.px(19), self.height() / 2 + arm / 2)
        painter.drawPolyline([tip + QPointF(-arm, -arm), tip, tip + QPointF(arm, -arm)])
        painter.end()


class WorkPage(StaffPage):
    """A page with its parts in one column. Subclasses fill `tools` and `body`, and add what can be done with `act`.

    What it asks for is under way beside the screen; once the page is hidden nobody hears of it, and `wipe` has run.
    """

    def __init__(self, setting: PageSetting, name: str) -> None:
        super().__init__(setting)
        self.look, self.language, self._name = setting.look, setting.language, name
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.say("title"))
        self.setStyleSheet(page_style(self.look))
        self._errands: list[Errand[object]] = []
        self._under_way = 0
        self._asked_for = 0
        self._keys: list[tuple[str, str]] = []
        gap = self.look.px(GAP_PX)
        self.head = Words(self.look, self.say("title"), DeskVoice.HEADING)
        self.aside = Words(self.look, "", DeskVoice.SMALL, "ink_soft", one_line=True, align=Qt.AlignmentFlag.AlignRight)
        self.tools, self.key_row = Wrapped(gap), Wrapped(gap)
        self.body = QVBoxLayout()
        self.body.setSpacing(gap)
        self.note = Note(self.look)
        self.tools.addWidget(self.head)
        top = QHBoxLayout()
        top.setSpacing(gap)
        top.addLayout(self.tools, 1)
        top.addWidget(self.aside)
        inside = QWidget()
        inside.setObjectName("inside")
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(_SIDE_PX, self.look.px(14), _SIDE_PX, self.look.px(14))
        whole.setSpacing(self.look.px(10))
        whole.addLayout(top)
        whole.addLayout(self.body, 1)
        whole.addWidget(self.note)
        whole.addLayout(self.key_row)
        # With large letters on a small screen the page is scrolled, and nothing lies over anything.
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(area)
        self._area = area

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard goes to a table or a field: a screen reader would name only that."""
        super().showEvent(event)
        announce(self, self.say("title"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page Up and Down, where nothing on the page wants them, scroll it."""
        step = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + step * bar.pageStep())

    # -- the window's side ----------------------------------------------------------------------------------------
    def hidden(self) -> None:
        """Nobody waits for anything any more, and nothing of people stays."""
        for errand in self._errands:
            errand.drop()
        self._errands.clear()
        self._under_way = 0
        self._asked_for += 1
        self.note.forget()
        self.wipe()

    def forget(self) -> None:
        """The same: `hidden` came before, and may not have."""
        self.hidden()

    def keys(self) -> tuple[tuple[str, str], ...]:
        """What can be done here, for the overlay of all keys."""
        return tuple(self._keys)

    def wipe(self) -> None:
        """Drops all that was shown of people."""

    # -- for pages ------------------------------------------------------------------------------------------------
    def say(self, key: str, **values: object) -> str:
        """A sentence of this page's own."""
        return say(f"staff.{self._name}.{key}", self.language, **values)

    def tell(self, key: str, tone: Tone = Tone.GOOD, **values: object) -> None:
        """Says a sentence of this page's in its line of news."""
        self.note.tell(self.say(key, **values), tone)

    def ask(
        self,
        work: Callable[[], Found],
        then: Callable[[Found], None],
        failed: Callable[[KioskError], None] | None = None,
    ) -> None:
        """Does `work` beside the screen and shows what comes of it; what breaks it is told in a sentence."""
        round_ = self._asked_for

        def over() -> bool:
            if round_ != self._asked_for:
                return False
            self._under_way -= 1
            if not self._under_way:
                self._errands.clear()
            self.busy(under_way=self._under_way > 0)
            return True

        def came(found: Found) -> None:
            if over():
                then(found)

        def broke(error: KioskError) -> None:
            if over():
                self.note.tell(error.told(self.language), Tone.STOP)
                if failed is not None:
                    failed(error)

        self._under_way += 1
        self.busy(under_way=True)
        self._errands.append(self.setting.errands.run(work, came, broke))  # type: ignore[arg-type]

    def busy(self, *, under_way: bool) -> None:
        """Something is under way, or nothing is any more."""
        self.head.setAccessibleDescription(say("staff.busy", self.language) if under_way else "")
        if under_way and not self.note.words.text():
            self.note.tell(say("staff.busy", self.language), Tone.INFO)
        elif not under_way and self.note.words.text() == say("staff.busy", self.language):
            self.note.forget()

    def act(
        self, key: str, shortcut: str, does: Callable[[], None], *, primary: bool = False, grave: bool = False
    ) -> DeskButton:
        """A button with its key, which does the same while the page has the keyboard."""
        text = self.say(f"act.{key}")
        button = DeskButton(self.look, text, caption_of(shortcut), primary=primary, grave=grave)
        button.clicked.connect(lambda: does())
        self._listen(shortcut, button.click)
        self._keys.append((caption_of(shortcut), text))
        self.key_row.addWidget(button)
        return button

    def _listen(self, shortcut: str, does: Callable[[], None]) -> None:
        heard = QShortcut(QKeySequence(shortcut), self)
        heard.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        heard.activated.connect(does)

    def choice(self, key: str, items: Sequence[tuple[str, object]], changed: Callable[[], None]) -> Choice:
        """A labelled choice among the filters."""
        made = Choice(self.look, self.say(f"filter.{key}"), items)
        made.currentIndexChanged.connect(lambda _: changed())
        self.tools.addWidget(self._labelled(key, made))
        return made

    def field(self, key: str, changed: Callable[[], None], hint: str = "") -> QLineEdit:
        """A labelled line among the filters; Enter takes it."""
        made = text_field(self.look, self.say(f"filter.{key}"), hint)
        made.setFixedWidth(max(self.look.px(190), made.fontMetrics().horizontalAdvance(hint) + self.look.px(40)))
        made.returnPressed.connect(changed)
        self.tools.addWidget(self._labelled(key, made))
        return made

    def _labelled(self, key: str, widget: QWidget) -> QWidget:
        return labelled(self.look, self.say(f"filter.{key}"), widget)


def labelled(look: DeskLook, text: str, widget: QWidget) -> QWidget:
    """A widget right of its label, which is its name for assistive programs."""
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, look.px(8), 0)
    row.setSpacing(look.px(8))
    label = Words(look, text, DeskVoice.SMALL, "ink_soft")
    label.setBuddy(widget)
    row.addWidget(label)
    row.addWidget(widget, 1)
    return both


class _KeepsEnter(QObject):
    """Enter ends a field's line; the window, which hears Enter too, gives nobody a number for it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # type: ignore[attr-defined]
            if isinstance(watched, QLineEdit):
                watched.returnPressed.emit()
            return True
        return False


def text_field(look: DeskLook, name: str, hint: str = "") -> QLineEdit:
    """A line to type in."""
    field = Line()
    field.setFont(look.font(DeskVoice.BODY))
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.installEventFilter(_KeepsEnter(field))
    return field


def soft(look: DeskLook, text: str) -> QLabel:
    """A quieter sentence."""
    return Words(look, text, DeskVoice.SMALL, "ink_soft")
