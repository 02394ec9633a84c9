"""A page that is damaged under a running kiosk: one person is told, and the next one is served without a restart."""

import queue
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.app import store_care
from kiosk.app.clock import now
from kiosk.app.damage import DamagedInUse, DamageWatch
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import keep, seal_if_any, store_key_of, store_of
from kiosk.app.opening import OpenDesk, Opening
from kiosk.checkin.clinic_clock import ClinicClock
from kiosk.checkin.record import CheckIn, CheckInRequest, Journal
from kiosk.checkin.store.recovery import recover
from kiosk.checkin.store.tables import visit
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.settings import Settings, load_settings
from kiosk.workflow.state import Failed, State, Waiting

PAGE = 4096


def request_of(person: int) -> CheckInRequest:
    identity = Identity(Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number=f"999{person:09}")
    return CheckInRequest(identity, Decision(Verdict.COVERED), "noi-tong-quat")


class CheckInLine:
    """A line of one step: whoever comes is checked in, and a failure is a page that is left when the next one comes."""

    def __init__(self, journal: Journal, comes: "queue.SimpleQueue[CheckInRequest | None]") -> None:
        self._journal, self._comes = journal, comes
        self.given: list[CheckIn] = []
        self.on_state: Callable[[State], None] = lambda _: None
        self._goes_on = True

    def post(self, event: object) -> None:
        raise AssertionError(event)

    def stop(self) -> None:
        self._goes_on = False

    def run(self) -> None:
        while self._goes_on and (request := self._comes.get()) is not None:
            try:
                self.given.append(self._journal.check_in(request))
            except KioskError as error:
                self.on_state(Failed(error.code))
            self.on_state(Waiting())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        overrides=[
            "secrets.keystore=file",
            f"secrets.file={tmp_path}/secrets.json",
            f"store.url=sqlite:///{tmp_path}/data/kiosk.db",
        ]
    )


def zero_the_pages(file: Path) -> None:
    """All but the first: what a dying disk does under a program that has the file open."""
    wal = file.with_name(f"{file.name}-wal")
    wal.write_bytes(b"")
    with file.open("r+b") as opened:
        opened.seek(PAGE)
        opened.write(bytes(file.stat().st_size - PAGE))


def test_damage_under_a_running_kiosk_turns_one_person_away_and_serves_the_next(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "kiosk.db"
    comes: queue.SimpleQueue[CheckInRequest | None] = queue.SimpleQueue()
    states: list[State] = []
    lines: list[CheckInLine] = []

    @contextmanager
    def desk() -> Iterator[OpenDesk]:
        store_care.go_on_where_damaged(settings)
        clock = ClinicClock(now, lambda: 0.0)
        with keep(settings, clinic_of(settings), seal_if_any(settings), clock) as kept:
            line = CheckInLine(kept.journal, comes)
            damage = DamageWatch(states.append, line.stop)
            line.on_state = damage.heard_state
            lines.append(line)
            yield OpenDesk(line)
        damage.raise_if_damaged()

    with store_of(settings) as store:
        store.sweep()  # all is in the file and nothing in its log
    for person in (1, 2):
        comes.put(request_of(person))
    comes.put(None)
    Opening(desk).run()
    with store_of(settings) as store:
        store.sweep()

    class Breaks(queue.SimpleQueue):  # type: ignore[type-arg]
        def get(self, *_: object, **__: object) -> CheckInRequest:
            zero_the_pages(file)
            return request_of(3)

    comes = Breaks()
    with pytest.raises(DamagedInUse):
        Opening(desk).run()
    assert states[-2:] == [Failed(FailureCode.STORE_CORRUPT), Waiting()]

    comes = queue.SimpleQueue()
    comes.put(request_of(3))
    comes.put(None)
    Opening(desk).run()
    [served] = lines[-1].given
    assert served.number > 2, "no number that lies in somebody's hand"
    [aside] = [one for one in file.parent.glob("kiosk.db.damaged-*") if "key-check" not in one.name]
    with pytest.raises(KioskError) as caught:
        recover(aside, file, store_key_of(settings))
    assert caught.value.code is FailureCode.STORE_CORRUPT, "nothing was left on its pages"
    with store_of(settings) as store, store.transaction(reading=True) as connection:
        assert connection.execute(select(visit.c.ticket)).scalars().all() == [served.ticket]


def test_kiosk_that_is_closed_while_the_damage_is_told_stays_closed() -> None:
    stopped: list[str] = []
    watch = DamageWatch(lambda _: None, lambda: stopped.append("stopped"))
    watch.heard_state(Failed(FailureCode.STORE_CORRUPT))
    watch.raise_if_damaged()
    assert not stopped, "whoever stands there reads the page to its end"


@pytest.mark.parametrize("code", [FailureCode.STORE_FULL, FailureCode.STORE_LOCKED, FailureCode.STORE_UNAVAILABLE])
def test_other_trouble_of_the_store_opens_nothing_anew(code: FailureCode) -> None:
    stopped: list[str] = []
    watch = DamageWatch(lambda _: None, lambda: stopped.append("stopped"))
    for state in (Failed(code), Waiting()):
        watch.heard_state(state)
    watch.raise_if_damaged()
    assert not stopped


def test_run_opens_the_window_again_after_damage_and_only_then(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.commands import run

    ends: list[int | Exception] = [DamagedInUse(), DamagedInUse(), 0]

    def window(_: Settings) -> int:
        end = ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    monkeypatch.setattr(run, "run_window", window)
    assert run.run(settings, Namespace(mode="")) == 0
    assert not ends
    ends[:] = [KioskError(FailureCode.STORE_CORRUPT), 0]
    with pytest.raises(KioskError):
        run.run(settings, Namespace(mode=""))
    assert ends == [0]


def test_kiosk_starts_while_the_server_of_its_store_is_away() -> None:
    away = load_settings(overrides=["store.url=postgresql://kiosk:word@127.0.0.1:1/kiosk"])
    assert store_care.go_on_where_damaged(away) is None
