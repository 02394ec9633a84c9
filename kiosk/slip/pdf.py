"""One page of PDF with letters that can be selected, in the house's own font, which is embedded [ISO 32000-1].

Written here, because the house's font has PostScript outlines, which free libraries for documents do not embed. A font
goes in whole but for the tables that only layout programs need; its glyphs are named by their numbers and each has its
letter beside it, so that a reader finds and copies "Nguyễn".
"""

import struct
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from PIL import Image

from kiosk.fonts import FontFiles, font_tables, has_all, read_glyphs
from kiosk.slip.page import Weight

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
_PT_PER_MM = 72 / 25.4
_UNKNOWN = "?"
_HIDDEN_ADVANCE = 500
_ARC = 0.5523
"""How far the handles of a cubic curve reach that looks like a quarter of a circle."""
_KEPT_TABLES = (
    b"CFF ", b"OS/2", b"cmap", b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name",
    b"post", b"prep",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Face:
    """A font file as a page needs it: glyphs by code point; widths and the box around all in 1/1000 of its size."""

    name: str
    program: bytes
    has_postscript_outlines: bool
    glyphs: dict[int, int]
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    def width(self, glyph: int) -> int:
        """The advance of a glyph; those after the last width have that one [OpenType 1.9.1, hmtx]."""
        return self.widths[min(glyph, len(self.widths) - 1)]


@cache
def _face(file: Path) -> _Face:
    font = file.read_bytes()
    tables = font_tables(font)
    head, hhea, hmtx = (tables[name][0] for name in (b"head", b"hhea", b"hmtx"))
    units: int = struct.unpack_from(">H", font, head + 18)[0]
    ascent, descent = struct.unpack_from(">hh", font, hhea + 4)
    (count,) = struct.unpack_from(">H", font, hhea + 34)

    def scaled(value: int) -> int:
        return round(value * 1000 / units)

    advances = (struct.unpack_from(">H", font, hmtx + 4 * number)[0] for number in range(count))
    left, bottom, right, top = struct.unpack_from(">4h", font, head + 36)
    return _Face(
        name="".join(letter for letter in file.stem if letter.isalnum() or letter == "-"),
        program=_reduced(font, tables),
        has_postscript_outlines=b"CFF " in tables,
        glyphs=read_glyphs(font),
        widths=tuple(scaled(advance) for advance in advances),
        box=(scaled(left), scaled(bottom), scaled(right), scaled(top)),
        ascent=scaled(ascent),
        descent=scaled(descent),
    )


def _reduced(font: bytes, tables: dict[bytes, tuple[int, int]]) -> bytes:
    """The font file with the tables that drawing needs, in the order of their names as the format demands."""
    kept = [name for name in sorted(tables) if name in _KEPT_TABLES]
    count = len(kept)
    power = count.bit_length() - 1
    kind = b"OTTO" if b"CFF " in kept else b"\0\1\0\0"
    header = struct.pack(">4s4H", kind, count, 16 << power, power, 16 * count - (16 << power))
    directory, body = b"", b""
    for name in kept:
        offset, length = tables[name]
        content = font[offset : offset + length]
        padded = content + bytes(-length % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", name, checksum, 12 + 16 * count + len(body), length)
        body += padded
    return header + directory + body


@dataclass(slots=True)
class Page:
    """A page, A4 unless told, drawn from top to bottom.

    Places are millimetres from its upper left corner, letters in points; grey 0 is black, 1 white.
    """

    fonts: FontFiles
    title: str
    made_at: datetime
    width_mm: float = WIDTH_MM
    height_mm: float = HEIGHT_MM
    _faces: list[Path] = field(default_factory=list)
    _pictures: list[Image.Image] = field(default_factory=list)
    _hidden: dict[str, int] = field(default_factory=dict)
    _used: dict[Path, dict[int, str]] = field(default_factory=dict)
    _drawn: list[str] = field(default_factory=list)
    _turned: list[list[str]] = field(default_factory=list)

    def turn(self) -> None:
        """What is drawn from now on stands on the next page."""
        self._turned.append(self._drawn)
        self._drawn = []

    def text(
        self, x: float, y: float, text: str, points: float, weight: Weight = Weight.REGULAR, grey: float = 0.0
    ) -> None:
        """One line; `y` is its baseline."""
        self.runs(x, y, self._runs(text, weight), points, grey)

    def runs(self, x: float, y: float, runs: list[tuple[Path, str]], points: float, grey: float = 0.0) -> None:
        """One line of pieces whose fonts have all their letters."""
        self._drawn.append(f"BT {grey:.2f} g {_pt(x)} {self._up(y)} Td")
        for file, letters in runs:
            glyphs = "".join(f"{self._glyph(file, letter):04X}" for letter in letters)
            self._drawn.append(f"/F{self._faces.index(file)} {points:.2f} Tf <{glyphs}> Tj")
        self._drawn.append("ET")

    def hidden_text(self, x: float, y: float, text: str, points: float, width_mm: float) -> None:
        """Letters that are not drawn but can be selected and searched, over a picture of them `width_mm` wide."""
        codes = "".join(f"{self._hidden.setdefault(letter, len(self._hidden) + 1):04X}" for letter in text)
        wide = width_mm * _PT_PER_MM / (len(text) * points * _HIDDEN_ADVANCE / 1000) * 100
        place = f"{_pt(x)} {self._up(y)} Td"
        self._drawn.append(f"BT 3 Tr {wide:.2f} Tz {place} /FH {points:.2f} Tf <{codes}> Tj 0 Tr 100 Tz ET")

    def width(self, text: str, points: float, weight: Weight = Weight.REGULAR) -> float:
        """Millimetres that a line takes."""
        thousandths = sum(
            _face(file).width(_face(file).glyphs[ord(letter)])
            for file, letters in self._runs(text, weight)
            for letter in letters
        )
        return thousandths * points / 1000 / _PT_PER_MM

    def wrap(self, text: str, points: float, width_mm: float, weight: Weight = Weight.REGULAR) -> list[str]:
        """Lines of at most `width_mm`, broken between words; a longer word is broken where the line ends."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer, points, weight) <= width_mm:
                lines[-1] = longer
                continue
            if lines[-1]:
                lines.append("")
            for letter in word:
                if lines[-1] and self.width(lines[-1] + letter, points, weight) > width_mm:
                    lines.append("")
                lines[-1] += letter
        return lines

    def rule(self, x: float, y: float, width_mm: float, points: float = 0.6, grey: float = 0.7) -> None:
        """A line from left to right."""
        at = self._up(y)
        self._drawn.append(f"{grey:.2f} G {points:.2f} w {_pt(x)} {at} m {_pt(x + width_mm)} {at} l S")

    def box(self, x: float, y: float, width_mm: float, height_mm: float, grey: float) -> None:
        """A filled rectangle; `y` is its upper edge."""
        place = f"{_pt(x)} {self._up(y + height_mm)} {_pt(width_mm)} {_pt(height_mm)}"
        self._drawn.append(f"{grey:.2f} g {place} re f")

    def round_box(
        self, x: float, y: float, width_mm: float, height_mm: float, radius_mm: float, line_mm: float, *, filled: bool
    ) -> None:
        """A rectangle with round corners, black or a frame whose line lies inside its edges."""
        inset = 0 if filled else line_mm / 2
        left, right, top, bottom = x + inset, x + width_mm - inset, y + inset, y + height_mm - inset
        radius = max(0.0, min(radius_mm - inset, (right - left) / 2, (bottom - top) / 2))
        reach = radius * (1 - _ARC)
        corners = (
            ((right - radius, top), (right - reach, top), (right, top + reach), (right, top + radius)),
            ((right, bottom - radius), (right, bottom - reach), (right - reach, bottom), (right - radius, bottom)),
            ((left + radius, bottom), (left + reach, bottom), (left, bottom - reach), (left, bottom - radius)),
            ((left, top + radius), (left, top + reach), (left + reach, top), (left + radius, top)),
        )
        path = [f"{_pt(left + radius)} {self._up(top)} m"]
        for start, *curve in corners:
            path.append(f"{_pt(start[0])} {self._up(start[1])} l")
            path.append(" ".join(f"{_pt(at)} {self._up(down)}" for at, down in curve) + " c")
        paint = "0 g h f" if filled else f"0 G {_pt(line_mm)} w h S"
        self._drawn.append(" ".join((*path, paint)))

    def squares(self, x: float, y: float, side_mm: float, rows: tuple[tuple[bool, ...], ...]) -> None:
        """Dark squares of a code; neighbours in a row are one rectangle, so that no viewer draws a seam."""
        path = []
        for down, row in enumerate(rows):
            start = None
            for at, dark in enumerate((*row, False)):
                if dark and start is None:
                    start = at
                elif not dark and start is not None:
                    place = f"{_pt(x + start * side_mm)} {self._up(y + (down + 1) * side_mm)}"
                    path.append(f"{place} {_pt((at - start) * side_mm)} {_pt(side_mm)} re")
                    start = None
        self._drawn.append("0 g " + " ".join(path) + " f")

    def picture(
        self, x: float, y: float, width_mm: float, height_mm: float, image: Image.Image, grey: float = 0.0
    ) -> None:
        """A picture of mode `L`; or of mode `1`, whose black is drawn in `grey` and whose white is nothing."""
        self._pictures.append(image)
        place = f"{_pt(width_mm)} 0 0 {_pt(height_mm)} {_pt(x)} {self._up(y + height_mm)} cm"
        self._drawn.append(f"q {grey:.2f} g {place} /I{len(self._pictures) - 1} Do Q")

    def finish(self) -> bytes:
        """The file."""
        return _file(self)

    def _runs(self, text: str, weight: Weight) -> list[tuple[Path, str]]:
        """The text in pieces of one font each: the house's, or a fallback for signs that it lacks."""
        own = {Weight.REGULAR: self.fonts.regular, Weight.SEMIBOLD: self.fonts.semibold, Weight.BOLD: self.fonts.bold}
        files = (own[weight], *self.fonts.fallbacks)
        runs: list[tuple[Path, str]] = []
        for letter in text:
            # Some fonts have glyphs even for control characters.
            file = next((file for file in files if letter >= " " and has_all(file, letter)), None)
            shown, file = (letter, file) if file is not None else (_UNKNOWN, files[0])
            if runs and runs[-1][0] == file:
                runs[-1] = (file, runs[-1][1] + shown)
            else:
                runs.append((file, shown))
        return runs

    def _glyph(self, file: Path, letter: str) -> int:
        if file not in self._faces:
            self._faces.append(file)
        glyph = _face(file).glyphs[ord(letter)]
        self._used.setdefault(file, {}).setdefault(glyph, letter)
        return glyph

    def _up(self, y: float) -> str:
        return _pt(self.height_mm - y)


def _pt(mm: float) -> str:
    return f"{mm * _PT_PER_MM:.2f}"


def _file(page: Page) -> bytes:
    fonts = {file: 5 + 5 * number for number, file in enumerate(page._faces)}
    named = " ".join(f"/F{number} {first} 0 R" for number, first in enumerate(fonts.values()))
    hidden = 5 + 5 * len(fonts)
    pictures = hidden + (4 if page._hidden else 0)
    info = pictures + len(page._pictures)
    if page._hidden:
        named += f" /FH {hidden} 0 R"
    shown = " ".join(f"/I{number} {pictures + number} 0 R" for number in range(len(page._pictures)))
    resources = f"/Font << {named} >> /XObject << {shown} >>"
    first, *others = (*page._turned, page._drawn)
    kids = " ".join(f"{number} 0 R" for number in (3, *range(info + 1, info + 1 + 2 * len(others), 2)))
    size = f"{_pt(page.width_mm)} {_pt(page.height_mm)}"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (vi-VN) /ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {1 + len(others)} >>".encode(),
        *_leaf(first, 4, size, resources),
    ]
    for file, number in fonts.items():
        objects += _font(_face(file), page._used[file], number)
    if page._hidden:
        objects += _hidden_font(page._hidden, hidden)
    objects += [_picture(image) for image in page._pictures]
    moment = f"D:{page.made_at:%Y%m%d%H%M%S}"
    objects.append(f"<< /Title {_text(page.title)} /Producer (checkin-kiosk) /CreationDate ({moment}) >>".encode())
    for at, drawn in enumerate(others):
        objects += _leaf(drawn, info + 2 + 2 * at, size, resources)
    return _assembled(objects, info)


def _leaf(drawn: list[str], contents: int, size: str, resources: str) -> list[bytes]:
    """A page and what is drawn on it, the object `contents`."""
    return [
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size}] /Contents {contents} 0 R "
        f"/Resources << {resources} >> >>".encode(),
        _stream("\n".join(drawn).encode()),
    ]


def _font(face: _Face, used: dict[int, str], first: int) -> list[bytes]:
    """The five objects of an embedded font: itself, its glyphs, their description, the program, their letters."""
    kind = "CIDFontType0" if face.has_postscript_outlines else "CIDFontType2"
    program = "FontFile3" if face.has_postscript_outlines else "FontFile2"
    identity = "" if face.has_postscript_outlines else " /CIDToGIDMap /Identity"
    widths = " ".join(f"{glyph} [{face.width(glyph)}]" for glyph in sorted(used))
    subtype = "/Subtype /OpenType" if face.has_postscript_outlines else f"/Length1 {len(face.program)}"
    return [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{face.name} /Encoding /Identity-H "
        f"/DescendantFonts [{first + 1} 0 R] /ToUnicode {first + 4} 0 R >>".encode(),
        f"<< /Type /Font /Subtype /{kind} /BaseFont /{face.name} /FontDescriptor {first + 2} 0 R{identity} "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /W [{widths}] >>".encode(),
        f"<< /Type /FontDescriptor /FontName /{face.name} /Flags 4 /FontBBox [{' '.join(map(str, face.box))}] "
        f"/ItalicAngle 0 /Ascent {face.ascent} /Descent {face.descent} /CapHeight {face.ascent} /StemV 80 "
        f"/{program} {first + 3} 0 R >>".encode(),
        _stream(face.program, subtype),
        _stream(_letters_of(used)),
    ]


def _hidden_font(letters: dict[str, int], first: int) -> list[bytes]:
    """The four objects of a font without a program, for letters that are selected but never drawn."""
    return [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /Hidden /Encoding /Identity-H "
        f"/DescendantFonts [{first + 1} 0 R] /ToUnicode {first + 3} 0 R >>".encode(),
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Hidden /FontDescriptor {first + 2} 0 R "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW {_HIDDEN_ADVANCE} >>".encode(),
        b"<< /Type /FontDescriptor /FontName /Hidden /Flags 4 /FontBBox [0 0 500 500] /ItalicAngle 0 /Ascent 500 >>",
        _stream(_letters_of({code: letter for letter, code in letters.items()})),
    ]


def _picture(image: Image.Image) -> bytes:
    kind = "/ColorSpace /DeviceGray /BitsPerComponent 8"
    if image.mode == "1":
        kind = "/ImageMask true /BitsPerComponent 1"
    size = f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height}"
    return _stream(image.tobytes(), f"{size} {kind}")


def _letters_of(used: dict[int, str]) -> bytes:
    """Which letter each glyph is, for selecting and searching [ISO 32000-1 §9.10.3]; at most 100 in a block."""
    entries = [f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for glyph, letter in sorted(used.items())]
    blocks = [entries[at : at + 100] for at in range(0, len(entries), 100)]
    listed = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Letters def /CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{listed}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def _stream(content: bytes, more: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    return f"<< /Filter /FlateDecode /Length {len(packed)} {more} >>\nstream\n".encode() + packed + b"\nendstream"


def _text(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _assembled(objects: list[bytes], info: int) -> bytes:
    """Objects numbered from 1, and where each begins [ISO 32000-1 §7.5]."""
    written = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {info} 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    )
    return written + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode() + trailer.encode()
