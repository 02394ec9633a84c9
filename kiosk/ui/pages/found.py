"""Who it is and what the insurance says, filled in as it comes."""

from typing import assert_never

from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import Answer, CardAnswer
from kiosk.privacy import mask_name, mask_number
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.theme.letters import Voice
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.button import Rank
from kiosk.ui.widgets.flow import Abreast, Along, Block, Column, Narrow, Row, gap, spring
from kiosk.ui.widgets.mark import CalmBar, Mark
from kiosk.ui.widgets.panel import Badge, Panel, facts
from kiosk.ui.widgets.portrait import Portrait, face_image
from kiosk.ui.widgets.text import Text
from kiosk.workflow.event import Confirmed, Denied
from kiosk.workflow.state import Found

_TRUST = {
    Trust.CHIP_VERIFIED: (Tone.GOOD, "shield"),
    Trust.CHIP_UNVERIFIED: (Tone.INFO, "card"),
    Trust.CODE_ONLY: (Tone.INFO, "qr"),
    Trust.TYPED: (Tone.INFO, "keypad"),
}
_COMFORTABLE_ROWS = 7
_VERDICT = {
    Verdict.COVERED: (Tone.GOOD, "check"),
    Verdict.ATTENTION: (Tone.ATTENTION, "info"),
    Verdict.SELF_PAY: (Tone.INFO, "info"),
    Verdict.ASK_STAFF: (Tone.ATTENTION, "person"),
    Verdict.UNVERIFIED: (Tone.INFO, "clock"),
}


class FoundPage(Page):
    """The person left, the insurance right; below, "is this you?"."""

    step = 1

    def __init__(self, setting: Setting, state: Found) -> None:
        super().__init__(setting)
        look = self.look
        self._shown = state
        self.deny = self.button("not_me", Denied(), Rank.SECOND)
        self.confirm = self.button("go_on_yes", Confirmed(), icon="arrow-right", last=True)
        pad = (7.0, 7.0) if setting.brief else (10.0, 8.0)
        self._person = Panel(look, self._person_block(state), pad_mm=pad)
        self._insurance = Panel(look, self._insurance_block(state), pad_mm=pad)
        self._wait = Text(look, self._wait_words(state), Voice.SOFT, "ink_soft")
        self._settle(state)
        if setting.upright:
            content: Block = Column(
                [self._person, self._insurance], gap=look.mm(5 if setting.brief else 7), stretch=[0, 1]
            )
            lead: Block = self._wait
        elif setting.brief:
            content = Row([Narrow(self._person), self._insurance], gap=look.mm(5), shares=[0, 1])
            lead = self._wait
        else:
            content = Row([self._person, self._insurance], gap=look.mm(7), shares=[2, 3])
            lead = self._wait
        self.compose(content, self.action_row(self.deny, self.confirm, lead=lead))

    def hint(self, *, card_laid: bool) -> str:
        """Whether the card may be taken."""
        if not card_laid:
            return ""
        return self.say("reading.hint" if self._shown.reading else "found.card_free")

    def shows_same_person(self, state: Found) -> bool:
        """Whether `state` only adds to what is shown."""
        return state.identity.personal_number == self._shown.identity.personal_number

    def present(self, state: Found) -> None:
        """Fills in what came since; what stands there does not move."""
        before, self._shown = self._shown, state
        if state.identity is not before.identity or state.reading != before.reading:
            self._person.replace(self._person_block(state))
        if state.answer is not before.answer or state.decision is not before.decision:
            self._insurance.replace(self._insurance_block(state))
        self._settle(state)

    def forget(self) -> None:
        """Lets go of the person."""
        del self._shown

    def _settle(self, state: Found) -> None:
        ready = not state.reading and state.decision is not None
        asks_staff = state.decision is not None and state.decision.verdict is Verdict.ASK_STAFF
        self.confirm.setEnabled(ready)
        self.confirm.say(self.say("button.to_desk" if asks_staff else "button.go_on_yes"))
        self._wait.setText(self._wait_words(state))

    def _wait_words(self, state: Found) -> str:
        if state.reading:
            return self.say("found.wait_card")
        return self.say("found.wait_answer") if state.decision is None else ""

    # -- the person -----------------------------------------------------------------------------------------------
    def _person_block(self, state: Found) -> Block:
        look, identity = self.look, state.identity
        rows: list[Block] = []
        for label, value in self._person_facts(identity):
            # Only the name may wrap: a number broken over lines is read wrongly.
            number = label == "found.number"
            text = Text(look, value, Voice.STRONG, tabular=True, one_line=number)
            # Name, year and number say themselves what they are.
            rows += [] if self.setting.brief else [Text(look, self.say(label), Voice.SMALL, "ink_soft")]
            if number and self.setting.terse and identity.date_of_birth is not None:
                # Where there is a line for year and number, the letters of all can be larger.
                *rows, year, air = rows
                rows += [Abreast(year, text, gap=look.mm(4)), air]
            else:
                rows += [text, gap(look.mm(2))]
        top = self._beside_portrait(identity, rows[:-1])
        badges = [self._trust_badge(state)]
        priority = priority_of(identity.date_of_birth, self.setting.now().date())
        if priority is not Priority.NONE and not self.setting.terse:
            words = self.say("found.priority", why=self.say(f"priority.{priority.value}"))
            badges.append(Badge(look, Tone.INFO, words, icon="star"))
        return Column([top, gap(look.mm(6)), spring(), Column(badges, gap=look.mm(3), along=Along.START)])

    def _beside_portrait(self, identity: Identity, rows: list[Block]) -> Block:
        """Beside the photo; below it where letters need the width. Where there is little room, no photo is no piece."""
        setting, look = self.setting, self.look
        image = face_image(identity.face)
        if setting.terse or (setting.brief and image is None):
            return Column(rows)
        below = setting.brief and not setting.upright
        wide = 58 if setting.upright else 34 if below else 46
        portrait = Portrait(look, image, self.say("found.photo"), width_mm=wide)
        if below:
            return Column([portrait, gap(look.mm(3)), *rows], along=Along.START)
        return Row([portrait, Column(rows)], gap=look.mm(6), shares=[0, 1])

    def _person_facts(self, identity: Identity) -> list[tuple[str, str]]:
        born = identity.date_of_birth
        year = ""
        if born is not None:
            age = born.age_on(self.setting.now().date())
            year = self.say("found.year_age", year=born.year, age=age)
        number = identity.personal_number or identity.insurance_number or identity.document_number
        known = [
            ("found.name", mask_name(identity.full_name)),
            ("found.born", year),
            ("found.number" if identity.personal_number else "found.other_number", mask_number(number)),
        ]
        return [(label, value) for label, value in known if value]

    def _trust_badge(self, state: Found) -> Badge:
        if state.reading:
            return Badge(self.look, Tone.INFO, self.say("found.trust_reading"), icon="clock")
        trust = state.identity.trust
        tone, icon = _TRUST[trust]
        return Badge(self.look, tone, self.say(f"found.trust.{trust.value}"), icon=icon)

    # -- the insurance --------------------------------------------------------------------------------------------
    def _insurance_block(self, state: Found) -> Block:
        look = self.look
        if state.decision is None or state.answer is None:
            return Column(
                [
                    self._title(Tone.INFO, "clock", self.say("found.asking")),
                    gap(look.mm(4)),
                    Text(look, self.say("found.asking_sentence"), Voice.BODY, "ink_soft"),
                    gap(look.mm(8)),
                    CalmBar(look, self.say("found.asking")),
                    spring(),
                ]
            )
        decision = state.decision
        tone, icon = _VERDICT[decision.verdict]
        blocks: list[Block] = [self._title(tone, icon, self.say(f"verdict.{decision.verdict.value}.title"))]
        if sentence := self.in_short(f"verdict.{decision.verdict.value}.sentence"):
            blocks += [gap(look.mm(3)), Text(look, sentence, Voice.BODY, "ink_soft")]
        rows = facts(look, self._facts(state.answer, decision))
        if not rows:
            return Column([spring(), *blocks, spring(2)])
        # Rows share spare height up to a comfortable measure; what is left stays below them.
        tail = max(1, _COMFORTABLE_ROWS - len(rows))
        table = Column([*rows, spring(tail)], stretch=[1] * len(rows) + [tail])
        return Column([*blocks, gap(look.mm(4)), table], stretch=[0] * (len(blocks) + 1) + [1])

    def _title(self, tone: Tone, icon: str, words: str) -> Row:
        voice = Voice.HEADING if self.setting.low else Voice.TITLE
        # As high as a line, whatever the letters.
        size_mm = 1.15 * self.look.scale.to_mm(self.look.font(voice).pixelSize())
        return Row(
            [Mark(self.look, tone, icon=icon, size_mm=size_mm), Text(self.look, words, voice)],
            gap=self.look.mm(5),
            shares=[0, 1],
            along=Along.CENTRE,
        )

    def _facts(self, answer: Answer, decision: Decision) -> list[tuple[str, str]]:
        valid_to = f"{decision.valid_to:%d/%m/%Y}" if decision.valid_to else ""
        checked_at = "" if self.setting.brief else f"{answer.checked_at:%H:%M:%S}"
        facility = "" if self.setting.terse else self._facility(answer, decision)
        return [
            (self.say("found.valid_to"), valid_to),
            (self.say("found.facility"), facility),
            (self.say("found.pays"), self._pays(decision)),
            (self.say("found.checked_at"), checked_at),
        ]

    def _facility(self, answer: Answer, decision: Decision) -> str:
        code = decision.facility
        if not code and isinstance(answer, CardAnswer) and answer.card is not None:
            code = answer.card.facility
        own = self.setting.clinic
        if code == own.facility_code:
            return own.name[self.setting.language]
        return self.say("found.facility_code", code=code) if code else ""

    def _pays(self, decision: Decision) -> str:
        match decision.verdict:
            case Verdict.COVERED | Verdict.ATTENTION:
                percent = decision.benefit_percent
                if percent is None:
                    return ""
                if self.setting.terse:
                    return f"{percent}%"
                return self.say(
                    "found.pays_all" if percent >= 100 else "found.pays_part", fund=percent, own=100 - percent
                )
            case Verdict.SELF_PAY | Verdict.ASK_STAFF | Verdict.UNVERIFIED:
                return ""
            case _:
                assert_never(decision.verdict)
