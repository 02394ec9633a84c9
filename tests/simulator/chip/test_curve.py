"""The chip's groups against other implementations."""

import ecdsa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulator.chip.curve import Curve, Point
from kiosk.simulator.chip.domain_parameters import BRAINPOOL_P256R1, GROUPS, curve_of
from kiosk.simulator.chip.integers import Integers

CURVES = [group for group in GROUPS.values() if isinstance(group, Curve)]
INTEGERS = [group for group in GROUPS.values() if isinstance(group, Integers)]
scalars = st.integers(1, BRAINPOOL_P256R1.order - 1)


def theirs(scalar: int, curve: Curve = BRAINPOOL_P256R1) -> Point:
    (found,) = [one for one in ecdsa.curves.curves if one.oid and ".".join(map(str, one.oid)) == curve.oid]
    point = (found.generator * scalar).to_affine()
    return Point(int(point.x()), int(point.y()))


@given(scalars)
def test_multiples_of_the_generator_agree(scalar: int) -> None:
    curve = BRAINPOOL_P256R1
    assert curve.multiply_generator(scalar) == curve.multiply(scalar, curve.generator) == theirs(scalar)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_every_curve_agrees(curve: Curve) -> None:
    scalar = curve.order // 3
    assert curve.multiply_generator(scalar) == curve.multiply(scalar, curve.generator) == theirs(scalar, curve)


@given(scalars, scalars)
def test_sums_agree(one: int, other: int) -> None:
    if (one + other) % BRAINPOOL_P256R1.order:
        total = (one + other) % BRAINPOOL_P256R1.order
        assert BRAINPOOL_P256R1.combine(theirs(one), theirs(other)) == theirs(total)


def test_point_is_doubled_when_added_to_itself() -> None:
    generator = BRAINPOOL_P256R1.generator
    assert BRAINPOOL_P256R1.combine(generator, generator) == theirs(2)


@pytest.mark.parametrize("scalar", [0, BRAINPOOL_P256R1.order])
def test_infinity_is_refused(scalar: int) -> None:
    with pytest.raises(ValueError, match="infinity"):
        BRAINPOOL_P256R1.multiply(scalar, BRAINPOOL_P256R1.generator)
    with pytest.raises(ValueError, match="infinity"):
        BRAINPOOL_P256R1.multiply_generator(scalar)


@given(scalars)
def test_encoding_returns(scalar: int) -> None:
    assert BRAINPOOL_P256R1.decode(BRAINPOOL_P256R1.encode(theirs(scalar))) == theirs(scalar)


@given(st.binary(max_size=70))
def test_bytes_that_are_no_point_are_refused(encoded: bytes) -> None:
    with pytest.raises(ValueError, match="point"):
        BRAINPOOL_P256R1.decode(encoded)


@given(st.integers(2, BRAINPOOL_P256R1.p - 2))
def test_mapped_integers_are_points(number: int) -> None:
    point = BRAINPOOL_P256R1.mapped(number)
    assert BRAINPOOL_P256R1.decode(BRAINPOOL_P256R1.encode(point)) == point


def test_a_curve_whose_prime_does_not_fit_has_no_mapping() -> None:
    with pytest.raises(ValueError, match="mapping"):
        curve_of(10).mapped(5)


@pytest.mark.parametrize("number", [0, 3, 99])
def test_there_are_no_other_curves(number: int) -> None:
    with pytest.raises(ValueError, match="curve"):
        curve_of(number)


@pytest.mark.parametrize("group", INTEGERS, ids=lambda group: str(group.number))
def test_integers_have_the_order_that_they_say(group: Integers) -> None:
    assert pow(group.generator, group.order, group.p) == 1
    assert (group.p - 1) % group.order == 0
    assert pow(2, group.p - 1, group.p) == pow(2, group.order - 1, group.order) == 1
    element = group.multiply_generator(5)
    assert group.decode(group.encode(element)) == element
    assert group.combine(element, group.generator) == group.multiply_generator(6)
    assert group.decode(group.encode(group.mapped(7))) > 1


@pytest.mark.parametrize("value", [0, 1, 2, INTEGERS[0].p - 1, INTEGERS[0].p + 4])
def test_integers_outside_the_group_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="element"):
        INTEGERS[0].decode(value.to_bytes(129, "big"))
