"""How a check-in ends: being committed, done with its number, or not."""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Verdict
from kiosk.failure import FailureCode
from kiosk.slip.outcome import SPOOLED, SPOOLER_STUCK, PrintOutcome, PrintState
from kiosk.slip.status import Readiness
from kiosk.text import say
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap, spring
from kiosk.ui.widgets.mark import Icon, Mark, TicketNumber
from kiosk.ui.widgets.panel import Badge, Banner, Panel, facts
from kiosk.ui.widgets.piece import Piece
from kiosk.ui.widgets.scene import Scene
from kiosk.ui.widgets.scenes import CardScene, CodeScene, SlipScene, StaffScene
from kiosk.ui.widgets.text import Text
from kiosk.workflow.event import ReprintAsked, Touched, WentBack
from kiosk.workflow.patience import RESULT_S
from kiosk.workflow.state import Assistance, Done, Failed, Issuing

_LAY_CARD = frozenset(
    {
        FailureCode.READER_LOST,
        FailureCode.CARD_MISSING,
        FailureCode.CARD_REMOVED,
        FailureCode.CARD_UNREADABLE,
        FailureCode.CARD_TIMEOUT,
    }
)
_SHOW_CODE = frozenset(
    {
        FailureCode.READER_MISSING,
        FailureCode.READER_BUSY,
        FailureCode.PCSC_MISSING,
        FailureCode.CARD_UNSUPPORTED,
        FailureCode.CARD_KEY_WRONG,
        FailureCode.CARD_KEY_NEEDED,
        FailureCode.CODE_UNREADABLE,
        FailureCode.CODE_MISSING,
        FailureCode.IMAGE_UNREADABLE,
    }
)
_NOTICES = {
    "printing": (Tone.INFO, "printer"),
    "take": (Tone.ATTENTION, "card-out"),
    "take_slip": (Tone.GOOD, "slip"),
    "card_left": (Tone.STOP, "card-out"),
    "slow": (Tone.INFO, "camera"),
    "no_printer": (Tone.INFO, "camera"),
    "spooled": (Tone.INFO, "printer"),
}
_ADVICE = (Tone.ATTENTION, "camera")
_KNOWN_REASONS = frozenset(
    {
        Readiness.PAPER_OUT.value,
        Readiness.COVER_OPEN.value,
        Readiness.CUTTER.value,
        Readiness.OVERHEATED.value,
        Readiness.ERROR.value,
        Readiness.OFFLINE.value,
        FailureCode.PRINTER_UNREACHABLE.value,
        SPOOLER_STUCK,
    }
)
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class IssuingPage(Page):
    """Being committed; no number is shown before it is."""

    step = 3

    def __init__(self, setting: Setting, state: Issuing) -> None:  # noqa: ARG002
        super().__init__(setting)
        look = self.look
        self.compose(
            Column(
                [
                    spring(),
                    SlipScene(look, self.say("issuing.title"), height_mm=(90, 40)),
                    gap(look.mm(6)),
                    Text(look, self.say("issuing.title"), Voice.TITLE, align=_CENTRE),
                    gap(look.mm(2)),
                    Text(look, self.say("issuing.sentence"), Voice.BODY, "ink_soft", align=_CENTRE),
                    spring(),
                ]
            )
        )


_FORGOTTEN_S = 10.0
"""A card that still lies there so long after everything was done was forgotten."""


class CardLeft(Enum):
    """Where the person's card is when everything is done."""

    TAKEN = "taken"
    LAID = "laid"
    FORGOTTEN = "forgotten"


class DonePage(Page):
    """The number, as large as there is room; where to go; whether the slip came out."""

    step = 3

    def __init__(self, setting: Setting, state: Done) -> None:
        super().__init__(setting)
        look, language, upright = self.look, setting.language, setting.upright
        check_in = state.check_in
        service, room = check_in.service, check_in.room
        align = _CENTRE if upright else Qt.AlignmentFlag.AlignLeft
        self._shown = state
        self._card = CardLeft.LAID if setting.devices.card_laid else CardLeft.TAKEN
        self._came_out = _came_out(state.printing)
        self._may_say = notices_of(state.printing)
        self._number = TicketNumber(look, check_in.ticket, centred=upright, least_points=110 if setting.terse else 150)
        number: list[Block] = [
            Text(
                look,
                self.say("done.again" if check_in.repeated else "done.number"),
                Voice.BODY,
                "ink_soft",
                align=align,
            ),
            self._number,
            Text(look, f"{room.name[language]} · {service.name[language]}", Voice.TITLE, align=align),
            Text(look, room.place[language], Voice.BODY, "ink_soft", align=align),
        ]
        aside: list[Block] = []
        if setting.speaks:
            read = self.button("read_number", self.number_wanted.emit, Rank.QUIET, icon="speaker")
            aside = [gap(look.mm(4)), Row([spring(), read, spring()] if upright else [read, spring()])]
        # What the slip says too makes room for the number.
        rows = [] if setting.terse else facts(look, self._facts(state))
        self._notices = Notices(look, [self._banner(name) for name in self._may_say])
        self.again = self.button("print_again", ReprintAsked(), Rank.SECOND, icon="printer")
        self.finish = self.button("finish", WentBack())
        self.left_text = Text(
            look, self.say("done.left", seconds=round(RESULT_S)), Voice.SOFT, "ink_soft", tabular=True
        )
        self.more = self.button("more_time", Touched(), Rank.QUIET)
        told: list[Block] = [self._notices]
        if rows:
            told = [Panel(look, Column(rows, stretch=[0] * len(rows)), pad_mm=(10, 5)), gap(look.mm(6)), *told]
        if upright:
            content: Block = Column([spring(2), *number, *aside, gap(look.mm(8)), spring(3), *told, spring()])
        else:
            if setting.brief:
                told += aside
            else:
                number += aside
            left = Column([spring(), *number, spring()], stretch=[1, 0, 2, *[0] * (len(number) - 2), 1])
            right = Column([spring(), *told, spring()])
            content = Row([left, right], gap=look.mm(8 if setting.brief else 10), shares=[6, 5])
        self._settle(state)
        clock = Row([self.left_text, self.more], gap=look.mm(5), along=Along.CENTRE)
        self.compose(content, self._buttons(state, clock))

    def hint(self, *, card_laid: bool) -> str:
        """The card must not be forgotten over a slip that did not come out."""
        return self.say("done.take_card") if card_laid and not self._came_out else ""

    def show_left(self, seconds: int, *, card_laid: bool) -> None:
        """How long the number still stands here, and whether the card must not be forgotten."""
        self.left_text.setText(self.say("done.left", seconds=seconds))
        if not card_laid:
            self._card = CardLeft.TAKEN
        else:
            self._card = CardLeft.FORGOTTEN if RESULT_S - seconds >= _FORGOTTEN_S else CardLeft.LAID
        self._notices.say(self._notice(self._shown))

    def forget(self) -> None:
        """Lets go of the check-in."""
        del self._shown

    def takes(self, state: Done) -> bool:
        """Whether the buttons stay as they are: "print again" only stands there when it is needed."""
        return notices_of(state.printing) == self._may_say

    def present(self, state: Done) -> None:
        """The printer has ended, or begins anew."""
        self._shown = state
        self._settle(state)

    def _buttons(self, state: Done, clock: Row) -> Block:
        buttons: list[Button] = [self.finish]
        if not self._came_out and not _is_off(state.printing):
            buttons.insert(0, self.again)
        else:
            # Of nobody's it would never be let go of, and what it leads to holds the whole page.
            self.again.setParent(self)
            self.again.hide()
        if not self.setting.upright:
            return Row([clock, spring(), *buttons], gap=self.look.mm(5), along=Along.CENTRE)
        row = Row(buttons, gap=self.look.mm(5), shares=[1] * len(buttons))
        return Column([row, Row([spring(), clock, spring()])], gap=self.look.mm(4))

    def _settle(self, state: Done) -> None:
        self._notices.say(self._notice(state))
        self.again.setEnabled(state.is_over)
        # Nobody is hurried while the slip is still in the machine.
        for widget in (self.left_text, self.more):
            widget.setVisible(state.is_over)

    def _facts(self, state: Done) -> list[tuple[str, str]]:
        check_in = state.check_in
        decision = check_in.decision
        pays = self.say(f"done.pays.{decision.verdict.value}", fund=decision.benefit_percent or "")
        if decision.verdict in (Verdict.COVERED, Verdict.ATTENTION) and decision.benefit_percent is None:
            pays = self.say("choosing.insurance")
        priority = "" if check_in.priority is Priority.NONE else self.say(f"priority.{check_in.priority.value}")
        taken_at = f"{check_in.created_at:%H:%M} · {check_in.business_day:%d/%m/%Y}"
        return [
            (self.say("done.time"), "" if self.setting.brief else taken_at),
            (self.say("done.priority"), priority),
            (self.say("done.payer"), pays),
        ]

    def _notice(self, state: Done) -> int:
        if not self._came_out or state.printing is None:
            return 0
        if not state.is_over:
            return self._may_say.index("slow")
        said = {CardLeft.LAID: "take", CardLeft.TAKEN: "take_slip", CardLeft.FORGOTTEN: "card_left"}[self._card]
        return self._may_say.index(said)

    def _banner(self, name: str) -> Banner:
        tone, icon = _NOTICES.get(name, _ADVICE)
        return Banner(self.look, tone, self.say(f"done.{name}"), icon=icon)


class Notices(Piece):
    """One of several banners, in the room that the largest of them needs: nothing moves when another is said."""

    def __init__(self, look: Look, banners: Sequence[Banner]) -> None:
        super().__init__(look)
        self._banners = tuple(banners)
        for banner in self._banners:
            banner.setParent(self)
        self.say(0)

    def say(self, which: int) -> None:
        """Shows only this one."""
        for at, banner in enumerate(self._banners):
            banner.setVisible(at == which)

    def least_width(self) -> int:
        """Of the widest."""
        return max(banner.least_width() for banner in self._banners)

    def least_height(self, width: int) -> int:
        """Of the tallest."""
        return max(banner.least_height(width) for banner in self._banners)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """All take the same place."""
        for banner in self._banners:
            banner.setGeometry(self.rect())


def _came_out(printing: PrintOutcome | None) -> bool:
    """Whether it did, or still may; an unclear end counts as none: the person must have the number."""
    return printing is None or printing.state in (PrintState.PRINTED, PrintState.WAITING)


def _is_off(printing: PrintOutcome | None) -> bool:
    return printing is not None and printing.state is PrintState.OFF


def notices_of(printing: PrintOutcome | None) -> tuple[str, ...]:
    """What may be said of a slip while its page stands as it is: keys of `done`."""
    match printing:
        case None | PrintOutcome(PrintState.PRINTED | PrintState.WAITING):
            return ("printing", "slow", "take", "take_slip", "card_left")
        case PrintOutcome(PrintState.OFF):
            return ("no_printer",)
        case PrintOutcome(PrintState.UNCONFIRMED, reason):
            return ("spooled" if reason == SPOOLED else "maybe_printed",)
        case PrintOutcome(reason=reason):
            return (f"not_printed.{reason}" if reason in _KNOWN_REASONS else "not_printed.other",)


class FailedPage(Page):
    """What happened, what to do now, what we did."""

    def __init__(self, setting: Setting, state: Failed) -> None:
        super().__init__(setting)
        look, language, code = self.look, setting.language, state.code.value
        happened = say(f"failure.{code}.patient", language)
        todo = say(f"failure.{code}.patient_do", language)
        done = say(f"failure.{code}.patient_done", language)
        words_of_title = Text(look, happened.removesuffix("."), Voice.TITLE)
        title: Block = Row(
            [Mark(look, Tone.ATTENTION, size_mm=22), words_of_title], gap=look.mm(7), shares=[0, 1], along=Along.CENTRE
        )
        now_to_do: list[Block] = [] if setting.terse else [Text(look, self.say("failed.now"), Voice.SOFT, "ink_soft")]
        words = Column(
            [
                *now_to_do,
                Text(look, todo, Voice.HEADING),
                gap(look.mm(5)),
                spring(),
                self._line(done),
            ],
            gap=look.mm(1),
        )
        inner: Block
        if setting.terse:
            inner, title = words, words_of_title
        elif setting.upright:
            inner = Column([self._scene(state.code), gap(look.mm(6)), words], stretch=[1, 0, 0])
        else:
            inner = Row([words, self._scene(state.code)], gap=look.mm(8), shares=[3, 2])
        now = Panel(look, inner, pad_mm=(7, 5) if setting.terse else (12, 10))
        small = Text(look, self.say("failed.code", code=code), Voice.SMALL, "ink_soft")
        self.compose(
            Column([title, gap(look.mm(4 if setting.brief else 6)), now], stretch=[0, 0, 1]),
            self.action_row(self.button("try_again", WentBack(), icon="again"), lead=small),
        )

    def _scene(self, code: FailureCode) -> Scene:
        """What to do, drawn."""
        look, sizes = self.look, (62.0, 26.0)
        spoken = self.say("failed.scene")
        if code in _LAY_CARD:
            return CardScene(look, spoken, on_brand=False, height_mm=sizes)
        if code in _SHOW_CODE:
            return CodeScene(look, spoken, height_mm=sizes)
        return StaffScene(look, spoken, height_mm=sizes)

    def _line(self, words: str) -> Row:
        look = self.look
        parts: list[Block] = [Icon(look, "info", Voice.BODY, "ink_soft"), Text(look, words, Voice.BODY, "ink_soft")]
        return Row(parts, gap=look.mm(3), shares=[0, 1], along=Along.CENTRE)


class AssistancePage(Page):
    """Staff are on their way; the person before is forgotten."""

    def __init__(self, setting: Setting, state: Assistance) -> None:  # noqa: ARG002
        super().__init__(setting)
        look = self.look
        self.compose(
            Column(
                [
                    spring(),
                    StaffScene(look, self.say("assistance.title"), height_mm=(80, 34)),
                    gap(look.mm(6)),
                    Text(look, self.say("assistance.title"), Voice.TITLE, align=_CENTRE),
                    gap(look.mm(2)),
                    Text(look, self.say("assistance.sentence"), Voice.BODY, "ink_soft", align=_CENTRE),
                    gap(look.mm(5)),
                    Row([spring(), Badge(look, Tone.GOOD, self.say("assistance.wiped")), spring()]),
                    spring(),
                ]
            ),
            self.action_row(lead=self.button("to_start", WentBack(), Rank.STEP, icon="arrow-left")),
        )
