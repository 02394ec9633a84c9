"""PACE: opens the chip with a short password, safe against listeners [ICAO 9303-11 §4.4].

A protocol is one row: in which kind of group, how the nonce becomes a generator (mapping), and which cipher follows.
The group comes from the chip's parameter number.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

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
    RandomBytes,
    Suite,
    unpad,
)
from kiosk.reader.emrtd.group import POINT, Group
from kiosk.reader.emrtd.groups import PREFERENCE, standard_group
from kiosk.reader.emrtd.iso7816 import PlainChannel, StatusError
from kiosk.reader.emrtd.keys import Password
from kiosk.reader.emrtd.mapping import ChipMapping, MapNonce, Mapped, map_generic, map_integrated
from kiosk.reader.emrtd.secure_messaging import SecureMessaging
from kiosk.reader.emrtd.security_infos import PACE, PaceInfo, SecurityInfo

_NONCE_SIZES = frozenset({16, 32})
_REFERENCE_UNKNOWN = 0x6A88
# What chips answer to the last step, besides 63xx, when the password is wrong.
_REFUSALS = frozenset({0x6982, 0x6983, 0x6984, 0x6985, 0x6988, 0x6A80})


class WrongPasswordError(Exception):
    """The chip refused the password, or does not know it itself (its token is wrong)."""


class NotOfferedError(Exception):
    """The chip does not do PACE, or not with a protocol known here."""


class UnknownReferenceError(NotOfferedError):
    """The chip does PACE, but has no password of this kind."""


class Agreement(Enum):
    """In which kind of group the keys are agreed."""

    DH = "dh"
    ECDH = "ecdh"


@dataclass(frozen=True, slots=True)
class Protocol:
    """One row of the protocol table. `proves_chip`: the mapping ends with the chip authentication data."""

    agreement: Agreement
    mapping: MapNonce
    suite: Suite
    proves_chip: bool = False


_DH, _ECDH = Agreement.DH, Agreement.ECDH

# The order is that of preference: first what also proves the chip and costs no command more, then the longer key;
# between equals curves before integers (short commands), generic before integrated mapping (what most chips do).
PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {
        PACE + "6.4": Protocol(_ECDH, map_generic, AES_256, proves_chip=True),
        PACE + "6.3": Protocol(_ECDH, map_generic, AES_192, proves_chip=True),
        PACE + "6.2": Protocol(_ECDH, map_generic, AES_128, proves_chip=True),
        PACE + "2.4": Protocol(_ECDH, map_generic, AES_256),
        PACE + "4.4": Protocol(_ECDH, map_integrated, AES_256),
        PACE + "1.4": Protocol(_DH, map_generic, AES_256),
        PACE + "3.4": Protocol(_DH, map_integrated, AES_256),
        PACE + "2.3": Protocol(_ECDH, map_generic, AES_192),
        PACE + "4.3": Protocol(_ECDH, map_integrated, AES_192),
        PACE + "1.3": Protocol(_DH, map_generic, AES_192),
        PACE + "3.3": Protocol(_DH, map_integrated, AES_192),
        PACE + "2.2": Protocol(_ECDH, map_generic, AES_128),
        PACE + "4.2": Protocol(_ECDH, map_integrated, AES_128),
        PACE + "1.2": Protocol(_DH, map_generic, AES_128),
        PACE + "3.2": Protocol(_DH, map_integrated, AES_128),
        PACE + "2.1": Protocol(_ECDH, map_generic, TRIPLE_DES),
        PACE + "4.1": Protocol(_ECDH, map_integrated, TRIPLE_DES),
        PACE + "1.1": Protocol(_DH, map_generic, TRIPLE_DES),
        PACE + "3.1": Protocol(_DH, map_integrated, TRIPLE_DES),
    }
)
_RANKS = {identifier: rank for rank, identifier in enumerate(PROTOCOLS)}
_VERSION = 2  # version 1 was never one of travel documents [§9.2.1]


@dataclass(frozen=True, slots=True)
class Offer:
    """A protocol with a group that both sides know; `ambiguous` where the chip offers it with several groups."""

    info: PaceInfo
    protocol: Protocol
    group: Group
    ambiguous: bool


def offers(infos: Sequence[PaceInfo]) -> tuple[Offer, ...]:
    """What the chip offers and is known here, strongest first: by `PROTOCOLS`, then by `PREFERENCE` of groups."""
    found = {}
    for info in infos:
        protocol = PROTOCOLS.get(info.protocol)
        group = None if info.parameter_id is None else standard_group(info.parameter_id)
        if protocol is None or group is None or info.version != _VERSION or not _fits(protocol, group):
            continue
        same = {other.parameter_id for other in infos if other.protocol == info.protocol}
        found[info] = Offer(info, protocol, group, ambiguous=len(same) > 1)
    return tuple(sorted(found.values(), key=_rank))


def announces_proof(infos: Sequence[SecurityInfo]) -> bool:
    """Whether these say that the chip can prove itself by its mapping."""
    return any(row.proves_chip for info in infos if (row := PROTOCOLS.get(info.protocol)) is not None)


def _fits(protocol: Protocol, group: Group) -> bool:
    return (group.public_key_tag == POINT) is (protocol.agreement is Agreement.ECDH) and (
        group.mappable or protocol.mapping is not map_integrated
    )


def _rank(offer: Offer) -> tuple[int, int]:
    return _RANKS[offer.info.protocol], PREFERENCE.index(offer.info.parameter_id or 0)


@dataclass(frozen=True, slots=True, repr=False)
class Established:
    """The session that follows, and after chip authentication mapping what is to be proven of the chip."""

    channel: SecureMessaging
    chip_mapping: ChipMapping | None


def establish(connection: CardConnection, offer: Offer, password: Password, random: RandomBytes) -> Established:
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
    if len(encrypted_nonce) not in _NONCE_SIZES:
        raise tlv.MalformedError("pace: nonce")
    k_pi = suite.derive(password.secret(), KDF_PACE)
    nonce = suite.decrypt(k_pi, bytes(suite.block), encrypted_nonce)
    mapped = offer.protocol.mapping(group, suite, nonce, exchange, random)

    private = group.random_key(random)
    mine = private.public_over(mapped.generator, random)
    theirs = exchange(0x83, mine, 0x84)
    # Ours begins with no zero; some chips fill their integers up with them.
    if theirs.lstrip(b"\0") == mine:
        raise tlv.MalformedError("pace: reflected key")
    secret = private.secret(theirs)
    ks_enc, ks_mac = suite.derive(secret, KDF_ENC), suite.derive(secret, KDF_MAC)

    token = suite.token(ks_mac, _token_data(offer, theirs))
    answer = _mutual_authenticate(channel, token)
    if not hmac.compare_digest(tlv.find(answer, 0x86), suite.token(ks_mac, _token_data(offer, mine))):
        raise WrongPasswordError("pace: chip token")
    return Established(SecureMessaging(connection, suite, ks_enc, ks_mac), _chip_mapping(offer, mapped, answer, ks_enc))


def _chip_mapping(offer: Offer, mapped: Mapped, answer: tuple[tlv.Tlv, ...], ks_enc: bytes) -> ChipMapping | None:
    if not offer.protocol.proves_chip:
        return None
    suite = offer.protocol.suite
    iv = suite.encrypt(ks_enc, bytes(suite.block), b"\xff" * suite.block)
    try:
        data = unpad(suite.decrypt(ks_enc, iv, tlv.find(answer, 0x8A)))
    except ValueError:
        # The password was right: whoever sent this opened the channel, but does not prove to be the chip.
        data = b""
    return ChipMapping(offer.info.parameter_id or 0, mapped.chip_public, data)


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
    objects = _unpack("pace: exchange", answer.require_ok("pace: exchange"))
    # Integrated mapping has nothing to answer: an empty object, which some chips leave out.
    return b"" if answer_tag == 0x82 and not objects else tlv.find(objects, answer_tag)


def _mutual_authenticate(channel: PlainChannel, token: bytes) -> tuple[tlv.Tlv, ...]:
    answer = channel.send(iso7816.general_authenticate(tlv.encode(0x85, token), last=True))
    if answer.sw >> 8 == 0x63 or answer.sw in _REFUSALS:
        raise WrongPasswordError(f"pace: token {answer.sw:04X}")
    return _unpack("pace: token", answer.require_ok("pace: token"))


def _unpack(step: str, data: bytes) -> tuple[tlv.Tlv, ...]:
    if not data:
        raise StatusError(step, 0)
    return tlv.read_all(tlv.read_one(data, 0x7C))


def _token_data(offer: Offer, public_key: bytes) -> bytes:
    """The public key of the other side as a data object [§9.4.4]."""
    oid = tlv.encode(0x06, tlv.encode_oid(offer.info.protocol))
    return tlv.encode(0x7F49, oid + tlv.encode(offer.group.public_key_tag, public_key))
