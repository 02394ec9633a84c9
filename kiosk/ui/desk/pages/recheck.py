"""Who was admitted without a check: what is still open, what the later answer changed, and what staff do about it.

Names are masked until an entry is opened, which is a reading of the record and noted as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.recheck import Change, ChangedField, ChangedValue, RecheckState, WorklistEntry
from kiosk.privacy import Personal, mask_name, mask_number
from kiosk.text import catalog, say
from kiosk.ui.desk.look import DeskVoice
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.frame import WorkPage, labelled, text_field
from kiosk.ui.desk.pages.table import Cell, Column, Rows
from kiosk.ui.desk.pieces import Card, Words
from kiosk.ui.theme.palette import Tone

SHORTEST_REASON = 3
_OPEN_COLUMNS = ("ticket", "person", "state", "why", "tries")
_CHANGED_COLUMNS = ("ticket", "person", "after", "before", "differences")
_NOTHING = "–"
_SIDE_BY_SIDE_PX = 1000
_TONES = {RecheckState.GIVEN_UP: Tone.ATTENTION, RecheckState.VERIFIED: Tone.GOOD}


@dataclass(frozen=True, slots=True, repr=False)
class RecheckList(Personal):
    """What is open, oldest first, and what was decided anew lately, newest first."""

    entries: tuple[WorklistEntry, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, repr=False)
class OpenedProof(Personal):
    """A visit's record as it was opened: whose it is, and its proof of check as `proof_document` writes it."""

    visit_id: str
    full_name: str
    document: Mapping[str, Any]


class RecheckSource(Protocol):
    """Where the page's data come from; everything here may take its time and raise KioskError."""

    def listed(self) -> RecheckList:
        """Both lists."""
        ...

    def ask_again(self, visit_id: str) -> bool:
        """Has an entry asked about as soon as the desk is free; False: nothing is kept to ask with."""
        ...

    def set_aside(self, visit_id: str, reason: str) -> bool:
        """Takes an entry off the list for a reason; False: it is not on it any more."""
        ...

    def open_proof(self, visit_id: str) -> OpenedProof | None:
        """A visit's record, its reading noted; None: the visit is gone."""
        ...

    def save_proof(self, visit_id: str) -> Path | None:
        """Saves a visit's proof of check as PDF with its JSON, noted too, and says where; None: the visit is gone."""
        ...


class RecheckPage(WorkPage):
    """The list, and beside it what is known of the marked one."""

    def __init__(self, setting: PageSetting, source: RecheckSource) -> None:
        super().__init__(setting, "recheck")
        self._source = source
        self._entries: tuple[WorklistEntry, ...] = ()
        self._changes: tuple[Change, ...] = ()
        self._opened: OpenedProof | None = None
        self._is_known = False
        self._reason_about = ""
        self.shown_list = self.choice(
            "list", [(self.say("list.open"), "open"), (self.say("list.changed"), "changed")], self._show_list
        )
        columns = [self.say(f"column.{name}") for name in _OPEN_COLUMNS]
        self.rows = Rows(
            self.look,
            self.say("title"),
            [
                Column(columns[0]),
                Column(columns[1], wide=True),
                Column(columns[2], wide=True),
                Column(columns[3], wide=True),
                Column(columns[4], right=True),
            ],
        )
        self.rows.marked.connect(lambda _: self._show_marked())
        self.rows.opened.connect(lambda _: self._open())
        self.card = Card(self.look)
        self.name = Words(self.look, "", DeskVoice.HEADING)
        self.facts = Words(self.look, "", DeskVoice.SMALL, "ink_soft")
        self.differences = Rows(
            self.look,
            self.say("differences"),
            [Column(self.say(f"column.{name}"), wide=True) for name in ("field", "before", "after")],
            narrowest=100,
        )
        self.reason = text_field(self.look, self.say("reason"), self.say("reason_hint"))
        self.reason.textChanged.connect(lambda _: self._allow())
        self._arrange()
        self.open_button = self.act("open", "Alt+O", self._open, primary=True)
        self.again_button = self.act("again", "Alt+A", self._ask_again)
        self.aside_button = self.act("aside", "Alt+D", self._set_aside)
        self.save_button = self.act("save", "Alt+S", self._save)
        self.act("reload", "Alt+R", self.reload)
        self._show_marked()

    def shown(self) -> None:
        """Asks for the list and takes the keyboard."""
        self.rows.setFocus()
        self.reload()

    def store_back(self) -> None:
        """What could not be read can be."""
        self.note.forget()
        self.reload()

    def wipe(self) -> None:
        """Nobody is on it any more."""
        self._entries, self._changes, self._opened, self._is_known = (), (), None, False
        self.reason.clear()
        self.rows.forget()
        self._show_marked()
        self.aside.tell("")

    def reload(self) -> None:
        """The list as it is now."""
        self.ask(self._source.listed, self._show)

    def _arrange(self) -> None:
        inside = self.card.inside
        inside.addWidget(self.name)
        inside.addWidget(self.facts)
        inside.addWidget(self.differences, 1_000)
        inside.addStretch(1)
        inside.addWidget(labelled(self.look, self.say("reason"), self.reason))
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(self.look.px(12))
        self._both.addWidget(self.rows, 11)
        self._both.addWidget(self.card, 9)
        self.body.addLayout(self._both, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room for both."""
        super().resizeEvent(event)
        beside = self.width() >= self.look.px(_SIDE_BY_SIDE_PX)
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    # -- what is shown --------------------------------------------------------------------------------------------
    def _show(self, listed: RecheckList) -> None:
        marked = self._visit_id
        self._entries, self._changes, self._is_known = listed.entries, listed.changes, True
        self.aside.tell(self.say("count", open=len(listed.entries), changed=len(listed.changes)))
        self._show_list(marked)

    def _show_list(self, marked: str = "") -> None:
        """The chosen list; whoever was marked stays marked, wherever they stand now."""
        shown: tuple[WorklistEntry | Change, ...] = self._entries if self._is_open_list else self._changes
        mark = next((at for at, one in enumerate(shown) if one.visit_id == marked), 0)
        columns = _OPEN_COLUMNS if self._is_open_list else _CHANGED_COLUMNS
        self.rows.name_columns([self.say(f"column.{name}") for name in columns])
        if self._is_open_list:
            self.rows.fill([self._entry_row(entry) for entry in self._entries], mark=mark)
        else:
            self.rows.fill([self._change_row(change) for change in self._changes], mark=mark)
        self._show_marked()

    @property
    def _is_open_list(self) -> bool:
        return bool(self.shown_list.currentData() == "open")

    def _entry_row(self, entry: WorklistEntry) -> list[Cell]:
        day = f"{entry.business_day:%d/%m}"
        return [
            Cell(f"{entry.ticket} · {day}", strong=True),
            Cell(mask_name(entry.full_name) or _NOTHING),
            Cell(say(f"proof.recheck.{entry.state.value}", self.language), _TONES.get(entry.state)),
            Cell(self._why(entry), soft=True),
            Cell(str(entry.attempts), right=True),
        ]

    def _change_row(self, change: Change) -> list[Cell]:
        before, after = (
            say(f"decision.verdict.{one.verdict.value}.title", self.language) for one in (change.before, change.after)
        )
        return [
            Cell(f"{change.ticket} · {change.business_day:%d/%m}", strong=True),
            Cell(mask_name(change.full_name) or _NOTHING),
            Cell(after),
            Cell(before, soft=True),
            Cell(str(len(change.differences)), right=True),
        ]

    def _why(self, entry: WorklistEntry) -> str:
        words = catalog(self.language)
        keys = (f"proof.recheck_why.{entry.why}", f"proof.trouble.{entry.why}")
        told = next((words[key] for key in keys if key in words), entry.why or _NOTHING)
        if entry.due_at is not None:
            told = f"{told} · {self.say('next', time=_clock(entry.due_at))}"
        return told

    @property
    def _visit_id(self) -> str:
        rows: tuple[WorklistEntry | Change, ...] = self._entries if self._is_open_list else self._changes
        at = self.rows.currentRow()
        return rows[at].visit_id if 0 <= at < len(rows) else ""

    def _show_marked(self) -> None:
        """What is known without opening the record; the opened one stays while it is marked."""
        visit_id = self._visit_id
        if self._opened is not None and self._opened.visit_id != visit_id:
            self._opened = None
        if visit_id != self._reason_about:
            # A reason is about one person and never about the next one.
            self._reason_about = visit_id
            self.reason.clear()
        change = next((one for one in reversed(self._changes) if one.visit_id == visit_id), None)
        self.differences.fill([self._difference(one, change) for one in change.differences] if change else [])
        self.differences.setVisible(change is not None)
        if self._opened is not None:
            self.name.tell(self._opened.full_name)
            self.facts.tell(self._proof_words(self._opened.document))
        elif visit_id:
            self.name.tell(self.say("closed"))
            self.facts.tell(self.say("closed_why"))
        else:
            # Nobody is said to be there only where somebody has looked.
            self.name.tell(self.say("nobody") if self._is_known else self.say("unknown"))
            self.facts.tell(self.say("nobody_why") if self._is_known and self._is_open_list else "")
        self._allow()

    def _proof_words(self, document: Mapping[str, Any]) -> str:
        lines = [self.say("patient_of", ticket=document["visit"]["ticket"], service=document["visit"]["service"])]
        for proof in document["proofs"]:
            outcome = say(f"proof.outcome.{proof['outcome']}.title", self.language)
            because = say(f"proof.because.{proof['because']}", self.language)
            moment = in_clinic(datetime.fromisoformat(proof["checked_at"]))
            lines.append(f"{moment:%d/%m %H:%M} · {because}: {outcome} {proof['code']}".rstrip())
        return "\n".join(lines)

    def _difference(self, one: ChangedValue, change: Change) -> list[Cell]:
        before, after = (self._value(one.field, value, change) for value in (one.before, one.after))
        return [
            Cell(say(f"proof.changed.{one.field.value}", self.language), soft=True),
            Cell(before),
            Cell(f"→ {after}", strong=True, lit=True),
        ]

    def _value(self, field: ChangedField, value: str, change: Change) -> str:
        if not value:
            return _NOTHING
        match field:
            case ChangedField.VERDICT:
                return say(f"decision.verdict.{value}.title", self.language)
            case ChangedField.REASON_GONE | ChangedField.REASON_NEW:
                reasons = (*change.before.reasons, *change.after.reasons)
                return next((one.sentence(self.language) for one in reasons if one.code == value), value)
            case ChangedField.CARD_NUMBER:
                return mask_number(value)
            case ChangedField.VALID_FROM | ChangedField.VALID_TO:
                return f"{datetime.fromisoformat(value):%d/%m/%Y}"
            case _:
                return value

    # -- what is done ---------------------------------------------------------------------------------------------
    def _allow(self) -> None:
        """Only what can succeed can be pressed."""
        visit_id = self._visit_id
        is_open = self._is_open_list and bool(visit_id)
        self.open_button.setEnabled(bool(visit_id))
        self.save_button.setEnabled(bool(visit_id))
        self.again_button.setEnabled(is_open)
        self.reason.setEnabled(is_open)
        self.aside_button.setEnabled(is_open and len(self.reason.text().strip()) >= SHORTEST_REASON)

    def _open(self) -> None:
        if visit_id := self._visit_id:
            self.ask(partial(self._source.open_proof, visit_id), self._show_opened)

    def _show_opened(self, opened: OpenedProof | None) -> None:
        if opened is None:
            self.tell("gone", Tone.ATTENTION)
            return
        self._opened = opened
        self._show_marked()

    def _ask_again(self) -> None:
        if visit_id := self._visit_id:
            self.ask(partial(self._source.ask_again, visit_id), partial(self._done, "again"))

    def _set_aside(self) -> None:
        reason = self.reason.text().strip()
        if (visit_id := self._visit_id) and len(reason) >= SHORTEST_REASON:
            self.ask(partial(self._source.set_aside, visit_id, reason), partial(self._done, "aside"))

    def _done(self, what: str, succeeded: bool) -> None:
        self.tell(f"{what}_{'done' if succeeded else 'not_done'}", Tone.GOOD if succeeded else Tone.ATTENTION)
        if succeeded and what == "aside":
            self.reason.clear()
        self.reload()

    def _save(self) -> None:
        if visit_id := self._visit_id:
            self.ask(partial(self._source.save_proof, visit_id), self._tell_saved)

    def _tell_saved(self, file: Path | None) -> None:
        if file is None:
            self.tell("gone", Tone.ATTENTION)
        else:
            self.tell("saved", file=str(file))


def _clock(moment: datetime) -> str:
    return f"{in_clinic(moment):%H:%M}"
