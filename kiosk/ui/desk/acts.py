"""Everything that can be done about the person shown: services above, acts below, each with its key."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.text import Language, say
from kiosk.ui.desk.draft import Draft
from kiosk.ui.desk.keys import Act, caption, words
from kiosk.ui.desk.laying import clear
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import DeskButton, Words
from kiosk.ui.desk.services import ServiceList
from kiosk.workflow.state import ServiceOffer

_GRAVE = frozenset({Act.CANCEL})


class ActButton(DeskButton):
    """A button of one act."""

    def __init__(self, look: DeskLook, act: Act, language: Language, *, primary: bool = False) -> None:
        super().__init__(look, words(act, language), caption(act), primary=primary, grave=act in _GRAVE)
        self.act = act


class ActsPanel(QWidget):
    """`asked` carries an Act."""

    asked = Signal(object)

    def __init__(self, look: DeskLook, language: Language) -> None:
        super().__init__()
        self._look, self._language = look, language
        self._shown: tuple[Act, ...] = ()
        self.services = ServiceList(look, language)
        self._service_title = Words(look, say("desk.service.title", language), DeskVoice.SMALL_STRONG, "ink_soft")
        self._act_title = Words(look, say("desk.place.acts", language), DeskVoice.SMALL_STRONG, "ink_soft")
        self._draft_holder = QWidget()
        self._draft = QVBoxLayout(self._draft_holder)
        self._draft.setContentsMargins(0, 0, 0, 0)
        self._draft.setSpacing(4)
        self._buttons_holder = QWidget()
        self._grid = QVBoxLayout(self._buttons_holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(5)
        self.buttons: dict[Act, ActButton] = {}
        self._services_holder = QWidget()
        services = QVBoxLayout(self._services_holder)
        services.setContentsMargins(0, 0, 0, 0)
        services.setSpacing(6)
        services.addWidget(self._service_title)
        services.addWidget(self.services, 1)
        self.services.setMinimumHeight(look.px(150))
        acts_holder = QWidget()
        acts = QVBoxLayout(acts_holder)
        acts.setContentsMargins(0, 0, 0, 0)
        acts.setSpacing(6)
        acts.addWidget(self._act_title)
        acts.addWidget(self._draft_holder)
        acts.addWidget(self._buttons_holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 10)
        column.setSpacing(12)
        column.addWidget(self._services_holder, 1)
        column.addWidget(acts_holder)
        column.addStretch(0)
        self.setAccessibleName(say("desk.place.acts", language))

    def show_acts(self, acts: Sequence[Act], enabled: Mapping[Act, bool]) -> None:
        """These, the first one as the main one; what cannot be done now is still to be seen."""
        if tuple(acts) != self._shown:
            self._shown = tuple(acts)
            clear(self._grid)
            self.buttons = {}
            for at, act in enumerate(acts):
                button = ActButton(self._look, act, self._language, primary=at == 0)
                button.clicked.connect(self._pressed)
                self.buttons[act] = button
                self._grid.addWidget(button)
        for act, button in self.buttons.items():
            button.setEnabled(enabled.get(act, True))

    def show_services(self, offers: tuple[ServiceOffer, ...] | None, draft: Draft) -> None:
        """What can be chosen; None: nothing is to be chosen now."""
        self._services_holder.setVisible(offers is not None)
        if offers is not None:
            self.services.show_offers(offers, draft)

    def show_draft(self, lines: Sequence[str]) -> None:
        """What was chosen beside the service: a priority, another decision."""
        clear(self._draft)
        for line in lines:
            self._draft.addWidget(Words(self._look, line, DeskVoice.STRONG, "brand"))
        self._draft_holder.setVisible(bool(lines))

    def forget(self) -> None:
        """Nothing of a choice is left."""
        clear(self._draft)

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, ActButton):
            self.asked.emit(button.act)
