"""CMS SignedData, the envelope of security objects and master lists [RFC 5652 §5]."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms
from cryptography import x509

from kiosk.reader.document import Check, Outcome
from kiosk.reader.emrtd import tlv
from kiosk.reader.emrtd.certificates import MALFORMED, key_identifier, plain_name
from kiosk.reader.emrtd.signatures import UnsupportedError, hash_name, public_key, read_algorithm, verify
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.reason import Reason

_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_MOST_SIGNERS = 4
_PASSED = Check(Outcome.PASSED, "")
# What asn1crypto raises where a part that it opens late is not what it should be.
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class SignedData:
    """What was signed, by whom, and whether the signature is right; the signer's own worth is another question.

    `signer` is None where its certificate is not in the envelope. `signed_at` is what the signer itself says.
    """

    content_type: str
    content: bytes
    signature: Check
    signer: x509.Certificate | None
    signed_at: datetime | None


def read_signed_data(content_info: bytes) -> SignedData:
    """Opens a ContentInfo and checks its signature; of several signers the first that is right counts.

    Raises:
        MalformedError: no SignedData with content and a signer.
    """
    try:
        info = cms.ContentInfo.load(content_info, strict=True)
        signed: cms.SignedData = info["content"]
        content_type = signed["encap_content_info"]["content_type"].dotted
        content = bytes(signed["encap_content_info"]["content"])
        signers = list(signed["signer_infos"])[:_MOST_SIGNERS]
        candidates = [certificate.chosen.dump() for certificate in signed["certificates"]]
    except _BROKEN as error:
        raise MalformedError("cms: no signed data") from error
    if not signers:
        raise MalformedError("cms: no signer")
    results = [_read_signer(signer, candidates, content_type, content) for signer in signers]
    return next((result for result in results if result.signature == _PASSED), results[0])


def _read_signer(signer: cms.SignerInfo, candidates: Sequence[bytes], content_type: str, content: bytes) -> SignedData:
    try:
        identifier = signer["sid"]
        attributes = _read_attributes(signer)
        certificate = _find_signer(candidates, identifier)
    except _BROKEN as error:
        raise MalformedError("cms: signer") from error
    if certificate is None:
        signature = Check(Outcome.NOT_RUN, Reason.SIGNER_MISSING)
    else:
        signature = _check(signer, attributes, content_type, content, certificate)
    return SignedData(content_type, content, signature, certificate, _signed_at(attributes))


_Attributes = dict[str, tuple[tlv.Tlv, ...]] | None


def _read_attributes(signer: cms.SignerInfo) -> _Attributes:
    """The signed attributes by type; None where the content itself is signed.

    Raises:
        MalformedError: one that is none, or one that stands twice: which of the two would count?
    """
    if not signer["signed_attrs"]:
        return None
    attributes: dict[str, tuple[tlv.Tlv, ...]] = {}
    for item in tlv.read_all(tlv.read_all(signer["signed_attrs"].dump())[0].value):
        kind, values = tlv.read_all(item.value)
        name = tlv.decode_oid(kind.value)
        if name in attributes:
            raise MalformedError("cms: attribute twice")
        attributes[name] = tlv.read_all(values.value)
    return attributes


def _find_signer(candidates: Sequence[bytes], identifier: cms.SignerIdentifier) -> x509.Certificate | None:
    same_serial: list[x509.Certificate] = []
    for der in candidates:
        try:
            certificate = x509.load_der_x509_certificate(der)
            if identifier.name == "subject_key_identifier":
                if key_identifier(certificate) == identifier.chosen.native:
                    return certificate
            elif identifier.chosen["serial_number"].native == certificate.serial_number:
                same_serial.append(certificate)
        except MALFORMED:
            continue
    if len(same_serial) <= 1:
        # Issuers are written in more than one string type on real cards; the serial number alone settles it.
        return same_serial[0] if same_serial else None
    wanted = plain_name(x509.Name.from_bytes(identifier.chosen["issuer"].dump())) if same_serial else ()
    return next((one for one in same_serial if plain_name(one.issuer) == wanted), same_serial[0])


def _check(
    signer: cms.SignerInfo, attributes: _Attributes, content_type: str, content: bytes, certificate: x509.Certificate
) -> Check:
    try:
        digest = hash_name(signer["digest_algorithm"].dump())
        messages = [content]
        if attributes is not None:
            if _only(attributes, _CONTENT_TYPE, 0x06) != tlv.encode_oid(content_type):
                return Check(Outcome.FAILED, Reason.CONTENT_TYPE_MISMATCH)
            computed = hashlib.new(digest, content, usedforsecurity=False).digest()
            if not hmac.compare_digest(computed, _only(attributes, _MESSAGE_DIGEST, 0x04)):
                return Check(Outcome.FAILED, Reason.MESSAGE_DIGEST_MISMATCH)
            messages = _signed_forms(signer["signed_attrs"].dump())
        algorithm = read_algorithm(signer["signature_algorithm"].dump(), digest)
        key, signature = public_key(certificate), signer["signature"].native
        valid = any(verify(key, signature, message, algorithm) for message in messages)
    except UnsupportedError as error:
        return Check(Outcome.NOT_RUN, f"unsupported-{str(error).replace(' ', '-')}")
    except (*MALFORMED, *_BROKEN):
        return Check(Outcome.FAILED, Reason.SIGNATURE_MALFORMED)
    return _PASSED if valid else Check(Outcome.FAILED, Reason.SIGNATURE_INVALID)


def _only(attributes: dict[str, tuple[tlv.Tlv, ...]], kind: str, tag: int) -> bytes:
    (value,) = attributes[kind]
    if value.tag != tag:
        raise MalformedError("cms: attribute")
    return value.value


def _signed_forms(sent: bytes) -> list[bytes]:
    """What may have been signed: the attributes as a SET, not under the implicit tag that they travel in.

    The signature is over their DER [RFC 5652 §5.4], but some signers send them in another order than DER's, and of
    those some signed the order that they sent.
    """
    attributes = tlv.read_all(tlv.read_all(sent)[0].value)
    forms = [b"\x31" + sent[1:], tlv.encode(0x31, b"".join(sorted(item.raw for item in attributes)))]
    return forms[:1] if forms[0] == forms[1] else forms


def _signed_at(attributes: _Attributes) -> datetime | None:
    if attributes is None or len(attributes.get(_SIGNING_TIME, ())) != 1:
        return None
    (value,) = attributes[_SIGNING_TIME]
    try:
        text = value.value.decode("ascii")
        form = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}[value.tag]
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except (ValueError, KeyError):
        return None
