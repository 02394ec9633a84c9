"""The camera: which there are, which one is used, what it sends, and whether frames come.

Without one the desk still takes cards, guns and numbers, so nothing here is bad.
"""

from kiosk.app.doctor.finding import Finding, Health
from kiosk.settings import Settings
from kiosk.ui.camera.camera import NO_CAMERA
from kiosk.ui.camera.supervision import COVERED_BELOW
from kiosk.ui.camera.trial import Trial, try_camera


def examine_camera(settings: Settings) -> Finding:
    """Opens it for a moment: whoever runs the doctor sees its lamp."""
    if settings.camera.name == NO_CAMERA:
        return Finding(Health.GOOD, NO_CAMERA)
    return judge_camera(settings.camera.name, try_camera(settings.camera.name))


def judge_camera(name: str, trial: Trial | None) -> Finding:
    """What came of the trial, in words; None: its library is missing."""
    if trial is None:
        return Finding(Health.ATTENTION, "QtMultimedia: –", "command.doctor.cure.camera-library")
    others = ", ".join(trial.cameras) or "0"
    if not trial.chosen:
        if trial.error:
            return Finding(Health.ATTENTION, trial.error, "command.doctor.cure.camera-silent")
        wished = f"{name}: –; " if name else ""
        cure = "camera-name" if trial.cameras else "camera-absent"
        return Finding(Health.ATTENTION, f"{wished}{others}", f"command.doctor.cure.{cure}")
    told = f"{trial.chosen} ({trial.sends or '–'})"
    if len(trial.cameras) > 1:
        told = f"{told}; {others}"
    if trial.level is None:
        why = f": {trial.error}" if trial.error else ""
        return Finding(Health.ATTENTION, f"{told}; 0/s{why}", "command.doctor.cure.camera-silent")
    if trial.level < COVERED_BELOW:
        return Finding(Health.ATTENTION, f"{told}; {trial.level:.0f}/255", "command.doctor.cure.camera-dark")
    return Finding(Health.GOOD, told)
