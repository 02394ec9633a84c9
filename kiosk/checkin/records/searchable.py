"""What a visit is found by, kept in its check-in's transaction."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from kiosk.checkin.officer import plain
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.record import CheckIn
from kiosk.checkin.store.records_tables import visit_name, visit_word
from kiosk.checkin.store.tables import visit
from kiosk.lookup.question import fold_name

MOST_WORDS = 12
LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")
_NEW_NAME = visit_name.insert().returning(visit_name.c.visit_no)
_NEW_WORDS = visit_word.insert()


def words_of(name: str) -> list[str]:
    """A name's words in lower case without marks, in their order: `Nguyễn Văn Mẫu` -> `nguyen`, `van`, `mau`."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain(fold_name(name)))][:MOST_WORDS]


def decided(verdict: str) -> str:
    """The word by which visits of a verdict are found; no name has it, for a name's words have no such sign."""
    return f"={verdict}"


def folded_of(full_name: str, verdict: str) -> str:
    """All by which a visit is found, a space before each word: ` nguyen van mau =covered`."""
    return "".join(f" {word}" for word in (*words_of(full_name), decided(verdict)))


def words_in(folded: str) -> list[str]:
    """Each of its words once."""
    return sorted(set(folded.split()))


def keep_searchable(connection: Connection, check_in: CheckIn) -> None:
    """Lets a visit be found from now on, by its ticket, its verdict and every word of its name."""
    names = (check_in.visit_id, check_in.service.prefix, check_in.number)
    folded = folded_of(check_in.full_name, check_in.decision.verdict.value)
    _keep(connection, *names, folded, milliseconds(check_in.created_at))


def make_searchable(connection: Connection, most: int) -> int:
    """Lets visits be found that were kept before there was a search, the newest first; returns how many."""
    lacking = (
        select(visit.c.visit_id, visit.c.prefix, visit.c.number, visit.c.full_name, visit.c.verdict, visit.c.created_at)
        .outerjoin(visit_name, visit_name.c.visit_id == visit.c.visit_id)
        # Whoever was erased has no name, and is not to be found again.
        .where(visit_name.c.visit_no.is_(None), visit.c.full_name != "")
        .order_by(visit.c.business_day.desc())
        .limit(most)
    )
    rows = connection.execute(lacking).all()
    for visit_id, prefix, number, full_name, verdict, created_at in rows:
        at_ms = milliseconds(datetime.fromisoformat(created_at))
        _keep(connection, visit_id, prefix, number, folded_of(full_name, verdict), at_ms)
    return len(rows)


def _keep(connection: Connection, visit_id: str, prefix: str, number: int, folded: str, at_ms: int) -> None:
    row = {"visit_id": visit_id, "at_ms": at_ms, "number": number, "prefix": prefix, "folded": folded}
    visit_no = connection.execute(_NEW_NAME, row).scalar_one()
    rows = [{"word": word, "at_ms": at_ms, "visit_no": visit_no, "folded": folded} for word in words_in(folded)]
    connection.execute(_NEW_WORDS, rows)


def forget_searchable(connection: Connection, visit_ids: Sequence[str]) -> None:
    """Takes visits out of the search, every word of their names too."""
    ours = visit_name.c.visit_id.in_(visit_ids)
    kept = select(visit_name.c.visit_no, visit_name.c.at_ms, visit_name.c.folded).where(ours)
    keys = [
        (word, at_ms, visit_no)
        for visit_no, at_ms, folded in connection.execute(kept).all()
        for word in words_in(folded)
    ]
    if keys:
        key = tuple_(visit_word.c.word, visit_word.c.at_ms, visit_word.c.visit_no)
        connection.execute(delete(visit_word).where(key.in_(keys)))
    connection.execute(delete(visit_name).where(ours))
