"""The officers of this kiosk and the duty of its desk, as the settings name them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kiosk.app.clock import now, waking_or_sleeping_s
from kiosk.app.keeping import store_of
from kiosk.checkin.duty import Duty
from kiosk.checkin.officer import Happened, ListedOfficer
from kiosk.keystore import data_key
from kiosk.lookup.options import Officer
from kiosk.settings import Secrets, Settings

if TYPE_CHECKING:
    from kiosk.checkin.officers import Officers


@dataclass(frozen=True, slots=True)
class DeskDuty:
    """A staff's window's duty, and whom its dialog lists."""

    duty: Duty
    listed: Callable[[], tuple[ListedOfficer, ...]]


@contextmanager
def officers_of(settings: Settings) -> "Iterator[Officers]":
    """The officers in this kiosk's store, open until the block ends.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_….
    """
    from kiosk.app.records import audit_in
    from kiosk.checkin.officers import Officers

    key = partial(data_key, settings.keystore)
    with store_of(settings) as store:
        audit = audit_in(store, settings)
        yield Officers(store, key, now, tries=settings.officer.tries_before_pause, audit=audit)


@contextmanager
def open_duty(settings: Settings, secrets: Secrets) -> Iterator[DeskDuty | None]:
    """The duty of a staff's window until the block ends; None for a patients' screen, where nobody signs in.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_….
    """
    if settings.screen.mode != "desk":
        yield None
        return
    with officers_of(settings) as officers:
        duty = duty_of(settings, secrets, officers)
        try:
            yield DeskDuty(duty, officers.listed)
        finally:
            duty.sign_out(Happened.CLOSED)


def duty_of(settings: Settings, secrets: Secrets, officers: "Officers") -> Duty:
    """Nobody signed in yet; the secrets' officer stands in."""
    return Duty(
        Officer(secrets.officer_name, secrets.officer_id),
        officers,
        required=settings.officer.required,
        idle_s=settings.officer.idle_min * 60,
        clock=waking_or_sleeping_s,
    )
