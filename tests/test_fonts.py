"""The letters of slips and screens: found, whole, and cheap to find."""

import contextlib
import struct
import sys
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import VIETNAMESE_LETTERS, covers, find_fonts, has_all, read_character_map, system_folders


@pytest.fixture
def folder_with_fonts(tmp_path: Path) -> Path:
    """A font folder with only what a test puts there."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    return folder


def installed(name: str) -> Path:
    return next(file for folder in system_folders() for file in folder.rglob(name))


def save_font(file: Path, characters: str) -> None:
    """A font whose character map holds exactly `characters`."""
    from fontTools.fontBuilder import FontBuilder

    names = [".notdef", *(f"u{ord(character):04X}" for character in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(character): f"u{ord(character):04X}" for character in characters})
    builder.font.save(file)


def test_vietnamese_has_134_composed_letters() -> None:
    assert len(VIETNAMESE_LETTERS) == len(set(VIETNAMESE_LETTERS)) == 134
    assert all(len(unicodedata.normalize("NFD", letter)) > 1 or letter in "đĐ" for letter in VIETNAMESE_LETTERS)
    assert unicodedata.is_normalized("NFC", VIETNAMESE_LETTERS)


def test_installed_family_has_all_letters_in_every_weight() -> None:
    fonts = find_fonts()
    for weight in (fonts.regular, fonts.semibold, fonts.bold):
        assert covers(weight, VIETNAMESE_LETTERS + "0123456789") == ""


def test_signs_that_the_family_may_lack_are_in_it_or_a_fallback() -> None:
    fonts = find_fonts()
    for sign in "→✓✗≤≥★":
        assert any(covers(file, sign) == "" for file in (fonts.regular, *fonts.fallbacks)), f"U+{ord(sign):04X}"


def test_wished_family_comes_before_the_known_order() -> None:
    assert find_fonts("DejaVu Sans").family == "DejaVu Sans"


def test_unknown_family_falls_back_to_the_known_order() -> None:
    assert find_fonts("No Such Family") == find_fonts()


def test_family_without_a_semibold_uses_its_bold() -> None:
    fonts = find_fonts("DejaVu Sans")
    assert fonts.semibold == fonts.bold
    assert fonts.bold != fonts.regular


def test_family_not_known_by_name_is_found_by_its_weights(folder_with_fonts: Path) -> None:
    for weight in ("Regular", "SemiBold", "Bold"):
        (folder_with_fonts / f"ClinicSans-{weight}.ttf").write_bytes(installed("DejaVuSans.ttf").read_bytes())
    assert find_fonts("Clinic Sans", (folder_with_fonts,)).semibold.name == "ClinicSans-SemiBold.ttf"


def test_folder_without_fonts_is_font_missing(folder_with_fonts: Path) -> None:
    with pytest.raises(KioskError) as caught:
        find_fonts("Inter", (folder_with_fonts, folder_with_fonts / "absent"))
    assert caught.value.code is FailureCode.FONT_MISSING
    assert "Inter" in caught.value.detail


@pytest.mark.parametrize("letter", ["ễ", "Ậ", "đ", "7"])
def test_family_that_lacks_one_letter_is_refused(folder_with_fonts: Path, letter: str) -> None:
    whole = VIETNAMESE_LETTERS + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    save_font(folder_with_fonts / "Inter-Regular.ttf", whole)
    assert find_fonts("Inter", (folder_with_fonts,)).bold.name == "Inter-Regular.ttf"

    save_font(folder_with_fonts / "NotoSans-Regular.ttf", whole.replace(letter, ""))
    with pytest.raises(KioskError, match="Noto Sans lacks 1 letters"):
        find_fonts("Noto Sans", (_only(folder_with_fonts, "NotoSans-Regular.ttf"),))


def test_bold_that_lacks_a_letter_is_refused_too(folder_with_fonts: Path) -> None:
    whole = VIETNAMESE_LETTERS + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    save_font(folder_with_fonts / "Inter-Regular.ttf", whole)
    save_font(folder_with_fonts / "Inter-Bold.ttf", whole.replace("ạ", ""))
    with pytest.raises(KioskError, match="Inter lacks 1 letters"):
        find_fonts("Inter", (folder_with_fonts,))


@pytest.mark.parametrize("content", [b"", b"not a font", b"\x00\x01\x00\x00\x00\x09", b"OTTO" + bytes(60)])
def test_file_that_is_no_font_is_passed_over(folder_with_fonts: Path, content: bytes) -> None:
    (folder_with_fonts / "Inter-Regular.ttf").write_bytes(content)
    with pytest.raises(KioskError) as caught:
        find_fonts("Inter", (folder_with_fonts,))
    assert caught.value.code is FailureCode.FONT_MISSING


@pytest.mark.parametrize("name", ["Inter-Regular.otf", "Inter-Bold.otf", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"])
def test_character_map_is_what_the_font_library_reads(name: str) -> None:
    file = installed(name)
    with TTFont(file, lazy=True) as font:
        expected = {code for code, glyph in font.getBestCmap().items() if font.getGlyphID(glyph)}
    assert read_character_map(file.read_bytes()) == expected


@given(st.binary(max_size=600), st.integers(0, 599))
def test_broken_font_is_refused_and_nothing_else(noise: bytes, at: int) -> None:
    font = installed("DejaVuSans.ttf").read_bytes()
    start = int.from_bytes(font[font.index(b"cmap") + 8 :][:4], "big") + at
    for broken in (noise, b"OTTO" + noise, font[:start] + noise + font[start + len(noise) :]):
        with contextlib.suppress(ValueError, struct.error):
            assert all(0 <= code <= sys.maxunicode for code in read_character_map(broken))


def test_missing_characters_are_named_once_in_order() -> None:
    assert covers(find_fonts("DejaVu Sans").regular, "a\U0010fffdb\U0010fffe\U0010fffd") == "\U0010fffd\U0010fffe"


def test_first_font_of_a_collection_is_read(tmp_path: Path) -> None:
    from fontTools.ttLib import TTCollection

    collection = TTCollection()
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        collection.fonts.append(TTFont(installed(name)))
    collection.save(tmp_path / "both.ttc")
    alone = read_character_map(installed("DejaVuSans.ttf").read_bytes())
    assert read_character_map((tmp_path / "both.ttc").read_bytes()) == alone


@pytest.mark.parametrize("letters", ["王", "な", "김", "ส", "ລ", "ស", "م", "श", "မ", "ꨌ", "ꪼ", "த", "ሀ"])
def test_visitors_letters_are_in_a_font_of_the_houses_packages(letters: str) -> None:
    fonts = find_fonts()
    assert any(has_all(file, letters) for file in (*fonts.fallbacks, *fonts.scripts)), f"U+{ord(letters):04X}"


def test_font_has_all_only_if_it_lacks_nothing() -> None:
    regular = find_fonts("DejaVu Sans").regular
    for text in ("", "Nguyễn", "Nguyễn \U0010fffd"):
        assert has_all(regular, text) is (covers(regular, text) == "")


def test_importing_does_not_load_the_font_library() -> None:
    import subprocess

    check = "import sys, kiosk.fonts; sys.exit('fontTools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def _only(folder: Path, name: str) -> Path:
    alone = folder / "alone"
    alone.mkdir()
    (folder / name).rename(alone / name)
    return alone
