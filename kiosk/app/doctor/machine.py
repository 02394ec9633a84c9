"""The machine itself: its settings, clock, letters and journal."""

from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

import kiosk
from kiosk.app import desk
from kiosk.app.clock import HO_CHI_MINH, now
from kiosk.app.doctor.finding import Finding, Health
from kiosk.app.keeping import journal_of
from kiosk.fonts import VIETNAMESE_LETTERS, find_fonts
from kiosk.settings import Settings
from kiosk.text import Language

EARLIEST = date(2026, 11, 1)
"""This program did not exist before."""
_LATEST = date(2050, 1, 1)
_INVENTED_PROVINCE = "99"
_FILES_MAY_BE_AHEAD_BY = timedelta(hours=2)


def examine_settings(settings: Settings) -> Finding:
    """The settings were read before anything else; the files that they name have to be there."""
    ca_file = settings.lookup.ca_file
    if ca_file and not settings.path(ca_file).is_file():
        return Finding(Health.BAD, f"lookup.ca_file: {ca_file}", "failure.settings-invalid.cure")
    return Finding(Health.GOOD, str(settings.folder))


def examine_clinic(settings: Settings) -> Finding:
    """The clinic's file, and whether it is still the invented one.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    clinic = desk.clinic_of(settings)
    told = f"{clinic.name[Language.VI]} ({clinic.facility_code}), {len(clinic.services)}"
    if clinic.facility_code.startswith(_INVENTED_PROVINCE):
        return Finding(Health.ATTENTION, told, "command.doctor.cure.clinic")
    return Finding(Health.GOOD, told)


def examine_clock(settings: Settings) -> Finding:
    """Whether the clock can be right: no earlier than this program and the files that it wrote."""
    return judge_clock(now(), _newest([Path(kiosk.__file__), *_store_files(settings)]))


def judge_clock(now: datetime, newest_file: datetime) -> Finding:
    """A dead battery starts years ago, and a file from the future was written when the clock was still right."""
    told = now.isoformat(timespec="seconds")
    if now.date() < EARLIEST or now.date() >= _LATEST or newest_file - now > _FILES_MAY_BE_AHEAD_BY:
        return Finding(Health.BAD, told, "command.doctor.cure.clock")
    return Finding(Health.GOOD, told)


def examine_fonts(settings: Settings) -> Finding:
    """The family that slips and screens use; only one with every Vietnamese letter counts.

    Raises:
        KioskError: FONT_MISSING.
    """
    wished, found = settings.screen.font, find_fonts(settings.screen.font).family
    told = f"{found}: {len(VIETNAMESE_LETTERS)}/{len(VIETNAMESE_LETTERS)}"
    if found != wished:
        return Finding(Health.ATTENTION, f"{told}; {wished}: –", "failure.font-missing.cure")
    return Finding(Health.GOOD, told)


def examine_store(settings: Settings) -> Finding:
    """Opens the journal and reads it through.

    Raises:
        KioskError: STORE_…, SETTINGS_INVALID.
    """
    with journal_of(settings, desk.clinic_of(settings)) as journal:
        journal.verify()
        return Finding(Health.GOOD, str(sum(journal.waiting().values())))


def _store_files(settings: Settings) -> list[Path]:
    url = make_url(settings.store_url)
    return [Path(url.database)] if url.get_backend_name() == "sqlite" and url.database else []


def _newest(files: list[Path]) -> datetime:
    there = [file.stat().st_mtime for file in files if file.exists()]
    return datetime.fromtimestamp(max(there), HO_CHI_MINH)
