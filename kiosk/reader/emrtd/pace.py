"""PACE: opens the chip with a short password, safe against listeners [ICAO 9303-11 §4.4].

A protocol is one row: how the nonce becomes a generator (mapping) and which cipher follows. The group comes from the
chip's parameter number.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from kiosk.privacy import Personal
from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import iso7816, tlv
from kiosk.reader.emrtd.crypto import (
    AES_128,
    AES_192,
    AES_256,
    KDF_ENC,
    KDF_MAC,
    KDF_PACE,
    TRIPLE_DES,
    Suite,
)
from kiosk.reader.emrtd.groups import Group, RandomBytes, standard_group
from kiosk.reader.emrtd.iso7816 import PlainChannel, StatusError
from kiosk.reader.emrtd.secure_messaging import SecureMessaging
from kiosk.reader.emrtd.security_infos import PaceInfo

_NONCE_SIZE = 16
_REFERENCE_UNKNOWN = 0x6A88
# What chips answer to the last step, besides 63xx, when the password is wrong.
_REFUSALS = frozenset({0x6982, 0x6983, 0x6984, 0x6985, 0x6988, 0x6A80})


class PasswordKind(IntEnum):
    """The password reference [§4.4.4.1]."""

    MRZ = 1
    CAN = 2


@dataclass(frozen=True, slots=True, repr=False)
class Password(Personal):
    """What opens the chip: the card access number, or the MRZ information."""

    kind: PasswordKind
    text: str

    def secret(self) -> bytes:
        """f(π) [§9.7.3]: the number's digits, or SHA-1 of the MRZ information."""
        octets = self.text.encode("ascii")
        if self.kind is PasswordKind.CAN:
            return octets
        return hashlib.sha1(octets, usedforsecurity=False).digest()


class WrongPasswordError(Exception):
    """The chip refused the password, or does not know it itself (its token is wrong)."""


class NotOfferedError(Exception):
    """The chip does not do PACE, or not with a protocol known here."""


class UnknownReferenceError(NotOfferedError):
    """The chip does PACE, but has no password of this kind."""


Exchange = Callable[[int, bytes, int], bytes]  # request tag, its data, answer tag -> the answer's data
MapNonce = Callable[[Group, int, Exchange, RandomBytes], bytes]


@dataclass(frozen=True, slots=True)
class Protocol:
    """One row of the protocol table."""

    mapping: MapNonce
    suite: Suite


def map_generic(group: Group, nonce: int, exchange: Exchange, random: RandomBytes) -> bytes:
    """Generic mapping: the new generator is nonce times the old one plus an agreed element [§4.4.3.3.1]."""
    private = group.random_key(random)
    theirs = exchange(0x81, private.public, 0x82)
    return group.product(group.key(nonce).public, private.power(theirs))


_GM_ECDH = "0.4.0.127.0.7.2.2.4.2."

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {
        _GM_ECDH + "1": Protocol(map_generic, TRIPLE_DES),
        _GM_ECDH + "2": Protocol(map_generic, AES_128),
        _GM_ECDH + "3": Protocol(map_generic, AES_192),
        _GM_ECDH + "4": Protocol(map_generic, AES_256),
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A protocol with a group that both sides know; `ambiguous` where the chip offers it with several groups."""

    info: PaceInfo
    protocol: Protocol
    group: Group
    ambiguous: bool


def choose(infos: Sequence[PaceInfo]) -> Offer | None:
    """The chip's first offer that is known here; None where there is none."""
    for info in infos:
        protocol = PROTOCOLS.get(info.protocol)
        group = None if info.parameter_id is None else standard_group(info.parameter_id)
        if protocol is not None and group is not None:
            same = [other for other in infos if other.protocol == info.protocol]
            return Offer(info, protocol, group, ambiguous=len(same) > 1)
    return None


def open_channel(connection: CardConnection, offer: Offer, password: Password, random: RandomBytes) -> SecureMessaging:
    """Runs the protocol; the session counts from zero. Five APDUs.

    Raises:
        WrongPasswordError: see there.
        NotOfferedError: the chip does not take this protocol or this kind of password.
        StatusError: any other status, a weak link among them.
        MalformedError: an answer that is none.
    """
    suite, group = offer.protocol.suite, offer.group
    channel = PlainChannel(connection)
    _set_authentication_template(channel, offer, password)

    def exchange(request: int, data: bytes, answer: int) -> bytes:
        return _general_authenticate(channel, tlv.encode(request, data), answer)

    encrypted_nonce = _general_authenticate(channel, b"", 0x80)
    if len(encrypted_nonce) != _NONCE_SIZE:
        raise tlv.MalformedError("pace: nonce")
    k_pi = suite.derive(password.secret(), KDF_PACE)
    nonce = int.from_bytes(suite.decrypt(k_pi, bytes(suite.block), encrypted_nonce), "big")
    generator = offer.protocol.mapping(group, nonce, exchange, random)

    private = group.random_key(random)
    mine = private.power(generator)
    theirs = exchange(0x83, mine, 0x84)
    if theirs == mine:
        raise tlv.MalformedError("pace: reflected key")
    secret = private.secret(theirs)
    ks_enc, ks_mac = suite.derive(secret, KDF_ENC), suite.derive(secret, KDF_MAC)

    token = suite.token(ks_mac, _token_data(offer.info.protocol, theirs))
    chip_token = _mutual_authenticate(channel, token)
    if not hmac.compare_digest(chip_token, suite.token(ks_mac, _token_data(offer.info.protocol, mine))):
        raise WrongPasswordError("pace: chip token")
    return SecureMessaging(connection, suite, ks_enc, ks_mac)


def _set_authentication_template(channel: PlainChannel, offer: Offer, password: Password) -> None:
    data = tlv.encode(0x80, tlv.encode_oid(offer.info.protocol)) + tlv.encode(0x83, bytes([password.kind]))
    if offer.ambiguous:
        data += tlv.encode(0x84, bytes([offer.info.parameter_id or 0]))
    answer = channel.send(iso7816.set_authentication_template(data))
    # 63Cx is a warning here: it tells how many attempts the password has left.
    if answer.sw != iso7816.OK and answer.sw & 0xFFF0 != 0x63C0:
        error = StatusError("pace: MSE", answer.sw)
        if error.is_weak:
            raise error
        raise (UnknownReferenceError if answer.sw == _REFERENCE_UNKNOWN else NotOfferedError)(str(error))


def _general_authenticate(channel: PlainChannel, data: bytes, answer_tag: int) -> bytes:
    answer = channel.send(iso7816.general_authenticate(data, last=False))
    return _unpack("pace: exchange", answer.require_ok("pace: exchange"), answer_tag)


def _mutual_authenticate(channel: PlainChannel, token: bytes) -> bytes:
    answer = channel.send(iso7816.general_authenticate(tlv.encode(0x85, token), last=True))
    if answer.sw >> 8 == 0x63 or answer.sw in _REFUSALS:
        raise WrongPasswordError(f"pace: token {answer.sw:04X}")
    return _unpack("pace: token", answer.require_ok("pace: token"), 0x86)


def _unpack(step: str, data: bytes, tag: int) -> bytes:
    if not data:
        raise StatusError(step, 0)
    return tlv.find(tlv.read_all(tlv.read_one(data, 0x7C)), tag)


def _token_data(protocol: str, public_key: bytes) -> bytes:
    """The public key of the other side as a data object [§9.4.4]."""
    return tlv.encode(0x7F49, tlv.encode(0x06, tlv.encode_oid(protocol)) + tlv.encode(0x86, public_key))
