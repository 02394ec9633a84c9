"""What decoders are given and what they give: luminance planes, boxes in them, codes found."""

from dataclasses import dataclass
from typing import NamedTuple

from kiosk.privacy import Personal

Point = tuple[int, int]
Corners = tuple[Point, Point, Point, Point]


class Box(NamedTuple):
    """An upright part of a picture in pixels; right and bottom are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from side to side."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    def within(self, width: int, height: int) -> "Box":
        """The part of it that lies in a picture of this size; of no extent if none does."""
        left, top = min(max(self.left, 0), width), min(max(self.top, 0), height)
        return Box(left, top, max(left, min(self.right, width)), max(top, min(self.bottom, height)))

    def grown(self, by: int) -> "Box":
        """With a margin of `by` pixels around."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def covers_middle_of(self, other: "Box") -> bool:
        """Whether the other's middle lies in it."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x < self.right and self.top <= y < self.bottom


@dataclass(frozen=True, slots=True, repr=False)
class GrayImage(Personal):
    """A luminance plane: 8 bits a pixel, rows of `row_bytes` (at least `width`) one after the other."""

    width: int
    height: int
    pixels: bytes
    row_bytes: int


@dataclass(frozen=True, slots=True, repr=False)
class Found(Personal):
    """One code: its payload, its corners in pixels of the image given (clockwise from its own top left), its decoder.

    `decoder` names what read it (`zxing`, `zxing+deblur`, `zbar`, …), for tests and statistics.
    """

    payload: bytes
    corners: Corners
    decoder: str


@dataclass(frozen=True, slots=True, repr=False)
class Look(Personal):
    """What one frame showed: its codes, or else what a page can tell whoever holds one.

    `suspected` is where a code seems to stand that could not be read: zxing recognised one, or something as busy as
    a code stood out there for some frames. `module_px` is the size of its modules in
    pixels, as far as known. `sharpness` says how steep its edges are: the largest step between neighbouring pixels
    as a share of the contrast there, 1.0 crisp, 0.4 a blur of 1 px, below 0.2 a blur of 2 px. `brightness` is the
    frame's mean level, 0 black to 255 white.
    """

    found: tuple[Found, ...]
    suspected: Box | None
    module_px: float | None
    sharpness: float | None
    brightness: float
