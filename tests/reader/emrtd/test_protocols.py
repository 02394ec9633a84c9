"""Every way to open a chip, against the chip's own side of it, which is written independently."""

import secrets
from collections.abc import Callable

import pytest

from kiosk.reader.connection import Meter
from kiosk.reader.document import Access
from kiosk.reader.emrtd import iso7816
from kiosk.reader.emrtd.access import Opened, open_chip
from kiosk.reader.emrtd.keys import CardKeys, passwords
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.chip.messaging import CipherKind
from kiosk.simulator.chip.profile import CardProfile, Mapping, PaceKind
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki

GM, IM, CAM = Mapping.GENERIC, Mapping.INTEGRATED, Mapping.CHIP_AUTHENTICATION
OpenWith = Callable[..., tuple[Opened, Meter]]


@pytest.fixture
def open_with(reference_person: Person, pki: Pki) -> OpenWith:
    """Opens the reference person's card with these offers of PACE."""

    def run(*kinds: PaceKind, by_mrz: bool = False) -> tuple[Opened, Meter]:
        profile = CardProfile(pace=kinds, extended=any(kind.parameter_id in {1, 2} for kind in kinds))
        meter = Meter(VirtualCard(reference_person, pki, profile=profile))
        known = CardKeys(
            personal_number=reference_person.number,
            date_of_birth=reference_person.date_of_birth,
            date_of_expiry=reference_person.date_of_expiry,
        )
        candidates = passwords(known)
        return open_chip(meter, candidates[1:] if by_mrz else candidates[:1], secrets.token_bytes), meter

    return run


def kinds() -> list[PaceKind]:
    """All mappings with all ciphers on one curve and one group of integers; all groups with one cipher."""
    found = [PaceKind(mapping, cipher, group) for mapping in (GM, IM) for cipher in CipherKind for group in (13, 0)]
    found += [PaceKind(CAM, cipher) for cipher in CipherKind if cipher is not CipherKind.DES3]
    groups = (1, 2, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18)
    found += [PaceKind(GM, CipherKind.AES_256, group) for group in groups]
    found += [PaceKind(IM, CipherKind.AES_256, group) for group in groups if group != 10]
    found += [PaceKind(CAM, CipherKind.AES_256, group) for group in (10, 12, 14, 15, 16, 17, 18)]
    return found


@pytest.mark.parametrize("kind", kinds(), ids=lambda k: f"{k.mapping.value}-{k.cipher.name}-{k.parameter_id}")
def test_every_kind_of_pace_opens_and_speaks(open_with: OpenWith, kind: PaceKind) -> None:
    opened, _ = open_with(kind)
    assert opened.access is Access.PACE_CAN
    assert opened.channel.send(iso7816.read_binary_sfi(0x1E, 4)).data[:1] == b"\x60"
    assert (opened.chip_mapping is not None) is (kind.mapping is CAM)


@pytest.mark.parametrize("mapping", [GM, IM, CAM])
def test_every_mapping_takes_the_mrz(open_with: OpenWith, mapping: Mapping) -> None:
    opened, _ = open_with(PaceKind(mapping), by_mrz=True)
    assert opened.access is Access.PACE_MRZ


def test_of_several_offers_the_strongest_is_taken(open_with: OpenWith) -> None:
    opened, meter = open_with(
        PaceKind(GM, CipherKind.DES3, 12), PaceKind(GM, CipherKind.AES_128), PaceKind(IM, CipherKind.AES_256, 17)
    )
    assert opened.channel.suite.key_size == 32
    assert meter.apdus == 7
    both, _ = open_with(PaceKind(GM, CipherKind.AES_256), PaceKind(CAM, CipherKind.AES_128))
    assert both.chip_mapping is not None


def test_one_protocol_with_several_groups_opens_with_the_larger(open_with: OpenWith) -> None:
    opened, meter = open_with(PaceKind(parameter_id=12), PaceKind(parameter_id=16))
    assert opened.access is Access.PACE_CAN
    assert meter.apdus == 7


def test_an_old_version_is_passed_over(open_with: OpenWith) -> None:
    opened, _ = open_with(PaceKind(GM, CipherKind.AES_256, version=1), PaceKind(GM, CipherKind.AES_128))
    assert opened.channel.suite.key_size == 16


def test_an_offer_that_the_chip_does_not_keep_is_followed_by_the_next(reference_person: Person, pki: Pki) -> None:
    profile = CardProfile(pace=(PaceKind(GM, CipherKind.AES_256, 12), PaceKind(GM, CipherKind.AES_128)))

    class Broken(VirtualCard):
        """Says in EF.CardAccess more than it does."""

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            if command[1] == 0x22 and command[16:17] == b"\x04":
                return b"", 0x6A80
            return super().transmit(command)

    card = Meter(Broken(reference_person, pki, profile=profile))
    opened = open_chip(card, passwords(CardKeys(personal_number=reference_person.number)), secrets.token_bytes)
    assert opened.channel.suite.key_size == 16
    assert card.apdus == 8
