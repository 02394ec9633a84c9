"""SignedData in every form in which states sign their documents' files [RFC 5652; ICAO 9303-10 §4.6.2, 9303-12 §4.4].

Nothing is drawn by lot: the same content signed by the same key is the same, byte for byte.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.simulator.chip import ber

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (f"1.2.840.113549.1.9.{arc}" for arc in (3, 4, 5))
_RSA = "1.2.840.113549.1.1."
_ECDSA = "1.2.840.10045.4."
_HASHES: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "sha1": ("1.3.14.3.2.26", hashes.SHA1()),  # noqa: S303 - older documents have it
    "sha224": ("2.16.840.1.101.3.4.2.4", hashes.SHA224()),
    "sha256": ("2.16.840.1.101.3.4.2.1", hashes.SHA256()),
    "sha384": ("2.16.840.1.101.3.4.2.2", hashes.SHA384()),
    "sha512": ("2.16.840.1.101.3.4.2.3", hashes.SHA512()),
}
_ECDSA_ARCS = {"sha1": "1", "sha224": "3.1", "sha256": "3.2", "sha384": "3.3", "sha512": "3.4"}
_PKCS1_ARCS = {"sha1": "5", "sha224": "14", "sha256": "11", "sha384": "12", "sha512": "13"}
_NULL = b"\x05\x00"
_DEFAULT_SALT_BYTES = 20
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Attributes(Enum):
    """What a signature is over."""

    SORTED = auto()
    """Signed attributes in the order of DER."""
    SENT_UNSORTED = auto()
    """They are sent in another order than the one that was signed, which is DER's."""
    SIGNED_UNSORTED = auto()
    """They are signed in the order in which they are sent, against the standard."""
    NONE = auto()
    """The content itself."""


class Named(Enum):
    """How the algorithm of the signature is written."""

    WHOLE = auto()
    """With its hash."""
    BY_KEY = auto()
    """By the key's algorithm alone; the hash is the one stated beside it."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a security object is made. `pss` None for PKCS #1 v1.5 where the key is RSA, else the salt's length.

    `explicit_defaults` writes PSS parameters that are the defaults; `null` ends each hash's identifier with NULL.
    """

    hash: str = "sha256"
    pss: int | None = None
    explicit_defaults: bool = False
    null: bool = False
    lds_version: int = 0
    by_key_identifier: bool = False
    attributes: Attributes = Attributes.SORTED
    named: Named = Named.WHOLE
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Signer:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: PrivateKey


def security_object(groups: Mapping[int, bytes], signer: Signer, style: Style) -> bytes:
    """EF.SOD over data groups by their numbers."""
    listed = [
        ber.sequence(ber.integer(number), ber.octets(_digest(style.hash, group)))
        for number, group in sorted(groups.items())
    ]
    versions = (ber.sequence(ber.printable("0108"), ber.printable("040000")),) if style.lds_version else ()
    content = ber.sequence(ber.integer(style.lds_version), _hash_identifier(style), ber.sequence(*listed), *versions)
    return ber.tlv(0x77, signed_data(LDS_SECURITY_OBJECT, content, signer, style))


def signed_data(
    content_type: str, content: bytes, signer: Signer, style: Style, further: Sequence[x509.Certificate] = ()
) -> bytes:
    """A ContentInfo with the signer's certificate, and `further` ones, in it."""
    sent, message = _attributes(content_type, content, style)
    certificates = [one.public_bytes(Encoding.DER) for one in (signer.certificate, *further)]
    info = ber.sequence(
        ber.integer(3 if style.by_key_identifier else 1),
        _identifier(signer.certificate, style),
        _hash_identifier(style),
        sent,
        _algorithm(signer.key, style),
        ber.octets(_sign(signer.key, message, style)),
    )
    signed = ber.sequence(
        ber.integer(3),
        ber.set_of(_hash_identifier(style)),
        ber.sequence(ber.oid(content_type), ber.tlv(0xA0, ber.octets(content))),
        ber.tlv(0xA0, *sorted(certificates)),
        ber.set_of(info),
    )
    return ber.sequence(ber.oid(_SIGNED_DATA), ber.tlv(0xA0, signed))


def _attributes(content_type: str, content: bytes, style: Style) -> tuple[bytes, bytes]:
    """The attributes as sent, and what is signed."""
    if style.attributes is Attributes.NONE:
        return b"", content
    attributes = [
        ber.sequence(ber.oid(_CONTENT_TYPE), ber.set_of(ber.oid(content_type))),
        ber.sequence(ber.oid(_MESSAGE_DIGEST), ber.set_of(ber.octets(_digest(style.hash, content)))),
    ]
    if style.signed_at is not None:
        moment = ber.tlv(0x17, style.signed_at.strftime("%y%m%d%H%M%SZ").encode("ascii"))
        attributes.append(ber.sequence(ber.oid(_SIGNING_TIME), ber.set_of(moment)))
    ordered = sorted(attributes)
    if style.attributes is Attributes.SORTED:
        return ber.tlv(0xA0, *ordered), ber.tlv(0x31, *ordered)
    other = ordered[::-1]
    signed = ordered if style.attributes is Attributes.SENT_UNSORTED else other
    return ber.tlv(0xA0, *other), ber.tlv(0x31, *signed)


def _identifier(certificate: x509.Certificate, style: Style) -> bytes:
    if style.by_key_identifier:
        return ber.tlv(0x80, certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest)
    return ber.sequence(certificate.issuer.public_bytes(), ber.integer(certificate.serial_number))


def _hash_identifier(style: Style) -> bytes:
    return ber.sequence(ber.oid(_HASHES[style.hash][0]), *((_NULL,) if style.null else ()))


def _algorithm(key: PrivateKey, style: Style) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        bare = style.named is Named.BY_KEY
        return ber.sequence(ber.oid("1.2.840.10045.2.1" if bare else _ECDSA + _ECDSA_ARCS[style.hash]))
    if style.pss is not None:
        return ber.sequence(ber.oid(_RSA + "10"), *_pss_parameters(style, style.pss))
    arc = "1" if style.named is Named.BY_KEY else _PKCS1_ARCS[style.hash]
    return ber.sequence(ber.oid(_RSA + arc), _NULL)


def _pss_parameters(style: Style, salt_bytes: int) -> tuple[bytes, ...]:
    """RSASSA-PSS-params, empty or absent where everything is as by default."""
    parts = []
    identifier = _hash_identifier(style)
    if style.hash != "sha1" or style.explicit_defaults:
        parts.append(ber.tlv(0xA0, identifier))
        parts.append(ber.tlv(0xA1, ber.sequence(ber.oid(_RSA + "8"), identifier)))
    if salt_bytes != _DEFAULT_SALT_BYTES or style.explicit_defaults:
        parts.append(ber.tlv(0xA2, ber.integer(salt_bytes)))
    if style.explicit_defaults:
        parts.append(ber.tlv(0xA3, ber.integer(1)))
    if not parts and style.null:
        return ()
    return (ber.sequence(*parts),)


def _sign(key: PrivateKey, message: bytes, style: Style) -> bytes:
    algorithm = _HASHES[style.hash][1]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(algorithm, deterministic_signing=True))
    if style.pss is None:
        return key.sign(message, padding.PKCS1v15(), algorithm)
    return _sign_pss(key, message, style.hash, style.pss)


def _sign_pss(key: rsa.RSAPrivateKey, message: bytes, name: str, salt_bytes: int) -> bytes:
    """RSASSA-PSS with a salt that follows from the message [RFC 8017 §9.1.1]."""
    size = key.key_size // 8
    digest = _digest(name, message)
    salt = hashlib.shake_256(b"salt" + message).digest(salt_bytes)
    seed = _digest(name, bytes(8) + digest + salt)
    block_bytes = size - len(seed) - 1
    block = bytes(block_bytes - len(salt) - 1) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mask(name, seed, block_bytes), strict=True))
    masked[0] &= 0x7F
    representative = int.from_bytes(bytes(masked) + seed + b"\xbc", "big")
    numbers = key.private_numbers()
    return pow(representative, numbers.d, numbers.public_numbers.n).to_bytes(size, "big")


def _mask(name: str, seed: bytes, size: int) -> bytes:
    """MGF1 [RFC 8017 §B.2.1]."""
    blocks = range(-(-size // len(_digest(name, b""))))
    return b"".join(_digest(name, seed + counter.to_bytes(4, "big")) for counter in blocks)[:size]


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()
