"""The last two questions before the number: does the person go first, and is everything right?"""

from functools import partial

from kiosk.checkin.notice import NoticeSeen, notice_version
from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Verdict
from kiosk.privacy import mask_name
from kiosk.text import say
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.theme.letters import Voice
from kiosk.ui.widgets.button import Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap, spring
from kiosk.ui.widgets.mark import Icon
from kiosk.ui.widgets.panel import Panel, facts
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tile import Tile
from kiosk.workflow.event import Agreed, PriorityAnswered, WentBack
from kiosk.workflow.state import AskingPriority, Confirming

_ASKED = ((Priority.PREGNANT, "person"), (Priority.DISABILITY, "people"), (Priority.MERIT, "star"))
"""What no birth date shows [Law 15/2023 art. 3(2)]; an emergency is no matter for a screen."""


class AskingPriorityPage(Page):
    """Three reasons to go first, and the answer of nearly everybody as the large button."""

    step = 2

    def __init__(self, setting: Setting, _state: AskingPriority) -> None:
        super().__init__(setting)
        look = self.look
        tiles: list[Block] = [self._tile(priority, icon) for priority, icon in _ASKED]
        grid: Block = (
            Column(tiles, gap=look.mm(6), even=True, stretch=[1] * len(tiles))
            if setting.upright
            else Row(tiles, gap=look.mm(6), shares=[1] * len(tiles))
        )
        heading = self.heading(self.say("asking_priority.title"), self.say("asking_priority.sentence"))
        back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        none = self.button("no_priority", PriorityAnswered(Priority.NONE), icon="arrow-right", last=True)
        self.compose(Column([heading, gap(look.mm(6)), grid], stretch=[0, 0, 1]), self.action_row(none, lead=back))

    def _tile(self, priority: Priority, icon: str) -> Tile:
        look = self.look
        words = self.say(f"asking_priority.{priority.value}")
        inner = Column(
            [
                spring(),
                Icon(look, icon, Voice.TITLE, "brand"),
                gap(look.mm(4)),
                Text(look, words, Voice.HEADING),
                spring(),
            ]
        )
        tile = Tile(look, self.setting.taps, inner, words)
        tile.tapped.connect(partial(self.tell, PriorityAnswered(priority)))
        return tile


class ConfirmingPage(Page):
    """What will stand on the slip, the notice beside it, and one button."""

    step = 3

    def __init__(self, setting: Setting, state: Confirming) -> None:
        super().__init__(setting)
        look = self.look
        self._shown = state
        heading = self.heading(self.say("confirming.title"))
        visit = Panel(look, self._visit(state), pad_mm=(10, 8))
        notice = Panel(look, self._notice(), pad_mm=(10, 8))
        panels: Block = (
            Column([visit, notice], gap=look.mm(6), stretch=[1, 0])
            if setting.upright
            else Row([visit, notice], gap=look.mm(7), shares=[3, 2])
        )
        back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        seen = NoticeSeen(notice_version(setting.language), setting.language)
        agree = self.button("take_number", Agreed(seen), icon="arrow-right", last=True)
        self.compose(Column([heading, gap(look.mm(6)), panels], stretch=[0, 0, 1]), self.action_row(agree, lead=back))

    def forget(self) -> None:
        """Lets go of the person."""
        del self._shown

    def _visit(self, state: Confirming) -> Block:
        look, service, language = self.look, state.offer.service, self.setting.language
        rows = [
            (self.say("found.name"), mask_name(state.identity.full_name)),
            (self.say("confirming.service"), service.name[language]),
            (self.say("confirming.room"), service.room.name[language]),
            (self.say("confirming.payer"), self._payer(state)),
            (self.say("confirming.priority"), self._priority(state)),
        ]
        listed = facts(look, rows)
        return Column([*listed, spring()], stretch=[1] * len(listed) + [1])

    def _payer(self, state: Confirming) -> str:
        decision = state.decision
        if decision.verdict in (Verdict.COVERED, Verdict.ATTENTION) and decision.benefit_percent is not None:
            return self.say("choosing.covered", fund=decision.benefit_percent)
        return self.say(f"verdict.{decision.verdict.value}.title")

    def _priority(self, state: Confirming) -> str:
        by_age = priority_of(state.identity.date_of_birth, self.setting.now().date())
        priority = by_age if by_age is not Priority.NONE else state.claim.priority if state.claim else Priority.NONE
        return "" if priority is Priority.NONE else self.say(f"priority.{priority.value}")

    def _notice(self) -> Block:
        look = self.look
        title = Row(
            [Icon(look, "shield", Voice.STRONG, "brand"), Text(look, self._told("title"), Voice.STRONG)],
            gap=look.mm(3),
            along=Along.CENTRE,
        )
        return Column([title, gap(look.mm(3)), Text(look, self._told("short"), Voice.SOFT, "ink_soft"), spring()])

    def _told(self, part: str) -> str:
        return say(f"notice.{part}", self.setting.language)
