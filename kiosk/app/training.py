"""The kiosk with simulators for its devices: for demonstrations, training and tests of the whole line.

What is simulated is the outside world only: the card answers real APDUs, the gateway real HTTP, the printer real
TCP, and everything between is the kiosk itself. A genuine card is refused and every slip says MẪU.
"""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.app.desk import ReaderInUse, SlipMaker, anchors_of, assemble, clinic_of, gateway_of, journal_of, now
from kiosk.app.desk import watch_cards as watch_pcsc
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn
from kiosk.reader.connection import CardConnection
from kiosk.settings import Secrets, Settings, config_folder
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.codes import citizen_payload, insurance_payload
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person, load_people
from kiosk.simulator.pki import Pki, invented_pki
from kiosk.simulator.printer import PrinterTape
from kiosk.simulator.slot import CardSlot
from kiosk.slip.outcome import PrintOutcome
from kiosk.slip.printer import open_printer
from kiosk.workflow import event as happened
from kiosk.workflow.line import Edges, Line
from kiosk.workflow.state import DeviceState


def people_of_config() -> tuple[Person, ...]:
    """The invented people, their dates counted from today."""
    return load_people(config_folder() / "simulator" / "people.toml", now().date())


def sandbox_secrets() -> Secrets:
    """The sandbox's invented account and officer: they open nothing else."""
    written = tomllib.loads((config_folder() / "simulator" / "sandbox.toml").read_text("utf-8"))
    account, officer = written["account"], written["officer"]
    return Secrets(account["username"], account["password"], officer["name"], officer["number"])


class Hand(AbstractContextManager["Hand"]):
    """The hand that lays cards on a simulated reader: in process, or through vpcd into the real pcscd."""

    def lay(self, person: Person) -> None:
        """Lays this person's card."""
        raise NotImplementedError

    def take(self) -> None:
        """Takes the card away."""
        raise NotImplementedError
