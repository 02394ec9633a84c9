import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd.security_infos import CITIZEN_CARD_ACCESS, PaceInfo, pace_infos, read_security_infos
from kiosk.reader.emrtd.tlv import MalformedError, encode, encode_oid


def test_the_citizen_card_offers_pace_on_brainpool() -> None:
    infos = read_security_infos(CITIZEN_CARD_ACCESS)
    assert [info.protocol for info in infos] == [
        "0.4.0.127.0.7.2.2.2",
        "0.4.0.127.0.7.2.2.3.2.2",
        "0.4.0.127.0.7.2.2.4.2.2",
    ]
    assert pace_infos(infos) == (PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 2, 13),)


def test_parameters_of_the_chips_own_are_no_offer_and_have_no_number() -> None:
    oid = encode(0x06, encode_oid("0.4.0.127.0.7.2.2.4.2.2"))
    without_number = encode(0x30, oid + encode(0x02, b"\x02"))
    own_parameters = encode(0x30, oid + encode(0x30, b""))
    infos = read_security_infos(encode(0x31, without_number + own_parameters))
    assert pace_infos(infos) == (PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 2, None),)


@pytest.mark.parametrize("data", ["", "3000", "3100FF", "31023000", "310430020500", "3105300306018F"])
def test_what_is_no_set_of_infos_is_refused(data: str) -> None:
    with pytest.raises(MalformedError):
        read_security_infos(bytes.fromhex(data))


def test_an_empty_set_offers_nothing() -> None:
    assert read_security_infos(b"\x31\x00") == ()


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for content in (data, encode(0x31, data), encode(0x31, encode(0x30, data))):
        try:
            pace_infos(read_security_infos(content))
        except MalformedError:
            continue
