"""What strangers bring, and how each parser may refuse it: anything else that escapes is a finding."""

import dataclasses
import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import kiosk
from kiosk.commands.report import json_line
from kiosk.commands.scan import describe
from kiosk.failure import KioskError
from kiosk.identity.identify import identify
from kiosk.reader.document import ChipDocument, Outcome, ReadPhase, UnknownCode
from kiosk.reader.emrtd import active_auth, lds, tlv
from kiosk.reader.emrtd.crypto import AES_128, pad
from kiosk.reader.emrtd.details import read_dg11, read_dg12
from kiosk.reader.emrtd.dg2 import read_dg2, read_faces
from kiosk.reader.emrtd.dg7 import read_dg7
from kiosk.reader.emrtd.dg13 import read_dg13
from kiosk.reader.emrtd.inspection import inspect
from kiosk.reader.emrtd.iso7816 import Answer
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.master_list import read_master_list
from kiosk.reader.emrtd.mrz import mrz_information, parse_mrz
from kiosk.reader.emrtd.passive_auth import check_hashes, read_security_object
from kiosk.reader.emrtd.public_keys import read_public_key
from kiosk.reader.emrtd.secure_messaging import ChannelLostError, SecureMessaging
from kiosk.reader.emrtd.security_infos import CITIZEN_CARD_ACCESS, pace_infos, read_security_infos
from kiosk.reader.emrtd.signatures import UnsupportedError
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.reader.payload import parse
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.chip.personalization import Fid, Personalization, personalize
from kiosk.simulator.codes import citizen_payload, insurance_payload
from kiosk.simulator.people import Person, load_people
from kiosk.simulator.pki import invent_pki

_TODAY = date(2026, 11, 21)
_KEY = bytes(16)
_PEOPLE_FILE = Path(kiosk.__file__).parent.parent / "config" / "simulator" / "people.toml"


@dataclass(frozen=True, slots=True)
class Target:
    """One parser: `parse` raises nothing but `refusals`; `seeds` are inputs that it accepts."""

    parse: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    seeds: Callable[[], tuple[bytes, ...]] = tuple

    def run(self, data: bytes) -> None:
        """Parses; returns where the data is accepted or refused as it may be.

        Raises:
            Exception: a finding.
        """
        try:
            self.parse(data)
        except self.refusals:
            return


class Silent:
    """The watch of an inspection that nobody watches."""

    def phase(self, phase: ReadPhase) -> None:
        """Nobody is told."""

    def identity(self, document: ChipDocument) -> None:
        """Nobody is told."""


@dataclass(slots=True)
class Garbled:
    """The reference card, of whose answers the fuzzer's bytes replace some: at each, one byte says what happens."""

    card: VirtualCard
    data: bytes
    at: int = 0

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """The card's answer, or another one."""
        answer, sw = self.card.transmit(command)
        what, *_ = self._take(1) or b"\0"
        match what & 7:
            case 1:
                return b"", int.from_bytes(self._take(2), "big")
            case 2:
                return self._take(what >> 3), sw
            case 3:
                return answer[: what >> 3], sw
            case 4:
                return self._take(what >> 3) + answer, sw
            case 5:
                return answer + self._take(what >> 3), int.from_bytes(self._take(2), "big") or sw
            case _:
                return answer, sw

    def reset(self) -> None:
        """The card is powered anew."""
        self.card.reset()

    def _take(self, size: int) -> bytes:
        taken = self.data[self.at : self.at + size]
        self.at += size
        return taken


def _person() -> Person:
    return next(person for person in load_people(_PEOPLE_FILE, _TODAY) if person.number == "999090000123")


_PERSON, _PKI = _person(), invent_pki()
_ANCHORS = TrustAnchors((_PKI.trusted.country_signer,))


def _chip() -> Personalization:
    return personalize(_PERSON, _PKI)


def _file(fid: int) -> Callable[[], tuple[bytes, ...]]:
    return lambda: (_chip().files[fid],)


def _mrz(data: bytes) -> object:
    text = data.decode("latin-1")
    mrz_information(text)
    return parse_mrz(text, _TODAY)


def _tlv(data: bytes) -> object:
    objects = tlv.read_all(data)
    if b"".join(item.raw for item in objects) != data:
        raise AssertionError("bytes lost")
    for item in objects:
        tlv.decode_oid(item.value)
        tlv.decode_integer(item.value)
    return objects


def _security_object(data: bytes) -> object:
    opened = read_security_object(data, _ANCHORS)
    return check_hashes(opened, {"DG1": data, "DG2": data})


def _unwrap(data: bytes) -> object:
    """Half of the inputs carry a right authentication code, so that what lies behind it is reached."""
    channel = SecureMessaging(_Nobody(), AES_128, _KEY, _KEY)
    if data[:1] > b"\x7f":
        counter = (1).to_bytes(16, "big")
        data = data[1:] + tlv.encode(0x8E, AES_128.mac(_KEY, pad(counter + data[1:], 16)))
    return channel.unwrap(Answer(data, 0x9000), odd=data[-1:] < b"\x40")


class _Nobody:
    def transmit(self, command: bytes) -> tuple[bytes, int]:
        raise AssertionError(len(command))


def _conversation(data: bytes) -> object:
    """A whole reading of the identity part; whatever comes out must be what is on the card."""
    card = Garbled(VirtualCard(_PERSON, _PKI, random=random.Random(1).randbytes), data)
    keys = CardKeys(personal_number=_PERSON.number)
    document = inspect(card, keys, _ANCHORS, Silent(), photo=False, random=random.Random(2).randbytes)
    for name, content in document.files.items():
        if content != _chip().files[lds.FILES[name].file_id]:
            raise AssertionError(f"{name} is not what the card holds")
    return document


def _copy(data: bytes) -> object:
    """A whole reading of a copied chip, which no garbled answer may make a genuine one."""
    copy = dataclasses.replace(_PERSON, chip="copied")
    card = Garbled(VirtualCard(copy, _PKI, random=random.Random(1).randbytes), data)
    keys = CardKeys(personal_number=copy.number)
    document = inspect(card, keys, _ANCHORS, Silent(), photo=False, random=random.Random(2).randbytes)
    if Outcome.PASSED in {document.evidence.chip.outcome, document.evidence.active.outcome}:
        raise AssertionError("a copy taken for a genuine chip")
    return document


def _signature(data: bytes) -> object:
    """Nobody signs by chance."""
    key = read_public_key(tlv.read_one(_chip().files[Fid.DG15], 0x6F))
    if active_auth.verify(key, bytes(active_auth.CHALLENGE_SIZE), data):
        raise AssertionError("a signature that nobody made")
    return data


def _payload(data: bytes) -> object:
    """A code's text, through to the person and to what `kiosk scan` tells; nothing of it may be obeyed by anybody."""
    code = parse(data.decode("utf-8", "surrogatepass"))
    if not json_line(dict(zip(("kind", "fields"), describe(code), strict=True))).isprintable():
        raise AssertionError("a line that is more than a line")
    if isinstance(code, UnknownCode):
        return code
    person = identify(code)
    for text in (person.full_name, person.residence):
        is_inert = not text.startswith(("=", "+", "-", "@")) and text.isprintable() and not set("<>") & set(text)
        if not is_inert or not unicodedata.is_normalized("NFC", text):
            raise AssertionError("a text that no card bears")
    return person


def _codes_of_person() -> tuple[bytes, ...]:
    texts = (citizen_payload(_PERSON), insurance_payload(_PERSON), _chip().mrz.text, _PERSON.number)
    return tuple(text.encode() for text in texts)


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "tlv": Target(_tlv, (MalformedError,), _file(Fid.DG13)),
        "mrz": Target(_mrz, (MalformedError,), lambda: (_chip().mrz.text.encode("ascii"),)),
        "dg1": Target(lds.read_dg1, (MalformedError,), _file(Fid.DG1)),
        "dg2": Target(read_dg2, (MalformedError,), lambda: (_chip().files[Fid.DG2][:300],)),
        "faces": Target(read_faces, (MalformedError,), lambda: (_chip().files[Fid.DG2][:300],)),
        "dg7": Target(read_dg7, (MalformedError,), lambda: (bytes.fromhex("670E0201015F4307FFD8FFE0000000"),)),
        "dg11": Target(read_dg11, (MalformedError,), lambda: (bytes.fromhex("6B0D5C025F0E5F0E06413C3C423C43"),)),
        "dg12": Target(read_dg12, (MalformedError,), lambda: (bytes.fromhex("6C0F5C025F265F26083230323430313032"),)),
        "master_list": Target(read_master_list, (MalformedError,), _file(Fid.SOD)),
        "public_key": Target(
            lambda data: read_public_key(tlv.read_one(data, 0x6F)), (MalformedError, UnsupportedError), _file(Fid.DG15)
        ),
        "payload": Target(_payload, (UnicodeDecodeError,), _codes_of_person),
        "com": Target(lds.read_com, (MalformedError,), _file(Fid.COM)),
        "dg13": Target(read_dg13, (MalformedError,), _file(Fid.DG13)),
        "security_infos": Target(
            lambda data: pace_infos(read_security_infos(data)), (MalformedError,), lambda: (CITIZEN_CARD_ACCESS,)
        ),
        "sod": Target(_security_object, (MalformedError,), _file(Fid.SOD)),
        "unwrap": Target(
            _unwrap, (ChannelLostError,), lambda: (b"\x80" + tlv.encode(0x99, b"\x90\0"), b"\x80\x87\x11\1" + bytes(16))
        ),
        "conversation": Target(_conversation, (KioskError,), lambda: (bytes(16), b"\0" * 9 + b"\1\x6f\0")),
        "copy": Target(_copy, (KioskError,), lambda: (bytes(16), b"\0" * 15 + b"\1\x6f\0")),
        "signature": Target(_signature, (), lambda: (bytes(63) + b"\1", b"\1" * 64)),
    }
)
