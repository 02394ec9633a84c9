"""Foreign chips, read back with parsers that are not the kiosk's."""

from dataclasses import replace
from datetime import date

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from kiosk.simulator.abroad import KeyKind
from kiosk.simulator.chip import ber
from kiosk.simulator.chip.personalization import Personalization
from kiosk.simulator.chip.signing import Attributes, Style
from kiosk.simulator.chip.travel_document import PHOTOS, STYLES, TravelChip, personalize_abroad
from kiosk.simulator.chip.travel_mrz import travel_mrz
from kiosk.simulator.travellers import Format, Traveller

HASHES = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@pytest.fixture(scope="module")
def passport(travellers: tuple[Traveller, ...]) -> Traveller:
    return travellers[0]


@pytest.fixture(scope="module")
def specimen(passport: Traveller) -> Traveller:
    """The holder whom the standard's own examples show."""
    return replace(
        passport,
        surname="Eriksson",
        given_names="Anna Maria",
        date_of_birth=date(1974, 8, 12),
        date_of_expiry=date(2012, 4, 15),
    )


@pytest.mark.parametrize(
    ("form", "number", "optional", "zone"),
    [
        # ICAO 9303-5 appendix B, 9303-6 appendix B, 9303-4 appendix B
        (
            Format.TD1,
            "D23145890",
            "",
            "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ),
        (Format.TD2, "D23145890", "", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"),
        (
            Format.TD3,
            "L898902C3",
            "ZE184226B",
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        ),
    ],
)
def test_zones_are_those_of_the_standard(
    specimen: Traveller, form: Format, number: str, optional: str, zone: str
) -> None:
    assert travel_mrz(replace(specimen, format=form, number=number, optional_data=optional)).text == zone


def test_a_long_number_goes_on_in_the_optional_data(specimen: Traveller) -> None:
    # ICAO 9303-5 appendix B: D23145890734, check digit 9
    zone = travel_mrz(replace(specimen, format=Format.TD1, number="D23145890734", optional_data=""))
    assert zone.text[:30] == "I<UTOD23145890<7349<<<<<<<<<<<"
    assert zone.key_input == b"D23145890734974081221204159"
    narrow = travel_mrz(replace(specimen, format=Format.TD2, number="D23145890734", optional_data="")).text[36:]
    assert (narrow[:10], narrow[28:35]) == ("D23145890<", "7349<<<")


def test_letters_without_a_place_in_the_zone_are_written_out(specimen: Traveller) -> None:
    text = travel_mrz(replace(specimen, surname="Müller-Øst", given_names="Đỗ Łucja")).text
    assert text.startswith("P<UTOMUELLER<OEST<<DO<LUCJA<")


def test_a_name_that_is_too_long_is_cut(specimen: Traveller) -> None:
    assert travel_mrz(replace(specimen, surname="A" * 60)).text[:44] == "P<UTO" + "A" * 39


def signed_data(chip: Personalization) -> cms.SignedData:
    [(tag, body, _)] = ber.objects(chip.files[0x011D])
    assert tag == 0x77
    return cms.ContentInfo.load(body, strict=True)["content"]


def signature_holds(chip: Personalization, style: Style) -> bool:
    data = signed_data(chip)
    signer = data["signer_infos"][0]
    certificate = x509.load_der_x509_certificate(data["certificates"][0].chosen.dump())
    message = data["encap_content_info"]["content"].native
    if style.attributes is Attributes.NONE:
        assert not signer["signed_attrs"]
    else:
        sent = b"\x31" + signer["signed_attrs"].dump()[1:]
        [(_, inner, _)] = ber.objects(sent)
        parts, at = [], 0
        for _, _, end in ber.objects(inner):
            parts.append(inner[at:end])
            at = end
        assert (parts == sorted(parts)) is (style.attributes is Attributes.SORTED)
        message = ber.set_of(*parts) if style.attributes is Attributes.SENT_UNSORTED else sent
    key, algorithm, signature = certificate.public_key(), HASHES[style.hash], signer["signature"].native
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(algorithm))
        else:
            assert isinstance(key, rsa.RSAPublicKey)
            pss = None if style.pss is None else padding.PSS(padding.MGF1(algorithm), style.pss)
            key.verify(signature, message, pss or padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(
    "style", [name for name, (kind, _) in STYLES.items() if kind != KeyKind.BRAINPOOL_256_EXPLICIT]
)
def test_every_way_of_signing_is_right(passport: Traveller, style: str) -> None:
    chip = personalize_abroad(replace(passport, signature=style))
    assert signature_holds(chip, STYLES[style][1])
    identifier = signed_data(chip)["signer_infos"][0]["sid"].name
    named = "subject_key_identifier" if STYLES[style][1].by_key_identifier else "issuer_and_serial_number"
    assert identifier == named


def test_a_forged_chip_is_not(passport: Traveller) -> None:
    for style in ("ecdsa", "rsa", "pss"):
        forged = personalize_abroad(replace(passport, chip="forged", signature=style))
        assert not signature_holds(forged, STYLES[style][1])


@pytest.mark.parametrize("number", [1, 2, 7, 11, 12])
def test_an_altered_chip_differs_in_that_file_alone(passport: Traveller, number: int) -> None:
    genuine = personalize_abroad(passport).files
    altered = personalize_abroad(replace(passport, chip=f"altered-dg{number}")).files
    assert {fid for fid in genuine if genuine[fid] != altered[fid]} == {0x0100 | number}


def test_a_copied_chip_has_the_files_and_not_the_keys(passport: Traveller) -> None:
    genuine, copy = personalize_abroad(passport), personalize_abroad(replace(passport, chip="copied"))
    assert copy.files == genuine.files
    assert copy.chip_secrets != genuine.chip_secrets


def test_the_same_holder_gets_the_same_chip(passport: Traveller) -> None:
    for changes in ({"signature": "pss"}, {"signature": "ecdsa"}, {"photo": "asn1"}):
        first = personalize_abroad(replace(passport, **changes)).files  # type: ignore[arg-type]
        personalize_abroad.cache_clear()
        assert personalize_abroad(replace(passport, **changes)).files == first  # type: ignore[arg-type]


@pytest.mark.parametrize("word", [{"chip": "golden"}, {"signature": "wax"}, {"photo": "oil"}])
def test_a_word_that_is_none_is_refused(passport: Traveller, word: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        personalize_abroad(replace(passport, **word))  # type: ignore[arg-type]


def test_every_kind_of_chip_and_portrait_can_be_made(passport: Traveller) -> None:
    for chip in TravelChip:
        assert personalize_abroad(replace(passport, chip=chip.value)).files
    sizes = {len(personalize_abroad(replace(passport, photo=photo)).files[0x0102]) for photo in PHOTOS}
    assert len(sizes) == len(PHOTOS)
