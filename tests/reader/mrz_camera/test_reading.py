"""Pictures of zones: what is drawn is read exactly, and what is not beyond doubt is not read."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageFilter

from kiosk.reader.emrtd.mrz import parse_mrz
from kiosk.reader.mrz_camera.engine import WordReader
from kiosk.reader.mrz_camera.reading import ReadZone, read_zone
from kiosk.simulator.chance_zones import KINDS, chance_zone
from kiosk.simulator.chip.mrz import check_digit

TODAY = date(2026, 11, 22)
CARD = "IDVNM0900001233999090000123<<29001158M3001156VNM<<<<<<<<<<<4NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"
Drawn = Callable[[str, int], Image.Image]


def text_of(zone: ReadZone | None) -> str | None:
    return None if zone is None else zone.text.replace("\n", "")


def test_the_back_of_a_citizen_card_says_number_dates_and_name(words: WordReader, drawn: Drawn) -> None:
    zone = read_zone(drawn(CARD, 2), words, TODAY)
    assert zone is not None
    assert zone.text.split("\n") == [CARD[:30], CARD[30:60], CARD[60:]]
    assert zone.mrz == parse_mrz(CARD, TODAY)
    assert zone.mrz.personal_number == "999090000123"


@pytest.mark.parametrize("kind", KINDS)
def test_most_documents_of_each_form_are_read_and_none_wrongly(kind: str, words: WordReader, drawn: Drawn) -> None:
    zones = [chance_zone(seed, kind) for seed in range(4)]
    read = [text_of(read_zone(drawn(zone, seed), words, TODAY)) for seed, zone in enumerate(zones)]
    wrong = [seed for seed, (zone, text) in enumerate(zip(zones, read, strict=True)) if text not in (zone, None)]
    assert wrong == []
    assert sum(text is not None for text in read) >= 2


@pytest.mark.parametrize(
    ("at", "wrong"),
    [(13, "4"), (14, "8"), (29, "7"), (36, "1"), (52, "K"), (59, "0")],
    ids=["number", "its digit", "personal number's digit", "birth's digit", "filler", "composite digit"],
)
def test_a_zone_whose_check_digits_do_not_hold_is_not_read(
    at: int, wrong: str, words: WordReader, drawn: Drawn
) -> None:
    assert CARD[at] != wrong
    assert read_zone(drawn(CARD[:at] + wrong + CARD[at + 1 :], 2), words, TODAY) is None


def test_a_citizen_card_whose_two_numbers_differ_is_not_read(words: WordReader, drawn: Drawn) -> None:
    # Every check digit holds here: the document number is just another person's.
    lines = f"IDVNM090000131{check_digit('090000131')}{CARD[15:59]}"
    zone = lines + check_digit(lines[5:37] + lines[38:45] + lines[48:59]) + CARD[60:]
    assert parse_mrz(zone, TODAY).document_number == "090000131"
    assert read_zone(drawn(zone, 2), words, TODAY) is None


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (30, 2000), (640, 480), (1280, 720)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_picture_holds_no_zone(size: tuple[int, int], level: int, words: WordReader) -> None:
    assert read_zone(Image.new("L", size, level), words, TODAY) is None


def test_noise_holds_no_zone(words: WordReader) -> None:
    noise = Image.frombytes("L", (640, 360), Random(9).randbytes(640 * 360))
    assert read_zone(noise, words, TODAY) is None


@pytest.mark.parametrize("seed", range(8))
def test_rows_of_strokes_that_are_no_letters_hold_no_zone(seed: int, words: WordReader) -> None:
    chance = Random(seed)
    picture = Image.new("L", (640, 400), 230)
    draw = ImageDraw.Draw(picture)
    for line in range(chance.randint(2, 4)):
        y, pitch = 120 + line * chance.randint(30, 60), chance.choice((12, 14, 18))
        for x in range(40, 600, pitch):
            end = (x + chance.randint(2, pitch - 3), y + chance.randint(10, 18))
            chance.choice((draw.rectangle, draw.ellipse))((x, y, *end), outline=30, width=2)
    assert read_zone(picture, words, TODAY) is None


def test_a_page_whose_zone_is_covered_holds_none(words: WordReader, drawn: Drawn) -> None:
    picture = drawn(CARD, 2).copy()
    picture.paste(128, (0, picture.height // 2, picture.width, picture.height))
    assert read_zone(picture, words, TODAY) is None


def test_a_zone_of_which_a_thumb_hides_some_letters_is_not_read(words: WordReader, drawn: Drawn) -> None:
    picture = drawn(CARD, 2).copy()
    left, middle = picture.width // 2, picture.height // 2
    picture.paste(110, (left, middle, left + 70, picture.height))
    assert read_zone(picture, words, TODAY) is None


def test_a_zone_upside_down_is_not_read_as_another(words: WordReader, drawn: Drawn) -> None:
    assert read_zone(drawn(CARD, 2).rotate(180), words, TODAY) is None


@pytest.mark.parametrize("blur_px", [1.5, 3.0, 5.0, 8.0])
def test_however_blurred_nothing_else_is_read(blur_px: float, words: WordReader, drawn: Drawn) -> None:
    assert text_of(read_zone(drawn(CARD, 2).filter(ImageFilter.GaussianBlur(blur_px)), words, TODAY)) in (CARD, None)


def test_a_larger_picture_is_read_as_well(words: WordReader, drawn: Drawn) -> None:
    picture = drawn(CARD, 2)
    large = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
    assert text_of(read_zone(large, words, TODAY)) == CARD
