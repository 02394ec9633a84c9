"""Passive authentication: are the chip's files those that a known country signed [ICAO 9303-11 §5.1].

Three checks: the hash of each raw file against the security object, the object's signature against its document
signer, the signer against a country signer that the clinic trusts. What fails is evidence, not an exception.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.document import Check, Outcome
from kiosk.reader.emrtd import lds, tlv
from kiosk.reader.emrtd.signatures import UnsupportedError, public_key, verify_certificate, verify_message
from kiosk.reader.emrtd.tlv import MalformedError

_LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
_HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_SUFFIXES = frozenset({".cer", ".crt", ".der", ".pem"})
# A certificate is parsed part by part when it is asked; each part may turn out to be broken.
_MALFORMED_CERTIFICATE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_PASSED = Check(Outcome.PASSED, "")


@dataclass(frozen=True, slots=True)
class TrustAnchors:
    """The country signers that the clinic trusts; none is a normal state."""

    certificates: tuple[x509.Certificate, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> "TrustAnchors":
        """All certificates of a folder: files `.cer`, `.crt`, `.der`, `.pem`, in DER or PEM.

        Raises:
            KioskError: SETTINGS_INVALID, no such folder, or a file that holds no certificate of a country signer.
        """
        if not folder.is_dir():
            raise KioskError(FailureCode.SETTINGS_INVALID, f"no folder {folder}")
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES)
        return cls(tuple(certificate for file in files for certificate in _load(file)))


def _load(file: Path) -> list[x509.Certificate]:
    try:
        data = file.read_bytes()
        pem = b"-----BEGIN CERTIFICATE-----" in data
        found = x509.load_pem_x509_certificates(data) if pem else [x509.load_der_x509_certificate(data)]
        signers = [certificate for certificate in found if _is_authority(certificate)]
    except (OSError, *_MALFORMED_CERTIFICATE) as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: no certificate") from error
    if len(signers) != len(found):
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: not a country signer's certificate")
    return signers


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """EF.SOD opened: the signed hash of each data group, and the two checks of who signed them."""

    algorithm: str
    hashes: Mapping[int, bytes]
    signature: Check
    issuer: Check


def read_security_object(ef_sod: bytes, anchors: TrustAnchors) -> SecurityObject:
    """Opens EF.SOD and checks its signature and its signer [ICAO 9303-10 §4.6.2].

    Raises:
        MalformedError: no security object, or hashes of an unknown kind.
    """
    try:
        info = cms.ContentInfo.load(tlv.read_one(ef_sod, lds.SOD.tag), strict=True)
        signed: cms.SignedData = info["content"]
        content_type = signed["encap_content_info"]["content_type"].dotted
        content = bytes(signed["encap_content_info"]["content"])
        signer = signed["signer_infos"][0]
        candidates = [certificate.chosen.dump() for certificate in signed["certificates"]]
        identifier = signer["sid"]
        attributes = signer["signed_attrs"]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise MalformedError("sod: no signed data") from error
    if content_type != _LDS_SECURITY_OBJECT:
        raise MalformedError("sod: content type")
    algorithm, hashes = _read_hashes(content)
    certificate = _find_signer(candidates, identifier)
    if certificate is None:
        missing = Check(Outcome.NOT_RUN, "signer-missing")
        return SecurityObject(algorithm, hashes, missing, missing)
    return SecurityObject(
        algorithm,
        hashes,
        _check_signature(signer, attributes, content, certificate),
        _check_issuer(certificate, anchors),
    )


def check_hashes(security_object: SecurityObject, files: Mapping[str, bytes]) -> Check:
    """Compares each data group among `files`, raw as read, with its signed hash; the other files are passed over."""
    for name, content in files.items():
        number = lds.FILES[name].data_group
        if number is None:
            continue
        signed = security_object.hashes.get(number)
        if signed is None:
            return Check(Outcome.FAILED, f"not-signed-{name.lower()}")
        digest = hashlib.new(security_object.algorithm, content, usedforsecurity=False).digest()
        if not hmac.compare_digest(digest, signed):
            return Check(Outcome.FAILED, f"hash-mismatch-{name.lower()}")
    return _PASSED


def _read_hashes(content: bytes) -> tuple[str, dict[int, bytes]]:
    """LDSSecurityObject: version, hash algorithm, list of data group number and hash."""
    parts = tlv.read_all(tlv.read_one(content, 0x30))
    if len(parts) < 3 or parts[1].tag != 0x30 or parts[2].tag != 0x30:
        raise MalformedError("sod: content")
    identifier = tlv.decode_oid(tlv.find(tlv.read_all(parts[1].value), 0x06))
    if identifier not in _HASHES:
        raise MalformedError("sod: hash algorithm")
    hashes: dict[int, bytes] = {}
    for item in tlv.read_all(parts[2].value):
        pair = tlv.read_all(item.value)
        number = tlv.decode_integer(tlv.find(pair, 0x02))
        if number in hashes:
            raise MalformedError("sod: data group twice")
        hashes[number] = tlv.find(pair, 0x04)
    return _HASHES[identifier], hashes


def _find_signer(candidates: Iterable[bytes], identifier: cms.SignerIdentifier) -> x509.Certificate | None:
    for der in candidates:
        try:
            certificate = x509.load_der_x509_certificate(der)
            if _identifies(identifier, certificate):
                return certificate
        except (*_MALFORMED_CERTIFICATE, KeyError):
            continue
    return None


def _identifies(identifier: cms.SignerIdentifier, certificate: x509.Certificate) -> bool:
    if identifier.name == "subject_key_identifier":
        return bool(_subject_key_identifier(certificate) == identifier.chosen.native)
    named = identifier.chosen
    # Issuers are written in more than one string type on real cards; the serial number settles which one it is.
    return bool(named["serial_number"].native == certificate.serial_number)


def _check_signature(
    signer: cms.SignerInfo, attributes: cms.CMSAttributes, content: bytes, certificate: x509.Certificate
) -> Check:
    try:
        digest = signer["digest_algorithm"]["algorithm"].native
        message = content
        if attributes:
            values = {attribute["type"].native: attribute["values"] for attribute in attributes}
            stated = values["message_digest"][0].native
            if values["content_type"][0].dotted != _LDS_SECURITY_OBJECT:
                return Check(Outcome.FAILED, "content-type-mismatch")
            if not hmac.compare_digest(hashlib.new(digest, content, usedforsecurity=False).digest(), stated):
                return Check(Outcome.FAILED, "message-digest-mismatch")
            # What is signed is the SET, not the implicit tag that it travels under [RFC 5652 §5.4].
            message = b"\x31" + attributes.dump()[1:]
        signature = signer["signature"].native
        valid = verify_message(public_key(certificate), signature, message, signer["signature_algorithm"], digest)
    except UnsupportedError as error:
        return Check(Outcome.NOT_RUN, f"unsupported-{str(error).replace(' ', '-')}")
    except (*_MALFORMED_CERTIFICATE, KeyError, IndexError, AttributeError):
        return Check(Outcome.FAILED, "signature-malformed")
    return _PASSED if valid else Check(Outcome.FAILED, "signature-invalid")


def _check_issuer(certificate: x509.Certificate, anchors: TrustAnchors) -> Check:
    """The chain is two long: document signer and country signer [ICAO 9303-12 §4]."""
    try:
        return _check_chain(certificate, anchors)
    except _MALFORMED_CERTIFICATE:
        return Check(Outcome.FAILED, "signer-malformed")


def _check_chain(certificate: x509.Certificate, anchors: TrustAnchors) -> Check:
    issuers = [anchor for anchor in anchors.certificates if _may_have_issued(anchor, certificate)]
    if not issuers:
        return Check(Outcome.NOT_RUN, "issuer-unknown")
    result = Check(Outcome.FAILED, "issuer-signature-invalid")
    for issuer in issuers:
        try:
            if not verify_certificate(certificate, public_key(issuer)):
                continue
        except UnsupportedError as error:
            result = Check(Outcome.NOT_RUN, f"unsupported-{str(error).replace(' ', '-')}")
            continue
        if not issuer.not_valid_before_utc <= certificate.not_valid_before_utc <= issuer.not_valid_after_utc:
            result = Check(Outcome.FAILED, "issuer-not-valid-then")
            continue
        return _PASSED
    return result


def _may_have_issued(anchor: x509.Certificate, certificate: x509.Certificate) -> bool:
    if _plain_name(anchor.subject) == _plain_name(certificate.issuer):
        return True
    try:
        authority = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    except x509.ExtensionNotFound:
        return False
    return authority.key_identifier is not None and authority.key_identifier == _subject_key_identifier(anchor)


def _plain_name(name: x509.Name) -> list[tuple[str, str]]:
    """Countries write the same name in other string types and cases from one certificate to the next."""
    return [(part.oid.dotted_string, str(part.value).strip().casefold()) for part in name]


def _subject_key_identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None
