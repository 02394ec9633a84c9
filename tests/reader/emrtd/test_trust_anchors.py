"""The folder of country signers: what is read, what is refused by name, what is only remarked."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.emrtd.certificates import plain_name
from kiosk.reader.emrtd.master_list import read_master_list
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.emrtd.trust_anchors import TRAINING_ORGANIZATION, Notice, NoticeKind, TrustAnchors
from kiosk.simulator.abroad import State, invent_state
from kiosk.simulator.chip import ber
from kiosk.simulator.chip.signing import Attributes, Signer, Style, signed_data
from kiosk.simulator.pki import TRAINING_ORGANIZATION as ON_THE_CARDS_SIDE
from kiosk.simulator.pki import Pki, derive_key

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def state() -> State:
    return invent_state()


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder of these files."""

    def make(**files: bytes) -> Path:
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_bytes(content)
        return tmp_path

    return make


def der(signed: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    return signed.public_bytes(Encoding.DER)


def refusal(folder: Path) -> str:
    with pytest.raises(KioskError) as caught:
        TrustAnchors.load(folder)
    assert caught.value.code is FailureCode.SETTINGS_INVALID
    return caught.value.detail


def test_a_master_list_gives_all_its_country_signers(folder: Callable[..., Path], state: State) -> None:
    anchors = TrustAnchors.load(folder(world_ml=state.master_list(), again_mls=state.master_list()))
    assert set(anchors.certificates) == {state.old.certificate, state.new.certificate, state.link}
    assert len(anchors.certificates) == 3
    assert anchors.remarks == ()


def test_single_certificates_and_a_master_list_stand_side_by_side(
    folder: Callable[..., Path], state: State, pki: Pki
) -> None:
    anchors = TrustAnchors.load(folder(world_ml=state.master_list(), one_cer=pki.csca_certificate))
    assert len(anchors.certificates) == 4


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_a_revocation_list_is_read_and_belongs_to_its_country_signer(
    folder: Callable[..., Path], state: State, encoding: Encoding
) -> None:
    crl = state.revocation_list()
    anchors = TrustAnchors.load(folder(a_crl=crl.public_bytes(encoding), b_ml=state.master_list()))
    assert anchors.revocations == (crl,)
    assert anchors.revocations_about(state.document_signer().certificate) == (crl,)
    assert anchors.revocations_about(state.old.certificate) == ()


def test_a_revocation_list_without_its_country_signer_is_remarked_and_not_used(
    folder: Callable[..., Path], state: State, pki: Pki
) -> None:
    anchors = TrustAnchors.load(folder(a_crl=der(state.revocation_list()), b_cer=pki.csca_certificate))
    assert anchors.revocations == ()
    assert anchors.remarks == (Notice(NoticeKind.CRL_WITHOUT_ANCHOR, "a.crl"),)


def test_a_revocation_list_that_its_country_signer_did_not_sign_is_refused(
    folder: Callable[..., Path], state: State
) -> None:
    content = bytearray(der(state.revocation_list()))
    content[content.index(b"\x02\x02\x20\x00") + 3] ^= 0x40  # another serial number
    assert refusal(folder(bad_crl=bytes(content), b_ml=state.master_list())).startswith("bad.crl: not signed")


def test_a_list_of_changes_only_is_refused(folder: Callable[..., Path], state: State) -> None:
    assert isinstance(state.new.key, ec.EllipticCurvePrivateKey)
    delta = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(state.new.certificate.subject)
        .last_update(datetime(2026, 1, 1, tzinfo=UTC))
        .next_update(datetime(2027, 1, 1, tzinfo=UTC))
        .add_extension(x509.DeltaCRLIndicator(1), critical=True)
        .sign(state.new.key, hashes.SHA256())
    )
    assert refusal(folder(delta_crl=der(delta), b_ml=state.master_list())) == "delta.crl: not a whole revocation list"


HOSTILE = {"empty": b"", "garbage": b"\x30\x82\xff\xff garbage", "nested": b"\x30\x80" * 5000, "text": b"hello"}


@pytest.mark.parametrize("suffix", ["cer", "pem", "crl", "ml", "mls"])
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_broken_file_is_named(folder: Callable[..., Path], suffix: str, content: bytes) -> None:
    assert refusal(folder(**{f"broken_{suffix}": content})).startswith(f"broken.{suffix}: ")


def test_a_folder_named_like_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.cer").mkdir()
    assert refusal(tmp_path).startswith("odd.cer: ")


def test_a_file_too_long_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "long.ml").open("wb") as file:
        file.truncate((16 << 20) + 1)
    assert refusal(tmp_path) == "long.ml: longer than 16 MB"


def sign_list(state: State, content: bytes, content_type: str = "2.23.136.1.1.2", style: Style | None = None) -> bytes:
    signer = state.document_signer()
    return signed_data(content_type, content, signer, style or Style())


def listing(*certificates: bytes, version: int = 0) -> bytes:
    return ber.sequence(ber.integer(version), ber.tlv(0x31, *certificates))


def test_a_master_list_changed_on_its_way_is_refused(folder: Callable[..., Path], state: State) -> None:
    content = state.master_list()
    at = content.index(b"CSCA UT")
    assert "message-digest-mismatch" in refusal(folder(world_ml=content[:at] + b"CSCA VT" + content[at + 7 :]))


def test_a_master_list_signed_by_another_key_is_refused(folder: Callable[..., Path], state: State) -> None:
    forged = Signer(state.document_signer().certificate, derive_key("somebody", ec.SECP256R1()))
    content = signed_data("2.23.136.1.1.2", listing(der(state.new.certificate)), forged, Style())
    assert refusal(folder(world_ml=content)) == "world.ml: master list: signature-invalid"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        pytest.param(listing(), "2.23.136.1.1.1", id="another content type"),
        pytest.param(listing(version=1), "2.23.136.1.1.2", id="another version"),
        pytest.param(ber.sequence(ber.integer(0)), "2.23.136.1.1.2", id="no list"),
        pytest.param(listing(b"\x30\x10"), "2.23.136.1.1.2", id="cut off"),
        pytest.param(listing(*[b"\x30\x00"] * 4097), "2.23.136.1.1.2", id="endless"),
    ],
)
def test_what_is_no_master_list_is_refused(state: State, content: bytes, content_type: str) -> None:
    with pytest.raises(MalformedError):
        read_master_list(sign_list(state, content, content_type))


@pytest.mark.parametrize("attributes", list(Attributes))
def test_a_master_list_is_signed_in_many_ways(state: State, attributes: Attributes) -> None:
    style = Style("sha384", by_key_identifier=True, attributes=attributes)
    certificate = der(state.new.certificate)
    assert read_master_list(sign_list(state, listing(certificate), style=style)) == (certificate,)


def test_one_odd_country_does_not_spoil_the_list(folder: Callable[..., Path], state: State) -> None:
    odd = (b"\x30\x03\x02\x01\x00", der(state.document_signer().certificate))
    anchors = TrustAnchors.load(folder(world_ml=sign_list(state, listing(*odd, der(state.new.certificate)))))
    assert anchors.certificates == (state.new.certificate,)
    assert anchors.remarks == (Notice(NoticeKind.CERTIFICATE_PASSED_OVER, "world.ml", 2),)


def test_six_hundred_country_signers_are_loaded_quickly(folder: Callable[..., Path], state: State) -> None:
    key = derive_key("many", ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "CSCA")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    many = [der(builder.serial_number(number).sign(key, hashes.SHA256())) for number in range(1, 601)]
    made = folder(world_ml=sign_list(state, listing(*many)))
    began_s = time.process_time()
    anchors = TrustAnchors.load(made)
    assert len(anchors.certificates) == 600
    assert time.process_time() - began_s < 2.0


def test_the_training_country_signers_are_known_and_left_out(
    folder: Callable[..., Path], state: State, pki: Pki
) -> None:
    assert TRAINING_ORGANIZATION == ON_THE_CARDS_SIDE
    genuine = authority("Genuine Office")
    made = folder(a_cer=pki.csca_certificate, b_ml=state.master_list(), c_cer=der(genuine))
    anchors = TrustAnchors.load(made)
    assert anchors.training
    assert not anchors.without_training().training
    assert anchors.without_training().certificates == (genuine,)
    assert not TrustAnchors().training


def authority(organization: str, until: datetime = datetime(2040, 1, 1, tzinfo=UTC)) -> x509.Certificate:
    key = derive_key(organization, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organization)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def test_what_is_out_of_date_is_told_on_the_day(folder: Callable[..., Path], state: State) -> None:
    old = authority("Old Office", datetime(2025, 1, 1, tzinfo=UTC))
    crl = state.revocation_list(until=datetime(2026, 4, 1, tzinfo=UTC))
    anchors = TrustAnchors.load(folder(a_cer=der(old), b_ml=state.master_list(), c_crl=der(crl)))
    assert [notice.kind for notice in anchors.notices(TODAY)] == [NoticeKind.ANCHOR_EXPIRED, NoticeKind.CRL_OUTDATED]
    assert "Old Office" in anchors.notices(TODAY)[0].about
    assert anchors.notices(date(2024, 1, 1)) == ()


def test_an_outdated_list_beside_a_newer_one_is_not_worth_a_word(folder: Callable[..., Path], state: State) -> None:
    outdated = state.revocation_list(until=datetime(2026, 4, 1, tzinfo=UTC))
    newer = state.revocation_list(issued=datetime(2026, 4, 1, tzinfo=UTC))
    anchors = TrustAnchors.load(folder(a_ml=state.master_list(), b_crl=der(outdated), c_crl=der(newer)))
    assert anchors.notices(TODAY) == ()
    assert anchors.revocations_about(state.document_signer().certificate) == (newer, outdated)


def test_names_are_compared_without_case_space_and_string_type() -> None:
    one = x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "UT")])
    assert plain_name(one) == plain_name(x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "ut")]))
    spaced = x509.NameAttribute(x509.NameOID.COMMON_NAME, " Csca   UT", x509.name._ASN1Type.PrintableString)
    assert plain_name(x509.Name([spaced])) == plain_name(
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "CSCA ut")])
    )


@pytest.mark.filterwarnings(
    "ignore:Attribute's length", "ignore:Parsed a serial number", "ignore:The parsed certificate"
)
@given(at=st.integers(0, 10_000), octet=st.integers(0, 255))
def test_no_changed_byte_of_a_master_list_brings_another_certificate(state: State, at: int, octet: int) -> None:
    whole = MASTER_LISTS.setdefault("UT", state.master_list())
    at %= len(whole)
    try:
        found = read_master_list(whole[:at] + bytes([octet]) + whole[at + 1 :])
    except MalformedError:
        return
    assert set(found) <= {der(state.old.certificate), der(state.new.certificate), der(state.link)}


MASTER_LISTS: dict[str, bytes] = {}


@given(st.binary(max_size=200))
def test_any_bytes_are_no_master_list(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_master_list(data)
