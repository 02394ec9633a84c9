"""The officers of this kiosk and the duty of its desk, as the settings name them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kiosk.app.auditing import audit_in
from kiosk.app.clock import now, waking_or_sleeping_s
from kiosk.app.keeping import store_of
from kiosk.checkin.duty import Duty, SignsIn
from kiosk.checkin.officer import Happened, ListedOfficer
from kiosk.failure import FailureCode, KioskError
from kiosk.keystore import data_key
from kiosk.lookup.options import Officer
from kiosk.settings import Secrets, Settings

if TYPE_CHECKING:
    from kiosk.checkin.away.officers import SteadyOfficers
    from kiosk.checkin.officers import Officers
    from kiosk.checkin.store.store import Store


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
    with store_of(settings) as store:
        yield officers_in(store, settings)


def officers_in(store: "Store", settings: Settings) -> "Officers":
    """The officers in an open store."""
    from kiosk.checkin.officers import Officers

    key = partial(data_key, settings.keystore)
    return Officers(store, key, now, tries=settings.officer.tries_before_pause, audit=audit_in(store, settings))


@contextmanager
def open_duty(settings: Settings, secrets: Secrets) -> Iterator[DeskDuty | None]:
    """The duty of a staff's window until the block ends; None for a patients' screen, where nobody signs in.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…; a shared store may be away, a desk's own file has to be there.
    """
    if settings.screen.mode != "desk":
        yield None
        return
    is_shared = settings.store_url.startswith("postgresql")
    opened: AbstractContextManager[Officers | SteadyOfficers]
    opened = steady_officers_of(settings) if is_shared else officers_of(settings)
    with opened as officers:
        duty = duty_of(settings, secrets, officers)
        try:
            yield DeskDuty(duty, officers.listed)
        finally:
            duty.sign_out(Happened.CLOSED)


def steady_officers_of(settings: Settings) -> "SteadyOfficers":
    """The officers of a shared store, and those whom this desk last knew while that is away; not looked after yet.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…; KEY_WRONG, KEYSTORE_….
    """
    from kiosk.checkin.away.officers import SteadyOfficers

    def open_shared() -> "Officers":
        return officers_in(store_of(settings), settings)

    return SteadyOfficers(open_shared, officers_in(_known_here(settings), settings))


def _known_here(settings: Settings) -> "Store":
    """This desk's own file of officers, encrypted as every other; a damaged one is begun anew, it is a copy."""
    from sqlalchemy.engine import make_url

    from kiosk.checkin.store.key import key_of_file
    from kiosk.checkin.store.new_beginning import begin_anew
    from kiosk.checkin.store.store import open_store

    url = f"sqlite:///{(settings.data_folder / 'officers.db').as_posix()}"
    key = key_of_file(url, settings.keystore) if settings.store.encryption == "on" else None
    try:
        return open_store(url, key=key)
    except KioskError as error:
        if error.code is not FailureCode.STORE_CORRUPT:
            raise
        begin_anew(make_url(url), key)
        return open_store(url, key=key)


def duty_of(settings: Settings, secrets: Secrets, officers: SignsIn) -> Duty:
    """Nobody signed in yet; the secrets' officer stands in."""
    return Duty(
        Officer(secrets.officer_name, secrets.officer_id),
        officers,
        required=settings.officer.required,
        idle_s=settings.officer.idle_min * 60,
        clock=waking_or_sleeping_s,
    )
