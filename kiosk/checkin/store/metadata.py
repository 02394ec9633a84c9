"""What all tables share: one collection of them, and the guard of those whose rows are only ever added."""

from sqlalchemy import DDL, MetaData, Table, event

metadata = MetaData()


def append_only(table: Table) -> None:
    """Lets the database itself refuse to change or remove a row of `table`.

    It guards against our own mistakes; against somebody with the database's password stands the audit's chain.
    """
    for change in ("UPDATE", "DELETE"):
        refuse = f"CREATE TRIGGER {table.name}_no_{change.lower()} BEFORE {change} ON {table.name} "
        refuse += f"BEGIN SELECT RAISE(ABORT, 'rows of {table.name} are only ever added'); END"
        event.listen(table, "after_create", DDL(refuse).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
