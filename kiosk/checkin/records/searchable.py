"""What a visit is found by, kept in its check-in's transaction."""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, tuple_

from kiosk.checkin.officer import plain
from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.record import CheckIn
from kiosk.checkin.store.records_tables import visit_name, visit_word
from kiosk.lookup.question import fold_name

MOST_WORDS = 12
LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")


def words_of(name: str) -> list[str]:
    """A name's words in lower case without marks, in their order: `Nguyễn Văn Mẫu` -> `nguyen`, `van`, `mau`."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain(fold_name(name)))][:MOST_WORDS]


def keep_searchable(connection: Connection, check_in: CheckIn) -> None:
    """Lets a visit be found from now on, by its ticket and by every word of its name."""
    words = words_of(check_in.full_name)
    at_ms = milliseconds(check_in.created_at)
    folded = "".join(f" {word}" for word in words)
    row = {
        "visit_id": check_in.visit_id,
        "at_ms": at_ms,
        "number": check_in.number,
        "prefix": check_in.service.prefix,
        "folded": folded,
    }
    visit_no = connection.execute(visit_name.insert().returning(visit_name.c.visit_no), row).scalar_one()
    if words:
        rows = [{"word": word, "at_ms": at_ms, "visit_no": visit_no, "folded": folded} for word in sorted(set(words))]
        connection.execute(visit_word.insert(), rows)


def forget_searchable(connection: Connection, visit_ids: Sequence[str]) -> None:
    """Takes visits out of the search, every word of their names too."""
    ours = visit_name.c.visit_id.in_(visit_ids)
    kept = select(visit_name.c.visit_no, visit_name.c.at_ms, visit_name.c.folded).where(ours)
    keys = [
        (word, at_ms, visit_no)
        for visit_no, at_ms, folded in connection.execute(kept).all()
        for word in sorted(set(folded.split()))
    ]
    if keys:
        key = tuple_(visit_word.c.word, visit_word.c.at_ms, visit_word.c.visit_no)
        connection.execute(delete(visit_word).where(key.in_(keys)))
    connection.execute(delete(visit_name).where(ours))
