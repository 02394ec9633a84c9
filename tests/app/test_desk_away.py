"""The staff's window while the shared store is away: people are checked in, PINs stay PINs, and then all is back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot

from kiosk.app.auditing import audit_in
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import store_of
from kiosk.app.officers import DeskDuty, officers_of
from kiosk.app.opening import OpenDesk, Opening, open_real_desk
from kiosk.app.qt import open_app
from kiosk.app.window import Station
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.away.steady import SteadyJournal
from kiosk.checkin.officer import Happened, KeptOfficer, Refused
from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.reader.document import TypedDocument
from kiosk.settings import Secrets, Settings, load_settings
from kiosk.simulator.postgresql import PostgresServer
from kiosk.text import Language, say
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.desk_thread import DeskThread
from kiosk.ui.facade import DeskFacade
from kiosk.workflow.event import Ordered, PersonTyped, WentBack
from kiosk.workflow.order import Order
from kiosk.workflow.state import Done, Failed, Found, State, Waiting

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
NAME, NUMBER, PIN = "Ngô Văn Bàn", "999085000724", "7314"
SECRETS = Secrets("99001_BV", "no-password", "Trịnh Văn Trực", "999078000451")


@dataclass
class Desk:
    """A running staff's window, and what its line showed."""

    window: DeskWindow
    facade: DeskFacade
    opened: OpenDesk
    states: list[State]
    qtbot: QtBot

    @property
    def duty(self) -> DeskDuty:
        assert self.opened.duty is not None
        return self.opened.duty

    def until(self, what: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()))

    def check_in(self, number: str, name: str) -> str:
        """The ticket of somebody who was typed in."""
        self.facade.post(PersonTyped(TypedDocument(number, name, PartialDate(1990))))
        self.until(lambda: isinstance(self.states[-1], Found) and self.states[-1].decision is not None)
        self.facade.post(Ordered(Order("noi-tong-quat")))
        self.until(lambda: isinstance(self.states[-1], Done) and self.states[-1].is_over)
        done = cast(Done, self.states[-1])
        self.facade.post(WentBack())
        self.until(lambda: isinstance(self.states[-1], Waiting))
        return done.check_in.ticket


@pytest.fixture
def settings(tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return load_settings(
        overrides=[
            "camera.name=none", "printer.target=none", "screen.mode=desk", "secrets.keystore=file",
            "reader.name=Not Of This Test",  # tests of the card service may lay cards at the same time
            f"secrets.file={tmp_path}/secrets.json", f"store.url={postgresql_url}", "lookup.base_url=http://127.0.0.1:9",
            "desk.name=Q1", f"audit.anchors={tmp_path}/anchors.txt",
        ]
    )  # fmt: skip


@contextmanager
def desk_at_work(settings: Settings, qtbot: QtBot) -> Iterator[Desk]:
    open_app()
    clinic, facade = clinic_of(settings), DeskFacade()
    opening = Opening(partial(open_real_desk, settings, SECRETS, clinic, facade))
    station = Station(settings, clinic, facade, training=False)
    states: list[State] = []
    found: list[OpenDesk] = []

    def opened(desk: object) -> None:
        assert isinstance(desk, OpenDesk)
        assert desk.edges is not None
        assert desk.duty is not None
        station.serve(desk.edges, desk.duty)
        station.sign_in_with(desk.duty)
        found.append(desk)

    facade.state_changed.connect(states.append)
    opening.opened.connect(opened, Qt.ConnectionType.QueuedConnection)
    with ExitStack() as stack:
        stack.callback(QCoreApplication.sendPostedEvents, None, QEvent.Type.DeferredDelete.value)
        stack.callback(station.deleteLater)
        stack.callback(station.window.deleteLater)
        thread = DeskThread(opening, facade)
        stack.callback(thread.stop)
        stack.callback(station.close)
        station.window.resize(1600, 900)
        station.window.show()
        thread.start()
        qtbot.waitUntil(lambda: bool(found and states))
        thread.raise_failure()
        yield Desk(cast(DeskWindow, station.window), facade, found[0], states, qtbot)
    thread.raise_failure()


def test_window_starts_without_its_store_checks_in_under_an_officer_and_is_whole_again_by_itself(
    qtbot: QtBot, settings: Settings, server: PostgresServer
) -> None:
    with officers_of(settings) as officers:
        kept = officers.add(NAME, NUMBER, PIN)
    with desk_at_work(settings, qtbot) as desk:
        desk.until(lambda: desk.window.visits.offers)
    server.stop()
    with desk_at_work(settings, qtbot) as desk:
        desk.until(lambda: desk.window.visits.is_away)
        assert desk.window.view is not None
        assert desk.window.view.empty.text() == say("desk.empty.away", Language.VI)
        assert [one.full_name for one in desk.duty.listed()] == [NAME]
        assert desk.duty.duty.sign_in("nvb", "9170") == Refused()
        assert isinstance(desk.duty.duty.sign_in("nvb", PIN), KeptOfficer)
        assert desk.check_in("999090000123", "Nguyễn Văn Mẫu") == "X001"

        server.start()
        desk.until(lambda: [one.entry.ticket for one in desk.window.visits.visits] == ["X001"])
        assert not desk.window.visits.is_away
        assert desk.check_in("999190000862", "Đào Thị Tiếp").startswith("A")
        desk.until(lambda: len(desk.window.visits.visits) == 2)
    with store_of(settings) as store:
        rows = audit_in(store, settings).rows()
    typed = [row.actor for row in rows if row.happened == Act.TYPED_IN.value]
    assert typed == [kept.officer_id] * 2, "who acted while the store was away stands in the shared audit"
    with officers_of(settings) as officers:
        happened = [entry.happened for entry in officers.history()]
    away = [Happened.TRIED, Happened.REFUSED, Happened.TRIED, Happened.SIGNED_IN]
    assert happened == [Happened.ADDED, *away, Happened.CLOSED]


def test_damage_that_a_server_tells_of_turns_one_person_away_and_the_next_is_served(
    qtbot: QtBot, settings: Settings, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file would be put aside and begun anew by the kiosk itself; a server is looked after by somebody else."""

    def broken_index(*_: object) -> None:
        raise KioskError(FailureCode.STORE_CORRUPT, "index corrupted")

    required = replace(settings, officer=replace(settings.officer, required=False))
    with desk_at_work(required, qtbot) as desk:
        with monkeypatch.context() as broken:
            broken.setattr(SteadyJournal, "check_in", broken_index)
            desk.facade.post(PersonTyped(TypedDocument("999090000123", "Nguyễn Văn Mẫu", PartialDate(1990))))
            desk.until(lambda: isinstance(desk.states[-1], Found) and desk.states[-1].decision is not None)
            desk.facade.post(Ordered(Order("noi-tong-quat")))
            desk.until(lambda: desk.states[-1] == Failed(FailureCode.STORE_CORRUPT))
        desk.facade.post(WentBack())
        desk.until(lambda: isinstance(desk.states[-1], Waiting))
        assert desk.check_in("999190000862", "Đào Thị Tiếp").startswith("A")


def test_window_that_is_closed_while_its_store_goes_away_ends_without_a_failure_and_leaves_no_thread(
    qtbot: QtBot, settings: Settings, server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    with officers_of(settings) as officers:
        officers.add(NAME, NUMBER, PIN)
    with desk_at_work(settings, qtbot) as desk:
        desk.until(lambda: desk.window.visits.offers)
        assert isinstance(desk.duty.duty.sign_in("nvb", PIN), KeptOfficer)
        assert desk.check_in("999090000123", "Nguyễn Văn Mẫu").startswith("A")
        server.stop()
    assert "did not end in time" not in caplog.text
    assert not {"desk", "backup", "records", "courier"} & {thread.name for thread in threading.enumerate()}


def test_desk_that_knows_no_officer_starts_signs_nobody_in_and_knows_them_once_the_store_is_there(
    qtbot: QtBot, settings: Settings, server: PostgresServer
) -> None:
    with officers_of(settings) as officers:
        officers.add(NAME, NUMBER, PIN)
    server.stop()
    with desk_at_work(settings, qtbot) as desk:
        for ask in (lambda: desk.duty.duty.sign_in("nvb", PIN), desk.duty.listed):
            with pytest.raises(KioskError) as caught:
                ask()
            assert caught.value.code is FailureCode.STORE_UNAVAILABLE
        assert desk.duty.duty.signed_in is None
        server.start()
        desk.until(lambda: knows_somebody(desk.duty))
        assert isinstance(desk.duty.duty.sign_in("nvb", PIN), KeptOfficer)


def knows_somebody(duty: DeskDuty) -> bool:
    try:
        return bool(duty.listed())
    except KioskError:
        return False
