"""The two pages with the keypad: the twelve digits of a number, the last six that open a card."""

from PySide6.QtGui import QImage

from kiosk.ui.camera.advice import Hint
from kiosk.ui.pages.page import Page, Setting, hint_words
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap, spring
from kiosk.ui.widgets.keypad import Digits, Keypad
from kiosk.ui.widgets.panel import Banner, Panel
from kiosk.ui.widgets.preview import Preview
from kiosk.ui.widgets.scenes import NumberScene
from kiosk.ui.widgets.text import Text
from kiosk.workflow.event import NumberTyped, Touched, WentBack
from kiosk.workflow.state import AskingKey, TypingNumber

NUMBER_DIGITS = 12
KEY_DIGITS = 6


class TypingPage(Page):
    """What both have in common: slots, keypad, and a confirmation that waits for the last digit."""

    step = 0

    def __init__(self, setting: Setting, count: int, go_key: str, slot_mm: float) -> None:
        super().__init__(setting)
        spoken = self.say("typing.spoken", typed="{typed}", count="{count}")
        self.digits = Digits(self.look, count, spoken, slot_mm=slot_mm)
        self.keypad = Keypad(self.look, setting.taps, self.say("typing.clear"), self.say("typing.backspace"))
        self.keypad.pressed.connect(self._pressed)
        self.go = self.button(go_key, self._confirm, icon="arrow-right", last=True)
        self.go.setEnabled(False)
        self.back = self.button("back", WentBack(), Rank.SECOND, icon="arrow-left")
        self._count_text = Text(self.look, self._count_words(), Voice.SOFT, "ink_soft", tabular=True)

    def carry_over(self, earlier: "TypingPage") -> None:
        """Keeps what was typed when only the language or the letters change."""
        for digit in earlier.digits.digits:
            self._press(digit)

    def _pressed(self, key: str) -> None:
        self._press(key)
        self.tell(Touched())

    def _press(self, key: str) -> None:
        self.digits.press(key)
        self._count_text.setText(self._count_words())
        self._count_text.update()
        self.go.setEnabled(self.digits.complete)

    def _confirm(self) -> None:
        if self.digits.complete:
            self.tell(NumberTyped(self.digits.digits))

    def _count_words(self) -> str:
        return self.say("typing.count", typed=len(self.digits.digits), count=self.digits.count)


class TypingNumberPage(TypingPage):
    """Twelve digits in four groups, and where they stand on the card."""

    def __init__(self, setting: Setting, state: TypingNumber) -> None:
        super().__init__(setting, NUMBER_DIGITS, "go_on", slot_mm=18.5)
        look = self.look
        if state.unreadable:
            notice = Banner(look, Tone.ATTENTION, self.say("typing.unreadable"))
            heading = Column([self.heading(self.say("typing.title")), notice], gap=look.mm(3))
        else:
            heading = self.heading(self.say("typing.title"), self.say("typing.sentence"))
        entry = Column([self.digits, self._count_text], gap=look.mm(1.5))
        scene = NumberScene(look, self.say("typing.scene"), height_mm=(40, 26))
        if setting.upright and setting.lowered:
            content = Column([heading, gap(look.mm(4)), entry, gap(look.mm(5)), self.keypad], stretch=[0, 0, 0, 0, 1])
            self.compose(content, self.action_row(self.back, self.go))
            return
        if setting.upright:
            content = Column(
                [heading, gap(look.mm(4)), scene, gap(look.mm(4)), entry, gap(look.mm(5)), self.keypad],
                stretch=[0, 0, 2, 0, 0, 0, 3],
            )
            self.compose(content, self.action_row(self.back, self.go))
            return
        back = Row([self.back], along=Along.END)
        above = Row([heading, scene], gap=look.mm(6), shares=[1, 0], along=Along.CENTRE)
        left = Column([above, gap(look.mm(5)), spring(), entry, gap(look.mm(5)), spring(), back])
        right = Column([self.keypad, gap(look.mm(5)), self.go], stretch=[1, 0, 0])
        self.compose(Row([left, right], gap=look.mm(12), shares=[5, 4]))


class AskingKeyPage(TypingPage):
    """A card lies there: its QR to the camera, or the last six digits of its number."""

    def __init__(self, setting: Setting, state: AskingKey) -> None:
        super().__init__(setting, KEY_DIGITS, "open", slot_mm=13)
        look = self.look
        words = hint_words(setting) | {
            Hint.AIM: self.say("asking_key.scan_sentence"),
            Hint.NO_PICTURE: self.say("asking_key.no_picture"),
        }
        self.preview = Preview(
            look,
            self.say("scanning.preview"),
            words,
            height_mm=(50, 24),
            voice=Voice.STRONG,
            beside=True,
        )
        title = self.heading(self.say("asking_key.title"))
        sentence: Block
        if state.wrong:
            sentence = Banner(look, Tone.ATTENTION, self.say("asking_key.wrong", tries=state.tries_left))
        else:
            sentence = Text(look, self.say("asking_key.sentence"), Voice.BODY, "ink_soft")
        scan = Panel(
            look,
            Column(
                [
                    Text(look, self.say("asking_key.scan"), Voice.HEADING),
                    gap(look.mm(3)),
                    self.preview,
                ],
                stretch=[0, 0, 1],
            ),
        )
        asked = Column([Text(look, self.say("asking_key.digits"), Voice.STRONG), self._count_text])
        entry = Row([asked, self.digits], gap=look.mm(5), shares=[1, 0], along=Along.CENTRE)
        if setting.upright:
            key = Panel(look, Column([entry, gap(look.mm(4)), self.keypad], stretch=[0, 0, 1]))
            content = Column([title, sentence, gap(look.mm(5)), scan, gap(look.mm(5)), key], stretch=[0, 0, 0, 1, 0, 1])
            self.compose(content, self.action_row(self.back, self.go))
            return
        back = Row([self.back], along=Along.END)
        left = Column([title, sentence, gap(look.mm(5)), scan, gap(look.mm(5)), back], stretch=[0, 0, 0, 1, 0, 0])
        right = Column([entry, gap(look.mm(4)), self.keypad, gap(look.mm(5)), self.go], stretch=[0, 0, 1, 0, 0])
        self.compose(Row([left, right], gap=look.mm(10), shares=[1, 1]))

    def hint(self, *, card_laid: bool) -> str:  # noqa: ARG002
        """The card stays."""
        return self.say("reading.hint")

    def show_frame(self, frame: QImage) -> None:
        """The camera's newest picture."""
        self.preview.show_frame(frame)

    def show_hint(self, hint: Hint) -> None:
        """What to do with the code."""
        self.preview.show_hint(hint)
