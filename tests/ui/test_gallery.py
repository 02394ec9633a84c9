"""The pictures of all pages: named, as large as told, and the same each time."""

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language
from kiosk.ui.gallery import Glass, render_gallery


def test_pictures_are_repeatable(qapp: QApplication, clinic: Clinic, tmp_path: Path) -> None:
    glass = Glass(1366, 768, 3.33)
    pages = ["waiting", "done-printed"]
    runs = [
        render_gallery(tmp_path / run, clinic, glasses=[glass], languages=[Language.VI], pages=pages)
        for run in ("one", "two")
    ]
    assert [path.name for path in runs[0]] == ["waiting-vi-1366x768.png", "done-printed-vi-1366x768.png"]
    for one, two in zip(*runs, strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert (QImage(str(one)).width(), QImage(str(one)).height()) == (1366, 768)
