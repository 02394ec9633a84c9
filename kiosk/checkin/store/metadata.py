"""What all tables share: one collection of them, and the guard of those whose rows are only ever added."""

from sqlalchemy import DDL, Column, Integer, MetaData, Table, event

metadata = MetaData()

purge_pass = Table(
    "purge_pass",
    metadata,
    # A row here lets its own transaction, which takes it out again, change and remove rows that are only ever added:
    # what the law wants removed. No other transaction ever sees one.
    Column("id", Integer, primary_key=True, autoincrement=False),
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


def append_only(table: Table) -> None:
    """Lets the database itself refuse to change or remove a row of `table`.

    It guards against our own mistakes; against somebody with the database's password stands the audit's chain.
    """
    for database in ("sqlite", "postgresql"):
        for statement in refusals(table.name, database):
            written = DDL(statement).execute_if(dialect=database)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", written)


def refusals(table: str, database: str) -> tuple[str, ...]:
    """The statements that guard a table, for `sqlite` or `postgresql`; none holds a percent sign, which DDL expands."""
    if database == "postgresql":
        guard = f"CREATE OR REPLACE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        return _SERVER_REFUSES, guard + "FOR EACH STATEMENT EXECUTE FUNCTION rows_are_only_ever_added()"
    return tuple(
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{change.lower()} BEFORE {change} ON {table} "
        f"{_UNLESS_PURGED} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        for change in ("UPDATE", "DELETE")
    )
