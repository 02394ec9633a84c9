"""Officers sign in at a desk whose shared store is away as that desk last knew them; what they did comes in later."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.checkin.away.officers import SteadyOfficers
from kiosk.checkin.officer import Happened, KeptOfficer, Refused
from kiosk.checkin.officers import Officers
from kiosk.checkin.pin import Cost
from kiosk.checkin.store.store import Store, open_store
from kiosk.failure import FailureCode, KioskError, RetriableError

KEY = b"\x07" * 32
NAME, NUMBER, PIN = "Ngô Văn Bàn", "999085000724", "7314"
OTHER, OTHERS_NUMBER, OTHERS_PIN = "Đào Thị Tiếp", "999190000862", "6027"
QUICK = Cost(n=1 << 4)


@dataclass
class SharingDesk:
    """One desk's officers, and whether somebody cut its line to the shared store."""

    cut: bool
    officers: SteadyOfficers = field(init=False)


OpenDesk = Callable[..., SharingDesk]


@pytest.fixture
def roster(shared_url: str, clock: Any) -> Iterator[Officers]:
    """The shared officers, seen from beside the desks."""
    with open_store(shared_url) as store:
        yield officers_in(store, clock)


def open_key(*, create: bool = False) -> bytes | None:
    return KEY


def officers_in(store: Store, clock: Any) -> Officers:
    return Officers(store, open_key, clock, cost=QUICK, tries=3)


@pytest.fixture
def open_desk(shared_url: str, tmp_path: Path, clock: Any) -> Iterator[OpenDesk]:
    """Opens a desk by name; the same name is the same file."""
    with ExitStack() as opened:

        def open_one(name: str = "K1", *, cut: bool = False) -> SharingDesk:
            desk = SharingDesk(cut)

            class Shared(Store):
                """A store behind a line that somebody may cut."""

                def transaction(self, *, reading: bool = False) -> Any:
                    check(desk)
                    return super().transaction(reading=reading)

            def open_shared() -> Officers:
                check(desk)
                store = open_store(shared_url)
                store.__class__ = Shared
                return officers_in(store, clock)

            desk.officers = SteadyOfficers(
                open_shared, officers_in(open_store(f"sqlite:///{tmp_path / name}.db"), clock)
            )
            opened.callback(desk.officers.close)
            return desk

        yield open_one


def check(desk: SharingDesk) -> None:
    if desk.cut:
        raise RetriableError(FailureCode.STORE_UNAVAILABLE, "cut")


def log_of(officers: Officers) -> list[Happened]:
    return [entry.happened for entry in officers.history()]


def test_officer_signs_in_while_the_store_is_away_and_the_log_has_it_later(
    roster: Officers, open_desk: OpenDesk
) -> None:
    kept = roster.add(NAME, NUMBER, PIN)
    desk = open_desk()
    desk.cut = True
    signed = desk.officers.sign_in("nvb", PIN)
    assert isinstance(signed, KeptOfficer)
    assert (signed.officer_id, signed.number) == (kept.officer_id, NUMBER), "the same id: what it does fits in later"
    assert desk.officers.is_away
    desk.officers.log(signed.officer_id, Happened.SIGNED_OUT)
    assert log_of(roster) == [Happened.ADDED]

    desk.cut = False
    for _ in range(3):
        desk.officers.look_after()
    assert log_of(roster) == [Happened.ADDED, Happened.TRIED, Happened.SIGNED_IN, Happened.SIGNED_OUT]
    assert [entry.full_name for entry in roster.history()] == [NAME] * 4


def test_wrong_pin_is_as_wrong_and_waits_as_long_while_the_store_is_away(
    roster: Officers, open_desk: OpenDesk, clock: Any
) -> None:
    roster.add(NAME, NUMBER, PIN)
    desk = open_desk()
    desk.cut = True
    assert [desk.officers.sign_in("nvb", "9170") for _ in range(2)] == [Refused(), Refused()]
    assert desk.officers.sign_in("nvb", "9170") == Refused(30.0)
    assert desk.officers.sign_in("nvb", PIN) == Refused(30.0), "the right one waits too"


def test_cable_that_is_pulled_and_plugged_gains_no_further_tries(
    roster: Officers, open_desk: OpenDesk, clock: Any
) -> None:
    roster.add(NAME, NUMBER, PIN)
    desk = open_desk()
    for wrong in ("9170", "9171", "9172"):
        desk.cut = True
        desk.officers.sign_in("nvb", wrong)
        clock.now += timedelta(seconds=1)
        desk.cut = False
        desk.officers.look_after()
    desk.cut = True
    assert desk.officers.sign_in("nvb", PIN) == Refused(29.0), "the copy remembers its own"
    desk.cut = False
    desk.officers.look_after()
    assert desk.officers.sign_in("nvb", PIN) == Refused(29.0), "and the shared store was told"


def test_desk_that_never_knew_anybody_signs_nobody_in_and_says_that_the_store_is_away(
    roster: Officers, open_desk: OpenDesk
) -> None:
    roster.add(NAME, NUMBER, PIN)
    desk = open_desk("K2", cut=True)
    for ask in (lambda: desk.officers.sign_in("nvb", PIN), desk.officers.listed):
        with pytest.raises(KioskError) as caught:
            ask()
        assert caught.value.code is FailureCode.STORE_UNAVAILABLE


def test_who_was_removed_is_no_longer_known_after_the_next_round(roster: Officers, open_desk: OpenDesk) -> None:
    roster.add(NAME, NUMBER, PIN)
    roster.add(OTHER, OTHERS_NUMBER, OTHERS_PIN)
    desk = open_desk()
    assert [one.full_name for one in desk.officers.listed()] == [NAME, OTHER]
    roster.remove("nvb")
    desk.officers.look_after()
    desk.cut = True
    assert desk.officers.sign_in("nvb", PIN) == Refused()
    assert isinstance(desk.officers.sign_in("dtt", OTHERS_PIN), KeptOfficer)


def test_whether_somebody_was_removed_is_not_guessed_while_the_store_is_away(
    roster: Officers, open_desk: OpenDesk
) -> None:
    kept = roster.add(NAME, NUMBER, PIN)
    desk = open_desk()
    assert desk.officers.is_active(kept.officer_id)
    desk.cut = True
    with pytest.raises(KioskError):
        desk.officers.is_active(kept.officer_id)


def test_log_that_was_brought_in_before_a_kill_comes_in_once(
    roster: Officers, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster.add(NAME, NUMBER, PIN)
    desk = open_desk()
    desk.cut = True
    desk.officers.sign_in("nvb", PIN)
    desk.cut = False
    with monkeypatch.context() as ended:
        marking = "kiosk.checkin.away.officers._mark_brought"
        ended.setattr(marking, lambda *_: (_ for _ in ()).throw(KioskError(FailureCode.STORE_FULL)))
        desk.officers.look_after()
    desk.officers.look_after()
    assert log_of(roster) == [Happened.ADDED, Happened.TRIED, Happened.SIGNED_IN]


def test_what_is_no_absence_is_told_at_the_start(clock: Any, tmp_path: Path) -> None:
    def wrong() -> Officers:
        raise KioskError(FailureCode.SETTINGS_INVALID, "store.url")

    known = officers_in(open_store(f"sqlite:///{tmp_path / 'K1.db'}"), clock)
    with pytest.raises(KioskError) as caught:
        SteadyOfficers(wrong, known)
    assert caught.value.code is FailureCode.SETTINGS_INVALID
