"""What the person comes for: six tiles a page, by department where there are more services."""

from dataclasses import replace
from functools import partial

from kiosk.eligibility.decision import Verdict
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.shelf import (
    FEW_PER_PAGE,
    FIRST_SHELF,
    LIST_PER_PAGE,
    PER_PAGE,
    Entry,
    Group,
    Shelf,
    entries_of,
    sheets_of,
    tiles_on,
)
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Button, Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, Space, gap, spring
from kiosk.ui.widgets.mark import Icon
from kiosk.ui.widgets.panel import Badge
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tile import Arrow, Tile
from kiosk.workflow.event import ServiceChosen, WentBack
from kiosk.workflow.state import Choosing, ServiceOffer

CHILD_AGE = 16
"""Under it the screen speaks of the child, whoever taps [Law 102/2016 art. 1]."""


_TWO_BY_TWO = (2, 4)
"""So many tiles fill two columns."""


class ChoosingPage(Page):
    """Tiles with name, room, how many wait and how long, price or "BHYT"; a department's tile leads to its own."""

    step = 2

    def __init__(self, setting: Setting, state: Choosing, shelf: Shelf) -> None:
        super().__init__(setting)
        self._decision = state.decision
        self._low = setting.lowered or setting.brief
        entries = entries_of(state.offers, shelf.department)
        per_page, columns = self._shape()
        shelf = shelf.holding(per_page)
        self.sheets = sheets_of(entries, shelf.per_page)
        self.shelf = replace(shelf, sheet=min(shelf.sheet, self.sheets - 1))
        self._pad_mm = ((8.0, 7.0), (7.0, 5.0), (7.0, 4.0))[setting.brevity]
        self._gap = setting.look.mm((5.0, 4.0, 3.5)[setting.brevity])
        look = self.look
        side: list[Block] = []
        if self.sheets > 1 and not (setting.brief and not setting.upright):
            side.append(self._sheet())
        if payer := self._payer():
            side.append(payer)
        title = Text(look, self.say("choosing.child" if self._is_child(state) else "choosing.title"), Voice.TITLE)
        sentence = Text(look, self._sentence(entries), Voice.BODY, "ink_soft")
        if setting.upright:
            told: list[Block] = [title, sentence] if shelf.department or not setting.terse else [title]
            if side:
                told.append(Row(side, gap=look.mm(5), along=Along.CENTRE))
            heading: Block = Column(told, gap=look.mm(2))
        else:
            above = Row([title, *side], gap=look.mm(4), shares=[1] + [0] * len(side), along=Along.CENTRE)
            heading = Column([above, sentence], gap=look.mm(1)) if shelf.department else above
        # One below the other nothing needs to stand at the height of its neighbour's.
        self._ends: list[Block] = [spring()] if columns == 1 else []
        self._tiles = [self._tile(entry) for entry in tiles_on(state.offers, self.shelf)]
        if self.sheets == 1 and len(self._tiles) in _TWO_BY_TWO:
            columns = min(columns, 2)
        # On an upright page the tiles begin where an arm reaches without being raised.
        air = 2 if setting.upright and not setting.lowered else 0
        self.compose(
            Column([heading, gap(self._gap), self._grid(columns)], stretch=[0, air, 5]),
            self._buttons(),
        )

    def _shape(self) -> tuple[int, int]:
        """How many tiles stand on a page, and in how many columns."""
        setting = self.setting
        if not setting.upright:
            return (FEW_PER_PAGE, 2) if setting.brief else (PER_PAGE, 3)
        if setting.terse:
            return (LIST_PER_PAGE if setting.lowered else FEW_PER_PAGE), 1
        return (FEW_PER_PAGE if setting.brief and setting.lowered else PER_PAGE), 2

    def _sheet(self) -> Text:
        """Which page of tiles this is."""
        words = self.say("choosing.sheet", sheet=self.shelf.sheet + 1, sheets=self.sheets)
        return Text(self.look, words, Voice.SOFT, "ink_soft", tabular=True, one_line=True)

    def _sentence(self, entries: tuple[Entry, ...]) -> str:
        if self.shelf.department:
            [name] = {
                entry.service.department.name[self.setting.language]
                for entry in entries
                if isinstance(entry, ServiceOffer) and entry.service.department is not None
            }
            # Whoever came here has just touched a department, and knows how.
            return name if self.setting.terse else self.say("choosing.in_department", department=name)
        grouped = any(isinstance(entry, Group) for entry in entries)
        return self.say("choosing.departments" if grouped else "choosing.sentence")

    def _is_child(self, state: Choosing) -> bool:
        born = state.identity.date_of_birth
        return born is not None and born.age_on(self.setting.now().date()) < CHILD_AGE

    def _payer(self) -> Badge | None:
        fund = self._decision.benefit_percent
        if self._covered() and fund is not None:
            return Badge(self.look, Tone.GOOD, self.say("choosing.covered", fund=fund), icon="shield")
        return None

    def _covered(self) -> bool:
        return self._decision.verdict in (Verdict.COVERED, Verdict.ATTENTION)

    def _grid(self, columns: int) -> Column:
        rows = max(1, -(-len(self._tiles) // columns))
        wide = self.shelf.per_page // columns if self.sheets > 1 else rows
        lines: list[Block] = []
        for row in range(wide):
            tiles = self._tiles[row * columns : (row + 1) * columns]
            for tile in tiles:
                tile.begin_level(tiles)
            empty = [Space()] * (columns - len(tiles))
            lines.append(Row([*tiles, *empty], gap=self._gap, shares=[1] * columns))
        return Column(lines, gap=self._gap, stretch=[1] * len(lines), even=True)

    # -- tiles ----------------------------------------------------------------------------------------------------
    def _tile(self, entry: Entry) -> Tile:
        return self._group(entry) if isinstance(entry, Group) else self._service(entry)

    def _group(self, group: Group) -> Tile:
        look, language = self.look, self.setting.language
        name = group.department.name[language]
        services = ", ".join(offer.service.name[language] for offer in group.offers)
        waiting = "" if self.setting.brief else self._waiting(group.waiting)
        people: list[Block] = [gap(look.mm(2)), self._line("people", waiting)] if waiting else []
        inner = Column(
            [
                *self._ends,
                Row([Text(look, name, Voice.HEADING), Arrow(look)], shares=[1, 0], gap=look.mm(2), along=Along.CENTRE),
                Text(look, services, Voice.SOFT, "ink_soft"),
                spring(),
                *people,
            ],
            gap=look.mm(1),
        )
        tile = Tile(
            look,
            self.setting.taps,
            inner,
            ". ".join(part for part in (name, services, waiting) if part),
            pad_mm=self._pad_mm,
        )
        tile.tapped.connect(partial(self.turned.emit, Shelf(group.department.code)))
        return tile

    def _service(self, offer: ServiceOffer) -> Tile:
        look, service, language = self.look, offer.service, self.setting.language
        name, room = service.name[language], (offer.room or service.room).name[language]
        waiting, wait = self._waiting(offer.waiting), wait_words(self.setting, offer)
        price = ""
        lines: list[Block] = [self._line("place", room)]
        # Where there is little room, how long it takes says more than how many wait.
        lines += [self._line("people", waiting)] if waiting and not (self._low and wait) else []
        clock: list[Block] = [self._line("clock", wait)] if wait else []
        foot: list[Block] = []
        if self.setting.terse:
            # The room is told again when it is needed, and that the insurance pays stands above all tiles.
            lines = [] if wait else lines[:1]
        if self.setting.upright:
            lines += clock
        else:
            lines = [Row(lines, gap=look.mm(6), along=Along.CENTRE)] if lines else []
            foot = [*clock, spring()]
        if self._covered():
            price = self.say("choosing.insurance")
            if not self.setting.terse:
                foot.append(Badge(look, Tone.GOOD, price, icon="shield", voice=Voice.SMALL_STRONG))
        elif service.price_vnd:
            price = self.say("choosing.price", price=f"{service.price_vnd:,}".replace(",", "."))
            foot.append(Text(look, price, Voice.SOFT_STRONG, tabular=True, one_line=True))
        if foot:
            lines += [spring(), gap(look.mm(2)), Row(foot, gap=look.mm(2), along=Along.CENTRE)]
        inner = Column([*self._ends, Text(look, name, Voice.HEADING), *lines, *self._ends], gap=look.mm(1))
        told = self.say("choosing.spoken_wait", wait=wait) if wait and offer.wait else wait
        spoken = ". ".join(part for part in (name, room, price, waiting, told) if part)
        tile = Tile(look, self.setting.taps, inner, spoken, pad_mm=self._pad_mm)
        tile.tapped.connect(partial(self.tell, ServiceChosen(service.code)))
        return tile

    def _waiting(self, count: int | None) -> str:
        if count is None:
            return ""
        return self.say("choosing.waiting" if count else "choosing.nobody", count=count)

    def _line(self, icon: str, words: str) -> Row:
        look = self.look
        # So short a line looks broken in two; where there is room for nothing else it may.
        text = Text(look, words, Voice.SOFT, "ink_soft", tabular=True, one_line=not self.setting.terse)
        return Row([Icon(look, icon, Voice.SOFT, "ink_soft"), text], gap=look.mm(2), along=Along.CENTRE)

    def _buttons(self) -> Block:
        if self.shelf.department:
            up = partial(self.turned.emit, FIRST_SHELF)
            words = "departments_short" if self.setting.terse else "departments"
            back = self.button(words, up, Rank.STEP, icon="arrow-left")
        else:
            back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        if self.sheets == 1:
            return self.action_row(lead=back)
        turn: list[Button] = []
        for key, icon, step, last in (("previous", "chevron-left", -1, False), ("next", "chevron-right", 1, True)):
            button = self.button(key, partial(self._turn, step), Rank.STEP, icon=icon, last=last)
            button.setEnabled(0 <= self.shelf.sheet + step < self.sheets)
            turn.append(button)
        if self.setting.upright:
            air = self.look.mm(4)
            return (
                Row([back, spring(), *turn], gap=air)
                if self.setting.brief
                else Row([back, *turn], gap=air, shares=[1] * 3)
            )
        if self.setting.brief:
            # The words above need the width.
            return Row([back, spring(), self._sheet(), *turn], gap=self.look.mm(5), along=Along.CENTRE)
        return self.action_row(*turn, lead=back)

    def _turn(self, step: int) -> None:
        self.turned.emit(replace(self.shelf, sheet=self.shelf.sheet + step))


def wait_words(setting: Setting, offer: ServiceOffer) -> str:
    """How long a newcomer would wait, or when the room opens; empty: nobody can say."""
    if offer.wait is not None:
        if offer.wait.low_min:
            return setting.say("choosing.wait", low=offer.wait.low_min, high=offer.wait.high_min)
        return setting.say("choosing.wait_under", high=offer.wait.high_min)
    return setting.say("choosing.opens_at", time=f"{offer.opens_at:%H:%M}") if offer.opens_at else ""
