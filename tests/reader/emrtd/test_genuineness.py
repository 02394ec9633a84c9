"""The chip's proof that it is no copy, asked of the virtual card, whose side is written independently."""

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.identity.identify import identify
from kiosk.identity.person import Trust
from kiosk.identity.trust import trust_in
from kiosk.reader.connection import CardConnection, Meter
from kiosk.reader.document import Check, ChipDocument, Outcome
from kiosk.reader.emrtd.inspection import Watch, inspect
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.chip import ber, lds
from kiosk.simulator.chip.domain_parameters import GROUPS
from kiosk.simulator.chip.messaging import CipherKind
from kiosk.simulator.chip.personalization import Fid, public_element
from kiosk.simulator.chip.profile import (
    CardProfile,
    ChipAuthenticationKind,
    EcdsaKind,
    HashKind,
    KeyForm,
    PaceKind,
    RsaKind,
)
from kiosk.simulator.chip.profile import Mapping as NonceMapping
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki

PASSED = Check(Outcome.PASSED, "")
NOT_OFFERED = Check(Outcome.NOT_RUN, "not-offered")
NOT_ASKED = Check(Outcome.NOT_RUN, "not-asked")
CAM = (PaceKind(NonceMapping.CHIP_AUTHENTICATION),)
ChipAuth = ChipAuthenticationKind
STATIC_KEY = public_element(GROUPS[13], {13: 5})
WithoutSignature = partial(CardProfile, active_authentication=None)
Read = Callable[..., ChipDocument]


class Rewritten(VirtualCard):
    """A card whose files somebody rewrote; those in `withheld` it does not have any more."""

    def rewrite(
        self, files: Mapping[int, bytes] | None = None, withheld: tuple[int, ...] = (), **content: object
    ) -> "Rewritten":
        kept = {fid: file for fid, file in self._chip.files.items() if fid not in withheld}
        self._chip = dataclasses.replace(self._chip, files=kept | dict(files or {}), **content)  # type: ignore[arg-type]
        return self


def signed_anew(card: Rewritten, pki: Pki, number: int, content: bytes) -> Rewritten:
    """The card with another data group of this number, signed by its state with all the others."""
    files = {fid: file for fid, file in card._chip.files.items() if fid not in (Fid.COM, Fid.SOD)}
    files[0x0100 | number] = content
    groups = {fid & 0xFF: file for fid, file in files.items()}
    sod = lds.ef_sod(groups, pki.trusted, pki.trusted.document_signer_key)
    return card.rewrite({**files, Fid.SOD: sod})


@pytest.fixture
def card_of(reference_person: Person, pki: Pki) -> Callable[..., Rewritten]:
    """Makes the reference person's card with this profile, and other personal data."""

    def make(profile: CardProfile | None = None, **changes: Any) -> Rewritten:
        return Rewritten(dataclasses.replace(reference_person, **changes), pki, profile=profile)

    return make


@pytest.fixture
def read(reference_person: Person, anchors: TrustAnchors, witness: Watch) -> Read:
    """Inspects a card without its photo."""

    def run(connection: CardConnection, **options: Any) -> ChipDocument:
        options.setdefault("photo", False)
        keys = CardKeys(
            personal_number=reference_person.number,
            date_of_birth=reference_person.date_of_birth,
            date_of_expiry=reference_person.date_of_expiry,
        )
        return inspect(connection, keys, options.pop("anchors", anchors), witness, **options)

    return run


def proofs(document: ChipDocument) -> tuple[Check, Check]:
    return document.evidence.chip, document.evidence.active


CHIP_PROFILES = {
    "aes-128": WithoutSignature(),
    "3des": WithoutSignature(chip_authentication=ChipAuth(CipherKind.DES3)),
    "3des-unannounced": WithoutSignature(chip_authentication=ChipAuth(CipherKind.DES3, announced=False)),
    "aes-192": WithoutSignature(chip_authentication=ChipAuth(CipherKind.AES_192, 12)),
    "aes-256-explicit": WithoutSignature(chip_authentication=ChipAuth(CipherKind.AES_256, 17, KeyForm.EXPLICIT)),
    "key-id": WithoutSignature(chip_authentication=ChipAuth(CipherKind.AES_256, 18, KeyForm.STANDARD, key_id=5)),
    "p-224": WithoutSignature(chip_authentication=ChipAuth(CipherKind.AES_128, 10)),
    "brainpool-320": WithoutSignature(chip_authentication=ChipAuth(CipherKind.AES_128, 14)),
    "integers": WithoutSignature(chip_authentication=ChipAuth(CipherKind.AES_128, 0)),
    "integers-3des": WithoutSignature(chip_authentication=ChipAuth(CipherKind.DES3, 0)),
    "integers-2048": WithoutSignature(chip_authentication=ChipAuth(CipherKind.AES_256, 2), extended=True),
    "after-bac": WithoutSignature(pace=()),
    "mapping": CardProfile(pace=CAM),
    "mapping-card-security": CardProfile(pace=CAM, chip_authentication=None),
    "mapping-no-data-groups": CardProfile(pace=CAM, chip_authentication=None, active_authentication=None),
    "mapping-other-key": CardProfile(pace=(PaceKind(NonceMapping.CHIP_AUTHENTICATION, CipherKind.AES_256, 12),)),
}
ACTIVE_PROFILES: dict[str, EcdsaKind | RsaKind] = {
    "ecdsa": EcdsaKind(),
    "ecdsa-unannounced": EcdsaKind(hash=HashKind.SHA1, announced=False),
    "ecdsa-explicit": EcdsaKind(13, HashKind.SHA224, KeyForm.EXPLICIT),
    "ecdsa-384": EcdsaKind(16, HashKind.SHA384),
    "ecdsa-521": EcdsaKind(18, HashKind.SHA512),
    "ecdsa-192": EcdsaKind(8, HashKind.SHA256),
    "rsa": RsaKind(),
    "rsa-implicit": RsaKind(hash=HashKind.SHA1, implicit_trailer=True),
    "rsa-sha1": RsaKind(hash=HashKind.SHA1),
    "rsa-sha224": RsaKind(hash=HashKind.SHA224),
    "rsa-sha384": RsaKind(hash=HashKind.SHA384),
    "rsa-sha512": RsaKind(hash=HashKind.SHA512),
}


@pytest.mark.parametrize("name", CHIP_PROFILES)
def test_a_genuine_chip_is_proven_by_its_key(card_of: Callable[..., Rewritten], read: Read, name: str) -> None:
    document = read(card_of(CHIP_PROFILES[name]), files=("COM",))
    assert document.evidence.chip == PASSED
    assert document.evidence.active in {NOT_ASKED, NOT_OFFERED}
    assert document.evidence.passive == PASSED
    assert "COM" in document.files
    assert trust_in(document) is Trust.CHIP_VERIFIED


@pytest.mark.parametrize("name", CHIP_PROFILES)
def test_a_copy_does_not_pass_by_its_key(card_of: Callable[..., Rewritten], read: Read, name: str) -> None:
    document = read(card_of(CHIP_PROFILES[name], chip="copied"))
    assert document.evidence.passive == PASSED
    assert document.evidence.chip == Check(Outcome.FAILED, "chip-key-wrong")
    assert document.evidence.active in {NOT_ASKED, NOT_OFFERED}


@pytest.mark.parametrize("name", ACTIVE_PROFILES)
def test_a_genuine_chip_is_proven_by_its_signature(card_of: Callable[..., Rewritten], read: Read, name: str) -> None:
    profile = CardProfile(chip_authentication=None, active_authentication=ACTIVE_PROFILES[name])
    document = read(card_of(profile))
    assert proofs(document) == (NOT_ASKED, PASSED)
    assert trust_in(document) is Trust.CHIP_VERIFIED


@pytest.mark.parametrize("name", ACTIVE_PROFILES)
def test_a_copy_does_not_pass_by_its_signature(card_of: Callable[..., Rewritten], read: Read, name: str) -> None:
    profile = CardProfile(chip_authentication=None, active_authentication=ACTIVE_PROFILES[name])
    document = read(card_of(profile, chip="copied"))
    assert proofs(document) == (NOT_OFFERED, Check(Outcome.FAILED, "chip-signature-invalid"))


@pytest.mark.parametrize(
    "profile",
    [*CHIP_PROFILES.values(), *(CardProfile(chip_authentication=None, active_authentication=a)
                                for a in ACTIVE_PROFILES.values())],
    ids=[*CHIP_PROFILES, *ACTIVE_PROFILES],
)  # fmt: skip
def test_a_copy_is_never_verified_at_any_time(
    card_of: Callable[..., Rewritten], read: Read, witness: Any, profile: CardProfile
) -> None:
    with pytest.raises(KioskError) as refused:
        identify(read(card_of(profile, chip="copied")))
    assert refused.value.code is FailureCode.CARD_ALTERED
    (early,) = witness.identities
    assert early.evidence.chip == Check(Outcome.NOT_RUN, "pending")
    assert trust_in(early) is Trust.CHIP_UNVERIFIED


@pytest.mark.parametrize(
    ("profile", "withheld", "reason"),
    [
        (WithoutSignature(), Fid.DG14, "dg14-missing"),
        (CardProfile(pace=CAM), Fid.DG14, "dg14-missing"),
        (CardProfile(chip_authentication=None), Fid.DG15, "dg15-missing"),
        (CardProfile(chip_authentication=None, active_authentication=RsaKind()), Fid.DG15, "dg15-missing"),
    ],
    ids=["dg14", "dg14-after-mapping", "dg15-ecdsa", "dg15-rsa"],
)
def test_a_copy_that_leaves_the_proof_out_fails(
    card_of: Callable[..., Rewritten], read: Read, profile: CardProfile, withheld: int, reason: str
) -> None:
    document = read(card_of(profile).rewrite(withheld=(withheld,)))
    assert Check(Outcome.FAILED, reason) in proofs(document)
    with pytest.raises(KioskError) as refused:
        trust_in(document)
    assert refused.value.code is FailureCode.CARD_ALTERED


def test_a_chip_that_proves_by_mapping_and_hides_its_key_fails(card_of: Callable[..., Rewritten], read: Read) -> None:
    profile = CardProfile(pace=CAM, chip_authentication=None, active_authentication=None)
    document = read(card_of(profile).rewrite(card_security=None))
    assert document.evidence.chip == Check(Outcome.FAILED, "card-security-missing")


def test_a_copy_of_a_card_with_both_proofs_fails_both(card_of: Callable[..., Rewritten], read: Read) -> None:
    document = read(card_of(chip="copied"))
    assert proofs(document) == (
        Check(Outcome.FAILED, "chip-key-wrong"),
        Check(Outcome.FAILED, "chip-signature-invalid"),
    )


def test_a_copy_that_refuses_to_sign_fails_by_its_key(card_of: Callable[..., Rewritten], read: Read) -> None:
    document = read(card_of(chip="copied").rewrite(active_key=None))
    assert proofs(document) == (Check(Outcome.FAILED, "chip-key-wrong"), Check(Outcome.NOT_RUN, "chip-refused"))


@pytest.mark.parametrize("withheld", [(), (Fid.DG15,)], ids=["refused", "withheld"])
def test_a_chip_that_does_not_sign_may_be_proven_by_its_key(
    card_of: Callable[..., Rewritten], read: Read, withheld: tuple[int, ...]
) -> None:
    document = read(card_of().rewrite(withheld=withheld, active_key=None))
    reason = "dg15-missing" if withheld else "chip-refused"
    assert proofs(document) == (PASSED, Check(Outcome.NOT_RUN, reason))
    assert trust_in(document) is Trust.CHIP_VERIFIED


def test_a_chip_that_signs_in_an_unknown_way_may_be_proven_by_its_key(
    card_of: Callable[..., Rewritten], read: Read, reference_person: Person
) -> None:
    other = card_of(number="999090000777")._chip.active_key
    document = read(card_of().rewrite(active_key=other))
    assert proofs(document) == (PASSED, Check(Outcome.NOT_RUN, "chip-signature-invalid"))
    assert trust_in(document) is Trust.CHIP_VERIFIED


def test_a_key_for_signatures_that_was_put_in_after_signing_is_not_believed(
    card_of: Callable[..., Rewritten], read: Read
) -> None:
    other = card_of(number="999090000777")._chip
    copy = card_of(chip="copied").rewrite({Fid.DG15: other.files[Fid.DG15]}, active_key=other.active_key)
    document = read(copy)
    assert document.evidence.hashes == Check(Outcome.FAILED, "hash-mismatch-dg15")
    assert proofs(document) == (Check(Outcome.FAILED, "chip-key-wrong"), Check(Outcome.NOT_RUN, "hash-mismatch-dg15"))


def test_a_chip_that_refuses_every_proof_is_neither_accused_nor_verified(
    card_of: Callable[..., Rewritten], read: Read
) -> None:
    silent = card_of(CardProfile(chip_authentication=None)).rewrite(active_key=None)
    document = read(silent)
    assert document.evidence.active == Check(Outcome.NOT_RUN, "chip-refused")
    assert trust_in(document) is Trust.CHIP_UNVERIFIED


def test_a_chip_whose_files_announce_nothing_is_judged_by_its_files_alone(
    card_of: Callable[..., Rewritten], read: Read, witness: Any
) -> None:
    document = read(card_of(CardProfile(chip_authentication=None, active_authentication=None)))
    assert proofs(document) == (NOT_OFFERED, NOT_OFFERED)
    assert trust_in(document) is trust_in(witness.identities[0]) is Trust.CHIP_VERIFIED


def test_a_key_that_was_put_in_after_signing_is_not_believed(
    card_of: Callable[..., Rewritten], read: Read, reference_person: Person
) -> None:
    copy = card_of(chip="copied")
    own_key = CardProfile().dg14(bytes.fromhex("04") + bytes(64))
    assert own_key is not None
    document = read(copy.rewrite({Fid.DG14: own_key}))
    assert document.evidence.hashes == Check(Outcome.FAILED, "hash-mismatch-dg14")
    assert document.evidence.chip == Check(Outcome.NOT_RUN, "hash-mismatch-dg14")


def test_card_security_of_nobody_known_proves_nothing(
    card_of: Callable[..., Rewritten], read: Read, pki: Pki, reference_person: Person
) -> None:
    profile = CardProfile(pace=CAM, chip_authentication=None, active_authentication=None)
    document = read(card_of(profile, chip="unknown-issuer"))
    assert document.evidence.chip == Check(Outcome.NOT_RUN, "issuer-unknown")
    assert trust_in(document) is Trust.CHIP_UNVERIFIED
    forged = read(card_of(profile, chip="forged"))
    assert forged.evidence.chip == Check(Outcome.FAILED, "signature-invalid")


@pytest.mark.parametrize("broken", [b"\x30\x00", ber.sequence(ber.oid("1.2.840.113549.1.7.2"), b"\xa0\x00")])
def test_card_security_that_is_none_fails(card_of: Callable[..., Rewritten], read: Read, broken: bytes) -> None:
    profile = CardProfile(pace=CAM, chip_authentication=None)
    document = read(card_of(profile).rewrite(card_security=broken))
    assert document.evidence.chip == Check(Outcome.FAILED, "card-security-malformed")


def test_card_security_with_another_signed_content_fails(
    card_of: Callable[..., Rewritten], read: Read, pki: Pki
) -> None:
    profile = CardProfile(pace=CAM, chip_authentication=None)
    issuer = pki.trusted
    other = lds.signed_data("2.23.136.1.1.1", ber.set_of(), issuer, issuer.document_signer_key)
    document = read(card_of(profile).rewrite(card_security=other))
    assert document.evidence.chip == Check(Outcome.FAILED, "card-security-malformed")


def test_another_chips_card_security_is_no_help_where_dg14_has_a_key(
    card_of: Callable[..., Rewritten], read: Read, pki: Pki, reference_person: Person
) -> None:
    """A genuine chip may stand behind the copy and answer for itself: its own key, but not the one of these files."""
    other = dataclasses.replace(reference_person, number="999090000777")
    accomplice = Rewritten(other, pki, profile=CardProfile(pace=CAM))
    genuine = card_of(CardProfile(pace=CAM))
    copy = card_of(CardProfile(pace=CAM)).rewrite(
        genuine._chip.files, chip_secrets=accomplice._chip.chip_secrets, card_security=accomplice._chip.card_security
    )
    assert read(copy).evidence.chip == Check(Outcome.FAILED, "chip-key-wrong")


@pytest.mark.parametrize(
    ("profile", "check"),
    [
        (CardProfile(chip_authentication=None, active_authentication=RsaKind(2048)), 1),
        (CardProfile(chip_authentication=ChipAuth(CipherKind.AES_256, 2), active_authentication=None), 0),
    ],
    ids=["rsa-2048", "integers-2048"],
)
def test_a_proof_longer_than_the_card_takes_is_not_run_and_the_chip_unverified(
    card_of: Callable[..., Rewritten], read: Read, profile: CardProfile, check: int
) -> None:
    document = read(card_of(profile), files=("COM",))
    assert proofs(document)[check] == Check(Outcome.NOT_RUN, "length-refused")
    assert "COM" in document.files
    assert trust_in(document) is Trust.CHIP_UNVERIFIED


def test_a_signature_of_2048_bits_comes_in_a_long_answer(card_of: Callable[..., Rewritten], read: Read) -> None:
    profile = CardProfile(chip_authentication=None, active_authentication=RsaKind(2048), extended=True)
    assert proofs(read(card_of(profile))) == (NOT_ASKED, PASSED)


def test_a_signature_too_long_for_short_answers_is_not_asked_for_where_the_key_proves_the_chip(
    card_of: Callable[..., Rewritten], read: Read
) -> None:
    card = card_of(CardProfile(active_authentication=RsaKind(2048)))
    assert proofs(read(card)) == (PASSED, NOT_ASKED)


def test_a_long_signature_is_asked_for_at_once_where_long_answers_came(
    card_of: Callable[..., Rewritten], read: Read
) -> None:
    card = card_of(CardProfile(active_authentication=RsaKind(2048), extended=True))
    assert proofs(read(card, extended=True)) == (NOT_ASKED, PASSED)


def test_active_authentication_stands_in_where_the_key_is_for_later_protocols(
    card_of: Callable[..., Rewritten], read: Read
) -> None:
    profile = CardProfile(chip_authentication=ChipAuth(version=2), active_authentication=RsaKind(2048), extended=True)
    document = read(card_of(profile))
    assert proofs(document) == (Check(Outcome.NOT_RUN, "unsupported-key-type"), PASSED)
    assert trust_in(document) is Trust.CHIP_VERIFIED


@pytest.mark.parametrize(
    ("profile", "apdus"),
    [
        (CardProfile(), 2),
        (CardProfile(active_authentication=RsaKind(2048)), 6),
        (WithoutSignature(), 4),
        (CardProfile(pace=CAM), 1),
        (CardProfile(pace=CAM, chip_authentication=None, active_authentication=None), 7),
        (WithoutSignature(chip_authentication=ChipAuth(CipherKind.DES3)), 3),
        (CardProfile(chip_authentication=None), 2),
        (CardProfile(chip_authentication=None, active_authentication=RsaKind()), 2),
        (CardProfile(chip_authentication=None, active_authentication=None), 0),
    ],
    ids=["either", "chip-or-rsa-2048", "chip", "mapping", "mapping-card-security", "chip-3des", "ecdsa", "rsa", "none"],
)
def test_the_proof_costs_few_commands_all_after_the_identity(
    card_of: Callable[..., Rewritten], read: Read, witness: Any, profile: CardProfile, apdus: int
) -> None:
    counts = []
    for genuineness in (False, True):
        meter = Meter(card_of(profile))
        told: list[int] = []
        witness.identity = lambda _, meter=meter, told=told: told.append(meter.apdus)
        read(meter, genuineness=genuineness)
        assert told[0] <= 18
        counts.append(meter.apdus)
    assert counts[1] - counts[0] == apdus


CURVES = ChipAuth(key_id=5)


@pytest.mark.parametrize(
    "announced",
    [
        (CURVES.info(),),
        (CURVES.info(), dataclasses.replace(CURVES, key_id=6).key_info(STATIC_KEY)),
        (dataclasses.replace(CURVES, version=2).info(), CURVES.key_info(STATIC_KEY)),
        (ChipAuth(parameter_id=0).info(), ChipAuth().key_info(STATIC_KEY)),
    ],
    ids=["no-key", "another-key-number", "later-version", "another-kind-of-key"],
)
def test_a_chip_with_a_key_for_a_protocol_unknown_here_is_not_verified(
    card_of: Callable[..., Rewritten], read: Read, pki: Pki, announced: tuple[bytes, ...]
) -> None:
    """Its signed files say that it can prove itself: a copy of them must not pass for a chip that cannot."""
    dg14 = ber.tlv(0x6E, ber.set_of(*announced))
    document = read(signed_anew(card_of(WithoutSignature(), chip="copied"), pki, 14, dg14))
    assert document.evidence.passive == PASSED
    assert document.evidence.chip == Check(Outcome.NOT_RUN, "unsupported-key-type")
    assert trust_in(document) is Trust.CHIP_UNVERIFIED


def test_a_copy_that_leaves_the_proof_by_mapping_out_of_its_offers_is_not_verified(
    card_of: Callable[..., Rewritten], read: Read, pki: Pki
) -> None:
    """EF.CardAccess is not signed; DG14, which says the same, is."""
    plain = CardProfile(chip_authentication=None, active_authentication=None)
    dg14 = ber.tlv(0x6E, ber.set_of(*(kind.info() for kind in CAM)))
    document = read(signed_anew(card_of(plain, chip="copied"), pki, 14, dg14))
    assert document.evidence.passive == PASSED
    assert document.evidence.chip == Check(Outcome.NOT_RUN, "chip-refused")
    assert trust_in(document) is Trust.CHIP_UNVERIFIED


def test_whoever_asks_for_no_proof_gets_none(card_of: Callable[..., Rewritten], read: Read) -> None:
    document = read(card_of(chip="copied"), genuineness=False)
    assert proofs(document) == (NOT_ASKED, NOT_ASKED)
    assert "DG14" not in document.files


def test_without_a_security_object_nothing_is_proven(card_of: Callable[..., Rewritten], read: Read) -> None:
    document = read(card_of().rewrite({Fid.SOD: bytes.fromhex("7703300100")}))
    assert document.evidence.chip == Check(Outcome.NOT_RUN, "sod-malformed")
    assert document.evidence.hashes.outcome is Outcome.FAILED


PROOFS = {
    "either": (CardProfile(), range(15, 17)),
    "chip": (WithoutSignature(), range(15, 19)),
    "mapping": (CardProfile(pace=CAM, chip_authentication=None, active_authentication=None), range(15, 22)),
    "active": (CardProfile(chip_authentication=None), range(15, 17)),
}


@pytest.mark.parametrize("fault", ["6F00", "6988", "6982", "empty", "truncated", "flipped"])
@pytest.mark.parametrize("way", PROOFS)
def test_one_fault_during_the_proof_accuses_nobody(
    card_of: Callable[..., Rewritten], read: Read, faulty: Callable[..., Any], way: str, fault: str
) -> None:
    profile, commands = PROOFS[way]
    for number in commands:
        document = read(faulty(card_of(profile), fault, number.__eq__))
        assert PASSED in proofs(document), number
        assert trust_in(document) is Trust.CHIP_VERIFIED


@pytest.mark.parametrize("way", PROOFS)
def test_a_card_removed_during_the_proof_is_retriable(
    card_of: Callable[..., Rewritten], read: Read, faulty: Callable[..., Any], way: str
) -> None:
    profile, commands = PROOFS[way]
    for number in commands:
        with pytest.raises(RetriableError) as caught:
            read(faulty(card_of(profile), "removed", number.__eq__))
        assert caught.value.code is FailureCode.CARD_REMOVED


@pytest.mark.parametrize("way", PROOFS)
def test_a_copy_on_a_bad_link_is_never_verified(
    card_of: Callable[..., Rewritten], read: Read, faulty: Callable[..., Any], way: str
) -> None:
    profile, commands = PROOFS[way]
    for fault in ("6F00", "flipped", "empty"):
        for number in commands:
            with contextlib.suppress(KioskError):
                document = read(faulty(card_of(profile, chip="copied"), fault, number.__eq__))
                assert trust_in(document) is not Trust.CHIP_VERIFIED
