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


def test_camera_pages_show_their_hints_and_a_drawn_room(qapp: QApplication, clinic: Clinic, tmp_path: Path) -> None:
    pages = ["camera-aim", "camera-closer", "camera-no-picture", "scanning-code"]
    written = render_gallery(tmp_path, clinic, glasses=[Glass(1366, 768, 3.33)], languages=[Language.EN], pages=pages)
    assert {path.name.removesuffix("-en-1366x768.png") for path in written} == set(pages)
    assert len({path.read_bytes() for path in written}) == len(pages)
