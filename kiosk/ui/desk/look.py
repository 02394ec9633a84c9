"""How the staff's window looks: one family in a few voices, in pixels, all growing with the wish for larger letters."""

from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtGui import QColor, QFont

from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import LIGHT, Palette
from kiosk.ui.widgets.text import Typesetter

TARGET_PX = 44
"""The least height of what is pressed with a mouse."""

GROWTHS = (1.0, 1.25, 1.5)
"""How much larger letters can be wished for."""


class DeskVoice(Enum):
    """How loud a text is at 600 mm: pixels and weight."""

    SMALL = (14, QFont.Weight.Normal)
    SMALL_STRONG = (14, QFont.Weight.DemiBold)
    BODY = (16, QFont.Weight.Normal)
    STRONG = (16, QFont.Weight.DemiBold)
    HEADING = (19, QFont.Weight.Bold)
    NAME = (28, QFont.Weight.Bold)
    TICKET = (84, QFont.Weight.Bold)


@dataclass(frozen=True, slots=True)
class DeskLook:
    """Letters, colours, and how much larger than usual the letters are."""

    letters: Letters
    palette: Palette = LIGHT
    growth: float = 1.0

    def px(self, pixels: float) -> int:
        """A length that grows with the letters."""
        return max(1, round(pixels * self.growth))

    def font(self, voice: DeskVoice) -> QFont:
        """The font of `voice`, its figures of one width."""
        size, weight = voice.value
        return self.letters.sized(weight, self.px(size), tabular=True)

    def setter(self, voice: DeskVoice, *, broad: bool = False) -> Typesetter:
        """What measures and paints `voice`; `broad` lines are as long as there is width for."""
        return Typesetter(self.font(voice), broad=broad)

    def colour(self, role: str) -> QColor:
        """A colour by its role in the palette, or as `#RRGGBB`."""
        return QColor(role if role.startswith("#") else getattr(self.palette, role))

    def grown(self, growth: float) -> "DeskLook":
        """The same with other letters."""
        return replace(self, growth=growth)
