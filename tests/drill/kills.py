"""Desks and servers killed at any moment while numbers are given: nothing that was acknowledged may be gone."""

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.store.store import open_store
from kiosk.failure import FailureCode, RetriableError
from kiosk.simulator.postgresql import PostgresServer
from tests.drill.desks import KEY, Desk, Judgement, SteadyDesk, at_work, judge, judge_steady, patiently

_DESKS = 3
_STEADY_DESKS = 2
_LONGEST_LIFE_S = 0.25


@dataclass(frozen=True, slots=True)
class Drill:
    """How many were killed of which, and the worst that was seen after any kill."""

    kills: str
    judgement: Judgement


def kill_desks_on_a_file(folder: Path, clinic: Clinic, kills: int, seed: int = 1) -> Drill:
    """Desks that share one encrypted file, killed one after the other at random moments."""
    chance = random.Random(seed)
    url = f"sqlite:///{folder / 'drill.db'}"
    with open_store(url, key=KEY):
        pass
    seen = []
    with at_work([Desk(number, url, clinic, folder) for number in range(_DESKS)]) as desks:
        for _ in range(kills):
            time.sleep(chance.uniform(0, _LONGEST_LIFE_S))
            victim = chance.choice(desks)
            victim.kill()
            seen.append(_judged(desks, url))
            victim.start()
        return Drill(f"{kills} desks", _at_the_end(desks, url, seen))


def kill_desks_and_server(
    folder: Path, clinic: Clinic, *, desk_kills: int, server_kills: int, backend_kills: int, seed: int = 2
) -> Drill:
    """Desks of one server: desks, the server itself, and one of its processes (which ends all others) are killed."""
    chance = random.Random(seed)
    plan = ["desk"] * desk_kills + ["server"] * server_kills + ["backend"] * backend_kills
    chance.shuffle(plan)
    with PostgresServer() as server:
        url = server.url()
        with open_store(url):
            pass
        seen = []
        with at_work([Desk(number, url, clinic, folder) for number in range(_DESKS)]) as desks:
            for what in plan:
                time.sleep(chance.uniform(0, _LONGEST_LIFE_S))
                if what == "desk":
                    victim = chance.choice(desks)
                    victim.kill()
                    victim.start()
                elif what == "server":
                    server.kill()
                    server.start()
                else:
                    patiently(lambda: _kill_backend(url, chance))
                seen.append(_judged(desks, url))
            told = f"{desk_kills} desks, {server_kills} times the server, {backend_kills} of its processes"
            return Drill(told, _at_the_end(desks, url, seen))


def kill_server_under_steady_desks(folder: Path, clinic: Clinic, *, server_kills: int, seed: int = 3) -> Drill:
    """Two desks that go on by themselves while the server is dead; every third time one of them is killed, too."""
    chance = random.Random(seed)
    with PostgresServer() as server:
        url = server.url()
        with open_store(url):
            pass
        desk_kills = 0
        with at_work([SteadyDesk(number, url, clinic, folder) for number in range(_STEADY_DESKS)]) as desks:
            patiently(lambda: _all_at_work(desks))
            for number in range(server_kills):
                server.kill()
                time.sleep(chance.uniform(0.1, 2 * _LONGEST_LIFE_S))
                if number % 3 == 1:
                    victim = chance.choice(desks)
                    victim.kill()
                    victim.start()
                    desk_kills += 1
                server.start()
                time.sleep(chance.uniform(0, 2 * _LONGEST_LIFE_S))  # also in the middle of what comes in now
            for desk in desks:
                desk.finish()
        with open_store(url) as store:
            return Drill(f"{server_kills} times the server, {desk_kills} desks", judge_steady(desks, store))


def _all_at_work(desks: list[Desk]) -> None:
    if not all(desk.acknowledged() for desk in desks):
        raise RetriableError(FailureCode.STORE_LOCKED, "not begun yet")


def _kill_backend(url: str, chance: random.Random) -> None:
    others = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid != pg_backend_pid()"
    with open_store(url) as store, store.transaction(reading=True) as connection:
        pids = connection.execute(text(others)).scalars().all()
    if pids:
        try:
            os.kill(chance.choice(pids), signal.SIGKILL)
        except ProcessLookupError:
            raise RetriableError(FailureCode.STORE_LOCKED, "it ended by itself") from None


def _judged(desks: list[Desk], url: str) -> Judgement:
    def look() -> Judgement:
        with open_store(url, key=KEY) as store:
            return judge(desks, store)

    return patiently(look)


def _at_the_end(desks: list[Desk], url: str, seen: list[Judgement]) -> Judgement:
    """The figures of the end, with every trouble that was seen on the way to it."""
    for desk in desks:
        desk.finish()
    end = _judged(desks, url)
    if end.kept != end.acknowledged:
        raise AssertionError(f"{end.kept} kept, {end.acknowledged} told, though every desk came to its end")
    worst = [max(getattr(one, name) for one in [*seen, end]) for name in ("lost", "doubled", "gaps")]
    return Judgement(end.acknowledged, end.kept, *worst)
