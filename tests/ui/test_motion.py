"""What moves on the screen: sixty pictures a second while it is seen, none otherwise, and no more than what changes."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui.camera.advice import Hint
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets import motion
from kiosk.ui.widgets.mark import CalmBar
from kiosk.ui.widgets.motion import Beat, MovingPiece
from kiosk.ui.widgets.phases import PhaseList
from kiosk.ui.widgets.preview import Preview
from kiosk.ui.widgets.scenes import (
    CardScene,
    CodeScene,
    NumberScene,
    ReadingScene,
    SlipScene,
    StaffScene,
    TypingScene,
)

SIZES = [(420, 300), (300, 420)]


def frame() -> QImage:
    picture = QImage(640, 480, QImage.Format.Format_RGB32)
    picture.fill(QColor("#446688"))
    return picture


def preview(look: Look) -> Preview:
    made = Preview(look, "Camera", {hint: hint.value for hint in Hint}, height_mm=(30, 20))
    made.show_hint(Hint.AIM)
    made.show_frame(frame())
    return made


MOVING: dict[str, Callable[[Look], MovingPiece]] = {
    "card": lambda look: CardScene(look, "", on_brand=True),
    "code": lambda look: CodeScene(look, ""),
    "typing": lambda look: TypingScene(look, ""),
    "number": lambda look: NumberScene(look, ""),
    "reading": lambda look: ReadingScene(look, ""),
    "slip": lambda look: SlipScene(look, ""),
    "staff": lambda look: StaffScene(look, ""),
    "asked": lambda look: CalmBar(look, ""),
    "phases": lambda look: PhaseList(look, ["một", "hai", "ba"]),
    "camera": preview,
}


@pytest.fixture
def clock(time: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(motion, "monotonic", time)
    return time


@pytest.fixture(autouse=True)
def own_beat(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Beat:
    """Nothing else moves by it."""
    own = Beat()
    monkeypatch.setattr(motion, "beat", lambda: own)
    return own


@pytest.fixture
def look(qtbot: QtBot) -> Look:
    return Look(load_letters(), Scale(4.0))


@pytest.fixture
def shown(qtbot: QtBot, look: Look) -> Iterator[Callable[..., MovingPiece]]:
    made: list[QWidget] = []

    def show(name: str, size: tuple[int, int] = SIZES[0]) -> MovingPiece:
        piece = MOVING[name](look)
        qtbot.addWidget(piece)
        made.append(piece)
        piece.resize(*size)
        piece.show()
        return piece

    yield show
    for piece in made:
        piece.hide()


def picture(piece: MovingPiece) -> QImage:
    """What stands on the screen after a repaint of all."""
    return piece.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def without(image: QImage, area: QRect) -> QImage:
    """The same with `area` blackened."""
    painter = QPainter(image)
    painter.fillRect(area, QColor("black"))
    painter.end()
    return image


@pytest.mark.parametrize("size", SIZES, ids=["landscape", "portrait"])
@pytest.mark.parametrize("name", MOVING)
def test_nothing_changes_outside_the_area_that_is_painted_anew(
    shown: Callable[..., MovingPiece], clock: Any, name: str, size: tuple[int, int]
) -> None:
    piece = shown(name, size)
    inside, outside = [], []
    for _ in range(12):
        clock.passes(piece.seconds / 11)
        inside.append(picture(piece))
        outside.append(without(picture(piece), piece.moving_area()))
    assert piece.rect().contains(piece.moving_area())
    assert any(one != other for one, other in pairwise(inside)), "it does not move"
    assert all(one == other for one, other in pairwise(outside))


def test_sixty_pictures_a_second(shown: Callable[..., MovingPiece], own_beat: Beat) -> None:
    shown("card")
    assert own_beat.is_running
    assert own_beat.step_ms <= 17


def test_application_has_one_beat(qapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert motion.beat() is motion.beat()


def test_what_is_seen_together_changes_in_one_beat(
    shown: Callable[..., MovingPiece], own_beat: Beat, qtbot: QtBot
) -> None:
    pieces = [shown("card"), shown("code"), shown("staff")]
    asked: list[MovingPiece] = []
    for piece in pieces:
        piece.update = lambda *_, piece=piece: asked.append(piece)  # type: ignore[method-assign]
    own_beat.ticked.emit()
    assert asked == pieces


def test_nothing_ticks_where_nothing_is_seen(shown: Callable[..., MovingPiece], own_beat: Beat, qtbot: QtBot) -> None:
    piece = shown("card")
    assert own_beat.is_running
    piece.hide()
    qtbot.waitUntil(lambda: not own_beat.is_running)
    assert piece.moment == piece.still


def test_piece_that_was_deleted_in_full_view_ends_the_beat(qtbot: QtBot, look: Look, own_beat: Beat) -> None:
    piece = CardScene(look, "", on_brand=True)
    piece.show()
    assert own_beat.is_running
    piece.deleteLater()
    qtbot.waitUntil(lambda: not own_beat.is_running)


def test_wish_for_stillness_shows_the_telling_moment(qtbot: QtBot, clock: Any, own_beat: Beat) -> None:
    piece = CardScene(Look(load_letters(), Scale(4.0), animated=False), "", on_brand=True)
    qtbot.addWidget(piece)
    piece.show()
    clock.passes(1.7)
    assert piece.moment == piece.still
    assert not own_beat.is_running


def test_where_it_stands_follows_from_time_and_not_from_the_pictures(
    shown: Callable[..., MovingPiece], clock: Any
) -> None:
    piece = shown("staff")
    clock.passes(piece.seconds * 2.25)
    assert piece.moment == pytest.approx((piece.still + 0.25) % 1.0)


def test_camera_line_rests_where_no_line_is_shown(shown: Callable[..., MovingPiece]) -> None:
    piece = shown("camera")
    assert isinstance(piece, Preview)
    piece.show_hint(Hint.CLOSER)
    assert piece.moving_area().isEmpty()


def test_camera_picture_is_gone_with_the_page(shown: Callable[..., MovingPiece]) -> None:
    piece = shown("camera")
    assert isinstance(piece, Preview)
    picture(piece)
    piece.hide()
    assert piece._frame is None
    assert piece._fitted is None
