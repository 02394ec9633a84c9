"""The last two questions before the number: does the person go first, and is everything right?"""

from functools import partial

from kiosk.checkin.notice import NoticeSeen, PurposeAnswer, notice_version, text_version
from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Verdict
from kiosk.identity.person import Identity
from kiosk.privacy import mask_name
from kiosk.reader.document import Sex
from kiosk.text import say
from kiosk.ui.pages.choosing import wait_words
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.theme.letters import Voice
from kiosk.ui.widgets.button import Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap, spring
from kiosk.ui.widgets.mark import Icon
from kiosk.ui.widgets.panel import Panel, facts
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tick import Tick
from kiosk.ui.widgets.tile import Tile
from kiosk.workflow.event import Agreed, PriorityAnswered, WentBack
from kiosk.workflow.state import AskingPriority, Confirming

_ASKED = ((Priority.PREGNANT, "pregnant"), (Priority.DISABILITY, "wheelchair"), (Priority.MERIT, "medal"))
"""What no birth date shows [Law 15/2023 art. 3(2)]; an emergency is no matter for a screen."""


def asked_of(identity: Identity) -> tuple[Priority, ...]:
    """The reasons that may be this person's: a man is not asked whether he is pregnant."""
    return tuple(p for p, _ in _ASKED if not (p is Priority.PREGNANT and identity.sex is Sex.MALE))


class AskingPriorityPage(Page):
    """Three reasons to go first, and the answer of nearly everybody as the large button."""

    step = 2

    def __init__(self, setting: Setting, state: AskingPriority) -> None:
        super().__init__(setting)
        look, icons = self.look, dict(_ASKED)
        tiles: list[Block] = [self._tile(priority, icons[priority]) for priority in asked_of(state.identity)]
        grid: Block = (
            Column(tiles, gap=look.mm(6), even=True, stretch=[1] * len(tiles))
            if setting.upright
            else Row(tiles, gap=look.mm(6), shares=[1] * len(tiles))
        )
        sentence = "" if setting.brief else self.say("asking_priority.sentence")
        heading = self.heading(self.say("asking_priority.title"), sentence)
        back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        none = self.button("no_priority", PriorityAnswered(Priority.NONE), icon="arrow-right", last=True)
        self.compose(Column([heading, gap(look.mm(6)), grid], stretch=[0, 0, 1]), self.action_row(none, lead=back))

    def _tile(self, priority: Priority, icon: str) -> Tile:
        look = self.look
        words = self.say(f"asking_priority.{priority.value}")
        sign, text = Icon(look, icon, Voice.SIGN, "brand"), Text(look, words, Voice.HEADING)
        inner: Block = (
            Row([sign, text], gap=look.mm(8), shares=[0, 1], along=Along.CENTRE)
            if self.setting.upright
            else Column([spring(), sign, gap(look.mm(5)), text, spring()])
        )
        tile = Tile(look, self.setting.taps, inner, words)
        tile.tapped.connect(partial(self.tell, PriorityAnswered(priority)))
        return tile


class ConfirmingPage(Page):
    """What will stand on the slip; beside it the notice, and empty boxes for what the clinic asks besides."""

    step = 3

    def __init__(self, setting: Setting, state: Confirming) -> None:
        super().__init__(setting)
        look = self.look
        self._shown = state
        purposes = setting.clinic.purposes
        self.ticks = [Tick(look, setting.taps, purpose.text[setting.language]) for purpose in purposes]
        self._more = self.button("more", self.notice_wanted.emit, Rank.QUIET, icon="info")
        self._more_below = setting.brief and not setting.upright
        heading = Text(look, self.say("confirming.title"), Voice.HEADING if self._more_below else Voice.TITLE)
        visit = Panel(look, self._visit(state), pad_mm=(10, 6))
        notice = Panel(look, self._notice(), pad_mm=(10, 7))
        panels: Block = (
            Column([visit, notice], gap=look.mm(6), stretch=[1, 0])
            if setting.upright
            else Row([visit, notice], gap=look.mm(7), shares=[4, 5] if setting.brief else [1, 1])
        )
        back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        agree = self.button("take_number", self._agree, icon="arrow-right", last=True)
        buttons = [self._more, agree] if self._more_below else [agree]
        actions = self.action_row(*buttons, lead=back)
        self.compose(Column([heading, gap(look.mm(4 if setting.brief else 6)), panels], stretch=[0, 0, 1]), actions)

    def carry_over(self, earlier: "ConfirmingPage") -> None:
        """Keeps the ticks when only the look changes; to other words nobody has said anything yet."""
        if earlier.setting.language is self.setting.language:
            for tick, before in zip(self.ticks, earlier.ticks, strict=True):
                tick.setChecked(before.isChecked())

    def forget(self) -> None:
        """Lets go of the person."""
        del self._shown

    def _agree(self) -> None:
        language = self.setting.language
        answers = tuple(
            PurposeAnswer(purpose.code, text_version(purpose.text[language]), given=tick.isChecked())
            for purpose, tick in zip(self.setting.clinic.purposes, self.ticks, strict=True)
        )
        self.tell(Agreed(NoticeSeen(notice_version(language), language, answers)))

    def _visit(self, state: Confirming) -> Block:
        look, offer, language = self.look, state.offer, self.setting.language
        rows = [
            (self.say("found.name"), mask_name(state.identity.full_name)),
            (self.say("confirming.service"), offer.service.name[language]),
            (self.say("confirming.room"), (offer.room or offer.service.room).name[language]),
            (self.say("confirming.wait"), wait_words(self.setting, offer) if offer.wait else ""),
            (self.say("confirming.payer"), self._payer(state)),
            (self.say("confirming.priority"), self._priority(state)),
        ]
        listed = facts(look, rows)
        return Column([*listed, spring()], stretch=[2] * len(listed) + [1])

    def _payer(self, state: Confirming) -> str:
        decision = state.decision
        if decision.verdict in (Verdict.COVERED, Verdict.ATTENTION) and decision.benefit_percent is not None:
            return self.say("choosing.covered", fund=decision.benefit_percent)
        return self.say(f"done.pays.{decision.verdict.value}", fund="")

    def _priority(self, state: Confirming) -> str:
        by_age = priority_of(state.identity.date_of_birth, self.setting.now().date())
        priority = by_age if by_age is not Priority.NONE else state.claim.priority if state.claim else Priority.NONE
        return "" if priority is Priority.NONE else self.say(f"priority.{priority.value}")

    def _notice(self) -> Block:
        look = self.look
        name = Row(
            [Icon(look, "shield", Voice.STRONG, "brand"), Text(look, self._told("title"), Voice.STRONG)],
            gap=look.mm(3),
            shares=[0, 1],
            along=Along.CENTRE,
        )
        title = name
        if not self._more_below:
            title = Row([name, self._more], gap=look.mm(4), shares=[1, 0], along=Along.CENTRE)
        blocks: list[Block] = [title, gap(look.mm(3)), Text(look, self._told("short"), Voice.SOFT, "ink_soft")]
        if self.ticks:
            blocks += [gap(look.mm(5)), spring(), Text(look, self._told("purposes"), Voice.SOFT, "ink_soft")]
        for tick in self.ticks:
            blocks += [gap(look.mm(3.2)), tick]
        return Column([*blocks, spring()])

    def _told(self, part: str) -> str:
        return say(f"notice.{part}", self.setting.language)
