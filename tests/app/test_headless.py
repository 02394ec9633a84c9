"""The check-in that plays itself ends with what its line broke on."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.app.headless import run_headless
from kiosk.settings import load_settings
from kiosk.workflow.line import Line


class PanicException(BaseException):
    """As a library in Rust raises it."""


@pytest.mark.parametrize("kind", [ValueError, PanicException])
def test_line_that_breaks_ends_it_with_what_it_broke_on(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    def broken(_: Line) -> None:
        raise kind

    monkeypatch.setattr(Line, "run", broken)
    with pytest.raises(kind):
        run_headless(load_settings(), tmp_path, pcsc=False, number="")
    assert not list(tmp_path.glob("slip.png"))
