"""A connection to PostgreSQL that asks the server as seldom as it can, and tells a commit that was none.

The queue's counter is locked while a check-in is kept: each exchange with the server that is saved shortens the wait of
the other desks. pg8000 alone exchanges three messages for every statement, and scans its text anew.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import pg8000.core
import pg8000.dbapi

_PREPARED_AT_MOST = 200
"""Of one connection; the server keeps each until the connection ends."""
_OUTDATED = {"0A000", "26000"}
"""The plan is not of today's tables any more, or the server forgot the statement [PostgreSQL 15, appendix A]."""


class DurableConnection(pg8000.dbapi.Connection):  # type: ignore[misc]  # the package has no types
    """Keeps statements prepared, so that each later one takes one exchange; commits in one too."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        self._prepared: dict[str, tuple[bytes, Any, Any]] = {}

    def cursor(self) -> "_PreparingCursor":
        """A cursor of this connection."""
        return _PreparingCursor(self)

    def commit(self) -> None:
        """Commits.

        Raises:
            pg8000.dbapi.InternalError: a statement failed before: the server would roll back and call it done.
        """
        if self._transaction_status == pg8000.core.IN_FAILED_TRANSACTION:
            self.execute_simple("ROLLBACK")
            raise pg8000.dbapi.InternalError("commit of a failed transaction")
        self.execute_simple("COMMIT")

    def close(self) -> None:
        """Ends the connection; one that is gone already is no news to whoever gives it up."""
        with suppress(pg8000.dbapi.InterfaceError):
            super().close()

    def handle_messages(self, context: pg8000.core.Context) -> None:
        """Reads an answer.

        Raises:
            pg8000.dbapi.InterfaceError: the line broke; pg8000 lets some of these through as the system's own errors.
        """
        try:
            super().handle_messages(context)
        except OSError as error:
            raise pg8000.dbapi.InterfaceError("network error") from error

    def execute_prepared(self, statement: str, values: Sequence[object]) -> pg8000.core.Context:
        """Runs a statement whose parameters are `$1`, `$2` …, prepared at its first time."""
        kept = self._prepared.get(statement)
        if kept is None:
            if len(self._prepared) >= _PREPARED_AT_MOST:
                return self.execute_unnamed(statement, vals=values)
            kept = self._prepared[statement] = self.prepare_statement(statement, ())
        name, columns, read = kept
        try:
            return self.execute_named(name, pg8000.core.make_params(self.py_types, values), columns, read, statement)
        except pg8000.dbapi.DatabaseError as error:
            if isinstance(error.args[0], dict) and error.args[0].get("C") in _OUTDATED:
                del self._prepared[statement]
            raise


class _PreparingCursor(pg8000.dbapi.Cursor):  # type: ignore[misc]
    def execute(self, operation: str, args: Sequence[object] = (), stream: object = None) -> "_PreparingCursor":
        if not args or stream is not None or self._c is None:
            super().execute(operation, args, stream)
            return self
        self._context = self._c.execute_prepared(_numbered(operation, len(args)), args)
        self._row_iter = None if self._context.rows is None else iter(self._context.rows)
        self._input_oids = ()
        return self


@lru_cache(maxsize=1000)
def _numbered(operation: str, parameters: int) -> str:
    """The statement with `$1`, `$2` and so on for each `%s`."""
    written, _ = pg8000.dbapi.convert_paramstyle("format", operation, (None,) * parameters)
    return str(written)
