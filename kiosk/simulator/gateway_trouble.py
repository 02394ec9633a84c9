"""How each fault of the gateway sandbox looks on the wire."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from typing import Protocol

from kiosk.simulator.gateway_faults import Fault
from kiosk.simulator.gateway_service import SandboxService

WEB_PAGE = "<!doctype html><title>Đăng nhập mạng</title><body>Xin mời đăng nhập</body>".encode()
HTML = "text/html; charset=utf-8"
_SILENCE_S = 60.0
_HUGE = 4 << 20
_DEEP = 100_000


class Wire(Protocol):
    """One request's way back to the client."""

    def send(
        self,
        status: int,
        body: bytes,
        content_type: str = "application/json; charset=utf-8",
        headers: Mapping[str, str] | None = None,
        *,
        cut_at: int | None = None,
    ) -> None:
        """A whole reply; with `cut_at` only so many bytes of its body, then the end of the connection."""
        ...

    def drip(self, interval_s: float) -> None:
        """A body byte by byte, without end."""
        ...

    def reset(self) -> None:
        """Resets the connection: no answer, not even a polite end."""
        ...

    def leave(self) -> None:
        """Closes the connection after this reply, without having said so."""
        ...


def before_the_body(fault: Fault, wire: Wire) -> bool:
    """Whether the fault hits a lookup whose body has not been read, and has now done so."""
    if fault.name == "reset-before":
        wire.reset()
    return fault.name == "reset-before"


def on_every_path(fault: Fault, wire: Wire) -> bool:
    """Whether the fault hits logins too, and has now done so."""
    match fault.name:
        case "down":
            wire.reset()
        case "portal":
            wire.send(200, WEB_PAGE, HTML)
        case "redirect":
            wire.send(302, b"", HTML, {"Location": "http://login.portal.invalid/"})
        case _:
            return False
    return True


def on_a_login(fault: Fault, wire: Wire, sandbox: SandboxService) -> bool:
    """Whether the fault takes the place of a login's answer, and has now done so."""
    match fault.name:
        case "login-slow":
            sandbox.pause(sandbox.delay_of(fault))
            return False
        case "login-500":
            wire.send(500, WEB_PAGE, HTML)
        case "login-html":
            wire.send(200, WEB_PAGE, HTML)
        case _:
            return False
    return True


def on_a_question(fault: Fault, wire: Wire, sandbox: SandboxService) -> bool:
    """Whether the fault takes the place of an answer, and has now done so."""
    match fault.name:
        case "slow" | "jitter":
            sandbox.pause(sandbox.delay_of(fault))
            return False
        case "burst" if sandbox.is_in_burst(fault):
            wire.send(503, WEB_PAGE, HTML)
        case "timeout":
            sandbox.closing.wait(_SILENCE_S)
            wire.reset()
        case "drip":
            wire.drip(sandbox.delay_of(fault))
        case "http-400":
            wire.send(400, b'{"maKetQua":"205"}')
        case "http-500":
            wire.send(500, WEB_PAGE, HTML)
        case "http-503":
            wire.send(503, b"", headers={"Retry-After": f"{sandbox.pause_asked_of_clients(fault):.0f}"})
        case "rate-limit":
            wire.send(429, b"", headers={"Retry-After": f"{sandbox.pause_asked_of_clients(fault):.0f}"})
        case "rate-limit-date":
            over = sandbox.now() + timedelta(seconds=sandbox.pause_asked_of_clients(fault))
            wire.send(429, b"", headers={"Retry-After": format_datetime(over, usegmt=True)})
        case "html":
            wire.send(200, WEB_PAGE, HTML)
        case "garbage":
            wire.send(200, bytes(range(255, 0, -1)))
        case "empty":
            wire.send(200, b"")
        case "huge":
            wire.send(200, b'{"maKetQua":"000","ghiChu":"' + b"x" * _HUGE + b'"}')
        case "deep":
            wire.send(200, b"[" * _DEEP + b"]" * _DEEP)
        case _:
            return False
    return True


def answer(fault: Fault, wire: Wire, reply: bytes, status: int = 200) -> None:
    """Sends an answer, or what the fault leaves of it."""
    match fault.name:
        case "reset-after":
            wire.reset()
        case "cut":
            wire.send(status, reply, cut_at=len(reply) // 2)
        case "hang-up":
            wire.send(status, reply)
            wire.leave()
        case _:
            wire.send(status, reply)
