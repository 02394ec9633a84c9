"""What a hospital's own program asks for of whoever is shown, as lines or as one row of a table. Pure."""

from collections.abc import Iterable
from datetime import date

from kiosk.eligibility.decision import Decision
from kiosk.eligibility.finding import written
from kiosk.identity.person import Identity
from kiosk.text import Language, say
from kiosk.ui.desk.facts import Line, PersonFacts


def his_lines(facts: PersonFacts, identity: Identity | None, decision: Decision | None, ticket: str, room: str,
              language: Language) -> tuple[Line, ...]:  # fmt: skip
    """What a hospital's program asks for, in one order that stays; what is not known is empty."""
    insurance = facts.insurance
    born = str(identity.date_of_birth) if identity is not None and identity.date_of_birth else ""
    sex = say(f"desk.sex.{identity.sex.value}", language) if identity is not None and identity.sex else ""
    values = {
        "name": identity.full_name if identity is not None else facts.name,
        "born": born,
        "sex": sex,
        "personal_number": identity.personal_number if identity is not None else "",
        "address": facts.address,
        "card_number": insurance.number.replace(" ", "") if insurance is not None else "",
        "valid_from": _day(insurance.valid_from) if insurance is not None else "",
        "valid_to": _day(insurance.valid_to) if insurance is not None else "",
        "facility": decision.facility if decision is not None else "",
        "five_years": _day(insurance.five_years) if insurance is not None else "",
        "area": decision.area if decision is not None else "",
        "route": decision.route if decision is not None else "",
        "percent": str(decision.benefit_percent) if decision is not None and decision.benefit_percent else "",
        "ticket": ticket,
        "room": room,
    }
    return tuple(Line(say(f"desk.his.{name}", language), value) for name, value in values.items())


def _day(day: date | None) -> str:
    return written(day) if day is not None else ""


def as_lines(lines: Iterable[Line]) -> str:
    """`label: value`, one a line; what is empty is left out."""
    return "".join(f"{line.label}: {line.value}\n" for line in lines if line.value)


def as_table(lines: Iterable[Line]) -> str:
    """The values alone, tabs between: one row for a table; what is empty keeps its column."""
    return "\t".join(" ".join(line.value.split()) for line in lines) + "\n"
