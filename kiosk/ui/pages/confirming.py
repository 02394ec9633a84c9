"""The last page before the number: is everything right? And beside it: why does the person go first?"""

from functools import partial

from kiosk.checkin.notice import NoticeSeen, PurposeAnswer, notice_version, text_version
from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Verdict
from kiosk.privacy import mask_name
from kiosk.text import say
from kiosk.ui.pages.choosing import wait_words
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.theme.letters import Voice
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap, spring
from kiosk.ui.widgets.mark import Icon
from kiosk.ui.widgets.panel import Panel, facts
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tick import Tick
from kiosk.ui.widgets.tile import Tile
from kiosk.workflow.event import Agreed, PriorityClaimed, PriorityWanted, WentBack
from kiosk.workflow.state import AskingPriority, Confirming

_ICONS = {
    Priority.PREGNANT: "pregnant",
    Priority.DISABILITY: "wheelchair",
    Priority.MERIT: "medal",
}


class AskingPriorityPage(Page):
    """The reasons to go first that may be this person's; touching one gives the number."""

    step = 3

    def __init__(self, setting: Setting, state: AskingPriority) -> None:
        super().__init__(setting)
        look = self.look
        tiles = [self._tile(priority, _ICONS[priority]) for priority in state.reasons]
        grid: Block
        if setting.upright:
            grid = Column(tiles, gap=look.mm(6), even=True, stretch=[1] * len(tiles))
        else:
            grid = Row(tiles, gap=look.mm(6), shares=[1] * len(tiles))
            for tile in tiles:
                tile.begin_level(tiles)
        heading = self.heading(self.say("asking_priority.title"), self.in_short("asking_priority.sentence"))
        back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        self.compose(
            Column(
                [heading, gap(look.mm(4 if setting.brief else 6)), grid],
                stretch=[0, 0, 1],
            ),
            self.action_row(lead=back),
        )

    def _tile(self, priority: Priority, icon: str) -> Tile:
        look, setting = self.look, self.setting
        words = self.say(f"asking_priority.{priority.value}")
        sign = Icon(look, icon, Voice.TITLE if setting.terse else Voice.SIGN, "brand")
        text = Text(look, words, Voice.HEADING)
        inner: Block = (
            Row([sign, text], gap=look.mm(8), shares=[0, 1], along=Along.CENTRE)
            if setting.upright
            # Beside each other the signs are at one height, however many lines stand below each.
            else Column([sign, gap(look.mm(3 if setting.brief else 5)), text, spring()])
        )
        tile = Tile(look, setting.taps, inner, words, pad_mm=(7, 6) if setting.brief else (9, 8))
        tile.tapped.connect(partial(self.tell, PriorityClaimed(priority)))
        return tile


class ConfirmingPage(Page):
    """What will stand on the slip; beside it the notice, and empty boxes for what the clinic asks besides."""

    step = 3

    def __init__(self, setting: Setting, state: Confirming) -> None:
        super().__init__(setting)
        look = self.look
        self._shown = state
        purposes = setting.clinic.purposes
        given = {(answer.purpose, answer.text_version) for answer in _answers(state) if answer.given}
        self.ticks = [
            Tick(
                look,
                setting.taps,
                text,
                ticked=(purpose.code, text_version(text)) in given,
            )
            for purpose in purposes
            for text in (purpose.text[setting.language],)
        ]
        self._more = self.button("more", self.notice_wanted.emit, Rank.QUIET, icon="info")
        self._more_below = setting.low and not setting.terse
        heading = Text(
            look,
            self.say("confirming.title"),
            Voice.HEADING if setting.low else Voice.TITLE,
        )
        pad = (7.0, 5.0) if setting.brief else (10.0, 6.0)
        visit = Panel(look, self._visit(state), pad_mm=pad)
        notice = Panel(look, self._notice(), pad_mm=pad)
        back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        agree = self.button("take_number", self._agree, icon="arrow-right", last=True)
        first = [self.button("go_first", self._go_first, Rank.SECOND, icon="star")] if state.reasons else []
        if setting.terse:
            self._compose_two(heading, visit, notice, back, [*first, agree])
            return
        panels: Block = (
            Column([visit, notice], gap=look.mm(6), stretch=[1, 0])
            if setting.upright
            else Row(
                [visit, notice],
                gap=look.mm(7),
                shares=[4, 5] if setting.brief else [1, 1],
            )
        )
        actions: Block
        if setting.upright:
            # Three in a row would leave no room for words.
            actions = Column([*first, self.action_row(agree, lead=back)], gap=look.mm(5))
        else:
            more = [self._more] if self._more_below else []
            actions = self.action_row(*more, *first, agree, lead=back)
        self.compose(
            Column(
                [heading, gap(look.mm(4 if setting.brief else 6)), panels],
                stretch=[0, 0, 1],
            ),
            actions,
        )

    def _compose_two(
        self,
        heading: Block,
        visit: Block,
        notice: Block,
        back: Button,
        ends: list[Button],
    ) -> None:
        """Letters so large that the visit is one sheet, and the notice another; the number is on the second."""
        upright, air = self.setting.upright, self.look.mm(5)
        on = self.button("see_on", partial(self.show_sheet, 1), icon="arrow-right", last=True)
        again = self.button("back", partial(self.show_sheet, 0), Rank.STEP, icon="arrow-left")
        self.compose(
            Column([heading, gap(self.look.mm(4)), visit], stretch=[0, 0, 1]),
            self.action_row(on, lead=back),
        )
        actions: Block = self.action_row(*ends, lead=again)
        if upright:
            actions = Column([*ends[:-1], self.action_row(ends[-1], lead=again)], gap=air)
        self.compose(Column([notice], stretch=[1]), actions)

    def carry_over(self, earlier: "ConfirmingPage") -> None:
        """Keeps the ticks when only the look changes; to other words nobody has said anything yet."""
        if earlier.setting.language is self.setting.language:
            for tick, before in zip(self.ticks, earlier.ticks, strict=True):
                tick.setChecked(before.isChecked())

    def forget(self) -> None:
        """Lets go of the person."""
        del self._shown

    def _agree(self) -> None:
        self.tell(Agreed(self._seen()))

    def _go_first(self) -> None:
        self.tell(PriorityWanted(self._seen()))

    def _seen(self) -> NoticeSeen:
        language = self.setting.language
        answers = tuple(
            PurposeAnswer(
                purpose.code,
                text_version(purpose.text[language]),
                given=tick.isChecked(),
            )
            for purpose, tick in zip(self.setting.clinic.purposes, self.ticks, strict=True)
        )
        return NoticeSeen(notice_version(language), language, answers)

    def _visit(self, state: Confirming) -> Block:
        look, offer, language = self.look, state.offer, self.setting.language
        rows = [
            (self.say("found.name"), mask_name(state.identity.full_name)),
            (self.say("confirming.service"), offer.service.name[language]),
            (
                self.say("confirming.room"),
                (offer.room or offer.service.room).name[language],
            ),
            (
                self.say("confirming.wait"),
                wait_words(self.setting, offer) if offer.wait else "",
            ),
            (self.say("confirming.payer"), self._payer(state)),
            (self.say("confirming.priority"), self._priority(state)),
        ]
        known = [row for row in rows if row[1]]
        half = -(-len(known) // 2)
        wide = self.setting.terse and not self.setting.upright
        columns: list[Block] = []
        for part in (known[:half], known[half:]) if wide else (known,):
            listed = facts(look, part)
            columns.append(Column([*listed, spring()], stretch=[2] * len(listed) + [1]))
        return Row(columns, gap=look.mm(10), shares=[1] * len(columns))

    def _payer(self, state: Confirming) -> str:
        decision = state.decision
        if decision.verdict in (Verdict.COVERED, Verdict.ATTENTION) and decision.benefit_percent is not None:
            return self.say("choosing.covered", fund=decision.benefit_percent)
        return self.say(f"done.pays.{decision.verdict.value}", fund="")

    def _priority(self, state: Confirming) -> str:
        priority = priority_of(state.identity.date_of_birth, self.setting.now().date())
        return "" if priority is Priority.NONE else self.say(f"priority.{priority.value}")

    def _notice(self) -> Block:
        look = self.look
        name = Row(
            [
                Icon(look, "shield", Voice.STRONG, "brand"),
                Text(look, self._told("title"), Voice.STRONG),
            ],
            gap=look.mm(3),
            shares=[0, 1],
            along=Along.CENTRE,
        )
        title = name
        if not self._more_below:
            title = Row([name, self._more], gap=look.mm(4), shares=[1, 0], along=Along.CENTRE)
        blocks: list[Block] = [
            title,
            gap(look.mm(3)),
            Text(look, self._told("short"), Voice.SOFT, "ink_soft"),
        ]
        if self.ticks:
            blocks += [
                gap(look.mm(5)),
                spring(),
                Text(look, self._told("purposes"), Voice.SOFT, "ink_soft"),
            ]
        for tick in self.ticks:
            blocks += [gap(look.mm(3.2)), tick]
        return Column([*blocks, spring()])

    def _told(self, part: str) -> str:
        return say(f"notice.{part}", self.setting.language)


def _answers(state: Confirming) -> tuple[PurposeAnswer, ...]:
    """What was answered before the page was left for a moment."""
    return state.seen.answers if state.seen else ()
