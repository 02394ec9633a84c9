"""Where in a picture a code may stand: where it is busier, in both directions, than around.

A code's modules change the level across and down every few pixels; walls, faces, stripes and lines of print do it
less, or one way only. Squares of the right sizes are compared with the ring around each, which is quick enough for
every frame and sees codes that are too small, too blurred or too dim to be decoded.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kiosk.reader.picture import Box
from kiosk.reader.repair import Plane, as_image, halved, part

Texture = NDArray[np.float32]

CELL_PX = 8
"""Texture is known for squares of so many pixels of the plane given."""
OF_ROWS_OF_A_FRAME = 4
"""As many codes are found by half the rows, in half the time."""
OF_ROWS_OF_A_STILL = 2
"""There is one picture only, and the edges of a code in dark surroundings count."""
_WINDOWS_CELLS = (4, 6, 9, 13, 19, 28)
_RING_CELLS = 2
_NEAR_MISSES = 2
_LEAST_EXCESS = 1.5
_BUSY_SHARE = 0.4
_BUSY_LINE = 0.2
_STANDS_OUT = 2.5
_SAMPLE_PIXELS = 10_000


@dataclass(frozen=True, slots=True)
class Window:
    """A busy square: its place in pixels of the plane, and how busy it and what is around are, in levels."""

    box: Box
    level: float
    around: float

    @property
    def excess(self) -> float:
        """By how many levels it is busier than around."""
        return self.level - self.around

    @property
    def stands_out(self) -> bool:
        """Whether it is so much busier than around as codes on cards are, and print seldom is."""
        return self.level >= _STANDS_OUT * self.around

    @property
    def region(self) -> Box:
        """With a margin for the corners of a turned code, which fill their cells badly, and its quiet zone."""
        return self.box.grown(max(self.box.width, self.box.height) // 8 + CELL_PX)

    def scaled(self, by: int) -> "Window":
        """In a plane that is larger by a whole number."""
        return Window(Box(*(edge * by for edge in self.box)), self.level, self.around)


def suspected(
    plane: Plane, scale: int, *, fine: bool, most: int = 1, of_rows: int = OF_ROWS_OF_A_FRAME
) -> list[Window]:
    """The busy squares of a frame made smaller by `scale`, given in pixels of the frame.

    `fine` finds small codes; without, the plane is halved first: blurred and grainy codes stand out more then.
    Two of each `of_rows` rows are looked at.
    """
    if not fine:
        plane, scale = halved(plane), 2 * scale
    cells = texture(plane, of_rows)
    return [_fitted(cells, window).scaled(scale) for window in windows(cells, most) if window.excess >= _LEAST_EXCESS]


def texture(plane: Plane, of_rows: int) -> Texture:
    """For each cell the mean step between neighbours, across, down or aslant, whichever is smallest; in levels.

    Stripes have one way along which nothing changes. Two of each `of_rows` rows are looked at, of 2, 4 or 8.
    """
    rows = plane.shape[0] // of_rows * of_rows
    upper, lower = plane[:rows:of_rows], plane[1:rows:of_rows]
    pairs = (
        (upper[:, :-1], upper[:, 1:]),
        (upper[:, :-1], lower[:, :-1]),
        (upper[:, :-1], lower[:, 1:]),
        (upper[:, 1:], lower[:, :-1]),
    )
    across, down, falling, rising = (_means(_steps(one, other), of_rows) for one, other in pairs)
    return np.minimum(np.minimum(across, down), np.minimum(falling, rising)).astype(np.float32)


def windows(cells: Texture, most: int) -> list[Window]:
    """The squares that stand out, at most so many, none upon another; first what stands out most."""
    rows, columns = cells.shape
    edge = _RING_CELLS
    sums = _table_of_sums(cells)
    rings = _rings(rows, columns)
    ranked: list[tuple[float, Window]] = []
    for side in _WINDOWS_CELLS:
        if side > min(rows, columns):
            break
        inside = _sums_of_squares(sums, side, edge, edge)[: rows - side + 1, : columns - side + 1]
        outer = _sums_of_squares(sums, side + 2 * edge, 0, 0)
        mean = inside / side**2
        ring = (outer - inside) * rings[side]
        excess = mean - ring
        for _ in range(_NEAR_MISSES):
            y, x = divmod(int(excess.argmax()), excess.shape[1])
            if excess[y, x] <= 0:
                break
            box = Box(*(edge * CELL_PX for edge in (x, y, x + side, y + side)))
            # A square within a larger busy one stands out as much at its corner: the larger one wins.
            weight = float(excess[y, x]) * side**0.25
            ranked.append((weight, Window(box, float(mean[y, x]), float(ring[y, x]))))
            near = side // 2
            excess[max(0, y - near) : y + near + 1, max(0, x - near) : x + near + 1] = 0
    chosen: list[Window] = []
    for _, window in sorted(ranked, key=lambda one: one[0], reverse=True):
        if len(chosen) == most:
            break
        if not any(one.box.covers_middle_of(window.box) or window.box.covers_middle_of(one.box) for one in chosen):
            chosen.append(window)
    return chosen


def _fitted(cells: Texture, window: Window) -> Window:
    """The window pushed out on each side while what is beyond is mostly busy: sizes are steps, and codes are turned."""
    busy = cells > window.around + _BUSY_SHARE * (window.level - window.around)
    left, top, right, bottom = (edge // CELL_PX for edge in window.box)
    rows, columns = busy.shape
    most = (right - left) // 2
    for _ in range(most):
        if left and busy[top:bottom, left - 1].mean() >= _BUSY_LINE:
            left -= 1
        if right < columns and busy[top:bottom, right].mean() >= _BUSY_LINE:
            right += 1
        if top and busy[top - 1, left:right].mean() >= _BUSY_LINE:
            top -= 1
        if bottom < rows and busy[bottom, left:right].mean() >= _BUSY_LINE:
            bottom += 1
    return Window(Box(left * CELL_PX, top * CELL_PX, right * CELL_PX, bottom * CELL_PX), window.level, window.around)


def sharpness(plane: Plane, box: Box) -> float | None:
    """How steep edges are there (see `Look`); None where there is nothing but noise."""
    here = part(plane, box)
    if min(here.shape) < CELL_PX:
        return None
    here = here[:: max(1, here.size // _SAMPLE_PIXELS)]
    levels = np.bincount(here.ravel(), minlength=256).cumsum()
    dark, light = (int(np.searchsorted(levels, here.size * share)) for share in (0.05, 0.95))
    if light - dark < CELL_PX:
        return None
    left, right = here[:, :-1], here[:, 1:]
    steps = np.bincount(_steps(left, right).ravel(), minlength=256).cumsum()
    return min(1.0, int(np.searchsorted(steps, steps[-1] * 0.99)) / (light - dark))


def _steps(one: Plane, other: Plane) -> Plane:
    return np.maximum(one, other) - np.minimum(one, other)


def _means(steps: Plane, of_rows: int) -> Plane:
    return np.asarray(as_image(steps).reduce((CELL_PX, CELL_PX // of_rows)))


def _table_of_sums(cells: Texture) -> Texture:
    rows, columns = cells.shape
    edge = _RING_CELLS
    sums = np.zeros((rows + 2 * edge + 1, columns + 2 * edge + 1), np.float32)
    inner = sums[edge + 1 : edge + 1 + rows, edge + 1 : edge + 1 + columns]
    np.cumsum(cells, 0, out=inner)
    np.cumsum(inner, 1, out=inner)
    sums[edge + 1 + rows :] = sums[edge + rows]
    sums[:, edge + 1 + columns :] = sums[:, edge + columns, None]
    return sums


@lru_cache(8)
def _rings(rows: int, columns: int) -> dict[int, Texture]:
    """For each square's side and place one by the number of cells in the ring around it.

    Beyond the frame nothing is known: were it taken for smooth, even noise would stand out in the corners.
    """
    counts = _table_of_sums(np.ones((rows, columns), np.float32))
    return {
        side: np.reciprocal(np.maximum(_sums_of_squares(counts, side + 2 * _RING_CELLS, 0, 0) - side**2, 1))
        for side in _WINDOWS_CELLS
        if side <= min(rows, columns)
    }


def _sums_of_squares(sums: Texture, side: int, top: int, left: int) -> Texture:
    """The sum of each square of cells, from the table of sums, the first at `top` and `left`."""
    sums = sums[top:, left:]
    return sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
