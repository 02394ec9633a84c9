import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd.curves import EllipticCurve
from kiosk.reader.emrtd.groups import standard_group
from kiosk.reader.emrtd.public_keys import GroupKey, RsaKey, read_public_key
from kiosk.reader.emrtd.signatures import UnsupportedError
from kiosk.reader.emrtd.tlv import MalformedError, encode, encode_oid
from kiosk.simulator.chip import ber
from kiosk.simulator.chip.curve import Curve
from kiosk.simulator.chip.domain_parameters import GROUPS
from kiosk.simulator.chip.profile import KeyForm, public_key_info

EC, DH_X942, DH_PKCS3, RSA = "1.2.840.10045.2.1", "1.2.840.10046.2.1", "1.2.840.113549.1.3.1", "1.2.840.113549.1.1.1"
P256 = "1.2.840.10045.3.1.7"

# ICAO 9303-11 appendix I.1: ChipAuthenticationPublicKeyInfo, its SubjectPublicKeyInfo
WORKED = bytes.fromhex(
    "3052300C060704007F0007010202010D034200041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8"
    "84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F"
)


def info(kind: str, parameters: bytes, key: bytes) -> bytes:
    algorithm = encode(0x30, encode(0x06, encode_oid(kind)) + parameters)
    return encode(0x30, algorithm + encode(0x03, b"\0" + key))


def oid(name: str) -> bytes:
    return encode(0x06, encode_oid(name))


def point(parameter_id: int = 12) -> bytes:
    group = standard_group(parameter_id)
    assert group is not None
    return group.key(5).public


def test_the_worked_key_is_a_point_of_its_curve() -> None:
    key = read_public_key(WORKED)
    assert isinstance(key, GroupKey)
    assert key.group is standard_group(13)
    assert key.element == WORKED[-65:]


@pytest.mark.parametrize("form", KeyForm)
@pytest.mark.parametrize("number", GROUPS)
def test_every_group_is_known_in_every_form(number: int, form: KeyForm) -> None:
    group = standard_group(number)
    assert group is not None
    element = group.key(7).public
    key = read_public_key(public_key_info(GROUPS[number], element, form))
    assert isinstance(key, GroupKey)
    assert key.group is group
    assert key.element == element


def test_the_older_notation_of_integers_is_known() -> None:
    group, ours = GROUPS[0], standard_group(0)
    assert ours is not None
    element = int.from_bytes(ours.key(9).public, "big")
    p, g = group.p, group.generator
    assert isinstance(g, int)

    def integer(value: int) -> bytes:
        return encode(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))

    key = read_public_key(info(DH_PKCS3, encode(0x30, integer(p) + integer(g)), integer(element)))
    assert key == GroupKey(ours, ours.key(9).public)
    with pytest.raises(UnsupportedError):
        read_public_key(info(DH_PKCS3, encode(0x30, integer(p) + integer(g + 1)), integer(element)))
    with pytest.raises(MalformedError):
        read_public_key(info(DH_X942, encode(0x30, integer(p) + integer(g)), integer(element + 1)))


def test_an_rsa_key_has_its_two_numbers() -> None:
    numbers = encode(0x30, encode(0x02, b"\x00\xc5" + bytes(126) + b"\x01") + encode(0x02, b"\x01\x00\x01"))
    key = read_public_key(info(RSA, b"\x05\x00", numbers))
    assert isinstance(key, RsaKey)
    assert (key.size, key.exponent) == (128, 65537)


@pytest.mark.parametrize(
    "modulus", [b"\x01", b"\x00\xff", b"\x00" + b"\xff" * 60, b"\x01" + bytes(512), b"\xff" * 64, b""]
)
def test_an_rsa_modulus_has_a_reasonable_size(modulus: bytes) -> None:
    numbers = encode(0x30, encode(0x02, modulus) + encode(0x02, b"\x03"))
    with pytest.raises(MalformedError):
        read_public_key(info(RSA, b"\x05\x00", numbers))


@pytest.mark.parametrize("exponent", [b"\x01", b"\x02", b"\x01\x00"])
def test_an_rsa_exponent_that_needs_no_private_key_is_refused(exponent: bytes) -> None:
    numbers = encode(0x30, encode(0x02, b"\x00\xc5" + bytes(126) + b"\x01") + encode(0x02, exponent))
    with pytest.raises(MalformedError):
        read_public_key(info(RSA, b"\x05\x00", numbers))


def spelt_out(generator: bytes, *, order: int = 0) -> bytes:
    """The parameters of P-256 with this generator."""
    curve = GROUPS[12]
    assert isinstance(curve, Curve)
    return ber.sequence(
        ber.integer(1),
        ber.sequence(ber.oid("1.2.840.10045.1.1"), ber.integer(curve.p)),
        ber.sequence(ber.octets(curve.a.to_bytes(32, "big")), ber.octets(curve.b.to_bytes(32, "big"))),
        ber.octets(generator),
        ber.integer(order or curve.order),
    )


def test_a_generator_may_be_compressed_and_must_be_the_right_one() -> None:
    group = standard_group(12)
    assert isinstance(group, EllipticCurve)
    assert [len(form) for form in group.generator_forms] == [65, 33]
    for form in group.generator_forms:
        key = read_public_key(info(EC, spelt_out(form), point()))
        assert isinstance(key, GroupKey)
        assert key.group is group
    for wrong in (spelt_out(group.key(2).public), spelt_out(group.generator, order=7), spelt_out(b"")):
        with pytest.raises(UnsupportedError):
            read_public_key(info(EC, wrong, point()))


@pytest.mark.parametrize(
    ("kind", "parameters", "error"),
    [
        (EC, oid("1.3.132.0.10"), UnsupportedError),
        (EC, b"\x05\x00", UnsupportedError),
        ("1.3.101.112", b"\x05\x00", UnsupportedError),
        ("0.4.0.127.0.7.1.2", b"\x02\x01\x03", UnsupportedError),
        ("0.4.0.127.0.7.1.2", b"\x02\x01\x63", UnsupportedError),
        (EC, b"\x30\x00", MalformedError),
        (DH_X942, b"\x30\x00", MalformedError),
        (EC, b"", MalformedError),
        (EC, oid("1.3.132.0.34"), MalformedError),
        (RSA, b"\x05\x00", MalformedError),
    ],
    ids=["secp256k1", "implicit", "ed25519", "reserved", "unknown", "empty", "no-integers", "none", "point", "rsa"],
)
def test_what_is_not_known_or_broken_is_told_apart(kind: str, parameters: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_public_key(info(kind, parameters, point()))


@pytest.mark.parametrize("key", [b"", b"\x04" + bytes(64), point()[:-1], b"\x00"])
def test_a_point_off_its_curve_is_refused(key: bytes) -> None:
    with pytest.raises(MalformedError):
        read_public_key(info(EC, oid(P256), key))


@given(st.binary(max_size=120), st.sampled_from([EC, DH_X942, RSA, "0.4.0.127.0.7.1.2"]), st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes, kind: str, parameters: bytes) -> None:
    for content in (data, encode(0x30, data), info(kind, parameters, data), info(kind, encode(0x30, parameters), data)):
        try:
            read_public_key(content)
        except (MalformedError, UnsupportedError):
            continue
