"""What a kiosk does daily for its records: anchors out of the store, and what is over removed when nobody comes."""

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from kiosk.app import records
from kiosk.app.auditing import audit_in
from kiosk.app.clock import now
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import journal_of, store_of
from kiosk.app.records import care_once, cared_for_daily
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.tables import duty_log
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.settings import Settings, load_settings
from tests.patience import WITHIN_S

OLD = "2016-01-01T08:00:00+07:00"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(overrides=[
        f"store.url=sqlite:///{tmp_path}/kiosk.db", "store.encryption=off", "secrets.keystore=file",
        f"secrets.file={tmp_path}/secrets.json", f"audit.anchors={tmp_path}/audit-anchors.txt",
        f"lookup.evidence_folder={tmp_path}/evidence",
    ])  # fmt: skip


@pytest.fixture
def over(settings: Settings) -> None:
    """A row of the duty log that is over."""
    with store_of(settings) as store, store.transaction() as connection:
        connection.execute(insert(duty_log).values(at=OLD, subject="x", happened="tried"))


def left(settings: Settings) -> int:
    with store_of(settings) as store, store.transaction(reading=True) as connection:
        return int(connection.execute(select(func.count()).select_from(duty_log)).scalar_one())


def at(hour: int) -> datetime:
    return now().replace(hour=hour, minute=30)


def test_what_is_over_is_removed_from_the_hour_on(settings: Settings, over: None) -> None:
    assert not care_once(settings, at(2))
    assert left(settings) == 1
    assert care_once(settings, at(3))
    assert left(settings) == 0


def test_nothing_is_removed_while_people_check_in(settings: Settings, over: None) -> None:
    always = replace(settings, retention=replace(settings.retention, hour=0))
    identity = Identity(Trust.TYPED, "Nguyễn Văn Mẫu", personal_number="999090000123")
    clinic = clinic_of(settings)
    with journal_of(settings, clinic) as journal:
        journal.check_in(CheckInRequest(identity, Decision(Verdict.SELF_PAY), clinic.services[0].code))
    assert not care_once(always, now())
    assert left(settings) == 1


def test_the_ends_of_days_are_carried_out(settings: Settings, tmp_path: Path) -> None:
    with store_of(settings) as store:
        trail = audit_in(store, settings)
        with store.transaction() as connection:
            trail.note(connection, Act.REPRINTED, "a" * 32)
            connection.exec_driver_sql("UPDATE audit_chain SET business_day = '2026-01-01'")
        with store.transaction() as connection:
            trail.note(connection, Act.REPRINTED, "a" * 32)
    care_once(settings, at(1))
    assert "2026-01-01 1 " in (tmp_path / "audit-anchors.txt").read_text()


def test_a_thread_cares_until_the_window_closes(settings: Settings) -> None:
    with cared_for_daily(settings):
        assert "records" in {thread.name for thread in threading.enumerate()}
    assert "records" not in {thread.name for thread in threading.enumerate()}


def test_a_defect_does_not_end_the_thread_that_cares(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries, cared = list[int](), threading.Event()

    def care(*_: object) -> bool:
        tries.append(len(tries))
        if len(tries) == 1:
            raise ValueError("Nguyễn Văn Mẫu")
        cared.set()
        return True

    monkeypatch.setattr(records, "care_once", care)
    monkeypatch.setattr(records, "_LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(records, "_AGAIN_AFTER_S", 0.01)
    with cared_for_daily(settings):
        assert cared.wait(WITHIN_S)
    assert "what is over was not removed: ValueError at" in caplog.text
    assert "Mẫu" not in caplog.text


def test_days_that_are_too_few_keep_the_kiosk_from_starting(settings: Settings) -> None:
    few = load_settings(overrides=["retention.audit=30"])
    with pytest.raises(KioskError, match="settings-invalid"), cared_for_daily(few):
        pass


def test_whoever_is_still_at_the_anchors_is_waited_for_before_the_program_ends(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited_for, carried = threading.Event(), threading.Event()
    join = threading.Thread.join

    def joined(thread: threading.Thread, timeout: float | None = None) -> None:
        if thread.name == "anchors":
            waited_for.set()
        join(thread, timeout)

    def carry() -> None:
        waited_for.wait()
        carried.set()

    monkeypatch.setattr(records, "_ANCHORS_WITHIN_S", 0.01)
    records._at_the_anchors(carry, "not among the anchors yet")
    monkeypatch.setattr(records, "_ANCHORS_WITHIN_S", 10.0)
    monkeypatch.setattr(threading.Thread, "join", joined)
    try:
        with cared_for_daily(settings):
            assert not carried.is_set()
        assert carried.is_set()
    finally:
        waited_for.set()


@pytest.mark.parametrize("kind", [OSError, type("PanicException", (BaseException,), {})])
def test_defect_at_the_anchors_is_told_and_holds_nobody_up(
    caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    def carry() -> None:
        raise kind("Nguyễn Văn Mẫu")

    records._at_the_anchors(carry, "not among the anchors yet")
    [told] = caplog.messages
    assert told.startswith(f"not among the anchors yet: {kind.__name__} at [")


def test_share_that_hangs_keeps_no_program_from_ending(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()

    def hang() -> None:
        answers.wait()

    monkeypatch.setattr(records, "_ANCHORS_WITHIN_S", 0.01)
    records._at_the_anchors(hang, "not among the anchors yet")
    at_work = [thread for thread in threading.enumerate() if thread.name == "anchors"]
    try:
        with cared_for_daily(settings):
            pass
        assert [thread.is_alive() for thread in at_work] == [True]
    finally:
        answers.set()
        for thread in at_work:
            thread.join()
