"""What the clinic trusts: certificates, master lists and revocation lists of country signers in one folder."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.emrtd.certificates import (
    MALFORMED,
    PlainName,
    authority_key_identifier,
    is_authority,
    key_identifier,
    noon,
    organization,
    plain_name,
    subject_of,
)
from kiosk.reader.emrtd.master_list import read_master_list
from kiosk.reader.emrtd.signatures import UnsupportedError, public_key, verify_signed
from kiosk.reader.emrtd.tlv import MalformedError

TRAINING_ORGANIZATION = "MAU - TRAINING ONLY"
"""What the names of the training mode's invented country signers say: everybody can compute their keys."""

_LARGEST_FILE = 16 << 20
_CERTIFICATES = frozenset({".cer", ".crt", ".der", ".pem"})
_MASTER_LISTS = frozenset({".ml", ".mls"})
_REVOCATIONS = frozenset({".crl"})
Content = TypeVar("Content")


class NoticeKind(StrEnum):
    """What somebody should know about the folder, though it works."""

    ANCHOR_EXPIRED = "anchor-expired"
    CRL_OUTDATED = "crl-outdated"
    CRL_WITHOUT_ANCHOR = "crl-without-anchor"
    """Its country signer is not there: it is not used."""
    CERTIFICATE_PASSED_OVER = "certificate-passed-over"
    """A master list holds one that cannot be read or is no country signer's."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One remark; `about` names a file or a certificate's subject, `count` how many."""

    kind: NoticeKind
    about: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class TrustAnchors:
    """The country signers that the clinic trusts, and what they revoked; none is a normal state.

    Link certificates stand among the certificates and count as far as they lead to one that signed itself.
    `revocations` are checked: each was signed by one of the certificates.
    """

    certificates: tuple[x509.Certificate, ...] = ()
    revocations: tuple[x509.CertificateRevocationList, ...] = ()
    remarks: tuple[Notice, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> "TrustAnchors":
        """All of a folder, told apart by suffix; other files are passed over.

        Certificates are `.cer`, `.crt`, `.der`, `.pem` and revocation lists `.crl`, each in DER or PEM; master lists
        are `.ml` or `.mls`.

        Raises:
            KioskError: SETTINGS_INVALID, no such folder, or a file that is not what it must be; it is named.
        """
        if not folder.is_dir():
            raise KioskError(FailureCode.SETTINGS_INVALID, f"no folder {folder}")
        found: dict[x509.Certificate, None] = {}
        remarks: list[Notice] = []
        revocations: list[tuple[Path, x509.CertificateRevocationList]] = []
        for file in sorted(folder.iterdir()):
            suffix = file.suffix.lower()
            if suffix in _CERTIFICATES:
                found |= dict.fromkeys(_reading(file, _read_certificates))
            elif suffix in _MASTER_LISTS:
                listed, passed_over = _reading(file, _read_listed)
                found |= dict.fromkeys(listed)
                if passed_over:
                    remarks.append(Notice(NoticeKind.CERTIFICATE_PASSED_OVER, file.name, passed_over))
            elif suffix in _REVOCATIONS:
                revocations.append((file, _reading(file, _read_revocations)))
        anchors = cls(tuple(found))
        signed = [(file, crl) for file, crl in revocations if _is_signed(file, crl, anchors)]
        unused = [file for file, crl in revocations if (file, crl) not in signed]
        remarks += [Notice(NoticeKind.CRL_WITHOUT_ANCHOR, file.name) for file in unused]
        return replace(anchors, revocations=tuple(crl for _, crl in signed), remarks=tuple(remarks))

    @property
    def training(self) -> bool:
        """Whether an anchor belongs to the training mode, whose keys everybody can compute."""
        return any(map(_is_training, self.certificates))

    def without_training(self) -> "TrustAnchors":
        """The same without the training mode's country signers."""
        kept = tuple(certificate for certificate in self.certificates if not _is_training(certificate))
        return replace(self, certificates=kept)

    def notices(self, on: date) -> tuple[Notice, ...]:
        """What was remarked while loading, and what is too old on this day."""
        expired = [one for one in self.certificates if one.not_valid_after_utc < noon(on)]
        outdated = [crl for crl in self.revocations if is_outdated(crl, on) and not self._has_newer(crl)]
        return (
            *self.remarks,
            *(Notice(NoticeKind.ANCHOR_EXPIRED, one.subject.rfc4514_string()) for one in expired),
            *(Notice(NoticeKind.CRL_OUTDATED, crl.issuer.rfc4514_string()) for crl in outdated),
        )

    def named(self, subject: PlainName) -> tuple[x509.Certificate, ...]:
        """The certificates of this subject."""
        return tuple(one for one in self.certificates if subject_of(one) == subject)

    def with_key(self, identifier: bytes) -> tuple[x509.Certificate, ...]:
        """The certificates of the key with this identifier."""
        return tuple(one for one in self.certificates if key_identifier(one) == identifier)

    def revocations_about(self, certificate: x509.Certificate) -> tuple[x509.CertificateRevocationList, ...]:
        """The lists on which the certificate would stand if it were revoked, newest first.

        A country keeps one list for all its keys, signed with the newest: the issuer's name counts, or its key.
        """
        issuer, key = plain_name(certificate.issuer), authority_key_identifier(certificate)
        about = [
            crl
            for crl in self.revocations
            if plain_name(crl.issuer) == issuer or (key is not None and authority_key_identifier(crl) == key)
        ]
        return tuple(sorted(about, key=lambda crl: crl.last_update_utc, reverse=True))

    def _has_newer(self, crl: x509.CertificateRevocationList) -> bool:
        issuer = plain_name(crl.issuer)
        return any(
            other.last_update_utc > crl.last_update_utc and plain_name(other.issuer) == issuer
            for other in self.revocations
        )


def is_outdated(crl: x509.CertificateRevocationList, on: date) -> bool:
    """Whether a newer one should have come before this day."""
    return crl.next_update_utc is not None and crl.next_update_utc < noon(on)


def _reading(file: Path, read: Callable[[bytes], Content]) -> Content:
    """Reads one file; what is wrong with it becomes an error that names it."""
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: longer than {_LARGEST_FILE >> 20} MB")
        return read(file.read_bytes())
    except MalformedError as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: {error}") from error
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: {detail}") from error


def _read_certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    try:
        pem = b"-----BEGIN CERTIFICATE-----" in data
        found = x509.load_pem_x509_certificates(data) if pem else [x509.load_der_x509_certificate(data)]
        if all(map(_is_country_signer, found)):
            return tuple(found)
    except MALFORMED as error:
        raise MalformedError("no certificate") from error
    raise MalformedError("not a country signer's certificate")


def _read_listed(data: bytes) -> tuple[tuple[x509.Certificate, ...], int]:
    """A master list's country signers, and how many others it holds: one odd country must not spoil the list."""
    found: list[x509.Certificate] = []
    listed = read_master_list(data)
    for der in listed:
        try:
            certificate = x509.load_der_x509_certificate(der)
            if _is_country_signer(certificate):
                found.append(certificate)
        except MALFORMED:
            continue
    return tuple(found), len(listed) - len(found)


def _is_country_signer(certificate: x509.Certificate) -> bool:
    """Reads all that will be asked of it later, so that a broken one is found now."""
    subject_of(certificate)
    plain_name(certificate.issuer)
    key_identifier(certificate)
    return is_authority(certificate)


def _read_revocations(data: bytes) -> x509.CertificateRevocationList:
    try:
        pem = b"-----BEGIN X509 CRL-----" in data
        crl = x509.load_pem_x509_crl(data) if pem else x509.load_der_x509_crl(data)
        # A list of changes only, or one for some certificates only, would be taken for more than it is.
        partial = any(extension.critical for extension in crl.extensions)
        plain_name(crl.issuer)
    except MALFORMED as error:
        raise MalformedError("no revocation list") from error
    if partial:
        raise MalformedError("not a whole revocation list")
    return crl


def _is_signed(file: Path, crl: x509.CertificateRevocationList, anchors: TrustAnchors) -> bool:
    """Whether an anchor signed the list; False where the key that signed it is not among the anchors.

    Raises:
        KioskError: SETTINGS_INVALID, it names an anchor that did not sign it.
    """
    identifier = authority_key_identifier(crl)
    issuers = anchors.named(plain_name(crl.issuer)) if identifier is None else anchors.with_key(identifier)
    der = crl.public_bytes(Encoding.DER)
    for issuer in issuers:
        try:
            if verify_signed(der, public_key(issuer)):
                return True
        except UnsupportedError as error:
            raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: unsupported {error}") from error
    if issuers:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: not signed by its country signer")
    return False


def _is_training(certificate: x509.Certificate) -> bool:
    return TRAINING_ORGANIZATION in {organization(certificate.subject), organization(certificate.issuer)}
