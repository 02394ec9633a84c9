"""What a merge tells the queues of the shared store."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from kiosk.checkin.away.merge import Queues
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.queue.kept_place import keep_event, keep_place, locked_place
from kiosk.checkin.queue.place import Act, Refused, act_on
from kiosk.checkin.queue.rule import QueueRule
from kiosk.checkin.record import CheckIn

_WHY = "another number was given while the store was away"


def queues_of(journal: SqlJournal, clock: Callable[[], datetime]) -> Queues:
    """The queues of this journal: who comes in waits from the moment of the check-in, not of the merge."""

    def admit(connection: Connection, check_in: CheckIn) -> None:
        journal.arrivals.enqueue(connection, check_in)

    def withdraw(connection: Connection, visit_id: str) -> None:
        if (kept := locked_place(connection, visit_id)) is None:
            return
        place, day = kept
        at_ms = milliseconds(clock())
        gone = act_on(place, Act.CANCEL, at_ms, QueueRule())
        if not isinstance(gone, Refused):
            keep_place(connection, gone, day)
            keep_event(connection, Act.CANCEL, gone, at_ms, "kiosk", _WHY)

    return Queues(admit, withdraw)
