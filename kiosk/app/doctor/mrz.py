"""Whether machine-readable zones are read by camera: an extra that a desk may do without."""

from kiosk.app.doctor.finding import Finding, Health
from kiosk.reader.mrz_camera.engine import WordReader, is_installed, version
from kiosk.settings import Settings


def examine_mrz(settings: Settings) -> Finding:
    """Installed, or not, or turned off: all three are good; ill is only an engine that does not start."""
    if settings.camera.read_mrz == "off":
        return Finding(Health.GOOD, "off")
    if not is_installed():
        return Finding(Health.GOOD, "–", "command.doctor.cure.mrz")
    try:
        WordReader().close()
    except (ImportError, RuntimeError) as error:
        return Finding(Health.ATTENTION, type(error).__name__, "command.doctor.cure.mrz-broken")
    return Finding(Health.GOOD, version())
