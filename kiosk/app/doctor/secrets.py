"""The keystore: which one it is, and what of the gateway's account is still missing."""

from kiosk.app import desk
from kiosk.app.doctor.finding import Finding, Health
from kiosk.settings import Settings


def examine_secrets(settings: Settings) -> Finding:
    """Reads what is kept and tells only which of it is there.

    Raises:
        KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED.
    """
    place = settings.keystore.place
    if missing := desk.secrets_of(settings).missing:
        return Finding(Health.ATTENTION, f"{place}; {', '.join(missing)}", "command.doctor.cure.secrets")
    return Finding(Health.GOOD, place)
