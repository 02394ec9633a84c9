"""EF.CardSecurity: the chip's static key for chip authentication mapping, signed [ICAO 9303-11 §9.2.11]."""

from datetime import date

from kiosk.reader.document import Check, Outcome
from kiosk.reader.emrtd import iso7816, lds
from kiosk.reader.emrtd.access import Opened
from kiosk.reader.emrtd.certificate_path import check_issuer
from kiosk.reader.emrtd.reading import BlockSize, FileAbsentError, read_file
from kiosk.reader.emrtd.security_infos import SecurityInfo, read_security_infos
from kiosk.reader.emrtd.signed_data import read_signed_data
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.emrtd.trust_anchors import TrustAnchors

_SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"


def read(opened: Opened, blocks: BlockSize) -> bytes | None:
    """Reads it beside the application, which is selected again afterwards; None where the chip does not give it."""
    channel = opened.channel
    if channel.send(iso7816.select_master_file()).sw != iso7816.OK:
        return None
    try:
        content = read_file(channel, lds.CARD_SECURITY, blocks)
    except FileAbsentError:
        content = None
    channel.send(iso7816.select_application(lds.AID)).require_ok("SELECT application")
    return content


def verify(ef_card_security: bytes, anchors: TrustAnchors, today: date) -> tuple[tuple[SecurityInfo, ...], Check]:
    """The security infos of EF.CardSecurity, and whether a known country signed them [ICAO 9303-11 §9.2.11].

    Raises:
        MalformedError: no signed security infos.
    """
    signed = read_signed_data(ef_card_security)
    if signed.content_type != _SECURITY_OBJECT:
        raise MalformedError("card security: content type")
    infos = read_security_infos(signed.content)
    if signed.signer is None or signed.signature.outcome is not Outcome.PASSED:
        return infos, signed.signature
    return infos, check_issuer(signed.signer, anchors, today)
