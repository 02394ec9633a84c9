"""The pages with the keypad: the twelve digits of a number, the last six that open a card, a birth date."""

from collections.abc import Sequence

from PySide6.QtGui import QImage

from kiosk.identity.birth_date import DATE_DIGITS, YEAR_DIGITS, DateFault, fault_in
from kiosk.ui.camera.advice import Hint
from kiosk.ui.pages.page import Page, Setting, hint_words
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap, spring
from kiosk.ui.widgets.keypad import Digits, Keypad
from kiosk.ui.widgets.panel import Banner, Panel
from kiosk.ui.widgets.preview import Preview
from kiosk.ui.widgets.remark import Remark
from kiosk.ui.widgets.scenes import NumberScene
from kiosk.ui.widgets.text import Text
from kiosk.workflow.event import (
    BirthDateTyped,
    BirthDateUnknown,
    BirthYearOnly,
    Event,
    NumberTyped,
    StartedTyping,
    Touched,
    WentBack,
)
from kiosk.workflow.state import AskingKey, TypingBirthDate, TypingNumber

_NUMBER = (3, 3, 3, 3)
_KEY = (3, 3)
_DATE = (2, 2, YEAR_DIGITS)
_YEAR = (YEAR_DIGITS,)


class TypingPage(Page):
    """What all have in common: slots, keypad, and a confirmation that waits for the last digit."""

    step = 0

    def __init__(
        self, setting: Setting, groups: Sequence[int], go_key: str, slot_mm: float, labels: Sequence[str] = ()
    ) -> None:
        super().__init__(setting)
        spoken = self.say("typing.spoken", typed="{typed}", count="{count}")
        self.digits = Digits(self.look, groups, spoken, slot_mm=slot_mm, labels=labels)
        self.keypad = Keypad(self.look, setting.taps, self.say("typing.clear"), self.say("typing.backspace"))
        self.keypad.pressed.connect(self._pressed)
        self.go = self.button(go_key, self._confirm, icon="arrow-right", last=True)
        self.go.setEnabled(False)
        self.back = self.button("back", WentBack(), Rank.STEP if setting.terse else Rank.SECOND, icon="arrow-left")
        self._count_text = Text(self.look, self._count_words(), Voice.SOFT, "ink_soft", tabular=True)

    def carry_over(self, earlier: "TypingPage") -> None:
        """Keeps what was typed when only the language or the letters change."""
        self._fill(earlier.digits.digits)

    def _pressed(self, key: str) -> None:
        self._press(key)
        self.tell(Touched())

    def _press(self, key: str) -> None:
        self.digits.press(key)
        self._typed()

    def _fill(self, digits: str) -> None:
        self.digits.fill(digits)
        self._typed()

    def _typed(self) -> None:
        self._count_text.setText(self._count_words())
        self._count_text.update()
        self.go.setEnabled(self.digits.complete)

    def _counted(self) -> list[Block]:
        """How many digits there are; where there is room for no more words the slots alone say it."""
        if not self.setting.terse:
            return [self._count_text]
        self._count_text.setParent(self)
        self._count_text.hide()
        return []

    def _confirm(self) -> None:
        if self.digits.complete:
            self.tell(self._typed_event(self.digits.digits))

    def _typed_event(self, digits: str) -> Event:
        return NumberTyped(digits)

    def _count_words(self) -> str:
        return self.say("typing.count", typed=len(self.digits.digits), count=self.digits.count)


class TypingNumberPage(TypingPage):
    """Twelve digits in four groups, and where they stand on the card."""

    def __init__(self, setting: Setting, state: TypingNumber) -> None:
        super().__init__(setting, _NUMBER, "go_on", slot_mm=18.5)
        look = self.look
        self._fill(state.number)
        if state.unreadable or state.born is not None:
            told = "unreadable" if state.unreadable else "unlike"
            notice = Banner(look, Tone.ATTENTION, self.in_short(f"typing.{told}"))
            heading = Column([self.heading(self.say("typing.title")), notice], gap=look.mm(3))
        else:
            heading = self.heading(self.say("typing.title"), self.say("typing.sentence"))
        entry = Column([self.digits, *self._counted()], gap=look.mm(1.5))
        scene = NumberScene(look, self.say("typing.scene"), height_mm=(40, 26))
        # Whoever corrects it has no card to look at.
        no_scene = state.born is not None or (state.unreadable and setting.brief)
        if setting.upright and (setting.lowered or no_scene):
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
        above: Block = heading
        if not no_scene:
            above = Row([heading, scene], gap=look.mm(6), shares=[1, 0], along=Along.CENTRE)
        left = Column([above, gap(look.mm(5)), spring(), entry, gap(look.mm(5)), spring(), back])
        right = Column([self.keypad, self.air(), self.go], stretch=[1, 0, 0])
        self.compose(Row([left, right], gap=look.mm(12), shares=[5, 4]))


class TypingBirthDatePage(TypingPage):
    """Day, month and year in a box each, or the year alone; what cannot be is said while it is typed."""

    def __init__(self, setting: Setting, state: TypingBirthDate) -> None:
        parts = ("year",) if state.year_only else ("day", "month", "year")
        labels = [setting.say(f"typing_birth_date.{part}") for part in parts]
        super().__init__(setting, _YEAR if state.year_only else _DATE, "go_on", slot_mm=23, labels=labels)
        look = self.look
        self._year_only = state.year_only
        self._faults = {fault: self.in_short(f"typing_birth_date.fault.{fault.value}") for fault in DateFault}
        told = "unreadable" if state.unreadable else "unlike" if state.unlike else ""
        self._told = self.in_short(f"typing_birth_date.{told}") if told else ""
        self._told_of = _digits_of(state)
        self._keeps_told = state.unreadable
        example = self.say(f"typing_birth_date.{'example_year' if state.year_only else 'example'}")
        self.remark = Remark(look, example, [*self._faults.values(), *([self._told] if told else [])])
        self._fill(self._told_of)
        title = self.say(f"typing_birth_date.{'title_year' if state.year_only else 'title'}")
        # Where something is wrong, that is the one sentence to read.
        quiet = setting.terse or bool(told)
        heading = self.heading(title, "" if quiet else self.in_short("typing_birth_date.sentence"))
        entry = Column([self.digits, self.remark], gap=look.mm(2))
        if state.unlike is not None:
            # The year is what does not match: to ask for it alone would be no help.
            other = self.button("correct_number", StartedTyping(), Rank.STEP)
        else:
            key = "whole_date" if state.year_only else "year_only"
            other = self.button(key, BirthYearOnly(not state.year_only), Rank.STEP)
        unknown = self.button("no_birth_date", BirthDateUnknown(), Rank.STEP)
        if setting.upright:
            row = Row([other, unknown], gap=look.mm(5), shares=[1, 1])
            content = Column(
                [heading, gap(look.mm(5)), entry, gap(look.mm(5)), self.keypad, self.air(), row],
                stretch=[0, 0, 0, 0, 1, 0, 0],
            )
            self.compose(content, self.action_row(self.back, self.go))
            return
        row = Row([other, unknown, spring()], gap=look.mm(5))
        back = Row([self.back], along=Along.END)
        asked: list[Block] = [heading, gap(look.mm(5)), spring(), entry, gap(look.mm(5)), row]
        left = Column([*asked, spring(), self.air(), back])
        right = Column([self.keypad, self.air(), self.go], stretch=[1, 0, 0])
        self.compose(Row([left, right], gap=look.mm(12), shares=[5, 4]))

    def carry_over(self, earlier: "TypingPage") -> None:
        """Keeps what was typed; of a whole date its year, when only that is asked for."""
        if self._keeps_told:
            # It is said of a code, not of these digits, until they go on.
            self._told_of = earlier.digits.digits
        if earlier.digits.count == self.digits.count:
            super().carry_over(earlier)
        elif self._year_only and len(earlier.digits.digits) > DATE_DIGITS - YEAR_DIGITS:
            self._fill(earlier.digits.digits[DATE_DIGITS - YEAR_DIGITS :])

    def forget(self) -> None:
        """Lets go of the date that was told of."""
        self._told_of = ""

    def _typed(self) -> None:
        super()._typed()
        fault = fault_in(self.digits.digits, self.setting.now().date(), year_only=self._year_only)
        told = self._told if self.digits.digits == self._told_of else ""
        self.remark.warn(self._faults[fault] if fault else told)
        self.go.setEnabled(self.digits.complete and fault is None)

    def _typed_event(self, digits: str) -> Event:
        return BirthDateTyped(digits)


def _digits_of(state: TypingBirthDate) -> str:
    """What was typed before, as far as this page asks for it."""
    if state.unlike is None:
        return ""
    if state.year_only:
        return f"{state.unlike.year:04}"
    return f"{state.unlike.day or 0:02}{state.unlike.month or 0:02}{state.unlike.year:04}"


class AskingKeyPage(TypingPage):
    """A card lies there: its QR to the camera, or the last six digits of its number."""

    def __init__(self, setting: Setting, state: AskingKey) -> None:
        super().__init__(setting, _KEY, "open", slot_mm=13)
        look = self.look
        words = hint_words(setting) | {
            Hint.AIM: self.say(f"asking_key.{'scan' if setting.terse else 'scan_sentence'}"),
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
        asked = Column([Text(look, self.say("asking_key.digits"), Voice.STRONG), *self._counted()])
        entry = Row([asked, self.digits], gap=look.mm(5), shares=[1, 0], along=Along.CENTRE)
        told = Column(self._told(state))
        if setting.upright:
            pad = (7.0, 6.0) if setting.brief else (10.0, 8.0)
            key = Panel(look, Column([entry, gap(look.mm(4)), self.keypad], stretch=[0, 0, 1]), pad_mm=pad)
            content = Column([told, self.air(), self._scan(), self.air(), key], stretch=[0, 0, 1, 0, 1])
            self.compose(content, self.action_row(self.back, self.go))
            return
        back = Row([self.back], along=Along.END)
        left = Column([told, gap(look.mm(5)), self._scan(), self.air(), back], stretch=[0, 0, 1, 0, 0])
        right = Column([entry, gap(look.mm(4)), self.keypad, self.air(), self.go], stretch=[0, 0, 1, 0, 0])
        self.compose(Row([left, right], gap=look.mm(7 if setting.brief else 10), shares=[1, 1]))

    def _told(self, state: AskingKey) -> list[Block]:
        """The question, and what went wrong: that says what the page is for where there is room for no more."""
        look, terse = self.look, self.setting.terse
        title = self.heading(self.say("asking_key.title"))
        if state.wrong:
            words = self.say(f"asking_key.{'wrong_short' if terse else 'wrong'}", tries=state.tries_left)
            wrong = Banner(look, Tone.ATTENTION, words)
            return [wrong] if terse else [title, wrong]
        return [title] if terse else [title, Text(look, self.say("asking_key.sentence"), Voice.BODY, "ink_soft")]

    def _scan(self) -> Block:
        """The camera's picture under its title; where words are few its hint is the title."""
        look, setting = self.look, self.setting
        if setting.terse:
            return self.preview
        title = Text(look, self.say("asking_key.scan"), Voice.HEADING)
        pad = (7.0, 6.0) if setting.brief else (10.0, 8.0)
        return Panel(look, Column([title, gap(look.mm(3)), self.preview], stretch=[0, 0, 1]), pad_mm=pad)

    def hint(self, *, card_laid: bool) -> str:  # noqa: ARG002
        """The card stays."""
        return self.say("reading.hint")

    def show_frame(self, frame: QImage) -> None:
        """The camera's newest picture."""
        self.preview.show_frame(frame)

    def show_hint(self, hint: Hint) -> None:
        """What to do with the code."""
        self.preview.show_hint(hint)
