import pytest

from tests.bench.scanning import false_reads, frames
from tests.bench.scanning.scenes import KINDS

SIZE = (1280, 720)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_read_in_pictures_without_a_code(kind: str) -> None:
    pictures = [(seed, one) for seed, one in false_reads.kinds(60) if one == kind]
    assert len(pictures) == 5
    assert false_reads.false_reads(pictures) == []


def test_a_good_code_is_read_within_two_frames() -> None:
    assert max(frames.frames_to_good_code(SIZE, range(12))) <= 2
