"""What broke is told in words that may be seen by anybody."""

import logging

import pytest

from kiosk.failure import defect_told, log_defect


def broken() -> None:
    raise ValueError("Nguyễn Văn Mẫu")


def test_a_defect_is_told_by_its_kind_and_place_and_never_in_its_own_words(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="Mẫu") as caught:
        broken()
    told = defect_told(caught.value)
    assert told.startswith("ValueError at [")
    assert f"'broken:{broken.__code__.co_firstlineno + 1}'" in told
    log_defect(logging.getLogger("kiosk"), "a page", caught.value)
    assert caplog.messages == [f"a page: {told}"]
    assert "Mẫu" not in caplog.text


def test_a_defect_that_was_never_raised_has_no_place() -> None:
    assert defect_told(KeyError("name")) == "KeyError at []"
