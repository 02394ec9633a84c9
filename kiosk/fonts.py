"""The one family of letters for slips and screens: found on this system, and proven to have every Vietnamese letter.

A font without a letter prints a box or nothing, and no error says so; so coverage is read from the font's own
character map, once.
"""

import os
import struct
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.failure import FailureCode, KioskError

_TONES = ("", "\N{COMBINING GRAVE ACCENT}", "\N{COMBINING HOOK ABOVE}", "\N{COMBINING TILDE}",
          "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING DOT BELOW}")  # fmt: skip
_MARKED = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES} - set("aeiouy")

VIETNAMESE_LETTERS = "".join(sorted(_MARKED | {"đ"})) + "".join(sorted(letter.upper() for letter in _MARKED | {"đ"}))
"""The 134 accented letters of Vietnamese, 67 small and 67 capital, composed (NFC)."""

_NEEDED = VIETNAMESE_LETTERS + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class FontFiles:
    """One family by weight, and the `fallbacks` for signs that it lacks (→ ✓ ★), best first."""

    family: str
    regular: Path
    semibold: Path
    bold: Path
    fallbacks: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A family and the names its files may have, by weight."""

    family: str
    regular: tuple[str, ...]
    semibold: tuple[str, ...]
    bold: tuple[str, ...]


def _by_weight_name(family: str) -> _Candidate:
    """A family whose files are named after it and the weight, as Debian packages and foundries do."""
    stem = family.replace(" ", "")
    weights = (("Regular",), ("SemiBold", "Semibold"), ("Bold",))
    regular, semibold, bold = (
        tuple(f"{stem}-{weight}{suffix}" for weight in names for suffix in (".otf", ".ttf")) for names in weights
    )
    return _Candidate(family, regular, semibold, bold)


_CANDIDATES = (
    _by_weight_name("Inter"),
    _by_weight_name("Noto Sans"),
    _Candidate("Segoe UI", ("segoeui.ttf",), ("seguisb.ttf",), ("segoeuib.ttf",)),
    _Candidate("Arial", ("arial.ttf",), (), ("arialbd.ttf", "Arial Bold.ttf")),
    _Candidate("DejaVu Sans", ("DejaVuSans.ttf",), (), ("DejaVuSans-Bold.ttf",)),
)
_FALLBACKS = ("DejaVuSans.ttf", "seguisym.ttf", "NotoSansSymbols2-Regular.ttf", "Arial Unicode.ttf")


def system_folders() -> tuple[Path, ...]:
    """Where this operating system keeps fonts, the administrator's before the user's."""
    home = Path.home()
    if sys.platform == "win32":
        return (
            Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "Fonts",
            Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "Microsoft" / "Windows" / "Fonts",
        )
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    shared = os.environ.get("XDG_DATA_HOME", "") or home / ".local" / "share"
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path(shared) / "fonts", home / ".fonts")


def find_fonts(family: str = "Inter", folders: tuple[Path, ...] | None = None) -> FontFiles:
    """The wished `family`, else the first of the known ones that is installed and has all Vietnamese letters.

    Cached: the folders are walked once in a process.

    Raises:
        KioskError: FONT_MISSING; the detail says what was found and what it lacked.
    """
    return _find_fonts(family, system_folders() if folders is None else folders)


@cache
def _find_fonts(family: str, folders: tuple[Path, ...]) -> FontFiles:
    files = _files_by_name(folders)
    wished = [known for known in _CANDIDATES if known.family == family] or [_by_weight_name(family)]
    lacking = []
    for candidate in (*wished, *(known for known in _CANDIDATES if known.family != family)):
        regular = _first(files, candidate.regular)
        if regular is None:
            continue
        bold = _first(files, candidate.bold) or regular
        weights = (regular, _first(files, candidate.semibold) or bold, bold)
        if missing := max((covers(weight, _NEEDED) for weight in weights), key=len):
            lacking.append(f"{candidate.family} lacks {len(missing)} letters")
            continue
        fallbacks = (files[name.lower()] for name in _FALLBACKS if name.lower() in files)
        return FontFiles(candidate.family, *weights, tuple(file for file in fallbacks if file != regular))
    known = ", ".join(candidate.family for candidate in _CANDIDATES)
    raise KioskError(FailureCode.FONT_MISSING, "; ".join(lacking) or f"none of {known} is installed")


def covers(path: Path, text: str) -> str:
    """The characters of `text` that the font has no glyph for, each once, in order; empty when it has all.

    Only the character map is read, once per font. A file that is no font has no glyphs.
    """
    points = _code_points(path)
    return "".join(dict.fromkeys(character for character in text if ord(character) not in points))


@cache
def _code_points(path: Path) -> frozenset[int]:
    # Imported here: screens and slips need it once, and `--version` or a card read not at all.
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, struct.error):
        return frozenset()


def _files_by_name(folders: Iterable[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in names:
                found.setdefault(name.lower(), Path(parent) / name)
    return found


def _first(files: dict[str, Path], names: tuple[str, ...]) -> Path | None:
    return next((files[name.lower()] for name in names if name.lower() in files), None)
