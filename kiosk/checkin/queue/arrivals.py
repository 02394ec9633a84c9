"""A check-in joins its queue, in the transaction that gives its number."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from kiosk.checkin.clinic import Clinic, Room, Service
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.queue.kept_place import keep_event, keep_new_place, keep_place, locked_place, waiting_before
from kiosk.checkin.queue.new_day import DayOpening
from kiosk.checkin.queue.place import Act, Place, PlaceState, Refused, act_on, lane_of
from kiosk.checkin.queue.rooms import Paces, RoomNow, read_paces, rooms_now
from kiosk.checkin.queue.routing import route
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.record import CheckIn, Placement, Priority, PriorityBasis, PriorityClaim

_KIOSK = "kiosk"
_PACES_KEPT = timedelta(seconds=30)


class Arrivals:
    """Gives each check-in its room and its place there, in the caller's transaction."""

    def __init__(self, clinic: Clinic, rule: QueueRule = QueueRule()) -> None:  # noqa: B008 - frozen
        self._clinic = clinic
        self._rule = rule
        self._day = DayOpening()
        self._paces: Paces = {}
        self._paces_at: datetime | None = None

    def enqueue(self, connection: Connection, check_in: CheckIn, room_code: str = "") -> CheckIn:
        """The check-in with its place behind its own lane: in the room that staff chose, or the least loaded open one.

        A room that there is not any more is as good as none.
        """
        at, service, claim = check_in.created_at, check_in.service, check_in.claim
        self._day.open(connection, at)
        chosen = self._clinic.room(room_code) if room_code else None
        of_these = service.rooms if chosen is None else (chosen,)
        rooms = rooms_now(connection, self._clinic, of_these, check_in.business_day, self._paces_of(connection, at))
        now = rooms[route([one.day for one in rooms.values()], at).room.code]
        place = Place(
            visit_id=check_in.visit_id,
            service_code=service.code,
            room_code=now.room.code,
            state=PlaceState.WAITING,
            lane=lane_of(claim),
            arrived_ms=milliseconds(at),
            place_ms=milliseconds(at),
            number=check_in.number,
            claim=claim,
        )
        keep_new_place(connection, place, check_in.business_day)
        by, why = (claim.by or _KIOSK, claim.why) if claim else (_KIOSK, "")
        keep_event(connection, Act.ARRIVE, place, place.place_ms, by, why)
        return replace(check_in, placement=self._placement(now, place, now.lanes[place.lane], service, at))

    def again(self, connection: Connection, check_in: CheckIn, at: datetime) -> CheckIn:
        """A check-in that its person repeats, with its place as it is now.

        One that was over (done, cancelled, nobody came) waits again with the same ticket, from now on: to the insurance
        it is one visit of that day and service, and its number is on the slip in the person's hand. `check_in.claim` is
        what is known of its priority now.
        """
        self._day.open(connection, at)
        if (kept := locked_place(connection, check_in.visit_id)) is None:  # of a release without queues
            joined = self.enqueue(connection, replace(check_in, created_at=at))
            return replace(joined, created_at=check_in.created_at)
        place, day = kept
        service = self._clinic.service(place.service_code) or check_in.service
        all_rooms = {**{room.code: room for room in service.rooms}, place.room_code: self._room(place, service)}
        rooms = rooms_now(connection, self._clinic, list(all_rooms.values()), day, self._paces_of(connection, at))
        back = act_on(place, Act.RETURN, milliseconds(at), self._rule)
        if is_back := not isinstance(back, Refused):
            is_open = rooms[back.room_code].day.is_open(at)
            open_code = back.room_code if is_open else route([one.day for one in rooms.values()], at).room.code
            place = replace(back, room_code=open_code)
            keep_place(connection, place, day)
            keep_event(connection, Act.RETURN, place, place.place_ms, _KIOSK)
        place = self._raised(connection, place, check_in.claim, day, at)
        before = waiting_before(connection, place, day) if place.state is PlaceState.WAITING else 0
        placement = self._placement(rooms[place.room_code], place, before, service, at)
        return replace(
            check_in,
            service=check_in.service if service.code == check_in.service.code else service,
            priority=place.claim.priority if place.claim else Priority.NONE,
            claim=place.claim,
            placement=replace(placement, returned=is_back),
        )

    def _raised(
        self, connection: Connection, place: Place, claim: PriorityClaim | None, day: date, at: datetime
    ) -> Place:
        """In a better lane, where the second document or staff tell what the first check-in did not know.

        What a patient says counts at the first one: nobody is asked twice.
        """
        if claim is None or claim.basis is PriorityBasis.ASKED or lane_of(claim) >= place.lane:
            return place
        raised = act_on(place, Act.PRIORITY, milliseconds(at), self._rule)
        if isinstance(raised, Refused):
            return place
        raised = replace(raised, claim=claim, lane=lane_of(claim))
        keep_place(connection, raised, day)
        keep_event(connection, Act.PRIORITY, raised, milliseconds(at), claim.by or _KIOSK, claim.why)
        return raised

    def _placement(self, now: RoomNow, place: Place, before: int, service: Service, at: datetime) -> Placement:
        opens_at = now.day.opens_at(at)
        if place.state is not PlaceState.WAITING:
            return Placement(now.room, 0, opens_at=opens_at)
        ahead = now.ahead(place.lane, before, self._rule)
        return Placement(now.room, ahead, now.wait(ahead, service, at), opens_at)

    def _room(self, place: Place, service: Service) -> Room:
        return self._clinic.room(place.room_code) or replace(service.room, code=place.room_code)

    def _paces_of(self, connection: Connection, at: datetime) -> Paces:
        """How long visits take lately; read anew twice a minute: a median of an hour does not change faster."""
        if self._paces_at is None or abs(at - self._paces_at) >= _PACES_KEPT:
            self._paces, self._paces_at = read_paces(connection, at), at
        return self._paces
