"""Below the list: whom this desk calls next, and what becomes of the line that the keys stand on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiosk.checkin.queue.place import PlaceState
from kiosk.text import Language, say
from kiosk.ui.desk.acts import ActButton
from kiosk.ui.desk.keys import Act
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import Words
from kiosk.ui.desk.rows import Row

POSSIBLE = {
    PlaceState.WAITING: (Act.PRIORITY, Act.MOVE, Act.REPRINT, Act.CANCEL),
    PlaceState.CALLED: (Act.RECALL, Act.ENTER, Act.NO_SHOW, Act.UNDO_CALL),
    PlaceState.IN_ROOM: (Act.FINISH, Act.MOVE),
    PlaceState.DONE: (Act.RETURN, Act.REPRINT),
    PlaceState.NO_SHOW: (Act.RETURN, Act.REPRINT),
    PlaceState.CANCELLED: (Act.RETURN,),
}
"""What has a button, by how far a visit is. Keys of all acts work wherever the queue allows them."""

ROW_ACTS = frozenset({Act.RECALL, Act.ENTER, Act.NO_SHOW, Act.UNDO_CALL, Act.FINISH, Act.MOVE, Act.RETURN, Act.CANCEL})


class QueueBar(QWidget):
    """`asked` carries an Act. `roomy`: its height never changes, and what has no meaning for a line stays empty."""

    asked = Signal(object)

    def __init__(self, look: DeskLook, language: Language, *, roomy: bool) -> None:
        super().__init__()
        self._look, self._language, self._roomy = look, language, roomy
        self._possible: tuple[Act, ...] | None = None
        self.next = ActButton(look, Act.CALL_NEXT, language)
        self.next.clicked.connect(self._pressed)
        self._about = Words(look, "", DeskVoice.SMALL_STRONG, "ink_soft", one_line=True)
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self.buttons: dict[Act, ActButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 14, 12)
        column.setSpacing(8)
        column.addWidget(self._about)
        column.addWidget(self._grid_holder)
        column.addWidget(self.next)
        self.setAccessibleName(say("desk.place.queue", language))
        self._all = {act: self._made(act) for act in dict.fromkeys(a for acts in POSSIBLE.values() for a in acts)}
        self.show_row(None)
        self.show_rooms("")

    def show_rooms(self, rooms: str) -> None:
        """From which rooms the next one is called."""
        text = say("desk.act.call-next", self._language)
        self.next.tell(text, rooms)
        self._has_rooms = bool(rooms)
        self.open_to(somebody=True, store=True)

    def open_to(self, *, somebody: bool, store: bool) -> None:
        """Whether somebody is on duty who may call, and whether the store is there that knows whose turn it is."""
        missing = ""
        if not somebody:
            missing = "news.officer_needed_for_this"
        elif not store:
            missing = "queue.no_store"
        elif not self._has_rooms:
            missing = "queue.no_rooms"
        self.next.tell_missing(say(f"desk.{missing}", self._language) if missing else "")
        self._about.setVisible(somebody and store)

    def show_row(self, row: Row | None) -> None:
        """What can be done with this line."""
        possible = POSSIBLE.get(row.state, ()) if row is not None and row.state is not None else ()
        about = say("desk.queue.row", self._language, ticket=row.ticket) if row is not None else ""
        self._about.tell(about or say("desk.queue.none", self._language))
        if possible == self._possible:
            return
        self._possible = possible
        for button in self._all.values():
            self._grid.removeWidget(button)
            button.hide()
        self.buttons = {}
        for at, act in enumerate(possible):
            button = self._all[act]
            self._grid.addWidget(button, at // 2, at % 2)
            button.show()
            self.buttons[act] = button
        high = self._look.px(44)
        for at in range(2):
            self._grid.setRowMinimumHeight(at, high if self._roomy else 0)
            self._grid.setColumnStretch(at, 1)

    def forget(self) -> None:
        """No line any more."""
        self._about.tell("")

    def _made(self, act: Act) -> ActButton:
        button = ActButton(self._look, act, self._language)
        button.clicked.connect(self._pressed)
        button.setParent(self._grid_holder)
        button.hide()
        return button

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, ActButton):
            self.asked.emit(button.act)
