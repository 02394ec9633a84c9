"""A decision as JSON of `visit_decision`, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.eligibility.decision import Action, Decision, Difference, Field, Grade, Reason, Verdict
from kiosk.lookup.answer import NextCard


def written_decision(decision: Decision) -> dict[str, Any]:
    """The decision as JSON takes it."""
    following = decision.next_card
    return {
        "verdict": decision.verdict.value,
        "reasons": [{"code": reason.code, "values": dict(reason.values)} for reason in decision.reasons],
        "benefit_percent": decision.benefit_percent,
        "route": decision.route,
        "card_number": decision.card_number,
        "valid_from": _text(decision.valid_from),
        "valid_to": _text(decision.valid_to),
        "facility": decision.facility,
        "area": decision.area,
        "action": decision.action.value,
        "fund_permille": decision.fund_permille,
        "no_co_pay_below_vnd": decision.no_co_pay_below_vnd,
        "differences": [
            {"field": one.field.value, "document": one.document, "card": one.card, "grade": one.grade.value}
            for one in decision.differences
        ],
        "next_card": None
        if following is None
        else {
            "number": following.number,
            "valid_from": _text(following.valid_from),
            "valid_to": _text(following.valid_to),
            "facility": following.facility,
            "facility_name": following.facility_name,
        },
    }


def read_decision(written: Mapping[str, Any]) -> Decision:
    """What `written_decision` wrote."""
    following = written["next_card"]
    return Decision(
        verdict=Verdict(written["verdict"]),
        reasons=tuple(Reason(reason["code"], tuple(reason["values"].items())) for reason in written["reasons"]),
        benefit_percent=written["benefit_percent"],
        route=written["route"],
        card_number=written["card_number"],
        valid_from=_day(written["valid_from"]),
        valid_to=_day(written["valid_to"]),
        facility=written["facility"],
        area=written["area"],
        action=Action(written["action"]),
        fund_permille=written["fund_permille"],
        no_co_pay_below_vnd=written["no_co_pay_below_vnd"],
        differences=tuple(
            Difference(Field(one["field"]), one["document"], one["card"], Grade(one["grade"]))
            for one in written["differences"]
        ),
        next_card=None
        if following is None
        else NextCard(
            following["number"],
            _day(following["valid_from"]),
            _day(following["valid_to"]),
            following["facility"],
            following["facility_name"],
        ),
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
