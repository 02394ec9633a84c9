"""Text on the screen: wrapped at spaces only, balanced, with room for stacked Vietnamese marks."""

from collections.abc import Callable, Iterator
from math import ceil

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.ui.theme.letters import LINE_HEIGHT, Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.compounds import tied, untied

_MOST_CHARACTERS = 60
_OVERHANG = 0.07
"""Of the letter size: so far the bar of Đ reaches left of where its line begins, and the mark of í right of its end."""


def wrap(text: str, width: float, measure: Callable[[str], float], *, balanced: bool = True) -> list[str]:
    """`text` in lines no wider than `width` (a single longer word stands alone), broken at plain spaces.

    `balanced` makes the lines about equally long, without needing one line more: no word is left alone; a sentence, or
    what stands behind a middle dot, begins on its own line and no word of several syllables is parted where that costs
    none.
    """
    lines = [line for part in text.split("\n") for line in _greedy(part, width, measure)]
    if not balanced or len(lines) < 2 or "\n" in text:
        return lines
    sentences = text.replace(". ", ".\n").replace(" · ", "\n").split("\n")
    parted = [_greedy(sentence, width, measure) for sentence in sentences]
    if len(sentences) > 1 and sum(map(len, parted)) == len(lines):
        return [line for sentence in sentences for line in wrap(sentence, width, measure)]
    whole = tied(text)
    if len(unparted := _greedy(whole, width, measure)) == len(lines) and max(map(measure, unparted)) <= width:
        text = whole
    low, high = max(measure(word) for word in text.split(" ")), width
    while high - low > 2:
        middle = (low + high) / 2
        if len(_greedy(text, middle, measure)) > len(lines):
            low = middle
        else:
            high = middle
    return [untied(line) for line in _greedy(text, high, measure)]


def _greedy(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and measure(longer) > width:
            # A middle dot joins two things on one line; between two lines the break does that.
            lines.append(line.removesuffix(" ·"))
            line = "" if word == "·" else word
        else:
            line = longer
    return [*lines, line]


class _Face:
    """What is true of a font whatever is said in it, asked once: a page has a hundred pieces in a few fonts."""

    __slots__ = ("baseline", "line", "metrics", "most", "overhang")

    def __init__(self, font: QFont) -> None:
        self.metrics = metrics = QFontMetricsF(font)
        self.line = round(font.pixelSize() * LINE_HEIGHT)
        self.overhang = ceil(font.pixelSize() * _OVERHANG)
        self.most = round(metrics.averageCharWidth() * _MOST_CHARACTERS)
        self.baseline = (self.line - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()


_faces: dict[int, tuple[QFont, _Face]] = {}
"""By the font's identity, which is kept so that no other takes it: the letters hand out the same one each time."""


def _face_of(font: QFont) -> _Face:
    known = _faces.get(id(font))
    if known is None:
        known = _faces[id(font)] = font, _Face(font)
    return known[1]


class Typesetter:
    """One font's measures, as every painted text uses them.

    Pages ask for the same widths again and again while they look for a size that fits, so each is measured once;
    `forget` drops the words that were measured. `broad`: lines may hold more than sixty characters, as in a sheet
    whose reader scans instead of reading on.
    """

    def __init__(self, font: QFont, *, broad: bool = False) -> None:
        self.font, self._broad = font, broad
        self._face = face = _face_of(font)
        self._metrics = face.metrics
        self._advances: dict[str, float] = {}
        self._widest: dict[str, int] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self.line, self.overhang = face.line, face.overhang

    def advance(self, text: str) -> float:
        """Pixels that `text` takes on one line."""
        known = self._advances.get(text)
        if known is None:
            known = self._advances[text] = self._metrics.horizontalAdvance(text)
        return known

    def forget(self) -> None:
        """Drops every measured word."""
        self._advances.clear()
        self._widest.clear()
        self._counts.clear()

    def lines(self, text: str, width: int) -> list[str]:
        """`text` wrapped to `width`, at most sixty characters a line unless broad, the lines about equally long."""
        return wrap(text, self._measure(text, width), self.advance)

    def count(self, text: str, width: int) -> int:
        """How many lines `lines` gives."""
        known = self._counts.get((text, width))
        if known is None:
            lines = wrap(text, self._measure(text, width), self.advance, balanced=False)
            known = self._counts[text, width] = len(lines)
        return known

    def cut(self, text: str, width: int) -> str:
        """`text` on one line, its end left out where there is no room; for lists, never for patients."""
        return self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def cut_name(self, full_name: str, width: int) -> str:
        """A person's name on one line: where there is no room its middle is left out, `Nguyễn … Tường Nghiễm`.

        The given name stands last in Vietnamese and is what a person is called by: it is the last to go, after the
        family name, which stands first. Only where it alone has no room its end is left out.
        """
        words = full_name.split()
        whole = " ".join(words)
        if self.cut(whole, width) == whole:
            return whole
        shorter = [" ".join([words[0], "…", *words[-kept:]]) for kept in range(len(words) - 2, 0, -1)]
        if len(words) > 1:
            shorter.append(f"…{words[-1]}")
        fitting = (name for name in shorter if self._metrics.horizontalAdvance(name) <= width)
        return next(fitting, self.cut(words[-1], width))

    def widest_word(self, text: str) -> int:
        """Below this a word is cut."""
        known = self._widest.get(text)
        if known is None:
            words = text.replace("\n", " ").split(" ")
            known = self._widest[text] = max(ceil(self.advance(word)) for word in words)
        return known

    def width(self, text: str) -> int:
        """Of the longest written line."""
        return max(ceil(self.advance(part)) for part in text.split("\n"))

    def _measure(self, text: str, width: int) -> int:
        return max(width if self._broad else min(width, self._face.most), self.widest_word(text))

    def baseline(self) -> float:
        """From the top of a line to where its letters stand."""
        return self._face.baseline

    def paint(
        self,
        painter: QPainter,
        lines: list[str],
        area: QRect,
        colour: QColor,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """Paints `lines` from the top of `area`."""
        painter.setFont(self.font)
        painter.setPen(colour)
        part = {Qt.AlignmentFlag.AlignHCenter: 0.5, Qt.AlignmentFlag.AlignRight: 1.0}.get(align, 0.0)
        for number, line in enumerate(lines):
            shift = part * (area.width() - self.advance(line)) if part else 0.0
            painter.drawText(QPointF(area.left() + shift, area.top() + number * self.line + self.baseline()), line)


class Text(QLabel):
    """A text that pages place: a label to assistive programs, painted by our typesetter."""

    def __init__(
        self,
        look: Look,
        text: str,
        voice: Voice = Voice.BODY,
        colour: str = "ink",
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        tabular: bool = False,
        one_line: bool = False,
    ) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.voice = voice
        self._look = look
        self._setter = Typesetter(look.font(voice, tabular=tabular))
        self._colour = colour
        self._align = align
        self._one_line = one_line
        self._beside = self._setter.overhang

    def natural_width(self) -> int:
        """On one line."""
        return self._setter.width(self.text()) + 1

    def least_width(self) -> int:
        """Of the longest word, or of all when it stays on one line."""
        return self.natural_width() if self._one_line else self._setter.widest_word(self.text()) + 1

    def natural_height(self, width: int) -> int:
        """Lines at `width`."""
        if not self.text():
            return 0
        count = self.text().count("\n") + 1 if self._one_line else self._setter.count(self.text(), width)
        return count * self._setter.line

    def least_height(self, width: int) -> int:
        """The same: text does not shrink."""
        return self.natural_height(width)

    def place(self, area: QRect) -> None:
        """Takes `area`, and a little beside it for strokes that leave their line."""
        self.setGeometry(area.adjusted(-self._beside, 0, self._beside, 0))

    def leaves(self) -> Iterator[QWidget]:
        """Itself."""
        yield self

    def forget(self) -> None:
        """Nothing is left of what it said."""
        self.clear()
        self._setter.forget()
        self.setAccessibleName("")

    def sizeHint(self) -> QSize:
        """On one line."""
        return QSize(self.natural_width(), self._setter.line)

    def minimumSizeHint(self) -> QSize:
        """What must be there so that nothing is clipped at the present width."""
        return QSize(self.least_width(), self.natural_height(max(self.width() - 2 * self._beside, self.least_width())))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paints the lines, in the middle of spare height."""
        if not self.text():
            return
        width = self.width() - 2 * self._beside
        lines = self._lines(width)
        top = max(0, (self.height() - len(lines) * self._setter.line) // 2)
        area = QRect(self._beside, top, width, self.height() - top)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self._setter.paint(painter, lines, area, self._look.colour(self._colour), self._align)

    def _lines(self, width: int) -> list[str]:
        return self.text().split("\n") if self._one_line else self._setter.lines(self.text(), width)
