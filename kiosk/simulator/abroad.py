"""An invented foreign state and its signers: a country signer that took a new key, a master list, a revocation list.

As in `pki`, every key follows from a published seed and every name says that it is for training only.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.active import rsa_key
from kiosk.simulator.chip.domain_parameters import GROUPS
from kiosk.simulator.chip.profile import HashKind, KeyForm, RsaKind, public_key_info
from kiosk.simulator.chip.signing import PrivateKey, Signer, Style, signed_data
from kiosk.simulator.pki import SEED, derive_key, key_usage, training_name

_MASTER_LIST = "2.23.136.1.1.2"
_MASTER_LIST_SIGNER = x509.ObjectIdentifier("2.23.136.1.1.3")
_FOREVER = datetime(2049, 12, 31, tzinfo=UTC)
_KEY_YEARS = 5
_RSA_BITS = 2048


class KeyKind(StrEnum):
    """The key of a document signer."""

    P224 = "p224"
    P256 = "p256"
    P384 = "p384"
    P521 = "p521"
    BRAINPOOL_256 = "brainpool256"
    BRAINPOOL_384 = "brainpool384"
    BRAINPOOL_512 = "brainpool512"
    BRAINPOOL_256_EXPLICIT = "brainpool256-explicit"
    """Its certificate writes the curve out."""
    RSA = "rsa"


_CURVES: dict[KeyKind, ec.EllipticCurve] = {
    KeyKind.P224: ec.SECP224R1(),
    KeyKind.P256: ec.SECP256R1(),
    KeyKind.P384: ec.SECP384R1(),
    KeyKind.P521: ec.SECP521R1(),
    KeyKind.BRAINPOOL_256: ec.BrainpoolP256R1(),
    KeyKind.BRAINPOOL_384: ec.BrainpoolP384R1(),
    KeyKind.BRAINPOOL_512: ec.BrainpoolP512R1(),
    KeyKind.BRAINPOOL_256_EXPLICIT: ec.BrainpoolP256R1(),
}
_BRAINPOOL_P256R1 = 13


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class State:
    """A country signer of 2016 and the one of 2021 that followed it; `link` is the new key signed by the old one."""

    country: str
    old: Signer
    new: Signer
    link: x509.Certificate

    def document_signer(
        self, kind: KeyKind = KeyKind.P256, *, under_old: bool = False, revoked: bool = False
    ) -> Signer:
        """A document signer with this key; `revoked` is another one, which stands on the revocation list."""
        return _document_signer(self, kind, under_old, revoked)

    def revocation_list(
        self, issued: datetime = datetime(2026, 1, 1, tzinfo=UTC), until: datetime = _FOREVER
    ) -> x509.CertificateRevocationList:
        """What the state revoked, signed with its new key."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.new.certificate.subject)
            .last_update(issued)
            .next_update(until)
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(_authority(self.new.key), critical=False)
        )
        for number in range(len(KeyKind)):
            revoked = x509.RevokedCertificateBuilder().serial_number(_serial(number, revoked=True))
            builder = builder.add_revoked_certificate(revoked.revocation_date(issued).build())
        return builder.sign(_elliptic(self.new.key), hashes.SHA384(), ecdsa_deterministic=True)

    def master_list(self) -> bytes:
        """The three certificates of its country signers, signed by the state's signer of master lists."""
        key = derive_key(f"{SEED} {self.country} master list signer", ec.SECP256R1())
        subject = training_name(self.country, "MASTER LIST SIGNER")
        signer = (
            _builder(self.new.certificate.subject, subject, key, 0x30, 2021, 2049)
            .add_extension(_authority(self.new.key), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.ExtendedKeyUsage([_MASTER_LIST_SIGNER]), critical=True)
            .sign(_elliptic(self.new.key), hashes.SHA384(), ecdsa_deterministic=True)
        )
        listed = [one.public_bytes(Encoding.DER) for one in (self.old.certificate, self.new.certificate, self.link)]
        content = ber.sequence(ber.integer(0), ber.set_of(*listed))
        return signed_data(
            _MASTER_LIST, content, Signer(signer, key), Style(by_key_identifier=True), (self.new.certificate,)
        )

    def write_anchors(self, folder: Path) -> None:
        """Lays the master list and the revocation list into `folder`.

        Raises:
            OSError: they cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.country.lower()}-training-only"
        (folder / f"{name}.ml").write_bytes(self.master_list())
        (folder / f"{name}.crl").write_bytes(self.revocation_list().public_bytes(Encoding.DER))


@cache
def invent_state(country: str = "UT") -> State:
    """The state of these two letters; `ZZ` is the one that no clinic has heard of."""
    old_key = derive_key(f"{SEED} {country} country signer 2016", ec.BrainpoolP384R1())
    new_key = derive_key(f"{SEED} {country} country signer 2021", ec.BrainpoolP384R1())
    old_name = training_name(country, f"CSCA {country}")
    new_name = training_name(country.lower(), f"Csca {country.lower()} 2")
    old = _authority_certificate(old_name, old_name, old_key, old_key, 1, 2016)
    new = _authority_certificate(new_name, new_name, new_key, new_key, 2, 2021)
    link = _authority_certificate(old_name, new_name, new_key, old_key, 3, 2021)
    return State(country, Signer(old, old_key), Signer(new, new_key), link)


def forger_key(kind: KeyKind) -> PrivateKey:
    """A key that fits a document signer's certificate in kind, but is not its own."""
    return _key(kind, f"{SEED} forger")


@cache
def _document_signer(state: State, kind: KeyKind, under_old: bool, revoked: bool) -> Signer:
    issuer = state.old if under_old else state.new
    year = 2016 if under_old else 2021
    number = list(KeyKind).index(kind)
    # One RSA key for all of them: finding one takes a second.
    label = "document signer" if kind is KeyKind.RSA else f"document signer {year} {revoked}"
    key = _key(kind, f"{SEED} {state.country} {label}")
    builder = (
        _builder(
            issuer.certificate.subject,
            training_name(state.country, f"DS {kind.value}"),
            key,
            _serial(number, revoked=revoked) + (0x4000 if under_old else 0),
            year,
            2049,
        )
        .add_extension(key_usage(issues=False), critical=True)
        .add_extension(_authority(issuer.key), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_key_period(year), critical=False)
    )
    certificate = builder.sign(_elliptic(issuer.key), hashes.SHA384(), ecdsa_deterministic=True)
    if kind is KeyKind.BRAINPOOL_256_EXPLICIT:
        certificate = _written_out(certificate, _elliptic(key), _elliptic(issuer.key))
    return Signer(certificate, key)


def _authority_certificate(
    issuer: x509.Name,
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing_key: ec.EllipticCurvePrivateKey,
    serial: int,
    year: int,
) -> x509.Certificate:
    return (
        _builder(issuer, subject, key, serial, year, 2049)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(issues=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_authority(signing_key), critical=False)
        .add_extension(_key_period(year), critical=False)
        .sign(signing_key, hashes.SHA384(), ecdsa_deterministic=True)
    )


def _builder(
    issuer: x509.Name, subject: x509.Name, key: PrivateKey, serial: int, first_year: int, last_year: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime(first_year, 1, 2, tzinfo=UTC))
        .not_valid_after(datetime(last_year, 12, 31, tzinfo=UTC))
    )


def _key(kind: KeyKind, label: str) -> PrivateKey:
    if kind is not KeyKind.RSA:
        return derive_key(f"{label} {kind.value}", _CURVES[kind])
    found = rsa_key(label, RsaKind(_RSA_BITS, HashKind.SHA256))
    public = rsa.RSAPublicNumbers(65537, found.modulus)
    p, q = rsa.rsa_recover_prime_factors(found.modulus, public.e, found.private_exponent)
    d = found.private_exponent
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    ).private_key()


def _written_out(
    certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, signing_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """The certificate with its key's curve as explicit parameters, signed anew."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    named = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    explicit = public_key_info(GROUPS[_BRAINPOOL_P256R1], point, KeyForm.EXPLICIT)
    [(_, content, _)] = ber.objects(certificate.tbs_certificate_bytes)
    content = ber.sequence(content.replace(named, explicit))
    algorithm = ber.sequence(ber.oid(certificate.signature_algorithm_oid.dotted_string))
    signature = signing_key.sign(content, ec.ECDSA(hashes.SHA384(), deterministic_signing=True))
    return x509.load_der_x509_certificate(ber.sequence(content, algorithm, ber.tlv(0x03, b"\x00", signature)))


def _serial(number: int, *, revoked: bool) -> int:
    return (0x2000 if revoked else 0x1000) + number


def _authority(key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _key_period(year: int) -> x509.PrivateKeyUsagePeriod:
    return x509.PrivateKeyUsagePeriod(datetime(year, 1, 1, tzinfo=UTC), datetime(year + _KEY_YEARS, 12, 31, tzinfo=UTC))


def _elliptic(key: PrivateKey) -> ec.EllipticCurvePrivateKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("an elliptic key")
    return key
