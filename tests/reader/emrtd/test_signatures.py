"""Signature algorithms in every way in which documents write them."""

import hashlib
from datetime import UTC, datetime

import ecdsa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd.signatures import (
    RareKey,
    Scheme,
    SignatureAlgorithm,
    UnsupportedError,
    public_key,
    read_algorithm,
    verify,
    verify_certificate,
)
from kiosk.reader.emrtd.tlv import MalformedError, encode, encode_oid

HASHES = {
    "sha1": ("1.3.14.3.2.26", hashes.SHA1()),
    "sha224": ("2.16.840.1.101.3.4.2.4", hashes.SHA224()),
    "sha256": ("2.16.840.1.101.3.4.2.1", hashes.SHA256()),
    "sha384": ("2.16.840.1.101.3.4.2.2", hashes.SHA384()),
    "sha512": ("2.16.840.1.101.3.4.2.3", hashes.SHA512()),
}
NULL = b"\x05\x00"
MGF1 = "1.2.840.113549.1.1.8"
PSS = "1.2.840.113549.1.1.10"
MESSAGE = b"what is signed"


def identifier(oid: str, parameters: bytes = b"") -> bytes:
    return encode(0x30, encode(0x06, encode_oid(oid)) + parameters)


def pss(*parts: tuple[int, bytes]) -> bytes:
    return identifier(PSS, encode(0x30, b"".join(encode(tag, value) for tag, value in parts)))


def mgf1(name: str, ending: bytes = b"") -> bytes:
    return identifier(MGF1, identifier(HASHES[name][0], ending))


@pytest.mark.parametrize(
    ("oid", "scheme", "name"),
    [
        ("1.2.840.113549.1.1.5", Scheme.PKCS1, "sha1"),
        ("1.2.840.113549.1.1.14", Scheme.PKCS1, "sha224"),
        ("1.2.840.113549.1.1.11", Scheme.PKCS1, "sha256"),
        ("1.2.840.113549.1.1.12", Scheme.PKCS1, "sha384"),
        ("1.2.840.113549.1.1.13", Scheme.PKCS1, "sha512"),
        ("1.2.840.10045.4.1", Scheme.ECDSA, "sha1"),
        ("1.2.840.10045.4.3.1", Scheme.ECDSA, "sha224"),
        ("1.2.840.10045.4.3.2", Scheme.ECDSA, "sha256"),
        ("1.2.840.10045.4.3.3", Scheme.ECDSA, "sha384"),
        ("1.2.840.10045.4.3.4", Scheme.ECDSA, "sha512"),
        ("0.4.0.127.0.7.1.1.4.1.3", Scheme.ECDSA_PLAIN, "sha256"),
    ],
)
@pytest.mark.parametrize("ending", [b"", NULL], ids=["bare", "NULL"])
def test_algorithms_that_say_their_hash_are_read(oid: str, scheme: Scheme, name: str, ending: bytes) -> None:
    # RFC 4055 §5, RFC 5758 §3.2, TR-03111 §5.2.1
    assert read_algorithm(identifier(oid, ending), "sha384") == SignatureAlgorithm(scheme, name)


@pytest.mark.parametrize(
    ("oid", "scheme"),
    [
        ("1.2.840.113549.1.1.1", Scheme.PKCS1),
        ("1.2.840.10045.2.1", Scheme.ECDSA),
        ("1.2.840.10045.4.2", Scheme.ECDSA),
    ],
)
def test_an_algorithm_without_a_hash_takes_the_one_beside_it(oid: str, scheme: Scheme) -> None:
    assert read_algorithm(identifier(oid), "sha384") == SignatureAlgorithm(scheme, "sha384")
    with pytest.raises(UnsupportedError):
        read_algorithm(identifier(oid))


def test_ecdsa_with_a_specified_hash_is_read() -> None:
    specified = identifier("1.2.840.10045.4.3", identifier(HASHES["sha512"][0]))
    assert read_algorithm(specified) == SignatureAlgorithm(Scheme.ECDSA, "sha512")


DEFAULTS = SignatureAlgorithm(Scheme.PSS, "sha1", "sha1", 20)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (identifier(PSS), DEFAULTS),
        (identifier(PSS, NULL), DEFAULTS),
        (pss(), DEFAULTS),
        (pss((0xA2, b"\x02\x01\x14"), (0xA3, b"\x02\x01\x01")), DEFAULTS),
        (pss((0xA0, identifier(HASHES["sha1"][0], NULL)), (0xA1, mgf1("sha1", NULL))), DEFAULTS),
        (pss((0xA1, identifier(MGF1))), DEFAULTS),
        (
            pss((0xA0, identifier(HASHES["sha256"][0])), (0xA1, mgf1("sha256")), (0xA2, b"\x02\x01\x20")),
            SignatureAlgorithm(Scheme.PSS, "sha256", "sha256", 32),
        ),
        (
            pss((0xA0, identifier(HASHES["sha512"][0], NULL)), (0xA1, mgf1("sha256")), (0xA2, b"\x02\x01\x00")),
            SignatureAlgorithm(Scheme.PSS, "sha512", "sha256", 0),
        ),
    ],
)
def test_pss_parameters_are_read_with_their_defaults(written: bytes, meant: SignatureAlgorithm) -> None:
    # RFC 4055 §3.1
    assert read_algorithm(written) == meant


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (identifier("1.2.840.10040.4.3"), UnsupportedError),
        (identifier("1.2.840.113549.1.1.4"), UnsupportedError),
        (pss((0xA3, b"\x02\x01\x02")), UnsupportedError),
        (pss((0xA0, identifier("1.2.840.113549.2.5"))), UnsupportedError),
        (pss((0xA1, identifier("1.2.3", identifier(HASHES["sha1"][0])))), UnsupportedError),
        (pss((0xA2, b"\x02\x01\xff")), MalformedError),
        (pss((0xA2, b"\x02\x01\x14"), (0xA2, b"\x02\x01\x20")), MalformedError),
        (pss((0xA4, NULL)), MalformedError),
        (identifier(PSS, b"\x04\x00"), MalformedError),
        (b"", MalformedError),
        (encode(0x30, b""), MalformedError),
        (identifier(PSS, NULL + NULL), MalformedError),
    ],
)
def test_what_is_unknown_or_no_algorithm_is_told_apart(written: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_algorithm(written)


@given(st.binary(max_size=80))
def test_any_bytes_are_an_algorithm_or_refused(data: bytes) -> None:
    for written in (data, encode(0x30, data), identifier(PSS, encode(0x30, data))):
        try:
            read_algorithm(written, "sha256")
        except (UnsupportedError, MalformedError):
            continue


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize("name", HASHES)
def test_signatures_hold_with_every_hash_and_for_their_message_only(
    rsa_key: rsa.RSAPrivateKey, ec_key: ec.EllipticCurvePrivateKey, name: str
) -> None:
    algorithm = HASHES[name][1]
    r, s = decode_dss_signature(ec_key.sign(MESSAGE, ec.ECDSA(algorithm)))
    signed: list[tuple[rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, bytes, SignatureAlgorithm]] = [
        (rsa_key, rsa_key.sign(MESSAGE, padding.PKCS1v15(), algorithm), SignatureAlgorithm(Scheme.PKCS1, name)),
        (
            rsa_key,
            rsa_key.sign(MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), 11), algorithm),
            SignatureAlgorithm(Scheme.PSS, name, "sha256", 11),
        ),
        (ec_key, ec_key.sign(MESSAGE, ec.ECDSA(algorithm)), SignatureAlgorithm(Scheme.ECDSA, name)),
        (ec_key, r.to_bytes(32, "big") + s.to_bytes(32, "big"), SignatureAlgorithm(Scheme.ECDSA_PLAIN, name)),
    ]
    for key, signature, stated in signed:
        assert verify(key.public_key(), signature, MESSAGE, stated)
        assert not verify(key.public_key(), signature, MESSAGE + b"!", stated)
        assert not verify(key.public_key(), signature[:-1] + bytes([signature[-1] ^ 1]), MESSAGE, stated)
        other = ec_key if key is rsa_key else rsa_key
        assert not verify(other.public_key(), signature, MESSAGE, stated)


def test_a_pss_signature_with_another_salt_or_mask_does_not_hold(rsa_key: rsa.RSAPrivateKey) -> None:
    signature = rsa_key.sign(MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    for mask, salt in (("sha256", 20), ("sha1", 32)):
        assert not verify(
            rsa_key.public_key(), signature, MESSAGE, SignatureAlgorithm(Scheme.PSS, "sha256", mask, salt)
        )


@given(signature=st.binary(max_size=300), scheme=st.sampled_from(Scheme), salt=st.sampled_from([0, 20, 255, 1 << 40]))
def test_no_made_up_signature_holds(
    rsa_key: rsa.RSAPrivateKey, ec_key: ec.EllipticCurvePrivateKey, signature: bytes, scheme: Scheme, salt: int
) -> None:
    for key in (rsa_key.public_key(), ec_key.public_key()):
        try:
            assert not verify(key, signature, MESSAGE, SignatureAlgorithm(scheme, "sha256", "sha256", salt))
        except UnsupportedError:
            assert salt > 255


RARE = ("BRAINPOOLP192r1", "BRAINPOOLP224r1", "BRAINPOOLP320r1")


@pytest.mark.parametrize("curve", RARE)
@pytest.mark.parametrize("form", ["named", "explicit"])
def test_a_certificate_on_a_curve_without_a_name_in_openssl_is_checked(
    ec_key: ec.EllipticCurvePrivateKey, curve: str, form: str
) -> None:
    """The standard allows these curves [ICAO 9303-12 §4.4]; the certificate signs itself with one of them."""
    key = ecdsa.SigningKey.from_secret_exponent(0x1234567, getattr(ecdsa.curves, curve), hashlib.sha256)
    info = key.verifying_key.to_der(curve_parameters_encoding="named_curve" if form == "named" else "explicit")
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "rare")])
    template = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(ec_key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(ec_key, hashes.SHA256())
    )
    plain = ec_key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    content = template.tbs_certificate_bytes
    header = 2 + (content[1] - 0x80 if content[1] & 0x80 else 0)
    content = encode(0x30, content[header:].replace(plain, info))
    signature = key.sign(content, sigencode=ecdsa.util.sigencode_der)
    whole = content + identifier("1.2.840.10045.4.3.2") + encode(0x03, b"\0" + signature)
    certificate = x509.load_der_x509_certificate(encode(0x30, whole))
    rare = public_key(certificate)
    assert isinstance(rare, RareKey)
    assert verify_certificate(certificate, rare)
    assert not verify_certificate(template, rare)
