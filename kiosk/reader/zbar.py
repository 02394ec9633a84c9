"""zbar as a QR decoder that keeps its hands off the bytes.

zbar guesses encodings: without an ECI it tries Shift-JIS, Latin-1 and Big5 before UTF-8 and mangles most Vietnamese
names. Its binary mode (0.23.1 and later) returns the payload as it stands in the code. `pyzbar.decode` cannot switch
it on, so the scanner is driven here through pyzbar's own bindings.

The library inside pyzbar's Windows wheel is older and has no such mode. There only those texts are taken which no
wrong guess can have given: plain ASCII, and letters that none of the other encodings knows. Insurance cards and bare
numbers are such texts, most names are not.
"""

from ctypes import create_string_buffer, string_at
from functools import cache
from typing import Any, NamedTuple

from PIL import Image

# Numbers of zbar.h that pyzbar's enumerations lack [zbar 0.23.92, zbar_config_t].
_BINARY = 4
_TEST_INVERTED = 0x81
_Y800 = int.from_bytes(b"Y800", "little")

_GUESSED_ENCODINGS = ("latin-1", "cp1252", "shift_jis", "cp932", "euc_jp", "big5", "cp950", "big5hkscs")

_Reading = tuple[bytes, list[tuple[int, int]]]


class _Library(NamedTuple):
    bindings: Any
    has_binary_mode: bool


def is_available() -> bool:
    """Whether a libzbar with binary mode is installed."""
    library = _library()
    return library is not None and library.has_binary_mode


def read_qr_codes(gray: Image.Image, *, inverted: bool = True) -> list[_Reading]:
    """Payload bytes and corner points of each QR code; nothing where there is no zbar.

    `gray` has mode `L`. Light codes on dark ground are read with `inverted`, which takes twice the time.
    The GIL is free while zbar works, and each call has its own scanner.
    """
    library = _library()
    if library is None or not all(gray.size):
        return []
    zbar = library.bindings
    scanner = _scanner(library, inverted=inverted)
    image = zbar.zbar_image_create()
    try:
        pixels = create_string_buffer(gray.tobytes(), gray.width * gray.height)
        zbar.zbar_image_set_format(image, _Y800)
        zbar.zbar_image_set_size(image, gray.width, gray.height)
        zbar.zbar_image_set_data(image, pixels, len(pixels), None)
        zbar.zbar_scan_image(scanner, image)
        symbols = _symbols(zbar, image)
    finally:
        zbar.zbar_image_destroy(image)
        zbar.zbar_image_scanner_destroy(scanner)
    return symbols if library.has_binary_mode else [symbol for symbol in symbols if is_certain(symbol[0])]


def is_certain(text: bytes) -> bool:
    """Whether zbar's guess at an encoding, given as UTF-8, cannot differ from a code's bytes.

    It cannot where each letter is ASCII, which all encodings share, or unknown to every encoding but UTF-8: then no
    other reading of any bytes gives it. A letter is looked at by itself since zbar guesses anew within a code.
    """
    try:
        letters = set(text.decode())
    except UnicodeDecodeError:
        return False
    return all(letter.isascii() or not _is_guessable(letter) for letter in letters)


def _is_guessable(letter: str) -> bool:
    for encoding in _GUESSED_ENCODINGS:
        try:
            letter.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return False


@cache
def _library() -> _Library | None:
    try:
        from pyzbar import wrapper
    except (ImportError, OSError):  # no libzbar, or one whose own dependencies are missing
        return None
    scanner = wrapper.zbar_image_scanner_create()
    try:
        refused = wrapper.zbar_image_scanner_set_config(scanner, wrapper.ZBarSymbol.QRCODE, _BINARY, 1)
    finally:
        wrapper.zbar_image_scanner_destroy(scanner)
    return _Library(wrapper, has_binary_mode=not refused)


def _scanner(library: _Library, *, inverted: bool) -> Any:  # noqa: ANN401 - a module without types
    zbar = library.bindings
    scanner = zbar.zbar_image_scanner_create()
    every, qr = zbar.ZBarSymbol.NONE, zbar.ZBarSymbol.QRCODE
    zbar.zbar_image_scanner_set_config(scanner, every, zbar.ZBarConfig.CFG_ENABLE, 0)
    zbar.zbar_image_scanner_set_config(scanner, qr, zbar.ZBarConfig.CFG_ENABLE, 1)
    if library.has_binary_mode:
        zbar.zbar_image_scanner_set_config(scanner, qr, _BINARY, 1)
    # Older libraries refuse this and then read dark codes on light ground only.
    zbar.zbar_image_scanner_set_config(scanner, every, _TEST_INVERTED, int(inverted))
    return scanner


def _symbols(zbar: Any, image: Any) -> list[_Reading]:  # noqa: ANN401
    found = []
    symbol = zbar.zbar_image_first_symbol(image)
    while symbol:
        if symbol.contents.type == zbar.ZBarSymbol.QRCODE:
            payload = string_at(zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol))
            corners = [
                (zbar.zbar_symbol_get_loc_x(symbol, at), zbar.zbar_symbol_get_loc_y(symbol, at))
                for at in reversed(range(zbar.zbar_symbol_get_loc_size(symbol)))
            ]
            # zbar goes round against the clock, from the top left.
            corners = corners[-1:] + corners[:-1]
            found.append((payload, corners))
        symbol = zbar.zbar_symbol_next(symbol)
    return found
