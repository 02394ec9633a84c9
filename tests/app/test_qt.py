"""What breaks while a window paints breaks that painting, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import WITHIN_S

ROOT = Path(__file__).resolve().parents[2]
PAINTING = """
import logging
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget
from kiosk.app.qt import open_app

painted = []

class Broken(QWidget):
    def paintEvent(self, event):
        painted.append(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), 0)
        raise ValueError("Nguyễn Văn Mẫu")

logging.basicConfig()
app = open_app()
window = QWidget()
window.resize(400, 400)
parts = [Broken(window) for _ in range(4)]

def again():
    window.resize(400 + len(painted) % 7, 400)
    window.update()
    if len(painted) > 400:
        app.quit()

timer = QTimer()
timer.timeout.connect(again)
timer.start(1)
window.show()
app.exec()
print("still there")
"""


ENDED = """
import signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from kiosk.app.qt import ended_by_signals, open_app

class Pinned(QWidget):
    def closeEvent(self, event):
        event.ignore()

number, is_early = getattr(signal, sys.argv[1]), sys.argv[2] == "early"
app = open_app()
window = Pinned()
window.show()
with ended_by_signals(app):
    if is_early:
        signal.raise_signal(number)
    else:
        QTimer.singleShot(50, lambda: signal.raise_signal(number))
    QTimer.singleShot(5000, lambda: app.exit(3))
    sys.exit(app.exec())
"""


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("when", ["early", "late"])
def test_signal_ends_the_program_before_its_loop_begins_too_and_whatever_its_windows_say(
    number: str, when: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDED, number, when],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


PANIC = 'type("PanicException", (BaseException,), {})'
"""A library in Rust breaks by what is no Exception."""


@pytest.mark.parametrize(("kind", "told"), [("ValueError", "ValueError"), (PANIC, "PanicException")])
def test_painting_that_breaks_ends_no_program_and_tells_no_words_of_its_own(kind: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PAINTING.replace("ValueError", kind)],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, check=False,
        timeout=WITHIN_S,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "still there\n"), done.stderr[-2000:]
    assert done.stderr.count(f"the window: {told} at ['paintEvent:15']") == 1
    assert "Mẫu" not in done.stderr
    assert "active painter" not in done.stderr
