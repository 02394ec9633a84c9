"""When a session ends, nothing of the person is left in any widget."""

import gc
from dataclasses import replace
from typing import Any, cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn
from kiosk.identity.person import Identity
from kiosk.reader.document import FaceImage
from kiosk.ui.gallery import examples
from kiosk.ui.widgets.piece import wipe
from kiosk.ui.widgets.portrait import Portrait, face_image
from kiosk.ui.widgets.preview import Preview
from kiosk.workflow.state import Done, Waiting

PERSONAL = ("Nguyễn", "999", "1948", "1984", "A042", "31/12/2026")


@pytest.fixture(autouse=True)
def only_this_tests_widgets(qapp: QApplication) -> None:
    """What earlier tests left to be deleted is deleted: the trap looks at every widget of the process."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def a_face(qtbot: QtBot) -> FaceImage:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (60, 80), (120, 90, 70)).save(out, "JPEG2000")
    return FaceImage("image/jp2", out.getvalue())


def traces(widgets: list[QWidget]) -> list[str]:
    found = []
    for widget in widgets:
        words = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()]
        if isinstance(widget, QLabel):
            words.append(widget.text())
        for value in list(getattr(widget, "__dict__", {}).values()):
            if isinstance(value, str):
                words.append(value)
            if isinstance(value, QImage):
                words.append("999 an image")
        found += [word for word in words if any(piece in word for piece in PERSONAL)]
    return found


@pytest.mark.parametrize("after", ["waiting", "failed", "assistance"])
@pytest.mark.parametrize(
    "before",
    [
        "typing-number-wrong", "typing-birth-date-wrong", "found-covered", "choosing", "asking-priority", "confirming",
        "issuing", "done-printed",
    ],
)  # fmt: skip
def test_nothing_of_a_person_is_left(qtbot: QtBot, open_window: Any, clinic: Clinic, before: str, after: str) -> None:
    window = open_window()
    states = examples(clinic, a_face(qtbot))
    window.show_state(states[before])
    if before in ("typing-number-wrong", "typing-birth-date-wrong", "found-covered", "confirming", "done-printed"):
        assert traces(QApplication.allWidgets()), "the trap must see a person while there is one"
    if before == "found-covered":
        assert any(p.shows_photo for p in window.findChildren(Portrait))
    window.show_state(states[after])
    # Also those that are only waiting to be deleted.
    assert traces(QApplication.allWidgets()) == []
    assert not any(w.shows_photo for w in QApplication.allWidgets() if isinstance(w, Portrait | Preview))


def test_typed_digits_are_gone_with_their_page(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    page = window.page
    for digit in "999048000123":
        page.digits.press(digit)
    window.show_state(states["asking-card"])
    assert page.digits.digits == ""


def test_wiping_empties_every_label_below(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    QLabel("Nguyễn Văn Mẫu", root).setAccessibleDescription("999048000123")
    wipe(root)
    assert traces([root, *root.findChildren(QWidget)]) == []


def test_a_chips_jpeg2000_photo_is_shown(qtbot: QtBot) -> None:
    image = face_image(a_face(qtbot))
    assert image is not None
    assert (image.width(), image.height()) == (60, 80)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\xff" * 40])
def test_a_broken_photo_is_no_photo(data: bytes) -> None:
    assert face_image(FaceImage("image/jp2", data)) is None


def objects_of(window: QObject) -> list[QObject]:
    return [window, *window.findChildren(QObject)]


def told_to_assistive_programs(widget: QWidget) -> list[str]:
    words: list[str] = []
    waiting = [QAccessible.queryAccessibleInterface(widget)]
    while waiting:
        one = waiting.pop()
        if one is not None and one.isValid():
            words += [one.text(kind) for kind in QAccessible.Text if kind is not QAccessible.Text.UserText]
            waiting += [one.child(at) for at in range(one.childCount())]
    return words


def properties(thing: QObject) -> list[str]:
    meta = thing.metaObject()
    values = [thing.property(cast(str, meta.property(at).name())) for at in range(meta.propertyCount())]
    return [value for value in values if isinstance(value, str)]


ONLY_HERE = "Nguyễn Duy Nhất"


def named(state: Any) -> Any:
    """The same of somebody whom no other test has."""
    field = "check_in" if isinstance(state, Done) else "identity"
    return replace(state, **{field: replace(getattr(state, field), full_name=ONLY_HERE)})


def kept() -> list[str]:
    """Whatever in this process still is about them."""
    kinds = (Identity, CheckIn)
    return [type(one).__name__ for one in gc.get_objects() if type(one) in kinds and one.full_name == ONLY_HERE]


@pytest.mark.parametrize("before", ["found-covered", "confirming", "done-printed"])
def test_no_property_no_accessible_name_and_no_state_of_a_person_outlives_the_session(
    qtbot: QtBot, open_window: Any, clinic: Clinic, caplog: pytest.LogCaptureFixture, before: str
) -> None:
    window = open_window()
    with caplog.at_level("DEBUG"):
        window.show_state(named(examples(clinic, a_face(qtbot))[before]))
        assert kept()
        found = told_to_assistive_programs(window)
        assert any(piece in word for word in found for piece in PERSONAL), "the trap must see a person"
        window.show_state(Waiting())
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    words = told_to_assistive_programs(window)
    for thing in objects_of(window):
        words += properties(thing)
    assert [word for word in words if any(piece in word for piece in PERSONAL)] == []
    assert not any(piece in caplog.text for piece in PERSONAL)
    assert kept() == []
