"""What is looked for beside ids and digests is still found where it stands by itself."""

import pytest

from tests.by_chance import without_ids


@pytest.mark.parametrize("text", ["999090000123", "a999090000123", "1990", "DN4999900000123", "0" * 31])
def test_what_is_no_id_stays(text: str) -> None:
    assert without_ids(f"({text})") == f"({text})"


@pytest.mark.parametrize("before", ["", '"', "visit=", "-"])
def test_ids_and_digests_are_left_out(before: str) -> None:
    ids = ("88bdf973541990f962e183161b4d8299", "ABCDEF01" * 8, "999090000123" * 4)
    assert without_ids(" ".join(f"{before}{one}" for one in ids)) == " ".join(f"{before}…" for _ in ids)
