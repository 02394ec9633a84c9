"""Signatures of certificates and security objects: RSA PKCS #1 v1.5, RSA-PSS, ECDSA [ICAO 9303-12 §4.4]."""

import ecdsa
from asn1crypto import algos, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from kiosk.reader.emrtd.tlv import MalformedError

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_NAMED_CURVES: tuple[tuple[str, type[ec.EllipticCurve]], ...] = (
    ("NIST256p", ec.SECP256R1),
    ("NIST384p", ec.SECP384R1),
    ("NIST521p", ec.SECP521R1),
    ("BRAINPOOLP256r1", ec.BrainpoolP256R1),
    ("BRAINPOOLP384r1", ec.BrainpoolP384R1),
    ("BRAINPOOLP512r1", ec.BrainpoolP512R1),
    ("NIST224p", ec.SECP224R1),
)


class UnsupportedError(Exception):
    """An algorithm or a key that cannot be checked here; says which."""


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The subject's key; one with explicit curve parameters is rebuilt on the named curve that they are equal to.

    Raises:
        UnsupportedError: no RSA or EC key, or a curve that has no name here.
    """
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return explicit_key(_subject_public_key_info(certificate))
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return key
    raise UnsupportedError("key type")


def explicit_key(info: bytes) -> ec.EllipticCurvePublicKey:
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
        known = (p, curve.curve.a() % p, curve.curve.b(), curve.order)
        if given[:3] + given[4:] == known and given[3] in bases:
            try:
                return ec.EllipticCurvePublicKey.from_encoded_point(named(), point)
            except (ValueError, TypeError, UnsupportedAlgorithm) as error:
                raise UnsupportedError("key") from error
    raise UnsupportedError("curve")


def verify_certificate(certificate: x509.Certificate, issuer_key: PublicKey) -> bool:
    """Whether `issuer_key` signed the certificate.

    Raises:
        UnsupportedError: its signature algorithm is unknown here.
    """
    try:
        algorithm = certificate.signature_hash_algorithm
        scheme = certificate.signature_algorithm_parameters
    except (UnsupportedAlgorithm, ValueError) as error:
        raise UnsupportedError("signature algorithm") from error
    if algorithm is None:
        raise UnsupportedError("signature algorithm")
    pss = scheme if isinstance(scheme, padding.PSS) else None
    return _verify(issuer_key, certificate.signature, certificate.tbs_certificate_bytes, algorithm, pss)


def verify_message(
    key: PublicKey, signature: bytes, message: bytes, algorithm: algos.SignedDigestAlgorithm, digest: str
) -> bool:
    """Whether `key` signed `message` by the algorithm of a CMS SignerInfo; `digest` is the one stated beside it.

    Raises:
        UnsupportedError: an algorithm unknown here.
        MalformedError: parameters that are none.
    """
    try:
        kind = algorithm.signature_algo
        stated = algorithm["algorithm"].native
        hash_name = digest if stated == "rsassa_pkcs1v15" else algorithm.hash_algo
        pss = None
        if kind == "rsassa_pss":
            parameters = algorithm["parameters"]
            mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
            pss = padding.PSS(padding.MGF1(_hash(mask)), parameters["salt_length"].native)
    except (ValueError, TypeError, KeyError) as error:
        raise MalformedError("sod: signature algorithm") from error
    if kind not in {"rsassa_pkcs1v15", "rsassa_pss", "ecdsa"}:
        raise UnsupportedError("signature algorithm")
    if (kind == "ecdsa") is not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    return _verify(key, signature, message, _hash(hash_name), pss)


def _verify(
    key: PublicKey, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm, pss: padding.PSS | None
) -> bool:
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(algorithm))
        else:
            key.verify(signature, message, pss or padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError) as error:
        raise UnsupportedError("signature algorithm") from error
    return True


def _hash(name: str) -> hashes.HashAlgorithm:
    if name not in _HASHES:
        raise UnsupportedError("hash algorithm")
    return _HASHES[name]()


def _subject_public_key_info(certificate: x509.Certificate) -> bytes:
    parsed = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    return bytes(parsed["tbs_certificate"]["subject_public_key_info"].dump())
