"""The secrets of this installation: in the operating system's keystore, or in a file that only its owner can read.

A secret never stands in the settings, on a command line or in a log. Which of the two keeps them is settled by the
settings alone and never by what happens to run: a keystore that is away is told, not replaced by the other one, which
would hold other secrets.
"""

import base64
import json
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.failure import FailureCode, KioskError

SERVICE = "checkin-kiosk"
"""The name under which the system's keystore lists this program's secrets."""
DATA_KEY_BYTES = 32

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST_FILE = 1 << 16


class SecretName(StrEnum):
    """What is kept; the value is the name in the keystore and on the command line."""

    GATEWAY_USERNAME = "gateway-username"
    GATEWAY_PASSWORD = "gateway-password"  # noqa: S105 - a name
    OFFICER_NAME = "officer-name"
    OFFICER_ID = "officer-id"
    STORE_PASSWORD = "store-password"  # noqa: S105 - a name
    DATA_KEY = "data-key"


class Keystore(Protocol):
    """Where secrets are kept."""

    @property
    def place(self) -> str:
        """Where that is, for the staff: a backend's or a file's name."""
        ...

    def read(self, name: SecretName) -> str | None:
        """The secret; None: there is none.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED.
        """
        ...

    def write(self, name: SecretName, value: str) -> None:
        """Keeps the secret instead of an earlier one.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED; the earlier one is still there.
        """
        ...

    def forget(self, name: SecretName) -> None:
        """Removes it, where there is one.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED.
        """
        ...


def open_keystore(kind: str, file: Path) -> Keystore:
    """The keystore that the settings name: `system`, `file`, or `auto`.

    `auto` is the system's on Windows and macOS, which have one for every account, and the file elsewhere: a kiosk's
    service on Linux runs without the desktop session that a keystore needs.
    """
    uses_system = kind == "system" or (kind == "auto" and sys.platform in {"win32", "darwin"})
    return SystemKeystore() if uses_system else FileKeystore(file)


def data_key(keystore: Keystore, *, create: bool = False) -> bytes | None:
    """The key of what is encrypted at rest, 32 bytes; None: there is none, and `create` did not ask for one.

    Raises:
        KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED; KEYSTORE_UNAVAILABLE also for a key that is none. A key is
            never made anew over one that cannot be read: what it opens would be lost.
    """
    written = keystore.read(SecretName.DATA_KEY)
    if written is None:
        if not create:
            return None
        key = secrets.token_bytes(DATA_KEY_BYTES)
        keep_data_key(keystore, key)
        return key
    if not is_data_key(written):
        raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, f"{SecretName.DATA_KEY.value} is no key")
    return base64.b64decode(written)


def keep_data_key(keystore: Keystore, key: bytes) -> None:
    """Keeps a data key of 32 bytes instead of an earlier one.

    Raises:
        KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED.
    """
    keystore.write(SecretName.DATA_KEY, base64.b64encode(key).decode())


def is_data_key(written: str) -> bool:
    """Whether this is a data key as it is kept: 32 bytes in base64."""
    try:
        return len(base64.b64decode(written, validate=True)) == DATA_KEY_BYTES
    except ValueError:
        return False


class SystemKeystore:
    """The operating system's own: Windows' Credential Manager, macOS' Keychain, a Secret Service on Linux."""

    @property
    def place(self) -> str:
        """The backend's name."""
        import keyring  # half a second on some systems, and only for those who keep secrets there

        backend = type(keyring.get_keyring())
        return f"{backend.__module__}.{backend.__qualname__}"

    def read(self, name: SecretName) -> str | None:
        """The secret; None: there is none.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE.
        """
        import keyring

        with _named_keyring_errors():
            return keyring.get_password(SERVICE, name.value)

    def write(self, name: SecretName, value: str) -> None:
        """Keeps the secret.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE.
        """
        import keyring

        with _named_keyring_errors():
            keyring.set_password(SERVICE, name.value, value)

    def forget(self, name: SecretName) -> None:
        """Removes it, where there is one.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE.
        """
        import keyring
        from keyring.errors import PasswordDeleteError

        with _named_keyring_errors(), suppress(PasswordDeleteError):
            keyring.delete_password(SERVICE, name.value)


class FileKeystore:
    """A JSON file of mode 0600 in a folder of mode 0700. Windows has no such modes: there the system's is used."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def place(self) -> str:
        """The file."""
        return str(self._file)

    def read(self, name: SecretName) -> str | None:
        """The secret; None: there is none.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE: not readable or no such file's content; KEYSTORE_EXPOSED: others may
                read it, so it is not used until that is mended and the secrets are changed.
        """
        return self._all().get(name.value)

    def write(self, name: SecretName, value: str) -> None:
        """Keeps the secret; the file is replaced as a whole or not at all.

        Raises:
            KioskError: as `read`.
        """
        self._replace({**self._all(), name.value: value})

    def forget(self, name: SecretName) -> None:
        """Removes it, where there is one.

        Raises:
            KioskError: as `read`.
        """
        kept = self._all()
        if kept.pop(name.value, None) is not None:
            self._replace(kept)

    def _all(self) -> dict[str, str]:
        try:
            with self._file.open("rb") as file:
                if sys.platform != "win32" and os.fstat(file.fileno()).st_mode & _OTHERS:
                    raise KioskError(FailureCode.KEYSTORE_EXPOSED, self._file.name)
                written = file.read(_LARGEST_FILE + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _unavailable(error) from None
        try:
            kept = json.loads(written) if len(written) <= _LARGEST_FILE else None
        except ValueError:
            kept = None
        if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
            raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, f"{self._file.name}: not a file of secrets")
        return kept

    def _replace(self, kept: dict[str, str]) -> None:
        fresh = self._file.with_name(f"{self._file.name}.{secrets.token_hex(4)}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(fresh, "x", encoding="utf-8", opener=_private) as file:
                json.dump(kept, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._file)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise _unavailable(error) from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _unavailable(error: OSError) -> KioskError:
    return KioskError(FailureCode.KEYSTORE_UNAVAILABLE, error.strerror or type(error).__name__)


@contextmanager
def _named_keyring_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - backends raise their libraries' own errors, and those may quote
        raise KioskError(FailureCode.KEYSTORE_UNAVAILABLE, type(error).__name__) from None
