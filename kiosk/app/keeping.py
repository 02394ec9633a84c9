"""What this kiosk keeps and where: the settings' store, its journal, a desk's own file beside a shared one."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk.app.auditing import audit_in
from kiosk.app.clock import clinic_clock, now
from kiosk.app.queues import offers_of, queue_in, queue_rule_of, serving_of
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.clinic_clock import ClinicClock
from kiosk.checkin.recheck import RecheckLimits
from kiosk.checkin.record import CheckIn
from kiosk.eligibility.proof import OfflineLimits
from kiosk.failure import FailureCode, KioskError
from kiosk.keystore import SecretName, data_key
from kiosk.sealed import Seal
from kiosk.settings import Settings, as_utf8
from kiosk.workflow.state import ServiceOffer

if TYPE_CHECKING:
    # SQLAlchemy costs more time than all other imports: whoever only reads a card does without it.
    from kiosk.checkin.away.steady import SteadyJournal, StoreState
    from kiosk.checkin.journal import NextNumber, SqlJournal
    from kiosk.checkin.store.store import Store

log = logging.getLogger(__name__)

_SHORTEST_LEASE_S = 120.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What the line needs of it.

    `serving`: which ticket a check-in's room called last. `state`: how a shared store is; None: the store is this
    kiosk's own file.
    """

    journal: "SqlJournal | SteadyJournal"
    offers: Callable[[], tuple[ServiceOffer, ...]]
    serving: Callable[[CheckIn], str]
    state: "Callable[[], StoreState] | None" = None


def seal_of(settings: Settings, *, create: bool = True) -> Seal:
    """What encrypts at rest, with the data key of the keystore; `create` makes one where there is none yet.

    Raises:
        KioskError: KEYSTORE_UNAVAILABLE (also: no key), KEYSTORE_EXPOSED.
    """
    key = data_key(settings.keystore, create=create)
    if key is None:
        raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, "no data key")
    return Seal(key)


def seal_if_any(settings: Settings, *, create: bool = True) -> Seal | None:
    """The same where nobody may be turned away for want of a key: what would be encrypted is not kept then."""
    try:
        return seal_of(settings, create=create)
    except KioskError as error:
        log.warning("no data key: who is admitted without a check cannot be asked about again (%s)", error)
        return None


def store_key_of(settings: Settings) -> bytes | None:
    """The key of the database's file; None: the settings want none, or a server keeps the rows.

    The data key is made with the first database and never again: without it an encrypted file waits for its key.

    Raises:
        KioskError: KEY_WRONG: there is an encrypted file and no key; KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED;
            SETTINGS_INVALID.
    """
    from kiosk.checkin.store.key import key_of_file

    return key_of_file(settings.store_url, settings.keystore) if settings.store.encryption == "on" else None


def store_password_of(settings: Settings, environment: Mapping[str, str] = os.environ) -> str:
    """The password at the server of check-ins: `KIOSK_STORE_PASSWORD`, else the keystore's; empty: none is kept.

    A file asks for none, and one in the address is used as it is: the keystore is not opened for them.

    Raises:
        KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED.
    """
    parts = urlsplit(settings.store_url)
    if not parts.scheme.startswith("postgresql") or parts.password is not None:
        return ""
    given = as_utf8(environment.get("KIOSK_STORE_PASSWORD", ""))
    return given or settings.keystore.read(SecretName.STORE_PASSWORD) or ""


def store_of(settings: Settings) -> "Store":
    """This kiosk's database, open; a context manager.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…; KEY_WRONG, KEYSTORE_….
    """
    from kiosk.checkin.store.sqlite import SEARCHED_KIB, WRITTEN_KIB
    from kiosk.checkin.store.store import open_store

    # Nobody searches at a patient's screen, and its pages of the file would grow with every visit.
    cache_kib = WRITTEN_KIB if settings.screen.is_self_service else SEARCHED_KIB
    return open_store(settings.store_url, store_password_of(settings), store_key_of(settings), cache_kib=cache_kib)


def clock_beside(store: "Store") -> ClinicClock:
    """The clock of a program that works beside the kiosks of this store: set right by the store's server.

    A room's computer whose clock is a day ahead would otherwise close the hall's queue with its first act.

    Raises:
        KioskError: STORE_….
    """
    clock = clinic_clock()
    if (server_time := store.server_time()) is not None:
        clock.hear_store(server_time)
    return clock


@contextmanager
def journal_of(settings: Settings, clinic: Clinic, seal: Seal | None = None) -> "Iterator[SqlJournal]":
    """The durable journal, open until the block ends; without `seal` what would be encrypted is not kept.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_….
    """
    with store_of(settings) as store:
        yield journal_in(store, settings, clinic, seal)


def journal_in(
    store: "Store", settings: Settings, clinic: Clinic, seal: Seal | None = None,
    clock: Callable[[], datetime] = now, actor: Callable[[], str] | None = None,
    next_number: "NextNumber | None" = None,
) -> "SqlJournal":  # fmt: skip
    """The journal in an open store; `actor` says who acts, without it this desk does. `next_number` gives the numbers.

    Raises:
        KioskError: STORE_….
    """
    from kiosk.checkin.journal import SqlJournal

    return SqlJournal(
        store,
        clinic,
        clock,
        seal=seal,
        rule=queue_rule_of(settings),
        audit=audit_in(store, settings, actor or (lambda: settings.desk_name)),
        offline=OfflineLimits(settings.offline.service_away_h, settings.offline.last_check_days),
        recheck=RecheckLimits(
            settings.recheck.tries,
            settings.recheck.days,
            # Nobody loses an entry while still waiting for its answer.
            lease_s=max(_SHORTEST_LEASE_S, 3 * settings.lookup.total_timeout_s),
            forget_days=settings.recheck.forget_days,
        ),
        next_number=next_number,
    )


@contextmanager
def keep(
    settings: Settings, clinic: Clinic, seal: Seal | None, clock: ClinicClock, actor: Callable[[], str] | None = None
) -> Iterator[Kept]:
    """What a running kiosk keeps, until the block ends; a desk with a shared store goes on while that is away.

    `actor` says who acts, without it this desk does.

    Raises:
        KioskError: SETTINGS_INVALID, STORE_…; KEY_WRONG, KEYSTORE_….
    """
    if not settings.store_url.startswith("postgresql"):
        with store_of(settings) as store:
            journal = journal_in(store, settings, clinic, seal, clock.now, actor)
            clock.keep_after(journal.latest_day())
            queue = queue_in(store, settings, clinic, clock.now)
            yield Kept(journal, offers_of(queue, clinic), serving_of(queue))
        return
    with _steady(settings, clinic, seal, clock, actor) as steady:
        offers = _offers_while_there(steady, settings, clinic, clock)
        yield Kept(steady, offers, _serving_while_there(steady, settings, clinic, clock), lambda: steady.state)


def away_file_of(settings: Settings) -> Path:
    """The desk's own file, for the time in which the shared store is away."""
    return settings.data_folder / "away.db"


def away_key_of(settings: Settings) -> bytes | None:
    """The key of that file; None: the settings want none.

    Raises:
        KioskError: KEY_WRONG, KEYSTORE_….
    """
    from kiosk.checkin.store.key import key_of_file

    url = f"sqlite:///{away_file_of(settings).as_posix()}"
    return key_of_file(url, settings.keystore) if settings.store.encryption == "on" else None


def own_file_of(settings: Settings) -> Path:
    """The database's file on this computer: the store itself, or beside a shared one the desk's own."""
    from sqlalchemy.engine import make_url

    from kiosk.checkin.store.sqlite import file_of

    url = make_url(settings.store_url)
    return file_of(url) if url.get_backend_name() == "sqlite" else away_file_of(settings)


@contextmanager
def _steady(
    settings: Settings, clinic: Clinic, seal: Seal | None, clock: ClinicClock, actor: Callable[[], str] | None
) -> "Iterator[SteadyJournal]":
    from kiosk.checkin.away.queues import queues_of
    from kiosk.checkin.away.spool import Spool
    from kiosk.checkin.away.steady import SteadyJournal
    from kiosk.checkin.store.store import open_store

    prefix = settings.desk.away_prefix
    if any(service.prefix == prefix for service in (*clinic.services, clinic.desk)):
        raise KioskError(FailureCode.SETTINGS_INVALID, f"desk.away_prefix: {prefix} is a queue of the clinic")
    file, key = away_file_of(settings), away_key_of(settings)

    def open_shared() -> "SqlJournal":
        store = store_of(settings)
        try:
            if (server_time := store.server_time()) is not None:
                clock.hear_store(server_time)
            journal = journal_in(store, settings, clinic, seal, clock.now, actor)
            clock.keep_after(journal.latest_day())
        except BaseException:
            store.close()
            raise
        return journal

    spool = Spool(
        file,
        clinic,
        clock.now,
        desk=settings.desk_name,
        prefix=prefix,
        at_least=settings.desk.away_numbers,
        open_store=lambda file: open_store(f"sqlite:///{file.as_posix()}", key=key),
        make_journal=lambda store, of, numbers: journal_in(store, settings, of, seal, clock.now, actor, numbers),
        begin_anew=lambda file: _begin_anew(file, key),
    )
    with SteadyJournal(
        open_shared,
        spool,
        desk=settings.desk_name,
        clock=clock.now,
        queues=lambda journal: queues_of(journal, clock.now),
        hear=clock.hear_store,
    ) as steady:
        yield steady


def _begin_anew(file: Path, key: bytes | None) -> None:
    """The shared store gives the salt and new numbers again; what the damaged file held lies beside the new one."""
    from sqlalchemy.engine import URL

    from kiosk.checkin.store.new_beginning import begin_anew

    begin_anew(URL.create("sqlite", database=file.as_posix()), key)


def _serving_while_there(
    steady: "SteadyJournal", settings: Settings, clinic: Clinic, clock: ClinicClock
) -> Callable[[CheckIn], str]:
    """The number that is called; while the shared store is away nobody knows it."""

    def serving(check_in: CheckIn) -> str:
        shared = steady.shared
        return "" if shared is None else serving_of(queue_in(shared.store, settings, clinic, clock.now))(check_in)

    return serving


def _offers_while_there(
    steady: "SteadyJournal", settings: Settings, clinic: Clinic, clock: ClinicClock
) -> Callable[[], tuple[ServiceOffer, ...]]:
    """The tiles; while the shared store is away nobody knows who waits where, and they say nothing of it."""

    def offers() -> tuple[ServiceOffer, ...]:
        if (shared := steady.shared) is not None:
            try:
                return offers_of(queue_in(shared.store, settings, clinic, clock.now), clinic)()
            except KioskError as error:
                log.warning("tiles without who waits: %s", error)
        return tuple(ServiceOffer(service, None) for service in clinic.services)

    return offers
