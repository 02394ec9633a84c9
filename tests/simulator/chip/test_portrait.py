"""The drawn faces."""

import io

import pytest
from PIL import Image

from kiosk.simulator.chip.portrait import HEIGHT, WIDTH, draw_portrait, jpeg2000_portrait, jpeg_portrait


@pytest.mark.parametrize("size_bytes", [15_500, 17_003, 19_500])
def test_jpeg_has_the_asked_size_to_the_byte_and_opens(size_bytes: int) -> None:
    file = jpeg_portrait("somebody", female=True, size_bytes=size_bytes)
    assert len(file) == size_bytes
    with Image.open(io.BytesIO(file)) as image:
        image.load()
        assert (image.format, image.size) == ("JPEG", (WIDTH, HEIGHT))


def test_size_that_no_face_fits_is_refused() -> None:
    with pytest.raises(ValueError, match="fits"):
        jpeg_portrait("somebody", female=False, size_bytes=500)


def test_jpeg2000_is_as_large_as_a_photo() -> None:
    assert 12_000 < len(jpeg2000_portrait("somebody", female=False)) < 20_000


def test_same_seed_is_the_same_face_and_others_are_others() -> None:
    faces = [draw_portrait(seed, female=False).tobytes() for seed in ("one", "one", "other")]
    assert faces[0] == faces[1] != faces[2]
