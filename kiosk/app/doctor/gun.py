"""The barcode gun: whether its port is there."""

from kiosk.app.doctor.finding import Finding, Health
from kiosk.settings import Settings

AUTO = "auto"
"""`gun.port` of the first gun at USB."""


def examine_gun(settings: Settings) -> Finding:
    """Opens the port of the settings and closes it; without one the gun is a keyboard, and nothing is to be checked."""
    try:
        from PySide6.QtCore import QIODeviceBase
        from PySide6.QtSerialPort import QSerialPort

        from kiosk.ui.gun_search import qt_ports
        from kiosk.ui.serial_gun import usb_ports

        at_usb = usb_ports()
    except ImportError as error:
        return Finding(Health.ATTENTION, f"QtSerialPort: {error.name or ''}", "doctor.cure.gun-library")
    told = f"USB: {', '.join(at_usb) or '–'}"
    wished = settings.gun.port
    if not wished:
        return Finding(Health.GOOD, f"keyboard, {settings.gun.key_gap_ms} ms; {told}")
    name = wished if wished != AUTO else next(iter(at_usb), "")
    if not name:
        return Finding(Health.ATTENTION, f"{wished}; {told}", "doctor.cure.gun-absent")
    with qt_ports():
        port = QSerialPort()
        port.setPortName(name)
        port.setBaudRate(settings.gun.baud)
        opens = port.open(QIODeviceBase.OpenModeFlag.ReadOnly)
        port.close()
        if opens:
            return Finding(Health.GOOD, f"{name}, {settings.gun.baud}; {told}")
        refused = port.error() == QSerialPort.SerialPortError.PermissionError
        cure = "doctor.cure.gun-refused" if refused else "doctor.cure.gun-absent"
        return Finding(Health.ATTENTION, f"{name}: {port.error().name}; {told}", cure)
