"""Colours by role, in a light and a high-contrast set; every text pair is at least 7:1, every graphic 3:1."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a badge or a banner says, besides its icon and its words."""

    GOOD = "good"
    ATTENTION = "attention"
    STOP = "stop"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Pair:
    """Letters on a ground, both `#RRGGBB`."""

    ink: str
    ground: str


@dataclass(frozen=True, slots=True)
class Palette:
    """One set of colours, `#RRGGBB`. `line` bounds controls (3:1), `hairline` only decorates.

    `focus` rings what the keyboard stands on.
    """

    ground: str
    surface: str
    line: str
    hairline: str
    ink: str
    ink_soft: str
    brand: str
    brand_pressed: str
    brand_soft: str
    brand_tint: str
    on_brand: str
    on_brand_soft: str
    disabled: str
    glow: str
    device: str
    device_edge: str
    chip: str
    paper: str
    paper_line: str
    focus: str
    tones: tuple[tuple[Tone, Pair], ...]

    def tone(self, tone: Tone) -> Pair:
        """The letters and the ground of `tone`."""
        return dict(self.tones)[tone]


LIGHT = Palette(
    ground="#F6F8F7",
    surface="#FFFFFF",
    line="#7C8E88",
    hairline="#D5DDDA",
    ink="#10202B",
    ink_soft="#3F515C",
    brand="#005A4F",
    brand_pressed="#00473E",
    brand_soft="#00493F",
    brand_tint="#E6F3EF",
    on_brand="#FFFFFF",
    on_brand_soft="#E4F3EF",
    disabled="#E9EEEC",
    glow="#35C3A4",
    device="#10202B",
    device_edge="#2A3F4D",
    chip="#C9A227",
    paper="#F9FAF9",
    paper_line="#B7C6C1",
    focus="#B34700",
    tones=(
        (Tone.GOOD, Pair("#0A5230", "#E6F4EC")),
        (Tone.ATTENTION, Pair("#7A4100", "#FFF3DC")),
        (Tone.STOP, Pair("#8B1A1A", "#FDECEC")),
        (Tone.INFO, Pair("#0B4377", "#E8F1FA")),
    ),
)

HIGH_CONTRAST = Palette(
    ground="#000000",
    surface="#000000",
    line="#FFFFFF",
    hairline="#8A8A8A",
    ink="#FFFFFF",
    ink_soft="#E6E6E6",
    brand="#FFE14D",
    brand_pressed="#FFF0A0",
    brand_soft="#3A3200",
    brand_tint="#262100",
    on_brand="#000000",
    on_brand_soft="#1A1A1A",
    disabled="#333333",
    glow="#FFFFFF",
    device="#1C1C1C",
    device_edge="#FFFFFF",
    chip="#C9A227",
    paper="#FFFFFF",
    paper_line="#6A6A6A",
    focus="#00D5FF",
    tones=(
        (Tone.GOOD, Pair("#8CF0B4", "#00210F")),
        (Tone.ATTENTION, Pair("#FFC56B", "#2A1A00")),
        (Tone.STOP, Pair("#FFB0B0", "#330808")),
        (Tone.INFO, Pair("#9CCBFF", "#001A33")),
    ),
)


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances, 1 to 21 [WCAG 2.2, contrast ratio]."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
