"""A Python that has loaded the kiosk and runs programs in forks of itself, so that each begins at once.

Standard input is a Unix stream socket. Each request on it is the length of a JSON text in four bytes, big endian, with
four descriptors: the program's standard input, output and error, and where to say how it ended; then the text itself,
`words` (as after `python`: a file's path or -m and a module's name, then arguments), `environment` and `folder`. What
is said is a line: the process's number, and as soon as it has ended a second one, its status (negative: the signal that
killed it). When the socket closes, whatever still runs is killed.

A fork runs its program as the interpreter does: from its first line as `__main__`, with streams, signals and a folder
of its own, to the interpreter's own end, with what that still says and does.
"""

import gc
import json
import os
import runpy
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from kiosk.app import headless
from kiosk.checkin import recheck
from kiosk.checkin.store import new_beginning, recovery
from kiosk.commands import scan

LOADED = (headless, recheck, new_beginning, recovery, scan)
"""With these comes nearly all that commands load when they need it.

Qt is loaded and not begun: there is no application yet, and no thread, which a fork would not have. Nobody has spoken
to the card service either.
"""
LENGTH_BYTES = 4
ENDED = {signal.SIGCHLD}
STREAMS = (("stdin", 0, "r", "strict"), ("stdout", 1, "w", "strict"), ("stderr", 2, "w", "backslashreplace"))


@dataclass(frozen=True, slots=True)
class Program:
    """What a fork is to run."""

    words: list[str]
    environment: dict[str, str]
    folder: str


def main() -> None:
    """Serves requests until there are no more, and returns; in each fork it runs the program and returns."""
    # There is one copy of loaded code for all: no fork's collector goes through it, or writes to it.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: whoever asks for programs ends us
    program = served(socket.socket(fileno=os.dup(0)))
    if program is not None:
        run(program)


def served(requests: socket.socket) -> Program | None:
    """Forks for each request. Returns what to run in a fork, and nothing in the end."""
    running: dict[int, int] = {}

    def note_ended(*_: object) -> None:
        while running:
            number, status = os.waitpid(-1, os.WNOHANG)
            if number == 0:
                break
            say(running.pop(number), f"{os.waitstatus_to_exitcode(status)}", last=True)

    signal.signal(signal.SIGCHLD, note_ended)
    while True:
        head, descriptors, _, _ = socket.recv_fds(requests, LENGTH_BYTES, 4)
        if not head:
            break
        text = received(requests, int.from_bytes(head, "big"))
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDED)  # not before we know whose end it is
        number = os.fork()
        if number == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDED)
            os.setpgid(0, 0)
            requests.close()
            for at, descriptor in enumerate(descriptors[:3]):
                os.dup2(descriptor, at)
            for descriptor in (*descriptors, *running.values()):
                os.close(descriptor)
            return Program(**json.loads(text))
        running[number] = descriptors.pop()
        for descriptor in descriptors:
            os.close(descriptor)
        say(running[number], f"{number}")
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDED)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number in running:
        for kill in (os.kill, os.killpg):  # itself, and what it has started; it may have no group yet
            with suppress(ProcessLookupError):
                kill(number, signal.SIGKILL)
    return None


def received(requests: socket.socket, length: int) -> bytes:
    """The next so many bytes."""
    parts = bytearray()
    while len(parts) < length:
        parts += requests.recv(length - len(parts))
    return bytes(parts)


def say(descriptor: int, line: str, *, last: bool = False) -> None:
    """Writes a line to whoever asked, who may have gone."""
    with suppress(BrokenPipeError):
        os.write(descriptor, f"{line}\n".encode())
    if last:
        os.close(descriptor)


def run(program: Program) -> None:
    """Runs a program in this process."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(program.environment)
    time.tzset()
    os.chdir(program.folder)
    for name, at, mode, errors in STREAMS:
        lines = 1 if name == "stderr" else -1
        opened = open(at, mode, lines, "utf-8", errors, closefd=False)  # noqa: SIM115 - the process ends it
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)
    first, *others = program.words
    if first == "-m":
        name, *others = others
        sys.argv = [name, *others]
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    else:
        sys.argv = [first, *others]
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    main()
