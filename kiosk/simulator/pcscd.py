"""The real PC/SC service with vpcd's virtual readers, started where none runs."""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.failure import FailureCode, KioskError

READER_PORTS = (35963, 35964)
"""`Virtual PCD 00 00` and `Virtual PCD 00 01` listen here for a card."""
READER_NAMES = ("Virtual PCD 00 00", "Virtual PCD 00 01")
_SOCKET = Path("/run/pcscd/pcscd.comm")
_STARTS_WITHIN_S = 10.0
_STOPS_WITHIN_S = 5.0
_POLL_S = 0.02
_LISTENING = "0A"
_LISTENERS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


class PcscDaemon:
    """A running pcscd; `with` starts it unless one runs already, and stops it only if it was started here.

    Raises:
        KioskError: SIMULATOR_UNAVAILABLE: pcscd or vpcd is not installed, or may not be started.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def started_here(self) -> bool:
        """Whether the running service is this object's own."""
        return self._process is not None

    def start(self) -> None:
        """Starts the service unless one runs, and waits until both virtual readers listen."""
        if sys.platform != "linux":
            raise _unavailable("pcscd with vpcd is used on Linux only")
        if not _answers():
            self._process = _launch()
        try:
            self._wait_for_readers()
        except KioskError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops the service if it was started here; the virtual readers are gone afterwards."""
        self._end(kill=False)

    def kill(self) -> None:
        """Ends the service at once, as when it crashes; a service that was not started here is left alone."""
        self._end(kill=True)

    def _end(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if kill:
            process.kill()
        else:
            process.terminate()
        try:
            process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait_for_readers(self) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while not (_answers() and _readers_listen()):
            if self._process is None and not _answers():
                self._process = _launch()  # whoever ran it has just stopped it
            if self._process is not None and self._process.poll() is not None:
                raise _unavailable(f"pcscd ended with status {self._process.returncode}")
            if time.monotonic() > deadline:
                raise _unavailable("no virtual reader listens; is vsmartcard-vpcd installed?")
            time.sleep(_POLL_S)


def _launch() -> subprocess.Popen[bytes]:
    program = shutil.which("pcscd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        raise _unavailable("pcscd is not installed")
    try:
        _SOCKET.parent.mkdir(parents=True, exist_ok=True)
        _SOCKET.unlink(missing_ok=True)  # a killed service leaves its socket behind
        return subprocess.Popen(  # noqa: S603 - a fixed program without a shell
            [program, "--foreground"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise _unavailable(f"pcscd may not be started: {error.strerror}") from error


def _answers() -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(str(_SOCKET))
        except OSError:
            return False
    return True


def _readers_listen() -> bool:
    """From the kernel's table: to connect and see would be to insert a card."""
    listening = set()
    for table in _LISTENERS:
        if table.exists():
            for line in table.read_text("ascii").splitlines()[1:]:
                _, local, _, state, *_ = line.split()
                if state == _LISTENING:
                    listening.add(int(local.rpartition(":")[2], 16))
    return listening.issuperset(READER_PORTS)


def _unavailable(detail: str) -> KioskError:
    return KioskError(FailureCode.SIMULATOR_UNAVAILABLE, detail)
