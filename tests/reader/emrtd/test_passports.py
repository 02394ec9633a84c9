"""Foreign documents from chip to identity, against cards whose side is written independently."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.identify import identify
from kiosk.identity.person import Trust
from kiosk.reader.connection import Meter
from kiosk.reader.document import Access, Check, ChipDocument, Outcome, Sex
from kiosk.reader.emrtd.inspection import Watch, inspect
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.passive_auth import read_security_object
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.reader.reason import Reason
from kiosk.simulator.abroad import invent_state
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.chip.travel_document import PHOTOS, STYLES, personalize_abroad
from kiosk.simulator.chip.travel_mrz import travel_mrz
from kiosk.simulator.pki import Pki
from kiosk.simulator.travellers import Traveller, find_traveller

PASSED = Check(Outcome.PASSED, "")
Read = Callable[..., ChipDocument]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> TrustAnchors:
    """The citizen card's country signer, and Utopia's by master list and revocation list."""
    folder: Path = tmp_path_factory.mktemp("world")
    pki.write_csca(folder)
    invent_state().write_anchors(folder)
    return TrustAnchors.load(folder)


@pytest.fixture
def read(world: TrustAnchors, witness: Watch, pki: Pki) -> Read:
    """Reads a traveller's document as a desk does: by the printed number where there is one, else by the MRZ."""

    def run(holder: Traveller, *files: str, card: object = None, photo: bool = True) -> ChipDocument:
        keys = CardKeys(can=holder.can) if holder.can else CardKeys(mrz=travel_mrz(holder).text)
        connection = card or VirtualCard(holder, pki)
        return inspect(connection, keys, world, witness, files=files, photo=photo)  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="module")
def passport(travellers: tuple[Traveller, ...]) -> Traveller:
    return travellers[0]


def holder_of(travellers: tuple[Traveller, ...], number: str) -> Traveller:
    found = find_traveller(travellers, number)
    assert found is not None
    return found


def test_a_passport_says_who_and_what_and_proves_it(read: Read, passport: Traveller) -> None:
    document = read(passport, "DG7")
    assert document.access is Access.PACE_MRZ
    assert (document.mrz.document_code, document.mrz.optional_data) == ("P", "ZE184226B")
    assert document.national is None
    assert document.details is not None
    assert document.details.full_name == "MUSTEROVÁ ŽOFIA ŁUCJA"
    assert document.details.personal_number == "UT-7408-0001"
    assert document.issue is not None
    assert document.issue.issuing_authority == "UTO INVENTED OFFICE"
    assert document.issue.date_of_issue == PartialDate(2022, 4, 15)
    assert document.issue.personalized_at_raw == "20220415080000"
    assert document.displayed_signature is not None
    with Image.open(BytesIO(document.displayed_signature.data)) as mark:
        assert mark.format == "JPEG"
    assert document.evidence.passive == PASSED
    identity = identify(document)
    assert identity.trust is Trust.CHIP_VERIFIED
    assert (identity.document_number, identity.personal_number) == ("X00000001", "")
    assert (identity.issuing_state, identity.nationality) == ("UTO", "UTO")
    assert (identity.full_name, identity.name_is_transliterated) == ("MUSTEROVÁ ŽOFIA ŁUCJA", False)
    assert (identity.date_of_birth, identity.sex) == (PartialDate(1974, 8, 12), Sex.FEMALE)
    assert identity.date_of_expiry == PartialDate(2032, 4, 14)
    assert identity.residence == "1 Example Street, Sample City, Utopia"


def test_the_name_is_known_before_the_photo(read: Read, passport: Traveller, witness: object) -> None:
    read(passport)
    (early,) = witness.identities  # type: ignore[attr-defined]
    assert early.details is not None
    assert early.face is None
    assert list(early.files) == ["SOD", "DG1", "DG11"]


@pytest.mark.parametrize("style", STYLES)
def test_every_way_of_signing_is_checked_to_its_country_signer(read: Read, passport: Traveller, style: str) -> None:
    document = read(replace(passport, signature=style), photo=False)
    evidence = document.evidence
    assert (evidence.hashes, evidence.signature, evidence.issuer) == (PASSED, PASSED, PASSED)


@pytest.mark.parametrize("style", STYLES)
def test_the_version_of_the_files_is_signed_since_version_one(
    passport: Traveller, world: TrustAnchors, style: str
) -> None:
    chip = personalize_abroad(replace(passport, signature=style))
    opened = read_security_object(chip.files[0x011D], world)
    expected = ("0108", "040000") if STYLES[style][1].lds_version else ("", "")
    assert (opened.lds_version, opened.unicode_version) == expected


@pytest.mark.parametrize("photo", PHOTOS)
def test_every_form_of_portrait_is_found(read: Read, passport: Traveller, photo: str) -> None:
    face = read(replace(passport, photo=photo)).face
    assert face is not None
    assert face.media_type == ("image/jp2" if photo.endswith("jp2") else "image/jpeg")
    with Image.open(BytesIO(face.data)) as portrait:
        assert portrait.size == (300, 400)


@pytest.mark.parametrize(
    ("number", "access", "code"),
    [
        ("X00000003", Access.PACE_MRZ, "P"),
        ("X00000004", Access.BAC, "P"),
        ("C12345678901", Access.PACE_CAN, "I"),
        ("K1234567890", Access.PACE_CAN, "I"),
    ],
)
def test_every_format_is_opened_and_its_number_is_whole(
    read: Read, travellers: tuple[Traveller, ...], number: str, access: Access, code: str
) -> None:
    document = read(holder_of(travellers, number))
    assert (document.access, document.mrz.document_code, document.mrz.document_number) == (access, code, number)
    assert identify(document).trust is Trust.CHIP_VERIFIED


@pytest.mark.parametrize("number", ["C12345678901", "K1234567890"])
def test_a_long_number_opens_the_chip_by_its_mrz_too(
    read: Read, travellers: tuple[Traveller, ...], number: str
) -> None:
    for chip, access in (("genuine", Access.PACE_MRZ), ("bac-only", Access.BAC)):
        holder = replace(holder_of(travellers, number), can="", chip=chip)
        assert read(holder, photo=False).access is access


def test_a_document_of_nothing_but_the_demanded_files_is_read(read: Read, passport: Traveller) -> None:
    document = read(replace(passport, chip="mrz-only"))
    assert list(document.files) == ["SOD", "DG1", "DG2"]
    assert (document.details, document.issue) == (None, None)
    identity = identify(document)
    assert (identity.full_name, identity.name_is_transliterated) == ("MUSTEROVA ZOFIA LUCJA", True)
    assert identity.trust is Trust.CHIP_VERIFIED


@pytest.mark.parametrize(
    ("number", "check", "reason"),
    [
        ("X00000005", "issuer", Reason.SIGNER_REVOKED),
        ("X00000006", "signature", Reason.SIGNATURE_INVALID),
    ],
)
def test_a_revoked_signer_and_a_forged_signature_are_refused(
    read: Read, travellers: tuple[Traveller, ...], number: str, check: str, reason: Reason
) -> None:
    document = read(holder_of(travellers, number), photo=False)
    assert getattr(document.evidence, check) == Check(Outcome.FAILED, reason)
    with pytest.raises(KioskError) as caught:
        identify(document)
    assert caught.value.code is FailureCode.CARD_ALTERED


def test_a_state_that_the_clinic_does_not_know_is_not_verified(read: Read, travellers: tuple[Traveller, ...]) -> None:
    document = read(holder_of(travellers, "Z00000007"))
    assert document.evidence.issuer == Check(Outcome.NOT_RUN, Reason.ISSUER_UNKNOWN)
    assert identify(document).trust is Trust.CHIP_UNVERIFIED


def test_identity_of_a_passport_costs_few_commands(passport: Traveller, read: Read, pki: Pki) -> None:
    meter = Meter(VirtualCard(passport, pki))
    document = read(passport, card=meter, photo=False)
    blocks = sum(-(-len(document.files[name]) // 223) for name in document.files)
    assert meter.apdus <= 8 + blocks + 6  # opening, the files, chip authentication


def test_another_states_dg13_is_kept_and_not_taken_for_national_data(passport: Traveller, read: Read, pki: Pki) -> None:
    class Further(VirtualCard):
        """A passport whose state keeps something of its own in DG13, unsigned."""

        def __init__(self) -> None:
            super().__init__(passport, pki)
            self._chip = replace(self._chip, files={**self._chip.files, 0x010D: b"\x6d\x02\x04\x00"})

    document = read(passport, "DG13", card=Further(), photo=False)
    assert document.files["DG13"] == b"\x6d\x02\x04\x00"
    assert document.national is None
    assert document.evidence.hashes == Check(Outcome.FAILED, "not-signed-dg13")
