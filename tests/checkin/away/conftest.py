"""Desks with a shared store that comes and goes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from kiosk.checkin.away.merge import Queues
from kiosk.checkin.away.spool import Spool
from kiosk.checkin.away.steady import SteadyJournal
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import NextNumber, SqlJournal
from kiosk.checkin.record import CheckIn
from kiosk.checkin.store.new_beginning import begin_anew
from kiosk.checkin.store.store import Store, open_store
from kiosk.failure import FailureCode, KioskError
from kiosk.sealed import Seal


@dataclass
class Line:
    """The network between a desk and the shared store, which somebody may cut."""

    url: str
    cut: bool = False
    cut_at_commit: bool = False

    def check(self) -> None:
        if self.cut:
            raise KioskError(FailureCode.STORE_UNAVAILABLE, "cut")


class StoreOverLine(Store):
    """A store behind a line: cut, nothing reaches it; cut at the commit, it keeps what the desk never hears of."""

    line: Line

    def transaction(self, *, reading: bool = False) -> Any:
        self.line.check()
        return self._watched(super().transaction(reading=reading), reading=reading)

    def _watched(self, inner: Any, *, reading: bool) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def watched() -> Iterator[Connection]:
            with inner as connection:
                yield connection
            if self.line.cut_at_commit and not reading:
                self.line.cut, self.line.cut_at_commit = True, False
                self.line.check()

        return watched()


@dataclass
class Hall:
    """What the queues were told."""

    admitted: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def queues(self, _: SqlJournal) -> Queues:
        return Queues(
            admit=lambda _, check_in: self.admitted.append(check_in.ticket),
            withdraw=lambda _, visit_id: self.withdrawn.append(visit_id),
        )


@dataclass
class SharingDesk:
    """One desk: its journal, its line to the shared store, its own file."""

    journal: SteadyJournal
    spool: Spool
    line: Line
    hall: Hall


OpenDesk = Callable[..., SharingDesk]


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The shared store: a server's, and a file in its place."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{tmp_path}/shared.db"


@pytest.fixture
def shared(shared_url: str, clinic: Clinic, clock: Any) -> Iterator[SqlJournal]:
    """The shared journal, seen from beside the desks."""
    with open_store(shared_url) as store:
        yield SqlJournal(store, clinic, clock, seal=Seal(b"\x07" * 32))


@pytest.fixture
def open_desk(shared_url: str, tmp_path: Path, clinic: Clinic, clock: Any, hall: Hall) -> Iterator[OpenDesk]:
    """Opens a desk by name; the same name is the same file."""
    with ExitStack() as opened:

        def make_journal(store: Store, of: Clinic, next_number: NextNumber | None = None) -> SqlJournal:
            return SqlJournal(store, of, clock, seal=Seal(b"\x07" * 32), next_number=next_number)

        def open_one(name: str = "K1", *, at_least: int = 4, cut: bool = False) -> SharingDesk:
            line = Line(shared_url, cut=cut)

            def open_shared() -> SqlJournal:
                line.check()
                store = open_store(shared_url)
                store.__class__ = StoreOverLine
                store.line = line  # type: ignore[attr-defined]
                return make_journal(store, clinic)

            spool = Spool(
                tmp_path / f"{name}.db",
                clinic,
                clock,
                desk=name,
                prefix="X",
                at_least=at_least,
                open_store=lambda file: open_store(f"sqlite:///{file}"),
                make_journal=make_journal,
                begin_anew=lambda file: begin_anew(URL.create("sqlite", database=str(file)), None),
            )
            journal = SteadyJournal(open_shared, spool, desk=name, clock=clock, queues=hall.queues)
            opened.callback(journal.close)
            return SharingDesk(journal, spool, line, hall)

        yield open_one


def ticket_of(check_in: CheckIn) -> str:
    return check_in.ticket
