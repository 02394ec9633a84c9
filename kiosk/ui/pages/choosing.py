"""What the person comes for: six tiles a page."""

from functools import partial

from PySide6.QtCore import Signal

from kiosk.eligibility.decision import Verdict
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, Space, gap, spring
from kiosk.ui.widgets.mark import Icon
from kiosk.ui.widgets.panel import Badge
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tile import Tile
from kiosk.workflow.event import ServiceChosen, WentBack
from kiosk.workflow.state import Choosing, ServiceOffer

PER_PAGE = 6


class ChoosingPage(Page):
    """Tiles with name, room, price or "BHYT", and how many wait."""

    step = 2
    turned = Signal(int)

    def __init__(self, setting: Setting, state: Choosing, sheet: int = 0) -> None:
        super().__init__(setting)
        self._offers, self._decision = state.offers, state.decision
        self.sheets = max(1, -(-len(state.offers) // PER_PAGE))
        self.sheet = min(sheet, self.sheets - 1)
        look = self.look
        side: list[Block] = []
        if self.sheets > 1:
            words = self.say("choosing.sheet", sheet=self.sheet + 1, sheets=self.sheets)
            side.append(Text(look, words, Voice.SOFT, "ink_soft", tabular=True, one_line=True))
        if payer := self._payer():
            side.append(payer)
        title = Text(look, self.say("choosing.title"), Voice.TITLE)
        if setting.upright:
            sentence = Text(look, self.say("choosing.sentence"), Voice.BODY, "ink_soft")
            heading: Block = Column([title, sentence, Row(side, gap=look.mm(5), along=Along.CENTRE)], gap=look.mm(2))
        else:
            heading = Row([title, *side], gap=look.mm(5), shares=[1] + [0] * len(side), along=Along.CENTRE)
        shown = state.offers[self.sheet * PER_PAGE : (self.sheet + 1) * PER_PAGE]
        self._tiles = [self._tile(offer) for offer in shown]
        columns = 2 if setting.upright else 3
        self.compose(
            # On an upright page the tiles begin where an arm reaches without being raised.
            Column([heading, gap(look.mm(6)), self._grid(columns)], stretch=[0, 2 if setting.upright else 0, 5]),
            self._buttons(),
        )

    def _payer(self) -> Badge | None:
        fund = self._decision.benefit_percent
        if self._covered() and fund is not None:
            return Badge(self.look, Tone.GOOD, self.say("choosing.covered", fund=fund), icon="shield")
        return None

    def _covered(self) -> bool:
        return self._decision.verdict in (Verdict.COVERED, Verdict.ATTENTION)

    def _grid(self, columns: int) -> Column:
        rows = max(1, -(-len(self._tiles) // columns))
        wide = PER_PAGE // columns if self.sheets > 1 else rows
        lines: list[Block] = []
        for row in range(wide):
            tiles: list[Block] = list(self._tiles[row * columns : (row + 1) * columns])
            tiles += [Space()] * (columns - len(tiles))
            lines.append(Row(tiles, gap=self.look.mm(6), shares=[1] * columns))
        return Column(lines, gap=self.look.mm(6), stretch=[1] * len(lines), even=True)

    def _tile(self, offer: ServiceOffer) -> Tile:
        look, service, language = self.look, offer.service, self.setting.language
        name, room = service.name[language], service.room.name[language]
        waiting = self.say("choosing.waiting" if offer.waiting else "choosing.nobody", count=offer.waiting)
        price = ""
        foot: list[Block] = [self._line("people", waiting), spring()]
        if self._covered():
            price = self.say("choosing.insurance")
            foot.append(Badge(look, Tone.GOOD, price, icon="shield", voice=Voice.SMALL_STRONG))
        elif service.price_vnd:
            price = self.say("choosing.price", price=f"{service.price_vnd:,}".replace(",", "."))
            foot.append(Text(look, price, Voice.SOFT_STRONG, tabular=True, one_line=True))
        inner = Column(
            [
                Text(look, name, Voice.HEADING),
                self._line("place", room),
                spring(),
                gap(look.mm(2)),
                Row(foot, gap=look.mm(2), along=Along.CENTRE),
            ],
            gap=look.mm(1),
        )
        spoken = ". ".join(part for part in (name, room, price, waiting) if part)
        tile = Tile(look, self.setting.taps, inner, spoken, pad_mm=(8, 7))
        tile.tapped.connect(partial(self.tell, ServiceChosen(service.code)))
        return tile

    def _line(self, icon: str, words: str) -> Row:
        look = self.look
        return Row(
            [Icon(look, icon, Voice.SOFT, "ink_soft"), Text(look, words, Voice.SOFT, "ink_soft", tabular=True)],
            gap=look.mm(2),
            along=Along.CENTRE,
        )

    def _buttons(self) -> Block:
        back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        if self.sheets == 1:
            return self.action_row(lead=back)
        turn: list[Button] = []
        for key, icon, step, last in (("previous", "chevron-left", -1, False), ("next", "chevron-right", 1, True)):
            button = self.button(key, partial(self._turn, step), Rank.STEP, icon=icon, last=last)
            button.setEnabled(0 <= self.sheet + step < self.sheets)
            turn.append(button)
        if self.setting.upright:
            return Row([back, *turn], gap=self.look.mm(4), shares=[1, 1, 1])
        return self.action_row(*turn, lead=back)

    def _turn(self, step: int) -> None:
        self.turned.emit(self.sheet + step)
