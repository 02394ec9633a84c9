"""The clinic: its name, services and rooms, from a file of `config/clinics/`."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language

LEVELS = ("primary", "basic", "specialised")
"""Levels of care, lowest first [Law 15/2023 art. 104]."""

FORMER_TIERS = ("none", "district", "provincial", "central")
"""What a facility was in the tiers before 2025, where that still decides a rate."""

PRIMARY_KINDS = ("unknown", "station", "other")
"""Which facility of the primary level [Circular 01/2025/TT-BYT art. 3]."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of the clinic's own in both languages."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        """The text in `language`."""
        return self.en if language is Language.EN else self.vi


@dataclass(frozen=True, slots=True)
class Room:
    """Where a service is given: `code` as on the door (`P203`), `place` the way there in one line."""

    code: str
    name: Bilingual
    place: Bilingual


@dataclass(frozen=True, slots=True)
class Service:
    """What a patient can come for. `prefix` (one or two capitals) names its queue; services may share a queue.

    `price_vnd` is the full price; 0 means no price is shown.
    """

    code: str
    name: Bilingual
    prefix: str
    room: Room
    price_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Clinic:
    """One facility. `facility_code` has 5 characters as on insurance cards; `desk` is where open questions go.

    `level` is one of `LEVELS`, `former_tier` one of `FORMER_TIERS`, `primary_kind` (of a primary facility) one of
    `PRIMARY_KINDS`; `points` are the technical points that rank it within its level, 0 to 100, None where they are not
    known.
    """

    facility_code: str
    name: Bilingual
    department: Bilingual
    health_department: Bilingual
    address: str
    level: str
    services: tuple[Service, ...]
    desk: Service
    points: int | None = None
    former_tier: str = "none"
    primary_kind: str = "unknown"

    def service(self, code: str) -> Service | None:
        """The service of this code, the desk among them."""
        return next((service for service in (*self.services, self.desk) if service.code == code), None)


def load_clinic(file: Path) -> Clinic:
    """The clinic that a file of `config/clinics/` describes; texts become NFC.

    Raises:
        KioskError: SETTINGS_INVALID, naming the file and the key: unreadable, missing, unknown or out of its form.
    """
    try:
        table = _Table(file, "", tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: {type(error).__name__}") from error
    rooms = {room.code: room for room in map(_room, table.tables("room"))}
    services = tuple(_service(entry, rooms) for entry in table.tables("service"))
    desk = _service(table.table("desk"), rooms)
    codes = [service.code for service in (*services, desk)]
    if doubled := next((code for code in codes if codes.count(code) > 1), None):
        raise table.refusal("service", f"the code {doubled} is used twice")
    if any(service.prefix == desk.prefix for service in services):
        raise table.refusal("desk.prefix", "the desk needs a queue of its own")
    clinic = Clinic(
        facility_code=table.text("facility_code", r"[0-9A-Z]{5}"),
        name=table.bilingual("name"),
        department=table.bilingual("department"),
        health_department=table.bilingual("health_department"),
        address=table.text("address"),
        level=table.text("level", "|".join(LEVELS)),
        services=services,
        desk=desk,
        points=table.points("points"),
        former_tier=table.text("former_tier", "|".join(FORMER_TIERS)) if "former_tier" in table else "none",
        primary_kind=table.text("primary_kind", "|".join(PRIMARY_KINDS)) if "primary_kind" in table else "unknown",
    )
    table.refuse_unknown()
    return clinic


def _room(table: "_Table") -> Room:
    room = Room(table.text("code", r"\S{1,8}"), table.bilingual("name"), table.bilingual("place"))
    table.refuse_unknown()
    return room


def _service(table: "_Table", rooms: Mapping[str, Room]) -> Service:
    code = table.text("code", r"[a-z0-9-]{1,32}")
    room = rooms.get(table.text("room"))
    if room is None:
        raise table.refusal("room", "no room of this code is described")
    price_vnd = table.amount("price_vnd")
    service = Service(code, table.bilingual("name"), table.text("prefix", r"[A-Z]{1,2}"), room, price_vnd)
    table.refuse_unknown()
    return service


class _Table:
    """A table of the file that knows its place in it and which of its keys nobody asked for."""

    def __init__(self, file: Path, place: str, entries: Mapping[str, object]) -> None:
        self._file = file
        self._place = place
        self._entries = dict(entries)

    def refusal(self, key: str, why: str) -> KioskError:
        return KioskError(FailureCode.SETTINGS_INVALID, f"{self._file.name}: {self._place}{key}: {why}")

    def refuse_unknown(self) -> None:
        if self._entries:
            raise self.refusal(next(iter(self._entries)), "unknown key")

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def text(self, key: str, form: str = r".*\S.*") -> str:
        value = self._take(key)
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise self.refusal(key, "not a text of the needed form")
        return unicodedata.normalize("NFC", value)

    def bilingual(self, key: str) -> Bilingual:
        table = self.table(key)
        text = Bilingual(table.text("vi"), table.text("en"))
        table.refuse_unknown()
        return text

    def amount(self, key: str) -> int:
        value = self._entries.pop(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.refusal(key, "not an amount in whole đồng")
        return value

    def points(self, key: str) -> int | None:
        value = self._entries.pop(key, None)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100):
            return value
        raise self.refusal(key, "not a whole number of points from 0 to 100")

    def table(self, key: str) -> "_Table":
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.refusal(key, "not a table")
        return _Table(self._file, f"{self._place}{key}.", value)

    def tables(self, key: str) -> "list[_Table]":
        values = self._take(key)
        if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
            raise self.refusal(key, "not a list of tables")
        return [_Table(self._file, f"{self._place}{key}[{at}].", value) for at, value in enumerate(values)]

    def _take(self, key: str) -> object:
        try:
            return self._entries.pop(key)
        except KeyError:
            raise self.refusal(key, "missing") from None
