"""`kiosk officer`: who may sign in at the staff's window, and the log of who was on duty."""

import getpass
import sys
from argparse import Namespace
from datetime import timedelta
from typing import Any

from kiosk.app.clock import now
from kiosk.app.officers import officers_of
from kiosk.checkin.officer import DutyEntry, KeptOfficer
from kiosk.checkin.officers import Officers
from kiosk.commands.report import write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.privacy import mask_number
from kiosk.settings import Settings
from kiosk.text import Language, say

_LONGEST_LINE = 200


def run(settings: Settings, given: Namespace) -> int:
    """Adds, lists or removes officers, sets a PIN, or shows the log; numbers are masked, PINs never shown.

    A PIN is asked for twice at the terminal without echo, or read as two lines from a pipe.

    Raises:
        KioskError: INPUT_INVALID, PIN_REFUSED; STORE_…, KEY_WRONG, KEYSTORE_….
    """
    with officers_of(settings) as officers:
        match given.action:
            case "add":
                officers.add(given.name, given.id, _new_pin(), given.code.lower())
            case "remove":
                officers.all()  # with a wrong key it fails before the change, not after it
                officers.remove(given.code.lower())
            case "set-pin":
                officers.set_pin(given.code.lower(), _new_pin())
            case "log":
                write_report(_describe_log(officers, given.days, as_json=given.json), as_json=given.json)
                return 0
        write_report({"officers": [_describe(one, as_json=given.json) for one in officers.all()]}, as_json=given.json)
    return 0


def _new_pin() -> str:
    at_terminal = sys.stdin.isatty()
    first, again = (
        getpass.getpass(say(f"officer.command.{asked}", Language.VI)) if at_terminal else _line()
        for asked in ("pin", "pin_again")
    )
    if first != again:
        raise KioskError(FailureCode.INPUT_INVALID, "the two PINs differ")
    return first


def _line() -> str:
    return sys.stdin.readline(_LONGEST_LINE).strip("\r\n")


def _describe(officer: KeptOfficer, *, as_json: bool) -> Any:  # noqa: ANN401 - an entry of a report
    number = mask_number(officer.number)
    if as_json:
        return {"code": officer.short_code, "name": officer.full_name, "number": number, "active": officer.active}
    removed = "" if officer.active else say("officer.command.removed", Language.VI)
    return "  ".join(filter(None, (officer.short_code, officer.full_name, number, removed)))


def _describe_log(officers: Officers, days: int, *, as_json: bool) -> dict[str, Any]:
    since = now() - timedelta(days=days)
    entries = [entry for entry in officers.history() if entry.at >= since]
    return {"duty_log": [_describe_entry(entry, as_json=as_json) for entry in entries]}


def _describe_entry(entry: DutyEntry, *, as_json: bool) -> Any:  # noqa: ANN401 - an entry of a report
    if as_json:
        at = entry.at.isoformat(timespec="seconds")
        return {"at": at, "name": entry.full_name or None, "happened": entry.happened.value}
    name = entry.full_name or say("officer.command.nobody", Language.VI)
    return f"{entry.at:%d/%m/%Y %H:%M:%S}  {name}  {say(f'officer.happened.{entry.happened.value}', Language.VI)}"
