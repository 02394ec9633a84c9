"""Chip authentication: a session that only the chip with the issuer's private key can go on with [ICAO 9303-11 §6.2].

A protocol is one row: in which kind of group, and which cipher follows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.reader.emrtd import iso7816, tlv
from kiosk.reader.emrtd.crypto import (
    AES_128,
    AES_192,
    AES_256,
    KDF_ENC,
    KDF_MAC,
    TRIPLE_DES,
    RandomBytes,
    Suite,
)
from kiosk.reader.emrtd.iso7816 import Command, StatusError
from kiosk.reader.emrtd.lds import COM
from kiosk.reader.emrtd.public_keys import GroupKey, read_public_key
from kiosk.reader.emrtd.secure_messaging import ChannelLostError, SecureMessaging
from kiosk.reader.emrtd.security_infos import CHIP_AUTHENTICATION, CHIP_KEY, SecurityInfo
from kiosk.reader.emrtd.signatures import UnsupportedError

DH_KEY, EC_KEY = CHIP_KEY + "1", CHIP_KEY + "2"
KEYS = frozenset({DH_KEY, EC_KEY})
_VERSION = 1  # later versions come after terminal authentication, which only the state's own readers can do


@dataclass(frozen=True, slots=True)
class Protocol:
    """One row: the kind of static key, the cipher of the session."""

    key: str
    suite: Suite


# Strongest first; between equals curves before integers, whose keys need long commands.
PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {
        CHIP_AUTHENTICATION + "2.4": Protocol(EC_KEY, AES_256),
        CHIP_AUTHENTICATION + "1.4": Protocol(DH_KEY, AES_256),
        CHIP_AUTHENTICATION + "2.3": Protocol(EC_KEY, AES_192),
        CHIP_AUTHENTICATION + "1.3": Protocol(DH_KEY, AES_192),
        CHIP_AUTHENTICATION + "2.2": Protocol(EC_KEY, AES_128),
        CHIP_AUTHENTICATION + "1.2": Protocol(DH_KEY, AES_128),
        CHIP_AUTHENTICATION + "2.1": Protocol(EC_KEY, TRIPLE_DES),
        CHIP_AUTHENTICATION + "1.1": Protocol(DH_KEY, TRIPLE_DES),
    }
)


class ChipRefusedError(Exception):
    """The chip refuses, in the session's protection, what its signed files say that it does."""


@dataclass(frozen=True, slots=True)
class StaticKey:
    """The chip's public key with the protocol for it; `key_id` where the chip has several."""

    identifier: str
    suite: Suite
    key: GroupKey
    key_id: int | None


def static_key(infos: Sequence[SecurityInfo]) -> StaticKey | None:
    """The chip's strongest key that is known here; None where nothing is said of any.

    Raises:
        MalformedError: an entry that is none.
        UnsupportedError: keys or protocols are named, but none of them with the other and known here.
    """
    keys = [info for info in infos if info.protocol in KEYS]
    unsupported: UnsupportedError | None = None
    for identifier, key_id in _announced(infos, keys):
        for info in keys:
            if info.protocol != PROTOCOLS[identifier].key or key_id not in {None, _key_id(info)}:
                continue
            try:
                public_key = read_public_key(info.required.raw)
            except UnsupportedError as error:
                unsupported = error
                continue
            if isinstance(public_key, GroupKey):
                return StaticKey(identifier, PROTOCOLS[identifier].suite, public_key, key_id)
    if unsupported is not None:
        raise unsupported
    if any(info.protocol in KEYS or info.protocol.startswith(CHIP_AUTHENTICATION) for info in infos):
        raise UnsupportedError("key type")
    return None


def _announced(infos: Sequence[SecurityInfo], keys: Sequence[SecurityInfo]) -> list[tuple[str, int | None]]:
    """Protocol and key number of each announcement, strongest first."""
    found = {
        info.protocol: _key_id(info)
        for info in infos
        if info.protocol in PROTOCOLS and tlv.decode_integer(info.required.value) == _VERSION
    }
    if found or any(info.protocol.startswith(CHIP_AUTHENTICATION) for info in infos):
        return [(identifier, found[identifier]) for identifier in PROTOCOLS if identifier in found]
    # The oldest chips have the key alone: their cipher is always 3DES [TR-03110-1 B.1].
    kinds = {info.protocol for info in keys}
    return [(name, None) for name, row in PROTOCOLS.items() if row.suite is TRIPLE_DES and row.key in kinds]


def _key_id(info: SecurityInfo) -> int | None:
    return None if info.optional is None else tlv.decode_integer(info.optional.value)


def agree(channel: SecureMessaging, static: StaticKey, random: RandomBytes) -> SecureMessaging:
    """Agrees on new session keys: two commands, with 3DES one. Whether the chip knows them too, `answers` tells.

    Raises:
        ChipRefusedError: see there.
        ChannelLostError, StatusError: the link broke.
    """
    private = static.key.group.random_key(random)
    reference = b"" if static.key_id is None else tlv.encode(0x84, _unsigned(static.key_id))
    if static.suite is TRIPLE_DES:
        _send(channel, iso7816.set_key_agreement_template(tlv.encode(0x91, private.public) + reference))
    else:
        protocol = tlv.encode(0x80, tlv.encode_oid(static.identifier))
        _send(channel, iso7816.set_internal_authentication_template(protocol + reference))
        _send(channel, iso7816.general_authenticate(tlv.encode(0x80, private.public), last=True))
    secret, suite = private.secret(static.key.element), static.suite
    return channel.rekeyed(suite, suite.derive(secret, KDF_ENC), suite.derive(secret, KDF_MAC))


def answers(channel: SecureMessaging) -> bool:
    """Whether the chip speaks under these keys: one command, of which any protected answer will do."""
    try:
        channel.send(iso7816.read_binary_sfi(COM.sfi, 1))
    except ChannelLostError:
        return False
    return True


def _send(channel: SecureMessaging, command: Command) -> None:
    sw = channel.send(command).sw
    if sw != iso7816.OK:
        error = StatusError("chip authentication", sw)
        if error.is_weak:
            raise error
        raise ChipRefusedError(str(error))


def _unsigned(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")
