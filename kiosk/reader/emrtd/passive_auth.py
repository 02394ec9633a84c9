"""Passive authentication: are the chip's files those that a known country signed [ICAO 9303-11 §5.1].

Three checks: the hash of each raw file against the security object, the object's signature against its document
signer, the signer against a country signer that the clinic trusts. What fails is evidence, not an exception; the
reasons are those of `kiosk.reader.reason`.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kiosk.reader.document import Check, Outcome
from kiosk.reader.emrtd import lds, tlv
from kiosk.reader.emrtd.certificate_path import check_issuer
from kiosk.reader.emrtd.certificates import MALFORMED, in_key_period
from kiosk.reader.emrtd.signatures import UnsupportedError, hash_name
from kiosk.reader.emrtd.signed_data import SignedData, read_signed_data
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.reader.reason import Reason

# The standard's content type, and two of states that began before it was settled.
_LDS_SECURITY_OBJECTS = frozenset({"2.23.136.1.1.1", "1.3.27.1.1.1", "1.2.528.1.1006.1.20.1"})
_PASSED = Check(Outcome.PASSED, "")


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """EF.SOD opened: the signed hash of each data group, and the two checks of who signed them.

    `lds_version` (`0107`, `0108`) and `unicode_version` are signed since version 1 of the object; empty before.
    """

    algorithm: str
    hashes: Mapping[int, bytes]
    signature: Check
    issuer: Check
    lds_version: str = ""
    unicode_version: str = ""


def read_security_object(ef_sod: bytes, anchors: TrustAnchors, today: date | None = None) -> SecurityObject:
    """Opens EF.SOD and checks its signature and its signer on `today` (default: the system's) [ICAO 9303-10 §4.6.2].

    Raises:
        MalformedError: no security object, or hashes of an unknown kind.
    """
    signed = read_signed_data(tlv.read_one(ef_sod, lds.SOD.tag))
    if signed.content_type not in _LDS_SECURITY_OBJECTS:
        raise MalformedError("sod: content type")
    listed = _read_content(signed.content)
    if signed.signer is None:
        return SecurityObject(listed.algorithm, listed.hashes, signed.signature, signed.signature)
    return SecurityObject(
        listed.algorithm,
        listed.hashes,
        _check_signature(signed),
        check_issuer(signed.signer, anchors, today or datetime.now(UTC).date()),
        listed.lds_version,
        listed.unicode_version,
    )


def check_hashes(security_object: SecurityObject, files: Mapping[str, bytes]) -> Check:
    """Compares each data group among `files`, raw as read, with its signed hash; the other files are passed over."""
    for name, content in files.items():
        number = lds.FILES[name].data_group
        if number is None:
            continue
        signed = security_object.hashes.get(number)
        if signed is None:
            return Check(Outcome.FAILED, Reason.NOT_SIGNED.of_file(name))
        digest = hashlib.new(security_object.algorithm, content, usedforsecurity=False).digest()
        if not hmac.compare_digest(digest, signed):
            return Check(Outcome.FAILED, Reason.HASH_MISMATCH.of_file(name))
    return _PASSED


def _check_signature(signed: SignedData) -> Check:
    """The signature, and whether the signer's key was to be used when it says that it signed."""
    if signed.signature != _PASSED or signed.signer is None or signed.signed_at is None:
        return signed.signature
    try:
        in_time = in_key_period(signed.signer, signed.signed_at)
    except MALFORMED:
        return Check(Outcome.FAILED, Reason.SIGNER_MALFORMED)
    return _PASSED if in_time else Check(Outcome.NOT_RUN, Reason.SIGNER_KEY_PERIOD)


@dataclass(frozen=True, slots=True)
class _Listed:
    """An LDSSecurityObject."""

    algorithm: str
    hashes: Mapping[int, bytes]
    lds_version: str
    unicode_version: str


def _read_content(content: bytes) -> _Listed:
    """LDSSecurityObject: version, hash algorithm, hashes by data group; since version 1 the LDS's own version."""
    parts = tlv.read_all(tlv.read_one(content, 0x30))
    tags = [part.tag for part in parts]
    if tags not in ([0x02, 0x30, 0x30], [0x02, 0x30, 0x30, 0x30]):
        raise MalformedError("sod: content")
    if tlv.decode_integer(parts[0].value) not in {0, 1}:
        raise MalformedError("sod: version")
    try:
        algorithm = hash_name(parts[1].raw)
    except UnsupportedError as error:
        raise MalformedError("sod: hash algorithm") from error
    versions = _read_versions(parts[3].value) if len(parts) == 4 else ("", "")
    return _Listed(algorithm, _read_hashes(parts[2].value), *versions)


def _read_hashes(listed: bytes) -> dict[int, bytes]:
    hashes: dict[int, bytes] = {}
    for item in tlv.read_all(listed):
        pair = tlv.read_all(item.value)
        if [part.tag for part in pair] != [0x02, 0x04]:
            raise MalformedError("sod: hash")
        number = tlv.decode_integer(pair[0].value)
        if number in hashes:
            raise MalformedError("sod: data group twice")
        hashes[number] = pair[1].value
    return hashes


def _read_versions(info: bytes) -> tuple[str, str]:
    """LDSVersionInfo: two PrintableStrings, `0108` and `040000`."""
    parts = tlv.read_all(info)
    if [part.tag for part in parts] != [0x13, 0x13] or not all(part.value.isascii() for part in parts):
        raise MalformedError("sod: versions")
    return parts[0].value.decode("ascii"), parts[1].value.decode("ascii")
