"""Our own keypad for digits, and the slots that show them."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QResizeEvent

from kiosk.ui.theme.icons import paint_icon
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.piece import Piece, paint_box
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.target import Target
from kiosk.ui.widgets.text import Typesetter

BACKSPACE = "backspace"
CLEAR = "clear"
_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", CLEAR, "0", BACKSPACE)


def _wished(look: Look) -> float:
    """How much larger letters are wished for."""
    return max(1.0, look.scale.text_factor)


def _share(look: Look, usual: float, most: float) -> float:
    """Of a box's height that a digit takes, which has nothing below its line: more where letters are large."""
    return min(most, usual + (most - usual) * 2 * (_wished(look) - 1))


class Key(Target):
    """One key. Quick fingers type faster than a debounce of buttons allows; only a bounce of the panel is dropped."""

    debounce_s = 0.06

    def __init__(self, look: Look, taps: Taps, name: str, spoken: str) -> None:
        super().__init__(look, taps, name if name.isdigit() else "", spoken)
        self._name, self._spoken = name, spoken
        usual = look.scale.with_text(1.0, look.scale.room)
        fonts = (look.font(Voice.SOFT_STRONG), look.letters.font(Voice.SOFT_STRONG, usual))
        self._grown, self._setter = (Typesetter(font) for font in fonts)

    @property
    def digit_pixels(self) -> int:
        """The size of its digit's letters."""
        look = self._look
        return min(round(look.mm(13) * _wished(look)), round(self.height() * _share(look, 0.46, 0.78)))

    def sizeHint(self) -> QSize:
        """A finger's size."""
        return QSize(self._look.mm(26), self._look.mm(21))

    def minimumSizeHint(self) -> QSize:
        """The least a finger needs."""
        return QSize(self._look.mm(20), self._look.mm(20))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A digit, a word or an icon."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        fill = "brand_tint" if self.isDown() else "surface"
        paint_box(painter, self.rect(), look.mm(3), look.colour(fill), look.colour("line"), max(2.0, look.mm(0.4)))
        if self._name == BACKSPACE:
            side = round(look.mm(10.5) * _wished(look))
            box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            paint_icon(painter, "backspace", box, look.palette.ink)
            self.paint_focus(painter, look.mm(3))
            return
        setter, word = self._setter, self._spoken
        if self._name.isdigit():
            font = look.letters.sized(QFont.Weight.DemiBold, self.digit_pixels, tabular=True)
            setter, word = Typesetter(font), self._name
        elif self._grown.width(word) <= self.width() - look.mm(3):
            setter = self._grown
        elif setter.width(word) > self.width() - look.mm(3):
            word = word.split(" ")[0]
        area = QRect(0, (self.height() - setter.line) // 2, self.width(), setter.line)
        setter.paint(painter, [word], area, look.colour("ink"), Qt.AlignmentFlag.AlignHCenter)
        self.paint_focus(painter, look.mm(3))


class Keypad(Piece):
    """Ten digits, clear all, one back."""

    pressed = Signal(str)

    def __init__(self, look: Look, taps: Taps, clear_word: str, backspace_word: str) -> None:
        super().__init__(look)
        spoken = {CLEAR: clear_word, BACKSPACE: backspace_word}
        self._keys = [Key(look, taps, name, spoken.get(name, name)) for name in _KEYS]
        for name, key in zip(_KEYS, self._keys, strict=True):
            key.setParent(self)
            key.tapped.connect(partial(self.pressed.emit, name))

    def natural_width(self) -> int:
        """Three keys."""
        return 3 * self.look.mm(34) + 2 * self._gap()

    def least_width(self) -> int:
        """Three fingers."""
        return 3 * self.look.mm(20) + 2 * self._gap()

    def natural_height(self, width: int) -> int:  # noqa: ARG002
        """Four comfortable keys."""
        return 4 * self.look.mm(24) + 3 * self._gap()

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """Four fingers."""
        return 4 * self.look.mm(20) + 3 * self._gap()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Three by four, edges shared to the pixel."""
        gap = self._gap()
        for at, key in enumerate(self._keys):
            row, column = divmod(at, 3)
            left = round(column * (self.width() + gap) / 3)
            right = round((column + 1) * (self.width() + gap) / 3) - gap
            top = round(row * (self.height() + gap) / 4)
            bottom = round((row + 1) * (self.height() + gap) / 4) - gap
            key.setGeometry(left, top, right - left, bottom - top)

    def _gap(self) -> int:
        return self.look.mm(3.2)


class Digits(Piece):
    """Slots in boxes that fill with digits: `groups` says how many in each, `labels` what stands above it."""

    def __init__(
        self, look: Look, groups: Sequence[int], spoken: str, *, slot_mm: float, labels: Sequence[str] = ()
    ) -> None:
        super().__init__(look)
        self._slot_mm = slot_mm
        self._sizes, self._labels = tuple(groups), tuple(labels)
        self._count, self._spoken = sum(groups), spoken
        self._digits = ""
        self._label_setter = Typesetter(look.font(Voice.SOFT))
        self._tell()
        self.setAccessibleDescription(", ".join(labels))

    @property
    def digits(self) -> str:
        """What was typed."""
        return self._digits

    @property
    def count(self) -> int:
        """How many slots there are."""
        return self._count

    @property
    def complete(self) -> bool:
        """Whether every slot is filled."""
        return len(self._digits) == self._count

    def fill(self, digits: str) -> None:
        """Shows these digits, whatever was typed."""
        self.press(CLEAR)
        for digit in digits:
            self.press(digit)

    def press(self, key: str) -> None:
        """Takes a key of the keypad; digits beyond the last slot are dropped."""
        if key == CLEAR:
            self._digits = ""
        elif key == BACKSPACE:
            self._digits = self._digits[:-1]
        elif not self.complete:
            self._digits += key
        self._tell()
        self.update()

    def forget(self) -> None:
        """No digit remains."""
        self._digits = ""
        self.setAccessibleName("")
        self.update()

    def _tell(self) -> None:
        """What the boxes are, and how far they are filled; never with what."""
        typed = self._spoken.format(typed=len(self._digits), count=self._count)
        self.setAccessibleName(". ".join(part for part in (", ".join(self._labels), typed) if part))

    def natural_width(self) -> int:
        """All slots."""
        return self._count * self.look.mm(self._slot_mm) + (len(self._sizes) - 1) * self.look.mm(6)

    def least_width(self) -> int:
        """Narrow slots."""
        slots = self._count * self.look.mm(8) + (len(self._sizes) - 1) * self.look.mm(4)
        return max([slots, *(self._label_setter.width(label) for label in self._labels)])

    def natural_height(self, width: int) -> int:  # noqa: ARG002
        """A slot."""
        return self.look.mm(24) + self._label_room()

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """A low slot."""
        return self.look.mm(16) + self._label_room()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Each group a box, each digit over its own short line."""
        painter, look = self.painter(), self.look
        gap = look.mm(4) if self.width() < self.natural_width() else look.mm(6)
        slot = min(look.mm(self._slot_mm), (self.width() - (len(self._sizes) - 1) * gap) / self._count)
        high = self.height() - self._label_room()
        pixels = min(round(slot * 1.05), round(high * _share(look, 0.6, 0.8)))
        setter = Typesetter(look.letters.sized(QFont.Weight.DemiBold, pixels, tabular=True))
        tall = min(high, look.mm(25))
        top = self._label_room() + (high - tall) // 2
        here = min(len(self._digits), self._count - 1)
        first = 0
        for group, size in enumerate(self._sizes):
            left = round(first * slot + group * gap)
            box = QRect(left, top, round((first + size) * slot + group * gap) - left, tall)
            active = first <= here < first + size
            edge = look.colour("brand" if active else "line")
            paint_box(painter, box, look.mm(3), look.colour("surface"), edge, look.mm(0.8 if active else 0.4))
            for label in self._labels[group : group + 1]:
                area = QRect(left, top - self._label_room(), self.width(), self._label_setter.line)
                self._label_setter.paint(painter, [label], area, look.colour("ink_soft"))
            for place in range(size):
                at = first + place
                x = round(left + place * slot)
                if at < len(self._digits):
                    area = QRect(x, top + (tall - setter.line) // 2, round(slot), setter.line)
                    centre = Qt.AlignmentFlag.AlignHCenter
                    setter.paint(painter, [self._digits[at]], area, look.colour("ink"), centre)
                    continue
                is_next = at == len(self._digits)
                pen = QPen(look.colour("brand" if is_next else "paper_line"), look.mm(1.2 if is_next else 0.7))
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                painter.setPen(pen)
                foot = top + round(tall * 0.72)
                painter.drawLine(round(x + slot * 0.28), foot, round(x + slot * 0.72), foot)
            first += size

    def _label_room(self) -> int:
        return self._label_setter.line + self.look.mm(1) if self._labels else 0
