"""What reading a card costs: APDUs, bytes, and milliseconds by phase, through the real pcscd and vpcd."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median

from kiosk.reader import pcsc
from kiosk.reader.connection import CardConnection, Meter
from kiosk.reader.document import ChipDocument, Outcome, ReadPhase
from kiosk.reader.emrtd import pace
from kiosk.reader.emrtd.inspection import inspect
from kiosk.reader.emrtd.keys import CardKeys, passwords
from kiosk.reader.emrtd.security_infos import CITIZEN_CARD_ACCESS, pace_infos, read_security_infos
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.pcscd import READER_NAMES, PcscDaemon
from kiosk.simulator.people import load_people
from kiosk.simulator.pki import invent_pki
from tests.bench.faults import PEOPLE_FILE, TODAY
from tests.bench.link import ModelledLink
from tests.bench.processes import output_of, running

REFERENCE = "999090000123"
EXTENDED = "995085000204"
_IMPORT = """
import time
wall, cpu = time.perf_counter(), time.process_time()
import kiosk.reader.pcsc, kiosk.reader.emrtd.inspection
print((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)
wall = time.perf_counter()
import kiosk.reader.emrtd.session, kiosk.reader.emrtd.curves
print((time.perf_counter() - wall) * 1000)
"""


@dataclass(slots=True)
class Laps:
    """An inspection's watch that keeps when each phase began: seconds from the start, and of this process's CPU."""

    started_s: float = field(default_factory=time.perf_counter)
    began_s: dict[ReadPhase, float] = field(default_factory=dict)
    began_cpu_s: dict[ReadPhase, float] = field(default_factory=dict)
    identity_s: float = 0.0

    def phase(self, phase: ReadPhase) -> None:
        """A phase begins."""
        self.began_s[phase] = self.seconds()
        self.began_cpu_s[phase] = time.process_time()

    def identity(self, document: ChipDocument) -> None:
        """The person is known."""
        self.identity_s = self.seconds()

    def seconds(self) -> float:
        """Since the start."""
        return time.perf_counter() - self.started_s


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: counts, and times in milliseconds.

    `identity_ms` and `total_ms` count from the connected card. `cpu_ms` is this process's own, without card and
    pcscd, `opening_cpu_ms` its part until the chip is open.
    """

    apdus: float
    bytes_up: float
    bytes_down: float
    connect_ms: float
    opening_ms: float
    identity_ms: float
    photo_ms: float
    total_ms: float
    cpu_ms: float
    opening_cpu_ms: float


@dataclass(frozen=True, slots=True)
class Way:
    """How a card is read."""

    number: str = REFERENCE
    photo: bool = True
    modelled: bool = False
    extended: bool = False
    genuineness: bool = True


def read_often(way: Way, times: int, anchors: TrustAnchors) -> Reading:
    """The median of each figure over readings of one card, after one that warms up."""
    with _card_in_reader(way.number) as reader:
        _read(reader, way, anchors)
        readings = [_read(reader, way, anchors) for _ in range(times)]
    return Reading(*(median(getattr(reading, name.name) for reading in readings) for name in fields(Reading)))


def file_sizes(anchors: TrustAnchors) -> dict[str, int]:
    """The bytes of each file of the reference card."""
    with _card_in_reader(REFERENCE) as reader, pcsc.connect(reader) as card:
        document = inspect(card, CardKeys(personal_number=REFERENCE), anchors, Laps())
    return {name: len(content) for name, content in document.files.items()}


def _read(reader: str, way: Way, anchors: TrustAnchors) -> Reading:
    laps = Laps()
    with pcsc.connect(reader) as card:
        connect_s = laps.seconds()
        connection: CardConnection = ModelledLink(card) if way.modelled else card
        meter = Meter(connection)
        cpu_s = time.process_time()
        keys = CardKeys(personal_number=way.number)
        document = inspect(
            meter, keys, anchors, laps, photo=way.photo, genuineness=way.genuineness, extended=way.extended
        )
        total_s = laps.seconds()
        done_cpu_s = time.process_time()
    if document.evidence.passive.outcome is not Outcome.PASSED:
        raise SystemExit("the benchmark's card did not pass its checks")
    return Reading(
        meter.apdus,
        meter.bytes_up,
        meter.bytes_down,
        connect_s * 1000,
        (laps.began_s[ReadPhase.READING] - connect_s) * 1000,
        (laps.identity_s - connect_s) * 1000,
        (total_s - laps.began_s.get(ReadPhase.PHOTO, total_s)) * 1000,
        (total_s - connect_s) * 1000,
        (done_cpu_s - cpu_s) * 1000,
        (laps.began_cpu_s[ReadPhase.READING] - cpu_s) * 1000,
    )


def import_ms(env: dict[str, str]) -> tuple[float, float, float]:
    """Importing the reader in a new process: on the clock, its CPU, and what the first card then waits for."""
    output_of(["-c", _IMPORT], env)
    runs = [[float(figure) for figure in output_of(["-c", _IMPORT], env).split()] for _ in range(9)]
    wall, cpu, first_card = (median(figures) for figures in zip(*runs, strict=True))
    return wall, cpu, first_card


@dataclass(slots=True)
class CardsTime:
    """A connection to a card in memory that counts the CPU that the card takes of the thread."""

    card: VirtualCard
    taken_s: float = 0.0

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """The answer."""
        began_s = time.thread_time()
        answer = self.card.transmit(command)
        self.taken_s += time.thread_time() - began_s
        return answer


def pace_cpu_ms(times: int = 60) -> float:
    """The reader's CPU for PACE alone, in milliseconds: generic mapping on brainpoolP256r1, as citizen cards offer."""
    person = next(person for person in load_people(PEOPLE_FILE, TODAY) if person.number == REFERENCE)
    card = VirtualCard(person, invent_pki())
    (offer,) = pace.offers(pace_infos(read_security_infos(CITIZEN_CARD_ACCESS)))
    (password,) = passwords(CardKeys(personal_number=REFERENCE))
    measured = []
    for _ in range(times + 1):
        card.reset()
        connection = CardsTime(card)
        began_s = time.thread_time()
        pace.establish(connection, offer, password, os.urandom)
        measured.append(time.thread_time() - began_s - connection.taken_s)
    return median(measured[1:]) * 1000


@contextmanager
def virtual_readers() -> Iterator[None]:
    """The real pcscd with vpcd's readers; test runs wait for each other."""
    import fcntl  # not on Windows, where nobody comes here

    with (Path(tempfile.gettempdir()) / "kiosk-tests-pcscd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with PcscDaemon():
            yield


def invented_anchors() -> TrustAnchors:
    """The invented country signer."""
    return TrustAnchors((invent_pki().trusted.country_signer,))


@contextmanager
def _card_in_reader(number: str) -> Iterator[str]:
    """A person's card in vpcd's reader, its chip computed by another process; yields the reader's name."""
    _wait_for(card=False)
    with running(["-m", "kiosk", "simulate", "card", "--person", number]):
        yield _wait_for(card=True)


def _wait_for(*, card: bool) -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if (READER_NAMES[0] in pcsc.readers_with_card()) is card:
            return READER_NAMES[0]
        threading.Event().wait(0.02)
    raise SystemExit("the virtual reader does not follow its card")
