"""The kiosk with simulators for its devices: for demonstrations, training and tests of the whole line.

What is simulated is the outside world only: the card answers real APDUs, the gateway real HTTP, the printer real
TCP, and everything between is the kiosk itself. A genuine card is refused and every slip says MẪU.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Protocol, TypeVar

from kiosk.app.clock import clinic_clock, hearing, now
from kiosk.app.desk import (
    Connect,
    ReaderInUse,
    anchors_of,
    assemble,
    clinic_of,
    copay_of,
    gateway_of,
    patients_first,
    watch_cards,
)
from kiosk.app.keeping import keep, seal_if_any
from kiosk.app.officers import DeskDuty, officers_of, open_duty
from kiosk.app.printing import Glance, SlipMaker, printer_of, status_of, template_of
from kiosk.checkin.clinic import Clinic
from kiosk.failure import FailureCode, KioskError
from kiosk.reader.codes import decode, text_of
from kiosk.settings import Secrets, SecretsSettings, Settings, config_folder
from kiosk.simulator.abroad import invent_state
from kiosk.simulator.card import Card, VirtualCard
from kiosk.simulator.chip.travel_mrz import travel_mrz
from kiosk.simulator.codes import citizen_payload, insurance_payload, qr_image
from kiosk.simulator.crowd import Crowd
from kiosk.simulator.gateway import GatewaySandbox, SandboxAccount, load_account
from kiosk.simulator.gateway_dialect import DIALECTS, EASY_GOING, Dialect
from kiosk.simulator.gateway_faults import FAULTS as GATEWAY_FAULTS
from kiosk.simulator.gateway_faults import read_fault
from kiosk.simulator.gateway_history import is_in_a_ward
from kiosk.simulator.gateway_schedule import load_schedule
from kiosk.simulator.pcscd import READER_NAMES, PcscDaemon
from kiosk.simulator.people import Person, find_person, load_people
from kiosk.simulator.pki import Pki, invent_pki
from kiosk.simulator.played import Played, PlayedCard, TracedCard
from kiosk.simulator.printer import FAULTS as PRINTER_FAULTS
from kiosk.simulator.printer import PrinterTape
from kiosk.simulator.printer_pty import PrinterPty
from kiosk.simulator.slot import CardSlot
from kiosk.simulator.travellers import Traveller, find_traveller, load_travellers
from kiosk.simulator.vpcd import VpcdSlot
from kiosk.workflow import event as happened
from kiosk.workflow.line import Edges, Line
from kiosk.workflow.state import DeviceState


def people_of_config() -> tuple[Person, ...]:
    """The invented people, their dates counted from today."""
    return load_people(config_folder() / "simulator" / "people.toml", now().date())


def travellers_of_config() -> tuple[Traveller, ...]:
    """The invented foreigners with their passports and cards."""
    return load_travellers(config_folder() / "simulator" / "passports.toml")


def gateway_faults() -> tuple[str, ...]:
    """What can be wrong with the sandbox, by name."""
    return tuple(GATEWAY_FAULTS)


def sandbox_account() -> SandboxAccount:
    """The sandbox's invented account and officer: they open nothing else."""
    return load_account(config_folder() / "simulator" / "sandbox.toml")


INVENTED_PIN = "260738"
"""The sandbox's officer signs in with it, in training only."""

Server = TypeVar("Server")


class Slot(Protocol):
    """Where the demonstrator's hand lays cards: in memory, or in vpcd's reader."""

    def insert(self, card: Card) -> None:
        """Lays a card, instead of the one that lay there."""
        ...

    def remove(self) -> None:
        """Takes the card away."""
        ...


@dataclass(frozen=True, slots=True)
class Training:
    """A kiosk whose outside world is simulated, ready for a line.

    `slot` is where cards are laid; `listen` tells a line of them until its block ends. `duty`: a staff's window's,
    with the sandbox's officer signed in.
    """

    clinic: Clinic
    people: tuple[Person, ...]
    pki: Pki
    slot: Slot
    gateway: GatewaySandbox
    tape: PrinterTape
    slips: SlipMaker
    edges: Edges
    listen: Callable[[Line], AbstractContextManager[None]]
    duty: DeskDuty | None = None

    def lay(self, person: Person) -> None:
        """Lays this person's card on the reader.

        Raises:
            KioskError: INPUT_INVALID, this person has no card.
        """
        if person.card == "none":
            raise KioskError(FailureCode.INPUT_INVALID, "this person has no card")
        self.slot.insert(VirtualCard(person, self.pki))

    def show_citizen_code(self, person: Person) -> str:
        """What a camera reads of the QR on this person's card: drawn, then decoded."""
        return _seen(citizen_payload(person))

    def show_insurance_code(self, person: Person) -> str:
        """The same of the QR of this person's health-insurance card.

        Raises:
            KioskError: INPUT_INVALID, this person has none.
        """
        try:
            return _seen(insurance_payload(person))
        except ValueError:
            raise KioskError(FailureCode.INPUT_INVALID, "this person has no insurance card") from None


def _seen(payload: str) -> str:
    [found] = decode(qr_image(payload))
    return text_of(found.payload)


def person_of(people: Sequence[Person], number: str) -> Person:
    """Somebody with a card by personal number; the first of all for an empty one.

    Raises:
        KioskError: INPUT_INVALID, there is nobody.
    """
    person = find_person(people, number) if number else people[0]
    if person is None or person.card == "none":
        raise KioskError(FailureCode.INPUT_INVALID, "--person: nobody with a card; see kiosk simulate card --list")
    return person


@contextmanager
def open_training(
    settings: Settings, out: Path, *, pcsc: bool = False, printer_fault: str = "", gateway_fault: str = "",
    kept_slip: Path | None = None, rechecks: bool = False,
) -> Iterator[Training]:  # fmt: skip
    """Starts the simulators around a kiosk whose store and trust anchors lie in `out`.

    `pcsc` lays cards through vpcd into the real pcscd; `printer.target`, where it is set, prints for real. `kept_slip`:
    where the picture of the last slip is kept. `rechecks`: the courier works beside the line.

    Raises:
        KioskError: SIMULATOR_UNAVAILABLE, OUTPUT_UNWRITABLE.
    """
    _make_folder(out)
    people, pki = people_of_config(), invent_pki()
    with _writing():
        pki.write_csca(out / "csca")
        invent_state().write_anchors(out / "csca")
    with ExitStack() as world:
        account = sandbox_account()
        gateway = world.enter_context(_serving(lambda: GatewaySandbox(people, fault=gateway_fault, account=account)))
        tape = world.enter_context(_serving(lambda: PrinterTape(out=out, fault=printer_fault)))
        settings = replace(
            settings,
            reader=replace(settings.reader, csca_folder=str((out / "csca").resolve()), name=READER_NAMES[0]),
            lookup=replace(settings.lookup, base_url=gateway.base_url, ca_file="", proxy="", evidence_replies=0),
            # Not encrypted: nobody in it is real, and whoever learns may look into it.
            store=replace(
                settings.store, url=f"sqlite:///{(out / 'training.db').resolve().as_posix()}", encryption="off"
            ),
            printer=replace(settings.printer, target=settings.printer.target or tape.target),
            # Training has a data key of its own: it neither reads nor makes the clinic's.
            secrets=SecretsSettings("file", str((out / "training-secrets.json").resolve())),
        )
        secrets = Secrets(account.username, account.password, account.officer_name, account.officer_number)
        clinic = clinic_of(settings)
        slips = SlipMaker(clinic, printer_of(settings), settings, template_of(settings), training=True, kept=kept_slip)
        slot: Slot
        connect: Connect
        listen: Callable[[Line], AbstractContextManager[None]]
        if pcsc:
            world.enter_context(PcscDaemon())
            slot = world.enter_context(VpcdSlot())
            reader = ReaderInUse(settings.reader.name)
            connect, listen = reader.connect, lambda line: watch_cards(line, reader)
        else:
            slot = memory = CardSlot()
            connect, listen = memory.connect, lambda line: _watch_slot(line, memory)

        desk_duty = world.enter_context(open_duty(settings, secrets))
        duty = desk_duty.duty if desk_duty else None
        if desk_duty is not None:
            _sign_in_invented(settings, desk_duty, account)
        asked = world.enter_context(gateway_of(settings, secrets, duty.officer_on_duty if duty else None))
        clock = clinic_clock()
        kept = world.enter_context(keep(settings, clinic, seal_if_any(settings), clock))
        slips = replace(slips, serving=kept.serving, glance=world.enter_context(Glance()))
        edges = assemble(
            settings,
            clinic,
            anchors=anchors_of(settings),
            connect=connect,
            lookup=world.enter_context(
                patients_first(
                    settings,
                    clinic,
                    hearing(asked, clock),
                    kept.journal.worklist,
                    rechecks=rechecks,
                    training=True,
                    duty=duty,
                )
            ),
            kept=kept,
            print_slip=slips.print,
            printer_status=status_of(slips.printer),
            training=True,
            self_service=settings.screen.is_self_service,
            duty=duty,
            copay=copay_of(asked),
            clock=clock,
        )
        yield Training(clinic, people, pki, slot, gateway, tape, slips, edges, listen, desk_duty)


def _sign_in_invented(settings: Settings, desk_duty: DeskDuty, account: SandboxAccount) -> None:
    """Puts the sandbox's officer on duty; in a folder of an earlier run they are there already."""
    with officers_of(settings) as officers:
        if not officers.name_of(account.officer_number):
            officers.add(account.officer_name, account.officer_number, INVENTED_PIN)
    desk_duty.duty.sign_in(account.officer_name, INVENTED_PIN)


@contextmanager
def _watch_slot(line: Line, slot: CardSlot) -> Iterator[None]:
    line.post(happened.ReaderChanged(DeviceState.READY))
    forget = slot.on_change(lambda card: line.post(happened.CardTaken() if card is None else happened.CardLaid()))
    try:
        yield
    finally:
        forget()


def _make_folder(folder: Path) -> None:
    with _writing():
        folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error


_LOOKS_UP_EVERY_S = 0.5
"""A wait without an end hears no Ctrl+C on Windows."""


# -- single stand-ins -----------------------------------------------------------------------------------------------
def simulate_card(
    vpcd: str, number: str, tell: Callable[[str], None], *, profile: Path | None = None, trace: Path | None = None
) -> None:
    """Lays one person's card, or a foreigner's passport, into vpcd's reader and waits until the reader goes or Ctrl+C.

    `profile`: the card behaves as that file says; `trace`: where all that is said to it is written, in full, because
    nobody real is on it.

    Raises:
        KioskError: INPUT_INVALID, SIMULATOR_UNAVAILABLE, OUTPUT_UNWRITABLE.
    """
    traveller = find_traveller(travellers_of_config(), number)
    holder = traveller or person_of(people_of_config(), number)
    # Passports have no card access number printed: what opens them is their MRZ.
    key = f"MRZ {travel_mrz(traveller).text}" if traveller and not traveller.can else f"CAN {holder.can}"
    host, _, port = vpcd.rpartition(":")
    if not (host and port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise KioskError(FailureCode.INPUT_INVALID, "--vpcd takes HOST:PORT")
    card: Card = VirtualCard(holder, invent_pki()) if profile is None else _played(holder, profile)
    with _writing(), ExitStack() as world:
        if trace is not None:
            lines = world.enter_context(trace.open("w", encoding="utf-8", buffering=1))
            card = TracedCard(card, lambda line: print(line, file=lines))
        slot = world.enter_context(VpcdSlot(host, int(port)))
        slot.insert(card)
        tell(f"card {holder.number} lies in the reader at {vpcd}; {key}")
        while not slot.wait(_LOOKS_UP_EVERY_S):
            continue


def _played(holder: Person | Traveller, profile: Path) -> Card:
    if isinstance(holder, Traveller):
        raise KioskError(FailureCode.INPUT_INVALID, "--profile plays cards of citizens")
    try:
        return PlayedCard(holder, invent_pki(), Played.load(profile))
    except (OSError, ValueError) as error:
        raise KioskError(FailureCode.INPUT_INVALID, "--profile: no profile of a card") from error


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """How the sandbox of `simulate gateway` differs from the usual one.

    `people`: that many more invented people than the config's, the same ones for the same `seed`; `dialect`: a name
    of `gateway_dialect`, empty for one that understands all bodies; `schedule`: a file of outages; `lock_after`:
    wrong logins that lock the account, 0 for never.
    """

    people: int = 0
    seed: int = 0
    dialect: str = ""
    schedule: Path | None = None
    lock_after: int = 5


def simulate_gateway(
    port: int, fault: str, tell: Callable[[str], None], options: SandboxOptions = SandboxOptions()
) -> None:
    """Serves the sandbox until Ctrl+C; tells its address.

    Raises:
        KioskError: INPUT_INVALID, SIMULATOR_UNAVAILABLE.
    """
    with _told("--fault"):
        read_fault(fault)
    with _told("--schedule"):
        schedule = None if options.schedule is None else load_schedule(options.schedule)
    people, crowd = people_of_config(), _crowd(options)
    dialect = _dialect(options.dialect)
    with _serving(
        lambda: GatewaySandbox(
            people,
            port,
            crowd=crowd,
            dialect=dialect,
            fault=fault,
            schedule=schedule,
            lock_after=options.lock_after,
            seed=options.seed,
            account=sandbox_account(),
        )
    ) as gateway:
        tell(gateway.base_url)
        _until_interrupted()


def list_insured(count: int, options: SandboxOptions, tell: Callable[[str], None]) -> None:
    """Tells the first `count` people whom such a sandbox knows, the config's first.

    One a line: personal number, name, birth date, card number or `-`, result code, `in-ward` if a stay elsewhere is
    open; two spaces between.

    Raises:
        KioskError: INPUT_INVALID.
    """
    insured = (person for person in chain(people_of_config(), _crowd(options)) if person.insurance is not None)
    for person in islice(insured, count):
        card = person.insurance
        told = [person.number, person.full_name, f"{person.date_of_birth:%d/%m/%Y}"]
        told += [card.card_number or "-", card.code] if card else []
        tell("  ".join([*told, *(["in-ward"] if is_in_a_ward(person.number) else [])]))


def _dialect(name: str) -> Dialect:
    if name and name not in DIALECTS:
        raise KioskError(FailureCode.INPUT_INVALID, f"--dialect takes one of {', '.join(DIALECTS)}")
    return DIALECTS.get(name, EASY_GOING)


def _crowd(options: SandboxOptions) -> Crowd:
    with _told("--people"):
        return Crowd(options.people, now().date(), options.seed)


@contextmanager
def _told(option: str) -> Iterator[None]:
    """What is wrong with an option's value, in one line."""
    try:
        yield
    except OSError as error:
        raise KioskError(FailureCode.INPUT_INVALID, f"{option}: {error.strerror}") from error
    except ValueError as error:
        raise KioskError(FailureCode.INPUT_INVALID, f"{option}: {error}") from error


def simulate_printer(port: int, out: Path, fault: str, tell: Callable[[str], None], *, line: str = "tcp") -> None:
    """Prints whatever comes into `out` until Ctrl+C; tells what `printer.target` has to be.

    `line`: `tcp`, or `serial` or `usb`, where it is a pseudo-terminal.

    Raises:
        KioskError: INPUT_INVALID, SIMULATOR_UNAVAILABLE, OUTPUT_UNWRITABLE.
    """
    _check_fault(fault, PRINTER_FAULTS)
    _make_folder(out)
    if line == "tcp":
        with _serving(lambda: PrinterTape(port, out, fault)) as tape:
            tell(tape.target)
            _until_interrupted()
    else:
        with _serving(lambda: PrinterPty(out, fault)) as pty:
            tell(pty.serial_target if line == "serial" else pty.usb_target)
            _until_interrupted()


def _serving(open_server: Callable[[], Server]) -> Server:
    """A stand-in that listens; a port that is taken is told, not traced."""
    try:
        return open_server()
    except OSError as error:
        raise KioskError(FailureCode.SIMULATOR_UNAVAILABLE, error.strerror or "") from error


def _check_fault(fault: str, faults: object) -> None:
    names = list(faults) if isinstance(faults, dict) else []
    if fault and fault not in names:
        raise KioskError(FailureCode.INPUT_INVALID, f"--fault takes one of {', '.join(names)}")


def _until_interrupted() -> None:
    never = threading.Event()
    while not never.wait(_LOOKS_UP_EVERY_S):
        continue
