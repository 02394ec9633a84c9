"""The audit, what is kept how long, and one person's records, as the settings name them."""

import getpass
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from kiosk.app.auditing import BY_COMMAND, BY_ITSELF, anchor_file_of, audit_in, audit_key_of
from kiosk.app.clock import now
from kiosk.app.evidence import evidence_of
from kiosk.app.keeping import store_of
from kiosk.app.rounds import rounds_beside
from kiosk.checkin.officer import Happened, Refused
from kiosk.failure import FailureCode, KioskError, log_defect
from kiosk.keystore import data_key
from kiosk.settings import Settings
from kiosk.text import Language, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kiosk.checkin.audit.anchors import Anchor
    from kiosk.checkin.audit.beginning import NoteBeginning
    from kiosk.checkin.audit.chain import Audit
    from kiosk.checkin.audit.entry import Act, Value
    from kiosk.checkin.records.person import PersonRecords
    from kiosk.checkin.records.retention import Retention, RetentionDays
    from kiosk.checkin.store.store import Store

_LOOK_EVERY_S = 300.0
_AGAIN_AFTER_S = 1800.0
_QUIET = timedelta(minutes=10)
_ANCHORS_WITHIN_S = 5.0
_at_the_anchors_still: set[threading.Thread] = set()
"""Those that had no answer in time: the program waits for them once more before it ends."""
_LONGEST_PIN = 200
_MADE_SEARCHABLE_AT_ONCE = 200

log = logging.getLogger(__name__)


def note_of_command(
    settings: Settings, happened: "Act", *, about: str = "", by: str = BY_COMMAND, **detail: "Value"
) -> None:
    """Keeps that a command did or read something; `about` is a person's number, of which the digest alone is kept.

    Raises:
        KioskError: STORE_…, KEY_WRONG, KEYSTORE_….
    """
    from kiosk.checkin.records.person_key import person_keys

    with store_of(settings) as store, store.transaction() as connection:
        subject = next(iter(person_keys(connection, about)), "")
        audit_in(store, settings).note(connection, happened, subject, "", by=by, **detail)


def note_of_beginning(settings: Settings, happened: "Act", by: str) -> "NoteBeginning":
    """How a file that takes another's place says so in its audit; anchors too tell how far the one before went."""
    from kiosk.checkin.audit.beginning import ChainEnd, note_beginning
    from kiosk.checkin.audit.chain import Audit

    key = audit_key_of(settings)
    lines: list[Anchor] = []

    def read() -> None:
        lines.extend(anchor_file_of(settings, key).read().anchors)

    def note(store: "Store", connection: "Connection", ended: ChainEnd | None) -> None:
        _at_the_anchors(read, "the audit begins anew without its anchors")
        read_lines = tuple(lines)
        known = [ended, *(ChainEnd.read((line.seq, line.digest)) for line in read_lines)]
        latest = max((line.business_day for line in read_lines), default=None)
        note_beginning(Audit(store, now, key=key), connection, happened, by, known, latest)

    return note


def anchor_beginning(settings: Settings) -> None:
    """Carries a new beginning out of the store that has just begun; where that fails, the day's care does it later."""

    def carry() -> None:
        with store_of(settings) as store:
            audit_in(store, settings).carry_anchors_out()

    _at_the_anchors(carry, "the audit's new beginning is not among the anchors yet")


def _at_the_anchors(act: Callable[[], None], without: str) -> None:
    """Does it as far as the anchors' place answers soon: nobody in the hall waits for a share that is away or hangs."""

    def acted() -> None:
        try:
            act()
        except KioskError as error:
            log.warning("%s: %s", without, error)
        except BaseException as error:  # noqa: BLE001 - the thread's edge: the store goes on without them
            log_defect(log, without, error)

    at_work = threading.Thread(target=acted, name="anchors", daemon=True)
    at_work.start()
    at_work.join(_ANCHORS_WITHIN_S)
    if at_work.is_alive():
        log.warning("%s: no answer in time", without)
        _at_the_anchors_still.add(at_work)


def _leave_the_anchors() -> None:
    """Waits a little for whoever is still there with a store open; a share that hangs keeps no program from ending."""
    while _at_the_anchors_still:
        _at_the_anchors_still.pop().join(_ANCHORS_WITHIN_S)


def retention_days_of(settings: Settings) -> "RetentionDays":
    """For how long each purpose's rows are kept.

    Raises:
        KioskError: SETTINGS_INVALID: shorter than the law or the day's work allows.
    """
    from kiosk.checkin.records.retention import SHORTEST_AUDIT_DAYS, SHORTEST_VISIT_DAYS, RetentionDays

    written = settings.retention
    if 0 < written.audit < SHORTEST_AUDIT_DAYS:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"retention.audit: {SHORTEST_AUDIT_DAYS} days at least, or 0")
    if 0 < written.visits < SHORTEST_VISIT_DAYS:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"retention.visits: {SHORTEST_VISIT_DAYS} days at least, or 0")
    return RetentionDays(
        written.visits,
        written.proofs,
        written.questions,
        written.print_log,
        written.queue_events,
        written.duty_log,
        written.audit,
    )


def retention_in(store: "Store", settings: Settings, trail: "Audit") -> "Retention":
    """What removes what is over.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    from kiosk.checkin.records.retention import Retention

    return Retention(store, trail, retention_days_of(settings), now)


def person_records_in(store: "Store", settings: Settings, trail: "Audit") -> "PersonRecords":
    """One person's records.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    from kiosk.checkin.records.person import PersonRecords

    return PersonRecords(store, trail, retention_days_of(settings), now)


@contextmanager
def signed_in_officer(store: "Store", settings: Settings, code: str) -> Iterator[str]:
    """The officer who gives a command, by staff code and PIN; signed out when the block ends.

    The PIN is asked for at the terminal without echo, or read as a line from a pipe. A kiosk that has no officers knows
    nobody to ask for: then it is the command line itself.

    Raises:
        KioskError: OFFICER_NEEDED; STORE_…, KEY_WRONG, KEYSTORE_….
    """
    from kiosk.checkin.officers import Officers

    officers = Officers(store, partial(data_key, settings.keystore), now, tries=settings.officer.tries_before_pause)
    if not officers.listed():
        yield BY_COMMAND
        return
    if not code:
        raise KioskError(FailureCode.OFFICER_NEEDED, "--officer CODE")
    signed = officers.sign_in(code.lower(), _pin())
    if isinstance(signed, Refused):
        raise KioskError(FailureCode.OFFICER_NEEDED, f"code or PIN refused; next try in {signed.wait_s:.0f} s")
    try:
        yield signed.officer_id
    finally:
        officers.log(signed.officer_id, Happened.SIGNED_OUT)


def _pin() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(say("officer.command.pin", Language.VI))
    return sys.stdin.readline(_LONGEST_PIN).strip("\r\n")


@contextmanager
def cared_for_daily(settings: Settings) -> Iterator[None]:
    """While the block runs, a thread carries the audit's ends out of the store and removes what is over.

    Removing begins after `retention.hour`, once a day, when nobody has checked in for ten minutes, and stops as soon as
    somebody does. Nothing of it outlasts the block, nor does what was carried to the anchors when the kiosk began.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    retention_days_of(settings)
    cared_on: date | None = None

    def go(is_over: Callable[[], bool]) -> None:
        nonlocal cared_on
        moment = now()
        if cared_on != moment.date() and care_once(settings, moment, is_over):
            cared_on = moment.date()

    failed = "what is over was not removed"
    try:
        with rounds_beside("records", go, failed, every_s=_LOOK_EVERY_S, again_after_s=_AGAIN_AFTER_S):
            yield
    finally:
        _leave_the_anchors()


def care_once(settings: Settings, moment: datetime, is_ended: Callable[[], bool] = lambda: False) -> bool:
    """Carries the audit's ends out, lets old visits be found, and removes what is over where it is time.

    True: the day's work is done.

    Raises:
        KioskError: STORE_…, KEY_WRONG, KEYSTORE_…; OUTPUT_UNWRITABLE: the anchors' file.
    """
    with store_of(settings) as store:
        trail = audit_in(store, settings, lambda: BY_ITSELF)
        trail.carry_anchors_out()
        evidence_of(settings).purge(moment)
        _let_be_found(store, is_ended)
        if moment.hour < settings.retention.hour or not _is_quiet(store, moment):
            return False
        retention = retention_in(store, settings, trail)
        retention.run(may_go_on=lambda: not is_ended() and _is_quiet(store, now()))
        return not any(retention.due().values())


def _let_be_found(store: "Store", is_ended: Callable[[], bool]) -> None:
    """Visits of a release that had no search, in small transactions; soon there are none left."""
    from kiosk.checkin.records.searchable import make_searchable

    found = 1
    while found and not is_ended():
        with store.transaction() as connection:
            found = make_searchable(connection, _MADE_SEARCHABLE_AT_ONCE)


def _is_quiet(store: "Store", moment: datetime) -> bool:
    """Whether nobody has checked in for a while."""
    from sqlalchemy import func, select

    from kiosk.checkin.proof_row import milliseconds
    from kiosk.checkin.store.records_tables import visit_name

    with store.transaction(reading=True) as connection:
        newest = connection.execute(select(func.max(visit_name.c.at_ms))).scalar()
    return newest is None or newest < milliseconds(moment - _QUIET)


def forget_replies(settings: Settings, numbers: Sequence[str]) -> int:
    """Removes the gateway's kept replies that hold one of these numbers, and says how many.

    Raises:
        KioskError: KEY_WRONG, KEYSTORE_….
    """
    return evidence_of(settings).forget(numbers)
