"""Who reads: this house's decoder, and the two libraries below it as they come, for comparison."""

from collections.abc import Callable

import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from kiosk.reader.codes import decode

_QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
Reader = Callable[[Image.Image, bytes], bool]


def house(image: Image.Image, payload: bytes) -> bool:
    """Whether `decode` finds the payload, and nothing else.

    Raises:
        ValueError: it found another text. A miss is a miss, a wrong text is a defect.
    """
    found = decode(image)
    if any(one.payload != payload for one in found):
        raise ValueError("a text that is not in the picture")
    return bool(found)


def pyzbar_alone(image: Image.Image, payload: bytes) -> bool:
    """Whether `pyzbar.decode` finds a QR code at all: its guesses at encodings are not held against it."""
    return any(one.type == "QRCODE" for one in pyzbar.decode(image))


def zxing_alone(image: Image.Image, payload: bytes) -> bool:
    """Whether `zxingcpp.read_barcodes` finds the payload."""
    return any(one.bytes == payload for one in zxingcpp.read_barcodes(image))


def zxing_for_qr_codes(image: Image.Image, payload: bytes) -> bool:
    """The same, told to look for nothing but QR codes."""
    return any(one.bytes == payload for one in zxingcpp.read_barcodes(image, formats=_QR_CODES))


READERS: dict[str, Reader] = {"decode": house, "pyzbar": pyzbar_alone, "zxing-cpp": zxing_alone}
