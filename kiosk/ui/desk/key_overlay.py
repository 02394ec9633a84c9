"""F1: every key of the window on one sheet."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from kiosk.text import Language, say
from kiosk.ui.desk.key_line import KeyLine
from kiosk.ui.desk.keys import Act, caption, words
from kiosk.ui.desk.laying import scrolled
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import Words

GROUPS: tuple[tuple[str, tuple[Act, ...]], ...] = (
    ("person", (Act.TYPE_IN, Act.SCAN, Act.ASK_AGAIN, Act.VISIT, Act.OVERRIDE, Act.PRIORITY, Act.SERVICE, Act.ROOM,
                Act.GIVE, Act.SHOW_NUMBER, Act.COPY, Act.COPY_TABLE, Act.LEAVE)),
    ("list", (Act.SEARCH, Act.FILTER, Act.REPRINT, Act.CANCEL)),
    ("queue", (Act.CALL_NEXT, Act.RECALL, Act.ENTER, Act.FINISH, Act.NO_SHOW, Act.UNDO_CALL, Act.MOVE, Act.RETURN)),
    ("window", (Act.HELP, Act.DUTY, Act.GUN, Act.LARGER, Act.CONTRAST, Act.LANGUAGE)),
)  # fmt: skip


_THREE = (("person",), ("list", "window"), ("queue", "pages"))
_TWO = (("person", "list"), ("queue", "window", "pages"))


class KeyOverlay(QFrame):
    """Over the whole window; any of Escape, F1 or Enter closes it. `pages`: keys and names of further pages."""

    closed = Signal()

    def __init__(
        self, look: DeskLook, language: Language, pages: Sequence[tuple[str, str]], parent: QWidget, *, columns: int
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(say("desk.keys.title", language))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(look.px(16))
        lines = {name: [(caption(act), words(act, language)) for act in acts] for name, acts in GROUPS}
        lines["person"].insert(0, ("1 – 9", say("desk.keys.digits", language)))
        lines["list"].insert(0, ("↑ ↓", say("desk.keys.arrows", language)))
        lines["list"].insert(1, ("Enter", say("desk.keys.open", language)))
        lines["window"].append(("Tab", say("desk.keys.tab", language)))
        lines["pages"] = list(pages)
        for at, names in enumerate(_THREE if columns == len(_THREE) else _TWO):
            column = QVBoxLayout()
            column.setSpacing(2)
            for name in (one for one in names if lines[one]):
                column.addWidget(Words(look, say(f"desk.keys.{name}", language), DeskVoice.STRONG, "brand"))
                for key, text in lines[name]:
                    column.addWidget(KeyLine(look, key, text))
                column.addSpacing(look.px(14))
            column.addStretch(1)
            grid.addLayout(column, 0, at)
            grid.setColumnStretch(at, 1)
        area = scrolled(inside, look)
        self._area, self._inside = area, inside
        whole = QVBoxLayout(self)
        whole.setContentsMargins(40, 32, 32, 28)
        whole.setSpacing(look.px(16))
        whole.addWidget(Words(look, say("desk.keys.title", language), DeskVoice.NAME))
        whole.addWidget(area, 1)
        whole.addWidget(Words(look, say("desk.keys.close", language), DeskVoice.SMALL, "ink_soft"))

    def wanted_height(self) -> int:
        """So that nothing has to be scrolled."""
        return self._inside.sizeHint().height() + self._look.px(28 * 1.42 + 14 * 1.42 + 2 * 16) + 68

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Away with it, or up and down."""
        bar = self._area.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_Escape | Qt.Key.Key_F1 | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.closed.emit()
            case Qt.Key.Key_Down | Qt.Key.Key_PageDown:
                bar.setValue(bar.value() + bar.pageStep() // 2)
            case Qt.Key.Key_Up | Qt.Key.Key_PageUp:
                bar.setValue(bar.value() - bar.pageStep() // 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A sheet."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        painter.setPen(self._look.colour("line"))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
