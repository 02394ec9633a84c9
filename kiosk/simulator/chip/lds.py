"""The logical data structure: EF.COM, DG2, DG14, DG15 and the signed EF.SOD [ICAO 9303-10]."""

import hashlib
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.simulator.chip import ber, curve
from kiosk.simulator.pki import Issuer

CARD_ACCESS = bytes.fromhex(
    "3134300d060804007f0007020202020101300f060a04007f000702020302020201013012060a04007f0007020204020202010202010d"
)
_CHIP_AUTHENTICATION = "0.4.0.127.0.7.2.2.3.2.2"
_CHIP_AUTHENTICATION_KEY = "0.4.0.127.0.7.2.2.1.2"
_PACE = "0.4.0.127.0.7.2.2.4.2.2"
_BRAINPOOL_P256R1_ID = 13
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
_ECDSA_PLAIN_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"
_EC_PUBLIC_KEY = "1.2.840.10045.2.1"
_BRAINPOOL_P256R1 = "1.3.36.3.3.2.8.1.1.7"
_RSA = "1.2.840.113549.1.1.1"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
CHIP_AUTHENTICATION_OID = ber.oid_value(_CHIP_AUTHENTICATION)
_LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
_NULL = b"\x05\x00"

_JPEG2000_DATA_TYPE = 1
_FEMALE, _MALE = 2, 1


def ef_com(tags: Iterable[int]) -> bytes:
    """EF.COM: LDS 1.7, Unicode 4.0.0, the data groups' tags."""
    return ber.tlv(0x60, ber.tlv(0x5F01, b"0107"), ber.tlv(0x5F36, b"040000"), ber.tlv(0x5C, bytes(tags)))


def dg2(image: bytes, width: int, height: int, *, jpeg2000: bool, female: bool) -> bytes:
    """One face record [ISO/IEC 19794-5:2005] in its CBEFF wrapping."""
    information = bytes([_FEMALE if female else _MALE]) + bytes(13)
    facial = (20 + 12 + len(image)).to_bytes(4, "big") + bytes(2) + information
    picture = bytes([1, _JPEG2000_DATA_TYPE if jpeg2000 else 0])
    picture += width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes([1, 2]) + bytes(4)
    body = facial + picture + image
    record = b"FAC\x00010\x00" + (14 + len(body)).to_bytes(4, "big") + (1).to_bytes(2, "big") + body
    header = ber.tlv(
        0xA1,
        ber.tlv(0x80, b"\x01\x01"),
        ber.tlv(0x81, b"\x02"),
        ber.tlv(0x82, b"\x00"),
        ber.tlv(0x87, b"\x01\x01"),
        ber.tlv(0x88, b"\x00\x08"),
    )
    template = ber.tlv(0x7F60, header, ber.tlv(0x5F2E, record))
    return ber.tlv(0x75, ber.tlv(0x7F61, ber.integer(1), template))


def dg14(chip_key: curve.Point, *, explicit_parameters: bool, ecdsa: bool) -> bytes:
    """What the chip can do: chip authentication and its key, PACE, and how active authentication signs."""
    parameters = curve.parameters() if explicit_parameters else ber.oid(_BRAINPOOL_P256R1)
    key = ber.sequence(
        ber.sequence(ber.oid(_EC_PUBLIC_KEY), parameters), ber.tlv(0x03, b"\x00", curve.encode(chip_key))
    )
    infos = [
        ber.sequence(ber.oid(_CHIP_AUTHENTICATION), ber.integer(1)),
        ber.sequence(ber.oid(_CHIP_AUTHENTICATION_KEY), key),
        ber.sequence(ber.oid(_PACE), ber.integer(2), ber.integer(_BRAINPOOL_P256R1_ID)),
    ]
    if ecdsa:
        infos.append(ber.sequence(ber.oid(_ACTIVE_AUTHENTICATION), ber.integer(1), ber.oid(_ECDSA_PLAIN_SHA256)))
    return ber.tlv(0x6E, ber.set_of(*infos))


def dg15_ecdsa(key: ec.EllipticCurvePublicKey) -> bytes:
    """The public key of active authentication by ECDSA."""
    return ber.tlv(0x6F, key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def dg15_rsa(modulus: int, exponent: int) -> bytes:
    """The public key of active authentication by RSA."""
    key = ber.sequence(ber.integer(modulus), ber.integer(exponent))
    return ber.tlv(0x6F, ber.sequence(ber.sequence(ber.oid(_RSA), _NULL), ber.tlv(0x03, b"\x00", key)))


def ef_sod(files: Mapping[int, bytes], issuer: Issuer, signing_key: ec.EllipticCurvePrivateKey) -> bytes:
    """EF.SOD over the data groups by their numbers: SHA-256, signed attributes, ECDSA [ICAO 9303-10 §4.6.2]."""
    digest = ber.sequence(ber.oid(_SHA256))
    group_hashes = [
        ber.sequence(ber.integer(number), ber.octets(hashlib.sha256(file).digest()))
        for number, file in sorted(files.items())
    ]
    content = ber.sequence(ber.integer(0), digest, ber.sequence(*group_hashes))
    attributes = ber.set_of(
        ber.sequence(ber.oid(_CONTENT_TYPE), ber.set_of(ber.oid(_LDS_SECURITY_OBJECT))),
        ber.sequence(ber.oid(_MESSAGE_DIGEST), ber.set_of(ber.octets(hashlib.sha256(content).digest()))),
    )
    signature = signing_key.sign(attributes, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    certificate = issuer.document_signer
    signer = ber.sequence(
        ber.integer(1),
        ber.sequence(certificate.issuer.public_bytes(), ber.integer(certificate.serial_number)),
        digest,
        b"\xa0" + attributes[1:],  # signed as a SET, sent under its implicit tag [RFC 5652 §5.4]
        ber.sequence(ber.oid(_ECDSA_WITH_SHA256)),
        ber.octets(signature),
    )
    signed = ber.sequence(
        ber.integer(3),
        ber.set_of(digest),
        ber.sequence(ber.oid(_LDS_SECURITY_OBJECT), ber.tlv(0xA0, ber.octets(content))),
        ber.tlv(0xA0, certificate.public_bytes(Encoding.DER)),
        ber.set_of(signer),
    )
    return ber.tlv(0x77, ber.sequence(ber.oid(_SIGNED_DATA), ber.tlv(0xA0, signed)))
