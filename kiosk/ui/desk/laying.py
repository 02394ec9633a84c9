"""Laying pieces into places that scroll, and taking them away with all that they said."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QScrollArea, QScrollBar, QWidget

from kiosk.ui.desk.look import DeskLook
from kiosk.ui.widgets.staff_form import bar_style


def scrolled(widget: QWidget, look: DeskLook) -> QScrollArea:
    """Reached also where there is less room than it takes."""
    area = QScrollArea()
    lay_in(area, widget, look)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def lay_in(area: QScrollArea, widget: QWidget, look: DeskLook) -> None:
    """`widget` as what `area` shows, up and down, on the ground that is there already."""
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)
    dress_bar(area.verticalScrollBar(), look)


def dress_bar(bar: QScrollBar, look: DeskLook) -> None:
    """A narrow bar in the palette."""
    bar.setStyleSheet(bar_style(look.palette))


def clear(layout: QLayout) -> None:
    """Everything in `layout` is forgotten and gone."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            # Still a child until it is deleted: taken out, it and all in it would be dressed anew first.
            widget.hide()
            forget(widget)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


def forget(root: QWidget) -> None:
    """Empties all that says something in and below `root`, also what only waits to be deleted."""
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget, QLabel):
            widget.clear()
        own = getattr(widget, "forget", None)
        if callable(own):
            own()
        widget.setAccessibleName("")
        widget.setAccessibleDescription("")
        widget.setToolTip("")
