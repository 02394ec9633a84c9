"""A visit as one line of the staff's list, which filters it falls under, and whether it is what was typed. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.officer import plain
from kiosk.checkin.queue.place import PlaceState
from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Verdict
from kiosk.privacy import Personal
from kiosk.text import Language, say
from kiosk.ui.desk.facts import Said
from kiosk.ui.desk.told_decision import told_verdict

if TYPE_CHECKING:
    from kiosk.checkin.records.search import FoundVisit
    from kiosk.checkin.records.today import ListedVisit

_NUMBER = re.compile(r"[0-9]{9,15}|[A-Za-z]{2}[0-9]{13}")
_LETTERS = re.compile(r"[^\W_]+")


class Filter(StrEnum):
    """Which of today's visits are listed; its words are `desk.filter.<value>`."""

    ALL = "all"
    WAITING = "waiting"
    CALLED = "called"
    ATTENTION = "attention"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, repr=False)
class Row(Personal):
    """One line. `state` None: the visit is in no queue of today. `reads_out` is what a screen reader says.

    `folded`: the name's words as they are typed, in small letters without marks.
    """

    visit_id: str
    ticket: str
    name: str
    about: str
    starred: bool
    room_code: str
    when: str
    badge: Said
    state: PlaceState | None
    verdict: Verdict
    created_at: datetime
    reads_out: str
    folded: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.state is None or not self.state.is_live

    def falls_under(self, chosen: Filter) -> bool:
        """Whether the filter shows it."""
        match chosen:
            case Filter.WAITING:
                return self.state is PlaceState.WAITING
            case Filter.CALLED:
                return self.state in (PlaceState.CALLED, PlaceState.IN_ROOM)
            case Filter.ATTENTION:
                return self.verdict in (Verdict.ATTENTION, Verdict.ASK_STAFF) and not self.is_over
            case Filter.UNVERIFIED:
                return self.verdict is Verdict.UNVERIFIED
            case _:
                return True

    def is_meant_by(self, typed: str) -> bool:
        """Whether the ticket begins so, or every word typed begins a word of the name, marks or not."""
        wanted = _words(typed)
        if not wanted:
            return True
        ticket = plain(self.ticket)
        if len(wanted) == 1 and (
            ticket.startswith(wanted[0]) or ticket.lstrip("abcdefghijklmnopqrstuvwxyz0") == wanted[0]
        ):
            return True
        return all(any(name.startswith(word) for name in self.folded) for word in wanted)


def _words(text: str) -> list[str]:
    return _LETTERS.findall(plain(text))


def asks_the_store(typed: str) -> bool:
    """Whether what was typed can be found beyond today's list: a number, a ticket, or enough of a name."""
    letters = typed.strip()
    return bool(_NUMBER.fullmatch(letters)) or len(letters) >= _ENOUGH


_ENOUGH = 2


def row_of(listed: "ListedVisit", language: Language) -> Row:
    """A visit of today."""
    entry = listed.entry
    claim = entry.claim
    priority = claim.priority if claim is not None else Priority.NONE
    starred = priority is not Priority.NONE
    why = say(f"desk.star.{priority.value}", language) if starred else ""
    year = str(entry.birth_year) if entry.birth_year else ""
    badge = told_verdict(listed.verdict, listed.benefit_percent, language)
    is_waiting = entry.state is PlaceState.WAITING
    state = say(f"desk.state.{entry.state.value}", language)
    when = f"{in_clinic(entry.waiting_since):%H:%M}" if is_waiting else state
    return Row(
        visit_id=entry.visit_id,
        ticket=entry.ticket,
        name=entry.full_name or say("desk.person.no_name", language),
        about=" · ".join(part for part in (year, f"★ {why}" if why else "") if part),
        starred=starred,
        room_code=entry.room_code,
        when=when,
        badge=badge,
        state=entry.state,
        verdict=listed.verdict,
        created_at=listed.created_at,
        folded=tuple(_words(entry.full_name)),
        reads_out=", ".join(
            part
            for part in (
                entry.ticket,
                entry.full_name,
                year,
                why,
                entry.room_code,
                state,
                when if is_waiting else "",
                badge.words,
            )
            if part
        ),
    )


class Rows(Personal):
    """The rows of a list that is read again and again: what did not change is not made anew."""

    __slots__ = ("_language", "_made")

    def __init__(self) -> None:
        self._language = Language.VI
        self._made: dict[str, tuple[ListedVisit, Row]] = {}

    def of(self, visits: "Sequence[ListedVisit]", language: Language) -> list[Row]:
        """The rows of these visits, in their order."""
        before = self._made if language is self._language else {}
        self._language, self._made = language, {}
        for one in visits:
            made = before.get(one.entry.visit_id)
            row = made[1] if made is not None and (made[0] is one or made[0] == one) else row_of(one, language)
            self._made[one.entry.visit_id] = (one, row)
        return [row for _, row in self._made.values()]

    def forget(self) -> None:
        """Nobody is listed."""
        self._made = {}


def row_found(found: "FoundVisit", today: date, language: Language) -> Row:
    """A visit of an earlier day, or of today where no queue knows it."""
    day = f"{found.business_day:%d/%m/%Y}" if found.business_day != today else f"{in_clinic(found.created_at):%H:%M}"
    year = str(found.birth_year) if found.birth_year else ""
    badge = told_verdict(found.verdict, None, language)
    name = found.full_name or say("desk.person.no_name", language)
    return Row(
        visit_id=found.visit_id,
        ticket=found.ticket,
        name=name,
        about=year,
        starred=False,
        room_code="",
        when=day,
        badge=badge,
        state=None,
        verdict=found.verdict,
        created_at=found.created_at,
        folded=tuple(_words(name)),
        reads_out=", ".join(part for part in (found.ticket, name, year, day, badge.words) if part),
    )


def listed_rows(rows: Sequence[Row], chosen: Filter, typed: str, elsewhere: Sequence[Row] = ()) -> list[Row]:
    """What the list shows: with something typed all of today that it may mean, then what else the store found."""
    if not typed.strip():
        return [row for row in rows if row.falls_under(chosen)]
    found = {row.visit_id for row in elsewhere}
    meant = [row for row in rows if row.is_meant_by(typed) or row.visit_id in found]
    here = {row.visit_id for row in meant}
    return meant + [row for row in elsewhere if row.visit_id not in here]
