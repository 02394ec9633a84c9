"""The middle of the staff's window: what to do first, the key that opens a card, the camera, the person, the number."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from kiosk.checkin.queue.words import wait_words
from kiosk.checkin.record import CheckIn
from kiosk.failure import FailureCode
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.text import Language, catalog, say
from kiosk.ui.announce import announce
from kiosk.ui.camera.advice import Hint
from kiosk.ui.desk.camera_view import CameraView
from kiosk.ui.desk.grounds import Ring
from kiosk.ui.desk.key_line import key_lines
from kiosk.ui.desk.keys import Act, caption, words
from kiosk.ui.desk.laying import clear, lay_in
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.pieces import Badge, Card, Words
from kiosk.ui.desk.wrapped import wrapped
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.staff_form import field_style, form_field
from kiosk.workflow.state import AskingCard, AskingKey, Reading, ScanningCode

_FIELD_PX = 360


class Centre(QScrollArea):
    """A column of sheets, made anew for each thing to show. `digits` carries what was typed to open a card."""

    digits = Signal(str)

    def __init__(self, look: DeskLook, language: Language) -> None:
        super().__init__()
        self._look, self._language = look, language
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(say("desk.place.person", language))
        self._column_holder = QWidget()
        self._column = QVBoxLayout(self._column_holder)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._column.setSpacing(14)
        lay_in(self, self._column_holder, look)
        self._ring = Ring(self, look)
        self.field: QLineEdit | None = None
        self.camera: CameraView | None = None
        self._shown = ""
        self.heard = ""
        """What a screen reader said of it last: another dress does not say it again."""

    # -- the keyboard -----------------------------------------------------------------------------------------------
    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring."""
        super().focusInEvent(event)
        self._ring.show()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No ring."""
        super().focusOutEvent(event)
        self._ring.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The ring goes around all of it."""
        super().resizeEvent(event)
        self._ring.setGeometry(self.rect())
        self._ring.raise_()

    # -- what it shows ----------------------------------------------------------------------------------------------
    def show_cards(self, cards: list[QWidget], kind: str, heard: str, *, urgent: bool = False) -> None:
        """These sheets; the same `kind` as before stays where it was scrolled to.

        `heard` is what a screen reader says of them, once while it stays the same.
        """
        place = self.verticalScrollBar().value() if kind == self._shown else 0
        self._shown = kind
        if heard != self.heard:
            self.heard = heard
            announce(self, heard, urgent=urgent)
        self.setUpdatesEnabled(False)
        try:
            self._clear()
            for card in cards:
                self._column.addWidget(card)
                card.show()
            self._column.addStretch(1)
            self._column.activate()
            self.verticalScrollBar().setValue(place)
        finally:
            self.setUpdatesEnabled(True)

    def show_idle(self, acts: Sequence[Act]) -> None:
        """Nobody is there: the ways to begin; `acts` with their keys, where no column has them."""
        card = Card(self._look)
        card.inside.setContentsMargins(32, 28, 32, 32)
        card.inside.addWidget(Words(self._look, self._say("idle.title"), DeskVoice.NAME))
        card.inside.addWidget(Words(self._look, self._say("idle.sentence"), DeskVoice.BODY, "ink_soft"))
        for line in key_lines(self._look, [(caption(act), words(act, self._language)) for act in acts]):
            card.inside.addWidget(line)
        self.show_cards([card], "idle", self._say("idle.title"))

    def show_signed_out(self) -> None:
        """Nobody is on duty in whose name anything could be done."""
        card = Card(self._look)
        card.inside.setContentsMargins(32, 28, 32, 32)
        card.inside.addWidget(Words(self._look, self._say("signed_out.title"), DeskVoice.NAME))
        card.inside.addWidget(key_lines(self._look, [(caption(Act.DUTY), self._say("signed_out.sentence"))])[0])
        self.show_cards([card], "signed-out", self._say("signed_out.title"))

    def show_key(self, state: AskingKey | AskingCard) -> None:
        """A card that waits for its key, or a number that waits for its card."""
        card = Card(self._look)
        card.inside.setContentsMargins(32, 28, 32, 32)
        if isinstance(state, AskingCard):
            card.inside.addWidget(Words(self._look, self._say("card_wanted.title"), DeskVoice.NAME))
            card.inside.addWidget(Words(self._look, self._say("card_wanted.sentence"), DeskVoice.BODY, "ink_soft"))
            if state.unreadable:
                card.inside.addWidget(wrapped([Badge(self._look, self._say("camera.unreadable"), Tone.ATTENTION)]))
            card.inside.addWidget(key_lines(self._look, [(caption(Act.GIVE), self._say("card_wanted.without"))])[0])
            self.show_cards([card], "card-wanted", self._say("card_wanted.title"))
            return
        card.inside.addWidget(Words(self._look, self._say("key.title"), DeskVoice.NAME))
        card.inside.addWidget(Words(self._look, self._say("key.sentence"), DeskVoice.BODY, "ink_soft"))
        wrong = self._say("key.wrong", left=state.tries_left) if state.wrong else ""
        if wrong:
            card.inside.addWidget(wrapped([Badge(self._look, wrong, Tone.STOP)]))
        field = form_field(
            self._look.letters, self._say("key.field"), self._say("key.hint"), pixels=self._look.px(22),
            height_px=self._look.px(52),
        )  # fmt: skip
        field.setStyleSheet(field_style(self._look.palette))
        field.setMaxLength(12)
        field.setMaximumWidth(self._look.px(_FIELD_PX))
        field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        field.textEdited.connect(self._typed)
        card.inside.addWidget(field)
        self.show_cards([card], "key", _sentences(wrong, self._say("key.title")))
        self.field = field
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_camera(self, state: ScanningCode) -> None:
        """What the camera sees."""
        card = Card(self._look)
        card.inside.setContentsMargins(32, 28, 32, 32)
        card.inside.addWidget(Words(self._look, self._say("camera.title"), DeskVoice.NAME))
        card.inside.addWidget(Words(self._look, self._say("camera.sentence"), DeskVoice.BODY, "ink_soft"))
        unreadable = self._say("camera.unreadable") if state.unreadable else ""
        if unreadable:
            card.inside.addWidget(wrapped([Badge(self._look, unreadable, Tone.ATTENTION)]))
        camera = CameraView(self._look, self._say("camera.picture"))
        card.inside.addWidget(camera)
        self.show_cards([card], "camera", _sentences(unreadable, self._say("camera.title")))
        self.camera = camera

    def show_reading(self, state: Reading) -> None:
        """How far the chip is."""
        card = Card(self._look)
        card.inside.setContentsMargins(32, 28, 32, 32)
        card.inside.addWidget(Words(self._look, self._say("reading.title"), DeskVoice.NAME))
        phase = say(f"desk.reading.{state.phase.value}", self._language)
        card.inside.addWidget(Words(self._look, phase, DeskVoice.HEADING, "ink_soft"))
        self.show_cards([card], "reading", _sentences(self._say("reading.title"), phase))

    def show_failed(self, code: FailureCode) -> None:
        """What broke, and its cure."""
        card = Card(self._look)
        card.inside.setContentsMargins(32, 28, 32, 32)
        card.inside.addWidget(wrapped([Badge(self._look, self._say("failed.title"), Tone.STOP)]))
        title = say(f"failure.{code.value}.staff", self._language)
        card.inside.addWidget(Words(self._look, title, DeskVoice.NAME))
        card.inside.addWidget(Words(self._look, say(f"failure.{code.value}.cure", self._language)))
        card.inside.addWidget(Words(self._look, self._say("failed.code", code=code.value), DeskVoice.SMALL, "ink_soft"))
        card.inside.addWidget(key_lines(self._look, [(caption(Act.LEAVE), words(Act.LEAVE, self._language))])[0])
        self.show_cards([card], "failed", title, urgent=True)

    def show_done(self, check_in: CheckIn, printing: PrintOutcome | None) -> None:
        """The number, where to, and whether the slip came."""
        title = self._say("done.repeated" if check_in.repeated else "done.title")
        card = Card(self._look, title)
        card.inside.setContentsMargins(32, 24, 32, 28)
        card.inside.addWidget(Words(self._look, check_in.ticket, DeskVoice.TICKET, "brand"))
        card.inside.addWidget(Words(self._look, check_in.full_name, DeskVoice.HEADING))
        room, placement = check_in.room, check_in.placement
        where = f"{check_in.service.name[self._language]} · {room.name[self._language]}"
        card.inside.addWidget(Words(self._look, where, DeskVoice.HEADING))
        if placement is not None:
            ahead = self._say("done.ahead", count=placement.ahead)
            wait = wait_words(placement.wait, self._language)
            text = " · ".join(part for part in (ahead, wait) if part)
            card.inside.addWidget(Words(self._look, text, DeskVoice.BODY, "ink_soft"))
        if check_in.also_today:
            also = self._say("done.also", tickets=", ".join(check_in.also_today))
            card.inside.addWidget(wrapped([Badge(self._look, also, Tone.ATTENTION)]))
        printed = printing_badge(printing, self._look, self._language)
        card.inside.addWidget(wrapped([printed]))
        self.show_cards([card], "done", _sentences(title, check_in.ticket, where, printed.text()))

    def show_sentence(self, title: str, sentence: str) -> None:
        """Something short that no person is in."""
        card = Card(self._look)
        card.inside.setContentsMargins(32, 28, 32, 32)
        card.inside.addWidget(Words(self._look, title, DeskVoice.NAME))
        if sentence:
            card.inside.addWidget(Words(self._look, sentence, DeskVoice.BODY, "ink_soft"))
        self.show_cards([card], "sentence", title)

    # -- camera -----------------------------------------------------------------------------------------------------
    def show_frame(self, frame: QImage) -> None:
        """One picture of the camera."""
        if self.camera is not None:
            self.camera.show_frame(frame)

    def show_hint(self, hint: Hint) -> None:
        """What to do with what is held before it."""
        if self.camera is not None:
            key = f"screen.scanning.hint.{hint.value}"
            self.camera.show_words(catalog(self._language).get(key, ""))

    def forget(self) -> None:
        """Nothing is shown."""
        self._clear()
        self._shown = self.heard = ""

    def _typed(self, text: str) -> None:
        digits = "".join(one for one in text if one in "0123456789")
        if self.field is not None and digits != text:
            self.field.setText(digits)

    def give_digits(self) -> bool:
        """Enter: what was typed opens the card; False: it is not enough."""
        if self.field is None or len(self.field.text()) not in (6, 12):
            return False
        digits = self.field.text()
        self.field.setText("")
        self.digits.emit(digits)
        return True

    def _clear(self) -> None:
        if self.field is not None:
            self.field.setText("")
        if self.camera is not None:
            self.camera.forget()
        self.field = self.camera = None
        clear(self._column)

    def _say(self, key: str, **values: object) -> str:
        return say(f"desk.{key}", self._language, **values)


def _sentences(*parts: str) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part)


def printing_badge(printing: PrintOutcome | None, look: DeskLook, language: Language) -> Badge:
    """Whether the slip came out."""
    if printing is None or printing.state is PrintState.WAITING:
        return Badge(look, say("desk.printing.waiting", language), Tone.INFO, icon="printer")
    if printing.is_in_order:
        return Badge(look, say("desk.printing.printed", language), Tone.GOOD, icon="printer")
    reason = catalog(language).get(f"screen.device.printer.reason.{printing.reason}", "")
    key = "unsure" if printing.state is PrintState.UNCONFIRMED else "failed"
    words = say(f"desk.printing.{key}", language)
    return Badge(look, f"{words}: {reason}" if reason else words, Tone.ATTENTION, icon="printer")
