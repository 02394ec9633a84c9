"""A clinic, check-ins and slips of invented people, and a printer that answers."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.record import CheckIn, Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.fonts import FontFiles, find_fonts
from kiosk.identity.person import Trust
from kiosk.settings import config_folder
from kiosk.simulator.printer import PrinterTape
from kiosk.slip.blocks import Block
from kiosk.slip.facts import SlipFacts
from kiosk.slip.layout import lay_out
from kiosk.slip.slip import Slip, make_slip
from kiosk.slip.template import Template, load_template
from kiosk.text import Language


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    return load_clinic(Path(__file__).parents[2] / "config" / "clinics" / "mau.toml")


@pytest.fixture(scope="session")
def fonts() -> FontFiles:
    return find_fonts()


@pytest.fixture(scope="session")
def check_in_of(clinic: Clinic) -> Callable[..., CheckIn]:
    """A check-in with the fields that a test wants otherwise."""

    def make(**changes: Any) -> CheckIn:
        fields: dict[str, Any] = {
            "visit_id": "0123456789abcdef0123456789abcdef",
            "business_day": date(2026, 11, 20),
            "ticket": "A042",
            "number": 42,
            "service": clinic.services[0],
            "priority": Priority.NONE,
            "full_name": "Nguyễn Văn Mẫu",
            "birth_year": 1990,
            "trust": Trust.CHIP_VERIFIED,
            "decision": Decision(Verdict.COVERED, benefit_percent=80, card_number="GD4999900000001"),
            "created_at": datetime(2026, 11, 20, 7, 32, tzinfo=UTC),
        }
        return CheckIn(**{**fields, **changes})

    return make


@pytest.fixture(scope="session")
def facts_of(clinic: Clinic, check_in_of: Callable[..., CheckIn]) -> Callable[..., SlipFacts]:
    """What a slip is made of: fields of the facts by their names, all others are the check-in's."""

    def make(**changes: Any) -> SlipFacts:
        own = {field.name for field in fields(SlipFacts)} - {"check_in"}
        facts = {name: changes.pop(name) for name in own & changes.keys()}
        return SlipFacts(check_in_of(**changes), **{"clinic": clinic, **facts})

    return make


@pytest.fixture(scope="session")
def template() -> Template:
    """The standard one."""
    return load_template(config_folder() / "slips" / "mau.toml")


@pytest.fixture(scope="session")
def blocks_of(facts_of: Callable[..., SlipFacts], template: Template) -> Callable[..., tuple[Block, ...]]:
    """A slip's blocks; Vietnamese and the standard template unless a test wants others."""

    def make(language: Language = Language.VI, *, by: Template = template, **changes: Any) -> tuple[Block, ...]:
        return lay_out(facts_of(**changes), by, by.spoken(language))

    return make


@pytest.fixture(scope="session")
def slip_of(facts_of: Callable[..., SlipFacts], template: Template, fonts: FontFiles) -> Callable[..., Slip]:
    """A standard slip for paper of 576 dots unless a test wants another."""

    def make(width_dots: int = 576, *, fonts: FontFiles = fonts, **changes: Any) -> Slip:
        return make_slip(facts_of(**changes), template, (Language.VI,), width_dots=width_dots, fonts=fonts)

    return make


@pytest.fixture
def tape() -> Iterator[PrinterTape]:
    with PrinterTape() as printer:
        yield printer
