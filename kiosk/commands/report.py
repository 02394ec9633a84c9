"""How a command's result is written: one line of JSON for scripts, or a listing for people."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from kiosk.text import Language, catalog

_LABEL = "command.label."


def write_report(report: Mapping[str, Any], *, as_json: bool) -> None:
    """Writes a result to stdout."""
    sys.stdout.write((json_line(report) if as_json else as_lines(report)) + "\n")


def json_line(report: Mapping[str, Any]) -> str:
    """JSON in which letters stay letters, and whatever a terminal or a line reader would obey is escaped."""
    line = json.dumps(report, ensure_ascii=False)
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in line)


def as_lines(report: Mapping[str, Any], indent: str = "") -> str:
    """A result for people: one `label: value` a line, nested ones indented, what is absent left out."""
    words = catalog(Language.VI)
    lines = []
    for name, value in report.items():
        if value in (None, "", [], {}):
            continue
        label = words.get(_LABEL + name.lower(), name)
        match value:
            case dict():
                lines.append(f"{indent}{label}:\n{as_lines(value, indent + '  ')}")
            case list():
                lines += [f"{indent}{label}:", *(f"{indent}  - {_sentence(entry)}" for entry in value)]
            case bool():
                lines.append(f"{indent}{label}: {words[f'command.{str(value).lower()}']}")
            case _:
                lines.append(f"{indent}{label}: {printable(str(value))}")
    return "\n".join(lines)


def printable(text: str) -> str:
    """One line whatever a card or a code says: a terminal obeys control characters, a listing must not."""
    return "".join(character if character.isprintable() else "�" for character in text)


def _sentence(entry: object) -> str:
    if isinstance(entry, dict):
        entry = entry.get(Language.VI.value) or " · ".join(str(value or "–") for value in entry.values())
    return printable(str(entry))
