"""The clinic's file: read whole, or refused with the key that is wrong."""

import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language

SAMPLE = Path(__file__).parents[2] / "config" / "clinics" / "mau.toml"

SEVERAL = 'prefix = "A"\nrooms = ["P203", "P204"]'


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


def test_service_in_several_rooms_names_them_in_order(clinic: Clinic) -> None:
    several = {
        service.code: [room.code for room in service.rooms] for service in clinic.services if service.other_rooms
    }
    assert several == {"noi-tong-quat": ["P203", "P204"], "sieu-am": ["P110", "P111"]}
    assert len(clinic.rooms) == len({room.code for room in clinic.rooms}) == 13
    assert clinic.room("P111") in clinic.rooms
    assert clinic.room("P999") is None


def test_departments_and_what_the_insurance_calls_a_service_are_read(clinic: Clinic) -> None:
    assert [department.code for department in clinic.departments] == ["NOI", "NHI", "SAN", "CK"]
    medicine = clinic.services[0]
    assert medicine.department is not None
    assert medicine.department.name[Language.VI] == "Khoa Nội"
    assert (medicine.insurance_code, medicine.usual_minutes) == ("02.1896", 8)


def test_rooms_have_the_clinics_hours_where_they_have_none_of_their_own(clinic: Clinic) -> None:
    desk, medicine = clinic.desk.room, clinic.services[0].room
    noon = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    assert (desk.hours.is_open(noon), medicine.hours.is_open(noon)) == (True, False)
    assert (desk.capacity, medicine.capacity) == (2, 1)
    new_year = datetime(2027, 1, 1, 2, 0, tzinfo=UTC)
    assert not medicine.hours.is_open(new_year)


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
        ('level = "basic"', 'level = "district"', "level: takes one of primary, basic, specialised"),
        (SEVERAL, 'prefix = "A"\nrooms = ["P203", "P299"]', "service[0].rooms: P299 is no room"),
        (SEVERAL, 'prefix = "A"\nrooms = ["P203", "P203"]', "service[0].rooms"),
        (SEVERAL, 'prefix = "A"\nrooms = []', "service[0].rooms"),
        (SEVERAL, 'prefix = "A"\nrooms = ["P203"]\nroom = "P203"', "service[0].room: stands beside rooms"),
        (SEVERAL, 'prefix = "A"', "service[0].room: missing"),
        ('department = "NOI"', 'department = "XYZ"', "service[0].department: takes one of NOI, CK, NHI, SAN"),
        ("minutes = 8", "minutes = 0", "service[0].minutes: takes whole minutes from 1 to 480"),
        ("minutes = 8", "minutes = 8.5", "service[0].minutes"),
        ('insurance_code = "02.1896"', 'insurance_code = ""', "service[0].insurance_code"),
        ("capacity = 2", "capacity = 0", "room[0].capacity: takes a whole number from 1 to 50"),
        ('code = "CK"', 'code = "NOI"', "departments: the code NOI is used twice"),
        ('code = "P204"', 'code = "P203"', "room: the code P203 is used twice"),
        ('code = "P204"', 'code = "P123456"', "room[2].code: takes 1 to 8 characters"),
        ('sat = ["07:00-11:30"]', 'sun = ["07:00-11:30", "11:00-12:00"]', "hours.sun: takes a list of spans"),
        ('sat = ["07:00-11:30"]', 'sat = ["07:00-07:00"]', "hours.sat: takes a list of spans"),
        ('sat = ["07:00-11:30"]', 'sat = ["07:00-24:30"]', "hours.sat: takes a list of spans"),
        ('sat = ["07:00-11:30"]', 'sat = "07:00-11:30"', "hours.sat: takes a list of spans"),
        ('sat = ["07:00-11:30"]', 'fri-mon = ["07:00-11:30"]', "hours.fri-mon: unknown key; days are mon"),
        ('sat = ["07:00-11:30"]', 'tue = ["07:00-11:30"]', "hours.tue: tue stands there twice"),
        ('sat = ["07:00-11:30"]', "holiday = []", "hours.holiday: unknown key"),
        ("2027-01-01 = []", "2027-02-30 = []", "hours.except.2027-02-30: unknown key"),
        ("2027-01-01 = []", "20270101 = []", "hours.except.20270101: unknown key"),
        ("hours = { mon-fri", "hours = { hon-fri", "room[0].hours.hon-fri: unknown key"),
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


def test_file_of_the_first_release_still_loads(tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text(
        """
facility_code = "99001"
level = "basic"
address = "Số 1"
name = { vi = "a", en = "a" }
department = { vi = "a", en = "a" }
health_department = { vi = "a", en = "a" }
desk = { code = "tiep-don", name = { vi = "a", en = "a" }, prefix = "Q", room = "Q1" }
service = [{ code = "nhi", name = { vi = "a", en = "a" }, prefix = "B", room = "Q1" }]
room = [{ code = "Q1", name = { vi = "a", en = "a" }, place = { vi = "a", en = "a" } }]
""",
        "utf-8",
    )
    loaded = load_clinic(file)
    (service,) = loaded.services
    assert (service.rooms, service.department, service.usual_minutes) == ((loaded.rooms[0],), None, None)
    assert loaded.rooms[0].hours.is_open(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)), "always open where nothing is said"
