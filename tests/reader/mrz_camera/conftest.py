from collections.abc import Callable, Iterator
from functools import cache

import pytest
from PIL import Image

from kiosk.reader.mrz_camera.engine import WordReader
from kiosk.simulator.mrz_page import draw_page
from kiosk.simulator.photograph import Conditions, photograph

Drawn = Callable[[str, int], Image.Image]
ORDINARY = Conditions((0.65, 0.9), 4.0, 0.03, 0.9, 6.0, 0.3, 0.2)


@pytest.fixture(scope="session")
def words() -> Iterator[WordReader]:
    with WordReader() as reader:
        yield reader


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    """A zone on a page, photographed as people do."""

    @cache
    def draw(zone: str, seed: int) -> Image.Image:
        return photograph(draw_page(zone, seed=seed), seed, ORDINARY)

    return draw
