"""A clinic's picture for the head of its slip: read, checked, and turned into dots that thermal paper can show."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

_FORMATS = ("PNG", "JPEG", "BMP", "GIF")
_LARGEST_BYTES = 8_000_000
_SIDES_PX = (48, 6000)
_MOST_PX = 16_000_000
_LARGEST_PX = (3000, 1000)
"""A logo of 30 mm on the widest column, at 600 dots to the inch."""

_EIGHT_OF_SIXTEEN_BITS = 1 / 257
_WIDEST = 12
_CLEAN_SHARE = 0.9
_CLEAN_BLACK, _CLEAN_WHITE = 64, 191
_LINE_ART_THRESHOLD = 150
_THERMAL_GAMMA = 0.8


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of mode `L` on white, cropped to what it shows."""

    image: Image.Image

    def width_for(self, height: int) -> int:
        """As wide as its form wants at that height."""
        return max(1, round(self.image.width * height / self.image.height))

    def dots(self, width: int, height: int) -> Image.Image:
        """Mode `1` at that size.

        What is line art stays line art, cut at one threshold; a photograph or gradient is dithered [Floyd, Steinberg
        1976], lighter than it is because a thermal head's dots are larger than its grid.
        """
        grey = self.image.resize((width, height), Image.Resampling.LANCZOS)
        if self.is_line_art:
            return grey.point([0 if value < _LINE_ART_THRESHOLD else 255 for value in range(256)], "1")
        lighter = grey.point([round(255 * (value / 255) ** _THERMAL_GAMMA) for value in range(256)])
        return lighter.convert("1", dither=Image.Dither.FLOYDSTEINBERG)

    @property
    def is_line_art(self) -> bool:
        """Whether nearly all of it is either dark or light."""
        counts = self.image.histogram()
        clean = sum(counts[: _CLEAN_BLACK + 1]) + sum(counts[_CLEAN_WHITE:])
        return clean >= _CLEAN_SHARE * sum(counts)


def load_logo(file: Path) -> Logo:
    """The picture of a file.

    Raises:
        ValueError: not readable, not a picture of the known formats, too small, too large or all one colour; says
            which, and what would do.
    """
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise ValueError(f"{file.name} is larger than {_LARGEST_BYTES // 1_000_000} MB")
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=_FORMATS) as opened:
                _check_sides(file, opened)
                grey = _on_white(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"{file.name} is no picture in {', '.join(_FORMATS)}") from error
    except OSError as error:
        raise ValueError(f"{file.name}: {error.strerror or 'is broken'}") from error
    stretched = ImageOps.autocontrast(grey, cutoff=(0.5, 0.5))
    box = ImageOps.invert(stretched).point([0 if value < 24 else 255 for value in range(256)]).getbbox()
    if box is None or grey.getextrema()[0] == grey.getextrema()[1]:
        raise ValueError(f"{file.name} is all one colour")
    return Logo(stretched.crop(box))


def _check_sides(file: Path, picture: Image.Image) -> None:
    least, most = _SIDES_PX
    if not (least <= min(picture.size) and max(picture.size) <= most):
        raise ValueError(f"{file.name} has {picture.width} × {picture.height} pixels; each side {least} to {most}")
    if picture.width * picture.height > _MOST_PX:
        told = f"{file.name} has {picture.width} × {picture.height} pixels"
        raise ValueError(f"{told}; {_MOST_PX // 1_000_000} million at most")
    if max(picture.size) > _WIDEST * min(picture.size):
        raise ValueError(f"{file.name} is more than {_WIDEST} times as long as it is high or wide")


def _on_white(picture: Image.Image) -> Image.Image:
    """Grey on white paper, whatever was transparent, as large as any paper shows it."""
    if picture.mode.startswith("I"):
        # Sixteen bits: converting alone would cut off all but the darkest of them.
        white = picture.convert("I").point(lambda level: level * _EIGHT_OF_SIXTEEN_BITS).convert("L")
    elif picture.has_transparency_data:
        colours = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        white = Image.new("L", colours.size, 255)
        white.paste(colours.convert("L"), mask=colours.getchannel("A"))
    else:
        white = picture.convert("L")
    white.thumbnail(_LARGEST_PX, Image.Resampling.LANCZOS)
    return white
