"""Cards that behave as a profile says, with an invented person on them: `kiosk read-card --profile` writes profiles.

Played are the answer to reset, the answers before the chip is open, the protocols that it offers, whether it takes
extended lengths, and the sizes of DG2 and DG13; on request also how long it takes.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from kiosk.simulator.card import Answer, Card, VirtualCard
from kiosk.simulator.chip import ber, lds, portrait
from kiosk.simulator.chip.domain_parameters import GROUPS
from kiosk.simulator.chip.faces import dg2
from kiosk.simulator.chip.messaging import CipherKind
from kiosk.simulator.chip.mrz import is_female
from kiosk.simulator.chip.personalization import Fid
from kiosk.simulator.chip.profile import CardProfile, ChipAuthenticationKind, EcdsaKind, PaceKind, RsaKind
from kiosk.simulator.chip.profile import Mapping as PaceMapping
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki

_FORMAT = 1
_LARGEST_FILE_BYTES = 32_000
_SHORT_ANSWER_BYTES = 40
_ATR_BYTES = range(2, 34)  # [ISO 7816-3 §8.2]
_LONGEST_ANSWER_MS = 60_000
_RSA_BITS = range(512, 4097, 8)  # what readers take
_SERVED = frozenset({"none", "9000", "6282"})
# The questions that a profile answers, by how the command begins; the longest that fits counts.
_QUESTIONS = {
    "select_mf": "00A4000C",
    "select_mf_by_id": "00A4000C023F00",
    "select_card_access": "00A4020C02011C",
    "read_card_access_by_sfi": "00B09C00",
    "select_application": "00A4040C07A0000002471001",
    "get_challenge": "00840000",
}


@dataclass(frozen=True, slots=True)
class Played:
    """A profile, read. `status` are the refusals by how the command begins; times in seconds."""

    atr: bytes
    status: Mapping[bytes, int]
    chip: CardProfile
    sizes: Mapping[str, int]
    short_s: float
    long_s: float

    @classmethod
    def load(cls, file: Path) -> "Played":
        """Reads a profile.

        Raises:
            OSError: it cannot be read.
            ValueError: it is none.
        """
        try:
            return cls._of(json.loads(file.read_text("utf-8")))
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError("no profile of a card") from error

    @classmethod
    def _of(cls, written: dict[str, Any]) -> "Played":
        if written["format"] != _FORMAT:
            raise ValueError("a profile of another format")
        status = {
            bytes.fromhex(begins): int(written["status"][name], 16)
            for name, begins in _QUESTIONS.items()
            if written["status"].get(name, "none") not in _SERVED
        }
        times = written.get("milliseconds", {})
        atr = bytes.fromhex(written["atr"])
        if len(atr) not in _ATR_BYTES:
            raise ValueError("no answer to reset")
        return cls(
            atr=atr,
            status=status,
            chip=_chip(written),
            sizes={str(name): int(size) for name, size in written["files"].items()},
            short_s=_seconds(times.get("short", 0)),
            long_s=_seconds(times.get("long", 0)),
        )


class PlayedCard(VirtualCard):
    """`wait`, where it is given, is called with the seconds that each answer of the real card took."""

    def __init__(
        self, person: Person, pki: Pki, played: Played, *, wait: Callable[[float], None] | None = None
    ) -> None:
        super().__init__(person, pki, profile=played.chip)
        self.atr = played.atr
        self._played = played
        self._wait = wait
        self._write_sizes(person, pki)

    def transmit(self, command: bytes) -> Answer:
        """The answer to one command APDU: data and status word."""
        data, sw = b"", self._said_before(command)
        if sw is None:
            data, sw = super().transmit(command)
        if self._wait is not None:
            self._wait(self._played.short_s if len(data) <= _SHORT_ANSWER_BYTES else self._played.long_s)
        return data, sw

    def _said_before(self, command: bytes) -> int | None:
        begins = max((start for start in self._played.status if command.startswith(start)), key=len, default=None)
        if begins is None:
            return None
        # SELECT of nothing and SELECT of the master file begin alike
        if begins == bytes.fromhex(_QUESTIONS["select_mf"]) and len(command) > len(begins):
            return None
        self._end_session()
        return self._played.status[begins]

    def _write_sizes(self, person: Person, pki: Pki) -> None:
        files = dict(self._chip.files)
        if "DG13" not in self._played.sizes:
            files.pop(Fid.DG13, None)
        for name, fid in (("DG2", Fid.DG2), ("DG13", Fid.DG13)):
            size = self._played.sizes.get(name, 0)
            if fid in files and len(files[fid]) < size <= _LARGEST_FILE_BYTES:
                files[fid] = _grown_dg2(person, size) if fid == Fid.DG2 else _grown_dg13(files[fid], size)
        groups = {fid & 0xFF: content for fid, content in files.items() if fid not in (Fid.COM, Fid.SOD)}
        groups[3] = ber.tlv(0x63, hashlib.sha512(person.number.encode()).digest())
        files[Fid.COM] = lds.ef_com(groups[number][0] for number in sorted(groups))
        files[Fid.SOD] = lds.ef_sod(groups, pki.trusted, pki.trusted.document_signer_key)
        self._chip = replace(self._chip, files=files)


class TracedCard:
    """A card that tells all that is said to it and by it, in full: it is an invented person's."""

    def __init__(self, card: Card, tell: Callable[[str], None], clock: Callable[[], float] = time.perf_counter) -> None:
        self._card = card
        self._tell = tell
        self._clock = clock
        self._started_s = clock()

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._card.atr

    def reset(self) -> None:
        """Power off and on."""
        self._card.reset()
        self._tell(f"{self._now_ms():9.1f} ms  reset")

    def transmit(self, command: bytes) -> Answer:
        """The answer to one command APDU: data and status word."""
        self._tell(f"{self._now_ms():9.1f} ms  > {command.hex().upper()}")
        data, sw = self._card.transmit(command)
        self._tell(f"{self._now_ms():9.1f} ms  < {data.hex().upper()} {sw:04X}")
        return data, sw

    def _now_ms(self) -> float:
        return 1000 * (self._clock() - self._started_s)


def _seconds(milliseconds: float) -> float:
    if not 0 <= milliseconds <= _LONGEST_ANSWER_MS:
        raise ValueError("no time of a card")
    return milliseconds / 1000


def _active_key(told: str) -> RsaKind | EcdsaKind | None:
    if not told.startswith("rsa-"):
        return EcdsaKind() if told else None
    bits = int(told[4:])
    if bits not in _RSA_BITS:
        raise ValueError("no size of a card's key")
    return RsaKind(bits)


def _chip(written: dict[str, Any]) -> CardProfile:
    algorithms = written.get("algorithms", {})
    offers = {offer["protocol"]: offer["numbers"] for offer in (*written["card_access"], *algorithms.get("dg14", ()))}
    return CardProfile(
        pace=tuple(_paces(written["card_access"])),
        chip_authentication=_chip_authentication(offers),
        active_authentication=_active_key(str(algorithms.get("active_key", ""))),
        extended=written.get("extended") is True,
    )


def _paces(offers: Iterable[dict[str, Any]]) -> Iterable[PaceKind]:
    for offer in offers:
        for mapping, cipher in product(PaceMapping, CipherKind):
            numbers = offer["numbers"]
            if len(numbers) == 2 and numbers[1] in GROUPS:
                kind = PaceKind(mapping, cipher, numbers[1], numbers[0])
                if _identifier(kind) == offer["protocol"]:
                    yield kind


def _identifier(kind: PaceKind) -> str:
    try:
        return kind.oid
    except KeyError:  # a mapping that this group has not
        return ""


def _chip_authentication(offers: Mapping[str, Any]) -> ChipAuthenticationKind | None:
    """By its cipher; the group of its key is in the key, which a profile leaves out."""
    for cipher in CipherKind:
        kind = ChipAuthenticationKind(cipher)
        if kind.oid in offers:
            return kind
    return None


def _grown_dg2(person: Person, size: int) -> bytes:
    """A portrait of just the size that makes the file `size` bytes long."""
    female = is_female(person)

    def of(image_bytes: int) -> bytes:
        return dg2([portrait.jpeg_portrait(person.number, female=female, size_bytes=image_bytes)], female=female)

    image_bytes = size - 88
    return of(image_bytes + size - len(of(image_bytes)))


def _grown_dg13(content: bytes, size: int) -> bytes:
    """An entry of unknown number more, which readers pass over."""
    for spare in range(size - len(content), -1, -1):
        grown = _with_entry(content, bytes(spare))
        if len(grown) <= size:
            return grown
    return content


def _with_entry(dg13: bytes, spare: bytes) -> bytes:
    content = ber.values(ber.values(dg13)[0x6D])[0x30]
    version, kind, entries = (value for _, value, _ in ber.objects(content))
    entry = ber.sequence(ber.integer(17), ber.octets(spare))
    return ber.tlv(0x6D, ber.sequence(ber.tlv(0x02, version), ber.tlv(0x06, kind), ber.tlv(0x31, entries, entry)))
