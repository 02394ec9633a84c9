"""`kiosk doctor`: is everything here that a check-in needs, and what to do where it is not."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from kiosk.app import desk
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.reader import pcsc
from kiosk.settings import Secrets, Settings
from kiosk.text import Language, say


class Health(StrEnum):
    """How one thing is."""

    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; `code` names the failure that it would become at the desk."""

    name: str
    health: Health
    detail: str
    code: FailureCode | None = None

    def cure(self, language: Language) -> str:
        """What to do; empty where nothing is."""
        return say(f"failure.{self.code.value}.cure", language) if self.code else ""


def run(settings: Settings, given: Namespace) -> int:
    """Checks everything, prints one finding a line, and fails if one is bad."""
    findings = [_examine(name, check, settings) for name, check in CHECKS.items()]
    if given.json:
        sys.stdout.write(json.dumps({"checks": [_as_json(finding) for finding in findings]}, ensure_ascii=False) + "\n")
    else:
        for finding in findings:
            sys.stdout.write(_as_line(finding) + "\n")
    return 1 if any(finding.health is Health.BAD for finding in findings) else 0


def _examine(name: str, check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(name, Health.GOOD, check(settings))
    except KioskError as error:
        health = Health.ATTENTION if error.code in _STILL_WORKS else Health.BAD
        return Finding(name, health, error.detail, error.code)


_STILL_WORKS = {FailureCode.READER_MISSING, FailureCode.PCSC_MISSING}
"""Without a reader the desk still takes codes and numbers."""


def _reader(settings: Settings) -> str:
    return desk.first_reader(settings.reader.name)


def _readers(_settings: Settings) -> str:
    return ", ".join(pcsc.list_readers())


def _anchors(settings: Settings) -> str:
    return str(len(desk.anchors_of(settings).certificates))


def _fonts(settings: Settings) -> str:
    return find_fonts(settings.screen.font).family


def _clinic(settings: Settings) -> str:
    return desk.clinic_of(settings).name[Language.VI]


def _store(settings: Settings) -> str:
    with desk.journal_of(settings, desk.clinic_of(settings)) as journal:
        return str(sum(journal.waiting().values()))


def _printer(settings: Settings) -> str:
    desk.printer_of(settings)
    return settings.printer.target


def _gateway(settings: Settings) -> str:
    with desk.gateway_of(settings, Secrets.from_environment()):
        return urlsplit(settings.lookup.base_url).hostname or ""


CHECKS: dict[str, Callable[[Settings], str]] = {
    "clinic": _clinic,
    "fonts": _fonts,
    "pcsc": _readers,
    "reader": _reader,
    "csca": _anchors,
    "store": _store,
    "printer": _printer,
    "gateway": _gateway,
}


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "name": finding.name,
        "health": finding.health.value,
        "detail": finding.detail,
        **({"code": finding.code.value, "cure": finding.cure(Language.EN)} if finding.code else {}),
    }


def _as_line(finding: Finding) -> str:
    mark = {Health.GOOD: "✔", Health.ATTENTION: "!", Health.BAD: "✘"}[finding.health]
    name = say(f"command.doctor.{finding.name}", Language.VI)
    return f"{mark} {name}: {' — '.join(part for part in (finding.detail, finding.cure(Language.VI)) if part)}"
