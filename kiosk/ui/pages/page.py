"""The base of all pages: margins, steps, the question whether it fits, and the signal for what was tapped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language, say
from kiosk.ui.camera.advice import Hint
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, Space, measuring, spring
from kiosk.ui.widgets.steps import StepBar
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.text import Text
from kiosk.workflow.event import Event
from kiosk.workflow.state import Devices

_AIR_MM, _TIGHT_MM, _TIGHTER_MM, _LEAST_AIR_MM = 7.0, 5.0, 4.0, 3.5


@dataclass(frozen=True, slots=True)
class Setting:
    """What every page is built in.

    `now` tells the local time; `margin`, in pixels, is that of the bars; `upright`: taller than wide;
    `brevity`: how much of what is said and drawn besides the question makes room for it, 0 to 2.
    `lowered`: what is touched lies where a seated person reaches. `speaks`: there is a voice of this language.
    `low`: the glass is wide and not high, so that a page is never without brevity.
    """

    look: Look
    taps: Taps
    language: Language
    clinic: Clinic
    now: Callable[[], datetime]
    margin: int
    upright: bool = False
    brevity: int = 0
    lowered: bool = False
    speaks: bool = False
    low: bool = False
    devices: Devices = Devices()  # noqa: RUF009 - frozen

    @property
    def brief(self) -> bool:
        """Larger letters are wished for, or the glass is small."""
        return self.brevity >= 1

    @property
    def terse(self) -> bool:
        """There is room for nothing but the question itself."""
        return self.brevity >= 2

    def say(self, key: str, /, **values: object) -> str:
        """The sentence `screen.<key>`."""
        return say(f"screen.{key}", self.language, **values)


def hint_words(setting: Setting) -> dict[Hint, str]:
    """What pages with a camera say to whoever holds a code."""
    return {hint: setting.say(f"scanning.hint.{hint.value}") for hint in Hint}


class Page(QWidget):
    """A page. `intent` carries an event of the workflow, `turned` a shelf of services to leaf to.

    `notice_wanted`: the whole notice is to be read; `number_wanted`: the ticket is to be spoken.
    """

    intent = Signal(object)
    turned = Signal(object)
    notice_wanted = Signal()
    number_wanted = Signal()
    step: int | None = None

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.look = setting.look
        self._body: Block | None = None
        self._sheets: list[Block] = []

    def hint(self, *, card_laid: bool) -> str:  # noqa: ARG002
        """One quiet line for the footer."""
        return ""

    def compose(self, content: Block, actions: Block | None = None) -> None:
        """Steps above, actions below, the content in what is left; called again it makes a further sheet."""
        look = self.look
        blocks: list[Block] = []
        if self.step is not None and not self.setting.terse:
            words = [self.setting.say(f"step.{name}") for name in ("papers", "insurance", "service", "ticket")]
            blocks += [StepBar(look, words, self.step, bare=self.setting.brief), self.air()]
        blocks.append(content)
        if actions is not None:
            blocks += [self.air(), actions]
        body = Column(blocks, stretch=[1 if block is content else 0 for block in blocks])
        self._sheets.append(body)
        for leaf in body.leaves():
            leaf.setParent(self)
            if self._body is not None:
                leaf.hide()
        self._body = self._body or body

    @property
    def title(self) -> str:
        """Its loudest words: what a screen reader says of it by itself."""
        texts = self.findChildren(Text)
        for voice in (Voice.TITLE, Voice.HEADING):
            for text in texts:
                if text.voice is voice and text.text():
                    return text.text()
        return ""

    def show_sheet(self, at: int) -> None:
        """The sheet `at` instead of the one that is shown: what is too much for one is never made smaller."""
        self._body = self._sheets[at]
        shown = set(self._body.leaves())
        for leaf in (leaf for sheet in self._sheets for leaf in sheet.leaves()):
            leaf.setVisible(leaf in shown)
        self._place()
        self.setting.taps.page_changed()

    def fits(self, width: int, height: int) -> bool:
        """Whether nothing is cut in an area of this size, on no sheet."""
        inner, room = width - 2 * self._margin_x(), height - self._margins_y()
        with measuring():
            return all(sheet.least_width() <= inner and sheet.least_height(inner) <= room for sheet in self._sheets)

    def forget(self) -> None:
        """Drops what the page itself remembers about a person."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Places everything."""
        self._place()

    # -- pieces that pages share -----------------------------------------------------------------------------------
    def say(self, key: str, /, **values: object) -> str:
        """The sentence `screen.<key>`."""
        return self.setting.say(key, **values)

    def in_short(self, key: str, /, **values: object) -> str:
        """The sentence `screen.<key>`; of two only the first where there is no room."""
        words = self.say(key, **values)
        first, full_stop, _ = words.partition(". ")
        return f"{first}." if self.setting.terse and full_stop else words

    def tell(self, event: Event) -> None:
        """Emits an event."""
        self.intent.emit(event)

    def air(self) -> Space:
        """Between the steps, what is asked and what answers it: fingers must not meet there."""
        return Space(self.look.mm(_TIGHT_MM if self.setting.brief else _AIR_MM), self.look.mm(_LEAST_AIR_MM))

    def heading(self, title: str, sentence: str = "") -> Column:
        """One title, one sentence."""
        blocks: list[Block] = [Text(self.look, title, Voice.TITLE)]
        if sentence:
            blocks.append(Text(self.look, sentence, Voice.BODY, "ink_soft"))
        return Column(blocks, gap=self.look.mm(1))

    def button(
        self,
        key: str,
        event: Event | Callable[[], None],
        rank: Rank = Rank.PRIMARY,
        *,
        icon: str = "",
        last: bool = False,
    ) -> Button:
        """A button `screen.button.<key>` that emits an event or calls."""
        button = Button(self.look, self.setting.taps, self.say(f"button.{key}"), rank, icon=icon, icon_last=last)
        if callable(event):
            button.tapped.connect(event)
        else:
            button.tapped.connect(partial(self.tell, event))
        return button

    def action_row(self, *buttons: Button, lead: Block | None = None) -> Block:
        """Buttons at the right end, the strongest last, `lead` at the left; over the whole width on an upright page."""
        if self.setting.upright:
            if isinstance(lead, Button) and not buttons:
                return Row([lead, Space()], shares=[1, 1])
            if isinstance(lead, Button):
                buttons, lead = (lead, *buttons), None
            ordered = Row(buttons, gap=self.look.mm(5), shares=[2] * (len(buttons) - 1) + [3])
            return ordered if lead is None else Column([lead, ordered], gap=self.look.mm(4))
        first: Block = lead or Space()
        return Row([first, spring(), *buttons], gap=self.look.mm(5), along=Along.CENTRE)

    def _margin_x(self) -> int:
        return self.setting.margin

    def _margin_y(self) -> int:
        return self.look.mm((_AIR_MM, _TIGHT_MM, _TIGHTER_MM)[self.setting.brevity])

    def _margins_y(self) -> int:
        return 2 * self._margin_y()

    def _place(self) -> None:
        if self._body is not None:
            x, y = self._margin_x(), self._margin_y()
            with measuring():
                self._body.place(self.rect().adjusted(x, y, -x, -y))
