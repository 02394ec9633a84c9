"""DG7: the displayed signature or usual mark [ICAO 9303-10 §4.7.7]."""

from kiosk.reader.document import SignatureImage
from kiosk.reader.emrtd import lds, tlv
from kiosk.reader.emrtd.images import media_type
from kiosk.reader.emrtd.tlv import MalformedError

_SIGNATURE = 0x5F43


def read_dg7(dg7: bytes) -> SignatureImage:
    """The first signature.

    Raises:
        MalformedError: no DG7 with an image that is JPEG or JPEG 2000.
    """
    for item in tlv.read_all(tlv.read_one(dg7, lds.DG7.tag)):
        if item.tag == _SIGNATURE and (kind := media_type(item.value)) is not None:
            return SignatureImage(kind, item.value)
    raise MalformedError("dg7: image")
