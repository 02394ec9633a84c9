"""The pictures of all pages: named, as large as told, and the same each time."""

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language
from kiosk.ui.gallery import Dress, Glass, examples, pictured, render_gallery


def test_pictures_are_repeatable(qapp: QApplication, clinic: Clinic, tmp_path: Path) -> None:
    glass = Glass(1366, 768, 3.33)
    pages = ["waiting", "done-printed", "notice"]
    dresses = [Dress.NORMAL, Dress.CONTRAST, Dress.LOWERED]
    runs = [
        render_gallery(tmp_path / run, clinic, glasses=[glass], languages=[Language.VI], pages=pages, dresses=dresses)
        for run in ("one", "two")
    ]
    assert [path.name for path in runs[0]] == [
        f"{page}-vi-1366x768{dress}.png" for dress in ("", "-contrast", "-lowered") for page in pages
    ]
    assert len({path.read_bytes() for path in runs[0]}) == len(runs[0])
    for one, two in zip(*runs, strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert (QImage(str(one)).width(), QImage(str(one)).height()) == (1366, 768)


def test_camera_pages_show_their_hints_and_a_drawn_room(qapp: QApplication, clinic: Clinic, tmp_path: Path) -> None:
    pages = ["camera-aim", "camera-closer", "camera-no-picture", "scanning-code"]
    written = render_gallery(tmp_path, clinic, glasses=[Glass(1366, 768, 3.33)], languages=[Language.EN], pages=pages)
    assert {path.name.removesuffix("-en-1366x768.png") for path in written} == set(pages)
    assert len({path.read_bytes() for path in written}) == len(pages)


def test_every_state_has_its_picture(clinic: Clinic) -> None:
    pictures = pictured(clinic)
    assert set(examples(clinic)) < set(pictures)
    assert {"notice", "time-question", "choosing-department", "waiting-no-slips"} < set(pictures)
