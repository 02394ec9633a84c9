"""Tries the camera once and tells how it went; no frame leaves it.

`python -m kiosk.ui.camera.trial NAME` does it in a process of its own and writes one JSON object, because drivers of
cameras hang and crash: `try_camera` waits for no longer than it says.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

TRIAL_S = 12.0
"""Loading, opening, the first frame, and two seconds for the iris."""
_IRIS_MS = 2000


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found. `chosen` and `sends` (its format) are empty where no camera fits the name.

    `level` is the mean level of its brightest frame, 0 to 255; None where no frame came, and `error` may say why.
    """

    cameras: tuple[str, ...] = ()
    chosen: str = ""
    sends: str = ""
    level: float | None = None
    error: str = ""


def try_camera(name: str, timeout_s: float = TRIAL_S) -> Trial | None:
    """Opens the camera whose name begins with `name`; None: QtMultimedia or one of its libraries is missing.

    A process that hangs or crashes is an `error` of what was found before.
    """
    command = [sys.executable, "-m", __name__, name]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False)  # noqa: S603 - ourselves
    except subprocess.TimeoutExpired as expired:
        return _told(expired.stdout or b"", "timeout")
    return _told(ran.stdout, "" if ran.returncode == 0 else f"status {ran.returncode}")


def _told(out: bytes, error: str) -> Trial | None:
    """The last object that was written: the first one comes before the camera is opened."""
    lines = out.decode("utf-8", "replace").splitlines()
    if not lines:
        return Trial(error=error or "silent")
    told = json.loads(lines[-1])
    if told is None:
        return None
    trial = Trial(**{**told, "cameras": tuple(told["cameras"])})
    return Trial(trial.cameras, trial.chosen, trial.sends, trial.level, trial.error or error)


def _tell(trial: Trial | None) -> None:
    sys.stdout.write(json.dumps(trial and asdict(trial)) + "\n")
    sys.stdout.flush()


def _run(name: str) -> None:
    try:
        from PySide6.QtCore import QCoreApplication, QTimer
        from PySide6.QtMultimedia import QMediaDevices

        from kiosk.ui.camera.source import CameraSource, chosen_device, chosen_format
    except ImportError:
        _tell(None)
        return
    from kiosk.ui.camera.frame import CameraFrame, brightness, luminance
    from kiosk.ui.camera.supervision import FIRST_FRAME_S, UNCOVERED_ABOVE

    app = QCoreApplication([])
    cameras = tuple(device.description() for device in QMediaDevices.videoInputs())
    device = chosen_device(name)
    if device is None:
        _tell(Trial(cameras))
        return
    sends = chosen_format(device)
    trial = Trial(cameras, device.description(), sends.in_words() if sends else "")
    _tell(trial)
    source = CameraSource(name)
    levels: list[float] = []
    errors: list[str] = []

    def came(frame: CameraFrame) -> None:
        if not levels:
            QTimer.singleShot(_IRIS_MS, app.quit)
        gray = luminance(frame)
        levels.append(0.0 if gray is None else brightness(gray))
        if levels[-1] >= UNCOVERED_ABOVE:
            app.quit()

    def failed(error: str) -> None:
        errors.append(error)
        app.quit()

    source.came.connect(came)
    source.failed.connect(failed)
    QTimer.singleShot(round(FIRST_FRAME_S * 1000), lambda: None if levels else app.quit())
    source.open()
    app.exec()
    source.close()
    _tell(Trial(cameras, trial.chosen, trial.sends, max(levels, default=None), "".join(errors[:1])))


if __name__ == "__main__":
    _run(sys.argv[1])
