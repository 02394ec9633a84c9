"""Which room: the least loaded open one, never a closed one while another is open, the same one every time."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.business_day import CLINIC_ZONE
from kiosk.checkin.clinic import Bilingual, Room
from kiosk.checkin.opening import OpeningHours, Span
from kiosk.checkin.queue.routing import RoomDay, route

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=CLINIC_ZONE)
HALF_DAYS = OpeningHours(((Span(420, 690), Span(810, 1020)),) * 5 + ((), ()))


def room(code: str, hours: OpeningHours = HALF_DAYS) -> Room:
    return Room(code, Bilingual(code, code), Bilingual(code, code), hours=hours)


def test_least_work_per_doctor_decides_and_not_the_number_of_people() -> None:
    one, two = RoomDay(room("P1"), work_min=30), RoomDay(room("P2"), work_min=50, capacity=2)
    assert route([one, two], FRIDAY) is two
    assert route([one, replace(two, work_min=61)], FRIDAY) is one


def test_equal_rooms_go_by_the_files_order() -> None:
    rooms = [RoomDay(room(f"P{n}"), work_min=10) for n in range(4)]
    assert route(rooms, FRIDAY) is rooms[0]


def test_closed_room_is_passed_over_however_empty() -> None:
    closed = RoomDay(room("P1", OpeningHours(((),) * 7)))
    by_staff = RoomDay(room("P2"), staff_open=False)
    busy = RoomDay(room("P3"), work_min=500)
    assert route([closed, by_staff, busy], FRIDAY) is busy


def test_room_that_staff_opened_is_open_outside_its_hours() -> None:
    opened = RoomDay(room("P1"), work_min=500, staff_open=True)
    noon = FRIDAY.replace(hour=12)
    assert route([RoomDay(room("P2")), opened], noon) is opened
    assert opened.opens_at(noon) is None


def test_in_the_noon_break_it_is_the_room_that_opens_first_and_its_time_is_known() -> None:
    late = RoomDay(room("P1", OpeningHours(((Span(840, 1020),),) * 7)))
    early = RoomDay(room("P2"), work_min=99)
    noon = FRIDAY.replace(hour=12)
    assert route([late, early], noon) is early
    assert early.opens_at(noon) == FRIDAY.replace(hour=13, minute=30)


def test_room_that_staff_closed_opens_on_its_next_day_and_not_this_afternoon() -> None:
    closed = RoomDay(room("P1"), staff_open=False)
    assert closed.opens_at(FRIDAY.replace(hour=12)) == datetime(2026, 11, 23, 7, 0, tzinfo=CLINIC_ZONE)


def test_room_that_never_opens_still_takes_whom_nobody_else_can() -> None:
    never = RoomDay(room("P1", OpeningHours(((),) * 7)))
    assert route([never], FRIDAY) is never
    assert never.opens_at(FRIDAY) is None


SPANS = st.lists(st.integers(0, 1440), min_size=0, max_size=6, unique=True).map(
    lambda ends: tuple(Span(*pair) for pair in zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
)
HOURS = st.builds(OpeningHours, st.lists(SPANS, min_size=7, max_size=7).map(tuple))
DAYS = st.builds(
    RoomDay,
    st.builds(room, st.text("PQ12", min_size=1), HOURS),
    st.floats(0, 500),
    st.sampled_from([None, True, False]),
    st.integers(1, 4),
)
MOMENTS = st.integers(0, 14 * 1440).map(lambda minutes: FRIDAY + timedelta(minutes=minutes))


@given(st.lists(DAYS, min_size=1, max_size=5), MOMENTS)
def test_an_open_room_is_always_chosen_where_there_is_one(rooms: list[RoomDay], at: datetime) -> None:
    chosen = route(rooms, at)
    assert chosen is route(rooms, at)
    ready = [one for one in rooms if one.is_open(at)]
    if ready:
        assert chosen.is_open(at)
        assert chosen.load_min == min(one.load_min for one in ready)
    else:
        opens_at = chosen.opens_at(at)
        assert opens_at is None or opens_at > at


@given(HOURS, MOMENTS, st.integers(0, 600))
def test_open_minutes_are_counted_as_a_clock_counts_them(hours: OpeningHours, at: datetime, minutes: int) -> None:
    done = hours.after(at, minutes)
    day = at.date()
    open_minutes = [
        moment for n in range(1440)
        if hours.is_open(moment := at + timedelta(minutes=n)) and moment.date() == day
    ]  # fmt: skip
    if done is None:
        assert len(open_minutes) <= minutes
    elif minutes:
        assert done == open_minutes[minutes - 1] + timedelta(minutes=1)


def test_exception_replaces_that_days_hours() -> None:
    hours = replace(HALF_DAYS, exceptions=((date(2026, 11, 20), (Span(480, 540),)),))
    assert not hours.is_open(FRIDAY)
    assert hours.is_open(FRIDAY.replace(hour=8, minute=59))
    assert hours.next_opening(FRIDAY) == datetime(2026, 11, 23, 7, 0, tzinfo=CLINIC_ZONE)
    assert hours.is_open(FRIDAY + timedelta(days=3))


def test_hours_are_those_of_the_clinics_clock() -> None:
    from datetime import UTC

    assert HALF_DAYS.is_open(datetime(2026, 11, 20, 0, 0, tzinfo=UTC)), "07:00 in Ho Chi Minh City"
    assert not HALF_DAYS.is_open(datetime(2026, 11, 19, 23, 59, tzinfo=UTC))
