"""The duty log: what happened at a desk's duty, only ever added to, and the pauses that its wrong tries cost."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from kiosk.checkin.officer import DutyEntry, Happened
from kiosk.checkin.store.tables import duty_log, officer

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 900.0
"""Ninety-six tries a day at most: the ten thousand PINs of four digits last for months, and each is in the log."""

_ENDS_COUNTING = [Happened.SIGNED_IN.value, Happened.PIN_SET.value, Happened.ADDED.value]


def note(connection: Connection, at: datetime, subject: str, happened: Happened) -> None:
    """Adds a row; `subject` is an officer's id, or the digest of a name that nobody has."""
    connection.execute(duty_log.insert().values(at=at.isoformat(), subject=subject, happened=happened.value))


def entries(connection: Connection) -> tuple[DutyEntry, ...]:
    """The whole log, oldest first."""
    rows = select(duty_log.c.at, officer.c.full_name, duty_log.c.happened).select_from(
        duty_log.outerjoin(officer, duty_log.c.subject == officer.c.officer_id)
    )
    found = connection.execute(rows.order_by(duty_log.c.id)).all()
    return tuple(DutyEntry(datetime.fromisoformat(at), name or "", Happened(what)) for at, name, what in found)


def wait_s(connection: Connection, subject: str, tries: int, now: datetime) -> float:
    """How long nothing is tried for this one after `tries` wrong ones in a row.

    The clock may have been set back meanwhile: that gains nothing.
    """
    ours = duty_log.c.subject == subject
    ended = select(func.coalesce(func.max(duty_log.c.id), 0)).where(ours, duty_log.c.happened.in_(_ENDS_COUNTING))
    tried = select(duty_log.c.at).where(
        ours, duty_log.c.happened == Happened.TRIED.value, duty_log.c.id > ended.scalar_subquery()
    )
    moments = connection.execute(tried.order_by(duty_log.c.id)).scalars().all()
    over = len(moments) - tries
    if over < 0:
        return 0.0
    pause_s = min(FIRST_PAUSE_S * 2.0 ** min(over, 10), LONGEST_PAUSE_S)
    left = datetime.fromisoformat(moments[-1]) + timedelta(seconds=pause_s) - now
    return max(0.0, min(pause_s, left.total_seconds()))
