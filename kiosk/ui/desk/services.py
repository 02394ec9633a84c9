"""What the person comes for: a line for each service with its room and who waits, chosen by digits or arrows."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kiosk.checkin.queue.words import wait_words
from kiosk.text import Language, say
from kiosk.ui.desk.draft import Draft
from kiosk.ui.desk.grounds import paint_keycap, paint_ring
from kiosk.ui.desk.laying import clear, lay_in
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.workflow.state import ServiceOffer

DIGITS = 9
_PAD_PX = 14


class ServiceList(QScrollArea):
    """`chosen` carries a service's code, `room_wanted` says that another of its rooms is."""

    chosen = Signal(str)
    room_wanted = Signal()

    def __init__(self, look: DeskLook, language: Language) -> None:
        super().__init__()
        self._look, self._language = look, language
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(say("desk.service.title", language))
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(6)
        lay_in(self, inside, look)
        self.tiles: list[ServiceTile] = []
        self._offers: tuple[ServiceOffer, ...] = ()

    def show_offers(self, offers: tuple[ServiceOffer, ...], draft: Draft) -> None:
        """What can be chosen now, and what is; lines that stay are not made anew."""
        codes = [offer.service.code for offer in offers]
        if codes != [offer.service.code for offer in self._offers]:
            clear(self._column)
            self.tiles = []
            for at, offer in enumerate(offers):
                tile = ServiceTile(self._look, str(at + 1) if at < DIGITS else "")
                tile.clicked.connect(self._clicked)
                tile.moved.connect(self._move)
                tile.room_wanted.connect(self.room_wanted)
                tile.setProperty("service", offer.service.code)
                self._column.addWidget(tile)
                self.tiles.append(tile)
            self._column.addStretch(1)
        self._offers = offers
        for tile, offer in zip(self.tiles, offers, strict=True):
            tile.show_offer(offer, draft, self._language)

    @property
    def offers(self) -> tuple[ServiceOffer, ...]:
        """What can be chosen."""
        return self._offers

    def choose_digit(self, digit: int) -> bool:
        """The service of a digit's key; False: there is none."""
        if not 1 <= digit <= min(DIGITS, len(self._offers)):
            return False
        self.chosen.emit(self._offers[digit - 1].service.code)
        self.ensureWidgetVisible(self.tiles[digit - 1])
        return True

    def take_keys(self, draft: Draft) -> None:
        """The arrows choose from here."""
        if not self.tiles:
            return
        codes = [offer.service.code for offer in self._offers]
        at = codes.index(draft.service_code) if draft.service_code in codes else 0
        self.tiles[at].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.ensureWidgetVisible(self.tiles[at])
        if not draft.service_code:
            self.chosen.emit(codes[at])

    def _clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, ServiceTile):
            self.chosen.emit(str(tile.property("service")))

    def _move(self, step: int) -> None:
        tile = self.sender()
        at = self.tiles.index(tile) + step if tile in self.tiles else 0
        if 0 <= at < len(self.tiles):
            self.tiles[at].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(self.tiles[at])
            self.chosen.emit(self._offers[at].service.code)


class ServiceTile(QPushButton):
    """One service: its name, its room, who waits, how long."""

    moved = Signal(int)
    room_wanted = Signal()

    def __init__(self, look: DeskLook, digit: str) -> None:
        super().__init__()
        self._look, self._digit = look, digit
        self._name, self._small = look.setter(DeskVoice.STRONG), look.setter(DeskVoice.SMALL)
        self._below = ""
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_offer(self, offer: ServiceOffer, draft: Draft, language: Language) -> None:
        """What it says now."""
        is_chosen = draft.service_code == offer.service.code
        room = draft.room_code if is_chosen and draft.room_code else (offer.room or offer.service.room).code
        parts = [room]
        if is_chosen and len(offer.service.rooms) > 1:
            parts[0] = f"‹ {room} ›" if draft.room_code else f"‹ {say('desk.service.any_room', language, room=room)} ›"
        if offer.waiting is not None:
            parts.append(say("desk.service.waiting", language, count=offer.waiting))
        if wait := wait_words(offer.wait, language):
            parts.append(wait)
        self._below = " · ".join(parts)
        self.setText(offer.service.name[language])
        self.setChecked(is_chosen)
        self.setAccessibleName(f"{self.text()}, {self._below}")
        self.setAccessibleDescription(self._digit)
        self.setToolTip(f"{self.text()} ({self._digit})" if self._digit else self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines and air."""
        return QSize(self._look.px(240), self.heightForWidth(self._look.px(300)))

    def minimumSizeHint(self) -> QSize:
        """Of the longest word."""
        return QSize(self._name.widest_word(self.text()) + self._taken(), TARGET_PX)

    def hasHeightForWidth(self) -> bool:
        """Long names and waits go on below."""
        return True

    def heightForWidth(self, width: int) -> int:
        """All lines and air."""
        room = max(1, width - self._taken())
        lines = (
            self._name.count(self.text(), room) * self._name.line
            + self._small.count(self._below, room) * self._small.line
        )
        return max(TARGET_PX, lines + self._look.px(12))

    def _taken(self) -> int:
        return 2 * _PAD_PX + (self._small.width("9") + self._look.px(26) if self._digit else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose another service, Left and Right another room; Enter is the window's."""
        match event.key():
            case Qt.Key.Key_Down:
                self.moved.emit(1)
            case Qt.Key.Key_Up:
                self.moved.emit(-1)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.room_wanted.emit()
            case Qt.Key.Key_Space:
                super().keyPressEvent(event)
            case _:
                event.ignore()

    def nextCheckState(self) -> None:
        """The window says which is chosen."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Barred and tinted where it is chosen."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        painter.setPen(QPen(look.colour("brand" if chosen else "line"), 2 if chosen else 1))
        painter.setBrush(look.colour("brand_tint" if chosen or self.underMouse() else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        room = max(1, self.width() - self._taken())
        names = self._name.lines(self.text(), room)
        below = self._small.lines(self._below, room)
        high = len(names) * self._name.line + len(below) * self._small.line
        top = (self.height() - high) // 2
        self._name.paint(painter, names, QRect(_PAD_PX, top, room, high), look.colour("ink"))
        under = QRect(_PAD_PX, top + len(names) * self._name.line, room, high)
        self._small.paint(painter, below, under, look.colour("ink_soft"))
        if self._digit:
            wide, tall = self._small.width("9") + look.px(14), self._small.line + 2
            cap = QRectF(self.width() - _PAD_PX - wide, (self.height() - tall) / 2, wide, tall)
            paint_keycap(painter, cap, self._digit, look)
        if self.hasFocus():
            paint_ring(painter, self.rect(), look)
        painter.end()
