"""`kiosk scan` and the machine-readable zone: read where there is no code and the extra is installed."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.app.doctor import mrz as doctor
from kiosk.app.doctor.finding import Health
from kiosk.app.doctor.mrz import examine_mrz
from kiosk.commands.scan import scan
from kiosk.reader.mrz_camera import files
from kiosk.reader.mrz_camera.reading import read_zone
from kiosk.settings import CameraSettings, Settings
from kiosk.simulator.codes import qr_image
from kiosk.simulator.mrz_page import draw_page
from kiosk.simulator.photograph import photograph
from kiosk.text import Language, catalog

CARD = "IDVNM0900001233999090000123<<2\n9001158M3001156VNM<<<<<<<<<<<4\nNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"


@pytest.fixture(scope="module")
def back_of_card() -> Image.Image:
    return photograph(draw_page(CARD.replace("\n", ""), seed=2), 2)


def scanned(image: Image.Image, folder: Path) -> list[dict[str, Any]]:
    image.save(folder / "picture.png")
    out = io.StringIO()
    scan([folder / "picture.png"], as_json=True, out=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())["found"]
    return found


def test_the_back_of_a_card_is_told_as_a_zone(back_of_card: Image.Image, tmp_path: Path) -> None:
    (found,) = scanned(back_of_card, tmp_path)
    assert (found["kind"], found["text"]) == ("mrz", CARD)
    assert found["fields"]["personal_number"] == "999090000123"
    assert found["fields"]["date_of_birth"] == "1990-01-15"
    assert (found["fields"]["surname"], found["fields"]["given_names"]) == ("NGUYEN", "VAN MAU")


@pytest.mark.parametrize("quarter", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_a_card_may_lie_on_any_side_in_its_picture(
    quarter: Image.Transpose, back_of_card: Image.Image, tmp_path: Path
) -> None:
    (found,) = scanned(back_of_card.transpose(quarter), tmp_path)
    assert found["text"] == CARD


def test_a_phones_picture_is_upright_as_the_phone_noted(back_of_card: Image.Image, tmp_path: Path) -> None:
    noted = Image.Exif()
    noted[0x0112] = 5  # turned and mirrored: no quarter turn alone makes it upright
    file = tmp_path / "phone.jpg"
    back_of_card.transpose(Image.Transpose.TRANSPOSE).save(file, exif=noted, quality=95)
    (found,) = files.zones_in_file(file)
    assert found.payload.decode() == CARD


@pytest.mark.parametrize("size", [(65000, 3), (3, 20000), (1, 1), (2400, 40)])
def test_a_picture_that_is_hardly_one_has_no_zone(size: tuple[int, int], tmp_path: Path) -> None:
    assert scanned(Image.effect_noise(size, 60), tmp_path) == []


def test_a_code_beside_the_zone_is_told_alone(back_of_card: Image.Image, tmp_path: Path) -> None:
    both = back_of_card.copy()
    both.paste(qr_image("999090000999", 4), (20, 20))
    assert [found["kind"] for found in scanned(both, tmp_path)] == ["personal-number"]


def test_without_the_extra_a_zone_is_nothing(
    back_of_card: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "is_installed", lambda: False)
    assert scanned(back_of_card, tmp_path) == []


def test_a_zone_that_reads_otherwise_in_another_size_is_nothing(
    back_of_card: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = [read_zone(back_of_card, files._words()), None]
    assert readings[0] is not None
    monkeypatch.setattr(files, "read_zone", lambda *_: readings.pop(0))
    assert scanned(back_of_card, tmp_path) == []
    assert readings == []


@pytest.mark.parametrize("language", Language)
def test_the_doctor_tells_whether_zones_are_read(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = examine_mrz(Settings())
    assert installed.health is Health.GOOD
    assert installed.detail.startswith("tesseract 5.")
    assert examine_mrz(Settings(camera=CameraSettings(read_mrz="off"))).detail == "off"
    monkeypatch.setattr(doctor, "is_installed", lambda: False)
    absent = examine_mrz(Settings())
    assert (absent.health, absent.cure(language)) == (Health.GOOD, catalog(language)["command.doctor.cure.mrz"])


def test_an_engine_that_does_not_start_is_worth_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise RuntimeError("model")

    monkeypatch.setattr(doctor, "WordReader", fails)
    found = examine_mrz(Settings())
    assert found.health is Health.ATTENTION
    assert "tesserocr" in found.cure(Language.EN)
