"""The voices that read pages and calls aloud; none is no trouble: screens say the same.

`python -m kiosk.app.doctor.voices` lists them in a process of its own: engines of speech load for seconds, and may
hang where a window's thread must not.
"""

import json
import subprocess
import sys

from kiosk.app.doctor.finding import Finding, Health
from kiosk.settings import Settings
from kiosk.text import Language

_WITHIN_S = 20.0


def examine_voices(_settings: Settings) -> Finding:
    """How many voices there are for each language, and the first of each."""
    command = [sys.executable, "-m", __name__]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_WITHIN_S, check=True)  # noqa: S603 - ourselves
        found = json.loads(ran.stdout.decode().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        return Finding(Health.ATTENTION, type(error).__name__, "staff.devices.cure.voices")
    told = "; ".join(f"{language}: {', '.join(names) or '–'}" for language, names in found.items())
    if not found.get(Language.VI.value):
        return Finding(Health.ATTENTION, told, "staff.devices.cure.voices")
    return Finding(Health.GOOD, told)


def _tell() -> None:
    from PySide6.QtGui import QGuiApplication

    from kiosk.ui.speech import voices

    app = QGuiApplication(["kiosk", "-platform", "offscreen"])
    sys.stdout.write(json.dumps({language.value: voices(language) for language in Language}) + "\n")
    sys.stdout.flush()
    del app


if __name__ == "__main__":
    _tell()
