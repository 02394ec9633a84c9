"""The barcode gun: on wish, which port and speed it has."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.app.doctor.gun import AUTO
from kiosk.commands.report import json_line, printable
from kiosk.reader.gun import Way
from kiosk.settings import Settings
from kiosk.text import Language, say

if TYPE_CHECKING:
    from kiosk.ui.gun_search import FoundGun


def listen_gun(settings: Settings, seconds: float, *, as_json: bool) -> int:
    """Asks for scans of the set-up sheet's code and tells the settings with which one was heard; 1 where none was.

    With `--json` one object: `gun` with `port, baud, way`, or null, and `cure`.
    """
    try:
        from kiosk.ui.gun_search import find_gun
        from kiosk.ui.serial_gun import all_ports, usb_ports

        names = _candidates(settings.gun.port, usb_ports(), all_ports())
    except ImportError:
        return _tell(None, "doctor.cure.gun-library", as_json=as_json)
    found = find_gun(
        names,
        seconds,
        listening=lambda ports: _ask("doctor.listen.scan", ports=", ".join(ports) or "–", seconds=round(seconds)),
        heard_noise=lambda port, baud: _ask("doctor.listen.again", port=port, baud=baud),
    )
    if found is None:
        return _tell(None, "doctor.listen.nothing", as_json=as_json)
    return _tell(found, "" if found.way is Way.SERIAL else "doctor.cure.gun-encoding", as_json=as_json)


def _tell(found: "FoundGun | None", cure_key: str, *, as_json: bool) -> int:
    if as_json:
        gun = {"port": found.port, "baud": found.baud, "way": found.way.value} if found else None
        cure = say(cure_key, Language.EN) if cure_key else ""
        sys.stdout.write(json_line({"gun": gun, "cure": cure}) + "\n")
    else:
        if found:
            sys.stdout.write(f'[gun]\nport = "{printable(found.port)}"\nbaud = {found.baud}\n')
        if cure_key:
            _ask(cure_key)
    return 0 if found else 1


def _candidates(wished: str, at_usb: Sequence[str], everywhere: Sequence[str]) -> list[str]:
    if wished and wished != AUTO:
        return [wished]
    return [*at_usb, *(name for name in everywhere if name not in at_usb)]


def _ask(key: str, **values: object) -> None:
    sys.stderr.write(say(key, Language.VI, **values) + "\n")
    sys.stderr.flush()
