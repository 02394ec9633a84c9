"""Officers: kept sealed, let in by their PIN alone, made to wait after wrong ones, never forgotten."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.checkin.duty_log import FIRST_PAUSE_S, LONGEST_PAUSE_S
from kiosk.checkin.officer import Happened, KeptOfficer, Refused, initials_of
from kiosk.checkin.officers import Officers
from kiosk.checkin.pin import Cost
from kiosk.checkin.store.store import Store, open_store
from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.options import Officer

NAME, NUMBER, PIN = "Đào Thị Tiếp Đón", "999185000724", "7314"
OTHER_NAME, OTHER_NUMBER, OTHER_PIN = "Trịnh Văn Trực", "999078000451", "902638"
CHEAP = Cost(n=2)


class Keys:
    """A keystore's data key, as it is found or made."""

    def __init__(self, key: bytes | None = b"k" * 32) -> None:
        self.key = key
        self.made = 0

    def __call__(self, *, create: bool = False) -> bytes | None:
        if self.key is None and create:
            self.key, self.made = b"n" * 32, self.made + 1
        return self.key


@pytest.fixture
def keys() -> Keys:
    return Keys()


Open = Callable[..., Officers]


@pytest.fixture
def open_officers(store_url: str, keys: Keys, clock: Any) -> Iterator[Open]:
    """Opens the officers of the same file, as several programs and restarts do."""
    opened: list[Store] = []

    def open_some(**options: Any) -> Officers:
        chosen = {"open_key": keys, "cost": CHEAP, "tries": 3, **options}
        opened.append(open_store(store_url))
        return Officers(opened[-1], clock=clock, **chosen)

    yield open_some
    for one in opened:
        one.close()


@pytest.fixture
def officers(open_officers: Open) -> Officers:
    made = open_officers()
    made.add(NAME, NUMBER, PIN)
    return made


def code_of(caught: pytest.ExceptionInfo[KioskError]) -> tuple[FailureCode, str]:
    return caught.value.code, caught.value.detail


def refused(officers: Officers, times: int, who: str = "dttd") -> list[float]:
    waits = []
    for _ in range(times):
        answer = officers.sign_in(who, "8350")
        assert isinstance(answer, Refused)
        waits.append(answer.wait_s)
    return waits


# -- signing in -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["dttd", "DTTD", " dttd ", NAME, "đào  thị tiếp đón"])
def test_code_or_name_with_the_pin_signs_in(officers: Officers, who: str) -> None:
    signed = officers.sign_in(who, PIN)
    assert isinstance(signed, KeptOfficer)
    assert (signed.short_code, signed.for_gateway) == ("dttd", Officer(NAME, NUMBER))


def test_wrong_pin_and_unknown_name_are_answered_alike(officers: Officers) -> None:
    assert [officers.sign_in("dttd", "8350"), officers.sign_in("nobody", PIN)] == [Refused(), Refused()]
    assert refused(officers, 3) == refused(officers, 3, who="nobody")


def test_unknown_name_costs_a_hash_as_any_other(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[int] = []

    def noted(*_: object, n: int, **__: object) -> bytes:
        costs.append(n)
        return b"x" * 32

    monkeypatch.setattr("hashlib.scrypt", noted)
    officers.sign_in("dttd", "8350")
    officers.sign_in("nobody", "8350")
    assert costs == [CHEAP.n, CHEAP.n]


def test_name_that_two_share_needs_the_code(officers: Officers) -> None:
    assert officers.add(NAME, OTHER_NUMBER, OTHER_PIN).short_code == "dttd2"
    assert officers.sign_in(NAME, OTHER_PIN) == Refused()
    assert isinstance(officers.sign_in("dttd2", OTHER_PIN), KeptOfficer)


def test_nobody_is_let_in_where_nobody_was_added(open_officers: Open, keys: Keys) -> None:
    keys.key = None
    officers = open_officers()
    assert (officers.listed(), officers.all(), officers.name_of(NUMBER)) == ((), (), "")
    assert officers.sign_in("dttd", PIN) == Refused()
    assert keys.made == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=st.text(st.characters(), max_size=300), pin=st.text(st.characters(), max_size=20))
def test_whatever_is_typed_is_refused_or_made_to_wait_and_breaks_nothing(
    officers: Officers, who: str, pin: str
) -> None:
    assert isinstance(officers.sign_in(who, pin), Refused)


# -- wrong tries ----------------------------------------------------------------------------------------------------
def test_pauses_grow_after_the_allowed_tries_and_end_by_themselves(officers: Officers, clock: Any) -> None:
    assert refused(officers, 3) == [0, 0, FIRST_PAUSE_S]
    expected = FIRST_PAUSE_S
    for _ in range(8):
        assert refused(officers, 1) == [pytest.approx(expected)]  # refused unseen
        clock.now += timedelta(seconds=expected)
        expected = min(2 * expected, LONGEST_PAUSE_S)
        assert refused(officers, 1) == [pytest.approx(expected)]  # looked at, and wrong
    assert expected == LONGEST_PAUSE_S


@pytest.mark.both_databases
def test_right_pin_waits_for_the_end_of_the_pause_and_then_ends_the_count(officers: Officers, clock: Any) -> None:
    refused(officers, 3)
    assert officers.sign_in("dttd", PIN) == Refused(FIRST_PAUSE_S)
    clock.now += timedelta(seconds=FIRST_PAUSE_S)
    assert isinstance(officers.sign_in("dttd", PIN), KeptOfficer)
    assert refused(officers, 2) == [0, 0]


def test_tries_during_a_pause_do_not_lengthen_it(officers: Officers, clock: Any) -> None:
    refused(officers, 3)
    clock.now += timedelta(seconds=20)
    assert refused(officers, 5) == [10.0] * 5


@pytest.mark.both_databases
def test_pause_survives_a_restart_and_a_clock_set_back(officers: Officers, open_officers: Open, clock: Any) -> None:
    refused(officers, 3)
    officers.store.close()
    clock.now -= timedelta(days=3)
    assert open_officers().sign_in("dttd", PIN) == Refused(FIRST_PAUSE_S)


def test_plug_pulled_before_the_pin_is_looked_at_is_a_wrong_try(
    officers: Officers, open_officers: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("kiosk.checkin.pin.PinHash.opens_with", lambda *_: (_ for _ in ()).throw(SystemExit))
        for _ in range(3):
            with pytest.raises(SystemExit):
                officers.sign_in("dttd", PIN)
    assert open_officers().sign_in("dttd", PIN) == Refused(FIRST_PAUSE_S)


def test_one_officers_pause_stops_no_other(officers: Officers) -> None:
    officers.add(OTHER_NAME, OTHER_NUMBER, OTHER_PIN)
    refused(officers, 3)
    assert isinstance(officers.sign_in("tvt", OTHER_PIN), KeptOfficer)


@pytest.mark.usefixtures("patient_desks")
@pytest.mark.both_databases
def test_tries_from_many_threads_are_no_more_than_the_allowed_ones(
    officers: Officers, open_officers: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def wrong(_: object, pin: str, __: bytes) -> bool:
        looked.append(pin)
        return False

    monkeypatch.setattr("kiosk.checkin.pin.PinHash.opens_with", wrong)
    begin = threading.Barrier(8)

    def try_often(own: Officers, first: int) -> None:
        begin.wait()
        for pin in range(first, first + 10):
            own.sign_in("dttd", f"{pin:04}")

    threads = [threading.Thread(target=try_often, args=(open_officers(), 100 * one)) for one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked) == 3
    happened = [entry.happened for entry in officers.history()]
    assert (happened.count(Happened.TRIED), happened.count(Happened.PAUSED)) == (3, 77)


# -- changes --------------------------------------------------------------------------------------------------------
@pytest.mark.both_databases
def test_removed_officer_is_not_let_in_and_stays_nameable(officers: Officers) -> None:
    officers.remove("dttd")
    assert officers.listed() == ()
    assert officers.sign_in("dttd", PIN) == Refused()
    assert officers.name_of(NUMBER) == NAME
    [kept] = officers.all()
    assert not kept.active
    with pytest.raises(KioskError) as caught:
        officers.remove("dttd")
    assert caught.value.code is FailureCode.INPUT_INVALID


def test_officer_removed_while_the_pin_is_compared_is_not_let_in(
    officers: Officers, open_officers: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed_meanwhile(*_: object) -> bool:
        open_officers().remove("dttd")
        return True

    monkeypatch.setattr("kiosk.checkin.pin.PinHash.opens_with", removed_meanwhile)
    assert officers.sign_in("dttd", PIN) == Refused()


@pytest.mark.both_databases
def test_officer_who_comes_back_is_the_same_one(officers: Officers) -> None:
    officers.remove("dttd")
    officers.add("Đào Thị Tiếp", NUMBER, OTHER_PIN, "tiep")
    [kept] = officers.all()
    assert (kept.short_code, kept.active) == ("tiep", True)
    assert isinstance(officers.sign_in("tiep", OTHER_PIN), KeptOfficer)
    assert officers.sign_in("tiep", PIN) == Refused()


@pytest.mark.both_databases
def test_new_pin_replaces_the_old_one_and_ends_a_pause(officers: Officers) -> None:
    refused(officers, 4)
    officers.set_pin("dttd", OTHER_PIN)
    assert officers.sign_in("dttd", PIN) == Refused()
    assert isinstance(officers.sign_in("dttd", OTHER_PIN), KeptOfficer)


@pytest.mark.parametrize(
    ("given", "failure"),
    [
        ((NAME, NUMBER, PIN), (FailureCode.INPUT_INVALID, "an officer of this number is there already")),
        (("", OTHER_NUMBER, PIN), (FailureCode.INPUT_INVALID, "name: 1 to 100 printable characters")),
        (("a\x1b", OTHER_NUMBER, PIN), (FailureCode.INPUT_INVALID, "name: 1 to 100 printable characters")),
        ((NAME, "99907800045", PIN), (FailureCode.INPUT_INVALID, "number: 12 digits")),
        ((NAME, OTHER_NUMBER, PIN, "dttd"), (FailureCode.INPUT_INVALID, "this code is another officer's")),
        ((NAME, OTHER_NUMBER, PIN, "Đ 1"), (FailureCode.INPUT_INVALID, "code: 1 to 16 of a-z and 0-9")),
        ((NAME, OTHER_NUMBER, "1978"), (FailureCode.PIN_REFUSED, "year")),
        ((NAME, OTHER_NUMBER, "0451"), (FailureCode.PIN_REFUSED, "number")),
    ],
)
def test_what_cannot_be_added_is_named_and_changes_nothing(
    officers: Officers, given: tuple[str, ...], failure: tuple[FailureCode, str]
) -> None:
    before = (officers.all(), len(officers.history()))
    with pytest.raises(KioskError) as caught:
        officers.add(*given)
    assert code_of(caught) == failure
    assert (officers.all(), len(officers.history())) == before


def test_weak_new_pin_leaves_the_old_one(officers: Officers) -> None:
    with pytest.raises(KioskError) as caught:
        officers.set_pin("dttd", "4444")
    assert code_of(caught) == (FailureCode.PIN_REFUSED, "repeated")
    assert isinstance(officers.sign_in("dttd", PIN), KeptOfficer)


def test_hash_of_cheaper_days_is_renewed_when_its_officer_signs_in(officers: Officers, open_officers: Open) -> None:
    later = open_officers(cost=Cost(n=4))
    assert isinstance(later.sign_in("dttd", PIN), KeptOfficer)
    with later._transaction(reading=True) as connection:
        assert connection.exec_driver_sql("SELECT pin_n FROM officer").scalar_one() == 4
    assert isinstance(later.sign_in("dttd", PIN), KeptOfficer)


@pytest.mark.parametrize(
    ("name", "initials"), [(NAME, "dttd"), ("Ông Ích Ắng", "oia"), ("李 明", "nv"), ("a b c d e f g h i j", "abcdefgh")]
)
def test_short_code_is_made_of_the_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


@pytest.mark.both_databases
def test_officers_are_listed_by_given_name(officers: Officers) -> None:
    officers.add("Ân Văn An", OTHER_NUMBER, OTHER_PIN)
    assert [listed.full_name for listed in officers.listed()] == ["Ân Văn An", NAME]


# -- keys -----------------------------------------------------------------------------------------------------------
def test_first_officer_makes_the_data_key(open_officers: Open, keys: Keys) -> None:
    keys.key = None
    open_officers().add(NAME, NUMBER, PIN)
    assert keys.made == 1


@pytest.mark.parametrize("key", [b"w" * 32, None])
def test_wrong_or_lost_key_is_told_and_counts_no_try(officers: Officers, keys: Keys, key: bytes | None) -> None:
    right, keys.key = keys.key, key
    before = len(officers.history())
    for act in (
        lambda: officers.sign_in("dttd", PIN),
        lambda: officers.add(OTHER_NAME, OTHER_NUMBER, OTHER_PIN),
        lambda: officers.set_pin("dttd", OTHER_PIN),
        lambda: officers.name_of(NUMBER),
        officers.all,
    ):
        with pytest.raises(KioskError) as caught:
            act()
        assert caught.value.code is FailureCode.KEY_WRONG
    assert keys.made == 0
    assert (len(officers.history()), len(officers.listed())) == (before, 1)
    keys.key = right
    assert isinstance(officers.sign_in("dttd", PIN), KeptOfficer)


def test_number_copied_into_another_row_does_not_open_there(officers: Officers, file: Path) -> None:
    officers.add(OTHER_NAME, OTHER_NUMBER, OTHER_PIN)
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE officer SET sealed_number = (SELECT sealed_number FROM officer WHERE short_code = 'tvt')")
    with pytest.raises(KioskError) as caught:
        officers.all()
    assert caught.value.code is FailureCode.KEY_WRONG


# -- the log --------------------------------------------------------------------------------------------------------
@pytest.mark.both_databases
def test_everything_that_happened_is_in_the_log_in_order(officers: Officers, open_officers: Open) -> None:
    officers.sign_in("dttd", "8350")
    officers.sign_in("nobody", PIN)
    signed = officers.sign_in("dttd", PIN)
    assert isinstance(signed, KeptOfficer)
    officers.log(signed.officer_id, Happened.SIGNED_OUT)
    told = [(entry.full_name, entry.happened.value) for entry in open_officers().history()]
    assert told == [
        (NAME, "added"),
        (NAME, "tried"),
        (NAME, "refused"),
        ("", "tried"),
        ("", "refused"),
        (NAME, "tried"),
        (NAME, "signed-in"),
        (NAME, "signed-out"),
    ]


@pytest.mark.parametrize("change", ["UPDATE duty_log SET happened = 'added'", "DELETE FROM duty_log"])
def test_log_is_only_ever_added_to(officers: Officers, file: Path, change: str) -> None:
    with (
        closing(sqlite3.connect(file)) as raw,
        pytest.raises(sqlite3.IntegrityError, match="rows of duty_log are only ever added"),
    ):
        raw.execute(change)
    assert len(officers.history()) == 1


def test_neither_pin_nor_number_is_in_the_database_or_a_repr_or_a_log_line(
    open_officers: Open, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = "481907362518", "204718365927"  # so long that no random id holds one by chance
    officers = open_officers()
    officers.add(NAME, NUMBER, first)
    officers.set_pin("dttd", second)
    refused(officers, 4)
    refused(officers, 1, who="999078000451")
    kept = officers.all()
    shown = repr((kept, officers.listed(), officers.history(), kept[0].for_gateway)) + caplog.text
    officers.store.close()
    stored = b"".join(one.read_bytes() for one in file.parent.rglob("*") if one.is_file())
    for secret in (NUMBER, first, second, "999078000451"):
        assert secret.encode() not in stored
        assert secret not in shown
    assert NAME not in shown


def test_database_of_a_newer_program_is_left_alone(officers: Officers, open_officers: Open, file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("INSERT INTO journal VALUES (99, x'00')")
    with pytest.raises(KioskError) as caught:
        open_officers()
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE
