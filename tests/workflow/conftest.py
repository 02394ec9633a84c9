"""A desk of the workflow's tests: an invented person, an answer about them, a clinic with two services."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.clinic import Bilingual, Room, Service
from kiosk.dates import PartialDate
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import CardAnswer, InsuranceCard
from kiosk.workflow.desk import World
from kiosk.workflow.state import ServiceOffer

TODAY = date(2026, 11, 21)
CHECKED_AT = datetime(2026, 11, 21, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def world() -> World:
    return World(Visit(facility="99001"), desk_service="TIEPDON", today=TODAY)


@pytest.fixture
def person() -> Identity:
    return Identity(
        Trust.CHIP_VERIFIED,
        "Nguyễn Văn Mẫu",
        personal_number="999090000123",
        date_of_birth=PartialDate(1990, 1, 15),
    )


@pytest.fixture
def covered() -> CardAnswer:
    card = InsuranceCard(
        number="DN4999900000123",
        full_name="Nguyễn Văn Mẫu",
        date_of_birth=PartialDate(1990, 1, 15),
        facility="99001",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )
    return CardAnswer("000", "", card, CHECKED_AT)


@pytest.fixture
def offers() -> tuple[ServiceOffer, ...]:
    room = Room("P203", Bilingual("Phòng 203", "Room 203"), Bilingual("Tầng 2", "Floor 2"))
    return tuple(
        ServiceOffer(Service(code, Bilingual(code, code), prefix, room), waiting)
        for code, prefix, waiting in (("NOI", "A", 3), ("NHI", "B", 0))
    )
