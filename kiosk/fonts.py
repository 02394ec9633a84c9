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
    """One family by weight, the `fallbacks` for signs that it lacks (→ ✓ ★), and fonts of other `scripts`; best first.

    `scripts` are for the names of visitors on paper: each is opened when a letter is first looked for in it.
    """

    family: str
    regular: Path
    semibold: Path
    bold: Path
    fallbacks: tuple[Path, ...] = ()
    scripts: tuple[Path, ...] = ()


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
_FONTS = frozenset({b"\0\1\0\0", b"OTTO", b"true"})
_COLLECTION = b"ttcf"
_UNICODE_TABLES = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Platform and encoding, the fullest first."""
_FALLBACKS = ("DejaVuSans.ttf", "seguisym.ttf", "NotoSansSymbols2-Regular.ttf", "Arial Unicode.ttf")
_SCRIPTS = (
    # Debian's fonts-noto-core: the neighbours' scripts first, then those of Vietnam's own peoples, then by speakers.
    *(f"NotoSans{script}-Regular.ttf" for script in (
        "Thai", "Lao", "Khmer", "Myanmar", "Cham", "TaiViet", "NewTaiLue", "Arabic", "Devanagari", "Bengali", "Tamil",
        "Telugu", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Oriya", "Sinhala", "Hebrew", "Armenian", "Georgian",
        "Ethiopic", "Mongolian", "Thaana", "Syriac", "Cherokee", "Math",
    )),
    "NotoSans-Regular.ttf",
    # Chinese, Japanese and Korean: fonts-noto-cjk where somebody installed it, else fonts-wqy-microhei
    "NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "DroidSansFallbackFull.ttf",
    # Windows: Thai, Lao and Khmer · India · Myanmar · Chinese · Japanese · Korean · Ethiopia
    "leelawui.ttf", "Nirmala.ttf", "Nirmala.ttc", "mmrtext.ttf", "msyh.ttc", "YuGothR.ttc", "meiryo.ttc", "malgun.ttf",
    "ebrima.ttf",
    # macOS
    "Thonburi.ttc", "Lao MN.ttc", "Khmer MN.ttc", "Myanmar MN.ttc", "GeezaPro.ttc", "Kohinoor.ttc", "PingFang.ttc",
    "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc",
)  # fmt: skip


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
        fallbacks, scripts = (
            tuple(file for name in names if (file := files.get(name.lower())) not in (None, regular))
            for names in (_FALLBACKS, _SCRIPTS)
        )
        return FontFiles(candidate.family, *weights, fallbacks, scripts)
    known = ", ".join(candidate.family for candidate in _CANDIDATES)
    raise KioskError(FailureCode.FONT_MISSING, "; ".join(lacking) or f"none of {known} is installed")


def covers(path: Path, text: str) -> str:
    """The characters of `text` that the font has no glyph for, each once, in order; empty when it has all.

    Only the character map is read, once per font. A file that is no font has no glyphs.
    """
    points = _code_points(path)
    return "".join(dict.fromkeys(character for character in text if ord(character) not in points))


def has_all(path: Path, text: str) -> bool:
    """Whether the font has a glyph for every character of `text`: `covers` in an instant."""
    return _code_points(path).issuperset(map(ord, text))


@cache
def _code_points(path: Path) -> frozenset[int]:
    try:
        return frozenset(read_character_map(path.read_bytes()))
    except (OSError, ValueError, struct.error):
        return frozenset()


def read_character_map(font: bytes) -> set[int]:
    """The code points that a font file has a glyph for.

    Raises:
        ValueError, struct.error: as `read_glyphs`.
    """
    return set(read_glyphs(font))


def read_glyphs(font: bytes) -> dict[int, int]:
    """Code points and the numbers of their glyphs, from a file's best Unicode `cmap` [OpenType 1.9.1, cmap].

    Read here, because libraries for fonts load the glyphs' outlines to name them, and every start would wait for it.

    Raises:
        ValueError, struct.error: no font, or no table of Unicode in format 4 or 12.
    """
    cmap = font_tables(font).get(b"cmap", (0, 0))[0]
    if not cmap:
        raise ValueError("no font")
    (encodings,) = struct.unpack_from(">2xH", font, cmap)
    records = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * number) for number in range(encodings))
    offsets = {(platform, encoding): cmap + offset for platform, encoding, offset in records}
    at = next((offsets[kind] for kind in _UNICODE_TABLES if kind in offsets), 0)
    match struct.unpack_from(">H", font, at)[0] if at else 0:
        case 4:
            return _segments(font, at)
        case 12:
            return _groups(font, at)
        case unknown:
            raise ValueError(f"cmap format {unknown}")


def font_tables(font: bytes) -> dict[bytes, tuple[int, int]]:
    """Where each table of a font file lies: offset and length; nothing for what is no font.

    Of a collection it is the first font [OpenType 1.9.1, Font Collections].

    Raises:
        struct.error: a file that is cut off.
    """
    start: int = struct.unpack_from(">12xI", font)[0] if font[:4] == _COLLECTION else 0
    kind, tables = struct.unpack_from(">4sH", font, start)
    if kind not in _FONTS:
        return {}
    directory = (struct.unpack_from(">4s4xII", font, start + 12 + 16 * number) for number in range(tables))
    return {name: (offset, length) for name, offset, length in directory}


def _segments(font: bytes, at: int) -> dict[int, int]:
    """Format 4: runs of 16-bit code points; a glyph is the code plus a delta, or stands in a list, plus the delta."""
    (count,) = struct.unpack_from(">6xH", font, at)
    words = f">{count // 2}H"
    ends, starts, deltas, ranges = (
        struct.unpack_from(words, font, at + place) for place in (14, 16 + count, 16 + 2 * count, 16 + 3 * count)
    )
    found: dict[int, int] = {}
    for number, (start, end, delta, distance) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        codes = range(start, end + 1)
        if not distance:
            found.update((code, glyph) for code in codes if (glyph := (code + delta) & 0xFFFF))
            continue
        # The distance counts from its own place in the table.
        listed = struct.unpack_from(f">{len(codes)}H", font, at + 16 + 3 * count + 2 * number + distance)
        for code, entry in zip(codes, listed, strict=True):
            if entry and (glyph := (entry + delta) & 0xFFFF):
                found[code] = glyph
    found.pop(0xFFFF, None)
    return found


def _groups(font: bytes, at: int) -> dict[int, int]:
    """Format 12: runs of code points with the first one's glyph."""
    (count,) = struct.unpack_from(">12xI", font, at)
    found: dict[int, int] = {}
    for start, end, glyph in struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * count]):
        if end > sys.maxunicode:
            raise ValueError("cmap group")
        first = start if glyph else start + 1
        found.update(zip(range(first, end + 1), range(glyph + first - start, glyph + end - start + 1), strict=True))
    return found


def _files_by_name(folders: Iterable[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in names:
                found.setdefault(name.lower(), Path(parent) / name)
    return found


def _first(files: dict[str, Path], names: tuple[str, ...]) -> Path | None:
    return next((files[name.lower()] for name in names if name.lower() in files), None)
