"""Everything that a widget needs to draw itself, in one value."""

from dataclasses import dataclass, replace

from PySide6.QtGui import QColor, QFont

from kiosk.ui.theme.letters import Letters, Voice
from kiosk.ui.theme.palette import LIGHT, Palette
from kiosk.ui.theme.scale import Scale


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, sizes and letters. `animated` off freezes every picture in its most telling moment."""

    letters: Letters
    scale: Scale
    palette: Palette = LIGHT
    animated: bool = True

    def mm(self, millimetres: float) -> int:
        """A length in pixels."""
        return self.scale.mm(millimetres)

    def font(self, voice: Voice, *, tabular: bool = False) -> QFont:
        """The font of `voice`."""
        return self.letters.font(voice, self.scale, tabular=tabular)

    def colour(self, role: str) -> QColor:
        """A colour by its role in the palette, or as `#RRGGBB`."""
        return QColor(role if role.startswith("#") else getattr(self.palette, role))

    def with_scale(self, scale: Scale) -> "Look":
        """The same hand on another scale."""
        return replace(self, scale=scale)
