import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ecdsa
import pytest
from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.document import Check, Outcome
from kiosk.reader.emrtd.passive_auth import (
    SecurityObject,
    check_hashes,
    read_security_object,
)
from kiosk.reader.emrtd.signatures import UnsupportedError, explicit_key, public_key, verify_certificate
from kiosk.reader.emrtd.tlv import MalformedError, encode, encode_oid
from kiosk.reader.emrtd.trust_anchors import TrustAnchors

PASSED = Check(Outcome.PASSED, "")
FILES = {"DG1": b"first group", "DG2": b"second group"}
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certify(
    subject: str,
    key: Key,
    issuer: str,
    issuer_key: Key,
    *,
    ca: bool,
    pss: bool = False,
    years: tuple[int, int] = (2020, 2040),
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(f"{subject}{issuer}".encode()).digest()[:8], "big") | 1)
        .not_valid_before(datetime(years[0], 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(years[1], 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if pss else None
    return builder.sign(issuer_key, hashes.SHA256(), rsa_padding=scheme)


@dataclass(frozen=True)
class State:
    """A country signer and a document signer with their keys."""

    csca_key: Key
    signer_key: Key
    csca: x509.Certificate
    signer: x509.Certificate

    @property
    def anchors(self) -> TrustAnchors:
        return TrustAnchors((self.csca,))


def found_state(csca_key: Key, signer_key: Key, *, pss: bool = False) -> State:
    csca = certify("Country", csca_key, "Country", csca_key, ca=True, pss=pss)
    signer = certify("Signer", signer_key, "Country", csca_key, ca=False, pss=pss)
    return State(csca_key, signer_key, csca, signer)


@pytest.fixture(scope="module")
def ec_state() -> State:
    return found_state(ec.generate_private_key(ec.BrainpoolP256R1()), ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture(scope="module")
def rsa_keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    return rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)


def lds_security_object(files: Mapping[str, bytes], algorithm: str) -> bytes:
    oids = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1", "sha512": "2.16.840.1.101.3.4.2.3"}
    entries = b"".join(
        encode(0x30, encode(0x02, bytes([int(file[2:])])) + encode(0x04, hashlib.new(algorithm, content).digest()))
        for file, content in files.items()
    )
    identifier = encode(0x30, encode(0x06, encode_oid(oids[algorithm])) + encode(0x05, b""))
    return encode(0x30, encode(0x02, b"\0") + identifier + encode(0x30, entries))


@dataclass(frozen=True)
class Sod:
    """An EF.SOD to be built; what a test changes is named."""

    state: State
    files: Mapping[str, bytes] = field(default_factory=lambda: FILES)
    hash_algorithm: str = "sha256"
    scheme: str = "ecdsa"
    attributes: bool = True
    by_key_identifier: bool = False
    with_certificate: bool = True
    change: Callable[[cms.SignerInfo], None] = lambda _: None
    content_type: str = "2.23.136.1.1.1"
    attribute_type: str = "2.23.136.1.1.1"
    content: bytes | None = None

    def build(self) -> bytes:
        content = lds_security_object(self.files, self.hash_algorithm) if self.content is None else self.content
        signer: dict[str, Any] = {
            "version": "v1",
            "sid": self._sid(),
            "digest_algorithm": {"algorithm": "sha256"},
            "signature_algorithm": self._algorithm(),
        }
        message = content
        if self.attributes:
            attributes = cms.CMSAttributes(
                [
                    {"type": "content_type", "values": [self.attribute_type]},
                    {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
                ]
            )
            signer["signed_attrs"] = attributes
            message = attributes.dump()
        signer["signature"] = self._sign(message)
        info = cms.SignerInfo(signer)
        self.change(info)
        der = self.state.signer.public_bytes(serialization.Encoding.DER)
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {"content_type": self.content_type, "content": content},
                "certificates": [asn1_x509.Certificate.load(der)] if self.with_certificate else [],
                "signer_infos": [info],
            }
        )
        return encode(0x77, cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())

    def _sid(self) -> cms.SignerIdentifier:
        parsed = asn1_x509.Certificate.load(self.state.signer.public_bytes(serialization.Encoding.DER))
        if self.by_key_identifier:
            return cms.SignerIdentifier({"subject_key_identifier": parsed.key_identifier})
        named = {"issuer": parsed.issuer, "serial_number": parsed.serial_number}
        return cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(named)})

    def _algorithm(self) -> algos.SignedDigestAlgorithm:
        if self.scheme != "pss":
            names = {"ecdsa": "sha256_ecdsa", "pkcs1": "sha256_rsa", "pkcs1-bare": "rsassa_pkcs1v15"}
            return algos.SignedDigestAlgorithm({"algorithm": names[self.scheme]})
        mask = {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}}
        parameters = {"hash_algorithm": {"algorithm": "sha256"}, "mask_gen_algorithm": mask, "salt_length": 32}
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)})

    def _sign(self, message: bytes) -> bytes:
        key = self.state.signer_key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(message, ec.ECDSA(hashes.SHA256()))
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return key.sign(message, pss if self.scheme == "pss" else padding.PKCS1v15(), hashes.SHA256())


def opened(sod: Sod, anchors: TrustAnchors | None = None) -> SecurityObject:
    return read_security_object(sod.build(), sod.state.anchors if anchors is None else anchors)


def test_an_untouched_object_passes_all_three_checks(ec_state: State) -> None:
    found = opened(Sod(ec_state))
    assert (check_hashes(found, FILES), found.signature, found.issuer) == (PASSED, PASSED, PASSED)


@pytest.mark.parametrize("scheme", ["pkcs1", "pkcs1-bare", "pss"])
def test_rsa_signers_pass(rsa_keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey], scheme: str) -> None:
    found = opened(Sod(found_state(*rsa_keys, pss=scheme == "pss"), scheme=scheme))
    assert (found.signature, found.issuer) == (PASSED, PASSED)


@pytest.mark.parametrize("hash_algorithm", ["sha1", "sha256", "sha512"])
def test_hashes_of_every_kind_are_compared(ec_state: State, hash_algorithm: str) -> None:
    found = opened(Sod(ec_state, hash_algorithm=hash_algorithm))
    assert check_hashes(found, FILES) == PASSED
    assert check_hashes(found, FILES | {"DG2": b"another"}) == Check(Outcome.FAILED, "hash-mismatch-dg2")


def test_signed_content_without_attributes_passes(ec_state: State) -> None:
    assert opened(Sod(ec_state, attributes=False)).signature == PASSED


def test_a_signer_named_by_its_key_identifier_is_found(ec_state: State) -> None:
    assert opened(Sod(ec_state, by_key_identifier=True)).signature == PASSED


def test_a_data_group_that_nobody_signed_fails(ec_state: State) -> None:
    found = opened(Sod(ec_state))
    assert check_hashes(found, {"DG13": b"x"}) == Check(Outcome.FAILED, "not-signed-dg13")


def test_files_without_a_number_are_not_hashed(ec_state: State) -> None:
    assert check_hashes(opened(Sod(ec_state)), {"SOD": b"x", "COM": b"x", "CardAccess": b"x"}) == PASSED


def test_a_changed_hash_list_is_noticed_by_the_digest(ec_state: State) -> None:
    sod = Sod(ec_state).build()
    digest = hashlib.sha256(FILES["DG1"]).digest()
    forged = sod.replace(digest, hashlib.sha256(b"forged").digest())
    assert forged != sod
    found = read_security_object(forged, ec_state.anchors)
    assert check_hashes(found, {"DG1": b"forged"}) == PASSED
    assert found.signature == Check(Outcome.FAILED, "message-digest-mismatch")


def test_a_signature_by_another_key_fails(ec_state: State) -> None:
    forger = replace(ec_state, signer_key=ec.generate_private_key(ec.SECP256R1()))
    found = opened(Sod(forger))
    assert (found.signature, found.issuer) == (Check(Outcome.FAILED, "signature-invalid"), PASSED)


def test_a_signature_without_attributes_over_other_content_fails(ec_state: State) -> None:
    sod = Sod(ec_state, attributes=False).build()
    digest = hashlib.sha256(FILES["DG1"]).digest()
    found = read_security_object(sod.replace(digest, bytes(32)), ec_state.anchors)
    assert found.signature == Check(Outcome.FAILED, "signature-invalid")


def test_attributes_about_another_content_type_fail(ec_state: State) -> None:
    found = opened(Sod(ec_state, attribute_type="data"))
    assert found.signature == Check(Outcome.FAILED, "content-type-mismatch")


def test_an_rsa_algorithm_with_an_ec_key_fails(ec_state: State) -> None:
    def claim_rsa(info: cms.SignerInfo) -> None:
        info["signature_algorithm"] = {"algorithm": "sha256_rsa"}

    assert opened(Sod(ec_state, change=claim_rsa)).signature == Check(Outcome.FAILED, "signature-invalid")


def test_an_unknown_signature_algorithm_is_not_run(ec_state: State) -> None:
    def claim_dsa(info: cms.SignerInfo) -> None:
        info["signature_algorithm"] = {"algorithm": "sha256_dsa"}

    assert opened(Sod(ec_state, change=claim_dsa)).signature.outcome is Outcome.NOT_RUN


def test_without_anchors_the_issuer_is_unknown(ec_state: State) -> None:
    assert opened(Sod(ec_state), TrustAnchors()).issuer == Check(Outcome.NOT_RUN, "issuer-unknown")


def test_a_country_of_the_same_name_with_another_key_proves_nothing(ec_state: State) -> None:
    other = ec.generate_private_key(ec.BrainpoolP256R1())
    impostor = certify("Country", other, "Country", other, ca=True)
    found = opened(Sod(ec_state), TrustAnchors((impostor,)))
    assert found.issuer == Check(Outcome.NOT_RUN, "issuer-key-unknown")
    assert opened(Sod(ec_state), TrustAnchors((impostor, ec_state.csca))).issuer == PASSED


def test_a_signer_from_before_its_country_signer_fails(ec_state: State) -> None:
    late = certify("Country", ec_state.csca_key, "Country", ec_state.csca_key, ca=True, years=(2030, 2040))
    assert opened(Sod(ec_state), TrustAnchors((late,))).issuer == Check(Outcome.FAILED, "issuer-not-valid-then")


def test_a_signer_whose_parts_cannot_be_read_fails(ec_state: State) -> None:
    sod = Sod(ec_state).build()
    broken = sod.replace(b"\x0c\x07Country", b"\x00\x07Country", 1)
    assert broken != sod
    found = read_security_object(broken, ec_state.anchors)
    assert found.issuer == Check(Outcome.FAILED, "signer-malformed")


def test_an_object_without_its_signers_certificate_is_not_run(ec_state: State) -> None:
    found = opened(Sod(ec_state, with_certificate=False))
    missing = Check(Outcome.NOT_RUN, "signer-missing")
    assert (found.signature, found.issuer) == (missing, missing)


@pytest.mark.parametrize(
    "content",
    [b"", encode(0x30, b""), lds_security_object({"DG1": b"a"}, "sha256") + b"\0", b"\x30\x03\x02\x01\x00"],
)
def test_content_that_is_no_hash_list_is_refused(ec_state: State, content: bytes) -> None:
    with pytest.raises(MalformedError):
        opened(Sod(ec_state, content=content))


def test_a_data_group_listed_twice_is_refused(ec_state: State) -> None:
    once = lds_security_object({"DG1": b"a"}, "sha256")
    entry = once[once.index(b"\x30\x25") :]
    assert len(entry) == 39
    head = encode(0x02, b"\0") + encode(0x30, encode(0x06, encode_oid("2.16.840.1.101.3.4.2.1")))
    with pytest.raises(MalformedError, match="twice"):
        opened(Sod(ec_state, content=encode(0x30, head + encode(0x30, entry * 2))))


def test_another_content_type_is_refused(ec_state: State) -> None:
    with pytest.raises(MalformedError):
        opened(Sod(ec_state, content_type="data"))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    for content in (data, encode(0x77, data), encode(0x77, encode(0x30, data))):
        with pytest.raises(MalformedError):
            read_security_object(content, TrustAnchors())


@pytest.mark.filterwarnings("ignore:Attribute's length", "ignore:Parsed a serial number")
@given(at=st.integers(0, 10_000), octet=st.integers(0, 255))
def test_no_changed_byte_makes_another_hash_list_pass(ec_state: State, at: int, octet: int) -> None:
    sod = SODS.setdefault("ec", Sod(ec_state).build())
    at %= len(sod)
    try:
        found = read_security_object(sod[:at] + bytes([octet]) + sod[at + 1 :], ec_state.anchors)
    except MalformedError:
        return
    if found.signature == PASSED and found.issuer == PASSED:
        assert found.hashes == {1: hashlib.sha256(FILES["DG1"]).digest(), 2: hashlib.sha256(FILES["DG2"]).digest()}


SODS: dict[str, bytes] = {}


def explicit_spki(curve: Any, point: bytes, *, a: int | None = None, generator: bytes | None = None) -> bytes:
    """SubjectPublicKeyInfo with explicit prime-field parameters [ICAO 9303-12 §4.4.2]."""
    size = (curve.curve.p().bit_length() + 7) // 8

    def integer(value: int) -> bytes:
        return encode(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))

    field_id = encode(0x30, encode(0x06, encode_oid("1.2.840.10045.1.1")) + integer(curve.curve.p()))
    coefficients = [
        encode(0x04, value.to_bytes(size, "big"))
        for value in (curve.curve.a() % curve.curve.p() if a is None else a, curve.curve.b())
    ]
    base = generator or curve.generator.to_bytes("uncompressed")
    domain = encode(
        0x30,
        encode(0x02, b"\x01")
        + field_id
        + encode(0x30, b"".join(coefficients))
        + encode(0x04, base)
        + integer(curve.order)
        + encode(0x02, b"\x01"),
    )
    algorithm = encode(0x30, encode(0x06, encode_oid("1.2.840.10045.2.1")) + domain)
    return encode(0x30, algorithm + encode(0x03, b"\0" + point))


EXPLICIT = [
    (ecdsa.curves.NIST256p, ec.SECP256R1()),
    (ecdsa.curves.BRAINPOOLP256r1, ec.BrainpoolP256R1()),
    (ecdsa.curves.BRAINPOOLP512r1, ec.BrainpoolP512R1()),
]


@pytest.mark.parametrize(("curve", "named"), EXPLICIT, ids=["P-256", "brainpool-256", "brainpool-512"])
def test_explicit_parameters_of_a_known_curve_give_the_named_key(curve: Any, named: ec.EllipticCurve) -> None:
    public = ec.generate_private_key(named).public_key()
    point = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    found = explicit_key(explicit_spki(curve, point))
    assert isinstance(found, ec.EllipticCurvePublicKey)
    assert found.public_numbers() == public.public_numbers()


def test_explicit_parameters_with_a_chosen_generator_are_refused() -> None:
    """Who may choose the generator can sign with a key that is not the owner's (CVE-2020-0601)."""
    curve = ecdsa.curves.NIST256p
    point = (curve.generator * 7).to_bytes("uncompressed")
    with pytest.raises(UnsupportedError):
        explicit_key(explicit_spki(curve, point, generator=point))
    with pytest.raises(UnsupportedError):
        explicit_key(explicit_spki(curve, point, a=5))


@given(st.binary(max_size=120))
def test_any_bytes_as_a_key_are_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedError):
        explicit_key(data)


def test_a_chain_through_a_country_signer_with_explicit_parameters_passes(tmp_path: Path) -> None:
    csca_key = ec.generate_private_key(ec.BrainpoolP512R1())
    state = found_state(csca_key, ec.generate_private_key(ec.SECP256R1()))
    parsed = asn1_x509.Certificate.load(state.csca.public_bytes(serialization.Encoding.DER))
    point = csca_key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    tbs = parsed["tbs_certificate"]
    plain = tbs["subject_public_key_info"].dump()
    body = tbs.dump().replace(plain, explicit_spki(ecdsa.curves.BRAINPOOLP512r1, point))
    tbs_der = encode(0x30, body[4:])
    signature = csca_key.sign(tbs_der, ec.ECDSA(hashes.SHA256()))
    algorithm = parsed["signature_algorithm"].dump()
    (tmp_path / "csca.der").write_bytes(encode(0x30, tbs_der + algorithm + encode(0x03, b"\0" + signature)))
    anchors = TrustAnchors.load(tmp_path)
    assert verify_certificate(anchors.certificates[0], public_key(anchors.certificates[0]))
    assert opened(Sod(state), anchors).issuer == PASSED


def test_anchors_are_read_in_der_and_pem(tmp_path: Path, ec_state: State) -> None:
    der = ec_state.csca.public_bytes(serialization.Encoding.DER)
    pem = ec_state.csca.public_bytes(serialization.Encoding.PEM)
    for file, data in (("a.CER", der), ("b.der", der), ("c.pem", pem + pem), ("d.crt", pem), ("README.md", b"text")):
        (tmp_path / file).write_bytes(data)
    assert TrustAnchors.load(tmp_path).certificates == (ec_state.csca,)


def test_an_empty_folder_is_no_anchors(tmp_path: Path) -> None:
    assert TrustAnchors.load(tmp_path) == TrustAnchors()


def test_a_missing_folder_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(KioskError) as caught:
        TrustAnchors.load(tmp_path / "nowhere")
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_a_file_that_holds_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.cer").write_bytes(b"\x30\x03\x02\x01\x00")
    with pytest.raises(KioskError, match=r"broken\.cer") as caught:
        TrustAnchors.load(tmp_path)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_a_document_signer_is_no_anchor(tmp_path: Path, ec_state: State) -> None:
    (tmp_path / "signer.pem").write_bytes(ec_state.signer.public_bytes(serialization.Encoding.PEM))
    with pytest.raises(KioskError, match=r"signer\.pem"):
        TrustAnchors.load(tmp_path)
