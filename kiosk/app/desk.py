"""The kiosk with its real devices, as the settings name them."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from kiosk.app.clock import clinic_clock, hearing, now
from kiosk.app.evidence import evidence_of
from kiosk.app.keeping import Kept, keep, seal_if_any
from kiosk.app.printing import Glance, SlipMaker, printer_of, status_of, template_of
from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.clinic_clock import ClinicClock
from kiosk.checkin.duty import Duty
from kiosk.checkin.recheck import Claim, Worklist
from kiosk.checkin.record import CheckIn
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.law.reading import packaged_law
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import CareLevel, FormerTier, PrimaryKind, Visit
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, AskedBecause, CopayAnswer, NotAsked, Question, ServiceTrouble
from kiosk.lookup.asked_once import AskedOnce, LookupForReason
from kiosk.lookup.copay import AskCopay
from kiosk.lookup.options import Account, BodyKind, GatewayOptions, Md5Case, Officer
from kiosk.lookup.question import question_for
from kiosk.reader import pcsc
from kiosk.reader.connection import CardConnection, kind_of
from kiosk.reader.document import ChipDocument
from kiosk.reader.emrtd.inspection import Watch, inspect
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.reader.lengths import LengthMemory
from kiosk.settings import Secrets, Settings
from kiosk.slip.outcome import PrintOutcome
from kiosk.slip.status import PrinterStatus
from kiosk.workflow import event as happened
from kiosk.workflow.courier import Courier, Errand
from kiosk.workflow.desk import World
from kiosk.workflow.line import AskForCopay, Edges, Line
from kiosk.workflow.pace import PaceRule
from kiosk.workflow.service_watch import WatchRule
from kiosk.workflow.state import DeviceState

if TYPE_CHECKING:
    # SQLAlchemy and requests cost more time than all other imports: whoever only reads a card does without them.
    from kiosk.lookup.gateway import Gateway

log = logging.getLogger(__name__)

Connect = Callable[[], AbstractContextManager[CardConnection]]
"""Opens the card on the reader."""


def secrets_of(settings: Settings) -> Secrets:
    """The gateway's account and officer: from the environment, and what is not there from the keystore.

    Raises:
        KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED.
    """
    return Secrets.from_environment().completed(settings.keystore)


def clinic_of(settings: Settings) -> Clinic:
    """The clinic's file."""
    return load_clinic(settings.path(settings.clinic.file))


def anchors_of(settings: Settings) -> TrustAnchors:
    """The country signers that this clinic trusts."""
    return TrustAnchors.load(settings.path(settings.reader.csca_folder))


def genuine_anchors_of(settings: Settings) -> TrustAnchors:
    """The same for real visitors.

    Raises:
        KioskError: SETTINGS_INVALID, as `TrustAnchors.load`, or one of them is the training mode's, with whose keys
            everybody can make cards.
    """
    anchors = anchors_of(settings)
    if anchors.training:
        raise KioskError(FailureCode.SETTINGS_INVALID, "reader.csca_folder holds the training mode's country signer")
    return anchors


def gateway_of(settings: Settings, secrets: Secrets, officer: Callable[[], Officer] | None = None) -> "Gateway":
    """The insurance gateway in the facility's name; `officer` says who asks, without it the officer of the secrets.

    Raises:
        KioskError: LOOKUP_NOT_CONFIGURED, naming what is missing; SETTINGS_INVALID, an address that is none.
    """
    needed = [name for name in secrets.missing if officer is None or not name.startswith("KIOSK_OFFICER_")]
    missing = (*(() if settings.lookup.base_url else ("lookup.base_url",)), *needed)
    if missing:
        raise KioskError(FailureCode.LOOKUP_NOT_CONFIGURED, ", ".join(missing))
    written = settings.lookup
    if not _is_web_address(written.base_url):
        raise KioskError(FailureCode.SETTINGS_INVALID, "lookup.base_url: not https://HOST")
    if written.proxy and not _is_web_address(written.proxy):
        raise KioskError(FailureCode.SETTINGS_INVALID, "lookup.proxy: not http://HOST:PORT")
    options = GatewayOptions(
        base_url=written.base_url,
        token_path=written.token_path,
        lookup_path=written.lookup_path,
        history_path=written.history_path,
        copay_path=written.copay_path,
        token_body=cast(BodyKind, written.token_body),  # settings allow no other words
        lookup_body=cast(BodyKind, written.lookup_body),
        password_md5_case=cast(Md5Case, written.password_md5_case),
        connect_timeout_s=written.connect_timeout_s,
        read_timeout_s=written.read_timeout_s,
        total_timeout_s=written.total_timeout_s,
        history_timeout_s=written.history_timeout_s,
        failures_before_pause=written.failures_before_pause,
        pause_s=written.pause_s,
        logins_per_hour=written.logins_per_hour,
        ca_file=str(settings.path(written.ca_file)) if written.ca_file else "",
        proxy=written.proxy,
    )
    from kiosk.lookup.gateway import Gateway

    return Gateway(
        options,
        Account(secrets.username, secrets.password),
        officer or Officer(secrets.officer_name, secrets.officer_id),
        keep=evidence_of(settings).keep,
    )


def _is_web_address(text: str) -> bool:
    try:
        address = urlsplit(text)
        return address.scheme in {"https", "http"} and bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        return False


def read_card(settings: Settings, anchors: TrustAnchors, watch: Watch, connection: CardConnection, keys: CardKeys,
              *, photo: bool = True, files: Sequence[str] = (),
              lengths: LengthMemory | None = None) -> ChipDocument:  # fmt: skip
    """Reads the chip as the settings say; `lengths` remembers what kinds of cards take."""
    known = lengths or LengthMemory()
    kind = kind_of(connection)
    return inspect(
        connection,
        keys,
        anchors,
        watch,
        photo=photo and settings.reader.photo,
        files=files,
        extended=known.extended(kind) if settings.reader.extended_length == "auto" else False,
        learnt=lambda works: known.learn(kind, works=works),
        deadline_s=settings.reader.deadline_s,
    )


def world_of(
    clinic: Clinic, *, training: bool, ask_copay: AskCopay = "staff", self_service: bool = False
) -> Callable[[date], World]:
    """What decisions depend on besides the person, by business day. `self_service`: patients are asked themselves.

    Raises:
        KioskError: SETTINGS_INVALID, of the tables of the law: they are read here, before the first patient comes.
    """
    packaged_law()
    visit = Visit(
        facility=clinic.facility_code,
        level=CareLevel(clinic.level),
        points=clinic.points,
        former_tier=FormerTier(clinic.former_tier),
        primary_kind=PrimaryKind(clinic.primary_kind),
    )
    return lambda today: World(visit, clinic.desk.code, today, training, ask_copay, self_service)


def when_to_ask_copay(settings: Settings) -> AskCopay:
    """As the settings say; where they have no path for it, it is not asked by itself."""
    written = settings.lookup
    return cast(AskCopay, written.ask_copay) if written.copay_path else "staff"


def copay_of(gateway: "Gateway") -> AskForCopay:
    """Asks this gateway for a co-pay because the five years are full."""

    def ask(question: Question) -> CopayAnswer | ServiceTrouble:
        return gateway.copay_so_far(question, AskedBecause.FIVE_YEARS)

    return ask


def assemble(
    settings: Settings,
    clinic: Clinic,
    *,
    anchors: TrustAnchors,
    connect: Connect,
    lookup: AskedOnce,
    kept: Kept,
    print_slip: Callable[[CheckIn], PrintOutcome],
    printer_status: Callable[[], PrinterStatus] | None = None,
    lengths: LengthMemory | None = None,
    training: bool = False,
    self_service: bool = False,
    duty: Duty | None = None,
    copay: AskForCopay | None = None,
    clock: ClinicClock | None = None,
) -> Edges:
    """The line's edges from this kiosk's parts; without `lengths` they are remembered until it ends.

    With `duty` nothing is asked of the gateway while nobody may be asked for. `copay`: how a co-pay is asked for.
    `self_service`: patients stand before it.
    """
    known = lengths or LengthMemory()

    def inspect_card(connection: CardConnection, keys: CardKeys, watch: Watch) -> ChipDocument:
        return read_card(settings, anchors, watch, connection, keys, lengths=known)

    def question(identity: Identity, at: datetime) -> Question | NotAsked:
        asked = question_for(identity, at)
        if duty is not None and isinstance(asked, Question):
            duty.officer_on_duty()  # raises before anything is sent
        return asked

    return Edges(
        connect=connect,
        inspect=inspect_card,
        question=question,
        lookup=lookup,
        journal=kept.journal,
        offers=kept.offers,
        print_slip=print_slip,
        world=world_of(clinic, training=training, ask_copay=when_to_ask_copay(settings), self_service=self_service),
        now=now if clock is None else clock.now,
        printer_status=printer_status,
        copay=copay,
        last_verified=kept.journal.last_verified,
        visit_over=lookup.forget,
        look_up_again=partial(lookup.look_up, because=AskedBecause.STAFF),
        clock_state=None if clock is None else lambda: clock.state,
    )


@contextmanager
def open_desk(
    settings: Settings, secrets: Secrets, clinic: Clinic, connect: Connect, *, rechecks: bool = False,
    duty: Duty | None = None, copay: bool = False, self_service: bool = False,
) -> Iterator[Edges]:  # fmt: skip
    """The line's edges with the real gateway, journal and printer, until the block ends.

    `rechecks`: meanwhile the courier asks again about those who were admitted without a check. `duty`: in whose name
    cards are looked up, without it in the secrets' officer's. `copay`: it is asked for while the person goes on.
    `self_service`: patients stand before it.

    Raises:
        KioskError: LOOKUP_NOT_CONFIGURED, PRINTER_NOT_CONFIGURED, SETTINGS_INVALID, STORE_….
    """
    anchors = genuine_anchors_of(settings)
    slips = SlipMaker(clinic, printer_of(settings), settings, template_of(settings))
    clock = clinic_clock()
    with (
        gateway_of(settings, secrets, duty.officer_on_duty if duty else None) as gateway,
        keep(settings, clinic, seal_if_any(settings), clock, acting(duty, settings) if duty else None) as kept,
        Glance() as glance,
        patients_first(
            settings, clinic, hearing(gateway, clock), kept.journal.worklist, rechecks=rechecks, duty=duty
        ) as lookup,
    ):
        yield assemble(
            settings,
            clinic,
            anchors=anchors,
            connect=connect,
            lookup=lookup,
            kept=kept,
            print_slip=replace(slips, serving=kept.serving, glance=glance).print,
            printer_status=status_of(slips.printer),
            lengths=LengthMemory(settings.data_folder / "lengths.json"),
            self_service=self_service,
            duty=duty,
            copay=copay_of(gateway) if copay else None,
            clock=clock,
        )


def acting(duty: Duty, settings: Settings) -> Callable[[], str]:
    """Who acts at the desk now: the officer who is signed in, else the desk."""
    return lambda: signed.officer_id if (signed := duty.signed_in) else settings.desk_name


def courier_of(
    settings: Settings, clinic: Clinic, gateway: LookupForReason, worklist: Worklist, *, training: bool = False,
    duty: Duty | None = None,
) -> Courier:  # fmt: skip
    """Who asks again, as the settings say, in the responsible officer's name; not started.

    Raises:
        KioskError: SETTINGS_INVALID, of the tables of the law.
    """
    written = settings.recheck
    world = world_of(clinic, training=training)

    def judge(claim: Claim, answer: Answer) -> Decision:
        day = claim.business_day
        return decide(claim.identity, answer, claim.visit or world(day).visit, day)

    def ask(question: Question) -> Answer:
        with duty.unattended() if duty else nullcontext():
            return gateway.look_up(question, AskedBecause.RECHECK)

    return Courier(
        Errand(
            worklist=worklist,
            ask=ask,
            question=question_for,
            judge=judge,
            now=now,
        ),
        pace=PaceRule(written.pause_s, max(1, written.most_per_minute), written.probe_s),
        watch=WatchRule(max(1, written.away_after), max(1, written.back_after), written.hold_s),
    )


@contextmanager
def patients_first(
    settings: Settings, clinic: Clinic, gateway: LookupForReason, worklist: Worklist, *, rechecks: bool,
    training: bool = False, duty: Duty | None = None,
) -> Iterator[AskedOnce]:  # fmt: skip
    """The lookup for patients, once a visit, with the courier beside it where `rechecks` and the settings want one.

    Nobody asks again where no officer is named who is responsible for that.
    """
    may_ask = duty is None or duty.names_responsible
    if not (rechecks and may_ask and settings.recheck.most_per_minute):
        yield AskedOnce(gateway)
        return
    with courier_of(settings, clinic, gateway, worklist, training=training, duty=duty) as courier:
        yield AskedOnce(courier.beside(gateway))


@contextmanager
def watch_cards(line: Line, slot: "ReaderInUse") -> Iterator[None]:
    """Tells the line what the PC/SC reader sees, until the block ends."""

    def seen(event: pcsc.MonitorEvent) -> None:
        match event:
            case pcsc.CardPresent(reader, _):
                slot.name = reader
                line.post(happened.ReaderChanged(DeviceState.READY))
                line.post(happened.CardLaid())
            case pcsc.CardAbsent():
                line.post(happened.CardTaken())
            case pcsc.ReaderArrived(reader):
                slot.name = slot.name or reader
                line.post(happened.ReaderChanged(DeviceState.READY))
            case pcsc.ReaderGone(reader):
                if slot.name == reader:
                    slot.name = ""
                line.post(happened.CardTaken())
                line.post(happened.ReaderChanged(DeviceState.ABSENT))
            case pcsc.ServiceGone():
                slot.name = ""
                line.post(happened.CardTaken())
                line.post(happened.ReaderChanged(DeviceState.TROUBLE))

    monitor = pcsc.CardMonitor(seen, slot.wanted)
    monitor.start()
    try:
        yield
    finally:
        monitor.stop()


class ReaderInUse:
    """The reader where the last card was seen; `wanted` is the settings' name or its beginning."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.name = ""

    def connect(self) -> AbstractContextManager[CardConnection]:
        """Connects to its card.

        Raises:
            KioskError: as `first_reader` and `pcsc.connect`.
        """
        return pcsc.connect(self.name or first_reader(self.wanted))


def first_reader(wanted: str) -> str:
    """The reader whose name begins with `wanted`: the first in which a card lies, else the first of all.

    Raises:
        KioskError: READER_MISSING, PCSC_MISSING.
    """
    readers = pcsc.readers_with_card(wanted) or pcsc.list_readers(wanted)
    if not readers:
        raise KioskError(FailureCode.READER_MISSING, wanted)
    return readers[0]
