"""Encryption of the database's file: SQLCipher with a raw key of this installation.

Every page is encrypted with AES-256-CBC and carries an HMAC-SHA512 of its own, so a changed page is noticed when it is
read [SQLCipher 4 design]. The key is already random, so the slow derivation for passwords is left out: opening costs
nothing. A page has SQLCipher's 4,096 bytes, also the file system's; keys in memory are not locked against swapping
(`cipher_memory_security` stays off): it wipes every allocation, costs a third of the speed and guards against nobody
who can read this process.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
PAGE_BYTES = 4096
_PURPOSE = b"checkin-kiosk store v1"
_PLAIN_HEADER = b"SQLite format 3\0"
_NO_LIMIT_MS = 30_000


def store_key(data_key: bytes) -> bytes:
    """The database's own key, 32 bytes, derived from the data key: no other use of that has it [RFC 5869]."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=_PURPOSE).derive(data_key)


def driver(key: bytes | None) -> Any:  # noqa: ANN401 - a DB-API module
    """The library that opens files of this kind: SQLCipher's with a key, Python's own without."""
    if key is None:
        return sqlite3
    import sqlcipher3.dbapi2  # its five megabytes only for those who use it

    return sqlcipher3.dbapi2


def connect(file: Path, key: bytes | None, *, timeout_ms: int = _NO_LIMIT_MS, read_only: bool = False) -> Any:  # noqa: ANN401
    """A connection of the driver, its transactions left to the caller; a wrong key shows at the first statement.

    Raises:
        Error of `driver(key)`: the file cannot be opened.
    """
    connection = driver(key).connect(
        f"{file.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
        uri=True,
        timeout=timeout_ms / 1000,
        isolation_level=None,  # a BEGIN is ours
        check_same_thread=False,
    )
    if key is not None:
        with closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA cipher_log_level=NONE")  # what fails is raised; stderr is for our log
            cursor.execute(f'PRAGMA key="{key_literal(key)}"')
    return connection


def key_literal(key: bytes) -> str:
    """A raw key as SQLCipher takes it."""
    return f"x'{key.hex()}'"


def is_plain(file: Path) -> bool:
    """Whether this is a database that anybody can read."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER
    except FileNotFoundError:
        return False


def export_encrypted(plain: Path, fresh: Path, key: bytes) -> None:
    """Writes the whole of a plain database into a new encrypted one; the plain one is not changed.

    Raises:
        Error of `driver(key)`: one of them cannot be read or written, or they are not alike.
    """
    with closing(driver(key).connect(str(plain), isolation_level=None)) as connection:
        connection.execute(f'ATTACH DATABASE ? AS encrypted KEY "{key_literal(key)}"', (str(fresh),))
        connection.execute("SELECT sqlcipher_export('encrypted')").fetchall()
        (version,) = connection.execute("PRAGMA main.user_version").fetchone()
        connection.execute(f"PRAGMA encrypted.user_version={int(version)}")
        connection.execute("DETACH DATABASE encrypted")
