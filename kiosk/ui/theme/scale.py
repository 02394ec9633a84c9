"""Millimetres and points to pixels: sizes are the hand's and the eye's, not the panel's."""

from dataclasses import dataclass, replace

from PySide6.QtGui import QScreen

_MM_PER_POINT = 25.4 / 72
_PLAUSIBLE_PX_PER_MM = (2.0, 12.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """`px_per_mm` of the screen; `text_factor` is what the patient wished for (A+).

    `room` below 1 shrinks everything, controls too, where a panel is too small for its page.
    """

    px_per_mm: float
    text_factor: float = 1.0
    room: float = 1.0

    def mm(self, millimetres: float) -> int:
        """A length in pixels, at least one."""
        return max(1, round(millimetres * self.px_per_mm * self.room))

    def points(self, size: float) -> int:
        """A letter size in pixels; grows with the patient's wish."""
        return max(1, round(size * _MM_PER_POINT * self.px_per_mm * self.room * self.text_factor))

    def to_mm(self, pixels: float) -> float:
        """Pixels back in true millimetres on the glass."""
        return pixels / self.px_per_mm

    def with_text(self, text_factor: float, room: float = 1.0) -> "Scale":
        """The same screen with other letters."""
        return replace(self, text_factor=text_factor, room=room)


def scale_of(screen: QScreen, px_per_mm: float | None = None) -> Scale:
    """The scale of `screen`, unless a setting knows better: what panels tell about their size is often wrong."""
    if px_per_mm is not None:
        return Scale(px_per_mm)
    told = screen.physicalDotsPerInch() / 25.4
    least, most = _PLAUSIBLE_PX_PER_MM
    return Scale(min(most, max(least, told)))
