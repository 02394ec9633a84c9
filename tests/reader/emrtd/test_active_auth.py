import hashlib
import secrets

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd.active_auth import verify
from kiosk.reader.emrtd.public_keys import GroupKey, RsaKey, read_public_key

CHALLENGE = bytes(range(8))
TRAILERS = {"sha1": "33CC", "sha224": "38CC", "sha256": "34CC", "sha384": "36CC", "sha512": "35CC"}


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)


@pytest.fixture(scope="module")
def key(private: rsa.RSAPrivateKey) -> RsaKey:
    numbers = private.public_key().public_numbers()
    return RsaKey(numbers.n, numbers.e)


def representative(name: str, trailer: str, *, header: str = "6A", own: int | None = None) -> bytes:
    """A message of ISO/IEC 9796-2 scheme 1 of 128 bytes; `own` shortens the chip's part."""
    end, start = bytes.fromhex(trailer), bytes.fromhex(header)
    size = hashlib.new(name).digest_size
    recoverable = secrets.token_bytes(128 - len(start) - size - len(end) if own is None else own)
    return start + recoverable + hashlib.new(name, recoverable + CHALLENGE).digest() + end


def sign(private: rsa.RSAPrivateKey, message: bytes, *, smaller: bool = False) -> bytes:
    numbers = private.private_numbers()
    modulus = numbers.public_numbers.n
    number = pow(int.from_bytes(message, "big"), numbers.d, modulus)
    return (min(number, modulus - number) if smaller else number).to_bytes(128, "big")


@pytest.mark.parametrize("smaller", [False, True])
@pytest.mark.parametrize(("name", "trailer"), [*TRAILERS.items(), ("sha1", "BC")])
def test_a_signature_with_message_recovery_is_verified(
    private: rsa.RSAPrivateKey, key: RsaKey, name: str, trailer: str, smaller: bool
) -> None:
    signature = sign(private, representative(name, trailer), smaller=smaller)
    assert verify(key, CHALLENGE, signature)
    assert not verify(key, bytes(8), signature)


def test_a_short_part_of_the_chip_is_filled_up_in_the_header(private: rsa.RSAPrivateKey, key: RsaKey) -> None:
    filled = representative("sha256", "34CC", header="6B" + "BB" * 20 + "BA", own=128 - 22 - 32 - 2)
    assert verify(key, CHALLENGE, sign(private, filled))


@pytest.mark.parametrize(
    ("header", "trailer"),
    [("6A", "34BC"), ("6A", "31CC"), ("6A", "33CC"), ("4A", "34CC"), ("00", "34CC"), ("6B", "34CC"), ("6ABB", "BC")],
)
def test_a_message_of_another_form_is_no_signature(
    private: rsa.RSAPrivateKey, key: RsaKey, header: str, trailer: str
) -> None:
    message = representative("sha256", trailer, header=header)
    assert not verify(key, CHALLENGE, sign(private, message))


def test_only_numbers_below_the_modulus_are_signatures(private: rsa.RSAPrivateKey, key: RsaKey) -> None:
    signature = sign(private, representative("sha1", "BC"))
    for wrong in (b"", signature[1:], b"\0" + signature, bytes(128), b"\xff" * 128):
        assert not verify(key, CHALLENGE, wrong)


CURVES = (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.BrainpoolP256R1(), ec.BrainpoolP512R1(), ec.SECP224R1())
HASHES = (hashes.SHA1(), hashes.SHA224(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512())


def plain(private: ec.EllipticCurvePrivateKey, algorithm: hashes.HashAlgorithm) -> bytes:
    size = (private.curve.key_size + 7) // 8
    return b"".join(
        part.to_bytes(size, "big") for part in decode_dss_signature(private.sign(CHALLENGE, ec.ECDSA(algorithm)))
    )


@pytest.mark.parametrize("algorithm", HASHES, ids=lambda algorithm: algorithm.name)
@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_openssls_signatures_are_verified(curve: ec.EllipticCurve, algorithm: hashes.HashAlgorithm) -> None:
    private = ec.generate_private_key(curve)
    key = read_public_key(private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    assert isinstance(key, GroupKey)
    signature = plain(private, algorithm)
    assert verify(key, CHALLENGE, signature)
    assert not verify(key, bytes(8), signature)
    flipped = signature[:-1] + bytes([signature[-1] ^ 1])
    for wrong in (b"", signature[:-1], bytes(len(signature)), b"\xff" * len(signature), flipped):
        assert not verify(key, CHALLENGE, wrong)


@given(st.binary(max_size=140))
def test_any_answer_is_refused_and_breaks_nothing(answer: bytes) -> None:
    private = ec.derive_private_key(5, ec.SECP256R1())
    key = read_public_key(private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    assert not verify(key, CHALLENGE, answer)
    assert not verify(RsaKey((1 << 1023) + 1155, 3), CHALLENGE, answer)
