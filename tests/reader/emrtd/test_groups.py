import os
import secrets

import pytest

from kiosk.reader.emrtd.crypto import RandomBytes
from kiosk.reader.emrtd.curves import EllipticCurve
from kiosk.reader.emrtd.group import Group
from kiosk.reader.emrtd.groups import standard_group
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


GROUPS = (0, 1, 2, *CURVES)


def opposites(group: Group, element: bytes) -> set[bytes]:
    """Both points with this x; the element alone where it is an integer."""
    if not isinstance(group, EllipticCurve):
        return {element}
    x, y = group.decode(element)
    return {group.encode(x, y), group.encode(x, group.field - y)}


@pytest.mark.parametrize("drawn", [os.urandom, secrets.token_bytes], ids=["openssl", "given"])
@pytest.mark.parametrize("parameter_id", GROUPS)
def test_keys_over_another_generator_agree_whichever_of_two_points_they_show(
    parameter_id: int, drawn: RandomBytes
) -> None:
    group = standard_group(parameter_id)
    assert group is not None
    generator = group.key(secrets.randbelow(1 << 150) + 2).public
    one, other = group.random_key(drawn), group.random_key(drawn)
    exact = one.power(generator)
    shown = [one.public_over(generator, bytes([sign]).__mul__) for sign in (0, 1)]
    assert set(shown) <= opposites(group, exact)
    if isinstance(group, EllipticCurve) and group.openssl is not None:
        assert [element[-1] & 1 for element in shown] == [0, 1]
    theirs = other.public_over(generator, bytes([1]).__mul__)
    for mine in shown:
        assert other.secret(mine) == one.secret(theirs)


@pytest.mark.parametrize("parameter_id", GROUPS)
def test_a_combination_is_the_product_of_its_two_powers(parameter_id: int) -> None:
    group = standard_group(parameter_id)
    assert group is not None
    element = group.key(secrets.randbelow(1 << 150) + 2).public
    key = group.random_key(os.urandom)
    for base_exponent in (1, 2, secrets.randbelow(1 << 128) + 3):
        exact = group.product(group.key(base_exponent).public, key.power(element))
        assert key.combined(element, base_exponent) in opposites(group, exact)


@pytest.mark.parametrize("parameter_id", GROUPS)
def test_a_combination_with_nothing_or_to_nothing_is_refused(parameter_id: int) -> None:
    group = standard_group(parameter_id)
    assert group is not None
    key = group.key(5)
    with pytest.raises(MalformedError):
        key.combined(group.key(7).public, 0)
    if isinstance(group, EllipticCurve):
        with pytest.raises(MalformedError):
            key.combined(group.key(7).public, group.order - 35)


@pytest.mark.parametrize("parameter_id", CURVES)
def test_addition_and_doubling_go_on_from_the_multiples_before(parameter_id: int) -> None:
    group = standard_group(parameter_id)
    assert isinstance(group, EllipticCurve)
    multiples = [group.multiply(group.generator, exponent) for exponent in range(1, 6)]
    for one, other in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (4, 1)):
        assert group.product(multiples[one - 1], multiples[other - 1]) == multiples[one + other - 1]


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
            key.public_over(element, secrets.token_bytes)
        with pytest.raises(MalformedError):
            key.combined(element, 3)
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
