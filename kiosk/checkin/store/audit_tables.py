"""The audit's tables: a chain of rows, each with the digest of the one before, and the ends of its days."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table

from kiosk.checkin.store.metadata import append_only, metadata

audit = Table(
    "audit",
    metadata,
    # 1, 2, 3 … without gaps; a gap is a row that somebody took out.
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("happened", String(32), nullable=False),
    # An officer's id, or the desk's name where nobody is signed in.
    Column("actor", String(64), nullable=False),
    # What it was about: a visit's id, a person's digest, a settings key; never a number or a name.
    Column("subject", String(64), nullable=False),
    Column("reason", String, nullable=False),
    # Canonical JSON of what else there is to know.
    Column("detail", String, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    # An HMAC of `digest`, and which key made it; both empty where the desk had no data key.
    Column("seal", String(64), nullable=False),
    Column("key_id", String(16), nullable=False),
    Index("audit_of_subject", "subject", "seq"),
)

audit_chain = Table(
    "audit_chain",
    metadata,
    # One row: where the chain begins and ends. Its lock lets one desk at a time add to the chain.
    Column("id", Integer, primary_key=True, autoincrement=False),
    # The last row that was purged; 0 and zeros before the first purge.
    Column("start_seq", BigInteger, nullable=False),
    Column("start_digest", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    # The business day of the last row.
    Column("business_day", Date),
)

audit_anchor = Table(
    "audit_anchor",
    metadata,
    # The chain's end on a day, kept when the next day's first row comes, and in a file outside the database.
    Column("business_day", Date, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", String(40), nullable=False),
)

append_only(audit)
append_only(audit_anchor)
