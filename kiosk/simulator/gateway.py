"""The gateway sandbox: the card-lookup service over real HTTP on 127.0.0.1, for invented people, with faults.

POST /api/token/take                    login: a token for ten minutes, bound to the caller's address
POST /api/egw/KQNhanLichSuKCB2024       card lookup
POST /api/egw/Lskcb2025                 past visits and checks, by form only
POST /api/TraCuuCCT/TraCuuTienMCCT      own share paid this year
GET  /                                  a page to steer it by
POST /simulator/fault                   {"fault": "slow:0.5"} from now on; {"fault": ""} ends it
POST /simulator/reset                   {} counts begin again, locked accounts are open
GET  /simulator/state                   the fault, the counts, the last requests

Every reply says in `X-Sandbox-Handled-Ms` how long the sandbox had the request, so that what a client adds can be told.
"""

import ssl
import threading
import time
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.simulator.crowd import Crowd
from kiosk.simulator.gateway_accounts import SandboxAccount
from kiosk.simulator.gateway_counts import Counts
from kiosk.simulator.gateway_dialect import EASY_GOING, Dialect
from kiosk.simulator.gateway_faults import FAULTS
from kiosk.simulator.gateway_http import SandboxHandler
from kiosk.simulator.gateway_schedule import Schedule
from kiosk.simulator.gateway_server import SandboxServer
from kiosk.simulator.gateway_service import SandboxService
from kiosk.simulator.people import Person

__all__ = ["FAULTS", "Counts", "GatewaySandbox", "SandboxAccount", "load_account"]


class GatewaySandbox(SandboxService):
    """The service as a context manager, served on `port` of this computer, any free one if 0; with `tls` by HTTPS.

    The rest is `SandboxService`'s.
    """

    def __init__(
        self,
        people: Sequence[Person],
        port: int = 0,
        *,
        crowd: Crowd | None = None,
        dialect: Dialect = EASY_GOING,
        fault: str = "",
        schedule: Schedule | None = None,
        delay_s: float = 3.0,
        lock_after: int = 5,
        seed: int = 0,
        account: SandboxAccount | None = None,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        super().__init__(
            people, crowd=crowd, dialect=dialect, fault=fault, schedule=schedule, delay_s=delay_s,
            lock_after=lock_after, seed=seed, account=account, now=now, monotonic=monotonic, pause=pause,
        )  # fmt: skip
        self._server = SandboxServer(("127.0.0.1", port), SandboxHandler, self)
        if tls is not None:
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
        return self._server.port

    @property
    def base_url(self) -> str:
        """What the client's `lookup.base_url` is set to."""
        return self._server.base_url

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


def load_account(file: Path) -> SandboxAccount:
    """The account and officer of `config/simulator/sandbox.toml`.

    Raises:
        KeyError, ValueError: not such a file.
    """
    written = tomllib.loads(file.read_text("utf-8"))
    account, officer = written["account"], written["officer"]
    return SandboxAccount(account["username"], account["password"], officer["name"], officer["number"])
