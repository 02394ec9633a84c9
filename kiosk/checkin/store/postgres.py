"""PostgreSQL: the rows of a hospital with many desks, on a server of its own."""

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL

_POOL_TIMEOUT_S = 30


def engine_of(url: URL) -> Engine:
    """An engine for this server; nothing is contacted yet."""
    return create_engine(url, hide_parameters=True, pool_timeout=_POOL_TIMEOUT_S)
