"""A check-in's place: its room, who is ahead, how long, and what a person who comes again is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.queue.place import Act, PlaceState
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import CheckInRequest, Priority, PriorityBasis, PriorityClaim
from kiosk.checkin.store.queue_tables import queue_event, queue_place
from kiosk.checkin.store.store import Store
from kiosk.dates import PartialDate
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Trust

House = Any  # of conftest; what may be absent in general is there in these tests
BY = "desk-1"
STATEMENTS_OF_THE_QUEUE = 3


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_check_in_goes_to_the_least_loaded_room_and_says_who_is_ahead(house: House) -> None:
    placed = [house.arrive("noi-tong-quat") for _ in range(4)]
    assert [one.room.code for one in placed] == ["P203", "P204", "P203", "P204"]
    assert [one.placement.ahead for one in placed] == [0, 0, 1, 1]
    assert [one.placement.wait for one in placed] == [WaitRange(0, 5)] * 2 + [WaitRange(5, 10)] * 2


def test_ahead_counts_by_the_rule_and_not_by_the_clock(house: House) -> None:
    for _ in range(4):
        house.arrive()
    assert house.arrive(priority=Priority.MERIT).placement.ahead == 0
    assert house.arrive(priority=Priority.MERIT).placement.ahead == 3
    assert house.arrive().placement.ahead == 6
    assert house.arrive(priority=Priority.EMERGENCY).placement.ahead == 0


def test_wait_follows_the_rooms_own_last_hour(house: House, clock: Any) -> None:
    clock.now = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)
    for _ in range(5):
        house.arrive()
    for _ in range(3):
        house.serve(20)
    check_in = house.arrive()
    assert check_in.placement.ahead == 2
    assert check_in.placement.wait == WaitRange(30, 50), "two visits of 20 minutes, not of the usual 10"
    house.wait(70)
    assert house.arrive().placement.wait == WaitRange(25, 35), "after an hour without any it is the usual again"


def test_closed_room_gives_a_ticket_and_says_when_it_opens(house: House, clock: Any) -> None:
    clock.now = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # noon in Ho Chi Minh City
    check_in = house.arrive()
    assert check_in.ticket == "B001"
    assert check_in.placement.opens_at == in_clinic(datetime(2026, 11, 20, 6, 30, tzinfo=UTC))
    assert check_in.placement.wait is None


def test_service_whose_length_nobody_knows_promises_no_wait(open_house: Callable[..., House], clinic: Clinic) -> None:
    services = tuple(replace(service, usual_minutes=None) for service in clinic.services)
    house = open_house(clinic=replace(clinic, services=services))
    assert [house.arrive().placement.wait for _ in range(2)] == [None, None]


@pytest.mark.parametrize(
    ("born", "basis"),
    [(PartialDate(2022, 5), Priority.UNDER_SIX), (PartialDate(1940), Priority.SEVENTY_FIVE)],
)
def test_birth_date_is_a_priority_that_says_so(
    house: House, request_for: Callable[..., CheckInRequest], born: PartialDate, basis: Priority
) -> None:
    check_in = house.journal.check_in(request_for(1, "nhi", born=born))
    assert check_in.priority is basis
    assert check_in.claim == PriorityClaim(basis, PriorityBasis.BIRTH_DATE)


def test_emergency_of_the_visit_goes_before_all_else(
    house: House, request_for: Callable[..., CheckInRequest], clinic: Clinic
) -> None:
    request = replace(request_for(1, "nhi", born=PartialDate(1940)), visit=Visit(clinic.facility_code, emergency=True))
    check_in = house.journal.check_in(request)
    assert (check_in.priority, check_in.claim.basis) == (Priority.EMERGENCY, PriorityBasis.STAFF)


def test_what_the_patient_said_is_kept_as_asked(house: House, request_for: Callable[..., CheckInRequest]) -> None:
    claim = PriorityClaim(Priority.PREGNANT, PriorityBasis.ASKED, "kiosk-2", "asked at the screen")
    check_in = house.journal.check_in(replace(request_for(1, "nhi"), claim=claim))
    assert check_in.claim == claim
    again = house.journal.check_in(request_for(1, "nhi"))
    assert (again.priority, again.claim) == (Priority.PREGNANT, claim), "asked once, never again"


def test_second_check_in_shows_the_place_as_it_is_now(house: House) -> None:
    house.arrive()
    mine = house.arrive(person=50)
    assert mine.placement.ahead == 1
    house.next()
    again = house.arrive(person=50)
    assert (again.ticket, again.repeated, again.placement.ahead) == (mine.ticket, True, 0)
    assert not again.placement.returned


def test_second_service_of_the_day_is_a_second_visit_and_says_so(house: House) -> None:
    first, second = house.arrive("nhi", person=50), house.arrive("mat", person=50)
    assert first.visit_id != second.visit_id
    assert (second.ticket, second.repeated, second.placement.ahead) == ("M001", False, 0)
    assert (first.also_today, second.also_today) == ((), ("B001",))
    assert house.arrive("nhi", person=50).also_today == ("M001",)


def test_number_that_was_only_typed_does_not_tell_its_other_tickets(
    house: House, request_for: Callable[..., CheckInRequest]
) -> None:
    house.arrive("nhi", person=50)
    request = request_for(50, "mat")
    typed = replace(request, identity=replace(request.identity, trust=Trust.TYPED))
    assert house.journal.check_in(typed).also_today == ()


@pytest.mark.parametrize("end", ["cancelled", "done", "no-show"])
def test_visit_that_was_over_waits_again_with_its_ticket_behind_all_who_are_there(house: House, end: str) -> None:
    mine = house.arrive(person=50)
    house.next()
    match end:
        case "cancelled":
            house.queue.cancel(mine.visit_id, BY, "went home")
        case "done":
            house.queue.finish(mine.visit_id, BY)
        case "no-show":
            house.queue.no_show(mine.visit_id, BY)
            house.next()
            house.queue.no_show(mine.visit_id, BY)
    other = house.arrive()
    again = house.arrive(person=50)
    assert (again.ticket, again.repeated, again.placement.returned) == (mine.ticket, True, True)
    assert again.placement.ahead == 1
    assert [house.next().ticket for _ in range(2)] == [other.ticket, mine.ticket]
    assert house.queue.screens.history(mine.visit_id)[-2].act is Act.RETURN
    house.journal.verify()


def test_returning_visit_goes_elsewhere_when_its_room_has_closed(house: House) -> None:
    mine = house.arrive("noi-tong-quat", person=50)
    house.queue.cancel(mine.visit_id, BY, "went home")
    house.queue.set_room("P203", BY, open_today=False)
    assert house.arrive("noi-tong-quat", person=50).room.code == "P204"


def test_check_in_shows_the_room_and_service_that_staff_moved_it_to(house: House) -> None:
    mine = house.arrive("nhi", person=50)
    house.queue.move(mine.visit_id, BY, service_code="mat")
    again = house.arrive("nhi", person=50)
    assert (again.ticket, again.room.code, again.service.code) == (mine.ticket, "P302", "mat")


def test_visit_of_a_release_without_queues_joins_when_it_is_checked_in_again(house: House, store: Store) -> None:
    mine = house.arrive(person=50)
    with store.transaction() as connection:
        connection.execute(delete(queue_place))
    assert house.queue.screens.position(mine.visit_id) is None
    again = house.arrive(person=50)
    assert (again.ticket, again.placement.ahead) == (mine.ticket, 0)
    assert house.next().ticket == mine.ticket


def test_check_in_that_fails_leaves_no_place_behind(
    house: House, request_for: Callable[..., CheckInRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.checkin.queue import arrivals
    from kiosk.failure import KioskError

    with monkeypatch.context() as broken:
        broken.setattr(arrivals, "keep_event", lambda connection, *_: connection.exec_driver_sql("SELECT odd"))
        with pytest.raises(KioskError):
            house.journal.check_in(request_for(1, "nhi"))
    assert house.journal.waiting() == {}
    assert house.arrive(person=1).ticket == "B001"


def test_queue_adds_few_statements_to_a_check_in(house: House, request_for: Callable[..., CheckInRequest]) -> None:
    for _ in range(3):
        house.arrive()
    with statements() as sent:
        house.journal.check_in(request_for(9, "nhi"))
    tables = (queue_place.name, queue_event.name, "room_turn")
    ours = [one for one in sent if any(table in one for table in tables)]
    assert len(ours) == STATEMENTS_OF_THE_QUEUE, "\n".join(ours)


def test_priority_that_staff_took_away_is_gone_from_the_slip_too(house: House) -> None:
    mine = house.arrive(priority=Priority.MERIT, person=50)
    house.queue.set_priority(mine.visit_id, None, BY)
    assert house.arrive(person=50).priority is Priority.NONE


def test_second_document_that_tells_the_birth_date_gives_the_priority_that_it_proves(
    house: House, request_for: Callable[..., CheckInRequest]
) -> None:
    first, other = request_for(50, "nhi", born=None), house.arrive()
    mine = house.journal.check_in(first)
    assert (mine.priority, mine.placement.ahead) == (Priority.NONE, 1)
    again = house.journal.check_in(request_for(50, "nhi", born=PartialDate(2023, 4)))
    assert (again.priority, again.claim.basis, again.placement.ahead) == (
        Priority.UNDER_SIX, PriorityBasis.BIRTH_DATE, 0,
    )  # fmt: skip
    assert [house.next().ticket for _ in range(2)] == [mine.ticket, other.ticket]
    assert house.queue.screens.history(mine.visit_id)[1].act is Act.PRIORITY


def test_patient_is_not_asked_into_a_priority_by_checking_in_again(
    house: House, request_for: Callable[..., CheckInRequest]
) -> None:
    house.journal.check_in(request_for(50, "nhi"))
    claim = PriorityClaim(Priority.PREGNANT, PriorityBasis.ASKED)
    assert house.journal.check_in(replace(request_for(50, "nhi"), claim=claim)).priority is Priority.NONE


def test_room_that_left_the_clinics_file_still_has_its_people(open_house: Callable[..., House], clinic: Clinic) -> None:
    mine = open_house().arrive("noi-tong-quat", person=50)
    kept = [
        replace(one, room=one.other_rooms[0], other_rooms=()) if one.other_rooms else one for one in clinic.services
    ]
    changed = open_house(clinic=replace(clinic, services=tuple(kept)))
    again = changed.arrive("noi-tong-quat", person=50)
    assert (again.ticket, again.room.code) == (mine.ticket, "P203")
    assert changed.queue.screens.position(mine.visit_id).state is PlaceState.WAITING
