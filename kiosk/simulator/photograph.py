"""A flat thing photographed: perspective, light, focus and grain of a camera, the same for the same seed."""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageFilter

_DETAIL = 1.2

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Conditions:
    """How badly a picture is taken; each is the most that a seed may draw.

    `filled` is the part of the picture's width that the thing takes, from least to most. `turned_deg` and `tilted`
    (part of the width by which one edge is shorter) are of either sign; `blur_px` is a Gaussian's deviation, `grain` a
    Gaussian's in levels of brightness, `shadow` the part of the light that the darkest corner lacks, `faded` the part
    of the contrast that is lost.
    """

    filled: tuple[float, float] = (0.75, 0.9)
    turned_deg: float = 1.0
    tilted: float = 0.01
    blur_px: float = 0.5
    grain: float = 3.0
    shadow: float = 0.1
    faded: float = 0.0


def photograph(
    thing: Image.Image, seed: int, conditions: Conditions | None = None, size: tuple[int, int] = (1280, 720)
) -> Image.Image:
    """A gray picture of `size` with the thing in it, on a desk that is darker than paper."""
    chance, conditions = Random(seed), conditions or Conditions()
    corners = _corners(thing.size, size, chance, conditions)
    # Nearly as large as it will be seen, so that no dot of it is skipped.
    near_px = round(max(abs(corners[1][0] - corners[0][0]), abs(corners[2][0] - corners[3][0])) * _DETAIL)
    near = thing.resize((near_px, round(near_px * thing.height / thing.width)), Image.Resampling.BOX)
    coefficients = _projection(list(corners), near.size)
    desk = Image.new("L", size, chance.randint(40, 120))
    seen = near.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    cover = Image.new("L", near.size, 255).transform(
        size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR
    )
    desk.paste(seen, (0, 0), cover)
    picture = desk.filter(ImageFilter.GaussianBlur(chance.uniform(0, conditions.blur_px)))
    return _grain(_light(picture, chance, conditions), chance, conditions)


def _corners(
    thing: tuple[int, int], size: tuple[int, int], chance: Random, conditions: Conditions
) -> tuple[Corner, Corner, Corner, Corner]:
    """Where the thing's corners come to lie, clockwise from its top left."""
    width = chance.uniform(*conditions.filled) * size[0]
    height = width * thing[1] / thing[0]
    if height > size[1] * 0.95:
        width, height = width * size[1] * 0.95 / height, size[1] * 0.95
    turn = chance.uniform(-conditions.turned_deg, conditions.turned_deg)
    sideways, lengthways = (chance.uniform(-conditions.tilted, conditions.tilted) for _ in range(2))
    middle = complex(
        size[0] / 2 + chance.uniform(-0.5, 0.5) * max(0.0, size[0] - width) * 0.5,
        size[1] / 2 + chance.uniform(-0.5, 0.5) * max(0.0, size[1] - height) * 0.5,
    )
    spin = complex(0, turn * 3.141592653589793 / 180)
    spun = complex(1, 0) + spin + spin * spin / 2
    placed = []
    for right, down in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x = right * width / 2 * (1 + sideways * down)
        y = down * height / 2 * (1 + lengthways * right)
        at = middle + complex(x, y) * spun
        placed.append((at.real, at.imag))
    return (placed[0], placed[1], placed[2], placed[3])


def _projection(corners: list[Corner], thing: tuple[int, int]) -> tuple[float, ...]:
    """The eight coefficients that lead a dot of the picture back to the thing, by Gaussian elimination."""
    width, height = thing
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners, ((0, 0), (width, 0), (width, height), (0, height)), strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        best = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(8):
            if other != at:
                factor = rows[other][at]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[at], strict=True)]
    return tuple(row[8] for row in rows)


def _light(picture: Image.Image, chance: Random, conditions: Conditions) -> Image.Image:
    """Less contrast, and a shadow that grows towards one side."""
    faded, shadow = chance.uniform(0, conditions.faded), chance.uniform(0, conditions.shadow)
    lifted = picture.point([round(level * (1 - faded) + 110 * faded) for level in range(256)])
    slope = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270))).resize(picture.size)
    return ImageChops.multiply(lifted, slope.point([round(255 - shadow * level) for level in range(256)]))


def _grain(picture: Image.Image, chance: Random, conditions: Conditions) -> Image.Image:
    """Noise of a repeatable kind: sums of random bytes, as good as Gaussian."""
    deviation = chance.uniform(0, conditions.grain)
    count = picture.width * picture.height
    one, other = (Image.frombytes("L", picture.size, chance.randbytes(count)) for _ in range(2))
    # The mean of two even spreads of 256 levels deviates by 52 levels.
    noise = ImageChops.add(one, other, scale=2).point(
        [round((level - 127.5) * deviation / 52 + 128) for level in range(256)]
    )
    return ImageChops.add(picture, noise, scale=1, offset=-128)
