"""The invented foreign state, read with parsers that are not the kiosk's."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.simulator.abroad import KeyKind, State, forger_key, invent_state


class CscaMasterList(core.Sequence):  # type: ignore[misc]
    """ICAO 9303-12 §9."""

    class _Certificates(core.SetOf):  # type: ignore[misc]
        _child_spec = asn1_x509.Certificate

    _fields = [("version", core.Integer), ("certificates", _Certificates)]  # noqa: RUF012


@pytest.fixture(scope="module")
def state() -> State:
    return invent_state()


def test_the_new_key_is_certified_by_itself_and_by_the_old_one(state: State) -> None:
    state.old.certificate.verify_directly_issued_by(state.old.certificate)
    state.new.certificate.verify_directly_issued_by(state.new.certificate)
    state.link.verify_directly_issued_by(state.old.certificate)
    assert state.link.public_key() == state.new.certificate.public_key()
    assert state.link.subject == state.new.certificate.subject
    assert state.link != state.new.certificate


@pytest.mark.parametrize("kind", [kind for kind in KeyKind if kind is not KeyKind.BRAINPOOL_256_EXPLICIT])
def test_document_signers_have_their_kind_of_key_and_their_country_signer(state: State, kind: KeyKind) -> None:
    for under_old, root in ((False, state.new), (True, state.old)):
        signer = state.document_signer(kind, under_old=under_old)
        signer.certificate.verify_directly_issued_by(root.certificate)
        assert signer.certificate.public_key() == signer.key.public_key()
        assert isinstance(signer.key, rsa.RSAPrivateKey if kind is KeyKind.RSA else ec.EllipticCurvePrivateKey)


def test_explicit_parameters_are_written_out_and_signed(state: State) -> None:
    signer = state.document_signer(KeyKind.BRAINPOOL_256_EXPLICIT)
    parsed = asn1_x509.Certificate.load(signer.certificate.public_bytes(Encoding.DER), strict=True)
    info = parsed["tbs_certificate"]["subject_public_key_info"]
    assert info["algorithm"]["parameters"].name == "specified"
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    numbers = signer.key.public_key().public_numbers()
    assert info["public_key"].native == b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    root = state.new.certificate.public_key()
    assert isinstance(root, ec.EllipticCurvePublicKey)
    root.verify(signer.certificate.signature, signer.certificate.tbs_certificate_bytes, ec.ECDSA(hashes.SHA384()))


def test_the_revocation_list_names_the_revoked_signers_only(state: State) -> None:
    crl = state.revocation_list()
    key = state.new.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert crl.is_signature_valid(key)
    for kind in (KeyKind.P256, KeyKind.BRAINPOOL_384):
        revoked = state.document_signer(kind, revoked=True).certificate
        assert crl.get_revoked_certificate_by_serial_number(revoked.serial_number) is not None
        for under_old in (False, True):
            serial = state.document_signer(kind, under_old=under_old).certificate.serial_number
            assert crl.get_revoked_certificate_by_serial_number(serial) is None
    until = datetime(2026, 4, 1, tzinfo=UTC)
    assert state.revocation_list(until=until).next_update_utc == until


def test_the_master_list_holds_the_three_and_is_signed_by_its_signer(state: State) -> None:
    data = cms.ContentInfo.load(state.master_list(), strict=True)["content"]
    content = data["encap_content_info"]["content"]
    listed = CscaMasterList.load(content.native, strict=True)["certificates"]
    expected = {one.public_bytes(Encoding.DER) for one in (state.old.certificate, state.new.certificate, state.link)}
    assert {certificate.dump() for certificate in listed} == expected
    signer = data["signer_infos"][0]
    certificates = [x509.load_der_x509_certificate(one.chosen.dump()) for one in data["certificates"]]
    [key] = [
        one.public_key()
        for one in certificates
        if one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest == signer["sid"].native
    ]
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), ec.ECDSA(hashes.SHA256()))


def test_every_name_says_that_it_is_for_training(state: State) -> None:
    for certificate in (state.old.certificate, state.link, state.document_signer().certificate):
        for name in (certificate.subject, certificate.issuer):
            [organization] = name.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
            assert "TRAINING ONLY" in str(organization.value)


def test_states_share_no_key_and_a_forgers_fits_nobody(state: State) -> None:
    other = invent_state("ZZ")
    keys = [one.key.public_key() for one in (state.new, state.old, other.new, other.old, state.document_signer())]
    assert all(one != another for at, one in enumerate(keys) for another in keys[:at])
    assert forger_key(KeyKind.P256).public_key() != state.document_signer().key.public_key()


def test_anchors_are_written_for_the_desk_to_find(state: State, tmp_path: Path) -> None:
    state.write_anchors(tmp_path / "csca")
    found = {file.name: file.read_bytes() for file in (tmp_path / "csca").iterdir()}
    assert found == {
        "ut-training-only.ml": state.master_list(),
        "ut-training-only.crl": state.revocation_list().public_bytes(Encoding.DER),
    }
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        state.write_anchors(tmp_path / "file")
