"""The journal's tables, for SQLite and PostgreSQL: only types that both have."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from kiosk.checkin.store.metadata import append_only, metadata

SCHEMA_VERSION = 2
"""What the first release looks at, which knows 1: it refuses a database that has been migrated."""

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
    Index("visit_person_of_visit", "visit_id"),
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


proof = Table(
    "proof",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("proof_id", String(32), nullable=False, unique=True),
    Column("visit_id", ForeignKey("visit.visit_id"), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("code", String(8), nullable=False),
    Column("trouble", String(32), nullable=False),
    Column("because", String(16), nullable=False),
    Column("checked_at", String(40), nullable=False),
    # Moments that statements compare are milliseconds since 1970: texts of different zones do not sort.
    Column("checked_ms", BigInteger, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("receipts", JSON, nullable=False),
    Column("card_digest", String(64), nullable=False),
    Column("unchanged_since", String(40)),
    Column("last_valid_at", String(40)),
    Column("offline_since", String(40)),
    # What was asked and the digests' salts, encrypted: with the salts in clear a number could be found by trying.
    Column("sealed_question", LargeBinary),
    Index("proof_of_visit", "visit_id"),
    Index("proof_by_answer", "answered", "checked_ms"),
)

first_decision = Table(
    "first_decision",
    metadata,
    # Everything that was decided at check-in; the visit's own row has the part that the first release kept.
    Column("visit_id", ForeignKey("visit.visit_id"), primary_key=True),
    Column("decision", JSON, nullable=False),
)

visit_decision = Table(
    "visit_decision",
    metadata,
    # What was decided later about a visit; the first decision stays in the visit's own row.
    Column("id", Integer, primary_key=True),
    Column("visit_id", ForeignKey("visit.visit_id"), nullable=False),
    Column("proof_id", ForeignKey("proof.proof_id")),
    Column("because", String(16), nullable=False),
    Column("decided_at", String(40), nullable=False),
    Column("decided_ms", BigInteger, nullable=False),
    Column("decision", JSON, nullable=False),
    Index("decision_of_visit", "visit_id"),
    Index("decision_by_time", "decided_ms"),
)

recheck = Table(
    "recheck",
    metadata,
    Column("visit_id", ForeignKey("visit.visit_id"), primary_key=True),
    Column("state", String(16), nullable=False),
    # Who has to be asked about, encrypted; gone as soon as nobody has to ask any more.
    Column("sealed", LargeBinary),
    Column("added_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tried_ms", BigInteger),
    Column("why", String(32), nullable=False),
    Column("leased_by", String(32)),
    Column("leased_until_ms", BigInteger, nullable=False),
    Column("finished_ms", BigInteger),
    Index("recheck_due", "state", "due_ms"),
)

officer = Table(
    "officer",
    metadata,
    # Nobody is deleted: whoever looked somebody up stays nameable. `removed_at` is set for those who may not sign in.
    Column("officer_id", String(32), primary_key=True),
    Column("short_code", String(16), nullable=False, unique=True),
    Column("full_name", String, nullable=False),
    # Keyed with the data key: equal digests are equal numbers, and nobody without that key can try numbers.
    Column("number_digest", String(64), nullable=False, unique=True),
    Column("sealed_number", LargeBinary, nullable=False),
    Column("pin_n", Integer, nullable=False),
    Column("pin_r", Integer, nullable=False),
    Column("pin_p", Integer, nullable=False),
    Column("pin_salt", LargeBinary, nullable=False),
    Column("pin_key", LargeBinary, nullable=False),
    Column("added_at", String(40), nullable=False),
    Column("removed_at", String(40)),
)

duty_log = Table(
    "duty_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    # An officer's id; of a name that nobody has, a keyed digest: tries on it count like any others.
    Column("subject", String(64), nullable=False),
    Column("happened", String(24), nullable=False),
    Index("duty_log_of_subject", "subject", "id"),
)

for _table in (print_log, proof, first_decision, visit_decision, duty_log):
    append_only(_table)
