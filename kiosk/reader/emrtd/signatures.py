"""Signatures of certificates, revocation lists and security objects: RSA PKCS #1 v1.5, RSA-PSS, ECDSA.

The algorithms are those that ICAO 9303-12 §4.4 allows, in every way in which they are written on documents.
"""

from dataclasses import dataclass
from enum import Enum, auto

import ecdsa
from asn1crypto import keys
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kiosk.reader.emrtd import tlv
from kiosk.reader.emrtd.tlv import MalformedError

HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""Names by object identifier, as `hashlib` knows them."""

_HASH_TYPES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_NAMED_CURVES: tuple[tuple[str, type[ec.EllipticCurve] | None], ...] = (
    ("NIST256p", ec.SECP256R1),
    ("NIST384p", ec.SECP384R1),
    ("NIST521p", ec.SECP521R1),
    ("BRAINPOOLP256r1", ec.BrainpoolP256R1),
    ("BRAINPOOLP384r1", ec.BrainpoolP384R1),
    ("BRAINPOOLP512r1", ec.BrainpoolP512R1),
    ("NIST224p", ec.SECP224R1),
    ("NIST192p", ec.SECP192R1),
    # The standard allows these too; OpenSSL's bindings have no name for them.
    ("BRAINPOOLP192r1", None),
    ("BRAINPOOLP224r1", None),
    ("BRAINPOOLP320r1", None),
)
_RARE_CURVES = {getattr(ecdsa.curves, name).oid: name for name, named in _NAMED_CURVES if named is None}


class UnsupportedError(Exception):
    """An algorithm or a key that cannot be checked here; says which."""


class RareKey:
    """An EC key on a curve that the standard allows and OpenSSL's bindings have no name for.

    Raises:
        ValueError, MalformedPointError: no point of the curve.
    """

    __slots__ = ("_key",)

    def __init__(self, curve: str, point: bytes) -> None:
        self._key = ecdsa.VerifyingKey.from_string(point, getattr(ecdsa.curves, curve))

    def verify(self, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> None:
        """Checks an ECDSA signature in its SEQUENCE.

        Raises:
            InvalidSignature: it is not right.
        """
        digest = hashes.Hash(algorithm)
        digest.update(message)
        try:
            self._key.verify_digest(signature, digest.finalize(), ecdsa.util.sigdecode_der, allow_truncate=True)
        except (ecdsa.BadSignatureError, ecdsa.der.UnexpectedDER) as error:
            raise InvalidSignature from error


PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | RareKey


class Scheme(Enum):
    """How a signature is made."""

    PKCS1 = auto()
    PSS = auto()
    ECDSA = auto()
    ECDSA_PLAIN = auto()
    """r and s side by side instead of a SEQUENCE [TR-03111 §5.2.1]."""


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """An AlgorithmIdentifier understood; hashes by their `hashlib` names, `salt_length` in bytes for PSS."""

    scheme: Scheme
    digest: str
    mask_digest: str = ""
    salt_length: int = 0


_RSA = "1.2.840.113549.1.1."
_ECDSA = "1.2.840.10045.4."
_PLAIN = "0.4.0.127.0.7.1.1.4.1."
_PSS = _RSA + "10"
_MGF1 = _RSA + "8"
_ECDSA_SPECIFIED = _ECDSA + "3"
_COMPLETE: dict[str, tuple[Scheme, str]] = {
    _RSA + "5": (Scheme.PKCS1, "sha1"),
    _RSA + "14": (Scheme.PKCS1, "sha224"),
    _RSA + "11": (Scheme.PKCS1, "sha256"),
    _RSA + "12": (Scheme.PKCS1, "sha384"),
    _RSA + "13": (Scheme.PKCS1, "sha512"),
    _ECDSA + "1": (Scheme.ECDSA, "sha1"),
    _ECDSA_SPECIFIED + ".1": (Scheme.ECDSA, "sha224"),
    _ECDSA_SPECIFIED + ".2": (Scheme.ECDSA, "sha256"),
    _ECDSA_SPECIFIED + ".3": (Scheme.ECDSA, "sha384"),
    _ECDSA_SPECIFIED + ".4": (Scheme.ECDSA, "sha512"),
    _PLAIN + "1": (Scheme.ECDSA_PLAIN, "sha1"),
    _PLAIN + "2": (Scheme.ECDSA_PLAIN, "sha224"),
    _PLAIN + "3": (Scheme.ECDSA_PLAIN, "sha256"),
    _PLAIN + "4": (Scheme.ECDSA_PLAIN, "sha384"),
    _PLAIN + "5": (Scheme.ECDSA_PLAIN, "sha512"),
}
# Some signers name the key's algorithm where the signature's belongs; the hash is then the one stated beside it.
_WITHOUT_HASH = {_RSA + "1": Scheme.PKCS1, "1.2.840.10045.2.1": Scheme.ECDSA, _ECDSA + "2": Scheme.ECDSA}


def read_algorithm(identifier: bytes, digest: str = "") -> SignatureAlgorithm:
    """Reads the AlgorithmIdentifier of a signature; `digest` is the hash stated beside it, where one is.

    Raises:
        UnsupportedError: an algorithm unknown here.
        MalformedError: no AlgorithmIdentifier.
    """
    oid, parameters = _identifier(identifier)
    if oid in _COMPLETE:
        return SignatureAlgorithm(*_COMPLETE[oid])
    if oid == _PSS:
        return _read_pss(parameters)
    if oid == _ECDSA_SPECIFIED and parameters is not None:
        return SignatureAlgorithm(Scheme.ECDSA, hash_name(parameters.raw))
    if oid in _WITHOUT_HASH and digest:
        return SignatureAlgorithm(_WITHOUT_HASH[oid], digest)
    raise UnsupportedError("signature algorithm")


def hash_name(identifier: bytes) -> str:
    """The hash of an AlgorithmIdentifier; its parameters, NULL or absent, mean nothing.

    Raises:
        UnsupportedError: a hash unknown here.
        MalformedError: no AlgorithmIdentifier.
    """
    oid, _ = _identifier(identifier)
    if oid not in HASHES:
        raise UnsupportedError("hash algorithm")
    return HASHES[oid]


def _identifier(identifier: bytes) -> tuple[str, tlv.Tlv | None]:
    parts = tlv.read_all(tlv.read_one(identifier, 0x30))
    if not 1 <= len(parts) <= 2 or parts[0].tag != 0x06:
        raise MalformedError("algorithm")
    return tlv.decode_oid(parts[0].value), parts[1] if len(parts) == 2 else None


def _read_pss(parameters: tlv.Tlv | None) -> SignatureAlgorithm:
    """RSASSA-PSS-params: each part may be left out for its default [RFC 4055 §3.1]."""
    parts: dict[int, bytes] = {}
    if parameters is not None and parameters.tag != 0x05:
        if parameters.tag != 0x30:
            raise MalformedError("algorithm: PSS parameters")
        found = tlv.read_all(parameters.value)
        parts = {item.tag: item.value for item in found}
        if len(parts) != len(found) or not parts.keys() <= {0xA0, 0xA1, 0xA2, 0xA3}:
            raise MalformedError("algorithm: PSS parameters")
    digest = hash_name(parts[0xA0]) if 0xA0 in parts else "sha1"
    mask_digest = "sha1"
    if 0xA1 in parts:
        function, of_function = _identifier(parts[0xA1])
        if function != _MGF1:
            raise UnsupportedError("signature algorithm")
        mask_digest = hash_name(of_function.raw) if of_function is not None and of_function.tag == 0x30 else "sha1"
    salt_length = tlv.decode_integer(tlv.read_one(parts[0xA2], 0x02)) if 0xA2 in parts else 20
    if 0xA3 in parts and tlv.decode_integer(tlv.read_one(parts[0xA3], 0x02)) != 1:
        raise UnsupportedError("signature algorithm")
    return SignatureAlgorithm(Scheme.PSS, digest, mask_digest, salt_length)


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The subject's key; one with explicit curve parameters is rebuilt on the named curve that they are equal to.

    Raises:
        UnsupportedError: no RSA or EC key, or a curve that has no name here.
    """
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return _rebuilt_key(certificate)
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return key
    raise UnsupportedError("key type")


def _rebuilt_key(certificate: x509.Certificate) -> PublicKey:
    try:
        info = _subject_public_key_info(certificate)
        algorithm, point = tlv.read_all(tlv.read_one(info, 0x30))
        _, parameters = _identifier(algorithm.raw)
        oid = tlv.decode_oid(parameters.value) if parameters is not None and parameters.tag == 0x06 else ""
    except (MalformedError, ValueError) as error:
        raise UnsupportedError("key") from error
    rare = next((name for known, name in _RARE_CURVES.items() if ".".join(map(str, known)) == oid), None)
    if rare is not None:
        return _key_on(rare, None, point.value[1:])
    return explicit_key(info)


def explicit_key(info: bytes) -> PublicKey:
    """The EC key of a SubjectPublicKeyInfo with explicit parameters [TR-03111 §5.1.1, ICAO 9303-12 §4.4.2].

    Raises:
        UnsupportedError: the parameters are not exactly those of a named curve, generator and order included.
    """
    try:
        parsed = keys.PublicKeyInfo.load(info, strict=True)
        domain = parsed["algorithm"]["parameters"].chosen
        point = parsed["public_key"].native
        given = (
            domain["field_id"]["parameters"].native,
            int.from_bytes(domain["curve"]["a"].native, "big"),
            int.from_bytes(domain["curve"]["b"].native, "big"),
            domain["base"].native,
            domain["order"].native,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnsupportedError("key") from error
    for name, named in _NAMED_CURVES:
        curve = getattr(ecdsa.curves, name)
        generator = curve.generator
        bases = {generator.to_bytes("uncompressed"), generator.to_bytes("compressed")}
        p = curve.curve.p()
        known = (p, curve.curve.a() % p, curve.curve.b() % p, curve.order)
        if given[:3] + given[4:] == known and given[3] in bases:
            return _key_on(name, named, point)
    raise UnsupportedError("curve")


def _key_on(name: str, named: type[ec.EllipticCurve] | None, point: bytes) -> PublicKey:
    try:
        if named is not None:
            return ec.EllipticCurvePublicKey.from_encoded_point(named(), point)
        return RareKey(name, point)
    except (ValueError, TypeError, UnsupportedAlgorithm, ecdsa.keys.MalformedPointError) as error:
        raise UnsupportedError("key") from error


def verify_certificate(certificate: x509.Certificate, issuer_key: PublicKey) -> bool:
    """Whether `issuer_key` signed the certificate.

    Raises:
        UnsupportedError: its signature algorithm is unknown here.
    """
    return verify_signed(certificate.public_bytes(serialization.Encoding.DER), issuer_key)


def verify_signed(der: bytes, key: PublicKey) -> bool:
    """Whether `key` signed a certificate or a revocation list: a SEQUENCE of content, algorithm and BIT STRING.

    Raises:
        UnsupportedError: its signature algorithm is unknown here.
    """
    try:
        content, algorithm, signature = tlv.read_all(tlv.read_one(der, 0x30))
        if signature.tag != 0x03 or signature.value[:1] != b"\0":
            return False
        return verify(key, signature.value[1:], content.raw, read_algorithm(algorithm.raw))
    except ValueError:
        return False


def verify(key: PublicKey, signature: bytes, message: bytes, algorithm: SignatureAlgorithm) -> bool:
    """Whether `key` signed `message`; False too for a key of another kind than the algorithm's.

    Raises:
        UnsupportedError: a key or parameters that cannot be used here.
    """
    hashed = _HASH_TYPES[algorithm.digest]()
    elliptic = algorithm.scheme in {Scheme.ECDSA, Scheme.ECDSA_PLAIN}
    if elliptic is isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        if algorithm.scheme is Scheme.ECDSA_PLAIN:
            signature = _from_plain(signature)
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, _padding(algorithm), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashed))
        else:
            key.verify(signature, message, hashed)
    except (InvalidSignature, MalformedError):
        return False
    except (UnsupportedAlgorithm, ValueError, OverflowError) as error:
        raise UnsupportedError("signature algorithm") from error
    return True


def _padding(algorithm: SignatureAlgorithm) -> padding.PSS | padding.PKCS1v15:
    if algorithm.scheme is Scheme.PSS:
        return padding.PSS(padding.MGF1(_HASH_TYPES[algorithm.mask_digest]()), algorithm.salt_length)
    return padding.PKCS1v15()


def _from_plain(signature: bytes) -> bytes:
    half, odd = divmod(len(signature), 2)
    if odd or not half:
        raise MalformedError("signature")
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


def _subject_public_key_info(certificate: x509.Certificate) -> bytes:
    """The SubjectPublicKeyInfo as it stands, before anything interprets it [RFC 5280 §4.1]."""
    parts = tlv.read_all(tlv.read_one(certificate.tbs_certificate_bytes, 0x30))
    at = 6 if parts[0].tag == 0xA0 else 5  # version, serial, signature, issuer, validity, subject, then the key
    if len(parts) <= at:
        raise MalformedError("certificate")
    return parts[at].raw
