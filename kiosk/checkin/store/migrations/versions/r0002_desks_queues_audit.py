"""All that came after the first release: proofs, the worklist, officers, queues, desks, the audit, records.

Releases in between made some of these tables without a revision: what is there already is left as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ONLY_GROW = (
    "audit",
    "audit_anchor",
    "duty_log",
    "number_gap",
    "first_decision",
    "merged_visit",
    "print_log",
    "proof",
    "queue_event",
    "visit_decision",
)
_UNLESS_PURGED = "WHEN NOT EXISTS (SELECT 1 FROM purge_pass)"
_SERVER_REFUSES = """
CREATE OR REPLACE FUNCTION rows_are_only_ever_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM purge_pass) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are only ever added', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Makes what is missing, guards the tables that only grow, and shuts the first release's program out."""
    _make_tables()
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_a_server()
    else:
        _guard_in_a_file()
    op.execute("UPDATE journal SET schema_version = 2")


def downgrade() -> None:
    """There is no way back: what these tables hold would be lost.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError


def _guard_on_a_server() -> None:
    op.execute(_SERVER_REFUSES)
    for table in _ONLY_GROW:
        op.execute(
            f"CREATE OR REPLACE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION rows_are_only_ever_added()"
        )


def _guard_in_a_file() -> None:
    for table in _ONLY_GROW:
        for change in ("UPDATE", "DELETE"):
            # The first release's guard let nothing be removed, not even what the law wants removed.
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{change.lower()}")
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"{_UNLESS_PURGED} BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            )


def _make_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("happened", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        if_not_exists=True,
    )
    op.create_index("audit_of_subject", "audit", ["subject", "seq"], if_not_exists=True)
    op.create_table(
        "audit_anchor",
        sa.Column("business_day", sa.Date, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("business_day"),
        if_not_exists=True,
    )
    op.create_table(
        "audit_chain",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("start_seq", sa.BigInteger, nullable=False),
        sa.Column("start_digest", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("business_day", sa.Date),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_table(
        "day_statistics",
        sa.Column("business_day", sa.Date, nullable=False),
        sa.Column("service_code", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("visits", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("business_day", "service_code", "verdict"),
        if_not_exists=True,
    )
    op.create_table(
        "duty_log",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("happened", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index("duty_log_of_subject", "duty_log", ["subject", "id"], if_not_exists=True)
    op.create_table(
        "number_gap",
        sa.Column("business_day", sa.Date, nullable=False),
        sa.Column("prefix", sa.String(2), nullable=False),
        sa.Column("first", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("noted_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("business_day", "prefix", "first"),
        if_not_exists=True,
    )
    op.create_table(
        "number_range",
        sa.Column("first", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("desk", sa.String(32), nullable=False),
        sa.Column("spool_id", sa.String(32), nullable=False),
        sa.Column("taken_at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("first"),
        if_not_exists=True,
    )
    op.create_table(
        "officer",
        sa.Column("officer_id", sa.String(32), nullable=False),
        sa.Column("short_code", sa.String(16), nullable=False),
        sa.Column("full_name", sa.String, nullable=False),
        sa.Column("number_digest", sa.String(64), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary, nullable=False),
        sa.Column("pin_n", sa.Integer, nullable=False),
        sa.Column("pin_r", sa.Integer, nullable=False),
        sa.Column("pin_p", sa.Integer, nullable=False),
        sa.Column("pin_salt", sa.LargeBinary, nullable=False),
        sa.Column("pin_key", sa.LargeBinary, nullable=False),
        sa.Column("added_at", sa.String(40), nullable=False),
        sa.Column("removed_at", sa.String(40)),
        sa.PrimaryKeyConstraint("officer_id"),
        sa.UniqueConstraint("number_digest"),
        sa.UniqueConstraint("short_code"),
        if_not_exists=True,
    )
    op.create_table(
        "purge_pass",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_table(
        "room_turn",
        sa.Column("business_day", sa.Date, nullable=False),
        sa.Column("room_code", sa.String(8), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("open", sa.Boolean),
        sa.Column("capacity", sa.Integer),
        sa.PrimaryKeyConstraint("business_day", "room_code"),
        if_not_exists=True,
    )
    op.create_table(
        "first_decision",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("decision", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.PrimaryKeyConstraint("visit_id"),
        if_not_exists=True,
    )
    op.create_table(
        "merged_visit",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("desk", sa.String(32), nullable=False),
        sa.Column("merged_at", sa.String(40), nullable=False),
        sa.Column("same_as", sa.String(32)),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.ForeignKeyConstraint(["same_as"], ["visit.visit_id"]),
        sa.PrimaryKeyConstraint("visit_id"),
        if_not_exists=True,
    )
    op.create_table(
        "proof",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("proof_id", sa.String(32), nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("trouble", sa.String(32), nullable=False),
        sa.Column("because", sa.String(16), nullable=False),
        sa.Column("checked_at", sa.String(40), nullable=False),
        sa.Column("checked_ms", sa.BigInteger, nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("receipts", sa.JSON, nullable=False),
        sa.Column("card_digest", sa.String(64), nullable=False),
        sa.Column("unchanged_since", sa.String(40)),
        sa.Column("last_valid_at", sa.String(40)),
        sa.Column("offline_since", sa.String(40)),
        sa.Column("sealed_question", sa.LargeBinary),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("proof_id"),
        if_not_exists=True,
    )
    op.create_index("proof_by_answer", "proof", ["answered", "checked_ms"], if_not_exists=True)
    op.create_index("proof_of_visit", "proof", ["visit_id"], if_not_exists=True)
    op.create_table(
        "queue_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("visit_id", sa.String(32)),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("happened", sa.String(16), nullable=False),
        sa.Column("room_code", sa.String(8), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index("queue_event_of_visit", "queue_event", ["visit_id", "id"], if_not_exists=True)
    op.create_table(
        "queue_place",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("business_day", sa.Date, nullable=False),
        sa.Column("service_code", sa.String(32), nullable=False),
        sa.Column("room_code", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("lane", sa.Integer, nullable=False),
        sa.Column("priority", sa.String(24), nullable=False),
        sa.Column("priority_basis", sa.String(16), nullable=False),
        sa.Column("priority_by", sa.String(64), nullable=False),
        sa.Column("priority_why", sa.String, nullable=False),
        sa.Column("arrived_ms", sa.BigInteger, nullable=False),
        sa.Column("place_ms", sa.BigInteger, nullable=False),
        sa.Column("behind_ms", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("called_ms", sa.BigInteger),
        sa.Column("entered_ms", sa.BigInteger),
        sa.Column("ended_ms", sa.BigInteger),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("skips", sa.Integer, nullable=False),
        sa.Column("turn_before", sa.Integer),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.PrimaryKeyConstraint("visit_id"),
        if_not_exists=True,
    )
    op.create_index("queue_place_by_end", "queue_place", ["business_day", "ended_ms"], if_not_exists=True)
    op.create_index(
        "queue_place_of_room",
        "queue_place",
        ["business_day", "room_code", "state", "lane", "place_ms", "behind_ms", "number", "service_code"],
        if_not_exists=True,
    )
    op.create_table(
        "recheck",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("added_ms", sa.BigInteger, nullable=False),
        sa.Column("due_ms", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("tried_ms", sa.BigInteger),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("leased_by", sa.String(32)),
        sa.Column("leased_until_ms", sa.BigInteger, nullable=False),
        sa.Column("finished_ms", sa.BigInteger),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.PrimaryKeyConstraint("visit_id"),
        if_not_exists=True,
    )
    op.create_index("recheck_due", "recheck", ["state", "due_ms"], if_not_exists=True)
    op.create_table(
        "visit_name",
        sa.Column("visit_no", sa.Integer, nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("prefix", sa.String(2), nullable=False),
        sa.Column("folded", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.PrimaryKeyConstraint("visit_no"),
        sa.UniqueConstraint("visit_id"),
        if_not_exists=True,
    )
    op.create_index("visit_name_by_ticket", "visit_name", ["number", "at_ms", "visit_no", "prefix"], if_not_exists=True)
    op.create_index("visit_name_by_time", "visit_name", ["at_ms", "visit_no"], if_not_exists=True)
    op.create_table(
        "visit_notice",
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.PrimaryKeyConstraint("visit_id"),
        if_not_exists=True,
    )
    op.create_table(
        "visit_decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("visit_id", sa.String(32), nullable=False),
        sa.Column("proof_id", sa.String(32)),
        sa.Column("because", sa.String(16), nullable=False),
        sa.Column("decided_at", sa.String(40), nullable=False),
        sa.Column("decided_ms", sa.BigInteger, nullable=False),
        sa.Column("decision", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"]),
        sa.ForeignKeyConstraint(["proof_id"], ["proof.proof_id"]),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index("decision_by_time", "visit_decision", ["decided_ms"], if_not_exists=True)
    op.create_index("decision_of_visit", "visit_decision", ["visit_id"], if_not_exists=True)
    op.create_table(
        "visit_word",
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("at_ms", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("visit_no", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("folded", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["visit_no"], ["visit_name.visit_no"]),
        sa.PrimaryKeyConstraint("word", "at_ms", "visit_no", postgresql_include=["folded"]),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("visit_person_of_visit", "visit_person", ["visit_id"], if_not_exists=True)
