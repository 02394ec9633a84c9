"""Everything that can be done about the person shown: services above, acts below, each with its key."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.text import Language, say
from kiosk.ui.desk.draft import Draft
from kiosk.ui.desk.keys import Act, caption, words
from kiosk.ui.desk.laying import clear, scrolled
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.paired import Paired
from kiosk.ui.desk.pieces import DeskButton, Words
from kiosk.ui.desk.services import ServiceList
from kiosk.workflow.state import ServiceOffer

_GRAVE = frozenset({Act.CANCEL})
_SAYS = {Act.DUTY: "desk.duty.in"}
"""Its key signs in and out; a button of it stands only where nobody is on duty."""


class ActButton(DeskButton):
    """A button of one act."""

    def __init__(self, look: DeskLook, act: Act, language: Language, *, primary: bool = False) -> None:
        text = say(_SAYS[act], language) if act in _SAYS else words(act, language)
        super().__init__(look, text, caption(act), primary=primary, grave=act in _GRAVE)
        self.act = act


class ActsPanel(QWidget):
    """`asked` carries an Act.

    Where there is height for both, services scroll above the acts. `dense`: there is not, so the main act and what it
    will do stand at the lower edge, and all the rest scrolls as one above them. Services stand in so many `columns`,
    and the acts beside them; without services the acts stand below each other.
    """

    asked = Signal(object)

    def __init__(self, look: DeskLook, language: Language, *, dense: bool, columns: int, air_px: int) -> None:
        super().__init__()
        self._look, self._language, self._dense, self._alone = look, language, dense, columns == 1
        self._shown: tuple[Act, ...] = ()
        self.buttons: dict[Act, ActButton] = {}
        self.services = ServiceList(look, language, dense=dense, columns=columns, air_px=air_px)
        self._services_holder, services = _column(6)
        services.addWidget(Words(look, say("desk.service.title", language), DeskVoice.SMALL_STRONG, "ink_soft"))
        services.addWidget(self.services)
        self._about = Words(look, "", DeskVoice.SMALL_STRONG, "ink_soft", broad=True)
        self._about.hide()
        self._draft_holder, self._draft = _column(4)
        self._main_holder, self._main = _column(0)
        self._others_holder = QWidget()
        self._others = Paired(self._others_holder, 4 if dense else 5)
        self._arrange()
        self.setAccessibleName(say("desk.place.acts", language))

    def _arrange(self) -> None:
        above, self._upper = _column(6 if self._dense else 12)
        foot, self._lower = _column(6)
        self._upper.addWidget(self._services_holder)
        for widget in (self._draft_holder, self._about, self._main_holder):
            self._lower.addWidget(widget)
        (self._upper if self._dense else self._lower).addWidget(self._others_holder)
        self._upper.addStretch(1)
        for inside in (self._upper, self._lower):
            inside.setContentsMargins(0, 0, 6, 0)  # what is beside the bar ends where the rest does
        self._reach = scrolled(above, self._look)
        self.services.reached.connect(self._reach.ensureWidgetVisible)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 8 if self._dense else 14, 14, 8 if self._dense else 10)
        whole.setSpacing(8 if self._dense else 10)
        whole.addWidget(self._reach, 1)
        whole.addWidget(foot)
        whole.addStretch(0)

    def show_acts(self, acts: Sequence[Act], missing: Mapping[Act, str]) -> None:
        """These, the first one as the main one; what cannot be done now is still to be seen, and says what is missing.

        `missing`: sentences; an act of which nothing is missing has none.
        """
        if tuple(acts) != self._shown:
            self._shown = tuple(acts)
            clear(self._main)
            clear(self._others)
            self.buttons = {}
            for at, act in enumerate(acts):
                button = ActButton(self._look, act, self._language, primary=at == 0)
                button.clicked.connect(self._pressed)
                self.buttons[act] = button
                (self._others if at else self._main).addWidget(button)
        for act, button in self.buttons.items():
            button.tell_missing(missing.get(act, ""))

    def show_services(self, offers: tuple[ServiceOffer, ...] | None, draft: Draft) -> None:
        """What can be chosen; None: nothing is to be chosen now."""
        self._services_holder.setVisible(offers is not None)
        if self._dense:
            # Alone the acts begin with the main one, where the eye is.
            if offers is None:
                self._upper.insertWidget(0, self._main_holder)
            else:
                self._lower.addWidget(self._main_holder)
        else:
            self._reach.setVisible(offers is not None)
        if offers is not None:
            self.services.show_offers(offers, draft)
        self._others.stand_alone(alone=self._alone or offers is None)
        self._tell_about(chosen=self.services.choice if offers is not None else "")

    def _tell_about(self, *, chosen: str) -> None:
        """Right above the main act: what is missing for it, else what it will order."""
        missing = self.buttons[self._shown[0]].missing if self._shown else ""
        self._about.tell(missing or chosen, "ink" if missing else "ink_soft")
        self._about.setVisible(bool(missing or chosen))

    def show_draft(self, lines: Sequence[str]) -> None:
        """What was chosen beside the service: a priority, another decision."""
        clear(self._draft)
        for line in lines:
            self._draft.addWidget(Words(self._look, line, DeskVoice.STRONG, "brand"))
        self._draft_holder.setVisible(bool(lines))

    def forget(self) -> None:
        """Nothing of a choice is left."""
        clear(self._draft)
        self._about.tell("")

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, ActButton):
            self.asked.emit(button.act)


def _column(gap: int) -> tuple[QWidget, QVBoxLayout]:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(gap)
    return holder, column
