"""A group of key agreement and its keys, whatever they are made over. Types only.

Elements are passed as the bytes that go over the wire, so that protocols read alike for curves and for integers.
"""

from typing import Protocol

from kiosk.reader.emrtd.crypto import RandomBytes

POINT = 0x86
"""The tag of an elliptic curve's points; no other group has it."""


class PrivateKey(Protocol):
    """A secret exponent of a group."""

    @property
    def public(self) -> bytes:
        """The standard base element with this exponent."""
        ...

    def power(self, element: bytes) -> bytes:
        """`element` with this exponent.

        Raises:
            MalformedError: no element of the group, or the neutral one came out.
        """
        ...

    def public_over(self, generator: bytes, random: RandomBytes) -> bytes:
        """This key's public key where another element is the generator.

        On curves perhaps the opposite point: opposite keys share the same secrets, and a point but for its sign costs
        half as much.

        Raises:
            MalformedError: as for `power`.
        """
        ...

    def combined(self, element: bytes, base_exponent: int) -> bytes:
        """`element` with this exponent times the base element with `base_exponent`; on curves perhaps the opposite.

        Raises:
            MalformedError: as for `power`, and where `base_exponent` is zero.
        """
        ...

    def secret(self, element: bytes) -> bytes:
        """What both sides of a key agreement share.

        Raises:
            MalformedError: as for `power`.
        """
        ...


class Group(Protocol):
    """A cyclic group of prime order, made over the integers modulo a prime.

    `public_key_tag` is the tag of its elements in a public key data object [§9.4]; `mappable` whether integers can be
    mapped to its elements.
    """

    @property
    def field(self) -> int:
        """The prime."""
        ...

    @property
    def public_key_tag(self) -> int:
        """84 for integers, 86 for points."""
        ...

    @property
    def mappable(self) -> bool:
        """Whether `element_of` works here."""
        ...

    def decode(self, element: bytes) -> object:
        """What an element's bytes stand for.

        Raises:
            MalformedError: no element of the group.
        """
        ...

    def element_of(self, number: int) -> bytes:
        """The element that belongs to an integer below the prime, whose exponent nobody knows: f_G [§4.4.3.3.2].

        Raises:
            MalformedError: the neutral element came out.
        """
        ...

    def key(self, exponent: int) -> PrivateKey:
        """The key with this exponent.

        Raises:
            MalformedError: zero.
        """
        ...

    def random_key(self, random: RandomBytes) -> PrivateKey:
        """A fresh key."""
        ...

    def product(self, one: bytes, other: bytes) -> bytes:
        """Two elements combined.

        Raises:
            MalformedError: one is no element of the group, or the neutral one came out.
        """
        ...
