"""Credentials and people never show in logs, exceptions or reprs, whatever goes wrong."""

import hashlib
import logging
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import closing

import pytest

from kiosk.lookup.answer import Question
from kiosk.lookup.gateway import Gateway
from kiosk.simulator.gateway import FAULTS, GatewaySandbox
from tests.patience import WITHIN_S

LIMITS = {"timeout": 0.2, "drip": 0.2}
"""Seconds for a whole lookup, where the service never answers."""


@pytest.fixture
def secrets(sandbox: GatewaySandbox, question: Question) -> list[str]:
    md5 = hashlib.md5(sandbox.password.encode(), usedforsecurity=False).hexdigest()
    return [
        sandbox.password,
        md5,
        sandbox.username,
        sandbox.officer_name,
        sandbox.officer_number,
        question.number,
        question.full_name,
        "15/01/1990",
        "token=",
        "DN4999900000123",
    ]


def said_in(text: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret.casefold() in text.casefold()]


@pytest.fixture
def uncaught(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What threads would print of exceptions that nobody caught."""
    seen: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(repr(args.exc_value)))
    return seen


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_no_fault_brings_a_secret_into_a_log_line(
    fault: str,
    open_gateway: Callable[..., Gateway],
    sandbox: GatewaySandbox,
    question: Question,
    secrets: list[str],
    uncaught: list[str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = open_gateway(total_timeout_s=LIMITS.get(fault, WITHIN_S))
    gateway.look_up(question)
    sandbox.set_fault(fault)
    answer = gateway.look_up(question)
    assert caplog.messages, "a lookup leaves one line"
    written, printed = "\n".join(caplog.messages), capfd.readouterr()
    assert said_in(written + printed.out + printed.err, [*secrets, "/api/"]) == []
    assert said_in(repr(answer) + repr(vars(gateway)), secrets) == []
    assert uncaught == []


def test_malformed_header_is_not_logged_with_its_address(
    open_gateway: Callable[..., Gateway],
    question: Question,
    secrets: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(b"HTTP/1.1 200 OK\r\nno header at all\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        open_gateway(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}").look_up(question)
        thread.join()
    assert said_in("\n".join(caplog.messages), [*secrets, "/api/"]) == []


def test_log_line_of_a_lookup_says_code_and_duration(
    gateway: Gateway, question: Question, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.look_up(question)
    (line,) = caplog.messages
    assert line.startswith("lookup: 000 in ")
    assert line.endswith(" ms")


def test_no_exception_of_a_failed_exchange_stays_around(
    open_gateway: Callable[..., Gateway], sandbox: GatewaySandbox, question: Question
) -> None:
    sandbox.set_fault("down")
    open_gateway().look_up(question)
    assert sys.exception() is None
    assert getattr(sys, "last_value", None) is None
