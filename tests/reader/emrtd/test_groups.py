import secrets

import pytest

from kiosk.reader.emrtd.groups import EllipticCurve, standard_group
from kiosk.reader.emrtd.tlv import MalformedError

CURVES = (8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)


@pytest.mark.parametrize("parameter_id", CURVES)
def test_both_sides_agree_on_every_standard_curve(parameter_id: int) -> None:
    group = standard_group(parameter_id)
    assert group is not None
    one, other = group.random_key(secrets.token_bytes), group.random_key(secrets.token_bytes)
    assert one.secret(other.public) == other.secret(one.public)
    assert one.power(other.public) == other.power(one.public)


@pytest.mark.parametrize("parameter_id", [12, 13, 15, 16, 17, 18])
def test_openssl_finds_the_same_points_as_python(parameter_id: int) -> None:
    group = standard_group(parameter_id)
    assert isinstance(group, EllipticCurve)
    assert group.openssl is not None
    element = group.random_key(secrets.token_bytes).public
    for exponent in (1, 2, 3, group.order - 1, secrets.randbelow(group.order - 1) + 1):
        key = group.key(exponent)
        assert key.public == group.multiply(group.generator, exponent)
        assert key.power(element) == group.multiply(element, exponent)
        assert key.power(group.generator) == key.public


def test_a_reserved_parameter_number_is_no_group() -> None:
    assert standard_group(3) is None
    assert standard_group(255) is None


@pytest.mark.parametrize("parameter_id", [10, 13])
def test_points_off_the_curve_are_refused(parameter_id: int) -> None:
    group = standard_group(parameter_id)
    assert group is not None
    key = group.key(5)
    wrong = key.public[:-1] + bytes([key.public[-1] ^ 1])
    for element in (wrong, b"", b"\x00", key.public[:-1], b"\x02" + key.public[1:], b"\x04" + b"\xff" * 64):
        with pytest.raises(MalformedError):
            key.power(element)
        with pytest.raises(MalformedError):
            key.secret(element)
        with pytest.raises(MalformedError):
            group.product(element, key.public)


def test_a_point_and_its_opposite_have_no_product() -> None:
    group = standard_group(13)
    assert isinstance(group, EllipticCurve)
    with pytest.raises(MalformedError):
        group.product(group.generator, group.key(group.order - 1).public)


def test_a_private_key_is_drawn_again_until_it_fits() -> None:
    group = standard_group(13)
    assert group is not None
    draws = iter([b"\xff" * 32, bytes(32), bytes(31) + b"\x07"])
    assert group.random_key(lambda _: next(draws)).public == group.key(7).public
