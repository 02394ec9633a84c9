"""What reading a card costs: APDUs, bytes, and milliseconds by phase, through the real pcscd and vpcd."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from link import ModelledLink

from kiosk.reader import pcsc
from kiosk.reader.connection import CardConnection, Meter
from kiosk.reader.document import ChipDocument, Outcome, ReadPhase
from kiosk.reader.emrtd.access import CardKeys
from kiosk.reader.emrtd.inspection import inspect
from kiosk.reader.emrtd.passive_auth import TrustAnchors

REFERENCE = "999090000123"


@dataclass(slots=True)
class Laps:
    """An inspection's watch that keeps when each phase began, in seconds from the start."""

    started_s: float = field(default_factory=time.perf_counter)
    began: dict[ReadPhase, float] = field(default_factory=dict)
    identity_s: float = 0.0

    def phase(self, phase: ReadPhase) -> None:
        """A phase begins."""
        self.began[phase] = self.seconds()

    def identity(self, document: ChipDocument) -> None:  # noqa: ARG002
        """The person is known."""
        self.identity_s = self.seconds()

    def seconds(self) -> float:
        """Since the start."""
        return time.perf_counter() - self.started_s


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: counts, and times in milliseconds. `cpu_ms` is this process's own, without card and pcscd."""

    apdus: int
    bytes_up: int
    bytes_down: int
    connect_ms: float
    open_ms: float
    identity_ms: float
    total_ms: float
    cpu_ms: float


def read_once(reader: str, anchors: TrustAnchors, *, photo: bool, modelled: bool, extended: bool = False) -> Reading:
    """Connects to the card in `reader` and reads it once."""
    cpu_s = _cpu_s()
    laps = Laps()
    with pcsc.connect(reader) as card:
        connect_s = laps.seconds()
        connection: CardConnection = ModelledLink(card) if modelled else card
        meter = Meter(connection)
        keys = CardKeys(personal_number=REFERENCE)
        document = inspect(meter, keys, anchors, laps, photo=photo, extended=extended)
        total_s = laps.seconds()
    cpu_s = _cpu_s() - cpu_s
    if document.evidence.passive.outcome is not Outcome.PASSED:
        raise SystemExit("the benchmark's card did not pass its checks")
    opened_s = laps.began[ReadPhase.READING] - connect_s
    times = (connect_s, opened_s, laps.identity_s - connect_s, total_s - connect_s, cpu_s)
    return Reading(meter.apdus, meter.bytes_up, meter.bytes_down, *(value * 1000 for value in times))


def medians(readings: list[Reading]) -> Reading:
    """The median of each figure; the counts are the same in every reading."""
    names = Reading.__slots__
    return Reading(*(median(getattr(reading, name) for reading in readings) for name in names))  # type: ignore[arg-type]


@contextmanager
def card_in_reader(number: str = REFERENCE) -> Iterator[str]:
    """A person's card in vpcd's reader, its chip computed by another process; yields the reader's name."""
    command = [sys.executable, "-m", "kiosk", "simulate", "card", "--person", number]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as card:  # noqa: S603 - our own program
        try:
            if card.stdout is None or not card.stdout.readline():
                raise SystemExit("the benchmark's card did not start")
            yield _reader_with_card()
        finally:
            card.terminate()


def _reader_with_card() -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if readers := pcsc.readers_with_card():
            return readers[0]
    raise SystemExit("no card appeared in the virtual reader")


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def anchors_in(folder: Path) -> TrustAnchors:
    """The invented country signer."""
    from kiosk.simulator.pki import invent_pki

    invent_pki().write_csca(folder)
    return TrustAnchors.load(folder)
