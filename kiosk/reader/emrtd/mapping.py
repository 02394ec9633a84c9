"""The mappings of PACE: how the chip's nonce becomes the generator of the key agreement [ICAO 9303-11 §4.4.3.3]."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.reader.emrtd.crypto import RandomBytes, Suite
from kiosk.reader.emrtd.group import Group
from kiosk.reader.emrtd.groups import standard_group
from kiosk.reader.emrtd.tlv import MalformedError

Exchange = Callable[[int, bytes, int], bytes]  # request tag, its data, answer tag -> the answer's data


@dataclass(frozen=True, slots=True, repr=False)
class Mapped:
    """What mapping brought: the new generator, and the chip's public key of the exchange, where there was one.

    On curves the generator may be the opposite of the chip's: what is agreed over either is the same.
    """

    generator: bytes
    chip_public: bytes = b""


MapNonce = Callable[[Group, Suite, bytes, Exchange, RandomBytes], Mapped]


def map_generic(group: Group, suite: Suite, nonce: bytes, exchange: Exchange, random: RandomBytes) -> Mapped:  # noqa: ARG001
    """Generic mapping: the new generator is nonce times the old one plus an agreed element [§4.4.3.3.1].

    In chip authentication mapping the chip's key of this exchange is not quite random [§4.4.3.3.3].
    """
    private = group.random_key(random)
    theirs = exchange(0x81, private.public, 0x82)
    return Mapped(private.combined(theirs, int.from_bytes(nonce, "big")), theirs)


def map_integrated(group: Group, suite: Suite, nonce: bytes, exchange: Exchange, random: RandomBytes) -> Mapped:
    """Integrated mapping: the new generator is hashed from the chip's nonce and one of ours [§4.4.3.3.2]."""
    own_nonce = random(suite.key_size)
    exchange(0x81, own_nonce, 0x82)
    return Mapped(group.element_of(pseudo_random_number(suite, nonce, own_nonce, group.field)))


# c0 and c1 by the size of the nonce [§4.4.3.3.2]
_CONSTANTS: Mapping[int, tuple[bytes, bytes]] = MappingProxyType(
    {
        16: (bytes.fromhex("a668892a7c41e3ca739f40b057d85904"), bytes.fromhex("a4e136ac725f738b01c1f60217c188ad")),
        32: (
            bytes.fromhex("d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676"),
            bytes.fromhex("54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517"),
        ),
    }
)


def pseudo_random_number(suite: Suite, nonce: bytes, key: bytes, modulus: int) -> int:
    """R_p(s, t): a number below `modulus`, from at least 64 bits more than it has [§4.4.3.3.2].

    Raises:
        MalformedError: the nonce is shorter than the cipher's key, which is made from it.
    """
    if len(nonce) < suite.key_size or len(nonce) not in _CONSTANTS:
        raise MalformedError("pace: nonce")
    c0, c1 = _CONSTANTS[len(nonce)]
    iv = bytes(suite.block)
    chained = suite.encrypt(key, iv, nonce)[: suite.key_size]
    out = b""
    while 8 * len(out) < modulus.bit_length() + 64:
        out += suite.encrypt(chained, iv, c1)
        chained = suite.encrypt(chained, iv, c0)[: suite.key_size]
    return int.from_bytes(out, "big") % modulus


@dataclass(frozen=True, slots=True, repr=False)
class ChipMapping:
    """What chip authentication mapping leaves to be proven once the chip's static key is known [§4.4.3.5].

    `public_key` is the chip's key of the mapping, `authentication_data` CA_IC as bytes; empty where the chip sent none
    that could be opened.
    """

    parameter_id: int
    public_key: bytes
    authentication_data: bytes

    def proves(self, static_key: bytes) -> bool:
        """Whether the chip holds the private key of `static_key`, a point of the same curve."""
        group = standard_group(self.parameter_id)
        exponent = int.from_bytes(self.authentication_data, "big")
        try:
            return group is not None and group.key(exponent).power(static_key) == self.public_key
        except MalformedError:
            return False
