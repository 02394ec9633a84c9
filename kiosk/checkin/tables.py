"""The journal's tables, for SQLite now and a server later: only types that both have."""

from sqlalchemy import (
    DDL,
    JSON,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)

SCHEMA_VERSION = 1

metadata = MetaData()

journal = Table(
    "journal",
    metadata,
    Column("schema_version", Integer, primary_key=True, autoincrement=False),
    # Keys the digests of `person_key`: the same number has other digests in another clinic's journal.
    Column("person_salt", LargeBinary, nullable=False),
)

ticket_counter = Table(
    "ticket_counter",
    metadata,
    Column("business_day", Date, primary_key=True),
    Column("prefix", String(2), primary_key=True),
    Column("last", Integer, nullable=False),
)

visit = Table(
    "visit",
    metadata,
    Column("visit_id", String(32), primary_key=True),
    Column("business_day", Date, nullable=False),
    Column("prefix", String(2), nullable=False),
    Column("number", Integer, nullable=False),
    Column("ticket", String(16), nullable=False),
    Column("service_code", String(32), nullable=False),
    Column("service", JSON, nullable=False),
    Column("full_name", String, nullable=False),
    Column("birth_year", Integer),
    Column("trust", String(16), nullable=False),
    Column("priority", String(16), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("benefit_percent", Integer),
    Column("route", String, nullable=False),
    Column("card_number", String, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("facility", String, nullable=False),
    Column("area", String, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("answered_at", String(40)),
    UniqueConstraint("business_day", "prefix", "number", name="one_ticket_per_number"),
)

visit_person = Table(
    "visit_person",
    metadata,
    # One ticket per person, day and service: a person is known by each of the numbers that were told.
    Column("person_key", String(64), primary_key=True),
    Column("business_day", Date, primary_key=True),
    Column("service_code", String(32), primary_key=True),
    Column("visit_id", ForeignKey("visit.visit_id"), nullable=False),
)

print_log = Table(
    "print_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.visit_id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("outcome", String(64), nullable=False),
    Index("print_log_of_visit", "visit_id"),
)

for _change in ("UPDATE", "DELETE"):
    _refuse = f"CREATE TRIGGER print_log_no_{_change.lower()} BEFORE {_change} ON print_log "
    _refuse += "BEGIN SELECT RAISE(ABORT, 'rows of print_log are only ever added'); END"
    event.listen(print_log, "after_create", DDL(_refuse).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
