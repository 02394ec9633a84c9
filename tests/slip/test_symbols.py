"""Symbols that guns are set up with, read back by a reader that is not ours."""

import re

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.slip.symbols import LONGEST, WIDEST_MODULES, Rows, Symbology, symbol

TEXTS = st.text(st.characters(min_codepoint=0, max_codepoint=127, exclude_characters="{}"), min_size=1, max_size=20)


def read(rows: Rows, symbology: Symbology) -> tuple[bytes, bool]:
    quiet = symbology.quiet_modules
    modules = np.pad(np.array(rows), ((0, 0) if symbology.is_linear else (quiet, quiet), (quiet, quiet)))
    image = Image.fromarray(np.where(modules, 0, 255).astype(np.uint8))
    tall = 60 if symbology.is_linear else image.height * 3
    found = zxingcpp.read_barcode(image.resize((image.width * 3, tall), Image.Resampling.NEAREST))
    assert found is not None
    return found.bytes, "ReaderInit" in str(found.extra)


@given(TEXTS)
def test_any_ascii_is_read_back_from_bars(text: str) -> None:
    # The reader takes a check character of 96 for FNC3 too, so its flag is compared below only.
    assert read(symbol(text, Symbology.CODE_128), Symbology.CODE_128)[0] == text.encode()


@pytest.mark.parametrize("text", ["{FNC3}$P,HA47,P{CR}", "~DEFALT.{FNC3}", "{FNC3}ab{LF}cd{TAB}e"])
def test_fnc3_tells_the_reader_to_set_itself_up(text: str) -> None:
    expected = text.replace("{FNC3}", "").replace("{CR}", "\r").replace("{LF}", "\n").replace("{TAB}", "\t")
    assert read(symbol(text, Symbology.CODE_128), Symbology.CODE_128) == (expected.encode(), True)


@pytest.mark.parametrize("symbology", [Symbology.QR, Symbology.DATA_MATRIX, Symbology.AZTEC])
@pytest.mark.parametrize("text", ["@INTERF8", "^#SC^3030052{CR}", "%%SpecCode9C"])
def test_matrix_is_read_back(text: str, symbology: Symbology) -> None:
    assert read(symbol(text, symbology), symbology)[0] == text.replace("{CR}", "\r").encode()


def test_text_without_fnc3_is_no_setting() -> None:
    assert read(symbol("%#IFSNO$3", Symbology.CODE_128), Symbology.CODE_128) == (b"%#IFSNO$3", False)


def test_bars_begin_and_end_as_the_table_says() -> None:
    (bars,) = symbol("A", Symbology.CODE_128)
    # Start B, A, the check (104 + 33) mod 103 = 34, stop.
    expected = "11010010000" + "10100011000" + "10001011000" + "1100011101011"
    assert "".join("1" if dark else "0" for dark in bars) == expected


@pytest.mark.parametrize(
    ("text", "symbology", "told"),
    [
        ("", Symbology.QR, f"takes 1 to {LONGEST}"),
        ("a" * (LONGEST + 1), Symbology.QR, f"takes 1 to {LONGEST}"),
        ("a" * 60, Symbology.CODE_128, "too long for bars"),
        ("{X}", Symbology.CODE_128, "{X} is none of"),
        ("{", Symbology.QR, "a brace stands alone"),
        ("a}b", Symbology.QR, "a brace stands alone"),
        ("{CR", Symbology.QR, "a brace stands alone"),
        ("đ", Symbology.CODE_128, "ASCII"),
        ("\N{REPLACEMENT CHARACTER}", Symbology.CODE_128, "ASCII"),
        ("{FNC3}", Symbology.AZTEC, "Aztec has no {FNC3}"),
    ],
)
def test_text_that_no_symbol_holds_is_refused(text: str, symbology: Symbology, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        symbol(text, symbology)


@given(st.text(max_size=40), st.sampled_from(Symbology))
def test_any_text_is_drawn_or_refused_in_words(text: str, symbology: Symbology) -> None:
    try:
        rows = symbol(text, symbology)
    except ValueError as refusal:
        assert str(refusal)  # noqa: PT017 - either outcome is right
    else:
        assert {len(row) for row in rows} == {len(rows[0])}
        assert len(rows[0]) <= WIDEST_MODULES
