"""What the doctor says of the camera: found, named, sending; each trouble with its own cure."""

import sys
import time
from pathlib import Path

import pytest

from kiosk.app.doctor.camera import examine_camera, judge_camera
from kiosk.app.doctor.finding import Health
from kiosk.settings import load_settings
from kiosk.text import Language
from kiosk.ui.camera.trial import Trial, try_camera
from tests.patience import WITHIN_S

CAMERAS = ("HD Webcam", "Document Camera")
SENDS = "1920×1080, 30/s, Jpeg"
SEEN = Trial(CAMERAS, "HD Webcam", SENDS, 110.0)


def test_camera_that_sends_is_good_with_its_name_format_and_the_others() -> None:
    finding = judge_camera("", SEEN)
    assert finding.health is Health.GOOD
    assert finding.detail == f"HD Webcam ({SENDS}); HD Webcam, Document Camera"


@pytest.mark.parametrize(
    ("name", "trial", "cure", "detail"),
    [
        pytest.param("", None, "camera-library", "QtMultimedia", id="library missing"),
        pytest.param("", Trial(), "camera-absent", "0", id="none plugged in"),
        pytest.param("Iris", Trial(CAMERAS), "camera-name", "Iris: –; HD Webcam, Document Camera", id="other name"),
        pytest.param("", Trial(CAMERAS, "HD Webcam", SENDS), "camera-silent", "0/s", id="in use: no frame"),
        pytest.param("", Trial(CAMERAS, "HD Webcam", SENDS, None, "CameraError"), "camera-silent", "CameraError",
                     id="an error"),
        pytest.param("", Trial(CAMERAS, "HD Webcam", SENDS, None, "timeout"), "camera-silent", "timeout", id="hangs"),
        pytest.param("", Trial(error="status -11"), "camera-silent", "status -11", id="crashes"),
        pytest.param("", Trial(CAMERAS, "HD Webcam", SENDS, 4.0), "camera-dark", "4/255", id="covered"),
    ],
)  # fmt: skip
def test_each_trouble_has_its_cure_and_none_stops_the_desk(
    name: str, trial: Trial | None, cure: str, detail: str
) -> None:
    finding = judge_camera(name, trial)
    assert finding.health is Health.ATTENTION
    assert finding.cure_key == f"command.doctor.cure.{cure}"
    assert detail in finding.detail
    assert all(finding.cure(language) for language in Language)


def test_desk_without_camera_by_its_settings_is_good_and_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert examine_camera(load_settings(overrides=["camera.name=none"])).health is Health.GOOD


def test_camera_that_nobody_has_is_told_by_a_process_of_its_own() -> None:
    trial = try_camera("a camera that nobody has", WITHIN_S)
    if trial is None:
        pytest.skip("this machine lacks a library of QtMultimedia")
    assert (trial.chosen, trial.level, trial.error) == ("", None, "")


def script(folder: Path, text: str) -> str:
    """A program in the place of Python."""
    file = folder / "python"
    file.write_text(f"#!{sys.executable}\n{text}\n", "utf-8")
    file.chmod(0o755)
    return str(file)


BEFORE = """import json, os, sys, time
found = {"cameras": ["HD Webcam"], "chosen": "HD Webcam", "sends": "", "level": None, "error": ""}
print(json.dumps(found), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a script with #! is no program there")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{BEFORE}os.abort()", Trial(("HD Webcam",), "HD Webcam", error="status -6")),
        ("pass", Trial(error="silent")),
        ("print('null')", None),
    ],
    ids=["crashes", "says nothing", "has no library"],
)
def test_driver_that_crashes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: Trial | None
) -> None:
    monkeypatch.setattr(sys, "executable", script(tmp_path, text))
    assert try_camera("", WITHIN_S) == told


@pytest.mark.skipif(sys.platform == "win32", reason="a script with #! is no program there")
def test_driver_that_hangs_is_told_after_a_bounded_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", script(tmp_path, f"{BEFORE}time.sleep(600)"))
    limit_s, told = 2.0, Trial(error="timeout")
    while told == Trial(error="timeout") and limit_s < WITHIN_S:  # on a busy machine it has not even begun by then
        limit_s *= 2
        begun_s = time.monotonic()
        trial = try_camera("", limit_s)
        assert trial is not None
        assert time.monotonic() - begun_s < limit_s + WITHIN_S
        told = trial
    assert told == Trial(("HD Webcam",), "HD Webcam", error="timeout")
