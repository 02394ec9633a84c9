"""Who may ask the gateway sandbox: the account, its lock, and tokens that live ten minutes for one address."""

import hashlib
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.privacy import Personal
from kiosk.simulator.gateway_counts import Tally
from kiosk.simulator.gateway_dialect import Dialect

TOKEN_LIFE = timedelta(minutes=10)
_WORTH_KEEPING = timedelta(seconds=60)
_MOST_USERNAMES = 1000
_USERNAME = re.compile(r"[0-9A-Z]{5}_BV", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class SandboxAccount(Personal):
    """The only facility account and officer that the sandbox accepts."""

    username: str
    password: str
    officer_name: str
    officer_number: str


@dataclass(frozen=True, slots=True, repr=False)
class Credentials(Personal):
    """What comes with a request: the token's two parts, the account's name, the password's MD5."""

    token: str = ""
    id_token: str = ""
    username: str = ""
    password_md5: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class _Grant(Personal):
    token: str
    id_token: str
    caller: str
    ends: datetime


class Admission:
    """Logins and tokens. An account is locked after `lock_after` wrong logins in a row (0: never)."""

    def __init__(
        self, account: SandboxAccount, dialect: Dialect, tally: Tally, now: Callable[[], datetime], lock_after: int
    ) -> None:
        self._account = account
        self._dialect = dialect
        self._tally = tally
        self._now = now
        self._lock_after = lock_after
        self._digest = hashlib.md5(account.password.encode(), usedforsecurity=False).hexdigest()
        self._lock = threading.Lock()
        self._grants: dict[str, _Grant] = {}
        self._in_use: dict[str, _Grant] = {}
        self._wrong: dict[str, int] = {}
        self._refused: set[int] = set()

    def log_in(self, username: str, password_md5: str, caller: str, *, refusal: str = "") -> dict[str, Any]:
        """The reply to a login; `refusal` is the code of a fault that lets nobody in."""
        code = refusal or self._refusal(username, password_md5)
        credentials = hash((username, password_md5))
        with self._lock:
            if code:
                self._tally.add(refused_logins=1, stubborn_logins=int(credentials in self._refused))
                if len(self._refused) < _MOST_USERNAMES:
                    self._refused.add(credentials)
                return {"maKetQua": code, "APIKey": None}
            self._refused.discard(credentials)
            now = self._now()
            in_use = self._in_use.get(caller)
            self._tally.add(needless_logins=int(in_use is not None and in_use.ends - now > _WORTH_KEEPING))
            grant = _Grant(secrets.token_urlsafe(48), secrets.token_urlsafe(24), caller, now + TOKEN_LIFE)
            self._grants = {token: other for token, other in self._grants.items() if other.ends > now}
            self._grants[grant.token] = self._in_use[caller] = grant
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

    def admits(self, given: Credentials, caller: str) -> bool:
        """Whether token, account and caller belong together, now."""
        with self._lock:
            grant = self._grants.get(given.token)
        return (
            grant is not None
            and grant.id_token == given.id_token
            and grant.caller == caller
            and self._now() < grant.ends
            and self._is_account(given.username, given.password_md5)
        )

    def note_refusal(self, given: Credentials) -> None:
        """A request with this token was refused: whoever had it is right to log in again."""
        with self._lock:
            self._in_use = {caller: grant for caller, grant in self._in_use.items() if grant.token != given.token}

    def forget_tokens(self) -> None:
        """All tokens are worth nothing from now on."""
        with self._lock:
            self._grants.clear()

    def unlock(self) -> None:
        """Forgets all wrong logins."""
        with self._lock:
            self._wrong.clear()
            self._refused.clear()

    def failed_logins(self) -> dict[str, int]:
        """Wrong logins in a row for each account."""
        with self._lock:
            return dict(self._wrong)

    @property
    def is_locked(self) -> bool:
        """Whether the sandbox's account is locked."""
        return self._is_locked(self._account.username)

    def _refusal(self, username: str, password_md5: str) -> str:
        with self._lock:
            if self._is_locked(username):
                return "403"
            if self._is_account(username, password_md5):
                self._wrong.pop(username, None)
                return ""
            if username in self._wrong or len(self._wrong) < _MOST_USERNAMES:
                self._wrong[username] = self._wrong.get(username, 0) + 1
        return "401" if not username or _USERNAME.fullmatch(username) else "402"

    def _is_locked(self, username: str) -> bool:
        return 0 < self._lock_after <= self._wrong.get(username, 0)

    def _is_account(self, username: str, password_md5: str) -> bool:
        return username == self._account.username and self._dialect.accepts_md5(password_md5, self._digest)
