"""How a check-in begins: the three ways, the keypad, the camera, "lay your card", "what opens it", the reading."""

from functools import partial

from PySide6.QtGui import QImage

from kiosk.reader.document import ReadPhase
from kiosk.ui.camera.advice import Hint
from kiosk.ui.pages.page import Page, Setting, hint_words
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Rank
from kiosk.ui.widgets.flow import Along, Block, Column, Row, gap, spring
from kiosk.ui.widgets.mark import Icon
from kiosk.ui.widgets.panel import Badge, Banner, Panel
from kiosk.ui.widgets.phases import PhaseList
from kiosk.ui.widgets.preview import Preview
from kiosk.ui.widgets.scene import Scene
from kiosk.ui.widgets.scenes import CardScene, CodeScene, ReadingScene, TypingScene
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tile import Arrow, Tile
from kiosk.workflow.event import Confirmed, Event, StartedScanning, StartedTyping, WentBack
from kiosk.workflow.state import AskingCard, DeviceState, Reading, ScanningCode, Waiting

_USABLE = (DeviceState.READY, DeviceState.BUSY)


class WaitingPage(Page):
    """Three ways to begin; the card's is the largest and moves."""

    def __init__(self, setting: Setting, state: Waiting) -> None:  # noqa: ARG002
        super().__init__(setting)
        look = self.look
        read = self.button(
            "what_is_read_short" if setting.terse else "what_is_read",
            self.notice_wanted.emit,
            Rank.QUIET,
            icon="shield",
        )
        scans = setting.devices.scanner in _USABLE
        ways = [
            self._way("scan", CodeScene(look, "", height_mm=(40, 18)), StartedScanning(), is_open=scans),
            self._way("type", TypingScene(look, "", height_mm=(40, 18)), StartedTyping()),
        ]
        has_slips = self._has_slips()
        is_flat = setting.terse and not setting.upright
        content: Block
        for way in ways if not is_flat else ():
            way.begin_level(ways)
        if is_flat:
            beside = Column(ways, gap=look.mm(5), stretch=[1, 1], even=True)
            # Below what is told of slips the card's sentence has a line less: there is height for nothing but letters.
            content = Row([self._card(), beside], gap=look.mm(5), shares=[1, 1] if has_slips else [4, 3])
        elif setting.upright:
            content = Column(
                [self._card(), Row(ways, gap=look.mm(7), shares=[1, 1])],
                gap=look.mm(7),
                stretch=[5, 0 if setting.lowered else 2],
            )
        else:
            content = Row([self._card(), *ways], gap=look.mm(7), shares=[39, 20, 20])
        # The three ways speak for themselves.
        sentence = "" if setting.brief else self.say("waiting.sentence")
        heading: Block = self.heading(self.say("waiting.title"), sentence)
        if not setting.upright:
            heading = Row([heading, read], gap=look.mm(8), shares=[1, 0], along=Along.CENTRE)
        told: list[Block] = [heading, gap(look.mm(4 if setting.brief else 6))]
        if not has_slips:
            is_short = setting.terse or (setting.upright and setting.lowered and setting.brief)
            words = self.say("waiting.no_slip_short" if is_short else "waiting.no_slip")
            told += [Banner(look, Tone.ATTENTION, words, icon="printer"), gap(look.mm(4 if is_flat or is_short else 6))]
        if setting.upright:
            self.compose(Column([*told, content], stretch=[0] * len(told) + [1]), Row([spring(), read, spring()]))
        else:
            self.compose(Column([*told, content], stretch=[0] * len(told) + [1]))

    def _has_slips(self) -> bool:
        return self.setting.devices.printer is not DeviceState.TROUBLE

    def _card(self) -> Panel:
        look = self.look
        if self.setting.devices.reader not in _USABLE:
            return Panel(
                look,
                Column(
                    [
                        Text(look, self.say("waiting.card_absent"), Voice.HEADING),
                        Text(look, self.say("waiting.card_absent_sentence"), Voice.BODY, "ink_soft"),
                        spring(),
                        Badge(look, Tone.ATTENTION, self.say("waiting.card_absent_badge")),
                    ],
                    gap=look.mm(3),
                    along=Along.START,
                ),
            )
        scene = CardScene(
            look, self.say("waiting.card_scene"), on_brand=True, height_mm=(62, 26 if self.setting.terse else 40)
        )
        # A card that was left there belongs to nobody any more, and only its coming begins a visit.
        is_left, is_tight = self.setting.devices.card_laid, self.setting.upright and self.setting.lowered
        # Beside what is told of slips there is room for how it is laid; that it stays is said while it is read.
        in_short = self.in_short if is_tight and not self._has_slips() else self.say
        sentence = self.say("waiting.card_left") if is_left else in_short("waiting.card_sentence")
        words: list[Block] = [
            Text(look, self.say("waiting.card"), Voice.HEADING, "on_brand"),
            Text(look, sentence, Voice.BODY, "on_brand_soft"),
        ]
        inner: Block = Column([*words, scene], gap=look.mm(1.5), stretch=[0, 0, 1])
        if self.setting.lowered and self.setting.upright:
            beside = Column([spring(), *words, spring()], gap=look.mm(1.5))
            inner = beside if self.setting.terse else Row([beside, scene], gap=look.mm(6), shares=[3, 2])
        return Panel(look, inner, fill="brand", edge="brand")

    def _way(self, name: str, scene: Scene, event: Event, *, is_open: bool = True) -> Tile:
        look, title = self.look, self.say(f"waiting.{name}")
        sentence = self.say(f"waiting.{name}_sentence" if is_open else "waiting.way_closed")
        leads_on: list[Block] = [Arrow(look)] if is_open else []
        head = Row(
            [Text(look, title, Voice.HEADING), *leads_on],
            shares=[1] + [0] * len(leads_on),
            gap=look.mm(2),
            along=Along.CENTRE,
        )
        words: list[Block] = [head, Text(look, sentence, Voice.SOFT, "ink_soft")]
        if self.setting.terse or (self.setting.upright and (self.setting.lowered or self.setting.brief)):
            # What room there is belongs to words and to the card's drawing.
            inner = Column([*words, spring()], gap=look.mm(1.5))
        else:
            inner = Column([*words, gap(look.mm(3)), scene], gap=look.mm(1.5), stretch=[0, 0, 0, 1])
        pad = (7.0, 7.0) if self.setting.brief else (9.0, 8.0)
        tile = Tile(look, self.setting.taps, inner, f"{title}. {sentence}", pad_mm=pad)
        tile.tapped.connect(partial(self.tell, event))
        tile.setEnabled(is_open)
        return tile


class ScanningCodePage(Page):
    """The camera and what can be shown to it."""

    step = 0

    def __init__(self, setting: Setting, state: ScanningCode) -> None:
        super().__init__(setting)
        look = self.look
        self.preview = Preview(look, self.say("scanning.preview"), hint_words(setting))
        words: list[Block]
        if state.unreadable:
            notice = Banner(look, Tone.ATTENTION, self.say("scanning.unreadable"))
            words = [self.heading(self.say("scanning.title")), gap(look.mm(3)), notice, gap(look.mm(5))]
        else:
            sentence = "" if setting.terse else self.say("scanning.sentence")
            words = [self.heading(self.say("scanning.title"), sentence), gap(look.mm(3 if setting.brief else 5))]
        # Where there is little room a list would leave a strip of the picture, too low to aim with.
        listed = [("card", "scanning.card"), ("shield", "scanning.insurance"), ("qr", "scanning.app")]
        if setting.brief and state.unreadable:
            listed = []
        elif setting.terse:
            listed = [("qr", "waiting.scan_sentence")]
        for icon, key in listed:
            words += [self._line(icon, self.say(key)), gap(look.mm(2))]
        back = self.button("back", WentBack(), Rank.STEP, icon="arrow-left")
        if setting.upright:
            content = Column([*words, gap(look.mm(2)), self.preview], stretch=[0] * (len(words) + 1) + [1])
            self.compose(content, self.action_row(lead=back))
            return
        text = Column([*words, spring(), gap(look.mm(3)), Row([back], along=Along.END)])
        shares = [5, 3] if setting.terse and state.unreadable else [6, 5] if setting.brief else [1, 1]
        self.compose(Row([text, self.preview], gap=look.mm(7 if setting.brief else 10), shares=shares))

    def show_frame(self, frame: QImage) -> None:
        """The camera's newest picture."""
        self.preview.show_frame(frame)

    def show_hint(self, hint: Hint) -> None:
        """What to do with the code."""
        self.preview.show_hint(hint)

    def _line(self, icon: str, text: str) -> Row:
        look = self.look
        return Row(
            [Icon(look, icon, Voice.STRONG, "brand"), Text(look, text, Voice.BODY)],
            gap=look.mm(4),
            shares=[0, 1],
            along=Along.CENTRE,
        )


class AskingCardPage(Page):
    """A number is known; the card says whose it is."""

    step = 0

    def __init__(self, setting: Setting, state: AskingCard) -> None:
        super().__init__(setting)
        look = self.look
        scene = CardScene(look, self.say("waiting.card_scene"), on_brand=False, height_mm=(70, 40))
        heading: Block
        if state.unreadable:
            notice = Banner(look, Tone.ATTENTION, self.say("asking_card.unreadable"))
            heading = Column([self.heading(self.say("asking_card.title")), notice], gap=look.mm(3))
        else:
            heading = self.heading(self.say("asking_card.title"), self.say("asking_card.sentence"))
        self.compose(
            Column([heading, gap(look.mm(4)), scene], stretch=[0, 0, 1]),
            self.action_row(
                self.button("no_card", Confirmed(), Rank.STEP),
                lead=self.button("back", WentBack(), Rank.STEP, icon="arrow-left"),
            ),
        )


class ReadingPage(Page):
    """The card stays; the phases are ticked in words."""

    step = 0

    def __init__(self, setting: Setting, state: Reading) -> None:
        super().__init__(setting)
        look = self.look
        words = [self.say(f"phase.{phase.value}") for phase in ReadPhase]
        self._phases = PhaseList(look, words)
        self.present(state)
        scene = ReadingScene(look, self.say("reading.scene"), height_mm=(70, 34))
        panel = Panel(look, self._phases, pad_mm=(12, 9))
        heading = self.heading(self.say("reading.title"), self.in_short("reading.sentence"))
        content: Block
        if setting.upright:
            content = Column([heading, gap(look.mm(4)), scene, gap(look.mm(6)), panel], stretch=[0, 0, 1, 0, 0])
        else:
            left = Column([heading, gap(look.mm(4)), scene], stretch=[0, 0, 1])
            content = Row([left, panel], gap=look.mm(10), shares=[11, 9], along=Along.FILL)
        self.compose(content)

    def hint(self, *, card_laid: bool) -> str:  # noqa: ARG002
        """The one thing to do."""
        return self.say("reading.hint")

    def present(self, state: Reading) -> None:
        """Ticks what is done."""
        self._phases.present(list(ReadPhase).index(state.phase))
