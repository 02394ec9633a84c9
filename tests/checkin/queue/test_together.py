"""Many desks and doctors at once, as real threads on real databases: nobody is called twice, nobody is lost."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from kiosk.checkin.queue.entry import QueueEntry
from kiosk.checkin.queue.place import PlaceState, Refused
from kiosk.checkin.record import CheckIn, CheckInRequest

House = Any  # of conftest; what may be absent in general is there in these tests
DOCTORS = 6
BY = "desk-1"

pytestmark = pytest.mark.usefixtures("patient_desks")


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act gave, all begun at the same instant."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_doctors_who_press_at_the_same_instant_get_different_people(house: House) -> None:
    tickets = [house.arrive().ticket for _ in range(3 * DOCTORS)]
    called: list[QueueEntry] = []
    for _ in range(3):
        called += at_once([lambda: house.queue.call_next("P105", BY)] * DOCTORS)
    assert sorted(entry.ticket for entry in called) == tickets
    assert Counter(entry.calls for entry in called) == {1: len(tickets)}


def test_last_one_is_called_by_one_doctor_only(house: House) -> None:
    house.arrive()
    called = at_once([lambda: house.queue.call_next("P105", BY)] * DOCTORS)
    assert sum(entry is not None for entry in called) == 1


def test_called_moved_and_cancelled_at_once_ends_in_one_of_them(house: House) -> None:
    for _ in range(5):
        visit_id = house.arrive().visit_id
        first, *others = at_once(
            [
                lambda: house.queue.call_next("P105", BY),
                lambda: house.queue.call(visit_id, BY),  # noqa: B023 - all end within this turn
                lambda: house.queue.cancel(visit_id, BY, "went home"),  # noqa: B023
                lambda: house.queue.move(visit_id, BY, room_code="P302"),  # noqa: B023
            ]
        )
        history = [event.act.value for event in house.queue.screens.history(visit_id)]
        done = sum(not isinstance(result, Refused) for result in others) + (first is not None)
        assert len(history) == 1 + done, "each act that said it was done is in the history once"
        house.queue.cancel(visit_id, BY, "end of the turn")


def test_check_ins_and_calls_at_once_lose_nobody(house: House, request_for: Callable[..., CheckInRequest]) -> None:
    def arrive(person: int) -> CheckIn:
        made: CheckIn = house.journal.check_in(request_for(person, "nhi"))
        return made

    acts: list[Callable[[], Any]] = []
    for person in range(8):
        acts += [lambda person=person: arrive(person), lambda: house.queue.call_next("P105", BY)]  # type: ignore[misc]
    results = at_once(acts)
    tickets = {result.ticket for result in results if isinstance(result, CheckIn)}
    called = [result.ticket for result in results if isinstance(result, QueueEntry)]
    while entry := house.queue.call_next("P105", BY):
        called.append(entry.ticket)
    assert len(tickets) == 8
    assert sorted(called) == sorted(tickets)


def test_rooms_of_one_service_share_who_comes_at_once(house: House, request_for: Callable[..., CheckInRequest]) -> None:
    check_ins = at_once(
        [lambda n=n: house.journal.check_in(request_for(n, "noi-tong-quat")) for n in range(10)]  # type: ignore[misc]
    )
    assert Counter(check_in.room.code for check_in in check_ins) == {"P203": 5, "P204": 5}


def test_midnight_closed_by_many_at_once_is_in_the_history_once(house: House, clock: Any) -> None:
    left = [house.arrive() for _ in range(5)]
    house.wait(24 * 60)
    at_once([lambda: house.queue.call_next("P105", BY)] * DOCTORS)
    for one in left:
        assert house.queue.screens.position(one.visit_id).state is PlaceState.NO_SHOW
        assert len(house.queue.screens.history(one.visit_id)) == 2
