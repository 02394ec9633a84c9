"""The invented state."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from kiosk.simulator.pki import Pki, invent_pki


def test_trusted_certificate_is_written_for_the_desk_to_find(tmp_path: Path, pki: Pki) -> None:
    file = pki.write_csca(tmp_path / "csca")
    assert x509.load_der_x509_certificate(file.read_bytes()) == pki.trusted.country_signer
    assert [each.name for each in (tmp_path / "csca").iterdir()] == [file.name]


def test_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path, pki: Pki) -> None:
    (tmp_path / "csca").write_text("a file where the folder should be", "utf-8")
    with pytest.raises(OSError, match="csca"):
        pki.write_csca(tmp_path / "csca")


@pytest.mark.parametrize("issuer", ["trusted", "unknown"])
def test_country_signer_issues_its_document_signer_and_says_that_it_is_for_training(pki: Pki, issuer: str) -> None:
    chosen = getattr(pki, issuer)
    chosen.document_signer.verify_directly_issued_by(chosen.country_signer)
    chosen.country_signer.verify_directly_issued_by(chosen.country_signer)
    constraints = chosen.country_signer.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert constraints.ca
    usage = chosen.country_signer.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_cert_sign
    for certificate in (chosen.country_signer, chosen.document_signer):
        [organization] = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        assert "TRAINING ONLY" in str(organization.value)


def test_unknown_issuer_is_not_the_trusted_one(pki: Pki) -> None:
    with pytest.raises(ValueError, match="does not match"):
        pki.unknown.document_signer.verify_directly_issued_by(pki.trusted.country_signer)


def test_another_seed_is_another_state(pki: Pki) -> None:
    assert invent_pki("another").csca_certificate != pki.csca_certificate
