"""Texts -> the modules of the symbols that barcode guns are set up with: Code 128, QR, Data Matrix, Aztec.

Code 128 is drawn here, because libraries that write it leave out FNC3, the mark by which a gun tells "set yourself up"
from goods [ISO/IEC 15417 §4.3.6.3]. A text names what has no sign of its own in braces: `{FNC3}`, `{CR}`.
"""

import re
from enum import StrEnum

import segno

WIDEST_MODULES = 640
"""Of a linear code: with the narrowest bars that an office printer prints well it is as wide as the paper."""

LONGEST = 300
"""Characters of a text."""

_FNC3, _CODE_A, _CODE_B, _START_A, _START_B, _STOP = 96, 101, 100, 103, 104, 106
_PARTS = re.compile(r"\{([A-Z0-9]+)\}|([^{}])", re.DOTALL)
_NAMED = {"CR": "\r", "LF": "\n", "TAB": "\t"}
_FNC3_SIGN = "\N{REPLACEMENT CHARACTER}"
"""Stands for FNC3 while a text is taken apart; no code holds it."""

_WIDTHS = (  # noqa: SIM905 - a table, not a list of words
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split()
"""Bars and spaces of each character in modules [ISO/IEC 15417 table 1]."""

Rows = tuple[tuple[bool, ...], ...]
"""Rows of modules from the top, True is dark, without a quiet zone; a linear code has one row."""


class Symbology(StrEnum):
    """A symbol that can be printed."""

    CODE_128 = "Code 128"
    QR = "QR"
    DATA_MATRIX = "Data Matrix"
    AZTEC = "Aztec"

    @property
    def is_linear(self) -> bool:
        """Whether it is bars."""
        return self is Symbology.CODE_128

    @property
    def quiet_modules(self) -> int:
        """Modules that stay white on every side that the symbol is read from."""
        return {Symbology.CODE_128: 10, Symbology.QR: 4, Symbology.DATA_MATRIX: 2, Symbology.AZTEC: 1}[self]


def symbol(text: str, symbology: Symbology) -> Rows:
    """The symbol of a set-up text.

    Raises:
        ValueError: an unknown name in braces, a sign that the symbology has not, FNC3 outside Code 128, too long.
    """
    signs = _signs(text)
    if not 0 < len(signs) <= LONGEST:
        raise ValueError(f"takes 1 to {LONGEST} characters")
    if symbology is Symbology.CODE_128:
        bars = _code_128(signs)
        if len(bars) > WIDEST_MODULES:
            raise ValueError("is too long for bars")
        return (bars,)
    if _FNC3_SIGN in signs:
        raise ValueError(f"{symbology} has no {{FNC3}}")
    return qr(signs) if symbology is Symbology.QR else _matrix(signs, symbology)


def _signs(text: str) -> str:
    signs = ""
    end = 0
    for part in _PARTS.finditer(text):
        if part.start() != end:
            break
        name, sign = part.groups()
        if name and name != "FNC3" and name not in _NAMED:
            raise ValueError(f"{{{name}}} is none of {{FNC3}}, {', '.join(f'{{{known}}}' for known in _NAMED)}")
        signs += sign or _NAMED.get(name, _FNC3_SIGN)
        end = part.end()
    if end != len(text):
        raise ValueError("a brace stands alone")
    if not text.isascii():
        raise ValueError("takes ASCII only")
    return signs


def _code_128(signs: str) -> tuple[bool, ...]:
    """Set A has control characters, set B small letters; the symbol changes between them where it must."""
    in_a = _needs_a(signs)
    values = [_START_A if in_a else _START_B]
    for sign in signs:
        if sign == _FNC3_SIGN:
            values.append(_FNC3)
            continue
        point = ord(sign)
        if (point >= 96) if in_a else (point < 32):
            in_a = not in_a
            values.append(_CODE_A if in_a else _CODE_B)
        values.append(point + 64 if point < 32 else point - 32)
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return tuple(
        place % 2 == 0
        for value in (*values, check, _STOP)
        for place, width in enumerate(_WIDTHS[value])
        for _ in range(int(width))
    )


def _needs_a(signs: str) -> bool:
    """Whether the first character that only one set has is a control character."""
    return next((sign < " " for sign in signs if sign < " " or "`" <= sign <= "\x7f"), False)


def qr(text: str) -> Rows:
    """A QR of any text, in UTF-8."""
    code = segno.make_qr(text, mode="byte", encoding="utf-8", error="m", eci=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def _matrix(text: str, symbology: Symbology) -> Rows:
    import zxingcpp  # loaded when such a code is drawn: few sheets have one

    kind = zxingcpp.BarcodeFormat.Aztec if symbology is Symbology.AZTEC else zxingcpp.BarcodeFormat.DataMatrix
    image = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=1, add_quiet_zones=False)
    rows: list[list[int]] = memoryview(image).tolist()  # type: ignore[arg-type,assignment]  # it has the buffer protocol
    return tuple(tuple(grey < 128 for grey in row) for row in rows)
