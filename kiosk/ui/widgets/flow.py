"""Placing pieces: rows and columns that know their least size, so that a page can tell whether it fits.

Qt's layouts treat text that wraps as rigid and let it be clipped; here a piece answers exact questions instead,
and what can shrink (a drawing, a gap) shrinks before anything is cut.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar, cast

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget


class Block(Protocol):
    """A piece, or several placed together. All lengths in pixels."""

    def natural_width(self) -> int:
        """What it likes best."""
        ...

    def least_width(self) -> int:
        """Below this something is cut."""
        ...

    def natural_height(self, width: int) -> int:
        """What it likes best at `width`."""
        ...

    def least_height(self, width: int) -> int:
        """Below this something is cut at `width`."""
        ...

    def place(self, area: QRect) -> None:
        """Takes `area`."""
        ...

    def leaves(self) -> Iterator[QWidget]:
        """The widgets in it."""
        ...


class Along(Enum):
    """Where a piece lies across a row or column that is larger than it."""

    START = "start"
    CENTRE = "centre"
    END = "end"
    FILL = "fill"


@dataclass(frozen=True, slots=True)
class Space:
    """Empty space: at least `least`, `natural` where there is room, and a share of what is left by `stretch`."""

    natural: int = 0
    least: int = 0
    stretch: int = 0

    def natural_width(self) -> int:
        """What it likes best."""
        return self.natural

    def least_width(self) -> int:
        """What remains of it at worst."""
        return self.least

    def natural_height(self, width: int) -> int:  # noqa: ARG002
        """What it likes best."""
        return self.natural

    def least_height(self, width: int) -> int:  # noqa: ARG002
        """What remains of it at worst."""
        return self.least

    def place(self, area: QRect) -> None:
        """Nothing to do."""

    def leaves(self) -> Iterator[QWidget]:
        """None."""
        return iter(())


_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
_answers: dict[tuple[object, ...], object] | None = None
"""What rows and columns answered, by question, piece and width, while nothing changes."""


@contextmanager
def measuring() -> Iterator[None]:
    """Within it no piece changes: rows within columns within rows answer each question once, not once a level."""
    global _answers
    if _answers is not None:
        yield
        return
    _answers = {}
    try:
        yield
    finally:
        _answers = None


def _once(measure: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """Remembers the answer as long as pieces are being measured."""

    @wraps(measure)
    def remembered(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        if _answers is None:
            return measure(*args, **kwargs)
        at = (measure, *args)
        if at not in _answers:
            _answers[at] = measure(*args, **kwargs)
        return cast(_Answer, _answers[at])

    return remembered


def gap(pixels: int) -> Space:
    """Space that may shrink to half."""
    return Space(pixels, pixels // 2)


def spring(stretch: int = 1) -> Space:
    """Space that takes what is left."""
    return Space(stretch=stretch)


class Column:
    """Pieces one below the other, `even` all equally tall where there is room.

    `stretch` gives their shares of left-over height.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        *,
        gap: int = 0,
        stretch: Sequence[int] = (),
        along: Along = Along.FILL,
        even: bool = False,
    ) -> None:
        self.blocks = tuple(blocks)
        self._gap = gap
        self._stretch = tuple(stretch) or tuple(b.stretch if isinstance(b, Space) else 0 for b in self.blocks)
        self._along = along
        self._even = even

    @_once
    def natural_width(self) -> int:
        """Of the widest piece."""
        return max((block.natural_width() for block in self.blocks), default=0)

    @_once
    def least_width(self) -> int:
        """Of the piece that needs most."""
        widths = (block.least_width() for block in self.blocks if not isinstance(block, Space))
        return max(widths, default=0)

    @_once
    def natural_height(self, width: int) -> int:
        """All pieces and gaps."""
        return sum(self._natural(width)) + self._gaps()

    @_once
    def least_height(self, width: int) -> int:
        """All pieces at their least."""
        return sum(self._least(width)) + self._gaps()

    def place(self, area: QRect) -> None:
        """From top to bottom."""
        natural, least = self._natural(area.width()), self._least(area.width())
        firm = [n if isinstance(b, Space) else small for b, n, small in zip(self.blocks, natural, least, strict=True)]
        room = area.height() - self._gaps()
        if sum(firm) <= room:  # a drawing gives way before the air between words does
            least = firm
        heights = _share(room, natural, least, self._stretch)
        top = area.top()
        for block, height in zip(self.blocks, heights, strict=True):
            width = self._across(block, area.width())
            left = area.left() + _offset(self._along, area.width() - width)
            block.place(QRect(left, top, width, height))
            top += height + self._gap

    def leaves(self) -> Iterator[QWidget]:
        """Of all pieces."""
        for block in self.blocks:
            yield from block.leaves()

    def _gaps(self) -> int:
        return self._gap * max(0, len(self.blocks) - 1)

    def _across(self, block: Block, width: int) -> int:
        return width if self._along is Along.FILL else min(width, block.natural_width())

    @_once
    def _natural(self, width: int) -> list[int]:
        heights = [block.natural_height(self._across(block, width)) for block in self.blocks]
        return [max(heights)] * len(heights) if self._even and heights else heights

    @_once
    def _least(self, width: int) -> list[int]:
        return [block.least_height(self._across(block, width)) for block in self.blocks]


@dataclass(frozen=True, slots=True)
class Narrow:
    """A piece that takes no more width beside others than it needs."""

    block: Block

    def natural_width(self) -> int:
        """The least."""
        return self.block.least_width()

    def least_width(self) -> int:
        """The same."""
        return self.block.least_width()

    def natural_height(self, width: int) -> int:
        """As ever."""
        return self.block.natural_height(width)

    def least_height(self, width: int) -> int:
        """As ever."""
        return self.block.least_height(width)

    def place(self, area: QRect) -> None:
        """Takes `area`."""
        self.block.place(area)

    def leaves(self) -> Iterator[QWidget]:
        """As ever."""
        yield from self.block.leaves()


class Row:
    """Pieces side by side. `shares` divides the width (0: the piece's natural width)."""

    def __init__(
        self,
        blocks: Sequence[Block],
        *,
        gap: int = 0,
        shares: Sequence[int] = (),
        along: Along = Along.FILL,
    ) -> None:
        self.blocks = tuple(blocks)
        self._gap = gap
        self._shares = tuple(shares) or tuple(b.stretch if isinstance(b, Space) else 0 for b in self.blocks)
        self._along = along

    @_once
    def natural_width(self) -> int:
        """All pieces and gaps."""
        return sum(block.natural_width() for block in self.blocks) + self._gaps()

    @_once
    def least_width(self) -> int:
        """Enough for every piece at its share."""
        fixed = sum(b.least_width() for b, share in zip(self.blocks, self._shares, strict=True) if not share)
        shared = [(b.least_width(), share) for b, share in zip(self.blocks, self._shares, strict=True) if share]
        unit = max((-(-least // share) for least, share in shared), default=0)
        return fixed + unit * sum(share for _, share in shared) + self._gaps()

    @_once
    def natural_height(self, width: int) -> int:
        """Of the tallest piece."""
        return max((b.natural_height(w) for b, w in zip(self.blocks, self._widths(width), strict=True)), default=0)

    @_once
    def least_height(self, width: int) -> int:
        """Of the piece that needs most."""
        return max((b.least_height(w) for b, w in zip(self.blocks, self._widths(width), strict=True)), default=0)

    def place(self, area: QRect) -> None:
        """From left to right."""
        left = area.left()
        for block, width in zip(self.blocks, self._widths(area.width()), strict=True):
            height = area.height() if self._along is Along.FILL else min(area.height(), block.natural_height(width))
            top = area.top() + _offset(self._along, area.height() - height)
            block.place(QRect(left, top, width, height))
            left += width + self._gap

    def leaves(self) -> Iterator[QWidget]:
        """Of all pieces."""
        for block in self.blocks:
            yield from block.leaves()

    def _gaps(self) -> int:
        return self._gap * max(0, len(self.blocks) - 1)

    @_once
    def _widths(self, width: int) -> list[int]:
        room = width - self._gaps()
        total = sum(self._shares)
        if not total:
            return _share(room, [b.natural_width() for b in self.blocks], [b.least_width() for b in self.blocks], ())
        fixed = [0 if share else b.natural_width() for b, share in zip(self.blocks, self._shares, strict=True)]
        least_shared = self.least_width() - self._gaps()
        least_fixed = [0 if share else b.least_width() for b, share in zip(self.blocks, self._shares, strict=True)]
        spare = room - (least_shared - sum(least_fixed))
        fixed = _share(min(spare, sum(fixed)), fixed, least_fixed, ())
        left = room - sum(fixed)
        widths, given, seen = list(fixed), 0, 0
        for at, share in enumerate(self._shares):
            if share:
                seen += share
                edge = round(left * seen / total)
                widths[at] = edge - given
                given = edge
        return widths


class Abreast:
    """Two pieces on one line, the second at its end; one below the other where the line is too short for both."""

    def __init__(self, first: Block, second: Block, *, gap: int) -> None:
        self._beside = Row([first, spring(), second], gap=gap // 2)
        self._below = Column([first, second], gap=gap // 2)

    def natural_width(self) -> int:
        """On one line."""
        return self._beside.natural_width()

    def least_width(self) -> int:
        """Of the piece that needs more: one may stand below the other."""
        return self._below.least_width()

    def natural_height(self, width: int) -> int:
        """Of one line or two."""
        return self._at(width).natural_height(width)

    def least_height(self, width: int) -> int:
        """Of one line or two."""
        return self._at(width).least_height(width)

    def place(self, area: QRect) -> None:
        """As the width allows."""
        self._at(area.width()).place(area)

    def leaves(self) -> Iterator[QWidget]:
        """Of both."""
        yield from self._below.leaves()

    def _at(self, width: int) -> Row | Column:
        return self._beside if self.natural_width() <= width else self._below


def _offset(along: Along, spare: int) -> int:
    if along is Along.CENTRE:
        return spare // 2
    return spare if along is Along.END else 0


def _share(room: int, natural: list[int], least: list[int], stretch: Sequence[int]) -> list[int]:
    """Divides `room`: everyone's natural size, left-over by `stretch`; too little takes from what can shrink."""
    sizes = [max(n, small) for n, small in zip(natural, least, strict=True)]
    spare = room - sum(sizes)
    if spare > 0 and any(stretch):
        return _spread(sizes, spare, list(stretch), 1)
    if spare < 0:
        slack = [size - small for size, small in zip(sizes, least, strict=True)]
        return _spread(sizes, min(-spare, sum(slack)), slack, -1)
    return sizes


def _spread(sizes: list[int], amount: int, weights: list[int], sign: int) -> list[int]:
    total, seen, given, result = sum(weights), 0, 0, []
    for size, weight in zip(sizes, weights, strict=True):
        seen += weight
        edge = round(amount * seen / total) if total else 0
        result.append(size + sign * (edge - given))
        given = edge
    return result
