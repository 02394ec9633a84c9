"""What the person comes for: a line for each service with its room and who waits, chosen by digits or arrows."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from kiosk.checkin.queue.words import wait_words
from kiosk.text import Language, say
from kiosk.ui.desk.draft import Draft
from kiosk.ui.desk.grounds import paint_keycap, paint_ring
from kiosk.ui.desk.laying import clear
from kiosk.ui.desk.look import TARGET_PX, DeskLook, DeskVoice
from kiosk.workflow.state import ServiceOffer

DIGITS = 9
_PAD_PX = 14
_Below = tuple[str, str]
"""Where and how many wait, and how long."""
_NOTHING: _Below = ("", "")


class ServiceList(QWidget):
    """`chosen` carries a service's code, `room_wanted` says that another of its rooms is, `reached` a tile to be seen.

    `dense`: each line says only where and how many wait, not how long. The acts say all of the chosen one. `air_px`:
    above and below a line's words together.
    """

    chosen = Signal(str)
    room_wanted = Signal()
    reached = Signal(QWidget)

    def __init__(self, look: DeskLook, language: Language, *, dense: bool, columns: int, air_px: int) -> None:
        super().__init__()
        self._look, self._language, self._dense, self._columns = look, language, dense, columns
        self._air_px = air_px
        self.setAccessibleName(say("desk.service.title", language))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4 if dense else 6)
        self.tiles: list[ServiceTile] = []
        self._offers: tuple[ServiceOffer, ...] = ()

    def show_offers(self, offers: tuple[ServiceOffer, ...], draft: Draft) -> None:
        """What can be chosen now, and what is; lines that stay are not made anew."""
        codes = [offer.service.code for offer in offers]
        if codes != [offer.service.code for offer in self._offers]:
            clear(self._grid)
            self.tiles = []
            rows = -(-len(offers) // self._columns)
            for at, offer in enumerate(offers):
                digit, alone = str(at + 1) if at < DIGITS else "", self._columns == 1
                tile = ServiceTile(self._look, digit, dense=self._dense, alone=alone, air_px=self._air_px)
                tile.clicked.connect(self._clicked)
                tile.moved.connect(self._move)
                tile.room_wanted.connect(self.room_wanted)
                tile.setProperty("service", offer.service.code)
                # Downwards first: the digits and the arrows go on in one column as they do where there is one.
                self._grid.addWidget(tile, at % rows, at // rows)
                self.tiles.append(tile)
            for column in range(self._columns):
                self._grid.setColumnStretch(column, 1)
        self._offers = offers
        for tile, offer in zip(self.tiles, offers, strict=True):
            tile.show_offer(offer, draft, self._language)
        among = frozenset(tile.most for tile in self.tiles)
        for tile in self.tiles:
            tile.stand_among(among)

    @property
    def choice(self) -> str:
        """The chosen service, whether another room of it was, and how long or how many wait; empty: none is chosen."""
        return next((tile.told for tile in self.tiles if tile.isChecked()), "")

    @property
    def offers(self) -> tuple[ServiceOffer, ...]:
        """What can be chosen."""
        return self._offers

    def choose_digit(self, digit: int) -> bool:
        """The service of a digit's key; False: there is none."""
        if not 1 <= digit <= min(DIGITS, len(self._offers)):
            return False
        self.chosen.emit(self._offers[digit - 1].service.code)
        self.reached.emit(self.tiles[digit - 1])
        return True

    def take_keys(self, draft: Draft) -> None:
        """The arrows choose from here."""
        if not self.tiles:
            return
        codes = [offer.service.code for offer in self._offers]
        at = codes.index(draft.service_code) if draft.service_code in codes else 0
        self.tiles[at].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.reached.emit(self.tiles[at])
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
            self.reached.emit(self.tiles[at])
            self.chosen.emit(self._offers[at].service.code)


class ServiceTile(QPushButton):
    """One service: its name, its room, who waits, how long.

    `dense`: without how long, and on one line where both fit and the tile is `alone` in its line. A tile has the same
    height chosen or not: nothing moves below the mouse.
    """

    moved = Signal(int)
    room_wanted = Signal()

    def __init__(self, look: DeskLook, digit: str, *, dense: bool, alone: bool, air_px: int) -> None:
        super().__init__()
        self._look, self._digit, self._dense, self._alone = look, digit, dense, alone
        self._air_px = air_px
        self._name, self._small = look.setter(DeskVoice.STRONG), look.setter(DeskVoice.SMALL)
        self._below = self.most = _NOTHING
        self._among: frozenset[_Below] = frozenset()
        self.told = ""
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
        has_more = len(offer.service.rooms) > 1
        any_room = room if draft.room_code or not has_more else say("desk.service.any_room", language, room=room)
        waiting = "" if offer.waiting is None else say("desk.service.waiting", language, count=offer.waiting)
        wait = wait_words(offer.wait, language)
        how_long = "" if self._dense else wait
        self.most = (_joined(_turned(room) if has_more else room, waiting), how_long)
        self._below = self.most if is_chosen else (_joined(room, waiting), how_long)
        self.setText(offer.service.name[language])
        self.told = _joined(self.text(), any_room if is_chosen else room, wait or waiting)
        self.setChecked(is_chosen)
        whole = f"{self.text()}, {_joined(any_room if is_chosen else room, waiting, wait)}"
        self.setAccessibleName(whole)
        self.setAccessibleDescription(self._digit)
        self.setToolTip(f"{whole} ({self._digit})" if self._digit else whole)
        self.updateGeometry()
        self.update()

    def stand_among(self, all_most: frozenset[_Below]) -> None:
        """As high as the one whose place and wait take most lines."""
        if all_most != self._among:
            self._among = all_most
            self.updateGeometry()

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
        lines = self._name.count(self.text(), room) * self._name.line
        if not self._is_beside(room):
            most = max(len(self._lines_below(one, room)) for one in {self.most, *self._among})
            lines += most * self._small.line
        return max(TARGET_PX, lines + self._look.px(self._air_px))

    def _taken(self) -> int:
        return 2 * _PAD_PX + (self._small.width("9") + self._look.px(26) if self._digit else 0)

    def _is_beside(self, room: int) -> bool:
        """Whether where and how many stand on the name's own line."""
        between = self._look.px(14)
        fits = self._name.width(self.text()) + between + self._small.width(_joined(*self.most)) <= room
        return self._dense and self._alone and fits

    def _lines_below(self, below: _Below, room: int) -> list[str]:
        """How long stands on a line of its own where it has no room beside where and how many."""
        if self._small.width(whole := _joined(*below)) <= room:
            return [whole]
        return [line for part in below if part for line in self._small.lines(part, room)]

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
        names, below, soft = self._name.lines(self.text(), room), self._lines_below(self._below, room), "ink_soft"
        if self._is_beside(room):
            top = (self.height() - self._name.line) // 2
            self._name.paint(painter, names, QRect(_PAD_PX, top, room, self._name.line), look.colour("ink"))
            beside = QRect(_PAD_PX, (self.height() - self._small.line) // 2, room, self._small.line)
            self._small.paint(painter, below, beside, look.colour(soft), Qt.AlignmentFlag.AlignRight)
        else:
            high = len(names) * self._name.line + len(below) * self._small.line
            top = (self.height() - high) // 2
            self._name.paint(painter, names, QRect(_PAD_PX, top, room, high), look.colour("ink"))
            under = QRect(_PAD_PX, top + len(names) * self._name.line, room, high)
            self._small.paint(painter, below, under, look.colour(soft))
        if self._digit:
            wide, tall = self._small.width("9") + look.px(14), self._small.line + 2
            cap = QRectF(self.width() - _PAD_PX - wide, (self.height() - tall) / 2, wide, tall)
            paint_keycap(painter, cap, self._digit, look)
        if self.hasFocus():
            paint_ring(painter, self.rect(), look)
        painter.end()


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _turned(room: str) -> str:
    """A room that the arrows change."""
    return f"‹ {room} ›"
