"""A picture as a slip is one, its job, and limits that end early."""

from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from kiosk.slip.escpos import encode
from kiosk.slip.printers.limits import Limits
from tests.patience import WITHIN_S


@pytest.fixture(scope="session")
def quick() -> Limits:
    """Ends early where the printer answers, and has time where the machine is busy."""
    long_s = WITHIN_S / 4
    return Limits(
        connect_s=long_s, answer_s=long_s, send_s=long_s, done_s=long_s, settle_s=0.1, pause_s=0.02, spool_s=long_s,
        trouble_s=1.0,
    )  # fmt: skip


@pytest.fixture(scope="session")
def impatient(quick: Limits) -> Limits:
    """For printers that never answer; a job that is taken has all the time that a busy machine needs for it."""
    return replace(quick, answer_s=0.2, done_s=0.5, mute_s=0.3, spool_s=0.3, trouble_s=0.1)


@pytest.fixture(scope="session")
def picture() -> Image.Image:
    """Letters, rules, grey and white, 576 dots wide."""
    image = Image.new("1", (576, 700), 1)
    draw = ImageDraw.Draw(image)
    draw.text((60, 20), "A042", fill=0, font_size=160)
    draw.line((0, 240, 575, 240), fill=0, width=3)
    for row in range(300, 560, 2):
        for column in range(40 + row % 4, 500, 4):
            draw.point((column, row), fill=0)
    draw.text((10, 600), "Phòng khám Mẫu", fill=0, font_size=40)
    return image


@pytest.fixture(scope="session")
def job(picture: Image.Image) -> bytes:
    return encode(picture)
