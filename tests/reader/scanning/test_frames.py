import time
from itertools import cycle, islice
from statistics import median

import pytest
import zxingcpp

from kiosk.reader.codes import FrameDecoder
from tests.bench.scanning import false_reads, frames
from tests.bench.scanning.scenes import KINDS, scene

SIZE = (1280, 720)
QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_read_in_pictures_without_a_code(kind: str) -> None:
    pictures = [(seed, one) for seed, one in false_reads.kinds(60) if one == kind]
    assert len(pictures) == 5
    assert false_reads.false_reads(pictures) == []


def test_a_good_code_is_read_within_two_frames() -> None:
    assert max(frames.frames_to_good_code(SIZE, range(12))) <= 2


def test_a_frame_without_a_code_costs_no_more_than_some_plain_looks() -> None:
    decoder = FrameDecoder()
    ratios = []
    for seed, kind in enumerate(islice(cycle(KINDS), 36)):
        picture = scene(kind, SIZE, seed)
        started_s = time.thread_time()
        zxingcpp.read_barcodes(picture, formats=QR_CODES)
        plain_s = time.thread_time() - started_s
        decoder.decode(picture)
        ratios.append((time.thread_time() - started_s - plain_s) / plain_s)
    assert median(ratios) < 4
