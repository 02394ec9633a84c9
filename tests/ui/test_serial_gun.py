"""A gun at a serial port, which is a pseudo-terminal: bytes become codes, and an unplugged gun comes back."""

import os
import sys
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kiosk.reader.document import CitizenCode, InsuranceCode
from kiosk.reader.gun import SCAN_INTERVAL_S
from kiosk.reader.payload import parse
from kiosk.simulator.invented_codes import invent_codes
from kiosk.ui import serial_gun
from kiosk.ui.serial_gun import FIRST_RETRY_S, SerialGun
from kiosk.workflow.state import DeviceState

CITIZEN = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"


class Plug:
    """A port that can be plugged in and out: a link to a new pseudo-terminal each time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ends: list[int] = []

    def plug_in(self) -> None:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        self.path.symlink_to(os.ttyname(theirs))
        self._ends = [ours, theirs]

    def send(self, data: bytes) -> None:
        os.write(self._ends[0], data)

    def pull(self) -> None:
        self.path.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = []


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    made = Plug(tmp_path / "gun")
    yield made
    made.pull()


class Listener(QObject):
    """A gun and what it told."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        super().__init__()
        self.gun = SerialGun(str(path), 9600, self, clock=clock)
        self.scans: list[str] = []
        self.states: list[Any] = []
        self.faults: list[str] = []
        self.gun.scanned.connect(lambda event: self.scans.append(event.text))
        self.gun.state_changed.connect(self.states.append)
        self.gun.discarded.connect(lambda fault: self.faults.append(fault.value))


@pytest.fixture
def listen(qtbot: QtBot, plug: Plug, time: Any) -> Iterator[Callable[..., Listener]]:
    """Starts a gun; no silence falls but the one that a test makes, however slow the machine is."""
    made: list[Listener] = []

    def started(clock: Callable[[], float] = time) -> Listener:
        made.append(Listener(plug.path, clock))
        made[-1].gun.start()
        return made[-1]

    yield started
    for one in made:
        one.gun.stop()
        one.deleteLater()


def test_bytes_of_a_gun_become_its_code(qtbot: QtBot, plug: Plug, listen: Callable[..., Listener]) -> None:
    plug.plug_in()
    listener = listen()
    assert listener.states == [DeviceState.READY]
    data = CITIZEN.encode() + b"\r\n"
    cut = data.index("ễ".encode()) + 1
    plug.send(data[:cut])
    plug.send(data[cut:])
    qtbot.waitUntil(lambda: listener.scans == [CITIZEN])


def test_code_that_nothing_closes_is_heard_after_silence(
    qtbot: QtBot, plug: Plug, listen: Callable[..., Listener]
) -> None:
    plug.plug_in()
    listener = listen(monotonic)
    plug.send(CITIZEN.encode())
    qtbot.waitUntil(lambda: listener.scans == [CITIZEN])


def test_gun_that_is_not_there_is_absent_and_found_when_it_comes(
    qtbot: QtBot, plug: Plug, listen: Callable[..., Listener]
) -> None:
    listener = listen()
    assert listener.states == [DeviceState.ABSENT]
    plug.plug_in()
    qtbot.waitUntil(lambda: listener.states[-1] is DeviceState.READY)
    plug.send(b"999090000123\r")
    qtbot.waitUntil(lambda: listener.scans == ["999090000123"])


def test_unplugged_gun_is_absent_and_comes_back_without_its_half_code(
    qtbot: QtBot, plug: Plug, listen: Callable[..., Listener]
) -> None:
    plug.plug_in()
    listener = listen()
    plug.send(b"99909000")
    qtbot.waitUntil(lambda: bool(listener.gun._collector._bytes))
    plug.pull()
    qtbot.waitUntil(lambda: listener.states[-1] is DeviceState.ABSENT)
    plug.plug_in()
    qtbot.waitUntil(lambda: listener.states[-1] is DeviceState.READY)
    plug.send(b"999090000123\r")
    qtbot.waitUntil(lambda: listener.scans == ["999090000123"])
    assert listener.faults == []


def test_tries_grow_rarer_while_there_is_no_gun(qtbot: QtBot, listen: Callable[..., Listener]) -> None:
    listener = listen()
    waits = [listener.gun._again.interval()]
    for _ in range(8):
        listener.gun.open()
        waits.append(listener.gun._again.interval())
    assert waits[0] == FIRST_RETRY_S * 1000
    assert waits == sorted(waits)
    assert waits[-1] == waits[-2] == 8000
    assert listener.states == [DeviceState.ABSENT]


def test_thousand_codes_at_random_splits_are_read_whole(qtbot: QtBot, plug: Plug) -> None:
    plug.plug_in()
    time, random = [0.0], Random(20261122)
    gun = SerialGun(str(plug.path), 115200, clock=lambda: time[0])
    scans: list[str] = []
    gun.scanned.connect(lambda event: scans.append(event.text))
    gun.start()
    try:
        for code in invent_codes(1000, seed=3):
            time[0] += SCAN_INTERVAL_S
            data = code.text.encode() + random.choice([b"\r", b"\n", b"\r\n"])
            while data:
                cut = random.randint(1, 120)
                plug.send(data[:cut])
                data = data[cut:]
                gun._port.waitForReadyRead(1000)  # type: ignore[union-attr]  # it was opened by start
            qtbot.waitUntil(lambda: bool(scans))
            read = parse(scans.pop())
            assert isinstance(read, CitizenCode | InsuranceCode)
            assert read.full_name == code.full_name
            assert read.date_of_birth is not None
            assert read.date_of_birth.iso() == code.date_of_birth.isoformat()
            number = read.personal_number if isinstance(read, CitizenCode) else read.card_number
            assert number == code.number
            assert scans == []
    finally:
        gun.stop()


def test_library_that_cannot_be_loaded_is_trouble_and_no_end(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtSerialPort", None)
    gun = SerialGun("auto", 9600)
    states: list[Any] = []
    gun.state_changed.connect(states.append)
    gun.start()
    assert states == [DeviceState.TROUBLE]
    gun.stop()


def test_gun_to_be_found_by_itself_is_absent_where_no_port_is_at_usb(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serial_gun, "usb_ports", list)
    gun = SerialGun("auto", 9600)
    gun.start()
    assert gun.state is DeviceState.ABSENT
    gun.stop()


def test_gun_to_be_found_by_itself_is_the_first_one_at_usb(
    qtbot: QtBot, plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug.plug_in()
    monkeypatch.setattr(serial_gun, "usb_ports", lambda: [str(plug.path)])
    gun = SerialGun("auto", 9600)
    gun.start()
    assert gun.state is DeviceState.READY
    gun.stop()


def test_flood_of_bytes_is_thrown_away(qtbot: QtBot, plug: Plug, listen: Callable[..., Listener]) -> None:
    plug.plug_in()
    listener = listen()
    for _ in range(8):
        plug.send(b"9" * 1000)
        listener.gun._port.waitForReadyRead(1000)  # type: ignore[union-attr]  # it was opened by start
    plug.send(b"\r")
    qtbot.waitUntil(lambda: listener.faults == ["too-long"])
    assert listener.scans == []
