from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.dates import PartialDate
from kiosk.reader.codes import decode
from kiosk.reader.document import CitizenCode, InsuranceCode, Sex
from kiosk.reader.payload import parse
from kiosk.simulator.codes import QUIET_ZONE_MODULES, citizen_payload, insurance_payload, qr_image
from kiosk.simulator.people import Insurance, Person, load_people

TODAY = date(2026, 11, 21)
PEOPLE_FILE = Path(__file__).parents[2] / "config" / "simulator" / "people.toml"


def person(card: str = "2021") -> Person:
    return Person(
        number="999090000123",
        full_name="Nguyễn Văn Mẫu",
        date_of_birth=date(1990, 1, 15),
        sex="male",
        residence="Số 1, Phường Mẫu, Hà Nội",
        special="",
        special_vi="",
        date_of_issue=date(2021, 5, 10),
        date_of_expiry=date(2030, 1, 15),
        previous_number="012345678",
        card=card,
        insurance=Insurance(
            code="000",
            card_number="DN4010000000123",
            facility="01043",
            valid_from=date(2017, 1, 1),
            valid_to=date(2017, 12, 31),
            five_year_date=date(2020, 1, 1),
        ),
    )


def test_card_of_2021_says_seven_fields() -> None:
    expected = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
    assert citizen_payload(person()) == expected


def test_card_of_2024_says_four_more_empty_fields() -> None:
    assert citizen_payload(person("2024")) == citizen_payload(person()) + "||||"


def test_woman_is_said_with_her_marks() -> None:
    assert citizen_payload(replace(person(), sex="female")).split("|")[4] == "Nữ"


def test_insurance_card_says_fifteen_fields_in_ascii() -> None:
    payload = insurance_payload(person())
    assert payload.isascii()
    fields = payload.split("|")
    assert len(fields) == 15
    assert fields[:9] == [
        "DN4010000000123",
        "4e677579e1bb856e2056c4836e204de1baab75",
        "15/01/1990",
        "1",
        "53e1bb9120312c205068c6b0e1bb9d6e67204de1baab752c2048c3a0204ee1bb9969",
        "01 - 043",
        "01/01/2017",
        "31/12/2017",
        "01/01/2017",
    ]
    assert fields[10:13] == ["-", "4", "01/01/2020"]
    assert fields[14] == "$"


def test_people_without_a_card_have_no_code() -> None:
    with pytest.raises(ValueError, match="no citizen card"):
        citizen_payload(person("none"))
    with pytest.raises(ValueError, match="no insurance card"):
        insurance_payload(replace(person(), insurance=None))
    with pytest.raises(ValueError, match="no insurance card"):
        insurance_payload(replace(person(), insurance=Insurance(code="050")))


def test_every_invented_citizen_card_is_decoded_and_read_back_whole() -> None:
    holders = [one for one in load_people(PEOPLE_FILE, TODAY) if one.card != "none"]
    assert len(holders) > 30
    for holder in holders:
        payload = citizen_payload(holder)
        (found,) = decode(qr_image(payload, 4))
        assert found.payload == payload.encode()
        code = parse(found.payload.decode())
        assert isinstance(code, CitizenCode)
        assert (code.personal_number, code.full_name, code.residence, code.previous_number) == (
            holder.number,
            holder.full_name,
            holder.residence,
            holder.previous_number,
        )
        assert code.date_of_birth == PartialDate(*holder.date_of_birth.timetuple()[:3])
        assert code.date_of_issue == PartialDate(*holder.date_of_issue.timetuple()[:3])
        assert code.sex is Sex(holder.sex)


def test_every_invented_insurance_card_is_decoded_and_read_back_whole() -> None:
    insured = [one for one in load_people(PEOPLE_FILE, TODAY) if one.insurance and one.insurance.card_number]
    assert len(insured) > 30
    for holder in insured:
        payload = insurance_payload(holder)
        (found,) = decode(qr_image(payload, 4))
        assert found.payload == payload.encode()
        code = parse(found.payload.decode())
        card = holder.insurance
        assert isinstance(code, InsuranceCode)
        assert card is not None
        assert (code.card_number, code.full_name, code.address, code.facility, code.area) == (
            card.card_number,
            holder.full_name,
            holder.residence,
            card.facility,
            card.area,
        )
        assert [day and day.exact for day in (code.valid_from, code.valid_to, code.five_year_date)] == [
            card.valid_from,
            card.valid_to,
            card.five_year_date,
        ]
        assert code.doubts == ()


def test_picture_has_whole_modules_and_the_asked_quiet_zone() -> None:
    wide, bare = qr_image("999090000123", 5), qr_image("999090000123", 5, quiet_zone_modules=0)
    assert wide.size == (bare.width + 10 * QUIET_ZONE_MODULES,) * 2
    assert bare.width % 5 == 0
    assert wide.mode == "L"
    assert set(wide.tobytes()) == {0, 255}


def test_same_text_gives_the_same_picture() -> None:
    assert qr_image("Mẫu").tobytes() == qr_image("Mẫu").tobytes()
    assert qr_image("Mẫu").tobytes() != qr_image("Mẫu", eci=True).tobytes()
