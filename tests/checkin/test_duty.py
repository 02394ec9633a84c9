"""Who is on duty: each lookup has one officer, whatever happens while it runs."""

import logging
import threading
from dataclasses import dataclass, field

import pytest

from kiosk.checkin.duty import Duty
from kiosk.checkin.officer import Happened, KeptOfficer, Refused
from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.options import Officer

RESPONSIBLE = Officer("Trịnh Văn Trực", "999078000451")
FIRST = KeptOfficer("1" * 32, "dttd", "Đào Thị Tiếp Đón", "999185000724")
SECOND = KeptOfficer("2" * 32, "nvb", "Ngô Văn Bàn", "999090000338")
PINS = {"dttd": (FIRST, "7314"), "nvb": (SECOND, "902638")}


@dataclass
class Roster:
    """Officers in memory; `full` is a disk without room."""

    entries: list[tuple[str, Happened]] = field(default_factory=list)
    full: bool = False
    removed: set[str] = field(default_factory=set)

    def is_active(self, officer_id: str) -> bool:
        if self.full:
            raise KioskError(FailureCode.STORE_LOCKED)
        return officer_id not in self.removed

    def sign_in(self, who: str, pin: str) -> KeptOfficer | Refused:
        officer, right = PINS.get(who, (FIRST, ""))
        return officer if right and pin == right else Refused(30.0)

    def log(self, officer_id: str, happened: Happened) -> None:
        if self.full:
            raise KioskError(FailureCode.STORE_FULL)
        self.entries.append((officer_id[0], happened))


@dataclass
class Seconds:
    """A clock that a test moves."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def roster() -> Roster:
    return Roster()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def duty(roster: Roster, seconds: Seconds) -> Duty:
    return Duty(RESPONSIBLE, roster, idle_s=900, clock=seconds)


def test_responsible_officer_stands_in_until_somebody_signs_in(duty: Duty) -> None:
    assert (duty.officer_on_duty(), duty.stands_in) == (RESPONSIBLE, RESPONSIBLE.name)
    assert duty.sign_in("dttd", "7314") is FIRST
    assert duty.officer_on_duty() == Officer(FIRST.full_name, FIRST.number)
    duty.sign_out()
    assert duty.officer_on_duty() == RESPONSIBLE


@pytest.mark.parametrize(("responsible", "required"), [(RESPONSIBLE, True), (Officer("", ""), False)])
def test_nobody_asks_where_nobody_may_stand_in(roster: Roster, responsible: Officer, required: bool) -> None:
    duty = Duty(responsible, roster, required=required)
    assert duty.stands_in == ""
    with pytest.raises(KioskError) as caught:
        duty.officer_on_duty()
    assert caught.value.code is FailureCode.OFFICER_NEEDED
    duty.sign_in("dttd", "7314")
    assert duty.officer_on_duty().number == FIRST.number


def test_refused_try_changes_nothing(duty: Duty) -> None:
    duty.sign_in("dttd", "7314")
    assert duty.sign_in("nvb", "7314") == Refused(30.0)
    assert duty.signed_in is FIRST


def test_next_one_relieves_whoever_was_there(duty: Duty, roster: Roster) -> None:
    duty.sign_in("dttd", "7314")
    duty.sign_in("nvb", "902638")
    assert duty.signed_in is SECOND
    assert roster.entries == [("1", Happened.RELIEVED)]


def test_officer_of_a_lookup_stays_when_duty_changes(duty: Duty) -> None:
    duty.sign_in("dttd", "7314")
    asking = duty.officer_on_duty()
    duty.sign_out()
    assert asking.number == FIRST.number


def test_whoever_is_not_heard_of_is_signed_out_before_the_next_lookup(
    duty: Duty, roster: Roster, seconds: Seconds
) -> None:
    duty.sign_in("dttd", "7314")
    seconds.now_s += 899
    duty.heard()
    seconds.now_s += 899
    assert duty.officer_on_duty().number == FIRST.number
    seconds.now_s += 1
    assert duty.officer_on_duty() == RESPONSIBLE
    assert roster.entries == [("1", Happened.IDLE)]


def test_late_hand_does_not_wake_a_duty_that_is_over(duty: Duty, seconds: Seconds) -> None:
    duty.sign_in("dttd", "7314")
    seconds.now_s += 900
    duty.heard()
    assert duty.signed_in is None


def test_idle_time_of_none_never_ends(roster: Roster, seconds: Seconds) -> None:
    duty = Duty(RESPONSIBLE, roster, idle_s=0, clock=seconds)
    duty.sign_in("dttd", "7314")
    seconds.now_s += 1e6
    assert not duty.expire()
    assert duty.signed_in is FIRST


def test_signing_out_twice_is_logged_once(duty: Duty, roster: Roster) -> None:
    duty.sign_in("dttd", "7314")
    duty.sign_out()
    duty.sign_out(Happened.CLOSED)
    assert roster.entries == [("1", Happened.SIGNED_OUT)]


def test_full_disk_does_not_keep_anybody_signed_in(
    duty: Duty, roster: Roster, caplog: pytest.LogCaptureFixture
) -> None:
    duty.sign_in("dttd", "7314")
    roster.full = True
    duty.sign_out()
    assert duty.signed_in is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_every_lookup_of_many_threads_has_one_whole_officer(duty: Duty) -> None:
    allowed = {(one.full_name, one.number) for one in (FIRST, SECOND)} | {(RESPONSIBLE.name, RESPONSIBLE.number)}
    seen: set[tuple[str, str]] = set()
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            officer = duty.officer_on_duty()
            seen.add((officer.name, officer.number))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for _ in range(300):
        duty.sign_in("dttd", "7314")
        duty.sign_in("nvb", "902638")
        duty.sign_out()
    over.set()
    for asker in askers:
        asker.join()
    assert seen <= allowed


def test_officer_who_was_removed_goes_off_duty_and_stays_where_that_is_not_known(duty: Duty, roster: Roster) -> None:
    duty.sign_in("dttd", "7314")
    duty.confirm()
    assert duty.signed_in is FIRST
    roster.removed.add(FIRST.officer_id)
    roster.full = True
    duty.confirm()
    assert duty.signed_in is FIRST
    roster.full = False
    duty.confirm()
    assert duty.officer_on_duty() == RESPONSIBLE
    assert roster.entries == [("1", Happened.SIGNED_OUT)]


def test_what_nobody_at_the_desk_asked_for_is_in_the_responsible_officers_name(duty: Duty) -> None:
    duty.sign_in("dttd", "7314")
    seen: list[str] = []
    with duty.unattended():
        seen.append(duty.officer_on_duty().number)
        beside = threading.Thread(target=lambda: seen.append(duty.officer_on_duty().number))
        beside.start()
        beside.join()
    seen.append(duty.officer_on_duty().number)
    assert seen == [RESPONSIBLE.number, FIRST.number, FIRST.number]


def test_nothing_is_asked_unattended_where_nobody_is_responsible(roster: Roster) -> None:
    duty = Duty(Officer("", ""), roster)
    duty.sign_in("dttd", "7314")
    assert not duty.names_responsible
    with pytest.raises(KioskError) as caught, duty.unattended():
        pass
    assert caught.value.code is FailureCode.OFFICER_NEEDED
    assert duty.officer_on_duty().number == FIRST.number
