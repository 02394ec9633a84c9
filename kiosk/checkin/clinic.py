"""The clinic: its name, departments, services and rooms, from a file of `config/clinics/`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kiosk.checkin.clinic_table import Bilingual as Bilingual
from kiosk.checkin.clinic_table import ClinicTable
from kiosk.checkin.opening import ALWAYS_OPEN, OpeningHours
from kiosk.failure import FailureCode, KioskError

LEVELS = ("primary", "basic", "specialised")
"""Levels of care, lowest first [Law 15/2023 art. 104]."""

FORMER_TIERS = ("none", "district", "provincial", "central")
"""What a facility was in the tiers before 2025, where that still decides a rate."""

PRIMARY_KINDS = ("unknown", "station", "other")
"""Which facility of the primary level [Circular 01/2025/TT-BYT art. 3]."""

_MOST_AT_ONCE = 50
_MOST_MINUTES = 480
_MOST_POINTS = 100
_MOST_PURPOSES = 3
"""Boxes beside the notice; who is asked more reads none of them."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where a service is given: `code` as on the door (`P203`), `place` the way there in one line.

    `zone` is the part of the house (`Khu A`), for slips of houses that have several; None: it has no name. `capacity`
    is how many people are seen at once, one a doctor. `hours` are no part of what makes two rooms equal: a slip that is
    printed again knows the room as it was told, not when it was open.
    """

    code: str
    name: Bilingual
    place: Bilingual
    zone: Bilingual | None = None
    capacity: int = 1
    hours: OpeningHours = field(default=ALWAYS_OPEN, compare=False)


@dataclass(frozen=True, slots=True)
class Department:
    """A department; `code` is the facility's own for it."""

    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class Service:
    """What a patient can come for. `prefix` (one or two capitals) names its queue; services may share a queue.

    It is given in `room` and in `other_rooms`. `price_vnd` is the full price; 0 means no price is shown.
    `usual_minutes`: how long one visit usually takes; None: nobody said. `insurance_code`: of the technical service in
    the facility's list as approved by the insurance (`02.1896`); empty: it is not paid by it.
    """

    code: str
    name: Bilingual
    prefix: str
    room: Room
    price_vnd: int = 0
    department: Department | None = None
    usual_minutes: int | None = None
    insurance_code: str = ""
    other_rooms: tuple[Room, ...] = field(default=(), compare=False)

    @property
    def rooms(self) -> tuple[Room, ...]:
        """All rooms where it is given, in the order of the file."""
        return (self.room, *self.other_rooms)


@dataclass(frozen=True, slots=True)
class Purpose:
    """A side purpose of the clinic's own for which a patient's leave is asked; nobody needs to give it."""

    code: str
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Clinic:
    """One facility. `facility_code` has 5 characters as on insurance cards; `desk` is where open questions go.

    `level` is one of `LEVELS`, `former_tier` one of `FORMER_TIERS`, `primary_kind` (of a primary facility) one of
    `PRIMARY_KINDS`; `points` are the technical points that rank it within its level, 0 to 100, None where they are not
    known. `purposes` are what patients may allow besides, at most three.
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
    purposes: tuple[Purpose, ...] = ()

    @property
    def rooms(self) -> tuple[Room, ...]:
        """All rooms where something is given, the desk's among them, each once."""
        return tuple({room.code: room for service in (*self.services, self.desk) for room in service.rooms}.values())

    @property
    def departments(self) -> tuple[Department, ...]:
        """All departments that give something, each once."""
        return tuple(dict.fromkeys(service.department for service in self.services if service.department))

    def service(self, code: str) -> Service | None:
        """The service of this code, the desk among them."""
        return next((service for service in (*self.services, self.desk) if service.code == code), None)

    def room(self, code: str) -> Room | None:
        """The room of this code."""
        return next((room for room in self.rooms if room.code == code), None)


_Coded = TypeVar("_Coded", Room, Department, Service, Purpose)


def load_clinic(file: Path) -> Clinic:
    """The clinic that a file of `config/clinics/` describes; texts become NFC.

    Raises:
        KioskError: SETTINGS_INVALID, naming the file and the key: unreadable, missing, unknown or out of its form.
    """
    try:
        table = ClinicTable(file, "", tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: {type(error).__name__}") from error
    hours = table.hours("hours") if "hours" in table else ALWAYS_OPEN
    rooms = _by_code(table, "room", [_room(entry, hours) for entry in table.tables("room")])
    written = table.tables("departments") if "departments" in table else []
    departments = _by_code(table, "departments", [_department(entry) for entry in written])
    services = tuple(_service(entry, rooms, departments) for entry in table.tables("service"))
    desk = _service(table.table("desk"), rooms, departments)
    asked = table.tables("purpose") if "purpose" in table else []
    if len(asked) > _MOST_PURPOSES:
        raise table.refusal("purpose", f"takes at most {_MOST_PURPOSES}")
    purposes = tuple(_by_code(table, "purpose", [_purpose(entry) for entry in asked]).values())
    _by_code(table, "service", [*services, desk])
    if any(service.prefix == desk.prefix for service in services):
        raise table.refusal("desk.prefix", "the desk needs a queue of its own")
    clinic = Clinic(
        facility_code=table.text("facility_code", r"[0-9A-Z]{5}", "5 digits or capitals"),
        name=table.bilingual("name"),
        department=table.bilingual("department"),
        health_department=table.bilingual("health_department"),
        address=table.text("address"),
        level=table.choice("level", LEVELS),
        services=services,
        desk=desk,
        points=table.whole("points", 0, _MOST_POINTS, "whole points from 0 to 100") if "points" in table else None,
        former_tier=table.choice("former_tier", FORMER_TIERS) if "former_tier" in table else "none",
        primary_kind=table.choice("primary_kind", PRIMARY_KINDS) if "primary_kind" in table else "unknown",
        purposes=purposes,
    )
    table.refuse_unknown()
    return clinic


def _by_code(table: ClinicTable, key: str, described: Sequence[_Coded]) -> dict[str, _Coded]:
    found: dict[str, _Coded] = {}
    for one in described:
        if one.code in found:
            raise table.refusal(key, f"the code {one.code} is used twice")
        found[one.code] = one
    return found


def _room(table: ClinicTable, hours: OpeningHours) -> Room:
    room = Room(
        table.text("code", r"(?!.*\d{6})\S{1,8}", "1 to 8 characters without a space, no six digits in a row"),
        table.bilingual("name"),
        table.bilingual("place"),
        table.bilingual("zone") if "zone" in table else None,
        table.whole("capacity", 1, _MOST_AT_ONCE, "a whole number from 1 to 50") if "capacity" in table else 1,
        table.hours("hours") if "hours" in table else hours,
    )
    table.refuse_unknown()
    return room


def _purpose(table: ClinicTable) -> Purpose:
    code = table.text("code", r"[a-z0-9-]{1,32}", "1 to 32 small letters, digits or hyphens")
    purpose = Purpose(code, table.bilingual("text"))
    table.refuse_unknown()
    return purpose


def _department(table: ClinicTable) -> Department:
    code = table.text("code", r"[0-9A-Za-z.-]{1,16}", "1 to 16 letters, digits, dots or hyphens")
    department = Department(code, table.bilingual("name"))
    table.refuse_unknown()
    return department


def _service(table: ClinicTable, rooms: Mapping[str, Room], departments: Mapping[str, Department]) -> Service:
    first, *others = _rooms_of(table, rooms)
    service = Service(
        table.text("code", r"[a-z0-9-]{1,32}", "1 to 32 small letters, digits or hyphens"),
        table.bilingual("name"),
        table.text("prefix", r"[A-Z]{1,2}", "one or two capitals"),
        first,
        table.whole("price_vnd", 0, 10**12, "an amount in whole đồng") if "price_vnd" in table else 0,
        departments[table.choice("department", departments)] if "department" in table else None,
        table.whole("minutes", 1, _MOST_MINUTES, "whole minutes from 1 to 480") if "minutes" in table else None,
        table.text("insurance_code", r"[0-9A-Z._-]{1,50}", "a code as in the approved list")
        if "insurance_code" in table
        else "",
        tuple(others),
    )
    table.refuse_unknown()
    return service


def _rooms_of(table: ClinicTable, rooms: Mapping[str, Room]) -> list[Room]:
    """`room = "P203"`, or `rooms = ["P203", "P204"]` where it is given in several."""
    if "rooms" not in table:
        return [rooms[table.choice("room", rooms)]]
    codes = table.codes("rooms")
    if "room" in table:
        raise table.refusal("room", "stands beside rooms; one of the two is enough")
    if unknown := [code for code in codes if code not in rooms]:
        raise table.refusal("rooms", f"{unknown[0]} is no room; takes some of {', '.join(rooms)}")
    return [rooms[code] for code in codes]
