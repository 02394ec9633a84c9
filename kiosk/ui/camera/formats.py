"""Which of a camera's formats is used: small codes need pixels, moving hands need frames."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_HEIGHT_PX = 720
LEAST_FPS = 15.0
MOST_PIXELS = 1920 * 1080
"""More only costs time: at a hand's width 1080 lines give the smallest printed code some 2.8 pixels a module."""
_ENOUGH_FPS = 30.0
_COMPRESSED = "Format_Jpeg"
_UNREADABLE = ("Format_Invalid", "Format_YUV420P10", "Format_SamplerExternalOES", "Format_SamplerRect")
"""Qt gives neither their bytes nor a picture of them."""


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """What a camera can send: pixels, frames a second at most, and Qt's name of the pixel format."""

    width: int
    height: int
    fps: float
    pixels: str

    @property
    def quick(self) -> bool:
        """Whether a hand's movement is followed."""
        return self.fps >= LEAST_FPS

    @property
    def fine(self) -> bool:
        """Whether a printed code has enough pixels."""
        return min(self.width, self.height) >= LEAST_HEIGHT_PX

    def in_words(self) -> str:
        """Such as `1920×1080, 30/s, NV12`."""
        return f"{self.width}×{self.height}, {self.fps:g}/s, {self.pixels.removeprefix('Format_')}"


def best_format(formats: Sequence[VideoFormat]) -> int | None:
    """The place of the best one; None where there is nothing to choose from (the system then decides).

    At least 720 lines at 15 frames a second before all; then quick before fine; then pixels, up to 1080 lines; then
    what needs no unpacking; then frames, up to 30 a second.
    """
    usable = [
        at for at, one in enumerate(formats) if one.width > 0 and one.height > 0 and one.pixels not in _UNREADABLE
    ]
    return max(usable, key=lambda at: _rank(formats[at]), default=None)


def _rank(one: VideoFormat) -> tuple[bool, bool, int, bool, float, int]:
    area = one.width * one.height
    worth = area if area <= MOST_PIXELS else MOST_PIXELS // 2 - area // 1000
    fps = min(one.fps, _ENOUGH_FPS)
    return one.quick and one.fine, one.quick, worth, one.pixels != _COMPRESSED, fps, -area
