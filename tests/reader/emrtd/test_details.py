import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import PartialDate
from kiosk.reader.document import DocumentDetails, PersonalDetails
from kiosk.reader.emrtd.details import read_dg11, read_dg12
from kiosk.reader.emrtd.tlv import MalformedError, encode


def dg(tag: int, *fields: tuple[int, str | bytes]) -> bytes:
    """A file of these fields, its tag list first."""
    raw = [(field, value.encode() if isinstance(value, str) else value) for field, value in fields]
    tags = b"".join(field.to_bytes(2 if field > 0xFF else 1, "big") for field, _ in raw)
    return encode(tag, encode(0x5C, tags) + b"".join(encode(field, value) for field, value in raw))


def dg11(*fields: tuple[int, str | bytes]) -> bytes:
    return dg(0x6B, *fields)


def dg12(*fields: tuple[int, str | bytes]) -> bytes:
    return dg(0x6C, *fields)


def test_every_field_about_the_holder_finds_its_place() -> None:
    others = encode(0x02, b"\x02") + encode(0x5F0F, b"ARTIST<<A") + encode(0x5F0F, b"MAIDEN<<NAME")
    details = read_dg11(
        dg11(
            (0x5F0E, "ÉRIKSSON<<ANNA<ŁUCJA"),
            (0xA0, others),
            (0x5F10, "UT-77<"),
            (0x5F2B, "19740812"),
            (0x5F11, "UTOPIA CITY<UTOPIA"),
            (0x5F42, "1 MAIN ST<UTOPIA CITY<UTOPIA"),
            (0x5F12, "0001"),
            (0x5F13, "TRAVEL AGENT"),
            (0x5F14, "DR"),
            (0x5F15, "A SUMMARY"),
            (0x5F16, b"\xff\xd8\xff image"),
            (0x5F17, "D1<D2"),
            (0x5F18, "NONE"),
        )
    )
    assert details == PersonalDetails(
        full_name="ÉRIKSSON ANNA ŁUCJA",
        full_name_raw="ÉRIKSSON<<ANNA<ŁUCJA",
        other_names=("ARTIST A", "MAIDEN NAME"),
        personal_number="UT-77",
        date_of_birth=PartialDate(1974, 8, 12),
        date_of_birth_raw="19740812",
        place_of_birth="UTOPIA CITY, UTOPIA",
        address="1 MAIN ST, UTOPIA CITY, UTOPIA",
        telephone="0001",
        profession="TRAVEL AGENT",
        title="DR",
        summary="A SUMMARY",
        other_documents=("D1", "D2"),
        custody="NONE",
    )
    assert repr(details) == "<PersonalDetails>"


def test_every_field_about_the_document_finds_its_place() -> None:
    issue = read_dg12(
        dg12(
            (0x5F19, "UTOPIA OFFICE"),
            (0x5F26, "20210510"),
            (0xA0, encode(0x02, b"\x01") + encode(0x5F1A, b"CHILD<<A")),
            (0x5F1B, "NONE"),
            (0x5F1C, "PAID"),
            (0x5F1D, b"\xff\xd8\xff"),
            (0x5F55, bytes.fromhex("20210509123456")),
            (0x5F56, "SN 1"),
        )
    )
    assert issue == DocumentDetails(
        issuing_authority="UTOPIA OFFICE",
        date_of_issue=PartialDate(2021, 5, 10),
        date_of_issue_raw="20210510",
        other_persons=("CHILD A",),
        endorsements="NONE",
        tax_or_exit="PAID",
        personalized_at_raw="20210509123456",
        personalization_system="SN 1",
    )
    assert repr(issue) == "<DocumentDetails>"


@pytest.mark.parametrize(
    ("written", "raw", "meant"),
    [
        (b"19740812", "19740812", PartialDate(1974, 8, 12)),
        (bytes.fromhex("19740812"), "19740812", PartialDate(1974, 8, 12)),
        (b"19740800", "19740800", PartialDate(1974, 8)),
        (b"19740000", "19740000", PartialDate(1974)),
        (b"19741332", "19741332", None),
        (b"740812", "", None),
        (b"1974<<<<", "", None),
        (b"\xff\xff\xff\xff", "", None),
        ("１９７４".encode(), "", None),
        (b"", "", None),
    ],
)
def test_dates_are_read_as_digits_or_packed(written: bytes, raw: str, meant: PartialDate | None) -> None:
    details = read_dg11(dg11((0x5F2B, written)))
    assert (details.date_of_birth_raw, details.date_of_birth) == (raw, meant)


def test_letters_and_marks_written_apart_are_joined() -> None:
    apart = unicodedata.normalize("NFD", "NGUYỄN<<THỬ")
    assert read_dg11(dg11((0x5F0E, apart))).full_name == "NGUYỄN THỬ"


@pytest.mark.parametrize("name", [b"\xc3", b"M\xdcLLER", b"A\x00B", b"", b"<<<"])
def test_a_name_that_is_no_text_is_absent(name: bytes) -> None:
    assert read_dg11(dg11((0x5F0E, name))).full_name == ""


def test_of_a_field_that_stands_twice_the_first_counts() -> None:
    assert read_dg11(dg11((0x5F0E, "FIRST"), (0x5F0E, "SECOND"))).full_name == "FIRST"


def test_files_without_fields_are_empty_details() -> None:
    assert read_dg11(encode(0x6B, b"")) == PersonalDetails()
    assert read_dg12(encode(0x6C, b"")) == DocumentDetails()


READERS = pytest.mark.parametrize(("read", "tag"), [(read_dg11, 0x6B), (read_dg12, 0x6C)], ids=["DG11", "DG12"])


@READERS
def test_another_file_is_refused(read: Callable[[bytes], object], tag: int) -> None:
    for wrong in (b"", encode(0x61, b""), encode(tag, b"\x5f"), encode(tag, encode(0xA0, b"\x02"))):
        with pytest.raises(MalformedError):
            read(wrong)


@READERS
@given(
    fields=st.lists(st.tuples(st.sampled_from([0x5F0E, 0x5F2B, 0xA0, 0x5F11, 0x5F26, 0x5F55]), st.binary(max_size=40)))
)
def test_any_fields_are_read_or_refused(
    read: Callable[[bytes], object], tag: int, fields: list[tuple[int, bytes]]
) -> None:
    try:
        read(dg(tag, *fields))
    except MalformedError:
        assert any(field == 0xA0 for field, _ in fields)


@given(st.text(st.characters(codec="utf-8", categories=("L", "M", "Zs")), max_size=60))
def test_any_name_comes_back_composed(name: str) -> None:
    found = read_dg11(dg11((0x5F0E, name))).full_name
    assert found == " ".join(unicodedata.normalize("NFC", name).split())


@READERS
@given(data=st.binary(max_size=120))
def test_any_bytes_are_read_or_refused(read: Callable[[bytes], object], tag: int, data: bytes) -> None:
    for content in (data, encode(tag, data)):
        try:
            read(content)
        except MalformedError:
            continue
