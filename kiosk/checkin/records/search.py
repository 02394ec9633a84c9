"""Finding visits at the desk: by number, by ticket, by a name's words in any order, newest first.

Names are asked for without marks and by the beginnings of words. A word that few names have is gone through whole.
Where every word of a question is common the newest are gone through, as many as a desk has time for, and the page then
says where to go on: that way no question takes long, however many visits there are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, select, text, tuple_

from kiosk.checkin.business_day import CLINIC_ZONE, in_clinic
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.records.person_key import names_of_number, person_keys
from kiosk.checkin.records.searchable import words_of
from kiosk.checkin.store.queue_tables import queue_place
from kiosk.checkin.store.records_tables import visit_name, visit_word
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import visit, visit_person
from kiosk.eligibility.decision import Verdict
from kiosk.privacy import Personal

PAGE = 20
_TICKET = re.compile(r"([A-Za-z]{0,2}) ?0*([0-9]{1,6})")
_MOST_TERMS = 6
_RARE = 1_500
"""A question's word that no more visits have is answered whole."""
_WINDOWS = (1_000, 20_000)
"""Where all words are common: so many of the newest first, and so many at most for one page."""

# Written out: a question asks these for each of its words, and putting them together takes longer than answering them.
_RANGE = "FROM visit_word WHERE word >= :first AND word < :end"
_TERM = text(
    f"SELECT (SELECT min(word) {_RANGE}), (SELECT max(word) {_RANGE}),"  # noqa: S608 - constants
    f" (SELECT count(*) FROM (SELECT 1 {_RANGE} LIMIT {_RARE + 1}) AS counted)"
)
_REACHES_BACK = text("SELECT at_ms FROM visit_word WHERE word = :word ORDER BY at_ms DESC LIMIT 1 OFFSET :back")

_SHOWN = [
    visit.c[name]
    for name in (
        "visit_id", "business_day", "ticket", "service_code", "full_name", "birth_year", "verdict", "created_at",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
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
            places, end = _places(connection, wanted, after, page)
            return Found(_shown(connection, places), end)


def _places(connection: Connection, wanted: Wanted, after: Place | None, page: int) -> tuple[list[Place], Place | None]:
    typed = wanted.typed.strip()
    if names_of_number(typed):
        ours = select(visit_person.c.visit_id).where(visit_person.c.person_key.in_(person_keys(connection, typed)))
        return _newest(connection, wanted, after, page, visit_name.c.visit_id.in_(ours))
    if found := _TICKET.fullmatch(typed):
        prefix, number = found[1].upper(), int(found[2])
        is_ticket = visit_name.c.number == number
        return _newest(
            connection, wanted, after, page, is_ticket & (visit_name.c.prefix == prefix) if prefix else is_ticket
        )
    terms = words_of(typed)[:_MOST_TERMS]
    if not terms:
        return ([], None) if typed else _newest(connection, wanted, after, page)
    return _named(connection, wanted, after, page, terms)


def _newest(
    connection: Connection, wanted: Wanted, after: Place | None, page: int, *which: ColumnElement[bool]
) -> tuple[list[Place], Place | None]:
    listed = _ordered(visit_name, wanted, after).where(*which).limit(page + 1)
    return _cut(_read(connection, listed), page)


def _named(
    connection: Connection, wanted: Wanted, after: Place | None, page: int, terms: Sequence[str]
) -> tuple[list[Place], Place | None]:
    begun = [_begun(connection, term) for term in terms]
    if not all(one.some for one in begun):
        return [], None
    rarest = min(range(len(terms)), key=lambda at: begun[at].some)
    if begun[rarest].some <= _RARE:
        others = _having(visit_word, terms, but=rarest)
        whole = _ordered(visit_word, wanted, after).where(begun[rarest].words, *others)
        # One name may have several words that begin so.
        return _cut(_read(connection, whole.distinct().limit(page + 1)), page)
    lone = [at for at, one in enumerate(begun) if one.lone]
    if not lone:
        return _in_windows(connection, wanted, after, page, visit_name, _having(visit_name, terms))
    leading = lone[0] if len(lone) == 1 else min(lone, key=lambda at: _reaches_back(connection, begun[at].lone))
    having, of_word = _having(visit_word, terms, but=leading), visit_word.c.word == begun[leading].lone
    return _in_windows(connection, wanted, after, page, visit_word, having, of_word)


def _in_windows(
    connection: Connection, wanted: Wanted, after: Place | None, page: int, table: Any, having: Sequence[Any],  # noqa: ANN401 - a Table's columns have no types
    *which: ColumnElement[bool],
) -> tuple[list[Place], Place | None]:  # fmt: skip
    floor: Place | None = None
    for window in _WINDOWS:
        gone_through = _ordered(table, wanted, after, filtered=False).where(*which)
        floor = next(iter(_read(connection, gone_through.offset(window).limit(1))), None)
        listed = _ordered(table, wanted, after).where(*which, *having).limit(page + 1)
        if floor is not None:
            listed = listed.where(tuple_(table.c.at_ms, table.c.visit_no) >= tuple_(floor.at_ms, floor.visit_no))
        found = _read(connection, listed)
        if len(found) > page or floor is None:
            return _cut(found, page)
    return found, floor


def _cut(found: list[Place], page: int) -> tuple[list[Place], Place | None]:
    return (found, None) if len(found) <= page else (found[:page], found[page - 1])


def _ordered(table: Any, wanted: Wanted, after: Place | None, *, filtered: bool = True) -> Select[Any]:  # noqa: ANN401
    """Places newest first, within the days that are wanted; `filtered`: also by verdict and state."""
    listed = select(table.c.at_ms, table.c.visit_no).order_by(table.c.at_ms.desc(), table.c.visit_no.desc())
    if after is not None:
        listed = listed.where(tuple_(table.c.at_ms, table.c.visit_no) < tuple_(after.at_ms, after.visit_no))
    if wanted.days is not None:
        first, last = wanted.days
        listed = listed.where(table.c.at_ms >= _midnight_ms(first), table.c.at_ms < _midnight_ms(last, 1))
    if not filtered:
        return listed
    own = visit_name.alias("own")
    same = own.c.visit_no == table.c.visit_no
    if wanted.verdict is not None:
        decided = exists().where(same, visit.c.visit_id == own.c.visit_id, visit.c.verdict == wanted.verdict.value)
        listed = listed.where(decided)
    if wanted.state:
        stands = exists().where(same, queue_place.c.visit_id == own.c.visit_id, queue_place.c.state == wanted.state)
        listed = listed.where(stands)
    return listed


def _midnight_ms(day: date, later: int = 0) -> int:
    return milliseconds(datetime.combine(day + timedelta(days=later), time(), CLINIC_ZONE))


def _having(table: Any, terms: Sequence[str], *, but: int = -1) -> list[ColumnElement[bool]]:  # noqa: ANN401
    """The other words of the question, as beginnings of words of the name; words hold letters and digits alone."""
    return [table.c.folded.like(f"% {term}%") for at, term in enumerate(terms) if at != but]


@dataclass(frozen=True, slots=True)
class _Begun:
    """Words of names that begin as a word of the question: the only one, if it is one, and how many visits have some.

    `some` counts no further than `_RARE` and one.
    """

    words: ColumnElement[bool]
    lone: str
    some: int


def _begun(connection: Connection, term: str) -> _Begun:
    end = term[:-1] + chr(ord(term[-1]) + 1)
    first, last, some = connection.execute(_TERM, {"first": term, "end": end}).one()
    return _Begun((visit_word.c.word >= term) & (visit_word.c.word < end), first if first == last else "", some)


def _reaches_back(connection: Connection, word: str) -> int:
    """When the first of this word's newest visits was: the earlier, the rarer it is today."""
    return int(connection.execute(_REACHES_BACK, {"word": word, "back": _WINDOWS[0]}).scalar() or 0)


def _read(connection: Connection, listed: Select[Any]) -> list[Place]:
    return [Place(at_ms, visit_no) for at_ms, visit_no in connection.execute(listed).all()]


def _shown(connection: Connection, places: Sequence[Place]) -> tuple[FoundVisit, ...]:
    wanted = (
        select(*_SHOWN, queue_place.c.state, visit_name.c.visit_no)
        .join(visit_name, visit_name.c.visit_id == visit.c.visit_id)
        .outerjoin(queue_place, queue_place.c.visit_id == visit.c.visit_id)
        .where(visit_name.c.visit_no.in_([place.visit_no for place in places]))
    )
    rows = {row["visit_no"]: row for row in connection.execute(wanted).mappings()}
    return tuple(_visit(rows[place.visit_no]) for place in places if place.visit_no in rows)


def _visit(row: Any) -> FoundVisit:  # noqa: ANN401 - a row
    return FoundVisit(
        visit_id=row["visit_id"],
        business_day=row["business_day"],
        ticket=row["ticket"],
        service_code=row["service_code"],
        full_name=row["full_name"],
        birth_year=row["birth_year"],
        verdict=Verdict(row["verdict"]),
        state=row["state"] or "",
        created_at=in_clinic(datetime.fromisoformat(row["created_at"])),
    )
