from collections.abc import Iterable
from itertools import islice

import pytest
from PIL import Image
from pyzbar import pyzbar

from kiosk.fonts import VIETNAMESE_LETTERS
from kiosk.reader.codes import Found, decode
from tests.bench.scanning import exactness, payloads
from tests.bench.scanning.drawing import printed, symbol


def wrong_and_missed(written: Iterable[payloads.Written]) -> tuple[int, int]:
    counted = exactness.compare(written)
    return counted.wrong.total(), counted.missed.total()


def test_every_accented_letter_is_exact_composed_or_not_with_or_without_eci_in_one_segment_or_more() -> None:
    written = list(islice(payloads.letter_texts(), None, None, 3))
    assert len({one.kind for one in written}) == 8
    assert all(any(letter in one.text for one in payloads.letter_texts()) for letter in VIETNAMESE_LETTERS)
    assert len(written) > 2 * len(VIETNAMESE_LETTERS)
    assert wrong_and_missed(written) == (0, 0)


def test_names_and_citizen_payloads_of_both_kinds_are_exact() -> None:
    written = list(payloads.texts(300, 1))
    assert {one.kind for one in written} == {"name", "citizen 2021", "citizen 2024"}
    assert {one.text.count("|") for one in written} == {0, 6, 10}
    assert len({one.text for one in written}) == 300
    assert wrong_and_missed(written) == (0, 0)


@pytest.mark.parametrize("eci", [False, True], ids=["no ECI", "ECI"])
@pytest.mark.parametrize("module_px", [2, 3, 6])
def test_the_sample_that_zbar_takes_for_chinese_is_exact(module_px: int, eci: bool) -> None:
    number, bars, rest = payloads.REGRESSION.partition("||")
    one = symbol(((payloads.REGRESSION, "byte"),), eci=eci)
    mixed = symbol(((number, "numeric"), (bars + rest, "byte")), eci=eci)
    for dark in (one, mixed):
        assert [found.payload for found in decode(printed(dark, module_px))] == [payloads.REGRESSION.encode()]


def test_a_reader_that_guesses_encodings_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def guessing(image: Image.Image) -> tuple[Found, ...]:
        corners = ((0, 0), (0, 0), (0, 0), (0, 0))
        return tuple(Found(bytes(one.data), corners, "guess") for one in pyzbar.decode(image))

    monkeypatch.setattr(exactness, "decode", guessing)
    wrong, _ = wrong_and_missed(islice(payloads.texts(60, 1), 60))
    assert wrong > 0


def test_every_number_is_of_a_province_that_does_not_exist() -> None:
    numbers = [one.text.partition("|")[0] for one in payloads.texts(300, 2) if "|" in one.text]
    assert all(len(number) == 12 and 900 <= int(number[:3]) <= 999 for number in numbers)
