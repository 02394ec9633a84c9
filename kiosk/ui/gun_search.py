"""Which port and speed a serial gun has, found by listening while somebody scans one code again and again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from kiosk.reader.gun import Scan, SerialCollector, Way
from kiosk.reader.gun.sieve import is_whole
from kiosk.reader.gun.trial import judge

if TYPE_CHECKING:
    from PySide6.QtSerialPort import QSerialPort

BAUDS = (9600, 115200, 19200, 38400, 57600, 4800, 2400, 1200)
"""Bits per second as guns come from the factory, the usual ones first."""
SCAN_IS_OVER_S = 0.4
"""So much silence after bytes that made no code: they came at another speed."""
_POLL_MS = 20


@dataclass(frozen=True, slots=True)
class FoundGun:
    """Where a code was heard."""

    port: str
    baud: int
    way: Way


class _Ear:
    """One port at one speed at a time."""

    def __init__(self, name: str, bauds: Sequence[int], port: "QSerialPort", clock: Callable[[], float]) -> None:
        self.name, self._bauds, self._port, self._clock = name, bauds, port, clock
        self._turn = 0
        self._collector = SerialCollector()
        self._heard_s: float | None = None

    @property
    def baud(self) -> int:
        return self._bauds[self._turn % len(self._bauds)]

    def listen(self) -> Way | None:
        """How a code came, if one came now."""
        if self._port.bytesAvailable() or self._port.waitForReadyRead(_POLL_MS):
            self._heard_s = self._clock()
            heard = self._collector.feed(bytes(self._port.readAll().data()), self._clock())
        else:
            heard = self._collector.quiet(self._clock())
        for one in heard:
            if isinstance(one, Scan) and (is_whole(one.text) or judge(one).is_test_code):
                return one.way
        return None

    def give_up_speed(self) -> bool:
        """Goes on to the next speed after a scan that made no sense; whether it did."""
        if self._heard_s is None or self._clock() - self._heard_s < SCAN_IS_OVER_S:
            return False
        self._heard_s = None
        self._turn += 1
        self._collector.forget()
        self._port.setBaudRate(self.baud)
        self._port.clear()
        return True

    def close(self) -> None:
        self._port.close()


def find_gun(
    names: Sequence[str],
    seconds: float,
    *,
    bauds: Sequence[int] = BAUDS,
    listening: Callable[[Sequence[str]], None] = lambda _ports: None,
    heard_noise: Callable[[str, int], None] = lambda _port, _baud: None,
    clock: Callable[[], float] = monotonic,
) -> FoundGun | None:
    """Listens at all of `names` at once for `seconds`; blocks.

    `listening` is told the ports that did open, once scanning makes sense; `heard_noise` the port and the speed at
    which it listens next, whenever a scan was no code: it has to be scanned again. None at once where no port opens.

    Raises:
        ImportError: QtSerialPort or a system library of its is missing.
    """
    with qt_ports():
        ears = [ear for ear in (_open(name, bauds, clock) for name in names) if ear is not None]
        try:
            listening([ear.name for ear in ears])
            return _listen(ears, clock() + seconds, heard_noise, clock)
        finally:
            for ear in ears:
                ear.close()


def _listen(
    ears: Sequence[_Ear], ends_s: float, heard_noise: Callable[[str, int], None], clock: Callable[[], float]
) -> FoundGun | None:
    while ears and clock() < ends_s:
        for ear in ears:
            way = ear.listen()
            if way is not None:
                return FoundGun(ear.name, ear.baud, way)
            if ear.give_up_speed():
                heard_noise(ear.name, ear.baud)
    return None


@contextmanager
def qt_ports() -> Iterator[None]:
    """What QtSerialPort needs where no window is: an application of its own, until the block ends.

    Raises:
        ImportError: QtSerialPort or a system library of its is missing.
    """
    import PySide6.QtSerialPort  # noqa: F401 - whether it can be loaded
    from PySide6.QtCore import QCoreApplication

    app = QCoreApplication.instance() or QCoreApplication(["kiosk"])
    yield
    del app


def _open(name: str, bauds: Sequence[int], clock: Callable[[], float]) -> _Ear | None:
    from PySide6.QtCore import QIODeviceBase
    from PySide6.QtSerialPort import QSerialPort

    port = QSerialPort()
    port.setPortName(name)
    port.setBaudRate(bauds[0])
    if not port.open(QIODeviceBase.OpenModeFlag.ReadOnly):
        return None
    return _Ear(name, bauds, port, clock)
