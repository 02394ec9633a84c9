"""Finding visits at the desk: by number, by ticket, by a name's words in any order, newest first.

Names are asked for without marks and by the beginnings of words; a verdict is one word more. Of a question's words the
rarest leads: its visits are gone through, newest first, and looked at for the others. As many are gone through as a
desk has time for, and the page then says where to go on: no question takes long, however many visits there are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, TextClause, bindparam, select, text

from kiosk.checkin.business_day import CLINIC_ZONE, in_clinic
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.records.person_key import names_of_number, person_keys
from kiosk.checkin.records.searchable import decided, words_of
from kiosk.checkin.store.queue_tables import queue_place
from kiosk.checkin.store.records_tables import visit_name
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import visit
from kiosk.eligibility.decision import Verdict
from kiosk.privacy import Personal

PAGE = 20
_TICKET = re.compile(r"([A-Za-z]{0,2}) ?0*([0-9]{1,6})")
_MOST_TERMS = 6
_RARE = 1_000
"""A beginning of several words that no more names have is answered whole."""
_WINDOWS = (1_000, 9_000)
"""Else so many of the newest are gone through first, and so many more at most for one page."""
_WINDOWS_OF_STATES = (200, 400)
"""The state stands in another table: for each visit that is gone through there is a step to it."""
_NO_END_MS = 1 << 62
_FAR_BACK = 200
"""A word is as rare as so many of its newest visits reach back."""


class _Source(StrEnum):
    """Where the visits of a question are read from, each with an index that has them newest first, or few of them."""

    EVERY = "FROM visit_name WHERE 1 = 1"
    WORD = "FROM visit_word WHERE word = :word"
    BEGINNING = "FROM visit_word WHERE word >= :first AND word < :end"
    TICKET = "FROM visit_name WHERE number = :number"
    PERSON = "FROM visit_name WHERE visit_id IN (SELECT visit_id FROM visit_person WHERE person_key = :person_key)"


# Written out, and each put together once: doing that anew takes longer than the database takes to answer.
_SPAN = "at_ms >= :since AND (at_ms, visit_no) < (:before_ms, :before_no)"
_NEWEST = "ORDER BY at_ms DESC, visit_no DESC"
_STATE = (
    "(SELECT q.state FROM visit_name n JOIN queue_place q ON q.visit_id = n.visit_id WHERE n.visit_no = gone.visit_no)"
)
_TERM = text(f"""
SELECT lowest, highest,
    CASE WHEN lowest = highest THEN
        (SELECT at_ms FROM visit_word WHERE word = lowest {_NEWEST} LIMIT 1 OFFSET {_FAR_BACK}) END,
    CASE WHEN lowest < highest THEN
        (SELECT count(*) FROM (SELECT 1 {_Source.BEGINNING} LIMIT {_RARE + 1}) AS counted) END
FROM (SELECT (SELECT min(word) {_Source.BEGINNING}) AS lowest, (SELECT max(word) {_Source.BEGINNING}) AS highest) AS t
""")  # noqa: S608 - constants
_SHOWN = (
    select(
        visit_name.c.visit_no, visit.c.visit_id, visit.c.business_day, visit.c.ticket, visit.c.service_code,
        visit.c.full_name, visit.c.birth_year, visit.c.verdict, visit.c.created_at, queue_place.c.state,
    )
    .join(visit, visit.c.visit_id == visit_name.c.visit_id)
    .outerjoin(queue_place, queue_place.c.visit_id == visit.c.visit_id)
    .where(visit_name.c.visit_no.in_([bindparam(f"no_{at}", type_=Integer()) for at in range(PAGE)]))
)  # fmt: skip
_NO_BITMAPS = "SET LOCAL enable_bitmapscan = off; SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off"
"""A server takes all of a common word and sorts it otherwise: it does not know that a word's visits lie together."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a page ended: the next one begins after it."""

    at_ms: int
    visit_no: int


@dataclass(frozen=True, slots=True, repr=False)
class Wanted(Personal):
    """What is looked for. `typed` is a number, a ticket or words of a name; empty: every visit.

    `days` are the first and the last day; `verdict` what was decided at check-in; `state` is a state of the queue.
    """

    typed: str = ""
    days: tuple[date, date] | None = None
    verdict: Verdict | None = None
    state: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class FoundVisit(Personal):
    """A visit as a list shows it; `state` is where it stands in the queue, empty where it is in none."""

    visit_id: str
    business_day: date
    ticket: str
    service_code: str
    full_name: str
    birth_year: int | None
    verdict: Verdict
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Found(Personal):
    """A page, newest first. `after` is where the next one begins; None: there is no more.

    A page may be short and still have one after it: there is more to go through, and perhaps nothing to be found.
    """

    visits: tuple[FoundVisit, ...]
    after: Place | None


class VisitSearch:
    """Finds visits of one store; nothing here is a read of a person's record: opening what was found is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, wanted: Wanted, after: Place | None = None, *, page: int = PAGE) -> Found:
        """One page of what is wanted.

        Raises:
            KioskError: STORE_….
        """
        with self._store.transaction(reading=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(_NO_BITMAPS)
            places, end = _places(connection, wanted, after, page)
            return Found(_shown(connection, places), end)


def _places(connection: Connection, wanted: Wanted, after: Place | None, page: int) -> tuple[list[Place], Place | None]:
    typed = wanted.typed.strip()
    having = [decided(wanted.verdict.value)] if wanted.verdict is not None else []
    if names_of_number(typed):
        (key,) = person_keys(connection, typed)
        read = _Read(_Source.PERSON, {"person_key": key}, having)
    elif found := _TICKET.fullmatch(typed):
        read = _Read(_Source.TICKET, {"number": int(found[2])}, having, prefix=found[1].upper())
    else:
        terms = words_of(typed)[:_MOST_TERMS]
        if typed and not terms:
            return [], None
        least = _least(connection, terms + having)
        if least is None:
            return [], None
        read = least
    return _in_windows(connection, read, wanted, after, page)


@dataclass(frozen=True, slots=True, repr=False)
class _Read(Personal):
    """A source with what it is read by, and what else a visit must have: beginnings of words, a ticket's prefix."""

    source: _Source
    by: Mapping[str, Any]
    having: Sequence[str] = ()
    prefix: str = ""

    def statement(self, window: int, *, state: bool) -> TextClause:
        """The first of a page among the window's newest."""
        return _listing(self.source, window, len(self.having), prefixed=bool(self.prefix), state=state)

    def parameters(self, wanted: Wanted) -> dict[str, Any]:
        """All but where the window begins and how many are listed."""
        words = {f"word_{at}": f"% {word}%" for at, word in enumerate(self.having)}
        since = _midnight_ms(wanted.days[0]) if wanted.days else 0
        state = {"state": wanted.state} if wanted.state else {}
        prefix = {"prefix": self.prefix} if self.prefix else {}
        return {**self.by, **words, **state, **prefix, "since": since}


def _least(connection: Connection, terms: Sequence[str]) -> _Read | None:
    """The least to go through for names with these beginnings of words; None: one of them nobody has."""
    begun = [_begun(connection, term) for term in terms]
    if not all(one.lowest for one in begun):
        return None

    def by(at: int, source: _Source, **given: str) -> _Read:
        return _Read(source, given, [*terms[:at], *terms[at + 1 :]])

    lone = {at: one.reaches_back for at, one in enumerate(begun) if one.lowest == one.highest}
    few = {at: one.some for at, one in enumerate(begun) if at not in lone and one.some <= _RARE}
    rarest = min(lone, key=lone.__getitem__, default=None)
    if rarest is not None and (not few or not lone[rarest]):
        return by(rarest, _Source.WORD, word=begun[rarest].lowest)
    if few:
        at = min(few, key=few.__getitem__)
        return by(at, _Source.BEGINNING, first=terms[at], end=_end_of(terms[at]))
    return _Read(_Source.EVERY, {}, terms)


def _in_windows(
    connection: Connection, read: _Read, wanted: Wanted, after: Place | None, page: int
) -> tuple[list[Place], Place | None]:
    """A page, and after which place the next one begins."""
    parameters = read.parameters(wanted)
    before = _begins(wanted, after)
    found: list[Place] = []
    for window in _WINDOWS_OF_STATES if wanted.state else _WINDOWS:
        parameters |= {"before_ms": before.at_ms, "before_no": before.visit_no, "most": page + 1 - len(found)}
        listed = connection.execute(read.statement(window, state=bool(wanted.state)), parameters)
        found += [Place(at_ms, visit_no) for at_ms, visit_no in listed.all()]
        if len(found) > page:
            return found[:page], found[page - 1]
        last = connection.execute(_last_of(read.source, window), parameters).first()
        if last is None:
            return found, None
        before = Place(*last)
    return found, before


def _begins(wanted: Wanted, after: Place | None) -> Place:
    ends = Place(_midnight_ms(wanted.days[1], 1) if wanted.days else _NO_END_MS, 0)
    return ends if after is None else min(ends, after)


def _midnight_ms(day: date, later: int = 0) -> int:
    return milliseconds(datetime.combine(day + timedelta(days=later), time(), CLINIC_ZONE))


@cache
def _listing(source: _Source, window: int, words: int, *, prefixed: bool, state: bool) -> TextClause:
    """Places among the newest `window` of a source that have so many more beginnings of words, newest first."""
    having = [f"folded LIKE :word_{at}" for at in range(words)]
    having += [*(["prefix = :prefix"] if prefixed else ()), *([f"{_STATE} = :state"] if state else ())]
    gone = _selected(source, "folded", *(["prefix"] if prefixed else ()))
    where = f"WHERE {' AND '.join(having)}" if having else ""
    return text(f"SELECT at_ms, visit_no FROM ({gone} LIMIT {window}) AS gone {where} {_NEWEST} LIMIT :most")  # noqa: S608


@cache
def _last_of(source: _Source, window: int) -> TextClause:
    """Where a window ends; no row: the source ends before."""
    return text(f"{_selected(source)} LIMIT 1 OFFSET {window - 1}")


def _selected(source: _Source, *more: str) -> str:
    # One name may have several words that begin alike.
    select_ = "SELECT DISTINCT" if source is _Source.BEGINNING else "SELECT"
    return f"{select_} {', '.join(('at_ms', 'visit_no', *more))} {source} AND {_SPAN} {_NEWEST}"


@dataclass(frozen=True, slots=True, repr=False)
class _Begun(Personal):
    """Words of names that begin as a word of the question, from `lowest` to `highest`; empty: there are none.

    A lone one `reaches_back` to the moment of its `_FAR_BACK`th newest visit, 0: it has fewer. Of several, `some`
    visits have one; that counts no further than `_RARE` and one.
    """

    lowest: str
    highest: str
    reaches_back: int
    some: int


def _begun(connection: Connection, term: str) -> _Begun:
    lowest, highest, at_ms, some = connection.execute(_TERM, {"first": term, "end": _end_of(term)}).one()
    return _Begun(lowest or "", highest or "", at_ms or 0, some or 0)


def _end_of(term: str) -> str:
    return term[:-1] + chr(ord(term[-1]) + 1)


def _shown(connection: Connection, places: Sequence[Place]) -> tuple[FoundVisit, ...]:
    if not places:
        return ()
    found: dict[int, FoundVisit] = {}
    for first in range(0, len(places), PAGE):
        asked = [place.visit_no for place in places[first : first + PAGE]]
        asked += asked[:1] * (PAGE - len(asked))  # as many as the statement has places for
        rows = connection.execute(_SHOWN, {f"no_{at}": visit_no for at, visit_no in enumerate(asked)})
        found |= {visit_no: _visit(*row) for visit_no, *row in rows.all()}
    return tuple(found[place.visit_no] for place in places if place.visit_no in found)


def _visit(
    visit_id: str, business_day: date, ticket: str, service_code: str, full_name: str, birth_year: int | None,
    verdict: str, created_at: str, state: str | None,
) -> FoundVisit:  # fmt: skip
    at = in_clinic(datetime.fromisoformat(created_at))
    shown = (visit_id, business_day, ticket, service_code, full_name, birth_year, Verdict(verdict), state or "", at)
    return FoundVisit(*shown)
