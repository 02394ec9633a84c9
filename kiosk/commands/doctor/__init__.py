"""`kiosk doctor`: is everything here that a check-in needs, and what to do where it is not."""

import sys
from argparse import Namespace
from collections.abc import Callable

from kiosk.commands.doctor.camera import examine_camera
from kiosk.commands.doctor.chip import examine_pcsc, examine_reader, examine_signers
from kiosk.commands.doctor.codes import examine_codes
from kiosk.commands.doctor.finding import Finding, Health
from kiosk.commands.doctor.gateway import examine_gateway
from kiosk.commands.doctor.gun import examine_gun, listen_gun
from kiosk.commands.doctor.machine import examine_clinic, examine_clock, examine_fonts, examine_settings, examine_store
from kiosk.commands.doctor.mrz import examine_mrz
from kiosk.commands.doctor.officers import examine_officers
from kiosk.commands.doctor.printer import examine_printer, examine_printers
from kiosk.commands.doctor.secrets import examine_secrets
from kiosk.commands.doctor.store import examine_backup
from kiosk.commands.report import json_line, printable
from kiosk.failure import KioskError
from kiosk.settings import Settings
from kiosk.text import Language, say

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
    "printer": examine_printer,
    "printers": examine_printers,
    "gateway": examine_gateway,
}
"""In the order in which a desk is set up."""

_MARKS = {Health.GOOD: "✔", Health.ATTENTION: "!", Health.BAD: "✘"}


def run(settings: Settings, given: Namespace) -> int:
    """Examines everything, tells one finding a line as it comes, and fails if one is bad.

    With `--json` one object: `checks[]`, each with `name, health, detail, cure`. With `--listen-gun` nothing of that:
    the serial gun's port and speed are found while somebody scans.
    """
    if given.listen_gun is not None:
        return listen_gun(settings, given.listen_gun, as_json=given.json)
    findings = []
    for name, examination in EXAMINATIONS.items():
        finding = _examine(examination, settings)
        findings.append((name, finding))
        if not given.json:
            sys.stdout.write(_as_line(name, finding) + "\n")
            sys.stdout.flush()
    if given.json:
        sys.stdout.write(json_line({"checks": [_as_json(name, finding) for name, finding in findings]}) + "\n")
    return 1 if any(finding.health is Health.BAD for _, finding in findings) else 0


def _examine(examination: Callable[[Settings], Finding], settings: Settings) -> Finding:
    """What broke an examination is its finding: the desk would break on it too."""
    try:
        return examination(settings)
    except KioskError as error:
        return Finding.of(error)


def _as_json(name: str, finding: Finding) -> dict[str, str]:
    return {
        "name": name,
        "health": finding.health.value,
        "detail": finding.detail,
        "cure": finding.cure(Language.EN),
    }


def _as_line(name: str, finding: Finding) -> str:
    told = [f"{_MARKS[finding.health]} {say(f'command.doctor.name.{name}', Language.VI)}: {printable(finding.detail)}"]
    return " — ".join(filter(None, [*told, finding.cure(Language.VI)]))
