"""Drawn documents and their photographs: the same for the same seed, and of the standard's measures."""

from pathlib import Path

import pytest
from PIL import Image

from kiosk.simulator import mrz_page
from kiosk.simulator.chance_zones import KINDS, chance_zone
from kiosk.simulator.mrz_page import PITCH_MM, draw_page, page_form
from kiosk.simulator.photograph import Conditions, photograph

CARD = "IDVNM0900001233999090000123<<29001158M3001156VNM<<<<<<<<<<<4NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"
PLAIN = Conditions((0.8, 0.8), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_zone_of_chance_has_a_page_whose_lines_fit(kind: str) -> None:
    zone = chance_zone(1, kind)
    form = page_form(zone)
    assert form.left_mm + PITCH_MM * len(zone) / form.lines < form.width_mm
    assert form.first_line_mm + form.spacing_mm * (form.lines - 1) + 3 < form.height_mm
    assert draw_page(zone, 8).size == (round(form.width_mm * 8), round(form.height_mm * 8))


def test_zones_and_pages_repeat_with_their_seed_and_change_with_it() -> None:
    assert chance_zone(1) == chance_zone(1) != chance_zone(2)
    pages = [draw_page(CARD, 8, seed).tobytes() for seed in (1, 1, 2)]
    assert pages[0] == pages[1] != pages[2]


def test_characters_stand_at_the_standards_pitch() -> None:
    form, dots = page_form(CARD), 16
    page = draw_page(CARD, dots)
    y = round((form.first_line_mm + 2 * form.spacing_mm) * dots)
    line = page.crop((0, y - 20, page.width, y + 20)).resize((page.width, 1), Image.Resampling.BOX).tobytes()
    first = round(form.left_mm * dots)
    pitch = PITCH_MM * dots
    # Between any two letters of a name is paper, in the middle of each is ink.
    for at in range(5):
        cut, middle = round(first + (at + 1) * pitch), round(first + (at + 0.5) * pitch)
        assert max(line[cut - 2 : cut + 3]) > min(line[middle - 10 : middle + 10]) + 20


def test_a_text_of_another_size_has_no_page() -> None:
    with pytest.raises(ValueError, match="size"):
        draw_page(CARD[:-1])


def test_without_the_font_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mrz_page, "system_folders", lambda: (tmp_path,))
    with pytest.raises(OSError, match="fonts-ocr-b"):
        mrz_page._font_file.__wrapped__()


def test_a_photograph_in_plain_conditions_shows_the_thing_upright_in_its_size() -> None:
    picture = photograph(Image.new("L", (800, 400), 250), 1, PLAIN, (640, 480))
    bright = picture.point([255 if level > 200 else 0 for level in range(256)]).getbbox()
    assert bright is not None
    assert abs(bright[2] - bright[0] - 512) <= 3
    assert abs(bright[3] - bright[1] - 256) <= 3


def test_photographs_repeat_with_their_seed_and_change_with_it() -> None:
    thing = draw_page(CARD, 8)
    pictures = [photograph(thing, seed, Conditions(turned_deg=5.0), (320, 240)).tobytes() for seed in (1, 1, 2)]
    assert pictures[0] == pictures[1] != pictures[2]


def test_grain_and_shadow_do_what_they_say() -> None:
    sheet = Image.new("L", (800, 400), 200)
    noisy = photograph(sheet, 3, Conditions((1.0, 1.0), 0, 0, 0, 20.0, 0, 0), (320, 160)).crop((80, 40, 240, 120))
    shaded = photograph(sheet, 3, Conditions((1.0, 1.0), 0, 0, 0, 0, 0.6, 0), (320, 160)).crop((80, 40, 240, 120))
    assert len(set(noisy.tobytes())) > 15
    assert 5 < max(shaded.tobytes()) - min(shaded.tobytes()) < 100
