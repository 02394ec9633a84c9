"""A check-in as a row of `visit`, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.clinic import Bilingual, Department, Room, Service
from kiosk.checkin.record import CheckIn, Priority
from kiosk.eligibility.decision import Decision, Reason, Verdict
from kiosk.identity.person import Trust


def row_of(check_in: CheckIn, answered_at: datetime | None) -> dict[str, Any]:
    """The row that keeps a check-in, with its decision and its service as they were."""
    decision = check_in.decision
    return {
        "visit_id": check_in.visit_id,
        "business_day": check_in.business_day,
        "prefix": check_in.service.prefix,
        "number": check_in.number,
        "ticket": check_in.ticket,
        "service_code": check_in.service.code,
        "service": _kept(check_in.service),
        "full_name": check_in.full_name,
        "birth_year": check_in.birth_year,
        "trust": check_in.trust.value,
        "priority": check_in.priority.value,
        "verdict": decision.verdict.value,
        "reasons": [{"code": reason.code, "values": dict(reason.values)} for reason in decision.reasons],
        "benefit_percent": decision.benefit_percent,
        "route": decision.route,
        "card_number": decision.card_number,
        "valid_from": decision.valid_from,
        "valid_to": decision.valid_to,
        "facility": decision.facility,
        "area": decision.area,
        "created_at": check_in.created_at.isoformat(),
        "answered_at": in_clinic(answered_at).isoformat() if answered_at else None,
    }


def check_in_of(row: RowMapping, reprints: int) -> CheckIn:
    """A kept check-in, given out again."""
    return CheckIn(
        visit_id=row["visit_id"],
        business_day=row["business_day"],
        ticket=row["ticket"],
        number=row["number"],
        service=_service(row["service"]),
        priority=Priority(row["priority"]),
        full_name=row["full_name"],
        birth_year=row["birth_year"],
        trust=Trust(row["trust"]),
        decision=Decision(
            verdict=Verdict(row["verdict"]),
            reasons=tuple(Reason(reason["code"], tuple(reason["values"].items())) for reason in row["reasons"]),
            benefit_percent=row["benefit_percent"],
            route=row["route"],
            card_number=row["card_number"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            facility=row["facility"],
            area=row["area"],
        ),
        created_at=in_clinic(datetime.fromisoformat(row["created_at"])),
        repeated=True,
        reprints=reprints,
    )


def _kept(service: Service) -> dict[str, Any]:
    """What a slip says of a service; when its rooms are open and which others there are is not part of it."""
    room, department = service.room, service.department
    return {
        "code": service.code,
        "name": asdict(service.name),
        "prefix": service.prefix,
        "room": {
            "code": room.code,
            "name": asdict(room.name),
            "place": asdict(room.place),
            "zone": asdict(room.zone) if room.zone else None,
            "capacity": room.capacity,
        },
        "price_vnd": service.price_vnd,
        "department": asdict(department) if department else None,
        "usual_minutes": service.usual_minutes,
        "insurance_code": service.insurance_code,
    }


def _service(kept: Mapping[str, Any]) -> Service:
    room, zone, department = kept["room"], kept["room"].get("zone"), kept.get("department")
    return Service(
        code=kept["code"],
        name=Bilingual(**kept["name"]),
        prefix=kept["prefix"],
        room=Room(
            room["code"],
            Bilingual(**room["name"]),
            Bilingual(**room["place"]),
            Bilingual(**zone) if zone else None,
            room.get("capacity", 1),
        ),
        price_vnd=kept["price_vnd"],
        department=Department(department["code"], Bilingual(**department["name"])) if department else None,
        usual_minutes=kept.get("usual_minutes"),
        insurance_code=kept.get("insurance_code", ""),
    )
