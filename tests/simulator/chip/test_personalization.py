"""What is written into the chips: read back with parsers that are not the kiosk's."""

import hashlib
import io
import unicodedata
from dataclasses import replace

import pytest
from asn1crypto import cms, core, keys
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from PIL import Image

from kiosk.simulator.chip.active import rsa_key
from kiosk.simulator.chip.mrz import mrz_of
from kiosk.simulator.chip.personalization import ChipKind, Fid, Personalization, personalize
from kiosk.simulator.chip.profile import RsaKind
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki, invent_pki

GROUPS = {1: Fid.DG1, 2: Fid.DG2, 13: Fid.DG13, 14: Fid.DG14, 15: Fid.DG15}


class SecurityObject(core.Sequence):  # type: ignore[misc]
    """LDSSecurityObject of version 0."""

    class _Hashes(core.SequenceOf):  # type: ignore[misc]
        class _Hash(core.Sequence):  # type: ignore[misc]
            _fields = [("number", core.Integer), ("digest", core.OctetString)]  # noqa: RUF012

        _child_spec = _Hash

    _fields = [("version", core.Integer), ("algorithm", core.Any), ("hashes", _Hashes)]  # noqa: RUF012


def body(file: bytes) -> bytes:
    """The value of the outermost data object."""
    return file[2 + (file[1] - 0x80 if file[1] > 0x80 else 0) :]


def signed_data(chip: Personalization) -> cms.SignedData:
    return cms.ContentInfo.load(body(chip.files[Fid.SOD]), strict=True)["content"]


def hashes_match(chip: Personalization) -> dict[int, bool]:
    content = SecurityObject.load(signed_data(chip)["encap_content_info"]["content"].native, strict=True)
    return {
        entry["number"]: hashlib.sha256(chip.files[GROUPS[entry["number"]]]).digest() == entry["digest"]
        for entry in content["hashes"].native
        if entry["number"] in GROUPS
    }


def signature_holds(chip: Personalization) -> bool:
    data = signed_data(chip)
    signer = data["signer_infos"][0]
    attributes = {attribute["type"].native: attribute["values"].native[0] for attribute in signer["signed_attrs"]}
    assert attributes["message_digest"] == hashlib.sha256(data["encap_content_info"]["content"].native).digest()
    assert attributes["content_type"] == "2.23.136.1.1.1"
    key = x509.load_der_x509_certificate(data["certificates"][0].chosen.dump()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def issued_by(chip: Personalization, root: x509.Certificate) -> bool:
    signer = x509.load_der_x509_certificate(signed_data(chip)["certificates"][0].chosen.dump())
    try:
        signer.verify_directly_issued_by(root)
    except (ValueError, InvalidSignature):
        return False
    return True


def chip_of(person: Person, pki: Pki, kind: str) -> Personalization:
    return personalize(replace(person, chip=kind), pki)


def test_reference_card_has_the_size_that_figures_are_about(reference_person: Person, pki: Pki) -> None:
    files = personalize(reference_person, pki).files
    assert sum(len(files[file]) for file in (Fid.SOD, Fid.DG1, Fid.DG2, Fid.DG13)) == 21_021


def test_reference_card_has_the_zone_of_the_standard_example(reference_person: Person) -> None:
    mrz = mrz_of(reference_person)
    assert [mrz.text[at : at + 30] for at in (0, 30, 60)] == [
        "IDVNM0900001233999090000123<<2",
        "9001158M3001156VNM<<<<<<<<<<<4",
        "NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<",
    ]
    assert mrz.key_input == b"090000123390011583001156"


def test_card_without_expiry_says_so_in_its_zone(reference_person: Person) -> None:
    assert mrz_of(replace(reference_person, date_of_expiry=None)).text[38:45] == "9912315"


def test_long_name_is_cut_at_thirty(reference_person: Person) -> None:
    text = mrz_of(replace(reference_person, full_name="Đặng Nguyễn " + "Thượng " * 6)).text
    assert text[60:] == "DANG<<NGUYEN<THUONG<THUONG<THU"


def test_genuine_card_verifies_to_the_trusted_issuer(reference_person: Person, pki: Pki) -> None:
    chip = personalize(reference_person, pki)
    assert hashes_match(chip) == dict.fromkeys(GROUPS, True)
    assert signature_holds(chip)
    assert issued_by(chip, pki.trusted.country_signer)


@pytest.mark.parametrize(("kind", "group"), [("altered", 13), ("altered-dg1", 1)])
def test_altered_card_fails_in_that_group_alone(reference_person: Person, pki: Pki, kind: str, group: int) -> None:
    chip = chip_of(reference_person, pki, kind)
    assert hashes_match(chip) == {number: number != group for number in GROUPS}
    assert signature_holds(chip)


def test_forged_card_fails_in_its_signature_alone(reference_person: Person, pki: Pki) -> None:
    chip = chip_of(reference_person, pki, "forged")
    assert all(hashes_match(chip).values())
    assert not signature_holds(chip)
    assert issued_by(chip, pki.trusted.country_signer)


def test_card_of_unknown_issuer_is_sound_but_nobody_knows_who_says_so(reference_person: Person, pki: Pki) -> None:
    chip = chip_of(reference_person, pki, "unknown-issuer")
    assert all(hashes_match(chip).values())
    assert signature_holds(chip)
    assert not issued_by(chip, pki.trusted.country_signer)
    assert issued_by(chip, pki.unknown.country_signer)


def test_copied_card_has_genuine_files_and_other_keys(reference_person: Person, pki: Pki) -> None:
    genuine, copied = personalize(reference_person, pki), chip_of(reference_person, pki, "copied")
    assert copied.files == genuine.files
    assert copied.chip_secrets != genuine.chip_secrets
    assert copied.active_key is not None
    assert genuine.active_key is not None
    assert copied.active_key.dg15() != genuine.active_key.dg15()


def test_card_without_dg13_does_not_mention_it(reference_person: Person, pki: Pki) -> None:
    chip = chip_of(reference_person, pki, "no-dg13")
    assert Fid.DG13 not in chip.files
    assert hashes_match(chip) == dict.fromkeys((1, 2, 14, 15), True)
    assert chip.files[Fid.COM].endswith(bytes.fromhex("5C056175636E6F"))


def test_old_card_has_no_card_access(reference_person: Person, pki: Pki) -> None:
    assert chip_of(reference_person, pki, "bac-only").card_access is None
    assert personalize(reference_person, pki).card_access is not None


def test_decomposed_card_writes_letters_and_marks_apart(reference_person: Person, pki: Pki) -> None:
    apart = unicodedata.normalize("NFD", reference_person.full_name).encode()
    assert apart in chip_of(reference_person, pki, "nfd").files[Fid.DG13]
    assert apart not in personalize(reference_person, pki).files[Fid.DG13]


@pytest.mark.parametrize(("kind", "form"), [("genuine", "JPEG"), ("jp2", "JPEG2000")])
def test_portrait_opens(reference_person: Person, pki: Pki, kind: str, form: str) -> None:
    record = chip_of(reference_person, pki, kind).files[Fid.DG2]
    start = record.index(b"FAC\x00010\x00")
    assert int.from_bytes(record[start + 8 : start + 12], "big") == len(record) - start
    block = start + 14
    assert int.from_bytes(record[block : block + 4], "big") == len(record) - block
    image_information = block + 20
    assert record[image_information + 1] == (1 if kind == "jp2" else 0)
    with Image.open(io.BytesIO(record[image_information + 12 :])) as image:
        image.load()
        width_and_height = record[image_information + 2 : image_information + 6]
        assert image.format == form
        assert image.size == tuple(int.from_bytes(width_and_height[at : at + 2], "big") for at in (0, 2))


@pytest.mark.parametrize("generation", ["2021", "2024"])
def test_chip_authentication_key_is_in_dg14(reference_person: Person, pki: Pki, generation: str) -> None:
    chip = personalize(replace(reference_person, card=generation), pki)
    infos = core.SetOf.load(body(chip.files[Fid.DG14]), spec=core.Any)
    sequences = [core.SequenceOf.load(info.dump(), spec=core.Any) for info in infos]
    by_oid = {core.ObjectIdentifier.load(info[0].dump()).native: info for info in sequences}
    public = by_oid["0.4.0.127.0.7.2.2.1.2"][1]
    point = keys.PublicKeyInfo.load(public.dump())["public_key"].native
    own = ec.derive_private_key(chip.chip_secrets[13], ec.BrainpoolP256R1()).public_key()
    assert point == own.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    assert by_oid["0.4.0.127.0.7.2.2.3.2.2"][1].dump() == b"\x02\x01\x01"


def test_active_authentication_is_ecdsa_on_one_generation_and_rsa_on_the_other(
    reference_person: Person, pki: Pki
) -> None:
    first = serialization.load_der_public_key(body(personalize(reference_person, pki).files[Fid.DG15]))
    second = personalize(replace(reference_person, card="2024"), pki).files[Fid.DG15]
    assert isinstance(first, ec.EllipticCurvePublicKey)
    assert isinstance(serialization.load_der_public_key(body(second)), rsa.RSAPublicKey)


def test_rsa_key_is_a_key() -> None:
    key = rsa_key("a label", RsaKind(bits=512))
    assert key.modulus.bit_length() == 512
    assert pow(pow(2, 65537, key.modulus), key.private_exponent, key.modulus) == 2
    assert rsa_key("another label", RsaKind(bits=512)).modulus != key.modulus


def test_same_person_has_the_same_card_in_every_process(reference_person: Person, pki: Pki) -> None:
    again = invent_pki.__wrapped__()
    assert again is not pki
    assert personalize(reference_person, again).files == personalize(reference_person, pki).files
    assert again.csca_certificate == pki.csca_certificate


def test_everybody_with_a_card_gets_one(people: tuple[Person, ...], pki: Pki) -> None:
    portraits = set()
    for person in people:
        if person.card != "none":
            chip = personalize(person, pki)
            size = len(chip.files[Fid.DG2])
            assert 14_000 < size < 20_100
            portraits.add(chip.files[Fid.DG2])
            assert len(chip.mrz.text) == 90
            assert signature_holds(chip) is (chip.kind is not ChipKind.FORGED)
    assert len(portraits) == sum(person.card != "none" for person in people)


def test_unknown_kind_of_chip_is_refused(reference_person: Person, pki: Pki) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        chip_of(reference_person, pki, "nonsense")
