"""A PostgreSQL server in trouble, or not to be trusted: each is named, and nothing tells who or where."""

import re
import socket
import ssl
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pg8000.dbapi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.errors import LostRace
from kiosk.checkin.store.postgres import Limits, engine_of
from kiosk.checkin.store.store import Store, open_store
from kiosk.checkin.store.tables import print_log, ticket_counter
from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.simulator.postgresql import OWNER, PostgresServer

Requests = Callable[..., CheckInRequest]

A_COUNTER = {"business_day": date(2026, 1, 1), "prefix": "A", "last": 1}


@pytest.fixture
def server_store(postgresql_url: str) -> Iterator[Store]:
    with open_store(postgresql_url) as store:
        yield store


@pytest.fixture
def desk(server_store: Store, clinic: Clinic, clock: Callable[[], datetime]) -> SqlJournal:
    return SqlJournal(server_store, clinic, clock)


def refused(url: str, password: str = "") -> KioskError:
    with pytest.raises(KioskError) as caught:
        open_store(url, password)
    return caught.value


# -- the address ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://kiosk@db/kiosk",
        "postgresql+nosuch://kiosk@db/kiosk",
        "postgresql://db/kiosk",
        "postgresql://kiosk@/kiosk",
        "postgresql://kiosk@db",
        "postgresql://kiosk@db/kiosk?sslmode=prefer",
        "postgresql://kiosk@db/kiosk?options=-c%20fsync=off",
        "postgresql://kiosk@db/kiosk?sslrootcert=/nowhere/ca.pem",
    ],
)
def test_address_that_is_none_of_ours_is_settings_invalid(url: str) -> None:
    assert refused(url).code is FailureCode.SETTINGS_INVALID


def test_port_where_nobody_listens_is_unavailable_and_worth_another_try() -> None:
    with socket.socket() as held:  # so that nobody else is given it meanwhile
        held.bind(("127.0.0.1", 0))
        error = refused(f"postgresql://kiosk:geheim@127.0.0.1:{held.getsockname()[1]}/kiosk")
    assert (error.code, isinstance(error, RetriableError)) == (FailureCode.STORE_UNAVAILABLE, True)


def test_server_that_takes_the_connection_and_says_nothing_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = make_url(f"postgresql://kiosk@127.0.0.1:{mute.getsockname()[1]}/kiosk")
        store = Store(engine_of(url, limits=Limits(answer_s=0.2)))
        with closing(store), pytest.raises(RetriableError) as caught, store.transaction():
            pass
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


@pytest.mark.parametrize(
    ("user", "password", "database", "why"),
    [
        (OWNER, "geheim", OWNER, "user or password refused"),
        ("nobody", "geheim", OWNER, "user or password refused"),
        (OWNER, "", "none", "no such database"),
    ],
)
def test_account_or_database_that_is_not_there_is_told_without_naming_it(
    postgresql_server: PostgresServer, user: str, password: str, database: str, why: str
) -> None:
    url = f"postgresql://{user}@127.0.0.1:{postgresql_server.port}/{database}"
    error = refused(url, password or postgresql_server.password)
    assert (error.code, error.detail, isinstance(error, RetriableError)) == (FailureCode.STORE_UNAVAILABLE, why, False)
    told = "".join(traceback.format_exception(error))
    assert "geheim" not in told
    assert postgresql_server.password not in told


def test_database_that_cannot_hold_vietnamese_is_refused(postgresql_server: PostgresServer) -> None:
    with closing(
        pg8000.dbapi.connect(
            OWNER, host="127.0.0.1", port=postgresql_server.port, password=postgresql_server.password, ssl_context=False
        )
    ) as connection:
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    assert "UTF8" in refused(postgresql_server.url("latin")).detail


# -- what a server may answer -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "code", "retriable"),
    [
        ("53100", FailureCode.STORE_FULL, False),
        ("40001", FailureCode.STORE_LOCKED, True),
        ("40P01", FailureCode.STORE_LOCKED, True),
        ("55P03", FailureCode.STORE_LOCKED, True),
        ("57014", FailureCode.STORE_LOCKED, True),
        ("25006", FailureCode.STORE_UNAVAILABLE, False),
        ("42501", FailureCode.STORE_UNAVAILABLE, False),
        ("53300", FailureCode.STORE_UNAVAILABLE, True),
        ("57P01", FailureCode.STORE_UNAVAILABLE, True),
        ("57P03", FailureCode.STORE_UNAVAILABLE, True),
        ("08006", FailureCode.STORE_UNAVAILABLE, True),
        ("XX001", FailureCode.STORE_CORRUPT, False),
        ("58030", FailureCode.STORE_UNAVAILABLE, False),
    ],
)
def test_servers_codes_are_failures_of_the_desk(
    server_store: Store, state: str, code: FailureCode, retriable: bool
) -> None:
    raises = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = repeat('9', 12); END $$"
    with pytest.raises(KioskError) as caught, server_store.transaction() as connection:
        connection.exec_driver_sql(raises)
    assert (caught.value.code, isinstance(caught.value, RetriableError)) == (code, retriable)
    assert "9" * 12 not in "".join(traceback.format_exception(caught.value))
    with server_store.transaction(reading=True) as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1, "the next one goes on, over a new line if need be"


def test_row_that_a_server_quotes_is_in_no_traceback(desk: SqlJournal, request_for: Requests) -> None:
    with desk.store.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE visit ADD CONSTRAINT odd CHECK (number < 0)")
    request = request_for(1)
    with pytest.raises(KioskError) as caught:
        desk.check_in(request)
    told = "".join(traceback.format_exception(caught.value))
    assert "INSERT INTO visit" in told
    assert "odd" in told
    assert request.identity.full_name not in told
    assert not re.search(r"\d{12}", told)


def test_queue_that_another_desk_holds_is_locked_for_now(
    postgresql_url: str, desk: SqlJournal, clinic: Clinic, clock: Callable[[], datetime], request_for: Requests
) -> None:
    assert desk.check_in(request_for(1)).number == 1
    impatient = Store(engine_of(make_url(postgresql_url), limits=Limits(lock_ms=50)))
    with closing(impatient), desk.store.transaction() as connection:
        connection.execute(select(ticket_counter).with_for_update())
        with pytest.raises(RetriableError, match="lock timeout") as caught:
            SqlJournal(impatient, clinic, clock).check_in(request_for(2))
    assert caught.value.code is FailureCode.STORE_LOCKED
    assert desk.check_in(request_for(2)).number == 2


def test_reading_transaction_sees_one_moment_and_writes_nothing(desk: SqlJournal, request_for: Requests) -> None:
    check_in = desk.check_in(request_for(1))
    with desk.store.transaction(reading=True) as reading:
        assert reading.execute(select(print_log)).all() == []
        desk.log_print(check_in, "printed")
        assert reading.execute(select(print_log)).all() == []
    with pytest.raises(KioskError, match="read-only"), desk.store.transaction(reading=True) as reading:
        reading.execute(ticket_counter.delete())


def test_failure_that_was_swallowed_is_not_committed_as_if_all_were_well(server_store: Store) -> None:
    def swallow() -> None:
        with server_store.transaction() as connection:
            connection.execute(ticket_counter.insert(), A_COUNTER)
            with pytest.raises(DBAPIError, match="23502"):
                connection.exec_driver_sql("INSERT INTO ticket_counter (prefix) VALUES ('B')")

    with pytest.raises(KioskError):
        swallow()
    with server_store.transaction(reading=True) as connection:
        assert connection.execute(select(ticket_counter)).all() == []


@pytest.mark.parametrize(
    "change", ["DELETE FROM print_log", "UPDATE print_log SET outcome = 'none'", "TRUNCATE print_log"]
)
def test_print_log_of_a_server_refuses_to_forget(desk: SqlJournal, request_for: Requests, change: str) -> None:
    desk.printed_again(desk.check_in(request_for(1)))
    with pytest.raises(KioskError), desk.store.transaction() as connection:
        connection.exec_driver_sql(change)
    with desk.store.transaction(reading=True) as connection:
        assert connection.execute(select(print_log.c.outcome)).scalars().all() == ["reprint"]


def test_commit_waits_for_the_servers_disk_whatever_its_settings_say(server_store: Store, postgresql_url: str) -> None:
    with server_store.transaction() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {make_url(postgresql_url).database} SET synchronous_commit = off")
    with open_store(postgresql_url) as store, store.transaction(reading=True) as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_server_that_crashes_and_comes_back_goes_on_where_it_was(
    clinic: Clinic, clock: Callable[[], datetime], request_for: Requests
) -> None:
    with PostgresServer() as server, open_store(server.url()) as store:
        desk = SqlJournal(store, clinic, clock)
        assert desk.check_in(request_for(1)).number == 1
        server.kill()
        with pytest.raises(RetriableError) as caught:
            desk.check_in(request_for(2))
        assert caught.value.code is FailureCode.STORE_UNAVAILABLE
        server.start()
        assert desk.check_in(request_for(2)).number == 2
        desk.verify()


# -- the line's encryption --------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    return certify("Mẫu CA")


@pytest.fixture(scope="module")
def tls_server(authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> Iterator[PostgresServer]:
    """A server that speaks TLS, by the name of 127.0.0.1."""
    certificate, key = certify("server", authority)
    server = PostgresServer(durable=False)
    server.settings |= {
        "ssl": "on",
        "ssl_cert_file": str(server.install("server.crt", certificate.public_bytes(serialization.Encoding.PEM))),
        "ssl_key_file": str(
            server.install(
                "server.key",
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                ),
            )
        ),
    }
    with server:
        yield server


def certify(
    name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer, signing = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    )
    if issuer is None:
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        made = made.add_extension(usage, critical=True)
    return made.sign(signing, hashes.SHA256()), key


@pytest.fixture
def root_file(tmp_path: Path, authority: tuple[x509.Certificate, Any]) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(authority[0].public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca"])
def test_proven_server_is_talked_to_in_secret(tls_server: PostgresServer, root_file: Path, mode: str) -> None:
    with (
        open_store(f"{tls_server.url()}?sslmode={mode}&sslrootcert={root_file}") as store,
        store.transaction(reading=True) as connection,
    ):
        assert connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar() is True


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca"])
def test_server_whose_signer_nobody_knows_is_not_trusted(tls_server: PostgresServer, tmp_path: Path, mode: str) -> None:
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(certify("Another CA")[0].public_bytes(serialization.Encoding.PEM))
    error = refused(f"{tls_server.url()}?sslmode={mode}&sslrootcert={stranger}")
    assert (error.code, isinstance(error, RetriableError)) == (FailureCode.STORE_UNAVAILABLE, False)
    assert error.detail.startswith("TLS: ")


def test_certificate_of_another_host_is_enough_for_verify_ca_only(tls_server: PostgresServer, root_file: Path) -> None:
    by_name = tls_server.url().replace("127.0.0.1", "localhost")
    open_store(f"{by_name}?sslmode=verify-ca&sslrootcert={root_file}").close()
    assert refused(f"{by_name}?sslmode=verify-full&sslrootcert={root_file}").detail.startswith("TLS: ")


def test_require_encrypts_without_asking_who_it_is(tls_server: PostgresServer) -> None:
    with open_store(f"{tls_server.url()}?sslmode=require") as store, store.transaction(reading=True) as connection:
        assert connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar() is True


def test_server_that_speaks_no_tls_is_refused_where_it_is_wanted(postgresql_server: PostgresServer) -> None:
    error = refused(f"{postgresql_server.url()}?sslmode=require")
    assert (error.code, error.detail) == (FailureCode.STORE_UNAVAILABLE, "TLS: the server has none")


@pytest.mark.parametrize(("host", "wanted"), [("db.clinic.example", True), ("192.0.2.7", True), ("127.0.0.1", False),
                                              ("localhost", False), ("::1", False)])  # fmt: skip
def test_line_to_another_machine_is_proven_unless_the_address_says_otherwise(host: str, wanted: bool) -> None:
    from kiosk.checkin.store.postgres import _tls

    context = _tls(host, {})
    assert (isinstance(context, ssl.SSLContext) and context.check_hostname) is wanted


def test_row_that_another_desk_kept_first_is_a_lost_race(server_store: Store) -> None:
    with server_store.transaction() as connection:
        connection.execute(ticket_counter.insert(), A_COUNTER)
    with pytest.raises(LostRace), server_store.transaction() as connection:
        connection.execute(ticket_counter.insert(), A_COUNTER)


def test_server_says_what_time_it_is(postgresql_url: str) -> None:
    with open_store(postgresql_url) as store:
        moment = store.server_time()
    assert moment is not None
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)
