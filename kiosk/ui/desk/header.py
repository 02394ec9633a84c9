"""The window's upper edge: search, who is on duty, the time; and the chips that choose what is listed."""

from collections.abc import Mapping

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from kiosk.text import Language, say
from kiosk.ui.announce import announce
from kiosk.ui.desk.grounds import paint_keycap, paint_ring
from kiosk.ui.desk.keys import Act, caption
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.ui.desk.pieces import DeskButton, Words
from kiosk.ui.desk.rows import Filter
from kiosk.ui.desk.wrapped import Wrapped
from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.staff_form import NORMAL, Line, field_style
from kiosk.ui.widgets.staff_strip import OnDuty

_OFFICER_PX = 400
"""A name that is longer is cut before the search field is."""
_NOBODY_PX = 160


class SearchField(Line):
    """Names without marks, numbers, tickets. `entered`: Enter; `left`: Escape; `downwards`: to the list."""

    entered = Signal()
    left = Signal()
    downwards = Signal()

    def __init__(self, look: DeskLook, language: Language) -> None:
        super().__init__()
        self._look = look
        self._key = caption(Act.SEARCH)
        self._cap = look.setter(DeskVoice.SMALL)
        self.setStyleSheet(field_style(look.palette))
        self.setFont(look.letters.sized(NORMAL, look.px(16), tabular=True))
        self.setMinimumHeight(max(TARGET_PX, look.px(TARGET_PX)))
        self.setMaxLength(80)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setPlaceholderText(say("desk.search.hint", language))
        self.setAccessibleName(say("desk.search.name", language))
        self._shut = say("desk.news.officer_needed_for_this", language)
        self.open_to(somebody=True)
        self.setTextMargins(0, 0, self._cap.width(self._key) + look.px(22), 0)

    def open_to(self, *, somebody: bool) -> None:
        """Whether somebody is on duty who may look for people; where nobody is, it says so."""
        self.setEnabled(somebody)
        self.setAccessibleDescription(self._key if somebody else f"{self._key}. {self._shut}")
        named = f"{self.accessibleName()} ({self._key})"
        self.setToolTip(named if somebody else f"{named}\n{self._shut}")

    def forget(self) -> None:
        """Nothing is looked for, and nothing that was can be taken back."""
        self.setText("")  # unlike clear(), it leaves nothing to undo

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters are looked for at once."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.entered.emit()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Down:
                self.downwards.emit()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Its key at the end."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, tall = self._cap.width(self._key) + self._look.px(14), self._cap.line + 2
        cap = QRectF(self.width() - wide - 10, (self.height() - tall) / 2, wide, tall)
        paint_keycap(painter, cap, self._key, self._look)
        painter.end()


class Header(QWidget):
    """Search on the left, officer and clock on the right."""

    def __init__(self, look: DeskLook, language: Language) -> None:
        super().__init__()
        self._look, self._language = look, language
        self.search = SearchField(look, language)
        self._title = Words(look, say("desk.title", language), DeskVoice.HEADING, one_line=True)
        self.officer = Words(look, "", DeskVoice.BODY, "ink_soft", one_line=True, align=Qt.AlignmentFlag.AlignRight)
        self.duty = DeskButton(look, "", caption(Act.DUTY))
        self.duty.setVisible(False)
        self.help = DeskButton(look, say("desk.act.help", language), caption(Act.HELP))
        self._clock = Words(look, "", DeskVoice.HEADING)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(40) + 26, 8, 16, 8)
        row.setSpacing(14)
        self._title.setMinimumWidth(self._title.sizeHint().width())
        for button in (self.duty, self.help):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(self._title)
        row.addWidget(self.search, 5)
        row.addWidget(self.officer, 1)
        row.addWidget(self.duty)
        row.addWidget(self.help)
        row.addWidget(self._clock)
        self.search.setMaximumWidth(look.px(560))

    def show_duty(self, on_duty: OnDuty | None) -> None:
        """Who is on duty, and that somebody can be."""
        self.duty.setVisible(on_duty is not None)
        if on_duty is None:
            self.officer.tell("")
            return
        key = "out" if on_duty.name else "in"
        self.duty.tell(say(f"desk.duty.{key}", self._language))
        stands_still = not (on_duty.name or on_duty.stands_in)
        ink = self._look.palette.tone(Tone.ATTENTION).ink if stands_still else "ink"
        self.officer.tell(on_duty.name or on_duty.told(self._language), ink)
        self.officer.setAccessibleName(on_duty.told(self._language))
        # A name goes before the room to search; that nobody is here is said again in the middle.
        most = _OFFICER_PX if not stands_still else _NOBODY_PX
        self.officer.setMinimumWidth(min(self.officer.sizeHint().width(), self._look.px(most)))

    def show_clock(self, time: str) -> None:
        """The time of day."""
        if time != self._clock.text():
            self._clock.tell(time)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The surface, the sign, a hairline below."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.colour("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("hairline"))
        side = look.px(34)
        box = QRectF(16, (self.height() - side) / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("brand"))
        painter.drawRoundedRect(box, 7, 7)
        painter.setBrush(look.colour("on_brand"))
        middle, arm, thick = box.center(), side * 0.28, side * 0.19
        painter.drawRect(QRectF(middle.x() - arm, middle.y() - thick / 2, 2 * arm, thick))
        painter.drawRect(QRectF(middle.x() - thick / 2, middle.y() - arm, thick, 2 * arm))
        painter.end()


class Chip(QPushButton):
    """One filter and how many it shows."""

    def __init__(self, look: DeskLook, chosen: Filter, language: Language) -> None:
        super().__init__()
        self.filter, self._look, self._language = chosen, look, language
        self._setter = look.setter(DeskVoice.SMALL_STRONG)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_count(None)

    def show_count(self, count: int | None) -> None:
        """So many; None: nobody can say, or nobody may know."""
        words = say(f"desk.filter.{self.filter.value}", self._language)
        text = words if count is None else f"{words} {count}"
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.setAccessibleDescription(caption(Act.FILTER))
            self.setToolTip(f"{text} ({caption(Act.FILTER)})")
            self.updateGeometry()
            self.update()

    def nextCheckState(self) -> None:
        """The window says which is chosen."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the window's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Words and air; room for three figures, so that a count moves nothing."""
        words = say(f"desk.filter.{self.filter.value}", self._language)
        room = "000" if self.filter is Filter.ALL else "00"
        wide = max(self._setter.width(f"{words} {room}"), self._setter.width(self.text()))
        return QSize(wide + self._look.px(10), max(TARGET_PX, self._look.px(TARGET_PX)))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Filled where it is chosen."""
        look, painter, chosen = self._look, QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("brand" if chosen else "line"), 1))
        painter.setBrush(look.colour("brand" if chosen else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 4.5, -0.5, -4.5), 6, 6)
        area = QRect(0, (self.height() - self._setter.line) // 2, self.width(), self._setter.line)
        ink = look.colour("on_brand" if chosen else "ink")
        self._setter.paint(painter, [self.text()], area, ink, Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus():
            paint_ring(painter, self.rect().adjusted(0, 3, 0, -3), look)
        painter.end()


class Chips(QWidget):
    """The filters in lines. `chosen` carries a `Filter`."""

    chosen = Signal(object)

    def __init__(self, look: DeskLook, language: Language) -> None:
        super().__init__()
        layout = Wrapped(5, 0)
        self.chips = {one: Chip(look, one, language) for one in Filter}
        for chip in self.chips.values():
            chip.clicked.connect(self._clicked)
            layout.addWidget(chip)
        self.setLayout(layout)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(say("desk.filter.title", language))

    def show_counts(self, counts: Mapping[Filter, int], chosen: Filter) -> None:
        """How many each shows, where that is known, and which is chosen."""
        for one, chip in self.chips.items():
            chip.show_count(counts.get(one))
            chip.setChecked(one is chosen)

    def _clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.chosen.emit(chip.filter)


class News(QWidget):
    """One line of what just happened; always there, so that nothing moves when something did."""

    def __init__(self, look: DeskLook) -> None:
        super().__init__()
        self._look, self._tone = look, Tone.INFO
        self.words = Words(look, "", DeskVoice.STRONG, one_line=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16 + look.px(28), 0, 16, 0)
        row.addWidget(self.words)
        self.setFixedHeight(look.px(38))

    def tell(self, text: str, tone: Tone = Tone.INFO) -> None:
        """What happened; said aloud by itself, at once where something broke."""
        self._tone = tone
        self.words.tell(text, self._look.palette.tone(tone).ink)
        self.setAccessibleName(text)
        announce(self, text, urgent=tone is Tone.STOP)
        self.update()

    def forget(self) -> None:
        """Nothing happened."""
        self.tell("")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """On its tone's ground while it says something."""
        if not self.words.text():
            return
        pair = self._look.palette.tone(self._tone)
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour(pair.ground))
        side = self._look.px(20)
        icon = {Tone.GOOD: "check", Tone.STOP: "stop", Tone.ATTENTION: "warning", Tone.INFO: "info"}[self._tone]
        paint_icon(painter, icon, QRectF(16, (self.height() - side) / 2, side, side), pair.ink)
        painter.end()
