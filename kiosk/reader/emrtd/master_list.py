"""Master lists: the country signers that one country collected, signed by it [ICAO 9303-12 §9]."""

from collections.abc import Iterator

from kiosk.reader.document import Outcome
from kiosk.reader.emrtd import tlv
from kiosk.reader.emrtd.signed_data import read_signed_data
from kiosk.reader.emrtd.tlv import MalformedError

_CSCA_MASTER_LIST = "2.23.136.1.1.2"
_MOST_CERTIFICATES = 4096


def read_master_list(content_info: bytes) -> tuple[bytes, ...]:
    """The certificates of a CscaMasterList in its SignedData, DER each.

    The signature is checked with the signer's certificate that the list itself carries: it shows that nobody changed
    the file on its way. Whether to trust who signed it was decided when the clinic laid it there.

    Raises:
        MalformedError: no master list, or one whose signature is not right.
    """
    signed = read_signed_data(content_info)
    if signed.content_type != _CSCA_MASTER_LIST:
        raise MalformedError("master list: content type")
    if signed.signature.outcome is not Outcome.PASSED:
        raise MalformedError(f"master list: {signed.signature.reason}")
    parts = tlv.read_all(tlv.read_one(signed.content, 0x30))
    if [part.tag for part in parts] != [0x02, 0x31] or tlv.decode_integer(parts[0].value) != 0:
        raise MalformedError("master list: version")
    return tuple(_certificates(parts[1].value))


def _certificates(listed: bytes) -> Iterator[bytes]:
    """One by one: a list holds more certificates than any other structure here may hold parts."""
    at = found = 0
    while at < len(listed):
        _, header, length = tlv.read_header(listed[at : at + 5])
        end = at + header + length
        found += 1
        if end > len(listed) or found > _MOST_CERTIFICATES:
            raise MalformedError("master list: certificates")
        yield listed[at:end]
        at = end
