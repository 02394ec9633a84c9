from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.identity.identify import identify, same_person
from kiosk.identity.number import numbers_agree
from kiosk.identity.person import Identity, Trust
from kiosk.reader.document import (
    ChipDocument,
    CitizenCode,
    InsuranceCode,
    MrzCode,
    NationalData,
    NumberCode,
    NumberKind,
    PersonalDetails,
    Sex,
    TypedDocument,
    UnknownCode,
)
from kiosk.reader.payload import parse

CITIZEN = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
INSURANCE = (
    "DN4010000000123|4e677579e1bb856e2056c4836e204de1baab75|15/01/1990|1|48c3a0204ee1bb9969|01 - 043"
    "|01/01/2017|31/12/2017|05/01/2017|01000000000000|-|4|01/01/2020|0123456789abcdef-7102|$"
)


def from_code(text: str) -> Identity:
    code = parse(text)
    assert not isinstance(code, UnknownCode)
    return identify(code)


def test_chip_with_dg13_gives_the_name_with_its_marks(chip_document: ChipDocument) -> None:
    assert identify(chip_document) == Identity(
        trust=Trust.CHIP_UNVERIFIED,
        full_name="Nguyễn Văn Mẫu",
        personal_number="999090000123",
        date_of_birth=PartialDate(1990, 1, 15),
        sex=Sex.MALE,
        nationality="Việt Nam",
        residence="Số 1, Phường Mẫu, Hà Nội",
        face=chip_document.face,
        evidence=chip_document.evidence,
        date_of_expiry=PartialDate(2030, 1, 15),
        issuing_state="VNM",
    )


@pytest.mark.parametrize("national", [None, NationalData()], ids=["no DG13", "empty DG13"])
def test_chip_without_national_data_gives_the_transliterated_name(
    national: NationalData | None, chip_document: ChipDocument
) -> None:
    identity = identify(replace(chip_document, national=national))
    assert identity.full_name == "NGUYEN VAN MAU"
    assert identity.name_is_transliterated
    assert identity.personal_number == "999090000123"
    assert identity.date_of_birth == PartialDate(1990, 1, 15)
    assert identity.nationality == "VNM"


def test_decomposed_chip_text_becomes_composed(chip_document: ChipDocument) -> None:
    assert chip_document.national is not None
    decomposed = replace(
        chip_document.national,
        full_name=normalize("NFD", "Nguyễn Văn Mẫu"),
        residence=normalize("NFD", "Số 1, Phường Mẫu, Hà Nội"),
    )
    assert identify(replace(chip_document, national=decomposed)) == identify(chip_document)


@pytest.mark.parametrize(
    ("of_dg13", "born"),
    [
        pytest.param(PartialDate(1990), PartialDate(1990, 1, 15), id="DG13 knows the year"),
        pytest.param(PartialDate(1990, 1), PartialDate(1990, 1, 15), id="DG13 knows the month"),
        pytest.param(PartialDate(1890), PartialDate(1890, 1, 15), id="DG13 knows the century"),
        pytest.param(None, PartialDate(1990, 1, 15), id="DG13 knows nothing"),
    ],
)
def test_birth_date_takes_the_most_exact_of_both_files(
    of_dg13: PartialDate | None, born: PartialDate, chip_document: ChipDocument
) -> None:
    identity = identify(replace(chip_document, national=NationalData(date_of_birth=of_dg13)))
    assert identity.date_of_birth == born


def test_mrz_that_knows_less_than_dg13_gives_way(chip_document: ChipDocument) -> None:
    vague = replace(chip_document, mrz=replace(chip_document.mrz, date_of_birth=PartialDate(1990)))
    assert identify(vague).date_of_birth == PartialDate(1990, 1, 15)


def test_leap_day_of_the_wrong_century_is_left_to_dg13(chip_document: ChipDocument) -> None:
    leap = replace(
        chip_document,
        mrz=replace(chip_document.mrz, date_of_birth=PartialDate(2000, 2, 29)),
        national=NationalData(date_of_birth=PartialDate(1900)),
    )
    assert identify(leap).date_of_birth == PartialDate(1900)


def test_foreign_passport_has_a_document_number_and_no_personal_one(chip_document: ChipDocument) -> None:
    passport = replace(
        chip_document.mrz, document_code="P", issuing_state="UTO", nationality="UTO", personal_number=None
    )
    identity = identify(replace(chip_document, mrz=passport, national=None))
    assert identity.personal_number == ""
    assert identity.document_number == "090000123"
    assert identify(chip_document).document_number == ""


@pytest.fixture
def passport(chip_document: ChipDocument) -> Callable[..., ChipDocument]:
    """Makes a foreigner's document with these details in its DG11."""

    def make(state: str = "UTO", **details: Any) -> ChipDocument:
        mrz = replace(
            chip_document.mrz,
            document_code="P",
            issuing_state=state,
            nationality=state,
            personal_number=None,
            surname="MUSTEROVA",
            given_names="ZOFIA",
        )
        return replace(chip_document, mrz=mrz, national=None, details=PersonalDetails(**details))

    return make


def test_dg11_gives_the_name_in_its_own_letters(passport: Callable[..., ChipDocument]) -> None:
    identity = identify(passport(full_name=normalize("NFD", "MUSTEROVÁ ŽOFIA"), address="1 Example Street, Utopia"))
    assert (identity.full_name, identity.name_is_transliterated) == ("MUSTEROVÁ ŽOFIA", False)
    assert (identity.document_number, identity.issuing_state) == ("090000123", "UTO")
    assert identity.residence == "1 Example Street, Utopia"


@pytest.mark.parametrize("name", ["", "MUSTEROVA ZOFIA", "Musterova Zofia"])
def test_dg11_that_says_no_more_than_the_mrz_leaves_the_name_transliterated(
    passport: Callable[..., ChipDocument], name: str
) -> None:
    identity = identify(passport(full_name=name))
    assert (identity.full_name, identity.name_is_transliterated) == ("MUSTEROVA ZOFIA", True)


@pytest.mark.parametrize(
    ("of_dg11", "born"),
    [
        pytest.param(PartialDate(1890, 1, 15), PartialDate(1890, 1, 15), id="DG11 knows the century"),
        pytest.param(PartialDate(1990), PartialDate(1990, 1, 15), id="DG11 knows the year"),
        pytest.param(PartialDate(1991, 5, 5), PartialDate(1990, 1, 15), id="DG11 is about another day"),
        pytest.param(None, PartialDate(1990, 1, 15), id="DG11 knows nothing"),
    ],
)
def test_birth_date_of_dg11_makes_that_of_the_mrz_more_exact_and_never_another(
    passport: Callable[..., ChipDocument], of_dg11: PartialDate | None, born: PartialDate
) -> None:
    assert identify(passport(date_of_birth=of_dg11)).date_of_birth == born


@pytest.mark.parametrize(
    ("state", "number", "personal_number"),
    [("VNM", "999090000123", "999090000123"), ("UTO", "999090000123", ""), ("VNM", "UT-7408-0001", "")],
)
def test_only_vietnams_own_dg11_tells_a_personal_number(
    passport: Callable[..., ChipDocument], state: str, number: str, personal_number: str
) -> None:
    identity = identify(passport(state, personal_number=number))
    assert (identity.personal_number, identity.document_number) == (personal_number, "090000123")


def test_personal_number_known_from_dg13_alone_is_taken(chip_document: ChipDocument) -> None:
    unnumbered = replace(chip_document.mrz, personal_number=None)
    identity = identify(replace(chip_document, mrz=unnumbered))
    assert (identity.personal_number, identity.document_number) == ("999090000123", "")


def test_citizen_code_is_code_only() -> None:
    assert from_code(CITIZEN) == Identity(
        trust=Trust.CODE_ONLY,
        full_name="Nguyễn Văn Mẫu",
        personal_number="999090000123",
        date_of_birth=PartialDate(1990, 1, 15),
        sex=Sex.MALE,
        residence="Số 1, Phường Mẫu, Hà Nội",
    )


def test_insurance_code_is_code_only_with_an_insurance_number() -> None:
    assert from_code(INSURANCE) == Identity(
        trust=Trust.CODE_ONLY,
        full_name="Nguyễn Văn Mẫu",
        insurance_number="DN4010000000123",
        date_of_birth=PartialDate(1990, 1, 15),
        sex=Sex.MALE,
        residence="Hà Nội",
    )


def test_scanned_mrz_is_code_only_and_transliterated(chip_document: ChipDocument) -> None:
    identity = identify(MrzCode(chip_document.mrz))
    assert identity.trust is Trust.CODE_ONLY
    assert identity.name_is_transliterated
    assert identity.evidence is None


def test_numbers_alone_are_typed_and_stand_in_their_field() -> None:
    for kind, number in (
        (NumberKind.PERSONAL, "999090000123"),
        (NumberKind.SOCIAL_INSURANCE, "0123456789"),
        (NumberKind.INSURANCE_CARD, "DN4010000000123"),
    ):
        identity = identify(NumberCode(kind, number))
        is_personal = kind is NumberKind.PERSONAL
        assert identity.trust is Trust.TYPED
        assert identity.personal_number == (number if is_personal else "")
        assert identity.insurance_number == ("" if is_personal else number)


def test_typed_document_is_typed_with_a_tidy_composed_name() -> None:
    typed = TypedDocument("999090000123", normalize("NFD", "  Nguyễn  Văn Mẫu "), PartialDate(1990))
    identity = identify(typed)
    assert identity.trust is Trust.TYPED
    assert identity.full_name == "Nguyễn Văn Mẫu"
    assert identity.date_of_birth == PartialDate(1990)


def test_doubts_of_a_code_go_with_the_person_it_names() -> None:
    assert from_code(CITIZEN).doubts == ()
    assert from_code(CITIZEN.replace("|Nam|", "|Nữ|")).doubts == ("personal-number-sex",)
    assert from_code(INSURANCE.replace("|01 - 043|", "|x|")).doubts == ("facility",)


def test_code_of_another_person_than_the_chips_is_noticed(chip_document: ChipDocument) -> None:
    chip = identify(chip_document)
    assert same_person(chip, from_code(CITIZEN))
    assert not same_person(chip, from_code(CITIZEN.replace("999090000123", "999090000124")))


def test_people_without_a_common_number_are_told_apart_by_birth_date(chip_document: ChipDocument) -> None:
    chip = identify(chip_document)
    assert same_person(chip, from_code(INSURANCE))
    assert not same_person(chip, from_code(INSURANCE.replace("15/01/1990", "16/01/1990")))
    assert same_person(chip, identify(NumberCode(NumberKind.SOCIAL_INSURANCE, "0123456789")))


@pytest.mark.parametrize("born", ["1990", "00011990"], ids=["year", "month"])
def test_less_exact_birth_date_is_no_other_person(born: str, chip_document: ChipDocument) -> None:
    assert same_person(identify(chip_document), from_code(INSURANCE.replace("15/01/1990", born)))


def test_numbers_agree_unless_two_of_one_kind_differ() -> None:
    for one, other, agree in (
        ("999090000123", "999090000123", True),
        ("999090000123", "999090000124", False),
        ("DN4010000000123", "DN4010000000124", False),
        ("DN4010000000123", "TE1010000000123", True),
        ("DN4010000000123", "0000000123", True),
        ("0000000124", "DN4010000000123", False),
        ("999090000123", "DN4010000000123", True),
        ("999090000123", "", True),
        ("", "", True),
        ("garbage", "999090000123", True),
    ):
        assert numbers_agree(one, other) is agree
        assert numbers_agree(other, one) is agree


@given(text=st.lists(st.text(max_size=12), min_size=7, max_size=12).map(lambda tail: "|".join(["999090000123", *tail])))
def test_every_code_that_is_read_names_somebody(text: str) -> None:
    code = parse(text)
    if isinstance(code, CitizenCode | InsuranceCode):
        identity = identify(code)
        assert identity.trust is Trust.CODE_ONLY
        assert identity.personal_number == "999090000123"
        assert repr(identity) == "<Identity>"
