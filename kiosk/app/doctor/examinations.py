"""All examinations of the doctor, for the command and for the staff's page."""

from collections.abc import Callable

from kiosk.app.doctor.camera import examine_camera
from kiosk.app.doctor.chip import examine_pcsc, examine_reader, examine_signers
from kiosk.app.doctor.codes import examine_codes
from kiosk.app.doctor.finding import Finding
from kiosk.app.doctor.gateway import examine_gateway
from kiosk.app.doctor.gun import examine_gun
from kiosk.app.doctor.machine import examine_clinic, examine_clock, examine_fonts, examine_settings, examine_store
from kiosk.app.doctor.mrz import examine_mrz
from kiosk.app.doctor.officers import examine_officers
from kiosk.app.doctor.printer import examine_printer, examine_printers, examine_slip
from kiosk.app.doctor.secrets import examine_secrets
from kiosk.app.doctor.store import examine_backup
from kiosk.failure import KioskError
from kiosk.settings import Settings

EXAMINATIONS: dict[str, Callable[[Settings], Finding]] = {
    "settings": examine_settings,
    "clinic": examine_clinic,
    "clock": examine_clock,
    "fonts": examine_fonts,
    "codes": examine_codes,
    "camera": examine_camera,
    "mrz": examine_mrz,
    "gun": examine_gun,
    "pcsc": examine_pcsc,
    "reader": examine_reader,
    "csca": examine_signers,
    "secrets": examine_secrets,
    "store": examine_store,
    "backup": examine_backup,
    "officers": examine_officers,
    "slip": examine_slip,
    "printer": examine_printer,
    "printers": examine_printers,
    "gateway": examine_gateway,
}
"""In the order in which a desk is set up."""


def examine(examination: Callable[[Settings], Finding], settings: Settings) -> Finding:
    """What broke an examination is its finding: the desk would break on it too."""
    try:
        return examination(settings)
    except KioskError as error:
        return Finding.of(error)
