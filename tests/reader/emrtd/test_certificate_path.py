"""From a document signer to a trusted country signer: every way in which that succeeds, fails or stays open."""

import time
from datetime import UTC, date, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.reader.document import Check, Evidence, Outcome
from kiosk.reader.emrtd.certificate_path import check_issuer
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.reader.reason import Reason
from kiosk.simulator.abroad import KeyKind, State, invent_state
from kiosk.simulator.pki import derive_key

TODAY = date(2026, 11, 21)
PASSED = Check(Outcome.PASSED, "")
Years = tuple[int, int]


def day(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "UT"), x509.NameAttribute(x509.NameOID.COMMON_NAME, common)]
    )


def certify(
    subject: str,
    issuer: str,
    *extensions: x509.ExtensionType,
    ca: bool = False,
    key: str = "",
    issuer_key: str = "",
    years: Years = (2020, 2040),
    identifiers: bool = True,
    serial: int = 1,
) -> x509.Certificate:
    """A certificate; keys follow from their labels, which are the names unless told otherwise."""
    public = derive_key(key or subject, ec.SECP256R1()).public_key()
    signing = derive_key(issuer_key or issuer, ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(day(years[0]))
        .not_valid_after(day(years[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
    )
    if identifiers:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(derive_key(issuer, ec.SECP256R1()).public_key())
        builder = builder.add_extension(authority, critical=False)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signing, hashes.SHA256())


def revoking(
    serial: int, issuer: str = "Root", *, until: int = 2040, issued: int = 2026
) -> x509.CertificateRevocationList:
    key = derive_key(issuer, ec.SECP256R1())
    revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(day(issued)).build()
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name(issuer))
        .last_update(day(issued))
        .next_update(day(until))
        .add_revoked_certificate(revoked)
        .sign(key, hashes.SHA256())
    )


ROOT = certify("Root", "Root", ca=True)
SIGNER = certify("Signer", "Root", serial=7)


def check(signer: x509.Certificate, *anchors: x509.Certificate, on: date = TODAY, **more: object) -> Check:
    revocations = more.get("revocations", ())
    assert isinstance(revocations, tuple)
    return check_issuer(signer, TrustAnchors(anchors, revocations), on)


def not_run(reason: Reason) -> Check:
    return Check(Outcome.NOT_RUN, reason)


def failed(reason: Reason) -> Check:
    return Check(Outcome.FAILED, reason)


@pytest.fixture(scope="module")
def state() -> State:
    return invent_state()


@pytest.mark.parametrize("kind", list(KeyKind))
def test_every_kind_of_key_leads_to_its_country_signer(state: State, kind: KeyKind) -> None:
    for under_old, root in ((False, state.new), (True, state.old)):
        signer = state.document_signer(kind, under_old=under_old).certificate
        assert check(signer, root.certificate) == PASSED


def test_a_link_certificate_leads_from_the_new_key_to_the_old_one(state: State) -> None:
    signer = state.document_signer().certificate
    assert check(signer, state.old.certificate, state.link) == PASSED
    assert check(signer, state.link, state.old.certificate) == PASSED
    assert check(signer, state.new.certificate, state.link) == PASSED


def test_a_link_certificate_alone_is_no_anchor(state: State) -> None:
    assert check(state.document_signer().certificate, state.link) == not_run(Reason.ISSUER_LINK_INCOMPLETE)


def test_a_link_that_the_old_key_did_not_sign_leads_nowhere() -> None:
    link = certify("New", "Root", ca=True, issuer_key="forger")
    signer = certify("Signer", "New")
    assert check(signer, ROOT, link) == not_run(Reason.ISSUER_LINK_INCOMPLETE)
    assert check(signer, ROOT, certify("New", "Root", ca=True)) == PASSED


def test_two_authorities_that_signed_each_other_are_no_anchor() -> None:
    one, other = certify("One", "Other", ca=True), certify("Other", "One", ca=True)
    assert check(certify("Signer", "One"), one, other) == not_run(Reason.ISSUER_LINK_INCOMPLETE)


def test_a_chain_of_many_keys_is_followed_and_an_endless_one_is_not() -> None:
    links = [certify(f"Key {n}", f"Key {n - 1}" if n else "Root", ca=True) for n in range(12)]
    assert check(certify("Signer", "Key 6"), ROOT, *links) == PASSED
    assert check(certify("Signer", "Key 11"), ROOT, *links).outcome is Outcome.NOT_RUN


def test_many_certificates_of_one_name_and_key_end_soon() -> None:
    """Without the limits the paths through them would double with each step."""
    same = [certify("Root", "Root", ca=True, serial=n, years=(2020, 2030 + n % 7)) for n in range(1, 60)]
    assert check(SIGNER, *same) == PASSED
    began_s = time.process_time()
    clique = [
        certify("Root", "Root", ca=True, key=f"{one}", issuer_key=f"{other}", identifiers=False)
        for one in range(10)
        for other in range(10)
        if one != other
    ]
    signer = certify("Signer", "Root", issuer_key="1", identifiers=False)
    assert check(signer, *clique) == not_run(Reason.ISSUER_LINK_INCOMPLETE)
    assert time.process_time() - began_s < 5.0


def test_nobody_known_is_told_from_a_known_name_with_another_key() -> None:
    assert check(SIGNER) == not_run(Reason.ISSUER_UNKNOWN)
    assert check(SIGNER, certify("Elsewhere", "Elsewhere", ca=True)) == not_run(Reason.ISSUER_UNKNOWN)
    successor = certify("Root", "Root", ca=True, key="successor", issuer_key="successor")
    assert check(SIGNER, successor) == not_run(Reason.ISSUER_KEY_UNKNOWN)


@pytest.mark.parametrize("identifiers", [True, False], ids=["by key identifier", "by name"])
def test_a_signer_that_claims_a_known_issuer_but_is_not_signed_by_it_fails(identifiers: bool) -> None:
    impostor = certify("Signer", "Root", issuer_key="forger", identifiers=identifiers)
    assert check(impostor, ROOT) == failed(Reason.ISSUER_SIGNATURE_INVALID)


def test_a_signer_without_identifiers_is_found_by_name() -> None:
    assert check(certify("Signer", "Root", identifiers=False), ROOT) == PASSED
    bare = certify("Root", "Root", ca=True, identifiers=False)
    assert check(SIGNER, bare) == PASSED


def test_a_country_signer_that_changed_its_name_is_found_by_its_key() -> None:
    renamed = certify("Another Name", "Another Name", ca=True, key="Root", issuer_key="Root")
    assert check(SIGNER, renamed) == PASSED


@pytest.mark.parametrize(
    ("on", "reason"),
    [(date(2019, 6, 1), Reason.SIGNER_NOT_YET_VALID), (date(2041, 1, 1), Reason.SIGNER_EXPIRED)],
)
def test_a_signer_out_of_date_proves_nothing(on: date, reason: Reason) -> None:
    assert check(SIGNER, ROOT, on=on) == not_run(reason)


def test_an_expired_country_signer_is_told() -> None:
    old = certify("Root", "Root", ca=True, years=(2015, 2025))
    assert check(SIGNER, old) == not_run(Reason.ISSUER_EXPIRED)
    assert check(SIGNER, old, ROOT) == PASSED


def test_a_country_signer_that_is_not_valid_yet_is_told() -> None:
    early = certify("Root", "Root", ca=True, years=(2020, 2040))
    signer = certify("Signer", "Root", years=(2020, 2040))
    assert check(signer, early, on=date(2020, 1, 1)) == PASSED
    assert check(signer, certify("Root", "Root", ca=True, years=(2030, 2040))) == failed(Reason.ISSUER_NOT_VALID_THEN)


def test_an_expired_old_key_behind_a_link_is_told() -> None:
    old = certify("Root", "Root", ca=True, years=(2010, 2025))
    assert check(certify("Signer", "New"), old, certify("New", "Root", ca=True)) == not_run(Reason.ISSUER_EXPIRED)


def test_a_signer_issued_outside_the_issuers_key_period_proves_nothing() -> None:
    for period in ((2010, 2019), (2021, 2025)):
        usage = x509.PrivateKeyUsagePeriod(day(period[0]), day(period[1]))
        assert check(SIGNER, certify("Root", "Root", usage, ca=True)) == not_run(Reason.ISSUER_KEY_PERIOD)
    assert check(SIGNER, certify("Root", "Root", x509.PrivateKeyUsagePeriod(None, day(2021)), ca=True)) == PASSED
    assert check(SIGNER, certify("Root", "Root", x509.PrivateKeyUsagePeriod(day(2019), None), ca=True)) == PASSED


def test_a_revoked_signer_fails() -> None:
    revoked = revoking(7)
    assert check(SIGNER, ROOT, revocations=(revoked,)) == failed(Reason.SIGNER_REVOKED)
    assert check(certify("Signer", "Root", serial=8), ROOT, revocations=(revoked,)) == PASSED


def test_a_revoked_signer_fails_out_of_date_too() -> None:
    assert check(SIGNER, ROOT, revocations=(revoking(7),), on=date(2045, 1, 1)) == failed(Reason.SIGNER_REVOKED)


def test_a_signer_is_revoked_by_an_older_list_too() -> None:
    lists = (revoking(9, issued=2026), revoking(7, issued=2025))
    assert check(SIGNER, ROOT, revocations=lists) == failed(Reason.SIGNER_REVOKED)


def test_another_countrys_list_revokes_nobody_here() -> None:
    assert check(SIGNER, ROOT, revocations=(revoking(7, "Elsewhere"),)) == PASSED


def test_a_revoked_link_fails() -> None:
    link = certify("New", "Root", ca=True, serial=5)
    assert check(certify("Signer", "New"), ROOT, link, revocations=(revoking(5),)) == failed(Reason.ISSUER_REVOKED)


def test_an_outdated_revocation_list_is_remarked_on_a_check_that_passes() -> None:
    outdated = revoking(9, until=2026, issued=2025)
    found = check(SIGNER, ROOT, revocations=(outdated,))
    assert found == Check(Outcome.PASSED, Reason.CRL_OUTDATED)
    assert Evidence(PASSED, PASSED, found).passive == found
    assert check(SIGNER, ROOT, revocations=(outdated, revoking(9))) == PASSED


def test_a_certificate_for_another_purpose_is_no_document_signers() -> None:
    list_signer = x509.ExtendedKeyUsage([x509.ObjectIdentifier("2.23.136.1.1.3")])
    encipherer = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    for purpose in (list_signer, encipherer):
        assert check(certify("Signer", "Root", purpose), ROOT) == not_run(Reason.SIGNER_NOT_ALLOWED)
    assert check(certify("Authority", "Root", ca=True), ROOT) == not_run(Reason.SIGNER_NOT_ALLOWED)


def test_a_country_signer_does_not_sign_documents_itself() -> None:
    assert check(ROOT, ROOT) == not_run(Reason.SIGNER_NOT_ALLOWED)
