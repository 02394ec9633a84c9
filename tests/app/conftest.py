"""The window's assembly without a screen."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from kiosk.simulator.postgresql import PostgresServer


@pytest.fixture
def server(postgresql_server: PostgresServer) -> Iterator[PostgresServer]:
    """The server, to be stopped and started; it is there again afterwards, because other tests share it."""
    yield postgresql_server
    with closing(socket.socket()) as line:
        is_there = line.connect_ex(("127.0.0.1", postgresql_server.port)) == 0
    if not is_there:
        postgresql_server.start()
