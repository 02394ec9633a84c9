"""The chip's curve arithmetic against another implementation."""

import pytest
from ecdsa import BRAINPOOLP256r1
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulator.chip import curve

scalars = st.integers(1, curve.ORDER - 1)


def theirs(scalar: int) -> curve.Point:
    point = (BRAINPOOLP256r1.generator * scalar).to_affine()
    return curve.Point(int(point.x()), int(point.y()))


@given(scalars)
def test_multiples_of_the_generator_agree(scalar: int) -> None:
    assert curve.multiply_generator(scalar) == curve.multiply(scalar, curve.GENERATOR) == theirs(scalar)


@given(scalars, scalars)
def test_sums_agree(one: int, other: int) -> None:
    if (one + other) % curve.ORDER:
        assert curve.add(theirs(one), theirs(other)) == theirs((one + other) % curve.ORDER)


def test_point_is_doubled_when_added_to_itself() -> None:
    assert curve.add(curve.GENERATOR, curve.GENERATOR) == theirs(2)


@pytest.mark.parametrize("scalar", [0, curve.ORDER])
def test_infinity_is_refused(scalar: int) -> None:
    with pytest.raises(ValueError, match="infinity"):
        curve.multiply(scalar, curve.GENERATOR)
    with pytest.raises(ValueError, match="infinity"):
        curve.multiply_generator(scalar)


@given(scalars)
def test_encoding_returns(scalar: int) -> None:
    assert curve.decode(curve.encode(theirs(scalar))) == theirs(scalar)


@given(st.binary(max_size=70))
def test_bytes_that_are_no_point_are_refused(encoded: bytes) -> None:
    with pytest.raises(ValueError, match="point"):
        curve.decode(encoded)
