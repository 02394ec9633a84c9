"""A scanner gun in serial mode: opened, watched, and opened again whenever it comes back."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kiosk.reader.gun import Discarded, Heard, Scan, SerialCollector
from kiosk.workflow.event import CodeScanned
from kiosk.workflow.state import DeviceState

if TYPE_CHECKING:
    from PySide6.QtSerialPort import QSerialPort

log = logging.getLogger(__name__)

AUTO = "auto"
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 8.0


class SerialGun(QObject):
    """`scanned` carries `CodeScanned`, or `tested` a `Scan` while `testing`; `state_changed` the gun's light.

    `port` is a port's name or path, or `auto` for the first one at USB. QtSerialPort is loaded by `start` only: a
    kiosk without a serial gun neither pays for it nor needs its library. Lives in the main thread and never blocks.
    """

    scanned = Signal(object)
    tested = Signal(object)
    discarded = Signal(object)
    state_changed = Signal(object)

    def __init__(
        self, port: str, baud: int, parent: QObject | None = None, *, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self._name, self._baud, self._clock = port, baud, clock
        self._collector = SerialCollector()
        self._port: QSerialPort | None = None
        self._state: DeviceState | None = None
        self.testing = False
        self._retry_s = FIRST_RETRY_S
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.open)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.timeout.connect(self.listen_to_silence)

    @property
    def state(self) -> DeviceState:
        """As last told."""
        return self._state or DeviceState.ABSENT

    def start(self) -> None:
        """Opens the port now or whenever it comes."""
        try:
            import PySide6.QtSerialPort  # noqa: F401 - whether it can be loaded
        except ImportError:
            log.warning("gun: QtSerialPort cannot be loaded")
            self._tell(DeviceState.TROUBLE)
            return
        self.open()

    def stop(self) -> None:
        """Closes the port and tries no more."""
        self._again.stop()
        self._silence.stop()
        self._close()

    @Slot()
    def open(self) -> None:
        """One try; a failed one is followed by another, later and later up to `LAST_RETRY_S`."""
        from PySide6.QtCore import QIODeviceBase
        from PySide6.QtSerialPort import QSerialPort

        self._close()
        name = self._name if self._name != AUTO else next(iter(usb_ports()), "")
        if not name:
            self._try_later(DeviceState.ABSENT)
            return
        port = QSerialPort(self)
        port.setPortName(name)
        port.setBaudRate(self._baud)
        if not port.open(QIODeviceBase.OpenModeFlag.ReadOnly):
            absent = port.error() == QSerialPort.SerialPortError.DeviceNotFoundError
            port.deleteLater()
            self._try_later(DeviceState.ABSENT if absent else DeviceState.TROUBLE)
            return
        self._port = port
        self._retry_s = FIRST_RETRY_S
        port.readyRead.connect(self._read)
        port.errorOccurred.connect(self._failed)
        self._tell(DeviceState.READY)

    @Slot()
    def listen_to_silence(self) -> None:
        """Time has passed: what came may be a whole code."""
        self._heard(self._collector.quiet(self._clock()))
        self._wait()

    @Slot()
    def _read(self) -> None:
        if self._port is not None:
            data = bytes(self._port.readAll().data())
            self._heard(self._collector.feed(data, self._clock()))
            self._wait()

    @Slot()
    def _failed(self) -> None:
        from PySide6.QtSerialPort import QSerialPort

        if self._port is None or self._port.error() == QSerialPort.SerialPortError.NoError:
            return
        log.info("gun: the port is gone (%s)", self._port.error().name)
        self._close()
        self._try_later(DeviceState.ABSENT)

    def _try_later(self, state: DeviceState) -> None:
        self._tell(state)
        self._again.start(round(self._retry_s * 1000))
        self._retry_s = min(2 * self._retry_s, LAST_RETRY_S)

    def _close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.readyRead.disconnect(self._read)
            port.errorOccurred.disconnect(self._failed)
            port.close()
            port.deleteLater()
        self._collector.forget()

    def _heard(self, heard: tuple[Heard, ...]) -> None:
        for one in heard:
            match one:
                case Scan(text) if not self.testing:
                    self.scanned.emit(CodeScanned(text))
                case Scan():
                    self.tested.emit(one)
                case Discarded(fault):
                    log.info("scan thrown away: %s", fault.value)
                    self.discarded.emit(fault)

    def _wait(self) -> None:
        deadline_s = self._collector.deadline_s
        if deadline_s is None:
            self._silence.stop()
        else:
            self._silence.start(max(1, round((deadline_s - self._clock()) * 1000) + 1))

    def _tell(self, state: DeviceState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)


def usb_ports() -> list[str]:
    """The serial ports at USB, by their system paths: where guns are.

    Raises:
        ImportError: QtSerialPort or a system library of its is missing.
    """
    from PySide6.QtSerialPort import QSerialPortInfo

    return [port.systemLocation() for port in QSerialPortInfo.availablePorts() if port.hasVendorIdentifier()]


def all_ports() -> list[str]:
    """Every serial port of this machine, by its system path.

    Raises:
        ImportError: QtSerialPort or a system library of its is missing.
    """
    from PySide6.QtSerialPort import QSerialPortInfo

    return [port.systemLocation() for port in QSerialPortInfo.availablePorts()]
