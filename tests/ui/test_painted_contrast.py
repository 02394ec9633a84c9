"""What is painted, not what the palette promises: ink against ground, in both sets of colours."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui.gallery import GLASSES, Glass, Mute
from kiosk.ui.theme.palette import contrast
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.lights import Light
from kiosk.ui.widgets.mark import Icon, Mark
from kiosk.ui.widgets.panel import Badge, Fact
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tick import Tick
from kiosk.ui.widgets.toggle import Toggle
from kiosk.ui.wishes import Wishes

LANDSCAPE, _, SMALL, _ = GLASSES
TEXTS = (Text, Badge, Fact, Button, Tick, Toggle)
GRAPHICS = (Icon, Mark, Light)


def painted_contrast(picture: QImage, area: QRect) -> float:
    """The most frequent colour is the ground, the one that differs most from it the ink; every second pixel counts."""
    inside = picture.copy(area.intersected(picture.rect()))
    pixels = np.frombuffer(inside.constBits(), np.uint32).reshape(inside.height(), inside.width())[::2, ::2]
    found, times = np.unique(pixels & 0xFFFFFF, return_counts=True)
    ground = f"#{found[times.argmax()]:06X}"
    return max(contrast(ground, f"#{colour:06X}") for colour in found)


def area_of(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def shown(window: Any, kinds: tuple[type[QWidget], ...]) -> list[QWidget]:
    return [w for w in window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()]


@pytest.mark.parametrize("contrasted", [False, True], ids=["normal", "high-contrast"])
@pytest.mark.parametrize("glass", [LANDSCAPE, SMALL], ids=lambda glass: glass.name)
def test_painted_letters_are_seven_to_one_and_graphics_three_to_one(
    open_window: Any, each_page: Any, paint: Any, glass: Glass, contrasted: bool
) -> None:
    window = open_window(glass, training=True, speech=Mute())
    faint = []
    for name, over in each_page(window, wishes=Wishes(contrast=contrasted)):
        painting = paint(window, over, whole=True)
        faint += [f"{name}: {what}" for what in painting.faint()]
        for kinds, least in ((TEXTS, 7.0), (GRAPHICS, 3.0)):
            for widget in shown(over or window, kinds):
                if isinstance(widget, Text) and not widget.text():
                    continue
                ratio = painted_contrast(painting.picture, area_of(widget, window))
                if ratio < least:
                    faint.append(f"{name}: {type(widget).__name__} {widget.accessibleName()!r} {ratio:.1f}")
    assert faint == []


@pytest.mark.parametrize("contrasted", [False, True], ids=["normal", "high-contrast"])
def test_ring_of_the_keyboard_is_seen_on_every_control(
    open_window: Any, states: Any, qtbot: QtBot, contrasted: bool
) -> None:
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    faint = []
    for name, state in states.items():
        window.show_state(state)
        window.set_wishes(Wishes(contrast=contrasted))
        palette = window._look.palette
        for control in shown(window.page, (QAbstractButton,)):
            if not control.isEnabled():
                continue
            control.setFocus(Qt.FocusReason.TabFocusReason)
            assert control.hasFocus()
            picture = control.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
            middle = picture.height() // 2
            edge = [f"#{picture.pixel(x, middle) & 0xFFFFFF:06X}" for x in range(14)]
            ring = [at for at, colour in enumerate(edge) if colour == palette.focus]
            # Beside it lie the seam within and the page around.
            beside = {palette.ground, palette.surface, *edge[ring[-1] + 2 : ring[-1] + 4]} if ring else set()
            if not ring or min(contrast(palette.focus, one) for one in beside) < 3:
                faint.append((name, control.accessibleName(), edge))
    assert faint == []


def test_letters_that_fade_into_their_ground_are_found(open_window: Any) -> None:
    window = open_window()
    [text, *_] = [one for one in shown(window.page, (Text,)) if isinstance(one, Text) and one.text()]
    text._colour = "hairline"
    text.update()
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert painted_contrast(picture, area_of(text, window)) < 3
