"""Officers: who can sign in at the staff's window, and whose name stands in while nobody is."""

from kiosk.app import desk
from kiosk.app.doctor.finding import Finding, Health
from kiosk.app.officers import officers_of
from kiosk.settings import Settings


def examine_officers(settings: Settings) -> Finding:
    """Counts those who can sign in, opens their numbers, and looks for the responsible officer.

    Raises:
        KioskError: STORE_…, SETTINGS_INVALID, KEY_WRONG, KEYSTORE_….
    """
    with officers_of(settings) as officers:
        count = sum(officer.active for officer in officers.all())
    secrets = desk.secrets_of(settings)
    is_named = bool(secrets.officer_name and secrets.officer_id)
    told = f"{count}; {'✔' if is_named else '✘'}"
    if settings.screen.mode == "desk" and settings.officer.required and not count:
        return Finding(Health.BAD, told, "officer.cure.required")
    if not is_named:
        return Finding(Health.ATTENTION, told, "officer.cure.responsible")
    if settings.screen.mode == "desk" and not count:
        return Finding(Health.ATTENTION, told, "officer.cure.none")
    return Finding(Health.GOOD, told)
