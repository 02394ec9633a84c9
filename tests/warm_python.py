"""Programs in processes of their own that begin at once: `warm_process.py` from outside."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from tests.patience import WITHIN_S

ROOT = Path(__file__).parents[1]
FORK_ENDS_WITHIN_S = WITHIN_S


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended, negative for a signal, and what it wrote."""

    status: int
    out: str
    err: str


RunWarm = Callable[..., Ended]


class WarmPython:
    """The Python of `warm_process.py` from outside. Several threads may run programs at once."""

    def __init__(self) -> None:
        program = Path(__file__).with_name("warm_process.py")
        ours, theirs = socket.socketpair()
        self._requests, self._asking = ours, threading.Lock()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", str(program)], env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=self._said,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The number of its process."""
        return int(self._process.pid)

    def run(
        self, *words: object, env: Mapping[str, str] | None = None, cwd: Path | None = None, stdin: bytes = b"",
        timeout_s: float = FORK_ENDS_WITHIN_S,
    ) -> Ended:  # fmt: skip
        """Runs a program, `words` as after `python`, to its end.

        Raises:
            TimeoutExpired: it did not end in time; it is killed, and what it has started.
        """
        program = {
            "words": [str(word) for word in words], "environment": dict(os.environ if env is None else env),
            "folder": str(cwd or Path.cwd()),
        }  # fmt: skip
        text = json.dumps(program).encode()
        reading, writing = os.pipe()
        with (
            open(reading, "rb", buffering=0) as answers,  # noqa: PTH123 - no path
            tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err,
        ):  # fmt: skip
            given.write(stdin)
            given.seek(0)
            try:
                with self._asking:
                    head = len(text).to_bytes(4, "big")
                    socket.send_fds(self._requests, [head], [given.fileno(), out.fileno(), err.fileno(), writing])
                    self._requests.sendall(text)
            finally:
                os.close(writing)
            status = self._status(answers, words, timeout_s)
            said = [one.read().decode() for one in (out, err) if one.seek(0) == 0]
        return Ended(status, *said)

    def _status(self, answers: IO[bytes], words: Sequence[object], timeout_s: float) -> int:
        number = int(answers.readline() or self._gone())
        if not select.select([answers], [], [], timeout_s)[0]:
            os.killpg(number, signal.SIGKILL)
            answers.readline()
            raise subprocess.TimeoutExpired([str(word) for word in words], timeout_s)
        return int(answers.readline() or self._gone())

    def _gone(self) -> NoReturn:
        said = b"" if self._said.closed or self._said.seek(0) else self._said.read()
        raise RuntimeError(f"the process that forks is gone: {said.decode()}")

    def close(self) -> None:
        """Ends it, and kills what still runs."""
        self._requests.close()
        self._process.wait(FORK_ENDS_WITHIN_S)
        self._said.close()
