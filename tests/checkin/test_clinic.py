"""The clinic's file: read whole, or refused with the key that is wrong."""

import re
import unicodedata
from pathlib import Path

import pytest

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language

SAMPLE = Path(__file__).parents[2] / "config" / "clinics" / "mau.toml"


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the sample clinic to spoil."""
    copy = tmp_path / "clinic.toml"
    copy.write_text(SAMPLE.read_text("utf-8"), "utf-8")
    return copy


def test_sample_clinic_is_read_whole(clinic: Clinic) -> None:
    assert (clinic.facility_code, clinic.level) == ("99001", "basic")
    assert clinic.name[Language.VI] == "Bệnh viện Đa khoa Mẫu"
    assert len(clinic.services) == 10
    medicine = clinic.services[0]
    assert (medicine.prefix, medicine.room.code, medicine.price_vnd) == ("A", "P203", 50_000)
    assert medicine.room.place[Language.EN] == "Floor 2, left from the lift"
    assert (clinic.desk.prefix, clinic.desk.price_vnd) == ("Q", 0)


def test_service_is_found_by_its_code_the_desk_too(clinic: Clinic) -> None:
    found = clinic.service("mat")
    assert found is not None
    assert found.room.code == "P302"
    assert clinic.service("tiep-don") == clinic.desk
    assert clinic.service("khong-co") is None


def test_rank_is_as_written_and_unknown_where_it_is_not(changed: Path) -> None:
    assert (load_clinic(changed).points, load_clinic(changed).former_tier) == (None, "none")
    text = changed.read_text("utf-8").replace("# points = 60", "points = 60")
    changed.write_text(text.replace('former_tier = "none"', 'former_tier = "provincial"'), "utf-8")
    assert (load_clinic(changed).points, load_clinic(changed).former_tier) == (60, "provincial")
    changed.write_text(text.replace('former_tier = "none"', ""), "utf-8")
    assert load_clinic(changed).former_tier == "none"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('facility_code = "99001"', 'facility_code = "9900"', "facility_code"),
        ('facility_code = "99001"', "facility_code = 99001", "facility_code"),
        ('level = "basic"', 'level = "district"', "level"),
        ('level = "basic"', "", "level: missing"),
        ('level = "basic"', 'level = "basic"\ncolour = "green"', "colour: unknown key"),
        ('vi = "Khoa Khám bệnh"', 'vi = " "', "department.vi"),
        ('en = "Outpatient Department"', 'fr = "Ambulatoire"', "department.en: missing"),
        ('en = "Outpatient Department"', 'en = "Outpatient Department"\nfr = "x"', "department.fr: unknown key"),
        ('prefix = "T"', 'prefix = "TIM"', "service[1].prefix"),
        ('prefix = "T"', 'prefix = "Q"', "desk.prefix"),
        ('code = "tim-mach"', 'code = "nhi"', "service: the code nhi is used twice"),
        ('room = "P105"', 'room = "P106"', "service[2].room"),
        ("price_vnd = 50_000", "price_vnd = -1", "service[0].price_vnd"),
        ("price_vnd = 50_000", "price_vnd = true", "service[0].price_vnd"),
        ("price_vnd = 50_000", "price = 50_000", "service[0].price: unknown key"),
        ('place = { vi = "Tầng 1, bên phải cửa chính"', 'place = { vn = "x"', "room[0].place.vi: missing"),
        ("[desk]", "[[desk]]", "desk: not a table"),
        ('former_tier = "none"', 'former_tier = "commune"', "former_tier"),
        ("# points = 60", "points = 101", "points"),
        ("# points = 60", "points = -1", "points"),
        ("# points = 60", "points = true", "points"),
        ("# points = 60", "points = 59.5", "points"),
        ("[[room]]", "[[chamber]]", "room: missing"),
    ],
)
def test_wrong_key_is_refused_with_file_and_key(changed: Path, old: str, new: str, key: str) -> None:
    text = changed.read_text("utf-8")
    assert old in text
    count = -1 if old == "[[room]]" else 1
    changed.write_text(text.replace(old, new, count), "utf-8")
    with pytest.raises(KioskError, match=re.escape(f"clinic.toml: {key}")) as caught:
        load_clinic(changed)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", None], ids=["no-toml", "no-utf-8", "absent"])
def test_file_that_cannot_be_read_is_settings_invalid(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "clinic.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(KioskError, match=r"clinic\.toml") as caught:
        load_clinic(file)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_decomposed_texts_become_composed(changed: Path, clinic: Clinic) -> None:
    changed.write_text(unicodedata.normalize("NFD", changed.read_text("utf-8")), "utf-8")
    assert load_clinic(changed) == clinic


def test_side_purposes_are_read_with_their_words(clinic: Clinic) -> None:
    [purpose] = clinic.purposes
    assert purpose.code == "research"
    assert purpose.text[Language.VI].startswith("Cho phép")


def test_clinic_without_side_purposes_asks_for_none(changed: Path) -> None:
    text = changed.read_text("utf-8")
    start = text.index("[[purpose]]")
    changed.write_text(text[:start] + text[text.index("# Where open questions go") :], "utf-8")
    assert load_clinic(changed).purposes == ()


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ('code = "research"\ntext = { vi = "a", en = "b" }', "purpose: the code research is used twice"),
        ('code = "Two Words"\ntext = { vi = "a", en = "b" }', "purpose[1].code"),
        ('code = "two"\ntext = { vi = "a" }', "purpose[1].text.en: missing"),
        ('code = "two"\ntext = { vi = "a", en = "b" }\nticked = true', "purpose[1].ticked: unknown key"),
        (
            "\n[[purpose]]\n".join(f'code = "no-{at}"\ntext = {{ vi = "a", en = "b" }}' for at in range(3)),
            "purpose: takes at most 3",
        ),
    ],
)
def test_side_purpose_that_cannot_be_asked_for_is_refused(changed: Path, more: str, what: str) -> None:
    text = changed.read_text("utf-8").replace("# Where open questions go", f"[[purpose]]\n{more}\n\n# Where open")
    changed.write_text(text, "utf-8")
    with pytest.raises(KioskError, match=re.escape(what)):
        load_clinic(changed)
