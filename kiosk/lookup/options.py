"""What the gateway's client is told by the settings, and in whose name it asks."""

from dataclasses import dataclass, field
from typing import Literal

from kiosk.privacy import Personal

BodyKind = Literal["form", "json"]
Md5Case = Literal["upper", "lower"]


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    """Where the gateway is, in which dialect it is spoken to, and how long anything may take.

    Installations differ in paths, body encoding and the case of the password's MD5. `total_timeout_s` covers one
    whole lookup: login, question, a new login, a second question; `history_timeout_s` a question for visit history or
    co-pay, and each piece of its answer. After `failures_before_pause` lookups in a row
    without an answer from the service, nobody waits for it for `pause_s` (doubled each time, a minute at most).
    More than `logins_per_hour` are never made, whatever becomes of the tokens; 0 means no limit. `ca_file` empty means
    the public authorities; `proxy` empty means none.
    """

    base_url: str
    token_path: str = "/api/token/take"  # noqa: S105 -- no password
    lookup_path: str = "/api/egw/KQNhanLichSuKCB2024"
    history_path: str = "/api/egw/Lskcb2025"
    copay_path: str = "/api/TraCuuCCT/TraCuuTienMCCT"
    token_body: BodyKind = "form"  # noqa: S105 -- no password
    lookup_body: BodyKind = "json"
    password_md5_case: Md5Case = "upper"  # noqa: S105 -- no password
    connect_timeout_s: float = 4.0
    read_timeout_s: float = 8.0
    total_timeout_s: float = 12.0
    history_timeout_s: float = 60.0
    ca_file: str = ""
    proxy: str = field(default="", repr=False)  # may hold a password
    failures_before_pause: int = 3
    pause_s: float = 5.0
    logins_per_hour: int = 30


@dataclass(frozen=True, slots=True, repr=False)
class Account(Personal):
    """The facility's account, `<facility code>_BV`."""

    username: str
    password: str


@dataclass(frozen=True, slots=True, repr=False)
class Officer(Personal):
    """The staff member, registered on the portal, in whose name cards are looked up. `number` has 12 digits."""

    name: str
    number: str
