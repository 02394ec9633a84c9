"""A desk's own file for the time away that is damaged: put aside, told until somebody has seen it, and read out."""

import json
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.app.clock import clinic_clock
from kiosk.app.damage import confirm_seen, unseen_put_aside
from kiosk.app.desk import clinic_of
from kiosk.app.doctor.finding import Health
from kiosk.app.doctor.store import examine_backup
from kiosk.app.keeping import away_file_of, keep, store_of
from kiosk.app.store_care import put_aside_of
from kiosk.checkin.away.steady import SteadyJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.checkin.store.tables import visit
from kiosk.commands.store import run
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Identity, Trust
from kiosk.settings import Settings, load_settings
from kiosk.text import Language

OFFICER = "5" * 32


@pytest.fixture
def settings(tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return load_settings(
        overrides=[
            "secrets.keystore=file", f"secrets.file={tmp_path}/secrets.json", f"store.url={postgresql_url}",
            f"audit.anchors={tmp_path}/anchors.txt",
        ]
    )  # fmt: skip


def request_of(person: int) -> CheckInRequest:
    identity = Identity(Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number=f"999{person:09}")
    return CheckInRequest(identity, Decision(Verdict.COVERED), "noi-tong-quat")


GiveAway = Callable[..., list[str]]


@pytest.fixture
def give_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> GiveAway:
    """Checks people in while the shared store is away; the tickets."""

    def given(*people: int) -> list[str]:
        with keep(settings, clinic_of(settings), None, clinic_clock()) as kept, monkeypatch.context() as cut:
            assert isinstance(kept.journal, SteadyJournal)
            cut.setattr(SteadyJournal, "_there", lambda _: None)
            return [kept.journal.check_in(request_of(person)).ticket for person in people]

    return given


def bring_in(settings: Settings) -> None:
    with keep(settings, clinic_of(settings), None, clinic_clock()) as kept:
        assert isinstance(kept.journal, SteadyJournal)
        kept.journal.look_after()


@pytest.fixture
def damaged(settings: Settings, give_away: GiveAway) -> list[str]:
    """Tickets that were given while the shared store was away; then the file's first page is lost."""
    tickets = give_away(1, 2)
    file = away_file_of(settings)
    file.write_bytes(bytes(4096) + file.read_bytes()[4096:])
    with keep(settings, clinic_of(settings), None, clinic_clock()):
        pass
    return tickets


def tickets_kept(settings: Settings) -> list[str]:
    with store_of(settings) as store, store.transaction(reading=True) as connection:
        return sorted(connection.execute(select(visit.c.ticket)).scalars())


def test_damaged_file_for_the_time_away_is_put_aside_whole_and_told_with_its_cure(
    settings: Settings, damaged: list[str]
) -> None:
    aside = put_aside_of(settings)
    assert aside is not None
    assert away_file_of(settings).with_name(aside.name).stat().st_size > 0
    found = examine_backup(settings)
    assert (found.health, found.detail) == (Health.ATTENTION, aside.name)
    assert "kiosk store recover" in found.cure(Language.EN)


def test_officer_confirms_in_the_shared_store_and_before_that_everybody_is_told(
    settings: Settings, damaged: list[str]
) -> None:
    aside = unseen_put_aside(settings)
    assert aside is not None
    away = replace(settings, store=replace(settings.store, url="postgresql://nobody@127.0.0.1:9/kiosk"))
    assert unseen_put_aside(away) == aside, "nobody can say that it was seen"
    confirm_seen(settings, aside, OFFICER)
    assert unseen_put_aside(settings) is None
    assert put_aside_of(settings) == aside, "the check-ins are still to be brought back"


def test_check_ins_of_the_damaged_file_come_into_the_shared_store(
    settings: Settings, damaged: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    aside = put_aside_of(settings)
    assert aside is not None
    file = away_file_of(settings)
    assert tickets_kept(settings) == []
    run(settings, Namespace(action="recover", file=file.with_name(aside.name), json=True))
    assert json.loads(capsys.readouterr().out)["refused"] == 0
    assert put_aside_of(settings) is None
    bring_in(settings)
    assert tickets_kept(settings) == damaged


def test_numbers_given_after_the_damage_are_others_and_reading_out_again_doubles_nothing(
    settings: Settings, damaged: list[str], give_away: GiveAway, capsys: pytest.CaptureFixture[str]
) -> None:
    aside = put_aside_of(settings)
    assert aside is not None
    after = give_away(3, 4)
    for _ in range(2):
        for _ in range(2):
            run(settings, Namespace(action="recover", file=away_file_of(settings).with_name(aside.name), json=True))
            assert json.loads(capsys.readouterr().out)["refused"] == 0
        bring_in(settings)
        assert tickets_kept(settings) == sorted({*damaged, *after})
