"""Letters: one family, a few voices, figures that align."""

from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles, find_fonts
from kiosk.ui.theme.scale import Scale

LEAST_POINTS = 20.8
"""Capitals of 0.5 degrees at 600 mm: no wish for room makes any text smaller."""

LINE_HEIGHT = 1.42
"""Of the letter size: two marks stacked on a capital (Ễ, Ẳ) stand inside their own line."""


class Voice(Enum):
    """How loud a text is: points at 600 mm, weight, and how much of a wish for larger letters it follows.

    Titles are large already: what follows the wish wholly is what is small.
    """

    SMALL = (21.0, QFont.Weight.Normal, 1.0)
    SMALL_STRONG = (21.0, QFont.Weight.DemiBold, 1.0)
    SOFT = (23.0, QFont.Weight.Normal, 1.0)
    SOFT_STRONG = (23.0, QFont.Weight.DemiBold, 1.0)
    BODY = (29.0, QFont.Weight.Normal, 1.0)
    STRONG = (29.0, QFont.Weight.DemiBold, 1.0)
    HEADING = (36.0, QFont.Weight.Bold, 0.6)
    TITLE = (48.0, QFont.Weight.Bold, 0.3)
    SIGN = (76.0, QFont.Weight.Bold, 0.0)
    TICKET = (330.0, QFont.Weight.Bold, 0.0)

    @property
    def points(self) -> float:
        """Size in points."""
        return self.value[0]

    @property
    def weight(self) -> QFont.Weight:
        """The weight."""
        return self.value[1]

    @property
    def growth(self) -> float:
        """1: grows as wished, 0: not at all. Where letters must shrink, all do alike."""
        return self.value[2]


@dataclass(frozen=True, slots=True)
class Letters:
    """The loaded family by weight; needs a QGuiApplication."""

    families: tuple[tuple[QFont.Weight, tuple[str, ...]], ...]

    def font(self, voice: Voice, scale: Scale, *, tabular: bool = False) -> QFont:
        """The font of `voice`; `tabular` gives all figures one width."""
        return self.sized(voice.weight, _pixels(voice, scale), tabular=tabular)

    def sized(self, weight: QFont.Weight, pixels: int, *, tabular: bool = False) -> QFont:
        """A font of exactly `pixels`; the same one each time, not to be changed."""
        return _sized(dict(self.families)[weight], weight, pixels, tabular=tabular)


@lru_cache(maxsize=256)
def _pixels(voice: Voice, scale: Scale) -> int:
    """How large the letters of `voice` are: a page asks a hundred times, for ten voices on one scale."""
    wished = scale.text_factor
    factor = 1 + (wished - 1) * voice.growth if wished > 1 else wished
    return max(scale.with_text(factor, scale.room).points(voice.points), least_pixels(scale))


@cache
def _sized(families: tuple[str, ...], weight: QFont.Weight, pixels: int, *, tabular: bool) -> QFont:
    font = QFont(list(families))
    font.setWeight(weight)
    font.setPixelSize(pixels)
    # Whole-pixel hinting moves letters differently at every size; pictures must not depend on it.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def least_pixels(scale: Scale) -> int:
    """Below this nobody reads at 600 mm."""
    return Scale(scale.px_per_mm).points(LEAST_POINTS)


def load_letters(files: FontFiles | None = None) -> Letters:
    """Loads the family from its files, so that the screen does not depend on what the desktop calls it.

    Raises:
        KioskError: FONT_MISSING when Qt cannot read a file.
    """
    found = files or find_fonts()
    fallbacks = [_load(str(path)) for path in found.fallbacks]
    weights = (
        (QFont.Weight.Normal, found.regular),
        (QFont.Weight.DemiBold, found.semibold),
        (QFont.Weight.Bold, found.bold),
    )
    return Letters(tuple((weight, (_load(str(path)), *fallbacks)) for weight, path in weights))


_loaded: dict[str, str] = {}


def _load(path: str) -> str:
    if path not in _loaded:
        families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(path))
        if not families:
            raise KioskError(FailureCode.FONT_MISSING, "Qt cannot read the font file")
        _loaded[path] = families[0]
    return _loaded[path]
