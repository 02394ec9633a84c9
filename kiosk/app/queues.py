"""The queues as the settings run them: who is called next, what a tile says, what a slip says of the wait."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.queue.rule import QueueRule, read_alternation
from kiosk.checkin.record import CheckIn
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.workflow.state import ServiceOffer

if TYPE_CHECKING:
    # SQLAlchemy costs more time than all other imports: whoever only reads a card does without it.
    from kiosk.checkin.queue.sql_queue import Note, SqlQueue
    from kiosk.checkin.store.store import Store

log = logging.getLogger(__name__)


def queue_rule_of(settings: Settings) -> QueueRule:
    """How this clinic runs its queues.

    Raises:
        KioskError: SETTINGS_INVALID, an alternation that is none.
    """
    written = settings.queue
    try:
        priorities, normals = read_alternation(written.priority_per_normal)
    except ValueError as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"queue.priority_per_normal: {error}") from None
    returns, behind = written.no_show_returns, written.no_show_behind
    return QueueRule(priorities, normals, returns, behind, written.moved_keeps_place)


def queue_in(
    store: "Store", settings: Settings, clinic: Clinic, clock: Callable[[], datetime], note: "Note | None" = None
) -> "SqlQueue":
    """The queues in an open store; whoever acts in them says with `note` how the audit hears of it.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    from kiosk.checkin.queue.sql_queue import SqlQueue

    rule = queue_rule_of(settings)
    return SqlQueue(store, clinic, clock, rule) if note is None else SqlQueue(store, clinic, clock, rule, note)


def offers_of(queue: "SqlQueue", clinic: Clinic) -> Callable[[], tuple[ServiceOffer, ...]]:
    """What the tiles show: each service with who really waits for it, and where and how long a newcomer would wait."""

    def offers() -> tuple[ServiceOffer, ...]:
        waits = queue.screens.waits()
        return tuple(
            ServiceOffer(service, wait.waiting, wait.room, wait.wait, wait.opens_at)
            for service in clinic.services
            if (wait := waits[service.code])
        )

    return offers


def serving_of(queue: "SqlQueue") -> Callable[[CheckIn], str]:
    """Which ticket a check-in's room called last; empty: none yet, or the store cannot say: the slip goes without."""

    def serving(check_in: CheckIn) -> str:
        try:
            return queue.screens.now_serving(check_in.room.code)
        except KioskError as error:
            log.warning("a slip without the number that is called: %s", error)
            return ""

    return serving
