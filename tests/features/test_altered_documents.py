"""No altered, forged or cloned document is ever believed: every kind of document with every kind of alteration.

Each card is a genuine one that a forger worked on with all that a forger has: the files, other people's files, other
chips, and every key but those of the state. The genuine card is believed, so that each test can fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.failure import FailureCode, KioskError
from kiosk.identity.identify import identify
from kiosk.identity.person import Identity, Trust
from kiosk.reader.document import ChipDocument, ReadPhase
from kiosk.reader.emrtd.access import CardKeys
from kiosk.reader.emrtd.inspection import inspect
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator.abroad import invent_state
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.chip.personalization import Personalization, personalize
from kiosk.simulator.chip.signing import Signer, Style, security_object
from kiosk.simulator.chip.travel_document import personalize_abroad
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki, derive_key
from kiosk.simulator.travellers import Traveller, find_traveller

SOD = 0x011D
FURTHER = ("DG7", "DG11", "DG12", "DG14", "DG15")
FORGER = derive_key("a forger's own key", ec.SECP256R1())


@dataclass(frozen=True)
class Genuine:
    """A document as it was issued, another person's of the same kind, and its signer's certificate."""

    holder: Person | Traveller
    other: Person | Traveller
    pki: Pki

    @property
    def chip(self) -> Personalization:
        return self._personalized(self.holder)

    @property
    def others_chip(self) -> Personalization:
        return self._personalized(self.other)

    def of_kind(self, kind: str) -> Personalization:
        return self._personalized(replace(self.holder, chip=kind))

    @property
    def signer(self) -> x509.Certificate:
        if isinstance(self.holder, Traveller):
            return invent_state().document_signer().certificate
        return self.pki.trusted.document_signer

    def _personalized(self, holder: Person | Traveller) -> Personalization:
        return personalize_abroad(holder) if isinstance(holder, Traveller) else personalize(holder, self.pki)


class Reworked(VirtualCard):
    """A card with another content than was issued."""

    def __init__(self, genuine: Genuine, chip: Personalization) -> None:
        super().__init__(genuine.holder, genuine.pki)
        self._chip = chip


class Unwatched:
    """Nobody looks on."""

    def phase(self, phase: ReadPhase) -> None:
        """Nothing."""

    def identity(self, document: ChipDocument) -> None:
        """Nothing."""


def with_files(chip: Personalization, files: Mapping[int, bytes]) -> Personalization:
    return replace(chip, files={**chip.files, **files})


def without(chip: Personalization, *fids: int) -> Personalization:
    return replace(chip, files={fid: content for fid, content in chip.files.items() if fid not in fids})


def groups_of(chip: Personalization) -> dict[int, bytes]:
    return {fid & 0xFF: content for fid, content in chip.files.items() if fid not in {0x011D, 0x011E}}


def changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def forged_certificate(like: x509.Certificate) -> x509.Certificate:
    """A document signer of the forger's own: all names and identifiers of the genuine one, but the forger's keys."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(like.subject)
        .issuer_name(like.issuer)
        .public_key(FORGER.public_key())
        .serial_number(like.serial_number)
        .not_valid_before(datetime(2022, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    )
    authority = like.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    return builder.add_extension(authority.value, critical=False).sign(FORGER, hashes.SHA256())


def signed_by_forger(genuine: Genuine, groups: Mapping[int, bytes], *, certificate: bool) -> bytes:
    """A security object over these files: with the forger's certificate, or with the genuine one that does not fit."""
    shown = forged_certificate(genuine.signer) if certificate else genuine.signer
    return security_object(groups, Signer(shown, FORGER), Style())


Alteration = Callable[[Genuine], Personalization]
ALTERATIONS: dict[str, Alteration] = {}
OF_FILE: dict[str, int] = {}
"""The data group that an alteration needs."""


def alteration(work: Alteration) -> Alteration:
    """Puts one kind of forger's work on the list."""
    ALTERATIONS[work.__name__.replace("_", " ")] = work
    return work


def on_file(number: int) -> None:
    """One changed byte anywhere, or another person's file, for one data group."""
    fid = 0x0100 | number

    def near_the_end(genuine: Genuine) -> Personalization:
        content = genuine.chip.files[fid]
        return with_files(genuine.chip, {fid: changed(content, len(content) - 2)})

    def in_the_middle(genuine: Genuine) -> Personalization:
        content = genuine.chip.files[fid]
        return with_files(genuine.chip, {fid: changed(content, len(content) // 2)})

    def of_somebody_else(genuine: Genuine) -> Personalization:
        return with_files(genuine.chip, {fid: genuine.others_chip.files[fid]})

    for name, work in (
        (f"DG{number} changed near its end", near_the_end),
        (f"DG{number} changed in its middle", in_the_middle),
        (f"DG{number} of somebody else", of_somebody_else),
    ):
        ALTERATIONS[name] = work
        OF_FILE[name] = number


for number in (1, 2, 7, 11, 12, 13, 14, 15):
    on_file(number)


@alteration
def security_object_of_somebody_else(genuine: Genuine) -> Personalization:
    return with_files(genuine.chip, {SOD: genuine.others_chip.files[SOD]})


@alteration
def security_object_taken_away(genuine: Genuine) -> Personalization:
    return without(genuine.chip, SOD)


@alteration
def security_object_broken(genuine: Genuine) -> Personalization:
    return with_files(genuine.chip, {SOD: b"\x77\x02\x30\x00"})


@alteration
def hash_of_another_portrait_put_into_the_security_object(genuine: Genuine) -> Personalization:
    portrait = genuine.others_chip.files[0x0102]
    sod = genuine.chip.files[SOD]
    old, new = (hashes.Hash(hashes.SHA256()) for _ in range(2))
    old.update(genuine.chip.files[0x0102])
    new.update(portrait)
    patched = sod.replace(old.finalize(), new.finalize())
    assert patched != sod
    return with_files(genuine.chip, {SOD: patched, 0x0102: portrait})


@alteration
def signed_anew_with_a_key_that_is_not_the_signers(genuine: Genuine) -> Personalization:
    groups = groups_of(genuine.chip) | {2: genuine.others_chip.files[0x0102]}
    sod = signed_by_forger(genuine, groups, certificate=False)
    return with_files(genuine.chip, {SOD: sod, 0x0102: groups[2]})


@alteration
def signed_anew_by_a_signer_that_claims_the_states_key(genuine: Genuine) -> Personalization:
    groups = groups_of(genuine.chip) | {2: genuine.others_chip.files[0x0102]}
    sod = signed_by_forger(genuine, groups, certificate=True)
    return with_files(genuine.chip, {SOD: sod, 0x0102: groups[2]})


@alteration
def signed_anew_for_the_mrz_alone(genuine: Genuine) -> Personalization:
    groups = {1: genuine.chip.files[0x0101]}
    return with_files(genuine.chip, {SOD: signed_by_forger(genuine, groups, certificate=True)})


@alteration
def files_copied_into_another_chip(genuine: Genuine) -> Personalization:
    return genuine.of_kind("copied")


@alteration
def files_copied_into_a_chip_that_hides_its_keys(genuine: Genuine) -> Personalization:
    return without(genuine.of_kind("copied"), 0x010E, 0x010F)


@alteration
def files_copied_into_a_chip_that_knows_no_protocol(genuine: Genuine) -> Personalization:
    chip = genuine.of_kind("copied")
    return replace(chip, profile=replace(chip.profile, chip_authentication=None), active_key=None)


@alteration
def signed_by_a_state_that_nobody_knows(genuine: Genuine) -> Personalization:
    state = invent_state("ZZ").document_signer()
    return with_files(genuine.chip, {SOD: security_object(groups_of(genuine.chip), state, Style())})


@alteration
def signed_by_a_revoked_signer(genuine: Genuine) -> Personalization:
    signer = invent_state().document_signer(revoked=True)
    return with_files(genuine.chip, {SOD: security_object(groups_of(genuine.chip), signer, Style())})


CITIZEN, FOREIGN = (1, 2, 13, 14, 15), (1, 2, 7, 11, 12, 14, 15)
DOCUMENTS = {
    "citizen card of 2021": ("2021", CITIZEN),
    "citizen card of 2024": ("2024", CITIZEN),
    "citizen card without DG13": ("no-dg13", (1, 2, 14, 15)),
    "passport": ("X00000001", FOREIGN),
    "passport without PACE": ("X00000004", FOREIGN),
    "identity card": ("C12345678901", FOREIGN),
    "large identity card": ("K1234567890", FOREIGN),
}
SAME_FOR_ALL = {("citizen card of 2024", "DG15 of somebody else")}
"""A batch of these cards shares one key."""

CASES = [
    (document, kind)
    for document, (_, groups) in DOCUMENTS.items()
    for kind in ALTERATIONS
    if OF_FILE.get(kind, 1) in groups and (document, kind) not in SAME_FOR_ALL
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> TrustAnchors:
    folder: Path = tmp_path_factory.mktemp("world")
    pki.write_csca(folder)
    invent_state().write_anchors(folder)
    return TrustAnchors.load(folder)


@pytest.fixture
def issued(
    people: tuple[Person, ...], travellers: tuple[Traveller, ...], reference_person: Person, pki: Pki
) -> Callable[[str], Genuine]:
    """Issues a document of the list, and one of the same kind to somebody else."""
    somebody = next(one for one in people if one.chip == "genuine" and one.card == "2021" and one != reference_person)

    def issue(document: str) -> Genuine:
        which, _ = DOCUMENTS[document]
        traveller = find_traveller(travellers, which)
        if traveller is not None:
            # One way of signing for all of them: what forgers patch is found in it.
            holder = replace(traveller, signature="ecdsa")
            day = timedelta(days=1)
            other = replace(
                holder,
                number=f"{holder.number[:-1]}9",
                surname="Alter",
                date_of_birth=holder.date_of_birth + day,
                date_of_issue=holder.date_of_issue + day,
            )
            return Genuine(holder, other, pki)
        card, chip = ("2024" if which == "2024" else "2021"), ("no-dg13" if which == "no-dg13" else "genuine")
        return Genuine(replace(reference_person, card=card, chip=chip), replace(somebody, card=card, chip=chip), pki)

    return issue


def believed(genuine: Genuine, chip: Personalization, world: TrustAnchors) -> Identity:
    """Reads the card as a desk does, with all that it has.

    Raises:
        KioskError: it is refused.
    """
    card = Reworked(genuine, chip)
    key = chip.mrz.key_input.decode("ascii")
    return identify(inspect(card, CardKeys(mrz=key), world, Unwatched(), files=FURTHER))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_genuine_document_is_believed(issued: Callable[[str], Genuine], world: TrustAnchors, document: str) -> None:
    genuine = issued(document)
    assert believed(genuine, genuine.chip, world).trust is Trust.CHIP_VERIFIED


@pytest.mark.parametrize(("document", "kind"), CASES)
def test_what_a_forger_worked_on_is_not(
    issued: Callable[[str], Genuine], world: TrustAnchors, document: str, kind: str
) -> None:
    genuine = issued(document)
    chip = ALTERATIONS[kind](genuine)
    assert chip != genuine.chip
    trust, refusal = None, None
    try:
        trust = believed(genuine, chip, world).trust
    except KioskError as error:
        refusal = error.code
    assert trust is Trust.CHIP_UNVERIFIED or refusal in {FailureCode.CARD_ALTERED, FailureCode.CARD_UNREADABLE}
