"""Who read whose record and who changed what: newest first, filtered, verified on wish, as CSV."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.checkin.audit.beginning import Beginning
from kiosk.checkin.audit.entry import Act, AuditRow, read_detail
from kiosk.checkin.audit.verify import Break, Verified
from kiosk.dates import parse_date
from kiosk.privacy import Personal
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.numbers import count_words
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.frame import WorkPage
from kiosk.ui.desk.pages.table import Cell, Column, Rows
from kiosk.ui.theme.palette import Tone

A_PAGE = 200
_ANY = ""
_SHORT = 8


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows are wanted; empty and None: all. `before` is the number of a row of which older ones are wanted."""

    happened: str = ""
    actor: str = ""
    day: date | None = None
    subject: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class AuditListing(Personal):
    """Rows, newest first, and the officers' names by their id."""

    rows: tuple[AuditRow, ...]
    officers: Mapping[str, str] = field(default_factory=dict)


Heard = Callable[[int, int], None]
"""Hears how many rows are done and how many there are; called in the thread that verifies."""


class AuditSource(Protocol):
    """Where the page's data come from; everything here may take its time and raise KioskError."""

    def rows(self, wanted: AuditFilter) -> AuditListing:
        """A page of rows."""
        ...

    def verify(self, heard: Heard) -> Verified:
        """Goes through the whole chain."""
        ...

    def anchor(self) -> str:
        """Writes where the chain ends now outside the store, and says what was written."""
        ...

    def save_csv(self, wanted: AuditFilter) -> Path:
        """Keeps all rows that are wanted where staff find them, and says where."""
        ...


class _Progress(QObject):
    """Carries a verifying thread's numbers into the main thread."""

    _came = Signal(int, int)

    def __init__(self, show: Callable[[int, int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._show = show
        self._came.connect(self._heard, Qt.ConnectionType.QueuedConnection)

    def hear(self, done: int, whole: int) -> None:
        """From any thread."""
        self._came.emit(done, whole)

    @Slot(int, int)
    def _heard(self, done: int, whole: int) -> None:
        self._show(done, whole)


class AuditPage(WorkPage):
    """`subject` is what the person panel shows now: a visit's id, or nothing."""

    def __init__(self, setting: PageSetting, source: AuditSource, subject: Callable[[], str] = lambda: "") -> None:
        super().__init__(setting, "audit")
        self._source, self._subject_now = source, subject
        self._rows: tuple[AuditRow, ...] = ()
        self._officers: dict[str, str] = {}
        self._verifying = False
        acts = [(say(f"audit.act.{act.value}", self.language), act.value) for act in Act]
        self.act_filter = self.choice("act", [(self.say("any"), _ANY), *sorted(acts)], self.reload)
        self.actor_filter = self.choice("actor", [(self.say("any"), _ANY)], self.reload)
        self.day_filter = self.field("day", self.reload, self.say("day_hint"))
        self.subject_filter = self.field("subject", self.reload)
        columns = [self.say(f"column.{name}") for name in ("seq", "at", "actor", "act", "about")]
        self.table = Rows(
            self.look,
            self.say("title"),
            [
                Column(columns[0], right=True),
                Column(columns[1]),
                Column(columns[2], wide=True),
                Column(columns[3], wide=True),
                Column(columns[4], wide=True),
            ],
        )
        self.table.opened.connect(lambda _: self._only_subject())
        self.body.addWidget(self.table, 1)
        self._progress = _Progress(self._show_progress, self)
        self.verify_button = self.act("verify", "Alt+V", self._verify, primary=True)
        self.act("person", "Alt+P", self._take_subject)
        self.act("clear", "Alt+B", self._clear)
        self.older_button = self.act("older", "Alt+O", self._older)
        self.act("anchor", "Alt+N", self._anchor)
        self.act("save", "Alt+X", self._save)
        self.older_button.setEnabled(False)

    def shown(self) -> None:
        """Asks for the newest rows."""
        self.table.setFocus()
        self.reload()

    def store_back(self) -> None:
        """What could not be read can be."""
        self.note.forget()
        self.reload()

    def wipe(self) -> None:
        """Nobody's doings are on it any more."""
        self._rows, self._officers, self._verifying = (), {}, False
        self.subject_filter.clear()
        self.day_filter.clear()
        self.actor_filter.offer([(self.say("any"), _ANY)])
        self.table.forget()
        self.aside.tell("")
        self.verify_button.setEnabled(True)

    def reload(self) -> None:
        """The newest rows that are wanted."""
        if (wanted := self._wanted()) is not None:
            self.ask(partial(self._source.rows, wanted), partial(self._show, older=False))

    def _wanted(self, before: int | None = None) -> AuditFilter | None:
        """None: what stands in the day's field is no day, and that is told."""
        written = self.day_filter.text().strip()
        day = parse_date(written) if written else None
        if written and (day is None or day.exact is None):
            self.tell("no_day", Tone.ATTENTION)
            return None
        return AuditFilter(
            self.act_filter.currentData(),
            self.actor_filter.currentData(),
            day.exact if day is not None else None,
            self.subject_filter.text().strip(),
            before,
        )

    def _show(self, listing: AuditListing, *, older: bool) -> None:
        self._rows = (*self._rows, *listing.rows) if older else listing.rows
        self._officers |= listing.officers
        people = sorted((name, officer) for officer, name in self._officers.items())
        others = sorted({row.actor for row in self._rows} - set(self._officers))
        chosen = [(self.say("any"), _ANY), *people, *((actor, actor) for actor in others)]
        if {value for _, value in chosen} >= {self.actor_filter.currentData()}:
            self.actor_filter.offer(chosen)
        at = self.table.currentRow() if older else 0
        self.table.fill([self._cells(row) for row in self._rows], mark=at)
        self.older_button.setEnabled(len(listing.rows) >= A_PAGE)
        self.aside.tell(self.say("count", count=self._count(len(self._rows))))

    def _cells(self, row: AuditRow) -> list[Cell]:
        return [
            Cell(str(row.seq), soft=True, right=True),
            Cell(f"{datetime.fromisoformat(row.at):%d/%m/%Y %H:%M:%S}"),
            Cell(self._officers.get(row.actor, row.actor)),
            Cell(act_words(row.happened, self.language), strong=True),
            Cell(about_words(row, self.language), soft=True),
        ]

    # -- what is done ---------------------------------------------------------------------------------------------
    def _only_subject(self) -> None:
        """Enter: everything about what the marked row is about."""
        at = self.table.currentRow()
        if 0 <= at < len(self._rows) and self._rows[at].subject:
            self.subject_filter.setText(self._rows[at].subject)
            self.reload()

    def _take_subject(self) -> None:
        if subject := self._subject_now():
            self.subject_filter.setText(subject)
            self.reload()
        else:
            self.tell("nobody", Tone.INFO)

    def _clear(self) -> None:
        for choice in (self.act_filter, self.actor_filter):
            choice.blockSignals(True)
            choice.setCurrentIndex(0)
            choice.blockSignals(False)
        self.day_filter.clear()
        self.subject_filter.clear()
        self.reload()

    def _older(self) -> None:
        if self._rows and (wanted := self._wanted(before=self._rows[-1].seq)) is not None:
            self.ask(partial(self._source.rows, wanted), partial(self._show, older=True))

    def _verify(self) -> None:
        self.verify_button.setEnabled(False)
        self._verifying = True
        self.tell("verifying", Tone.INFO, done=0, whole="…")
        self.ask(partial(self._source.verify, self._progress.hear), self._show_verified, lambda _: self._verified())

    def _verified(self) -> None:
        self._verifying = False
        self.verify_button.setEnabled(True)

    def _show_progress(self, done: int, whole: int) -> None:
        if self._verifying:
            shown = {"done": self._count(done), "whole": self._count(whole)}
            self.tell("verifying", Tone.INFO, **shown)

    def _show_verified(self, verified: Verified) -> None:
        self._verified()
        if verified.findings:
            first = verified.findings[0]
            what = say(f"audit.break.{first.found.value}", self.language, seq=first.seq)
            told = [self.say("broken", what=what, count=self._count(len(verified.findings)))]
            # A line that nobody can read is no doubt of the chain: `audit accept-beginning` passes over it too.
            if verified.contradicting and all(one.found is Break.ANCHOR_UNREADABLE for one in verified.besides):
                told.append(self.say("may_be_accepted"))
            self.note.tell(" ".join(told), Tone.STOP)
            return
        right = self.say(
            "right",
            rows=self._count(verified.rows),
            sealed=self._count(verified.sealed),
            anchors=self._count(verified.anchors),
            outside=self._count(verified.from_file),
        )
        begun = [beginning_words(one, self._officers, self.language) for one in verified.beginnings]
        if verified.replaced:
            begun.append(say("audit.command.replaced", self.language, count=self._count(verified.replaced)))
        # Right as far as it goes: whoever reads that is told where it goes back to.
        self.note.tell(" ".join((right, *begun)), Tone.ATTENTION if verified.beginnings else Tone.GOOD)

    def _count(self, count: int) -> str:
        return count_words(count, self.language)

    def _anchor(self) -> None:
        self.ask(self._source.anchor, lambda line: self.tell("anchored", Tone.GOOD, line=line[:40]))

    def _save(self) -> None:
        if (wanted := self._wanted()) is not None:
            self.ask(partial(self._source.save_csv, wanted), lambda file: self.tell("saved", file=str(file)))


def act_words(happened: str, language: Language) -> str:
    """What happened, in words."""
    return catalog(language).get(f"audit.act.{happened}", happened)


def about_words(row: AuditRow, language: Language) -> str:
    """What it was about, short: the beginning of a digest, details, and an officer's reason."""
    is_hex = len(row.subject) in (32, 64)
    subject = f"{row.subject[:_SHORT]}…" if is_hex else row.subject
    detail = read_detail(row.detail)
    ends = [str(detail.pop(end)) for end in ("before", "after") if end in detail]
    changed = " → ".join(_end_words(end, language) for end in ends)
    rest = (_detail_words(name, value, language) for name, value in detail.items())
    return " · ".join(filter(None, (subject, changed, *rest, row.reason)))


def beginning_words(begun: Beginning, officers: Mapping[str, str], language: Language) -> str:
    """Where, when and by whom the audit was begun anew, and what of the one before is missing."""
    at, by = f"{datetime.fromisoformat(begun.at):%d/%m/%Y %H:%M:%S}", officers.get(begun.actor, begun.actor)
    told = [say(f"audit.command.{begun.happened.value}", language, seq=begun.seq, at=at, by=by)]
    if not begun.last:
        told.append(say("audit.command.unknown", language).strip())
    if begun.lost:
        lost = count_words(begun.lost, language)
        key = "gone" if begun.happened is Act.BEGINNING_ACCEPTED else "lost"
        told.append(say(f"staff.audit.{key}", language, lost=lost, first=begun.first, last=begun.last))
    return " ".join(told)


def _end_words(end: str, language: Language) -> str:
    """What it was or became: a verdict, a lane, a place in the queue; a route's or room's code as it is."""
    words = catalog(language)
    return next((words[key] for one in _END_WORDS if (key := one.format(end)) in words), end)


_END_WORDS = ("decision.verdict.{}.title", "queue.priority.{}", "queue.state.{}")


def _detail_words(name: str, value: object, language: Language) -> str:
    match value:
        case bool():
            told = ""
        case int():
            told = count_words(value, language)
        case str() if name == "digest":
            told = f"{value[:_SHORT]}…"
        case str() if name == "purpose":
            told = catalog(language).get(f"audit.purpose.{value}", value)
        case str() if name in ("day", "until"):
            told = f"{date.fromisoformat(value):%d/%m/%Y}"
        case _:
            told = str(value)
    if value is False:
        return ""
    if f"audit.detail.{name}" not in catalog(language):
        return f"{name} {told}".rstrip()
    return say(f"audit.detail.{name}", language, value=told)
