"""What is written into a chip before it is handed out: one person's files and keys, and what went wrong with them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.privacy import Personal
from kiosk.simulator.chip import ber, lds, portrait
from kiosk.simulator.chip.active import ActiveKey, EcdsaKey, rsa_key
from kiosk.simulator.chip.domain_parameters import Group
from kiosk.simulator.chip.faces import dg2
from kiosk.simulator.chip.mrz import MrzLines, is_female, mrz_of
from kiosk.simulator.chip.national import dg13_of, tampered
from kiosk.simulator.chip.profile import CardProfile, ChipAuthenticationKind, EcdsaKind, KeyForm, PaceKind, RsaKind
from kiosk.simulator.people import Person
from kiosk.simulator.pki import SEED, Issuer, Pki

REFERENCE_DG2_BYTES = 19_469
"""With it, SOD, DG1, DG2 and DG13 of the reference person have 21,021 bytes, as the card of known readers' figures."""
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
    CARD_SECURITY = 0x011D
    """Of the master file, where EF.SOD is of the application."""
    COM = 0x011E
    DG1, DG2, DG3, DG13, DG14, DG15 = 0x0101, 0x0102, 0x0103, 0x010D, 0x010E, 0x010F


@dataclass(frozen=True, slots=True, repr=False)
class Personalization(Personal):
    """One chip's content: readable files by file identifier, passwords, private keys."""

    kind: ChipKind
    profile: CardProfile
    card_access: bytes | None
    card_security: bytes | None
    files: Mapping[int, bytes]
    can: bytes
    mrz: MrzLines
    chip_secrets: Mapping[int, int]
    active_key: ActiveKey | None


@lru_cache(maxsize=64)
def personalize(person: Person, pki: Pki, profile: CardProfile | None = None) -> Personalization:
    """Writes the chip of `person`; the same, byte for byte, whenever it is asked.

    `profile` None is the one that belongs to the person's card and chip. `chip_secrets` are the private keys of chip
    authentication and of its mapping, by the number of their group.

    Raises:
        ValueError: `person.chip` is no `ChipKind`.
    """
    kind = ChipKind(person.chip)
    profile = profile or profile_of(person)
    mrz = mrz_of(person)
    secrets = chip_secrets(profile, person.number)
    active_key = active_key_of(profile, person.number, "")
    groups = {
        1: _dg1(mrz),
        2: _dg2(person, kind),
        3: ber.tlv(0x63, hashlib.sha512(person.number.encode()).digest()),
        13: dg13_of(person, decomposed=kind is ChipKind.NFD),
    }
    authentication = profile.chip_authentication
    static_key = public_element(authentication.group, secrets) if authentication else b""
    if (dg14 := profile.dg14(static_key)) is not None:
        groups[14] = dg14
    if active_key is not None:
        groups[15] = active_key.dg15()
    if kind is ChipKind.NO_DG13:
        del groups[13]
    issuer = pki.unknown if kind is ChipKind.UNKNOWN_ISSUER else pki.trusted
    signing_key = pki.forger_key if kind is ChipKind.FORGED else issuer.document_signer_key
    sod = lds.ef_sod(groups, issuer, signing_key)
    card_security = _card_security(profile, secrets, issuer, signing_key)
    if kind is ChipKind.ALTERED:
        groups[13] = dg13_of(tampered(person))
    if kind is ChipKind.ALTERED_DG1:
        mrz = mrz_of(person, date_of_expiry=_ten_years_longer(person))
        groups[1] = _dg1(mrz)
    if kind is ChipKind.COPIED:
        secrets = chip_secrets(profile, f"copy of {person.number}")
        active_key = active_key_of(profile, person.number, "copy of ")
    files = {Fid.COM: lds.ef_com(file[0] for file in groups.values()), Fid.SOD: sod}
    files |= {0x0100 | number: file for number, file in groups.items() if 0x0100 | number != Fid.DG3}
    return Personalization(
        kind=kind,
        profile=profile,
        card_access=profile.card_access(),
        card_security=card_security,
        files=files,
        can=person.can.encode("ascii"),
        mrz=mrz,
        chip_secrets=secrets,
        active_key=active_key,
    )


def _dg1(mrz: MrzLines) -> bytes:
    return ber.tlv(0x61, ber.tlv(0x5F1F, mrz.text.encode("ascii")))


@lru_cache(maxsize=64)
def _dg2(person: Person, kind: ChipKind) -> bytes:
    female = is_female(person)
    if kind is ChipKind.JP2:
        image = portrait.jpeg2000_portrait(person.number, female=female)
    else:
        image = portrait.jpeg_portrait(person.number, female=female, size_bytes=portrait_bytes(person.number))
    return dg2([image], female=female)


def portrait_bytes(number: str) -> int:
    """The size of a person's JPEG; that of numbers ending in 123 makes a DG2 of `REFERENCE_DG2_BYTES`."""
    if number.endswith("123"):
        return REFERENCE_DG2_BYTES - _DG2_HEADER_BYTES
    spread = int.from_bytes(hashlib.sha256(number.encode()).digest()[:4], "big") % _PORTRAIT_SPREAD_BYTES
    return _SMALLEST_PORTRAIT_BYTES + spread


def profile_of(person: Person) -> CardProfile:
    """The chip that a person's card has: nobody has published which keys real cards use, so each generation differs."""
    second = person.card == "2024"
    return CardProfile(
        pace=() if person.chip == ChipKind.BAC_ONLY else (PaceKind(),),
        chip_authentication=ChipAuthenticationKind(key_form=KeyForm.EXPLICIT if second else KeyForm.NAMED),
        active_authentication=RsaKind() if second else EcdsaKind(),
        extended=person.chip == ChipKind.EXTENDED,
    )


def chip_secrets(profile: CardProfile, label: str) -> dict[int, int]:
    """The chip's private keys by the number of their group."""
    kinds = [kind for kind in (profile.chip_authentication, profile.chip_mapping) if kind is not None]
    return {kind.parameter_id: _chip_secret(kind.group, label) for kind in kinds}


def _chip_secret(group: Group, label: str) -> int:
    size = (group.order.bit_length() + 7) // 8 + 8
    seed = hashlib.shake_256(f"{SEED} chip authentication {group.number} {label}".encode()).digest(size)
    return int.from_bytes(seed, "big") % (group.order - 1) + 1


def public_element(group: Any, secrets: Mapping[int, int]) -> bytes:  # noqa: ANN401 - a union of groups, each with its elements
    """The public key to one of them, encoded."""
    return bytes(group.encode(group.multiply_generator(secrets[group.number])))


def _card_security(
    profile: CardProfile, secrets: Mapping[int, int], issuer: Issuer, signing_key: ec.EllipticCurvePrivateKey
) -> bytes | None:
    mapping = profile.chip_mapping
    if mapping is None:
        return None
    key = ChipAuthenticationKind(mapping.cipher, mapping.parameter_id, KeyForm.STANDARD, key_id=mapping.parameter_id)
    infos = [kind.info() for kind in profile.pace]
    infos += [key.info(), key.key_info(public_element(mapping.group, secrets))]
    return lds.ef_card_security(ber.set_of(*infos), issuer, signing_key)


def active_key_of(profile: CardProfile, number: str, copy: str) -> ActiveKey | None:
    """The key of active authentication; `copy` names another chip's."""
    match profile.active_authentication:
        case RsaKind() as kind:
            return rsa_key(f"{copy}batch 2024", kind)
        case EcdsaKind() as kind:
            return EcdsaKey(f"{SEED} active authentication {copy}{number}", kind)
        case None:
            return None


def _ten_years_longer(person: Person) -> date:
    expiry = person.date_of_expiry or person.date_of_issue
    return date(expiry.year + _STOLEN_YEARS, expiry.month, min(expiry.day, 28))
