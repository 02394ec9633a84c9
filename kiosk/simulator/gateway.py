"""The gateway sandbox: the card-lookup service over real HTTP on 127.0.0.1, for invented people, with faults.

POST /api/token/take                  login: a token for ten minutes, bound to the caller's address
POST /api/egw/KQNhanLichSuKCB2024     card lookup
POST /simulator/fault                 {"fault": "slow"} from now on; {"fault": ""} ends it
GET  /simulator/state                 the fault and the counts
"""

import hashlib
import secrets
import ssl
import threading
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kiosk.simulator.gateway_faults import FAULTS
from kiosk.simulator.gateway_http import SandboxServer
from kiosk.simulator.gateway_register import Register, Reply, SandboxAccount
from kiosk.simulator.people import Person

__all__ = ["FAULTS", "Counts", "GatewaySandbox", "load_account"]

TOKEN_LIFE = timedelta(minutes=10)


@dataclass(slots=True)
class Counts:
    """What the sandbox was asked. `repeats` are lookups of a number that had been looked up before."""

    logins: int = 0
    lookups: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class _Grant:
    token: str
    id_token: str
    caller: str
    ends: datetime


class GatewaySandbox:
    """The sandbox as a context manager. People's dates are theirs: load them for the same day as the client's.

    `delay_s` is how long `slow` takes and `drip` waits between two bytes; `tls` makes it speak HTTPS. All of its
    account is invented; `config/simulator/sandbox.toml` says the same.
    """

    username = "99001_BV"
    password = "mau-khong-bao-mat"  # noqa: S105 -- invented
    officer_name = "Đào Thị Tiếp Đón"
    officer_number = "999185000999"

    def __init__(
        self,
        people: Sequence[Person],
        port: int = 0,
        *,
        fault: str = "",
        delay_s: float = 3.0,
        account: SandboxAccount | None = None,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if account is not None:
            self.username, self.password = account.username, account.password
            self.officer_name, self.officer_number = account.officer_name, account.officer_number
        self.account = SandboxAccount(self.username, self.password, self.officer_name, self.officer_number)
        self.counts = Counts()
        self.delay_s = delay_s
        self.closing = threading.Event()
        self._register = Register(people, self.account)
        self._now = now
        self._lock = threading.Lock()
        self._grants: dict[str, _Grant] = {}
        self._asked: set[str] = set()
        self._fault = ""
        self.set_fault(fault)
        self._server = SandboxServer(("127.0.0.1", port), self)
        self._scheme = "http"
        if tls is not None:
            self._scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="gateway-sandbox", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def base_url(self) -> str:
        """What the client's `lookup.base_url` is set to."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def fault(self) -> str:
        """The fault in force, empty for none."""
        return self._fault

    def set_fault(self, name: str) -> None:
        """Puts a fault of `FAULTS` in force, or none.

        Raises:
            ValueError: there is no such fault.
        """
        if name and name not in FAULTS:
            raise ValueError(f"no such fault: {name[:40]!r}; known: {', '.join(FAULTS)}")
        with self._lock:
            self._fault = name
            if name == "token-lost":
                self._grants.clear()

    def drop_connections(self) -> None:
        """Closes every connection, as a service does with idle ones; it goes on listening."""
        self._server.end_connections()

    def close(self) -> None:
        """Stops serving and ends every connection."""
        self.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.end_connections()
        self._server.server_close()

    def log_in(self, username: str, password_md5: str, caller: str) -> dict[str, Any]:
        """The reply to a login."""
        with self._lock:
            self.counts.logins += 1
            fault = self._fault
        if fault == "locked":
            return {"maKetQua": "403", "APIKey": None}
        if fault == "wrong-account" or not self._is_account(username, password_md5):
            return {"maKetQua": "401", "APIKey": None}
        grant = _Grant(secrets.token_urlsafe(48), secrets.token_urlsafe(24), caller, self._now() + TOKEN_LIFE)
        with self._lock:
            self._grants[grant.token] = grant
        return {
            "maKetQua": "200",
            "APIKey": {
                "access_token": grant.token,
                "id_token": grant.id_token,
                "token_type": "Bearer",
                "username": username,
                "expires_in": f"{grant.ends.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}7Z",  # seven digits, as .NET writes
            },
        }

    def is_granted(self, query: dict[str, str], caller: str) -> bool:
        """Whether a lookup's token, account and caller belong together, now."""
        with self._lock:
            grant = self._grants.get(query.get("token", ""))
        return (
            self._fault != "unauthorized"
            and grant is not None
            and grant.id_token == query.get("id_token")
            and grant.caller == caller
            and self._now() < grant.ends
            and self._is_account(query.get("username", ""), query.get("password", ""))
        )

    def look_up(self, asked: dict[str, object]) -> Reply:
        """The reply to a lookup that was granted."""
        if self._fault == "unknown-code":
            return {"maKetQua": "987", "ghiChu": None}
        if self._fault == "missing-fields":
            return {"maKetQua": "000"}
        return self._register.answer(asked)

    def count_lookup(self, asked: dict[str, object]) -> None:
        """Counts a lookup, whatever becomes of it."""
        number = str(asked.get("maThe", ""))
        with self._lock:
            self.counts.lookups += 1
            self.counts.repeats += number in self._asked
            self._asked.add(number)

    def _is_account(self, username: str, password_md5: str) -> bool:
        expected = hashlib.md5(self.password.encode(), usedforsecurity=False).hexdigest()
        return username == self.username and password_md5.lower() == expected


def load_account(file: Path) -> SandboxAccount:
    """The account and officer of `config/simulator/sandbox.toml`.

    Raises:
        KeyError, ValueError: not such a file.
    """
    written = tomllib.loads(file.read_text("utf-8"))
    account, officer = written["account"], written["officer"]
    return SandboxAccount(account["username"], account["password"], officer["name"], officer["number"])
