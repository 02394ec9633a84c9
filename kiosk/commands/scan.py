"""`kiosk scan`: the codes in pictures, what they are and what they say."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any, TextIO, assert_never

from kiosk.commands.report import json_line, printable
from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.reader.codes import Found, decode_file, text_of
from kiosk.reader.document import CitizenCode, Code, InsuranceCode, MrzCode, NumberCode, NumberKind, UnknownCode
from kiosk.reader.payload import parse
from kiosk.settings import Settings, as_utf8
from kiosk.text import Language, say

_NUMBER_FIELDS = {
    NumberKind.PERSONAL: "personal_number",
    NumberKind.SOCIAL_INSURANCE: "social_insurance_number",
    NumberKind.INSURANCE_CARD: "card_number",
}


def run(settings: Settings, given: Namespace) -> int:  # noqa: ARG001 - every command gets the settings
    """Scans the images of the command line.

    Raises:
        KioskError: IMAGE_UNREADABLE, after the listing for people that names which; with `--json` each is told in its
            own object.
    """
    status = scan(given.images, as_json=given.json, out=sys.stdout)
    if status and not given.json:
        raise KioskError(FailureCode.IMAGE_UNREADABLE)
    return status


def scan(images: Sequence[Path], *, as_json: bool, out: TextIO) -> int:
    """Writes what each image holds: with `as_json` one object a line, else a list for people.

    An image without a code has nothing found and is no error; a file that is no image is told in its place, the
    others go on, and the exit status is 1.
    """
    status = 0
    for image in images:
        report: dict[str, Any] = {"image": as_utf8(str(image))}
        try:
            report["found"] = [_describe_found(found) for found in decode_file(image)]
        except KioskError as error:
            status = 1
            language = Language.EN if as_json else Language.VI
            report["error"] = {"code": error.code.value, "message": error.told(language)}
        out.write((json_line(report) if as_json else _listing(report)) + "\n")
    return status


def describe(code: Code) -> tuple[str, dict[str, Any]]:
    """The kind of a code and its fields: only what is known, dates ISO as far as known."""
    match code:
        case CitizenCode():
            return "citizen-card", _known(code)
        case InsuranceCode():
            return "insurance-card", _known(code)
        case NumberCode(kind, number):
            return kind.value, {_NUMBER_FIELDS[kind]: number}
        case MrzCode(mrz):
            return "mrz", _known(mrz)
        case UnknownCode():
            return "unknown", {}
        case _:
            assert_never(code)


def _describe_found(found: Found) -> dict[str, Any]:
    try:
        text = text_of(found.payload)
    except UnicodeDecodeError:
        return {"kind": "unknown", "text": "", "fields": {"payload_hex": found.payload.hex()}}
    kind, known = describe(parse(text))
    return {"kind": kind, "text": text, "fields": known}


def _known(record: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass of reader.document
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {
        name: _plain(value)
        for name, value in values.items()
        if value and not name.endswith("_raw") and (not isinstance(value, tuple) or any(value))
    }


def _plain(value: object) -> object:
    match value:
        case PartialDate():
            return value.iso()
        case Enum():
            return value.value
        case tuple():
            return list(value)
    return value


def _listing(report: dict[str, Any]) -> str:
    if "error" in report:
        return f"{printable(report['image'])}: {report['error']['message']}"
    if not report["found"]:
        return f"{report['image']}: {say('command.scan.nothing', Language.VI)}"
    lines = [f"{report['image']}:"]
    for found in report["found"]:
        kind, known = found["kind"], found["fields"] or {"text": found["text"]}
        lines.append(f"  {say(f'command.scan.kind.{kind}', Language.VI)}")
        for name, value in known.items():
            shown = say(f"command.scan.sex.{value}", Language.VI) if name == "sex" else _shown(value)
            lines.append(f"    {say(f'command.scan.field.{name}', Language.VI)}: {shown}")
    return "\n".join(lines)


def _shown(value: object) -> str:
    return printable("; ".join(map(str, filter(None, value))) if isinstance(value, list) else str(value))
