"""`kiosk secrets`: puts the gateway's account, the officer and the data key into the keystore."""

import getpass
import sys
from argparse import Namespace

from kiosk.commands.recovery_code import enter, show
from kiosk.commands.report import write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.keystore import DATA_KEY_BYTES, SecretName, is_data_key
from kiosk.settings import Settings

_LONGEST = 200


def run(settings: Settings, given: Namespace) -> int:
    """Lists which secrets are kept, keeps one or forgets one; no value is ever shown but the data key's code on wish.

    A value is asked for at the terminal without echo, or read as one line from a pipe: on a command line everybody on
    the machine could read it.

    Raises:
        KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED; INPUT_INVALID.
    """
    keystore = settings.keystore
    if given.action == "recovery-code":
        report = show(settings) if given.code_action == "show" else enter(settings)
        write_report(report, as_json=given.json)
        return 0
    match given.action:
        case "set":
            keystore.write(SecretName(given.name), _value(SecretName(given.name)))
        case "forget":
            keystore.forget(SecretName(given.name))
    kept = {name.value: keystore.read(name) is not None for name in SecretName}
    write_report({"keystore": keystore.place, "kept": kept}, as_json=given.json)
    return 0


def _value(name: SecretName) -> str:
    written = getpass.getpass(f"{name.value}: ") if sys.stdin.isatty() else sys.stdin.readline()
    value = written.strip("\r\n")
    if not value.strip() or len(value) > _LONGEST or not value.isprintable():
        raise KioskError(FailureCode.INPUT_INVALID, f"{name.value}: 1 to {_LONGEST} printable characters")
    if name is SecretName.DATA_KEY and not is_data_key(value):
        raise KioskError(FailureCode.INPUT_INVALID, f"{name.value}: {DATA_KEY_BYTES} bytes in base64")
    return value
