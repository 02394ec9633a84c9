"""`kiosk store refused`: what an IT person and an officer do about check-ins that the shared store did not take."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.app.clock import clinic_clock
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import away_file_of, journal_in, keep, store_of
from kiosk.checkin.away.steady import SteadyJournal
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Identity, Trust
from kiosk.settings import Settings, load_settings
from kiosk.text import Language, say

if TYPE_CHECKING:
    from tests.commands.conftest import Run

pytestmark = pytest.mark.usefixtures("quick_pins")
Kiosk = Callable[..., Any]
NAME = "Nguyễn Văn Mẫu"
PIN = "602914"


def request_for(person: int) -> CheckInRequest:
    identity = Identity(Trust.CHIP_VERIFIED, NAME, personal_number=f"999{person:09}", date_of_birth=PartialDate(1990))
    return CheckInRequest(identity, Decision(Verdict.COVERED), "nhi")


@pytest.fixture
def words(tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return ["secrets.keystore=file", f"secrets.file={tmp_path}/secrets.json", f"store.url={postgresql_url}"]


@pytest.fixture
def configured(words: list[str]) -> Settings:
    return load_settings(overrides=words)


@pytest.fixture
def kiosk(run: "Run", words: list[str], monkeypatch: pytest.MonkeyPatch) -> Kiosk:
    def run_it(*given: str, said: str = "", json: bool = True) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        flags = [word for setting in words for word in ("--set", setting)]
        return run(*flags, *given[:1], *(("--json",) if json else ()), *given[1:])

    return run_it


@pytest.fixture
def refused(configured: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ticket of the time away whose number somebody else has in the shared store."""

    clinic = clinic_of(configured)
    with keep(configured, clinic, None, clinic_clock()) as kept:
        assert isinstance(kept.journal, SteadyJournal)
        with monkeypatch.context() as cut:
            cut.setattr(SteadyJournal, "_there", lambda _: None)
            tickets = [kept.journal.check_in(request_for(person)).ticket for person in (1, 2)]
    with store_of(configured) as store:
        away_clinic = kept.journal._spool._clinic
        journal = SqlJournal(store, away_clinic, clinic_clock().now, next_number=lambda *_: 1)
        assert journal.check_in(request_for(9)).ticket == tickets[0]
    return tickets[0]


def kept(settings: Settings) -> dict[str, str]:
    """Tickets of today and where they wait."""
    from kiosk.app.queues import queue_in

    with store_of(settings) as store:
        queue = queue_in(store, settings, clinic_of(settings), clinic_clock().now)
        return {entry.ticket: entry.state.value for entry in queue.screens.today()}


def test_refused_one_is_listed_with_its_cure_and_the_others_come_in(
    kiosk: Kiosk, configured: Settings, refused: str
) -> None:
    told = kiosk("store", "refused").json
    assert told["brought"] == 1
    [one] = told["refused"]
    assert (one["ticket"], one["why"]) == (refused, "number-taken")
    assert sorted(kept(configured)) == ["X001", "X002"]
    lines = kiosk("store", "refused", json=False).out
    assert f"kiosk store refused --renumber {refused}" in lines
    assert NAME not in lines


def test_officer_gives_it_a_new_number(kiosk: Kiosk, configured: Settings, refused: str) -> None:
    kiosk("officer", "add", "--name", "Lê Thị Mẫu", "--id", "999190000777", "--code", "lan", said=f"{PIN}\n{PIN}\n")
    assert kiosk("store", "refused", "--renumber", refused).error == "officer-needed"
    told = kiosk("store", "refused", "--renumber", refused.lower(), "--officer", "lan", said=f"{PIN}\n").json["told"]
    new = next(ticket for ticket in kept(configured) if not ticket.startswith("X"))
    assert told == say("store.refused.renumbered", Language.VI, before=refused.lower(), after=new)
    assert kept(configured)[new] == "waiting"
    assert kiosk("store", "refused").json["refused"] == []
    with store_of(configured) as store:
        journal = journal_in(store, configured, clinic_of(configured))
        journal.verify()
        turned = journal.audit.rows(happened="turn-changed")[-1]
    assert len(turned.actor) == 32


def test_officer_gives_it_up_with_a_reason(kiosk: Kiosk, configured: Settings, refused: str) -> None:
    assert kiosk("store", "refused", "--drop", refused).error == "input-invalid"
    kiosk("store", "refused", "--drop", refused, "--reason", "đã đăng ký lại").json["told"]
    assert kiosk("store", "refused").json == {"brought": 0, "refused": []}
    with store_of(configured) as store:
        [row] = journal_in(store, configured, clinic_of(configured)).audit.rows(happened="set-aside")
    assert (row.reason, row.detail) == ("đã đăng ký lại", f'{{"before":"{refused}"}}')
    assert NAME.encode() not in away_file_of(configured).read_bytes()


@pytest.mark.parametrize("decision", [("--renumber", "X404"), ("--drop", "X404", "--reason", "x")])
def test_ticket_that_was_not_refused_is_told(kiosk: Kiosk, refused: str, decision: tuple[str, ...]) -> None:
    assert kiosk("store", "refused", *decision).error == "input-invalid"


def test_desk_without_a_file_of_its_own_has_nothing_to_decide(kiosk: Kiosk) -> None:
    assert kiosk("store", "refused").json == {"brought": 0, "refused": []}
