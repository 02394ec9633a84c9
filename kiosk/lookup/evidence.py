"""Raw replies that could not be understood, kept encrypted for those who must clear up what was said."""

import hashlib
import json
import logging
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.failure import FailureCode, KioskError
from kiosk.lookup.transport import HttpReply
from kiosk.privacy import Personal
from kiosk.sealed import Seal

_log = logging.getLogger(__name__)
_PURPOSE = "gateway evidence"
_ENDING = ".box"
_NAME = re.compile(r"[0-9a-f]{16}")

KeepReply = Callable[[str, HttpReply, datetime], str]
"""Keeps a reply to a call of this name, and names it; an empty name: it was not kept."""


def keep_nothing(call: str, reply: HttpReply, now: datetime) -> str:
    """Keeps no reply."""
    del call, reply, now
    return ""


@dataclass(frozen=True, slots=True)
class EvidenceLimits:
    """What is kept at most: so many replies, so much of each, for so long. No replies: none is kept."""

    replies: int = 200
    kib_each: int = 64
    days: int = 30


@dataclass(frozen=True, slots=True, repr=False)
class KeptReply(Personal):
    """A kept reply: `call` is `login`, `lookup`, `history` or `copay`; `body` its beginning.

    `size` and `digest` (SHA-256, hex: the `reply_digest` of its receipt) are those of the whole body.
    """

    name: str
    kept_at: datetime
    call: str
    http_status: int
    server_date: str
    size: int
    digest: str
    body: bytes


class EvidenceFolder:
    """A folder of boxes, one file a reply: random names, mode 0600, the age known from the file's time.

    `open_seal` is called when the first box is closed or opened: who never needs evidence needs no key.
    """

    def __init__(self, folder: Path, open_seal: Callable[[], Seal], limits: EvidenceLimits) -> None:
        self._folder = folder
        self._open_seal = open_seal
        self._limits = limits
        self._seal: Seal | None = None

    def keep(self, call: str, reply: HttpReply, now: datetime) -> str:
        """Keeps the reply and names it; where that fails the log says so and the lookup goes on."""
        if not self._limits.replies:
            return ""
        name = secrets.token_hex(8)
        told = {
            "kept_at": now.isoformat(),
            "call": call,
            "http_status": reply.status,
            "server_date": reply.date[:100],
            "size": len(reply.body),
            "digest": hashlib.sha256(reply.body).hexdigest(),
        }
        content = json.dumps(told).encode() + b"\n" + reply.body[: self._limits.kib_each << 10]
        try:
            box = self._opened().close(content, _PURPOSE)
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.purge(now, spare=1)
            self._write(name, box, now)
        except OSError as error:
            _log.warning("evidence not kept: %s", error.strerror or type(error).__name__)
            return ""
        except KioskError as error:
            _log.warning("evidence not kept: %s", error.code.value)
            return ""
        return name

    def kept(self) -> Iterator[KeptReply]:
        """All kept replies that open, newest first.

        Raises:
            KioskError: KEYSTORE_…; KEY_WRONG: there are boxes, and none of them opens.
        """
        opened = 0
        damage: KioskError | None = None
        for file in reversed(self._files()):
            try:
                kept = self._read(file)
            except FileNotFoundError:  # purged by another process meanwhile
                continue
            except KioskError as error:
                if error.code is not FailureCode.KEY_WRONG:
                    raise
                damage = error
            else:
                opened += 1
                yield kept
        if damage is not None and not opened:
            raise damage

    def unopened(self) -> tuple[str, ...]:
        """The names of boxes that are damaged or of another key, newest first.

        Raises:
            KioskError: KEYSTORE_….
        """
        return tuple(self._name_of(file) for file in reversed(self._files()) if not self._opens(file))

    def reply(self, name: str) -> KeptReply:
        """One kept reply.

        Raises:
            KioskError: INPUT_INVALID: there is none of this name; KEY_WRONG, KEYSTORE_….
        """
        file = self._folder / f"{name}{_ENDING}"
        if not _NAME.fullmatch(name) or not file.is_file():
            raise KioskError(FailureCode.INPUT_INVALID, "no such evidence; kiosk evidence list")
        return self._read(file)

    def forget(self, texts: Sequence[str]) -> int:
        """Removes replies that hold one of these texts, and says how many; what does not open ends by its days.

        Raises:
            KioskError: KEYSTORE_…; KEY_WRONG: there are boxes, and none of them opens.
        """
        wanted = [text.encode() for text in texts if text]
        named = [kept.name for kept in self.kept() if any(text in kept.body for text in wanted)]
        for name in named:
            (self._folder / f"{name}{_ENDING}").unlink(missing_ok=True)
        return len(named)

    def purge(self, now: datetime, *, spare: int = 0) -> None:
        """Removes what is too old, and the oldest that are too many; `spare` leaves room for so many more."""
        oldest = (now - timedelta(days=self._limits.days)).timestamp()
        files = self._files()
        too_many = len(files) - max(0, self._limits.replies - spare)
        for at, file in enumerate(files):
            with suppress(OSError):
                if at < too_many or file.stat().st_mtime < oldest:
                    file.unlink()

    def _files(self) -> list[Path]:
        """The boxes, oldest first; whatever else lies in the folder is somebody else's."""
        aged = []
        for file in self._folder.glob(f"*{_ENDING}"):
            with suppress(FileNotFoundError):
                if _NAME.fullmatch(self._name_of(file)) and file.is_file():
                    aged.append((file.stat().st_mtime, file))
        return [file for _, file in sorted(aged)]

    def _name_of(self, file: Path) -> str:
        return file.name.removesuffix(_ENDING)

    def _opens(self, file: Path) -> bool:
        try:
            self._read(file)
        except FileNotFoundError:
            return True
        except KioskError as error:
            if error.code is not FailureCode.KEY_WRONG:
                raise
            return False
        return True

    def _write(self, name: str, box: bytes, now: datetime) -> None:
        file = self._folder / f"{name}{_ENDING}"
        try:
            with open(file, "xb", opener=_private) as out:
                out.write(box)
        except OSError:
            with suppress(OSError):
                file.unlink(missing_ok=True)
            raise
        os.utime(file, (now.timestamp(), now.timestamp()))

    def _read(self, file: Path) -> KeptReply:
        content = self._opened().open(file.read_bytes(), _PURPOSE)
        told, _, body = content.partition(b"\n")
        fields = json.loads(told)
        return KeptReply(
            name=self._name_of(file),
            kept_at=datetime.fromisoformat(fields["kept_at"]),
            call=fields["call"],
            http_status=fields["http_status"],
            server_date=fields["server_date"],
            size=fields["size"],
            digest=fields["digest"],
            body=body,
        )

    def _opened(self) -> Seal:
        if self._seal is None:
            self._seal = self._open_seal()
        return self._seal


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
