"""Where the password of a server comes from."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.app.clock import now
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import clock_beside, keep, store_of, store_password_of
from kiosk.checkin.business_day import business_day
from kiosk.checkin.clinic_clock import ClinicClock
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.queue_tables import queue_place
from kiosk.checkin.store.store import open_store
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.keystore import FileKeystore, SecretName
from kiosk.settings import Settings, load_settings
from kiosk.simulator.postgresql import PostgresServer

SERVER = "postgresql://kiosk@db.clinic.example/kiosk"


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[[str], Settings]:
    def make(url: str) -> Settings:
        secrets = tmp_path / "secrets.json"
        return load_settings(overrides=[f"store.url={url}", "secrets.keystore=file", f"secrets.file={secrets}"])

    return make


@pytest.fixture
def keystore(tmp_path: Path) -> FileKeystore:
    return FileKeystore(tmp_path / "secrets.json")


def test_password_of_the_environment_goes_before_the_keystores(
    settings_of: Callable[[str], Settings], keystore: FileKeystore
) -> None:
    settings = settings_of(SERVER)
    assert store_password_of(settings, {}) == ""
    keystore.write(SecretName.STORE_PASSWORD, "kept")
    assert store_password_of(settings, {}) == "kept"
    assert store_password_of(settings, {"KIOSK_STORE_PASSWORD": "given"}) == "given"


@pytest.mark.parametrize("url", ["sqlite:////tmp/kiosk.db", "postgresql://kiosk:own@db.clinic.example/kiosk"])
def test_keystore_is_not_opened_for_an_address_that_needs_no_password_of_it(
    settings_of: Callable[[str], Settings], tmp_path: Path, url: str
) -> None:
    (tmp_path / "secrets.json").write_text("no keystore")
    assert store_password_of(settings_of(url), {"KIOSK_STORE_PASSWORD": "given"}) == ""


def test_store_opens_with_the_kept_password_and_refuses_a_wrong_one(
    settings_of: Callable[[str], Settings], keystore: FileKeystore, postgresql_server: PostgresServer,
    postgresql_url: str,
) -> None:  # fmt: skip
    settings = settings_of(postgresql_url.replace(f":{postgresql_server.password}@", "@"))
    keystore.write(SecretName.STORE_PASSWORD, postgresql_server.password)
    with store_of(settings) as store:
        assert store.database == "postgresql"
    keystore.write(SecretName.STORE_PASSWORD, "wrong")
    with pytest.raises(KioskError) as caught:
        store_of(settings)
    assert (caught.value.code, caught.value.detail) == (FailureCode.STORE_UNAVAILABLE, "user or password refused")


def test_kiosk_whose_clock_is_a_day_ahead_gives_todays_tickets_and_closes_nobodys_queue(
    settings_of: Callable[[str], Settings], postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(postgresql_url)
    today = business_day(now())
    for number, ahead in enumerate((timedelta(), timedelta(days=1), timedelta(days=-1), timedelta())):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / f"desk-{number}"))
        clock = ClinicClock(lambda ahead=ahead: now() + ahead, time.monotonic)  # type: ignore[misc]
        identity = Identity(Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number=f"999{number:09}")
        request = CheckInRequest(identity, Decision(Verdict.COVERED), "noi-tong-quat")
        with keep(settings, clinic_of(settings), None, clock) as kept:
            check_in = kept.journal.check_in(request)
        assert (check_in.business_day, check_in.number) == (today, number + 1)
        assert clock.state.wrong == bool(ahead)
    with store_of(settings) as store, store.transaction(reading=True) as connection:
        assert connection.execute(select(queue_place.c.state)).scalars().all() == ["waiting"] * 4


def test_rooms_computer_whose_clock_is_a_day_ahead_means_the_servers_day(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = business_day(now())
    monkeypatch.setattr("kiosk.app.clock.datetime", Ahead)
    with open_store(postgresql_url) as store:
        assert clock_beside(store).today() == real


class Ahead(datetime):
    """A computer's clock that is put forward by a day."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Ahead":
        return super().now(tz) + timedelta(days=1)


@pytest.mark.parametrize(("mode", "kib"), [("patient", 400), ("desk", 16_000)])
def test_patients_screen_keeps_little_of_its_file_in_memory(tmp_path: Path, mode: str, kib: int) -> None:
    settings = load_settings(
        overrides=[f"store.url=sqlite:///{tmp_path / 'kiosk.db'}", "store.encryption=off", f"screen.mode={mode}"]
    )
    with store_of(settings) as store, store.transaction(reading=True) as connection:
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -kib
