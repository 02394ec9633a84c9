from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader.connection import CardConnection, reset
from kiosk.reader.document import ChipDocument, ReadPhase
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator.pki import Pki


@dataclass
class Script:
    """A connection that answers by list and fails on any other command than the expected one."""

    lines: list[tuple[str, str]]

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        assert self.lines, f"unexpected command {command.hex()}"
        expected, answer = self.lines.pop(0)
        assert command.hex().upper() == expected.replace(" ", "")
        octets = bytes.fromhex(answer)
        return octets[:-2], int.from_bytes(octets[-2:], "big")


@dataclass
class Faulty:
    """A real connection on which chosen APDUs go wrong after the card has seen them."""

    connection: CardConnection
    fault: str
    at: Callable[[int], bool]
    seen: int = 0
    resets: int = 0
    removed: bool = False

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        number, self.seen = self.seen, self.seen + 1
        if self.removed:
            raise RetriableError(FailureCode.CARD_REMOVED)
        data, sw = self.connection.transmit(command)
        if not self.at(number):
            return data, sw
        match self.fault:
            case "not-transacted":
                raise RetriableError(FailureCode.CARD_UNREADABLE, "PC/SC 0x80100016")
            case "removed":
                self.removed = True
                raise RetriableError(FailureCode.CARD_REMOVED)
            case "empty":
                return b"", 0x9000
            case "truncated":
                return data[: len(data) // 2], sw
            case "flipped":
                return (data[:-1] + bytes([data[-1] ^ 1]) if data else data), sw
            case status:
                return b"", int(status, 16)

    def reset(self) -> None:
        self.resets += 1
        if self.removed:
            raise RetriableError(FailureCode.CARD_REMOVED)
        reset(self.connection)


@dataclass
class Witness:
    """A watch that remembers what it was told."""

    phases: list[ReadPhase] = field(default_factory=list)
    identities: list[ChipDocument] = field(default_factory=list)

    def phase(self, phase: ReadPhase) -> None:
        self.phases.append(phase)

    def identity(self, document: ChipDocument) -> None:
        assert self.phases[-1] is ReadPhase.CHECKING
        self.identities.append(document)


@pytest.fixture
def script() -> Callable[[Sequence[tuple[str, str]]], Script]:
    """Makes a connection that expects these commands and gives these answers, all in hex."""
    return lambda lines: Script(list(lines))


@pytest.fixture
def faulty() -> Callable[[CardConnection, str, Callable[[int], bool]], Faulty]:
    return Faulty


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def from_hex() -> Callable[[Iterable[str]], Callable[[int], bytes]]:
    """Makes a source of random bytes that gives these values in turn and checks their sizes."""

    def make(values: Iterable[str]) -> Callable[[int], bytes]:
        left = [bytes.fromhex(value) for value in values]

        def random(size: int) -> bytes:
            value = left.pop(0)
            assert len(value) == size
            return value

        return random

    return make


@pytest.fixture(scope="session")
def anchors(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> TrustAnchors:
    folder: Path = tmp_path_factory.mktemp("csca")
    pki.write_csca(folder)
    return TrustAnchors.load(folder)
