"""A clinic, check-ins and slips of invented people, and a printer that answers."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.record import CheckIn, Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.fonts import FontFiles, find_fonts
from kiosk.identity.person import Trust
from kiosk.simulator.printer import PrinterTape


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


@pytest.fixture
def tape() -> Iterator[PrinterTape]:
    with PrinterTape() as printer:
        yield printer
