"""The private PostgreSQL: apart from the system's, gone with whoever started it."""

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.simulator import postgresql
from kiosk.simulator.postgresql import PostgresServer
from tests.patience import WITHIN_S

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a private PostgreSQL is started on Linux")


def listens(folder: Path, port: int) -> bool:
    """Asked in its own folder: its port may be another program's as soon as it is gone."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(folder / f".s.PGSQL.{port}")) == 0


def test_server_and_its_data_are_gone_at_the_end() -> None:
    with PostgresServer(durable=False) as server:
        process = server._process
        assert process is not None
        assert process.poll() is None
        assert listens(server.folder, server.port)
        assert "ready to accept connections" in server.log
    assert process.poll() is not None
    assert not server.folder.exists()


def test_port_stays_the_servers_own_while_it_does_not_listen() -> None:
    with PostgresServer(durable=False) as server, socket.socket() as stranger:
        server.kill()
        with pytest.raises(OSError):
            stranger.bind(("127.0.0.1", server.port))
        server.start()


def test_killed_server_starts_again_with_what_it_kept() -> None:
    with PostgresServer() as server:
        server.kill()
        server.start()
        assert "automatic recovery in progress" in server.log


def test_server_ends_with_a_program_that_was_killed() -> None:
    """Nobody was there to stop it; its folder is left to whoever looks why."""
    program = (
        "from kiosk.simulator.postgresql import PostgresServer\n"
        "with PostgresServer(durable=False) as server:\n"
        "    print(server.port, server.folder, flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        port, folder = starter.stdout.readline().split()
        running = Path(folder, "data", "postmaster.pid")
        assert running.exists()
        starter.send_signal(signal.SIGKILL)
    ended = threading.Event()  # nobody sets it: it only paces the look
    deadline = time.monotonic() + WITHIN_S
    while running.exists() and time.monotonic() < deadline:
        ended.wait(0.02)
    assert not running.exists()
    assert not listens(Path(folder), int(port))
    shutil.rmtree(folder)


def test_machine_without_postgresql_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgresql, "_PLACES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KioskError, match="not installed") as caught:
        PostgresServer()
    assert caught.value.code is FailureCode.SIMULATOR_UNAVAILABLE
