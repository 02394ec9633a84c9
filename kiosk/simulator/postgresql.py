"""A private PostgreSQL server in a folder of its own, for tests, drills and a try without a hospital's server.

It is the real server, on a free port of this machine, apart from any that the system runs; its data goes with it.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.failure import FailureCode, KioskError

OWNER = "postgres"
"""The server's first account, and the system's account that runs the server where this program is root's."""
_STARTS_WITHIN_S = 60.0
_STOPS_WITHIN_S = 20.0
_POLL_S = 0.02
_PLACES = Path("/usr/lib/postgresql")


class PostgresServer:
    """A running server; `with` makes and starts it, and stops and removes it at the end.

    `durable`: it survives a power cut, as a hospital's does; without, tests are quicker. `settings` are added to its
    command line.

    Raises:
        KioskError: SIMULATOR_UNAVAILABLE: PostgreSQL is not installed, or may not be started.
    """

    def __init__(self, *, durable: bool = True, settings: Mapping[str, str] | None = None) -> None:
        self.password = secrets.token_urlsafe(12)
        self._programs = _programs()
        self._owner = _account_of_the_owner()
        self._quick = {} if durable else {"fsync": "off", "full_page_writes": "off"}
        self.settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._place = _reserved_port()
        self.port = int(self._place.getsockname()[1])
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-postgresql-"))
        self._give_to_owner(self.folder)

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def url(self, database: str = OWNER) -> str:
        """The address of one of its databases, with the password."""
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "log").read_text("utf-8", errors="replace")

    def start(self) -> None:
        """Starts the server and waits until it takes connections; after a kill the old one's children end first."""
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while True:
            process = self._process = self._launch()
            while process.poll() is None:
                if self._is_ready():
                    return
                if time.monotonic() > deadline:
                    raise _unavailable("PostgreSQL does not start")
                time.sleep(_POLL_S)
            if time.monotonic() > deadline:
                raise _unavailable(f"PostgreSQL ended with status {process.returncode}")
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """Ends every connection, writes everything and stops."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Ends the server at once, as a crash does."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Stops the server and removes its folder."""
        self.stop()
        self._place.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def install(self, name: str, content: bytes) -> Path:
        """Puts a file that only the server may read into its folder, such as the key of its certificate."""
        file = self.folder / name
        file.write_bytes(content)
        file.chmod(0o600)
        self._give_to_owner(file)
        return file

    def _give_to_owner(self, place: Path) -> None:
        if self._owner:
            os.chown(place, *self._owner)

    def _make(self) -> None:
        word = self.install("password", self.password.encode())
        # C: the same order everywhere. Names are sorted by the program.
        made = subprocess.run(  # noqa: S603 - fixed programs without a shell
            [*self._as_owner(), str(self._programs / "initdb"), "--pgdata", str(self._data), "--username", OWNER,
             "--auth", "scram-sha-256", "--pwfile", str(word), "--encoding", "UTF8", "--locale", "C", "--no-sync"],
            stdin=subprocess.DEVNULL, capture_output=True, check=False, cwd=self.folder,
        )  # fmt: skip
        word.unlink()
        if made.returncode:
            raise _unavailable(f"initdb ended with status {made.returncode}")

    def _launch(self) -> subprocess.Popen[bytes]:
        chosen = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            **self._quick,
            **self.settings,
        }
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603
                [*self._as_owner(), str(self._programs / "postgres"), "-D", str(self._data),
                 *(part for name, value in chosen.items() for part in ("-c", f"{name}={value}"))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip

    def _is_ready(self) -> bool:
        asked = subprocess.run(  # noqa: S603
            [str(self._programs / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(self.port)],
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        return asked.returncode == 0

    def _as_owner(self) -> list[str]:
        """The server refuses to be root; and it ends with whoever started it, also where that was killed."""
        account = ["--reuid", OWNER, "--regid", OWNER, "--clear-groups"] if self._owner else []
        return ["setpriv", *account, "--pdeathsig", "INT", "--"]

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        try:
            process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def _programs() -> Path:
    """The folder of the newest installed server's programs; Debian keeps them out of the path."""
    if sys.platform != "linux":
        raise _unavailable("a private PostgreSQL is used on Linux only")
    versions = [place for place in _PLACES.glob("*/bin") if (place / "initdb").exists()]
    if versions:
        return max(versions, key=lambda place: float(place.parent.name))
    if (found := shutil.which("initdb")) is None:
        raise _unavailable("PostgreSQL is not installed; config/system/debian.sh --test installs it")
    return Path(found).resolve().parent


def _account_of_the_owner() -> tuple[int, int] | None:
    """The account's numbers; None: this program is not root's and runs the server itself."""
    import pwd  # not on Windows, where nobody comes here

    if os.geteuid() != 0:
        return None
    try:
        account = pwd.getpwnam(OWNER)
    except KeyError:
        raise _unavailable(f"no account {OWNER}; config/system/debian.sh --test installs PostgreSQL") from None
    return account.pw_uid, account.pw_gid


def _reserved_port() -> socket.socket:
    """Holds a free port that nobody is given meanwhile, not even between a kill and the next start.

    On Linux a server may listen beside a socket that has the same port without listening, where both allow it.
    """
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind(("127.0.0.1", 0))
    return place


def _unavailable(why: str) -> KioskError:
    return KioskError(FailureCode.SIMULATOR_UNAVAILABLE, why)
