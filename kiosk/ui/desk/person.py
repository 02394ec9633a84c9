"""The person's panel: who it is, what the service says, what is decided and why, what the chip proved."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.text import Language, say
from kiosk.ui.desk.facts import CheckLine, Compared, DecisionFacts, InsuranceFacts, Line, PersonFacts, Said
from kiosk.ui.desk.grounds import Tint, Underlined
from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.desk.numbers import shown_number
from kiosk.ui.desk.pieces import Badge, Card, Words
from kiosk.ui.desk.share import Share
from kiosk.ui.desk.timeline import TimeLine
from kiosk.ui.desk.wrapped import wrapped
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import Tone
from kiosk.ui.theme.scale import Scale
from kiosk.ui.widgets.portrait import Portrait

_PHOTO_PX = 126
_TWO_COLUMNS_FROM_PX = 640
_STRETCHES = (5, 6)
"""Of the two columns: what was paid of the year's limit stands in the second one, and is the longest."""


def person_cards(
    facts: PersonFacts, photo: QImage | None, look: DeskLook, language: Language, *, whole: bool, show_key: str,
    decision_first: bool,
) -> list[QWidget]:  # fmt: skip
    """The panel's sheets, top to bottom. `whole`: the number is shown in full; `show_key` does that.

    `decision_first`: where not all of it is seen without scrolling.
    """
    cards: list[QWidget] = [_who(facts, photo, look, language, whole=whole, show_key=show_key)]
    compared = () if facts.insurance is None else facts.insurance.compared
    if facts.insurance is not None:
        cards.append(_insurance(facts.insurance, look, language))
    elif facts.decision is None and facts.kept_since is None:
        waiting = Card(look, say("desk.card.title", language))
        waiting.inside.addWidget(Words(look, say("desk.card.asking", language), DeskVoice.HEADING, "ink_soft"))
        cards.append(waiting)
    if facts.decision is not None:
        cards.insert(1 if decision_first else len(cards), _decision(facts.decision, compared, look, language))
    if facts.checks:
        cards.append(_evidence(facts.checks, look, language))
    if facts.history:
        cards.append(_history(facts.history, look, language))
    return cards


def _who(
    facts: PersonFacts, photo: QImage | None, look: DeskLook, language: Language, *, whole: bool, show_key: str
) -> QWidget:
    holder = QFrame()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 4, 0, 4)
    row.setSpacing(20)
    wide = look.px(_PHOTO_PX)
    portrait = Portrait(
        Look(look.letters, Scale(1.0), look.palette),
        photo,
        say("desk.person.photo", language),
        width_mm=wide,
    )
    portrait.setFixedSize(wide, wide * 4 // 3)
    if facts.kept_since is None:
        row.addWidget(portrait, 0, Qt.AlignmentFlag.AlignTop)
    else:
        portrait.deleteLater()
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(Words(look, facts.name, DeskVoice.NAME))
    if facts.line:
        words.addWidget(Words(look, facts.line, DeskVoice.HEADING, "ink"))
    if facts.number:
        shown = f"{facts.number_label} {shown_number(facts.number, whole=whole)}"
        hint = say("desk.person.masked" if not whole else "desk.person.unmasked", language, key=show_key)
        pair: list[QWidget] = [Words(look, shown, DeskVoice.BODY), Words(look, hint, DeskVoice.SMALL, "ink_soft")]
        words.addWidget(wrapped(pair, 14, between=2))
    if facts.address:
        words.addWidget(Words(look, facts.address, DeskVoice.BODY, "ink_soft"))
    if facts.badges:
        words.addSpacing(8)
        words.addWidget(wrapped([Badge(look, one.words, one.tone, icon=one.icon) for one in facts.badges]))
    for doubt in facts.doubts:
        words.addWidget(Words(look, doubt, DeskVoice.SMALL, look.palette.tone(Tone.ATTENTION).ink))
    words.addStretch(1)
    row.addLayout(words, 1)
    return holder


def _insurance(facts: InsuranceFacts, look: DeskLook, language: Language) -> Card:
    card = Card(look, " · ".join((say("desk.card.title", language), facts.asked)))
    top: list[QWidget] = []
    if facts.number:
        top.append(Words(look, facts.number, DeskVoice.NAME))
    top.append(Badge(look, facts.status.words, facts.status.tone, icon=facts.status.icon))
    card.inside.addWidget(wrapped(top, 18))
    if facts.note:
        card.inside.addWidget(Words(look, facts.note, DeskVoice.BODY))
    if facts.valid_from is not None:
        card.inside.addWidget(TimeLine(look, facts.valid_from, facts.valid_to, facts.today, language))
    if facts.lines:
        card.inside.addWidget(Pairs(facts.lines, look))
    return card


def _comparison(compared: tuple[Compared, ...], look: DeskLook, language: Language) -> QWidget:
    """What the document and the card say differently, side by side."""
    pair = look.palette.tone(Tone.ATTENTION)
    holder = Tint(look, pair.ground)
    grid = QGridLayout(holder)
    grid.setContentsMargins(14, 10, 14, 10)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(look.px(4))
    for at, key in enumerate(("field", "document", "card")):
        grid.addWidget(Words(look, say(f"desk.compared.{key}", language), DeskVoice.SMALL_STRONG, "ink"), 0, at)
    for at, one in enumerate(compared):
        grid.addWidget(Words(look, one.field, DeskVoice.BODY, "ink"), 2 * at + 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Words(look, one.document, DeskVoice.STRONG), 2 * at + 1, 1)
        grid.addWidget(Words(look, one.card, DeskVoice.STRONG), 2 * at + 1, 2)
        ink = pair.ink if one.grade.tone is None else look.palette.tone(one.grade.tone).ink
        grid.addWidget(Words(look, one.grade.words, DeskVoice.SMALL, ink), 2 * at + 2, 1, 1, 2)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    return holder


class Pairs(QWidget):
    """Labels and values under hairlines, in two columns where there is room."""

    def __init__(self, lines: tuple[Line, ...], look: DeskLook) -> None:
        super().__init__()
        self._look = look
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(28)
        self._grid.setVerticalSpacing(0)
        self._cells = [_pair(line, look) for line in lines]
        self._columns = 0
        self._arrange(2)

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Another width may hold two columns, or only one."""
        self._arrange(2 if self.width() >= self._look.px(_TWO_COLUMNS_FROM_PX) else 1)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for at, cell in enumerate(self._cells):
            self._grid.addWidget(cell, at // columns, at % columns)
        for at in range(2):
            self._grid.setColumnStretch(at, _STRETCHES[at] if at < columns else 0)


def _pair(line: Line, look: DeskLook) -> QWidget:
    holder = Underlined(look)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, look.px(6), 0, look.px(6))
    row.setSpacing(12)
    row.addWidget(Words(look, line.label, DeskVoice.BODY, "ink_soft"))
    row.addStretch(1)
    ink = "ink" if line.tone is None else look.palette.tone(line.tone).ink
    voice = DeskVoice.BODY if line.tone is None else DeskVoice.STRONG
    row.addWidget(Words(look, line.value, voice, ink, align=Qt.AlignmentFlag.AlignRight))
    return holder


def _decision(facts: DecisionFacts, compared: tuple[Compared, ...], look: DeskLook, language: Language) -> Card:
    card = Card(look, say("desk.decision.title", language))
    top: list[QWidget] = [Badge(look, facts.verdict.words, facts.verdict.tone, loud=True)]
    if facts.headline:
        top.append(Words(look, facts.headline, DeskVoice.HEADING))
    card.inside.addWidget(wrapped(top, 14))
    if facts.share is not None:
        card.inside.addWidget(Share(facts.share, look))
    action = say("desk.decision.next", language, action=facts.action)
    card.inside.addWidget(Words(look, action, DeskVoice.STRONG, broad=True))
    if compared:
        card.inside.addWidget(_comparison(compared, look, language))
    for reason in facts.reasons:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Words(look, "•", DeskVoice.BODY, "ink_soft"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Words(look, reason, DeskVoice.BODY, "ink", broad=True), 1)
        card.inside.addLayout(row)
    if facts.ground:
        card.inside.addWidget(Words(look, facts.ground, DeskVoice.SMALL, "ink_soft", broad=True))
    return card


def _evidence(checks: tuple[CheckLine, ...], look: DeskLook, language: Language) -> Card:
    card = Card(look, say("desk.check.title", language))
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(look.px(6))
    for at, check in enumerate(checks):
        grid.addWidget(Words(look, check.name, DeskVoice.BODY), at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Badge(look, check.ended.words, check.ended.tone), at, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Words(look, check.why, DeskVoice.SMALL, "ink_soft"), at, 2, Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(2, 4)
    card.inside.addLayout(grid)
    return card


def _history(lines: tuple[Line, ...], look: DeskLook, language: Language) -> Card:
    card = Card(look, say("desk.person.history", language))
    for line in lines:
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(Words(look, line.label, DeskVoice.BODY, "ink_soft"))
        row.addWidget(Words(look, line.value), 1)
        card.inside.addLayout(row)
    return card


def said(badge: Said, look: DeskLook) -> Badge:
    """A few words as a badge."""
    return Badge(look, badge.words, badge.tone, icon=badge.icon)
