"""zbar as a QR decoder that keeps its hands off the bytes.

zbar guesses encodings: without an ECI it tries Shift-JIS, Latin-1 and Big5 before UTF-8 and mangles most Vietnamese
names. Its binary mode (0.23.1 and later) returns the payload as it stands in the code. `pyzbar.decode` cannot switch
it on, so the scanner is driven here through pyzbar's own bindings. The library inside pyzbar's Windows wheel is
older and has no such mode: there zbar is not used at all.
"""

from ctypes import create_string_buffer, string_at
from functools import cache
from typing import Any

from PIL import Image

# Numbers of zbar.h that pyzbar's enumerations lack [zbar 0.23.92, zbar_config_t].
_BINARY = 4
_TEST_INVERTED = 0x81
_Y800 = int.from_bytes(b"Y800", "little")


def is_available() -> bool:
    """Whether a libzbar with binary mode is installed."""
    return _bindings() is not None


def read_qr_codes(gray: Image.Image) -> list[tuple[bytes, list[tuple[int, int]]]]:
    """Payload bytes and corner points of each QR code, dark or inverted; nothing where zbar is not available.

    `gray` has mode `L`. The GIL is free while zbar works, and each call has its own scanner.
    """
    zbar = _bindings()
    if zbar is None:
        return []
    scanner = _scanner(zbar)
    image = zbar.zbar_image_create()
    try:
        pixels = create_string_buffer(gray.tobytes(), gray.width * gray.height)
        zbar.zbar_image_set_format(image, _Y800)
        zbar.zbar_image_set_size(image, gray.width, gray.height)
        zbar.zbar_image_set_data(image, pixels, len(pixels), None)
        zbar.zbar_scan_image(scanner, image)
        return _symbols(zbar, image)
    finally:
        zbar.zbar_image_destroy(image)
        zbar.zbar_image_scanner_destroy(scanner)


@cache
def _bindings() -> Any:  # noqa: ANN401 - a module without types
    try:
        from pyzbar import wrapper
    except (ImportError, OSError):  # no libzbar, or one whose own dependencies are missing
        return None
    scanner = wrapper.zbar_image_scanner_create()
    try:
        refused = wrapper.zbar_image_scanner_set_config(scanner, wrapper.ZBarSymbol.QRCODE, _BINARY, 1)
    finally:
        wrapper.zbar_image_scanner_destroy(scanner)
    return None if refused else wrapper


def _scanner(zbar: Any) -> Any:  # noqa: ANN401
    scanner = zbar.zbar_image_scanner_create()
    every, qr = zbar.ZBarSymbol.NONE, zbar.ZBarSymbol.QRCODE
    zbar.zbar_image_scanner_set_config(scanner, every, zbar.ZBarConfig.CFG_ENABLE, 0)
    zbar.zbar_image_scanner_set_config(scanner, qr, zbar.ZBarConfig.CFG_ENABLE, 1)
    zbar.zbar_image_scanner_set_config(scanner, qr, _BINARY, 1)
    zbar.zbar_image_scanner_set_config(scanner, every, _TEST_INVERTED, 1)
    return scanner


def _symbols(zbar: Any, image: Any) -> list[tuple[bytes, list[tuple[int, int]]]]:  # noqa: ANN401
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
