"""An invented state that issues the virtual cards: two country signers, of which the clinic is to know one.

Every key is computed from a published seed, so that cards and trust anchors agree between processes and nothing
secret is stored. **Anybody can sign with these keys**: the certificate belongs to the training mode's own folder
and never beside a real country signer; its names say so.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SEED = "invented keys of the training mode, known to everybody"
TRAINING_ORGANIZATION = "MAU - TRAINING ONLY"
_VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_VALID_TO = datetime(2049, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Issuer:
    """A country signer (CSCA) and the document signer below it, whose key signs the cards."""

    country_signer: x509.Certificate
    document_signer: x509.Certificate
    document_signer_key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pki:
    """The issuer that the desk trusts in training, one that it has never heard of, and a forger's key."""

    trusted: Issuer
    unknown: Issuer
    forger_key: ec.EllipticCurvePrivateKey

    @property
    def csca_certificate(self) -> bytes:
        """The trusted country signer's certificate, DER."""
        return self.trusted.country_signer.public_bytes(Encoding.DER)

    def write_csca(self, folder: Path) -> Path:
        """Lays the trusted country signer's certificate into `folder`; returns the file.

        Raises:
            OSError: it cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "csca-mau-training-only.cer"
        file.write_bytes(self.csca_certificate)
        return file


@cache
def invent_pki(seed: str = SEED) -> Pki:
    """The invented state that follows from `seed`: the same certificates, byte for byte, in every process."""
    return Pki(
        trusted=_issuer(seed, "1", "XX"),
        unknown=_issuer(seed, "2", "XX"),
        forger_key=derive_key(f"{seed} forger", ec.BrainpoolP256R1()),
    )


def derive_key(label: str, curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    """The private key that follows from `label`; known to whoever knows the label."""
    secret = int.from_bytes(hashlib.sha512(label.encode()).digest()[: curve.key_size // 8 - 1], "big")
    return ec.derive_private_key(secret + 1, curve)


def _issuer(seed: str, ordinal: str, country: str) -> Issuer:
    country_key = derive_key(f"{seed} country signer {ordinal}", ec.BrainpoolP384R1())
    signer_key = derive_key(f"{seed} document signer {ordinal}", ec.BrainpoolP256R1())
    root = training_name(country, f"CSCA MAU {ordinal}")
    country_id = x509.SubjectKeyIdentifier.from_public_key(country_key.public_key())
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(country_id)
    country_signer = (
        _certificate(root, root, country_key, int(ordinal))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(issues=True), critical=True)
        .add_extension(country_id, critical=False)
        .add_extension(authority, critical=False)
        .sign(country_key, hashes.SHA384(), ecdsa_deterministic=True)
    )
    document_signer = (
        _certificate(root, training_name(country, f"DS MAU {ordinal}"), signer_key, 0x100 + int(ordinal))
        .add_extension(key_usage(issues=False), critical=True)
        .add_extension(authority, critical=False)
        .sign(country_key, hashes.SHA384(), ecdsa_deterministic=True)
    )
    return Issuer(country_signer, document_signer, signer_key)


def training_name(country: str, common_name: str) -> x509.Name:
    """Of somebody who certifies or signs: its organization says that nothing of it is genuine."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, TRAINING_ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePrivateKey, serial: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_TO)
    )


def key_usage(*, issues: bool) -> x509.KeyUsage:
    """Of a key that signs certificates and revocations, or else documents [ICAO 9303-12 §7]."""
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )
