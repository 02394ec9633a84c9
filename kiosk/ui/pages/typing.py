"""The two pages with the keypad: the twelve digits of a number, the last six that open a card."""

from PySide6.QtGui import QImage

from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Rank
from kiosk.ui.widgets.flow import Block, Column, Row, gap, spring
from kiosk.ui.widgets.keypad import Digits, Keypad
from kiosk.ui.widgets.panel import Banner, Panel
from kiosk.ui.widgets.portrait import Preview
from kiosk.ui.widgets.text import Text
from kiosk.workflow.event import NumberTyped, WentBack
from kiosk.workflow.state import AskingKey, TypingNumber

NUMBER_DIGITS = 12
KEY_DIGITS = 6


class TypingPage(Page):
    """What both have in common: slots, keypad, and a confirmation that waits for the last digit."""

    step = 0

    def __init__(self, setting: Setting, count: int, go_key: str) -> None:
        super().__init__(setting)
        self.digits = Digits(self.look, count, self.say("typing.spoken", typed="{typed}", count="{count}"))
        self.keypad = Keypad(self.look, setting.taps, self.say("typing.clear"), self.say("typing.backspace"))
        self.keypad.pressed.connect(self._press)
        self.go = self.button(go_key, self._confirm, icon="arrow-right", last=True)
        self.go.setEnabled(False)
        self._count_text = Text(self.look, self._count_words(), Voice.SOFT, "ink_soft", tabular=True)

    def carry_over(self, earlier: "TypingPage") -> None:
        """Keeps what was typed when only the language or the letters change."""
        for digit in earlier.digits.digits:
            self._press(digit)

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
    """Twelve digits in four groups."""

    def __init__(self, setting: Setting, state: TypingNumber) -> None:  # noqa: ARG002
        super().__init__(setting, NUMBER_DIGITS, "go_on")
        look = self.look
        heading = self.heading(self.say("typing.title"), self.say("typing.sentence"))
        entry = Column([self.digits, self._count_text], gap=look.mm(1.5))
        content: Block
        if setting.upright:
            content = Column([heading, gap(look.mm(8)), entry, gap(look.mm(7)), self.keypad], stretch=[0, 0, 0, 0, 1])
        else:
            left = Column([heading, gap(look.mm(9)), entry, spring()])
            content = Row([left, self.keypad], gap=look.mm(12), shares=[3, 2])
        back = self.button("back", WentBack(), Rank.SECOND, icon="arrow-left")
        self.compose(content, self.action_row(back, self.go))


class AskingKeyPage(TypingPage):
    """A card lies there: its QR to the camera, or the last six digits of its number."""

    def __init__(self, setting: Setting, state: AskingKey) -> None:
        super().__init__(setting, KEY_DIGITS, "open")
        look = self.look
        self.preview = Preview(look, self.say("scanning.preview"), height_mm=(110, 26))
        heading = self.heading(self.say("asking_key.title"), self.say("asking_key.sentence"))
        scan = Panel(
            look,
            Column(
                [
                    Text(look, self.say("asking_key.scan"), Voice.HEADING),
                    Text(look, self.say("asking_key.scan_sentence"), Voice.SOFT, "ink_soft"),
                    gap(look.mm(3)),
                    self.preview,
                ],
                stretch=[0, 0, 0, 1],
            ),
        )
        above: list[Block] = [Text(look, self.say("asking_key.digits"), Voice.HEADING), self.digits, self._count_text]
        key: Block
        if setting.upright:
            key = Column([*above, gap(look.mm(3)), self.keypad], gap=look.mm(1.5), stretch=[0, 0, 0, 0, 1])
            both: Block = Column([scan, Panel(look, key)], gap=look.mm(6), stretch=[1, 2])
        else:
            key = Row([Column([*above, spring()], gap=look.mm(2)), self.keypad], gap=look.mm(8), shares=[1, 1])
            both = Row([scan, Panel(look, key)], gap=look.mm(7), shares=[3, 5])
        blocks: list[Block] = [heading, gap(look.mm(5))]
        if state.wrong:
            notice = Banner(look, Tone.ATTENTION, self.say("asking_key.wrong", tries=state.tries_left))
            blocks += [notice, gap(look.mm(4))]
        self.compose(
            Column([*blocks, both], stretch=[0] * len(blocks) + [1]),
            self.action_row(self.button("back", WentBack(), Rank.SECOND, icon="arrow-left"), self.go),
        )

    @property
    def hint(self) -> str:
        """The card stays."""
        return self.say("reading.hint")

    def show_frame(self, frame: QImage) -> None:
        """The camera's newest picture."""
        self.preview.show_frame(frame)
