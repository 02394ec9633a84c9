"""The hall's second screen: who is called to which room, to be read from ten metres without glasses."""

from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.board.shown import BoardShown, Call, called
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.queue.calling import Lane
from kiosk.checkin.queue.entry import BoardTicket, RoomBoard
from kiosk.text import Language, say
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import LIGHT, Palette, Tone
from kiosk.ui.widgets.piece import paint_box
from kiosk.ui.widgets.text import Typesetter

SHEET_S = 10.0
"""How long one sheet of rooms stands where they do not fit together."""
CALL_S = 12.0
"""How long a call stands large above everything."""
_ROWS_WIDE, _ROWS_UPRIGHT = 6, 9
_LEAST = 1.6
"""No letters are smaller than so many hundredths of the shorter side."""
_SMALLEST_ROOM = 4.0
"""A called room's name is no smaller than the way to it."""
_UNIT = 100
"""Sizes are hundredths of the shorter side: a hall's screen is read from afar, whatever its millimetres."""


class BoardWindow(QWidget):
    """Shows boards; says nothing aloud, `Speech` does. Lives in the main thread."""

    def __init__(
        self, clinic: Clinic, letters: Letters, *, language: Language = Language.VI, palette: Palette = LIGHT
    ) -> None:
        super().__init__()
        self._clinic, self._letters, self._language, self._palette = clinic, letters, language, palette
        self._board: BoardShown | None = None
        self._time = ""
        self._calls: list[Call] = []
        self._sheet = 0
        self._setters: dict[tuple[int, QFont.Weight], Typesetter] = {}
        self._call_over = QTimer(self, singleShot=True, interval=round(CALL_S * 1000))
        self._call_over.timeout.connect(self._next_call)
        self._turn = QTimer(self, interval=round(SHEET_S * 1000))
        self._turn.timeout.connect(self.turn_sheet)
        self._turn.start()
        self.setWindowTitle(self._say("title"))
        self.setAccessibleName(self._say("title"))
        self.setCursor(Qt.CursorShape.BlankCursor)

    # -- what the outside calls -----------------------------------------------------------------------------------
    def show_board(self, board: BoardShown) -> None:
        """The newest board."""
        self._board = board
        self._sheet = min(self._sheet, self.sheets - 1)
        self._describe()
        self.update()

    def show_time(self, at: datetime) -> None:
        """The hall's clock."""
        time = f"{at:%H:%M}"
        if time != self._time:
            self._time = time
            self.update()

    def announce(self, call: Call) -> None:
        """Shows a call large; one that comes meanwhile follows."""
        self._calls.append(call)
        if len(self._calls) == 1:
            self._begin_call()

    @property
    def announced(self) -> Call | None:
        """The call that stands large now."""
        return self._calls[0] if self._calls else None

    @property
    def sheets(self) -> int:
        """On how many sheets the rooms stand."""
        rooms = len(self._board.rooms) if self._board else 0
        return max(1, -(-rooms // self._rows))

    def turn_sheet(self) -> None:
        """The next rooms."""
        self._sheet = (self._sheet + 1) % self.sheets
        self.update()

    def sizeHint(self) -> QSize:
        """A television."""
        return QSize(1280, 720)

    # -- calls ----------------------------------------------------------------------------------------------------
    def _begin_call(self) -> None:
        self._show_sheet_of(self._calls[0])
        # With more to come each stands shorter: the last in a row must not be a minute late.
        self._call_over.start(round(CALL_S * 1000 / min(3, len(self._calls))))
        self._describe()
        self.update()

    def _next_call(self) -> None:
        self._calls.pop(0)
        if self._calls:
            self._begin_call()
        self._describe()
        self.update()

    def _show_sheet_of(self, call: Call) -> None:
        codes = [room.room.code for room in self._board.rooms] if self._board else []
        if call.room.code in codes:
            self._sheet = codes.index(call.room.code) // self._rows
            self._turn.start()

    def _describe(self) -> None:
        """The same for whoever hears screens."""
        parts = [call.spoken(self._language) for call in self._calls[:1]]
        for room in self._board.rooms if self._board else ():
            tickets = ", ".join(ticket.ticket for ticket in called(room))
            if tickets:
                parts.append(f"{room.room.name[self._language]}: {tickets}")
        self.setAccessibleDescription(". ".join(parts))

    # -- painting -------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Letters follow the window."""
        self._setters.clear()
        self._sheet = min(self._sheet, self.sheets - 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Header, call, rooms."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(self.rect(), self._colour("ground"))
        top = self._paint_header(painter)
        if self._board is not None and self._board.is_stale and self._board.rooms:
            top = self._paint_stale(painter, top, self._board)
        area = QRect(self._u(4), top + self._u(2), self.width() - self._u(8), self.height() - top - self._u(4))
        if self._calls:
            height = self._u(66) if self._is_upright else self._u(36)
            self._paint_call(painter, QRect(area.left(), area.top(), area.width(), height), self._calls[0])
            area.setTop(area.top() + height + self._u(2))
        self._paint_rooms(painter, area)

    def _paint_header(self, painter: QPainter) -> int:
        height = self._u(11)
        painter.fillRect(QRect(0, 0, self.width(), height), self._colour("brand"))
        ink = self._colour("on_brand")
        name, clock = self._setter(4.6, QFont.Weight.DemiBold), self._setter(5.2, QFont.Weight.Bold)
        right = clock.width(self._time) if self._time else 0
        room = self.width() - self._u(12) - right
        fitting = name
        while fitting.width(self._clinic.name[self._language]) > room and fitting.font.pixelSize() > self._u(2.4):
            fitting = self._setter(fitting.font.pixelSize() / self._u(1) - 0.3, QFont.Weight.DemiBold)
        self._line(painter, fitting, self._clinic.name[self._language], self._u(4), height, ink)
        self._line(painter, clock, self._time, self.width() - self._u(4) - right, height, ink)
        return height

    def _paint_stale(self, painter: QPainter, top: int, board: BoardShown) -> int:
        height = self._u(7)
        pair = self._palette.tone(Tone.ATTENTION)
        painter.fillRect(QRect(0, top, self.width(), height), QColor(pair.ground))
        words = self._say("stale", time=f"{board.at:%H:%M}")
        setter, _ = self._fitted(words, self.width() - self._u(8), 3.4)
        painter.save()
        painter.translate(0, top)
        self._line(painter, setter, words, self._u(4), height, QColor(pair.ink))
        painter.restore()
        return top + height

    def _paint_call(self, painter: QPainter, area: QRect, call: Call) -> None:
        paint_box(painter, area, self._u(2), self._colour("brand"))
        ink, soft = self._colour("on_brand"), self._colour("on_brand_soft")
        left, right, pad = area.left() + self._u(4), area.right() - self._u(4), self._u(3)
        self._at(painter, self._setter(4, QFont.Weight.DemiBold), self._say("call"), left, area.top() + pad, soft)
        if call.times > 1:
            again = self._setter(3.4, QFont.Weight.DemiBold)
            words = self._say("again", times=call.times)
            self._at(painter, again, words, right - again.width(words), area.top() + pad, soft)
        number, _ = self._fitted(call.ticket, (right - left) * (1 if self._is_upright else 11 / 20), 24)
        if self._is_upright:
            self._at(painter, number, call.ticket, left, area.top() + self._u(5), ink)
            self._paint_way(painter, QRect(left, area.bottom() - self._u(29), right - left, self._u(27)), call)
            return
        self._at(painter, number, call.ticket, left, area.bottom() - number.line + self._u(2), ink)
        text = max(left + number.width(call.ticket) + self._u(6), area.left() + area.width() // 2)
        self._paint_way(painter, QRect(text, area.top() + self._u(1), right - text, area.height()), call)

    def _paint_way(self, painter: QPainter, area: QRect, call: Call) -> None:
        """The room, and how to get there."""
        name, place = call.room.name[self._language], call.room.place[self._language]
        way = self._setter(4, QFont.Weight.Normal)
        lines = way.lines(place, area.width())[:2]
        size = 10.5
        room, names = self._fitted(name, area.width(), size)
        while len(names) * room.line + len(lines) * way.line > area.height() and size > _SMALLEST_ROOM:
            size -= 0.5
            room, names = self._fitted(name, area.width(), size)
        top = area.top() + (area.height() - len(names) * room.line - len(lines) * way.line) // 2
        self._stack(painter, room, names, area.left(), top, self._colour("on_brand"))
        self._stack(painter, way, lines, area.left(), top + len(names) * room.line, self._colour("on_brand_soft"))

    def _paint_rooms(self, painter: QPainter, area: QRect) -> None:
        rooms = self._board.rooms if self._board else ()
        if not rooms:
            setter = self._setter(5, QFont.Weight.DemiBold)
            for at, line in enumerate(setter.lines(self._say("nobody"), area.width())):
                self._at(painter, setter, line, area.left(), area.top() + at * setter.line, self._colour("ink_soft"))
            return
        head = self._setter(2.8, QFont.Weight.Normal)
        columns = self._columns(area)
        for key, left in zip(("room", "called", "coming"), columns, strict=True):
            self._at(painter, head, self._say(key), left, area.top(), self._colour("ink_soft"))
        if self.sheets > 1:
            words = self._say("sheet", sheet=self._sheet + 1, sheets=self.sheets)
            self._at(painter, head, words, area.right() - head.width(words), area.top(), self._colour("ink_soft"))
        rest = QRect(area.left(), area.top() + head.line, area.width(), area.height() - head.line)
        # While a call stands above, fewer rooms have place; those around its own are shown.
        fitting = max(1, min(self._rows, rest.height() // self._u(13)))
        shown = rooms[self._sheet * self._rows : (self._sheet + 1) * self._rows]
        if self._calls:
            codes = [room.room.code for room in shown]
            at = codes.index(self._calls[0].room.code) if self._calls[0].room.code in codes else 0
            first = max(0, min(at - fitting // 2, len(shown) - fitting))
            shown = shown[first : first + fitting]
        height = min(rest.height() // max(len(shown), min(4, fitting)), self._u(20))
        for at, room in enumerate(shown):
            self._paint_room(painter, QRect(rest.left(), rest.top() + at * height, rest.width(), height), room, columns)

    def _paint_room(self, painter: QPainter, area: QRect, room: RoomBoard, columns: tuple[int, int, int]) -> None:
        painter.fillRect(QRect(area.left(), area.top(), area.width(), max(1, self._u(0.25))), self._colour("hairline"))
        room_left, now_left, next_left = columns
        height = area.height()
        name, names = self._fitted(room.room.name[self._language], now_left - room_left - self._u(2), 5.2)
        way = self._setter(2.6, QFont.Weight.Normal)
        place = way.lines(room.room.place[self._language], now_left - room_left - self._u(2))
        if name.line * len(names) + way.line * len(place) > height:
            place = []  # half a way leads nowhere; the call above says all of it
        tall = name.line * len(names)
        top = area.top() + (height - tall - way.line * len(place)) // 2
        self._stack(painter, name, names, room_left, top, self._colour("ink"))
        self._stack(painter, way, place, room_left, top + tall, self._colour("ink_soft"))
        self._paint_called(painter, room, QRect(now_left, area.top(), next_left - now_left - self._u(2), height))
        coming = self._setter(4.4, QFont.Weight.DemiBold)
        left = next_left
        for ticket in room.coming:
            width = coming.width(ticket.ticket)
            if left + width > area.right():
                break
            colour = "ink" if ticket.lane is Lane.NORMAL else "brand"
            self._at(
                painter, coming, ticket.ticket, left, area.top() + (height - coming.line) // 2, self._colour(colour)
            )
            left += width + self._u(3)
        if not room.is_open and room.opens_at is not None and not room.coming:
            words = self._say("opens", time=f"{room.opens_at:%H:%M}")
            self._at(painter, way, words, next_left, area.top() + (height - way.line) // 2, self._colour("ink_soft"))

    def _paint_called(self, painter: QPainter, room: RoomBoard, area: QRect) -> None:
        tickets: tuple[BoardTicket, ...] = called(room)[:2]
        if not tickets:
            inside = room.now[:1]
            setter = self._setter(6, QFont.Weight.DemiBold)
            words = inside[0].ticket if inside else "–"
            top = area.top() + (area.height() - setter.line) // 2
            self._at(painter, setter, words, area.left(), top, self._colour("ink_soft"))
            return
        name = self._setter(2.4, QFont.Weight.Normal)
        names = any(ticket.name for ticket in tickets)
        # All numbers of a room are equally large: no ticket looks more called than the other.
        width, size = (area.width() - self._u(2)) // len(tickets), 6.0 if names else 8.4
        setter = min((self._fitted(one.ticket, width, size)[0] for one in tickets), key=lambda one: one.line)
        top = area.top() + (area.height() - setter.line - (name.line if names else 0)) // 2
        left = area.left()
        for ticket in tickets:
            self._at(painter, setter, ticket.ticket, left, top, self._colour("brand"))
            self._at(painter, name, ticket.name, left, top + setter.line, self._colour("ink_soft"))
            left += max(setter.width(ticket.ticket), name.width(ticket.name)) + self._u(2)

    def _columns(self, area: QRect) -> tuple[int, int, int]:
        """Where room, call and the next ones begin."""
        shares = (0.0, 0.36, 0.68) if self._is_upright else (0.0, 0.38, 0.64)
        first, second, third = (area.left() + round(area.width() * share) for share in shares)
        return first, second, third

    # -- measures -------------------------------------------------------------------------------------------------
    @property
    def _is_upright(self) -> bool:
        return self.height() > self.width()

    @property
    def _rows(self) -> int:
        return _ROWS_UPRIGHT if self._is_upright else _ROWS_WIDE

    def _u(self, hundredths: float) -> int:
        return max(1, round(hundredths * min(self.width(), self.height()) / _UNIT))

    def _setter(self, hundredths: float, weight: QFont.Weight) -> Typesetter:
        key = (self._u(hundredths), weight)
        if key not in self._setters:
            self._setters[key] = Typesetter(self._letters.sized(weight, key[0], tabular=True))
        return self._setters[key]

    def _fitted(self, words: str, width: float, hundredths: float) -> tuple[Typesetter, list[str]]:
        """Bold letters as large as wished, or as `width` allows on two lines: a room's name is never cut."""
        size = hundredths
        while True:
            setter = self._setter(size, QFont.Weight.Bold)
            lines = setter.lines(words, round(width))
            # A long name on two lines is better read than on one in small letters.
            most = 1 if size > hundredths * 0.75 else 2
            if size <= _LEAST or (len(lines) <= most and max(map(setter.width, lines)) <= width):
                return setter, lines
            size -= 0.4

    def _stack(self, painter: QPainter, setter: Typesetter, lines: list[str], left: int, top: int, ink: QColor) -> None:
        for at, line in enumerate(lines):
            self._at(painter, setter, line, left, top + at * setter.line, ink)

    def _line(self, painter: QPainter, setter: Typesetter, words: str, left: int, height: int, ink: QColor) -> None:
        self._at(painter, setter, words, left, (height - setter.line) // 2, ink)

    def _at(self, painter: QPainter, setter: Typesetter, words: str, left: int, top: int, ink: QColor) -> None:
        setter.paint(painter, [words], QRect(left, top, setter.width(words) + 1, setter.line), ink)

    def _colour(self, role: str) -> QColor:
        return QColor(getattr(self._palette, role))

    def _say(self, key: str, **values: object) -> str:
        return say(f"board.{key}", self._language, **values)


def screen_numbered(number: int) -> QRect | None:
    """Where the `number`-th screen is, from 1; None: there are not so many."""
    screens = QGuiApplication.screens()
    return screens[number - 1].geometry() if 0 < number <= len(screens) else None
