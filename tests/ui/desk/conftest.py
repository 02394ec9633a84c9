"""The staff's window in any of its states, without a screen, a store or a moving clock."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.text import Language
from kiosk.ui.desk.gallery import DeskExample, desk_examples, posed
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.errands import Errands
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.palette import LIGHT, Palette

CONFIG = Path(__file__).resolve().parents[3] / "config"

Pose = Callable[..., DeskWindow]


@pytest.fixture(scope="session")
def desk_clinic() -> Clinic:
    return load_clinic(CONFIG / "clinics" / "mau.toml")


@pytest.fixture
def desk_look(qtbot: QtBot) -> DeskLook:
    return DeskLook(load_letters())


@pytest.fixture
def pose(qtbot: QtBot, desk_clinic: Clinic) -> Iterator[Pose]:
    """Opens an example by name; each closes the one before."""
    open_now: list[tuple[DeskWindow, Errands]] = []

    def close() -> None:
        while open_now:
            window, errands = open_now.pop()
            window.close()
            errands.close()
            window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def opened(
        name: str | DeskExample = "waiting", size: tuple[int, int] = (1920, 1080), language: Language = Language.VI,
        growth: float = 1.0, palette: Palette = LIGHT, *, training: bool = False,
    ) -> DeskWindow:  # fmt: skip
        close()
        errands = Errands()
        example = name if isinstance(name, DeskExample) else desk_examples(desk_clinic)[name]
        window = posed(example, desk_clinic, errands, size, language, growth, palette=palette, training=training)
        open_now.append((window, errands))
        return window

    yield opened
    close()
