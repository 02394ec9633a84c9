"""What the tests of PC/SC say to vpcd's virtual readers, lay in them and wait for."""

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader import pcsc
from kiosk.reader.pcsc import MonitorEvent
from kiosk.simulator.card import PAYMENT_CARD_ATR, Answer
from kiosk.simulator.pcscd import READER_NAMES, PcscDaemon
from tests.patience import WITHIN_S

READER, OTHER_READER = READER_NAMES
SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")
SELECT_CARD_ACCESS = bytes.fromhex("00A4020C02011C")
READ = bytes.fromhex("00B0000010")


class ScriptedCard:
    """Answers from a table; what is not in it is 6D00."""

    atr = PAYMENT_CARD_ATR

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self.answers = answers

    def reset(self) -> None:
        """Nothing to forget."""

    def transmit(self, command: bytes) -> Answer:
        answer = self.answers.get(command, b"\x6d\x00")
        return answer[:-2], int.from_bytes(answer[-2:], "big")


class Events:
    """What a monitor has told, to wait for."""

    def __init__(self) -> None:
        self._queue: queue.Queue[MonitorEvent] = queue.Queue()
        self.tell = self._queue.put

    def next(self) -> MonitorEvent:
        return self._queue.get(timeout=WITHIN_S)

    def until(self, event: MonitorEvent) -> list[MonitorEvent]:
        """All events up to and with `event`."""
        told: list[MonitorEvent] = []
        while event not in told:
            told.append(self.next())
        return told

    def empty(self) -> bool:
        return self._queue.empty()


def eventually(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WITHIN_S / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("did not happen in time")


def failure_of(call: Callable[[], object]) -> FailureCode:
    with pytest.raises(RetriableError) as failure:
        call()
    return failure.value.code


def can_connect(reader: str) -> bool:
    try:
        with pcsc.connect(reader):
            return True
    except RetriableError:
        return False


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def own(pcscd: PcscDaemon) -> None:
    if not pcscd.started_here:
        pytest.skip("the running service belongs to somebody else")
