"""Integers modulo a prime, of prime order: the groups of classical key agreement [RFC 5114]."""

from dataclasses import dataclass

from kiosk.simulator.chip import ber


@dataclass(frozen=True, slots=True, eq=False)
class Integers:
    """The powers of g modulo p; `number` is the standardised one."""

    number: int
    p: int
    generator: int
    order: int

    @property
    def key_tag(self) -> int:
        """The tag of an element in a public key data object."""
        return 0x84

    def multiply(self, exponent: int, element: int) -> int:
        """`element` to the `exponent`: written as curves say it, so that protocols read alike.

        Raises:
            ValueError: the result is one.
        """
        return self._checked(pow(element, exponent, self.p))

    def multiply_generator(self, exponent: int) -> int:
        """The generator to the `exponent`.

        Raises:
            ValueError: the result is one.
        """
        return self.multiply(exponent, self.generator)

    def combine(self, one: int, other: int) -> int:
        """The product.

        Raises:
            ValueError: the result is one.
        """
        return self._checked(one * other % self.p)

    def mapped(self, number: int) -> int:
        """The element of an integer [ICAO 9303-11 §4.4.3.3.2].

        Raises:
            ValueError: the result is one or none.
        """
        return self._checked(pow(number, (self.p - 1) // self.order, self.p))

    def shared(self, exponent: int, element: int) -> bytes:
        """What a key agreement gives, as long as p."""
        return self.multiply(exponent, element).to_bytes((self.p.bit_length() + 7) // 8, "big")

    def encode(self, element: int) -> bytes:
        """An unsigned integer in as few bytes as it needs."""
        return element.to_bytes((element.bit_length() + 7) // 8, "big")

    def decode(self, encoded: bytes) -> int:
        """An element.

        Raises:
            ValueError: outside the group.
        """
        element = int.from_bytes(encoded, "big")
        if element >= self.p or pow(element, self.order, self.p) != 1:
            raise ValueError("not an element of the group")
        return self._checked(element)

    def parameters(self) -> bytes:
        """p, g and q as certificates carry them [RFC 3279 §2.3.3]."""
        return ber.sequence(ber.integer(self.p), ber.integer(self.generator), ber.integer(self.order))

    def _checked(self, element: int) -> int:
        if element <= 1:
            raise ValueError("neutral element")
        return element
