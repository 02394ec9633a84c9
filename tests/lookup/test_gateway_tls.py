"""The gateway's certificate is verified: authority, host and dates."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.lookup.answer import CardAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.gateway import Gateway
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person


def certify(folder: Path, days: tuple[int, int]) -> Path:
    """A certificate for 127.0.0.1 that is its own authority, with its key, valid for these days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gateway sandbox")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "sandbox.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@contextmanager
def sandbox_with(certificate: Path, people: tuple[Person, ...]) -> Iterator[GatewaySandbox]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with GatewaySandbox(people, tls=context) as sandbox:
        yield sandbox


def is_tls_trouble(answer: object) -> bool:
    return isinstance(answer, ServiceTrouble) and answer.kind is TroubleKind.TLS


def test_authority_of_the_settings_is_trusted(
    tmp_path: Path, people: tuple[Person, ...], open_gateway: Callable[..., Gateway], question: Question
) -> None:
    certificate = certify(tmp_path, (-1, 1))
    with sandbox_with(certificate, people) as sandbox:
        gateway = open_gateway(base_url=sandbox.base_url, ca_file=str(certificate))
        assert isinstance(gateway.look_up(question), CardAnswer)


def test_unknown_authority_is_refused_before_anything_is_said(
    tmp_path: Path, people: tuple[Person, ...], open_gateway: Callable[..., Gateway], question: Question
) -> None:
    with sandbox_with(certify(tmp_path, (-1, 1)), people) as sandbox:
        assert is_tls_trouble(open_gateway(base_url=sandbox.base_url).look_up(question))
        assert sandbox.counts.logins == 0


@pytest.mark.parametrize("days", [(-3, -1), (1, 3)], ids=["expired", "not yet valid"])
def test_certificate_outside_its_dates_is_refused(
    days: tuple[int, int],
    tmp_path: Path,
    people: tuple[Person, ...],
    open_gateway: Callable[..., Gateway],
    question: Question,
) -> None:
    certificate = certify(tmp_path, days)
    with sandbox_with(certificate, people) as sandbox:
        gateway = open_gateway(base_url=sandbox.base_url, ca_file=str(certificate))
        assert is_tls_trouble(gateway.look_up(question))
        assert sandbox.counts.logins == 0


def test_certificate_of_another_host_is_refused(
    tmp_path: Path, people: tuple[Person, ...], open_gateway: Callable[..., Gateway], question: Question
) -> None:
    certificate = certify(tmp_path, (-1, 1))
    with sandbox_with(certificate, people) as sandbox:
        by_name = sandbox.base_url.replace("127.0.0.1", "localhost")
        assert is_tls_trouble(open_gateway(base_url=by_name, ca_file=str(certificate)).look_up(question))
        assert sandbox.counts.logins == 0


def test_missing_file_of_authorities_is_trouble_and_not_a_way_around(
    tmp_path: Path, people: tuple[Person, ...], open_gateway: Callable[..., Gateway], question: Question
) -> None:
    with sandbox_with(certify(tmp_path, (-1, 1)), people) as sandbox:
        gateway = open_gateway(base_url=sandbox.base_url, ca_file=str(tmp_path / "none.pem"))
        assert is_tls_trouble(gateway.look_up(question))


def test_plain_http_where_https_is_asked_is_refused(
    sandbox: GatewaySandbox, open_gateway: Callable[..., Gateway], question: Question
) -> None:
    by_https = sandbox.base_url.replace("http://", "https://")
    assert is_tls_trouble(open_gateway(base_url=by_https).look_up(question))
    assert sandbox.counts.logins == 0
