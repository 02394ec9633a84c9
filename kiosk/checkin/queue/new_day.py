"""Midnight: who still waited yesterday is closed, by the first act of the new day."""

import logging
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select, update

from kiosk.checkin.business_day import business_day
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.queue.kept_place import keep_history
from kiosk.checkin.queue.place import LIVE, MOVES, Act
from kiosk.checkin.store.queue_tables import queue_place

_LOOKED_BACK = timedelta(days=7)
_BY = "midnight"
_log = logging.getLogger(__name__)


class DayOpening:
    """Closes what earlier days left open, once a day and program; several programs may do so at once."""

    def __init__(self) -> None:
        self._opened: date | None = None

    def open(self, connection: Connection, at: datetime) -> None:
        """The first act of a day closes the days before it: whoever waited did not come, whoever was inside is done.

        It is looked at again until nothing is found, because the transaction that found something may yet fail.
        """
        today = business_day(at)
        if self._opened == today:
            return
        if closed := _close_before(connection, today, milliseconds(at)):
            _log.info("a new day closed %s visits of the day before", closed)
        else:
            self._opened = today


def _close_before(connection: Connection, today: date, at_ms: int) -> int:
    place = queue_place.c
    # Every first act closed all days before it, so only the last one with visits, or one beside it, has open ones.
    latest = connection.execute(select(func.max(place.business_day)).where(place.business_day < today)).scalar()
    if latest is None:
        return 0
    count = 0
    for state in LIVE:
        closed = (
            update(queue_place)
            .where(
                place.business_day.between(latest - _LOOKED_BACK, latest),
                place.state == state.value,
            )
            .values(state=MOVES[state, Act.DAY_CLOSED].value, ended_ms=at_ms)
            .returning(place.visit_id, place.room_code)
        )
        for visit_id, room_code in connection.execute(closed).all():
            keep_history(connection, Act.DAY_CLOSED.value, at_ms, room_code, visit_id, _BY)
            count += 1
    return count
