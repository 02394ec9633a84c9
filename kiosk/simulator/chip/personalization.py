"""What is written into a chip before it is handed out: one person's files and keys, and what went wrong with them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.privacy import Personal
from kiosk.simulator.chip import ber, curve, lds, portrait
from kiosk.simulator.chip.active import ActiveKey, EcdsaKey, rsa_key
from kiosk.simulator.chip.mrz import MrzLines, is_female, mrz_of
from kiosk.simulator.chip.national import dg13_of, tampered
from kiosk.simulator.people import Person
from kiosk.simulator.pki import SEED, Pki, derive_key

REFERENCE_DG2_BYTES = 20_085
_SMALLEST_PORTRAIT_BYTES = 15_500
_PORTRAIT_SPREAD_BYTES = 4_000
_DG2_HEADER_BYTES = 88
_STOLEN_YEARS = 10


class ChipKind(StrEnum):
    """What `Person.chip` may say: how this chip differs from a genuine one."""

    GENUINE = "genuine"
    ALTERED = "altered"
    """DG13 was changed after signing."""
    ALTERED_DG1 = "altered-dg1"
    """DG1 was changed after signing: the card lasts ten years longer."""
    FORGED = "forged"
    """The SOD was signed with a key that is not the document signer's."""
    UNKNOWN_ISSUER = "unknown-issuer"
    """The document signer belongs to a country signer that nobody gave to the clinic."""
    COPIED = "copied"
    """The files of a genuine chip in another chip, whose private keys do not fit them."""
    NO_DG13 = "no-dg13"
    BAC_ONLY = "bac-only"
    """No EF.CardAccess and no PACE."""
    EXTENDED = "extended"
    """Takes extended lengths."""
    NFD = "nfd"
    """DG13's letters and marks are written apart."""
    JP2 = "jp2"
    """The portrait is JPEG 2000."""


class Fid:
    """File identifiers; the low five bits are the short one."""

    CARD_ACCESS = 0x011C
    SOD = 0x011D
    COM = 0x011E
    DG1, DG2, DG3, DG13, DG14, DG15 = 0x0101, 0x0102, 0x0103, 0x010D, 0x010E, 0x010F


@dataclass(frozen=True, slots=True, repr=False)
class Personalization(Personal):
    """One chip's content: readable files by file identifier, passwords, private keys."""

    kind: ChipKind
    card_access: bytes | None
    files: Mapping[int, bytes]
    can: bytes
    mrz: MrzLines
    chip_secret: int
    active_key: ActiveKey


@lru_cache(maxsize=64)
def personalize(person: Person, pki: Pki) -> Personalization:
    """Writes the chip of `person`; the same, byte for byte, whenever it is asked.

    Raises:
        ValueError: `person.chip` is no `ChipKind`.
    """
    kind = ChipKind(person.chip)
    mrz = mrz_of(person)
    chip_secret = _chip_secret(person.number)
    active_key = _active_key(person, "")
    groups = {
        1: _dg1(mrz),
        2: _dg2(person, kind),
        3: ber.tlv(0x63, hashlib.sha512(person.number.encode()).digest()),
        13: dg13_of(person, decomposed=kind is ChipKind.NFD),
        14: lds.dg14(
            curve.multiply_generator(chip_secret),
            explicit_parameters=_is_second_generation(person),
            ecdsa=isinstance(active_key, EcdsaKey),
        ),
        15: active_key.dg15(),
    }
    if kind is ChipKind.NO_DG13:
        del groups[13]
    issuer = pki.unknown if kind is ChipKind.UNKNOWN_ISSUER else pki.trusted
    signing_key = pki.forger_key if kind is ChipKind.FORGED else issuer.document_signer_key
    sod = lds.ef_sod(groups, issuer, signing_key)
    if kind is ChipKind.ALTERED:
        groups[13] = dg13_of(tampered(person))
    if kind is ChipKind.ALTERED_DG1:
        mrz = mrz_of(person, date_of_expiry=_ten_years_longer(person))
        groups[1] = _dg1(mrz)
    if kind is ChipKind.COPIED:
        chip_secret = _chip_secret(f"copy of {person.number}")
        active_key = _active_key(person, "copy of ")
    files = {Fid.COM: lds.ef_com(file[0] for file in groups.values()), Fid.SOD: sod}
    files |= {0x0100 | number: file for number, file in groups.items() if 0x0100 | number != Fid.DG3}
    return Personalization(
        kind=kind,
        card_access=None if kind is ChipKind.BAC_ONLY else lds.CARD_ACCESS,
        files=files,
        can=person.can.encode("ascii"),
        mrz=mrz,
        chip_secret=chip_secret,
        active_key=active_key,
    )


def _dg1(mrz: MrzLines) -> bytes:
    return ber.tlv(0x61, ber.tlv(0x5F1F, mrz.text.encode("ascii")))


def _dg2(person: Person, kind: ChipKind) -> bytes:
    female = is_female(person)
    if kind is ChipKind.JP2:
        image = portrait.jpeg2000_portrait(person.number, female=female)
    else:
        image = portrait.jpeg_portrait(person.number, female=female, size_bytes=portrait_bytes(person.number))
    return lds.dg2(image, portrait.WIDTH, portrait.HEIGHT, jpeg2000=kind is ChipKind.JP2, female=female)


def portrait_bytes(number: str) -> int:
    """The size of a person's JPEG; that of numbers ending in 123 makes a DG2 of `REFERENCE_DG2_BYTES`."""
    if number.endswith("123"):
        return REFERENCE_DG2_BYTES - _DG2_HEADER_BYTES
    spread = int.from_bytes(hashlib.sha256(number.encode()).digest()[:4], "big") % _PORTRAIT_SPREAD_BYTES
    return _SMALLEST_PORTRAIT_BYTES + spread


def _chip_secret(label: str) -> int:
    key = derive_key(f"{SEED} chip authentication {label}", ec.BrainpoolP256R1())
    return key.private_numbers().private_value


def _active_key(person: Person, copy: str) -> ActiveKey:
    # nobody has published which of the two the real card uses, so each generation here has one
    if _is_second_generation(person):
        return rsa_key(f"{copy}batch 2024")
    return EcdsaKey(f"{SEED} active authentication {copy}{person.number}")


def _is_second_generation(person: Person) -> bool:
    return person.card == "2024"


def _ten_years_longer(person: Person) -> date:
    expiry = person.date_of_expiry or person.date_of_issue
    return date(expiry.year + _STOLEN_YEARS, expiry.month, min(expiry.day, 28))
