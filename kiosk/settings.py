"""config/*.toml -> frozen dataclasses; an unknown key is an error.

Each section of the file is one class here and each key one field; the defaults here are the ones that
`config/kiosk.toml` shows. Secrets are in none of them: they come from the environment or the keystore (`Secrets`).
"""

import os
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import platformdirs

from kiosk.failure import FailureCode, KioskError
from kiosk.keystore import Keystore, SecretName, open_keystore
from kiosk.privacy import Personal

PACKAGED_CONFIG = Path(__file__).parent / "_config"
"""Where an installed package keeps `config/`; a checkout has it beside `kiosk/`."""


def config_folder() -> Path:
    """The folder `config/` of this installation."""
    return PACKAGED_CONFIG if PACKAGED_CONFIG.is_dir() else Path(__file__).parent.parent / "config"


@dataclass(frozen=True, slots=True)
class ClinicSettings:
    """[clinic]: which facility this is."""

    file: str = "clinics/mau.toml"


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """[reader]: the chip card reader and whom to trust."""

    name: str = ""
    deadline_s: float = 20.0
    photo: bool = True
    extended_length: str = "auto"
    csca_folder: str = "csca"


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """[camera]: what looks for codes."""

    name: str = ""
    mirror: bool = True
    read_mrz: str = "auto"


@dataclass(frozen=True, slots=True)
class GunSettings:
    """[gun]: the barcode gun, as a keyboard and at a serial port."""

    port: str = ""
    baud: int = 9600
    key_gap_ms: int = 80


@dataclass(frozen=True, slots=True)
class LookupSettings:
    """[lookup]: the insurance gateway as this facility reaches it."""

    base_url: str = ""
    token_path: str = "/api/token/take"  # noqa: S105
    lookup_path: str = "/api/egw/KQNhanLichSuKCB2024"
    history_path: str = "/api/egw/Lskcb2025"
    copay_path: str = "/api/TraCuuCCT/TraCuuTienMCCT"
    token_body: str = "form"  # noqa: S105
    lookup_body: str = "json"
    password_md5_case: str = "upper"  # noqa: S105
    connect_timeout_s: float = 3.0
    read_timeout_s: float = 8.0
    total_timeout_s: float = 12.0
    history_timeout_s: float = 60.0
    failures_before_pause: int = 3
    pause_s: float = 5.0
    logins_per_hour: int = 30
    ca_file: str = ""
    proxy: str = ""
    ask_copay: str = "five-years"
    evidence_folder: str = "{data}/evidence"
    evidence_replies: int = 200
    evidence_kib: int = 64
    evidence_days: int = 30


@dataclass(frozen=True, slots=True)
class RecheckSettings:
    """[recheck]: asking again about those who were admitted without a check."""

    pause_s: float = 10.0
    most_per_minute: int = 4
    probe_s: float = 60.0
    away_after: int = 3
    back_after: int = 2
    hold_s: float = 60.0
    tries: int = 100
    days: float = 5.0
    forget_days: float = 30.0


@dataclass(frozen=True, slots=True)
class OfflineSettings:
    """[offline]: how long going without a check is borne."""

    service_away_h: float = 24.0
    last_check_days: float = 30.0


@dataclass(frozen=True, slots=True)
class SecretsSettings:
    """[secrets]: where the gateway's account, the officer and the data key are kept."""

    keystore: str = "auto"
    file: str = "{data}/secrets.json"


@dataclass(frozen=True, slots=True)
class OfficerSettings:
    """[officer]: signing in at the staff's window."""

    required: bool = False
    idle_min: float = 15.0
    tries_before_pause: int = 5


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """[queue]: who is called when, and what the hall's screen shows."""

    priority_per_normal: str = "1:2"
    no_show_returns: int = 1
    no_show_behind: int = 3
    moved_keeps_place: bool = True
    board_names: str = "none"
    board_next: int = 3


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """[board]: the hall's call board."""

    screen: int = 0
    web: str = ""
    voice: str = "vi"


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """[store]: where check-ins are kept."""

    url: str = "sqlite:///{data}/kiosk.db"
    encryption: str = "on"


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """[desk]: this desk among those that share a store."""

    name: str = ""
    away_prefix: str = "X"
    away_numbers: int = 50
    rooms: str = ""


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """[backup]: the daily backup of the store's file."""

    folder: str = ""
    hour: int = 20
    keep: int = 14


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """[audit]: who read and changed what, and where the ends of its days are kept."""

    anchors: str = "{data}/audit-anchors.txt"


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """[retention]: for how many days what is kept; 0: without end."""

    visits: int = 1826
    proofs: int = 1826
    questions: int = 400
    print_log: int = 400
    queue_events: int = 400
    duty_log: int = 1826
    audit: int = 3652
    hour: int = 3


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """[printer]: where slips come out."""

    target: str = ""
    width_dots: int = 576
    paper: str = "A5"
    language: str = "vi"
    template: str = "slips/mau.toml"
    copies: int = 1
    cut: str = "partial"
    feed_lines: int = 0
    lock_drawer: bool = False
    watch_s: float = 5.0


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """[screen]: the window."""

    mode: str = "patient"
    font: str = "Inter"
    px_per_mm: float = 0.0
    full_screen: bool = True
    animation: bool = True
    sounds: bool = True
    voice: bool = True
    voice_key: str = ""
    high_contrast: bool = False

    @property
    def is_self_service(self) -> bool:
        """Whether patients stand before it."""
        return self.mode == "patient"

    @property
    def fills_screen(self) -> bool:
        """Whether nothing but the kiosk is to be seen: at a patient's screen, never at the staff's."""
        return self.full_screen and self.is_self_service


@dataclass(frozen=True, slots=True)
class LogSettings:
    """[log]: how much is logged."""

    level: str = "info"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Paths that are not absolute are found beside the settings file, then in `config/`."""

    clinic: ClinicSettings = field(default_factory=ClinicSettings)
    reader: ReaderSettings = field(default_factory=ReaderSettings)
    camera: CameraSettings = field(default_factory=CameraSettings)
    gun: GunSettings = field(default_factory=GunSettings)
    lookup: LookupSettings = field(default_factory=LookupSettings)
    recheck: RecheckSettings = field(default_factory=RecheckSettings)
    offline: OfflineSettings = field(default_factory=OfflineSettings)
    secrets: SecretsSettings = field(default_factory=SecretsSettings)
    officer: OfficerSettings = field(default_factory=OfficerSettings)
    queue: QueueSettings = field(default_factory=QueueSettings)
    board: BoardSettings = field(default_factory=BoardSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    desk: DeskSettings = field(default_factory=DeskSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    printer: PrinterSettings = field(default_factory=PrinterSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    log: LogSettings = field(default_factory=LogSettings)
    folder: Path = field(default_factory=config_folder)
    file_name: str = "kiosk.toml"

    @property
    def file(self) -> Path:
        """Where these settings were read."""
        return self.folder / self.file_name

    def path(self, written: str) -> Path:
        """A path of the settings as a real one."""
        path = Path(written).expanduser()
        beside = self.folder / path
        return path if path.is_absolute() else beside if beside.exists() else config_folder() / path

    @property
    def data_folder(self) -> Path:
        """The system's folder for this program's data; it may not exist yet."""
        return platformdirs.user_data_path("kiosk", appauthor=False)

    @property
    def evidence_folder(self) -> Path:
        """`lookup.evidence_folder` as a real one; it may not exist yet."""
        return self.path(self.lookup.evidence_folder.replace("{data}", self.data_folder.as_posix()))

    @property
    def store_url(self) -> str:
        """`store.url` with `{data}` replaced by the system's folder for this program's data."""
        return self.store.url.replace("{data}", self.data_folder.as_posix())

    @property
    def backup_folder(self) -> Path | None:
        """`backup.folder` as a real one, which may not exist yet; None: no daily backup."""
        written = self.backup.folder.replace("{data}", self.data_folder.as_posix())
        return self.path(written) if written else None

    @property
    def anchors_file(self) -> Path:
        """`audit.anchors` as a real one; it may not exist yet."""
        return self.path(self.audit.anchors.replace("{data}", self.data_folder.as_posix()))

    @property
    def desk_name(self) -> str:
        """`desk.name`, or this computer's."""
        return (self.desk.name or platform.node() or "desk")[:32]

    @property
    def keystore(self) -> Keystore:
        """The keystore of [secrets]."""
        file = self.secrets.file.replace("{data}", self.data_folder.as_posix())
        return open_keystore(self.secrets.keystore, self.path(file))


@dataclass(frozen=True, slots=True, repr=False)
class Secrets(Personal):
    """The gateway's account and the officer in whose name it is asked; never from the settings' file."""

    username: str = ""
    password: str = ""
    officer_name: str = ""
    officer_id: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Secrets":
        """Reads `KIOSK_GATEWAY_USERNAME`, `KIOSK_GATEWAY_PASSWORD`, `KIOSK_OFFICER_NAME`, `KIOSK_OFFICER_ID`."""
        return cls(
            as_utf8(environment.get("KIOSK_GATEWAY_USERNAME", "")),
            as_utf8(environment.get("KIOSK_GATEWAY_PASSWORD", "")),
            as_utf8(environment.get("KIOSK_OFFICER_NAME", "")),
            as_utf8(environment.get("KIOSK_OFFICER_ID", "")),
        )

    def completed(self, keystore: Keystore) -> "Secrets":
        """The same, with what is empty taken from the keystore; it is not opened where nothing is.

        Raises:
            KioskError: KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED.
        """
        kept = {name: keystore.read(place) or "" for name, place in _KEPT_AS.items() if not getattr(self, name)}
        return replace(self, **kept)

    @property
    def missing(self) -> tuple[str, ...]:
        """The environment names that are not set."""
        given = {
            "KIOSK_GATEWAY_USERNAME": self.username,
            "KIOSK_GATEWAY_PASSWORD": self.password,
            "KIOSK_OFFICER_NAME": self.officer_name,
            "KIOSK_OFFICER_ID": self.officer_id,
        }
        return tuple(name for name, value in given.items() if not value)


_KEPT_AS = {
    "username": SecretName.GATEWAY_USERNAME,
    "password": SecretName.GATEWAY_PASSWORD,
    "officer_name": SecretName.OFFICER_NAME,
    "officer_id": SecretName.OFFICER_ID,
}


def as_utf8(given: str) -> str:
    """A text of the environment or the command line as the UTF-8 that it was, whatever the locale made of it.

    In the C locale without Python's UTF-8 mode a name arrives as escaped bytes.
    """
    try:
        return os.fsencode(given).decode("utf-8")
    except UnicodeError:
        return given


def load_settings(file: Path | None = None, overrides: Sequence[str] = ()) -> Settings:
    """Settings from `file` (default: `config/kiosk.toml`) with `SECTION.KEY=VALUE` overrides on top.

    Raises:
        KioskError: SETTINGS_INVALID, naming the file or the key and what is wrong with it.
    """
    file = file or config_folder() / "kiosk.toml"
    try:
        written: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise _invalid(f"{file.name}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _invalid(f"{file.name}: {error}") from error
    settings = Settings(folder=file.parent.resolve(), file_name=file.name)
    for name, section in written.items():
        if not isinstance(section, dict):
            raise _invalid(f"{file.name}: {name} is outside every section")
        settings = _with_section(settings, name, section)
    for override in overrides:
        settings = _with_override(settings, override)
    return settings


def _with_override(settings: Settings, override: str) -> Settings:
    place, equals, value = override.partition("=")
    section, dot, key = place.partition(".")
    if not (equals and dot):
        raise _invalid(f"--set takes SECTION.KEY=VALUE, not {place!r}")
    kind = _types(settings, section).get(key)
    if kind is bool and value not in {"true", "false"}:
        raise _invalid(f"{section}.{key} takes true or false")
    try:
        parsed = value == "true" if kind is bool else kind(value) if kind else value
    except ValueError:
        raise _invalid(f"{section}.{key} takes a number") from None
    return _with_section(settings, section, {key: parsed})


def _types(settings: Settings, section: str) -> dict[str, type]:
    if section not in _SECTIONS:
        raise _invalid(f"unknown section [{section}]; there are {', '.join(_SECTIONS)}")
    return get_type_hints(type(getattr(settings, section)))


def _with_section(settings: Settings, section: str, written: Mapping[str, Any]) -> Settings:
    types = _types(settings, section)
    values: dict[str, Any] = {}
    for key, value in written.items():
        if key not in types:
            raise _invalid(f"unknown key {section}.{key}; [{section}] has {', '.join(types)}")
        if types[key] is float and type(value) is int:
            value = float(value)
        if type(value) is not types[key]:
            raise _invalid(f"{section}.{key} takes a {types[key].__name__}, not {value!r}")
        allowed = _ALLOWED.get((section, key))
        if allowed and value not in allowed:
            raise _invalid(f"{section}.{key} takes one of {', '.join(map(repr, allowed))}")
        if isinstance(value, int | float) and type(value) is not bool and value < 0:
            raise _invalid(f"{section}.{key} may not be negative")
        values[key] = value
    return replace(settings, **{section: replace(getattr(settings, section), **values)})


_SECTIONS = tuple(f.name for f in fields(Settings) if f.name not in ("folder", "file_name"))

_ALLOWED: dict[tuple[str, str], tuple[object, ...]] = {
    ("lookup", "token_body"): ("form", "json"),
    ("lookup", "lookup_body"): ("json", "form"),
    ("lookup", "password_md5_case"): ("upper", "lower"),
    ("lookup", "ask_copay"): ("staff", "five-years"),
    ("reader", "extended_length"): ("auto", "off"),
    ("secrets", "keystore"): ("auto", "system", "file"),
    ("camera", "read_mrz"): ("auto", "off"),
    ("printer", "width_dots"): (576, 512, 384),
    ("printer", "language"): ("vi", "en"),
    ("printer", "paper"): ("80", "80-512", "58", "A4", "A5", "A6"),
    ("printer", "copies"): (1, 2, 3),
    ("printer", "cut"): ("partial", "full", "none"),
    ("printer", "feed_lines"): tuple(range(21)),
    ("gun", "baud"): (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400),
    ("store", "encryption"): ("on", "off"),
    ("backup", "hour"): tuple(range(24)),
    ("screen", "mode"): ("patient", "desk"),
    ("queue", "board_names"): ("none", "masked"),
    ("board", "voice"): ("off", "vi", "vi+en"),
    ("log", "level"): ("debug", "info", "warning", "error"),
}


def section_names() -> tuple[str, ...]:
    """Every section, in the file's order."""
    return _SECTIONS


def allowed_values(section: str, key: str) -> tuple[Any, ...]:
    """The only values that a key takes, all of its type; empty: there are too many to name."""
    return _ALLOWED.get((section, key), ())


def _invalid(detail: str) -> KioskError:
    return KioskError(FailureCode.SETTINGS_INVALID, detail)
