"""The tables of finding and of counting: each visit's name without marks, and what is left of days that are gone."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Table

from kiosk.checkin.store.metadata import metadata

# Beginnings of words are found as a range: that takes the order of bytes, which a server's own order is not.
_BY_BYTES = String().with_variant(String(collation="C"), "postgresql")

visit_name = Table(
    "visit_name",
    metadata,
    # Short, because every word of every name points here.
    Column("visit_no", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.visit_id"), nullable=False, unique=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("prefix", String(2), nullable=False),
    # Lower case without marks, a space before each word: ` nguyen van mau`.
    Column("folded", String, nullable=False),
    Index("visit_name_by_time", "at_ms", "visit_no"),
    Index("visit_name_by_ticket", "number", "prefix", "at_ms"),
)

visit_word = Table(
    "visit_word",
    metadata,
    Column("word", _BY_BYTES, primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("visit_no", ForeignKey("visit_name.visit_no"), primary_key=True, autoincrement=False),
    # The whole name again: the other words of a question are looked for without a step to another table.
    Column("folded", String, nullable=False),
    sqlite_with_rowid=False,
)

day_statistics = Table(
    "day_statistics",
    metadata,
    # How many there were of a day whose visits were removed: counts, and nobody in them.
    Column("business_day", Date, primary_key=True),
    Column("service_code", String(32), primary_key=True),
    Column("verdict", String(16), primary_key=True),
    Column("visits", Integer, nullable=False),
)
