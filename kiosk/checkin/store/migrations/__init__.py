"""Brings the tables of an older release to today's, one revision after the other, in the caller's transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_FOLDER = Path(__file__).parent


def revisions() -> tuple[str, ...]:
    """What this program knows, newest first."""
    script = ScriptDirectory.from_config(_config())
    return tuple(revision.revision for revision in script.walk_revisions())


def migrate(connection: Connection, revision: str, *, to: str) -> None:
    """Runs the revisions after `revision`; the database is told first that it is there.

    Nothing is committed here: what fails leaves the old tables.
    """
    config = _config()
    config.attributes["connection"] = connection
    command.stamp(config, revision)
    command.upgrade(config, to)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
