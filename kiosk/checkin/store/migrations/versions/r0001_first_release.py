"""The tables of the first release, as it made them without knowing of revisions.

A database that has them is told that it is here (`migrate`); nothing runs this but the test of what it says.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes them."""
    op.create_table(
        "journal",
        sa.Column("schema_version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person_salt", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ticket_counter",
        sa.Column("business_day", sa.Date, primary_key=True),
        sa.Column("prefix", sa.String(2), primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "visit",
        sa.Column("visit_id", sa.String(32), primary_key=True),
        sa.Column("business_day", sa.Date, nullable=False),
        sa.Column("prefix", sa.String(2), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("ticket", sa.String(16), nullable=False),
        sa.Column("service_code", sa.String(32), nullable=False),
        sa.Column("service", sa.JSON, nullable=False),
        sa.Column("full_name", sa.String, nullable=False),
        sa.Column("birth_year", sa.Integer),
        sa.Column("trust", sa.String(16), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("benefit_percent", sa.Integer),
        sa.Column("route", sa.String, nullable=False),
        sa.Column("card_number", sa.String, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("facility", sa.String, nullable=False),
        sa.Column("area", sa.String, nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("answered_at", sa.String(40)),
        sa.UniqueConstraint("business_day", "prefix", "number", name="one_ticket_per_number"),
    )
    op.create_table(
        "visit_person",
        sa.Column("person_key", sa.String(64), primary_key=True),
        sa.Column("business_day", sa.Date, primary_key=True),
        sa.Column("service_code", sa.String(32), primary_key=True),
        sa.Column("visit_id", sa.String(32), sa.ForeignKey("visit.visit_id"), nullable=False),
    )
    op.create_table(
        "print_log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("visit_id", sa.String(32), sa.ForeignKey("visit.visit_id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
    )
    op.create_index("print_log_of_visit", "print_log", ["visit_id"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER print_log_no_{change.lower()} BEFORE {change} ON print_log "
                "BEGIN SELECT RAISE(ABORT, 'rows of print_log are only ever added'); END"
            )


def downgrade() -> None:
    """There is no way back: the visits would be lost.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError
