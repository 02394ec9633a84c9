import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd import lds
from kiosk.reader.emrtd.tlv import MalformedError, encode


def test_files_have_the_standards_identifiers() -> None:
    # ICAO 9303-10 §4.2, table 38
    expected = {"CardAccess": 0x011C, "COM": 0x011E, "SOD": 0x011D, "DG1": 0x0101, "DG13": 0x010D, "DG16": 0x0110}
    assert {name: lds.FILES[name].file_id for name in expected} == expected
    assert [lds.FILES[name].sfi for name in ("SOD", "DG13", "DG16")] == [0x1D, 0x0D, 0x10]
    assert [lds.DATA_GROUPS[n].tag for n in (1, 2, 3, 4, 13, 14, 15)] == [0x61, 0x75, 0x63, 0x76, 0x6D, 0x6E, 0x6F]
    assert [lds.FILES[name].data_group for name in ("SOD", "DG15")] == [None, 15]


@given(st.binary(max_size=120))
def test_any_bytes_are_an_mrz_or_refused(data: bytes) -> None:
    for content in (data, encode(0x61, encode(0x5F1F, data))):
        with pytest.raises(MalformedError):
            lds.read_dg1(content)


def test_com_lists_data_groups_and_passes_over_what_it_does_not_know() -> None:
    body = encode(0x5F01, b"0107") + encode(0x5F36, b"040000") + encode(0x5C, bytes.fromhex("6175FF6D"))
    assert [file.name for file in lds.read_com(encode(0x60, body))] == ["DG1", "DG2", "DG13"]
    with pytest.raises(MalformedError):
        lds.read_com(encode(0x60, b""))
