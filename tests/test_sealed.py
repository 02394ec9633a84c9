"""Boxes: what goes in comes out, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.failure import FailureCode, KioskError
from kiosk.sealed import Seal

KEY = bytes(range(32))


@given(st.binary(max_size=300), st.text(max_size=20))
def test_box_opens_to_what_went_in(content: bytes, purpose: str) -> None:
    box = Seal(KEY).close(content, purpose)
    assert len(box) == len(content) + 29
    assert Seal(KEY).open(box, purpose) == content


def test_same_content_has_another_box_each_time() -> None:
    assert Seal(KEY).close(b"x", "reply") != Seal(KEY).close(b"x", "reply")


@given(st.integers(0, 39), st.integers(1, 255))
def test_changed_box_does_not_open(at: int, change: int) -> None:
    box = bytearray(Seal(KEY).close(b"0123456789a", "reply"))
    box[at] ^= change
    with pytest.raises(KioskError) as error:
        Seal(KEY).open(bytes(box), "reply")
    assert error.value.code is FailureCode.KEY_WRONG


def test_other_purpose_or_key_does_not_open() -> None:
    box = Seal(KEY).close(b"content", "reply")
    for seal, purpose in ((Seal(KEY), "question"), (Seal(bytes(32)), "reply")):
        with pytest.raises(KioskError) as error:
            seal.open(box, purpose)
        assert error.value.code is FailureCode.KEY_WRONG


@given(st.binary(max_size=60))
def test_any_other_bytes_are_refused(box: bytes) -> None:
    with pytest.raises(KioskError):
        Seal(KEY).open(box, "reply")
