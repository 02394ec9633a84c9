"""The tables of finding and of counting: each visit's name without marks, and what is left of days that are gone."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table

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
    # The name in lower case without marks, and the verdict, a space before each word: ` nguyen van mau =covered`.
    Column("folded", String, nullable=False),
    Index("visit_name_by_time", "at_ms", "visit_no"),
    Index("visit_name_by_ticket", "number", "at_ms", "visit_no", "prefix"),
)

visit_word = Table(
    "visit_word",
    metadata,
    Column("word", _BY_BYTES),
    Column("at_ms", BigInteger, autoincrement=False),
    Column("visit_no", ForeignKey("visit_name.visit_no"), autoincrement=False),
    # The whole of it again: the other words of a question are looked for without a step to another table. The key has
    # it too, for a server's rows lie as they came: the visits of one word are on as many pages.
    Column("folded", String, nullable=False),
    PrimaryKeyConstraint("word", "at_ms", "visit_no", postgresql_include=["folded"]),
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
