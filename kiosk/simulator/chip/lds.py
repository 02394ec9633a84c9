"""The logical data structure: EF.COM, the signed EF.SOD and EF.CardSecurity [ICAO 9303-10]."""

import hashlib
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.simulator.chip import ber
from kiosk.simulator.pki import Issuer

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
_SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"


def ef_com(tags: Iterable[int]) -> bytes:
    """EF.COM: LDS 1.7, Unicode 4.0.0, the data groups' tags."""
    return ber.tlv(0x60, ber.tlv(0x5F01, b"0107"), ber.tlv(0x5F36, b"040000"), ber.tlv(0x5C, bytes(tags)))


def ef_sod(files: Mapping[int, bytes], issuer: Issuer, signing_key: ec.EllipticCurvePrivateKey) -> bytes:
    """EF.SOD over the data groups by their numbers: SHA-256, signed attributes, ECDSA [ICAO 9303-10 §4.6.2]."""
    digest = ber.sequence(ber.oid(_SHA256))
    group_hashes = [
        ber.sequence(ber.integer(number), ber.octets(hashlib.sha256(file).digest()))
        for number, file in sorted(files.items())
    ]
    content = ber.sequence(ber.integer(0), digest, ber.sequence(*group_hashes))
    return ber.tlv(0x77, signed_data(_LDS_SECURITY_OBJECT, content, issuer, signing_key))


def ef_card_security(infos: bytes, issuer: Issuer, signing_key: ec.EllipticCurvePrivateKey) -> bytes:
    """EF.CardSecurity: security infos, signed like the data groups [ICAO 9303-11 §9.2.11]."""
    return signed_data(_SECURITY_OBJECT, infos, issuer, signing_key)


def signed_data(content_type: str, content: bytes, issuer: Issuer, signing_key: ec.EllipticCurvePrivateKey) -> bytes:
    """SignedData with signed attributes: SHA-256, ECDSA [RFC 5652 §5]."""
    digest = ber.sequence(ber.oid(_SHA256))
    attributes = ber.set_of(
        ber.sequence(ber.oid(_CONTENT_TYPE), ber.set_of(ber.oid(content_type))),
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
        ber.sequence(ber.oid(content_type), ber.tlv(0xA0, ber.octets(content))),
        ber.tlv(0xA0, certificate.public_bytes(Encoding.DER)),
        ber.set_of(signer),
    )
    return ber.sequence(ber.oid(_SIGNED_DATA), ber.tlv(0xA0, signed))
