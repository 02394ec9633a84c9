import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd.dg7 import read_dg7
from kiosk.reader.emrtd.tlv import MalformedError, encode

JPEG = b"\xff\xd8\xff\xe0" + bytes(60) + b"\xff\xd9"


def test_the_first_signature_is_read() -> None:
    dg7 = encode(0x67, encode(0x02, b"\x02") + encode(0x5F43, JPEG) + encode(0x5F43, JPEG + b"other"))
    assert (read_dg7(dg7).media_type, read_dg7(dg7).data) == ("image/jpeg", JPEG)
    assert repr(read_dg7(dg7)) == "<SignatureImage>"


@pytest.mark.parametrize("content", [b"", encode(0x02, b"\x00"), encode(0x5F43, b"GIF89a"), encode(0x5F40, JPEG)])
def test_what_holds_no_image_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedError):
        read_dg7(encode(0x67, content))


@given(st.binary(max_size=100))
def test_any_bytes_are_refused(data: bytes) -> None:
    for content in (data, encode(0x67, data)):
        with pytest.raises(MalformedError):
            read_dg7(content)
