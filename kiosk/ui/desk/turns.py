"""What staff do with a visit of the list: call it, move it on, cancel it, print its slip again."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from kiosk.checkin.clinic import Clinic, Room
from kiosk.checkin.queue.place import PlaceState
from kiosk.checkin.record import CheckIn
from kiosk.ui.desk import asking
from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.keys import Act
from kiosk.ui.desk.listing import Listing
from kiosk.ui.desk.over_desk import OverDesk
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.shown_person import ShownPerson
from kiosk.ui.desk.visits import Visits
from kiosk.workflow import event as happened
from kiosk.workflow.state import Done


class Turns(QObject):
    """`rooms` are those for which this desk calls; `intend` hands an event to the line."""

    def __init__(
        self,
        dress: Dress,
        over: OverDesk,
        visits: Visits,
        listing: Listing,
        person: ShownPerson,
        session: Session,
        clinic: Clinic,
        rooms: Sequence[Room],
        *,
        by: Callable[[], str],
        intend: Callable[[happened.Event], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._dress, self._over, self._visits, self._listing = dress, over, visits, listing
        self._person, self._session, self._clinic, self._rooms = person, session, clinic, tuple(rooms)
        self._by, self._intend = by, intend
        visits.slip_found.connect(self._slip_found)

    @property
    def room_codes(self) -> str:
        """Of the rooms for which this desk calls."""
        return ", ".join(room.code for room in self._rooms)

    def call_next(self) -> None:
        """Whose turn it is, in the desk's room or in one that is asked for."""
        if len(self._rooms) == 1:
            self._visits.call_next(self._rooms[0].code)
        else:
            look, language = self._dress.look, self._dress.language
            asking.room(self._over, look, language, "call", self._rooms, "", self._visits.call_next)

    def act(self, act: Act) -> None:
        """Of the line that the keys stand on."""
        row, look, language = self._listing.row, self._dress.look, self._dress.language
        if row is None or row.state is None:
            self._dress.tell(self._dress.say("queue.none"))
            return
        match act:
            case Act.CANCEL:
                asking.cancel(self._over, look, language, row, self._visits)
            case Act.MOVE:
                asking.move(self._over, look, language, row, self._clinic.rooms, self._visits)
            case Act.UNDO_CALL:
                self._visits.undo_call(row.room_code)
            case _:
                self._visits.act(asking.QUEUE_ACTS[act], row.visit_id)

    def prioritize(self) -> None:
        """Another lane for whoever waits on that line."""
        row = self._listing.row
        if row is not None and row.state is PlaceState.WAITING:
            visit_id, set_one = row.visit_id, self._visits.set_priority
            look, language = self._dress.look, self._dress.language
            asking.priority(self._over, look, language, self._by(), lambda claim: set_one(visit_id, claim))

    def reprint(self) -> None:
        """The slip of whoever just got a number, of the record that is open, or of the line that the keys stand on."""
        row = self._listing.row
        if isinstance(self._session.state, Done) and (row is None or row.visit_id == self._session.visit_id):
            self._intend(happened.ReprintAsked())
        elif self._person.is_kept:
            self._visits.find_slip(self._person.visit_id)
        elif row is not None:
            self._visits.find_slip(row.visit_id)

    def _slip_found(self, check_in: object) -> None:
        if isinstance(check_in, CheckIn):
            self._intend(happened.SlipOrdered(check_in))
            self._dress.tell(self._dress.say("news.reprinting", ticket=check_in.ticket))
