"""What is written into the chip of a foreign passport or identity card, and what went wrong with it."""

from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

from kiosk.simulator.abroad import KeyKind, State, forger_key, invent_state
from kiosk.simulator.chip import ber, lds, portrait
from kiosk.simulator.chip.details import dg7, dg11, dg12
from kiosk.simulator.chip.faces import dg2, dg2_asn1
from kiosk.simulator.chip.mrz import MrzLines
from kiosk.simulator.chip.personalization import (
    ChipKind,
    Fid,
    Personalization,
    active_key_of,
    chip_secrets,
    public_element,
)
from kiosk.simulator.chip.profile import CardProfile, PaceKind
from kiosk.simulator.chip.signing import Attributes, Named, Signer, Style, security_object
from kiosk.simulator.chip.travel_mrz import travel_mrz
from kiosk.simulator.travellers import INVENTED_STATES, Traveller

_PORTRAIT_BYTES = 12_000


class TravelChip(StrEnum):
    """What `Traveller.chip` may say: how this chip differs from a genuine one that opens by PACE."""

    GENUINE = "genuine"
    BAC_ONLY = "bac-only"
    OLD_KEY = "old-key"
    """The document signer belongs to the country signer's older key."""
    MRZ_ONLY = "mrz-only"
    """No more than the standard demands: DG1 and DG2, and nothing that proves the chip."""
    REVOKED = "revoked"
    """The document signer stands on the state's revocation list."""
    ALTERED_DG1 = "altered-dg1"
    """The document names somebody else; its keys stay what they are."""
    ALTERED_DG2 = "altered-dg2"
    ALTERED_DG7 = "altered-dg7"
    ALTERED_DG11 = "altered-dg11"
    ALTERED_DG12 = "altered-dg12"
    FORGED = "forged"
    """The security object was signed with a key that is not the document signer's."""
    COPIED = "copied"
    """The files of a genuine chip in another chip, whose private keys do not fit them."""


STYLES: dict[str, tuple[KeyKind, Style]] = {
    "ecdsa": (KeyKind.P256, Style()),
    "ecdsa-sha1": (KeyKind.P256, Style("sha1")),
    "ecdsa-sha224": (KeyKind.P224, Style("sha224", lds_version=1)),
    "ecdsa-sha384": (KeyKind.P384, Style("sha384", null=True)),
    "ecdsa-sha512": (KeyKind.P521, Style("sha512", lds_version=1, by_key_identifier=True)),
    "brainpool": (KeyKind.BRAINPOOL_256, Style(attributes=Attributes.NONE)),
    "brainpool-sha384": (KeyKind.BRAINPOOL_384, Style("sha384", attributes=Attributes.SENT_UNSORTED)),
    "brainpool-sha512": (KeyKind.BRAINPOOL_512, Style("sha512", attributes=Attributes.SIGNED_UNSORTED)),
    "brainpool-explicit": (KeyKind.BRAINPOOL_256_EXPLICIT, Style(named=Named.BY_KEY)),
    "rsa": (KeyKind.RSA, Style(null=True)),
    "rsa-sha1": (KeyKind.RSA, Style("sha1", named=Named.BY_KEY, null=True)),
    "rsa-sha512": (KeyKind.RSA, Style("sha512", lds_version=1)),
    "pss": (KeyKind.RSA, Style(pss=32, lds_version=1)),
    "pss-defaults": (KeyKind.RSA, Style("sha1", pss=20)),
    "pss-defaults-absent": (KeyKind.RSA, Style("sha1", pss=20, null=True)),
    "pss-defaults-explicit": (KeyKind.RSA, Style("sha1", pss=20, explicit_defaults=True, null=True)),
    "pss-sha512": (KeyKind.RSA, Style("sha512", pss=64, by_key_identifier=True, null=True)),
    "pss-short-salt": (KeyKind.RSA, Style("sha384", pss=8, attributes=Attributes.NONE)),
}
"""How `Traveller.signature` is made: the signer's key, and the form."""

PHOTOS = ("jpeg", "jp2", "asn1", "asn1-jp2", "two-images", "two-records")
"""What `Traveller.photo` may say: `asn1` is the record of ISO 39794-5, the others are those of ISO 19794-5."""


@lru_cache(maxsize=64)
def personalize_abroad(holder: Traveller, profile: CardProfile | None = None) -> Personalization:
    """Writes the chip of `holder`; the same, byte for byte, whenever it is asked.

    Raises:
        ValueError: `chip`, `signature` or `photo` are none of the words above.
    """
    chip = TravelChip(holder.chip)
    if holder.signature not in STYLES or holder.photo not in PHOTOS:
        raise ValueError("no such signature or photo")
    profile = profile or _profile(chip)
    mrz = travel_mrz(holder)
    secrets = chip_secrets(profile, holder.number)
    active_key = active_key_of(profile, holder.number, "")
    groups = _groups(holder, chip, mrz)
    if chip is not TravelChip.MRZ_ONLY:
        authentication = profile.chip_authentication
        dg14 = profile.dg14(public_element(authentication.group, secrets) if authentication else b"")
        groups |= {} if dg14 is None else {14: dg14}
        groups |= {} if active_key is None else {15: active_key.dg15()}
    sod = _security_object(holder, chip, groups)
    if chip is TravelChip.ALTERED_DG1:
        groups[1] = _dg1(travel_mrz(replace(holder, surname="Altera")))
    elif chip.value.startswith("altered-dg"):
        number = int(chip.value.removeprefix("altered-dg"))
        groups[number] = _altered(groups[number])
    if chip is TravelChip.COPIED:
        secrets = chip_secrets(profile, f"copy of {holder.number}")
        active_key = active_key_of(profile, holder.number, "copy of ")
    files = {Fid.COM: lds.ef_com(file[0] for file in groups.values()), Fid.SOD: sod}
    return Personalization(
        kind=ChipKind.GENUINE,
        profile=profile,
        card_access=profile.card_access(),
        card_security=None,
        files=files | {0x0100 | number: file for number, file in groups.items()},
        can=holder.can.encode("ascii"),
        mrz=mrz,
        chip_secrets=secrets,
        active_key=active_key,
    )


def _profile(chip: TravelChip) -> CardProfile:
    match chip:
        case TravelChip.BAC_ONLY:
            return CardProfile(pace=())
        case TravelChip.MRZ_ONLY:
            return CardProfile(pace=(PaceKind(),), chip_authentication=None, active_authentication=None)
        case _:
            return CardProfile()


def _groups(holder: Traveller, chip: TravelChip, mrz: MrzLines) -> dict[int, bytes]:
    groups = {1: _dg1(mrz), 2: _dg2(holder)}
    if chip is TravelChip.MRZ_ONLY:
        return groups
    return groups | {7: dg7(portrait.jpeg_mark(holder.number)), 11: dg11(holder), 12: dg12(holder)}


def _dg1(mrz: MrzLines) -> bytes:
    return ber.tlv(0x61, ber.tlv(0x5F1F, mrz.text.encode("ascii")))


def _dg2(holder: Traveller) -> bytes:
    female = holder.sex == "female"
    jpeg2000 = holder.photo.endswith("jp2")
    images = [_image(holder.number, female=female, jpeg2000=jpeg2000)]
    if holder.photo.startswith("two"):
        images.append(_image(f"second {holder.number}", female=female, jpeg2000=True))
    if holder.photo.startswith("asn1"):
        return dg2_asn1(images[0])
    records = [[image] for image in images] if holder.photo == "two-records" else [images]
    return dg2(*records, female=female)


def _image(seed: str, *, female: bool, jpeg2000: bool) -> bytes:
    if jpeg2000:
        return portrait.jpeg2000_portrait(seed, female=female)
    return portrait.jpeg_portrait(seed, female=female, size_bytes=_PORTRAIT_BYTES)


def _security_object(holder: Traveller, chip: TravelChip, groups: dict[int, bytes]) -> bytes:
    kind, style = STYLES[holder.signature]
    signer = _state(holder).document_signer(
        kind, under_old=chip is TravelChip.OLD_KEY, revoked=chip is TravelChip.REVOKED
    )
    if chip is TravelChip.FORGED:
        signer = Signer(signer.certificate, forger_key(kind))
    return security_object(groups, signer, style)


def _state(holder: Traveller) -> State:
    return invent_state(INVENTED_STATES[holder.state])


def _altered(group: bytes) -> bytes:
    """The file with one bit near its end turned, so that only its hash tells."""
    at = len(group) - 3
    return group[:at] + bytes([group[at] ^ 1]) + group[at + 1 :]
