"""Active authentication: the chip signs a challenge with the issuer's private key [ICAO 9303-11 §6.1].

RSA by ISO/IEC 9796-2 scheme 1, which recovers a part of the message from the signature; ECDSA in the plain form of
TR-03111 §5.2.1.
"""

import hashlib
import hmac
from collections.abc import Mapping
from types import MappingProxyType

from kiosk.reader.emrtd import iso7816
from kiosk.reader.emrtd.chip_auth import ChipRefusedError
from kiosk.reader.emrtd.curves import EllipticCurve
from kiosk.reader.emrtd.iso7816 import EXTENDED_MAX, SHORT_MAX, StatusError
from kiosk.reader.emrtd.public_keys import GroupKey, RsaKey
from kiosk.reader.emrtd.secure_messaging import SecureMessaging
from kiosk.reader.emrtd.tlv import MalformedError

CHALLENGE_SIZE = 8
_ECDSA_HASHES = ("sha256", "sha384", "sha512", "sha224", "sha1")
_IMPLICIT_TRAILER = 0xBC
_EXPLICIT_TRAILER = 0xCC
# The hash function's number in the trailer's first byte [ISO/IEC 10118-3].
_TRAILER_HASHES: Mapping[int, str] = MappingProxyType(
    {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
)


def needs_extended(channel: SecureMessaging, key: RsaKey | GroupKey) -> bool:
    """Whether the signature does not fit a short answer."""
    return isinstance(key, RsaKey) and key.size > channel.short_block


def sign(channel: SecureMessaging, challenge: bytes, *, extended: bool) -> bytes:
    """What the chip answers to the challenge of 8 bytes. One command.

    Raises:
        ChipRefusedError: it does not sign.
        ChannelLostError, StatusError: the link broke, or the length is refused.
    """
    answer = channel.send(iso7816.internal_authenticate(challenge, EXTENDED_MAX if extended else SHORT_MAX))
    if answer.sw == iso7816.OK and answer.data:
        return answer.data
    error = StatusError("active authentication", 0 if answer.sw == iso7816.OK else answer.sw)
    if error.is_weak or error.is_length:
        raise error
    raise ChipRefusedError(str(error))


def verify(key: RsaKey | GroupKey, challenge: bytes, signature: bytes) -> bool:
    """Whether the owner of `key` signed the challenge.

    With which hash ECDSA signs stands in DG14 [§9.2.6], which is not read for it: whoever can sign any of the five
    hashes of a challenge just drawn has the key, and trying them costs no command.
    """
    if isinstance(key, RsaKey):
        return _verify_rsa(key, challenge, signature)
    return _verify_ecdsa(key, challenge, signature)


def _verify_rsa(key: RsaKey, challenge: bytes, signature: bytes) -> bool:
    number = int.from_bytes(signature, "big")
    if len(signature) != key.size or number >= key.modulus:
        return False
    opened = pow(number, key.exponent, key.modulus)
    # A signer may send the smaller of s and n - s; the last hexadecimal digit tells [ISO/IEC 9796-2 §B.6].
    if opened & 0xF != 0xC:
        opened = key.modulus - opened
    return _recover(opened.to_bytes(key.size, "big"), challenge)


def _recover(representative: bytes, challenge: bytes) -> bool:
    """Header, the chip's own part of the message, the hash of both parts, trailer."""
    if representative[-1] == _IMPLICIT_TRAILER:
        name, body = "sha1", representative[:-1]
    elif representative[-1] == _EXPLICIT_TRAILER and representative[-2] in _TRAILER_HASHES:
        name, body = _TRAILER_HASHES[representative[-2]], representative[:-2]
    else:
        return False
    body = _without_header(body)
    size = hashlib.new(name, usedforsecurity=False).digest_size
    if len(body) < size:
        return False
    own, digest = body[:-size], body[-size:]
    return hmac.compare_digest(hashlib.new(name, own + challenge, usedforsecurity=False).digest(), digest)


def _without_header(representative: bytes) -> bytes:
    """`6A` where the chip's part fills what room there is, else `6B BB … BA` as a filler; empty for another header."""
    if representative[0] == 0x6A:
        return representative[1:]
    filled = representative[1:].lstrip(b"\xbb")
    return filled[1:] if representative[0] == 0x6B and filled[:1] == b"\xba" else b""


def _verify_ecdsa(key: GroupKey, challenge: bytes, signature: bytes) -> bool:
    """By the group's own operations: OpenSSL does not know all the curves that chips have [TR-03111 §4.2.1.2]."""
    curve = key.group
    if not isinstance(curve, EllipticCurve) or len(signature) % 2:
        return False
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    order = curve.order
    if not 0 < r < order or not 0 < s < order:
        return False
    inverse = pow(s, -1, order)
    factor = curve.key(r * inverse % order)
    for name in _ECDSA_HASHES:
        digest = hashlib.new(name, challenge, usedforsecurity=False).digest()
        message = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - order.bit_length())
        try:
            # x alone counts: the sign that `combined` leaves open does no harm.
            point = factor.combined(key.element, message * inverse)
        except MalformedError:
            continue
        if int.from_bytes(curve.x_of(point), "big") % order == r:
            return True
    return False
