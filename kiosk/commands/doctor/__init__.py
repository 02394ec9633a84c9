"""`kiosk doctor`: is everything here that a check-in needs, and what to do where it is not."""

import sys
from argparse import Namespace

from kiosk.app.doctor.examinations import EXAMINATIONS, examine
from kiosk.app.doctor.finding import Finding, Health
from kiosk.commands.doctor.gun import listen_gun
from kiosk.commands.report import json_line, printable
from kiosk.settings import Settings
from kiosk.text import Language, say

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
        finding = examine(examination, settings)
        findings.append((name, finding))
        if not given.json:
            sys.stdout.write(_as_line(name, finding) + "\n")
            sys.stdout.flush()
    if given.json:
        sys.stdout.write(json_line({"checks": [_as_json(name, finding) for name, finding in findings]}) + "\n")
    return 1 if any(finding.health is Health.BAD for _, finding in findings) else 0


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
