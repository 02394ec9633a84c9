"""An invented check-in of the clinic's own first service, to look at a template with."""

from datetime import date, datetime

from kiosk.checkin.business_day import CLINIC_ZONE
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import CheckIn, Placement, Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.person import Trust
from kiosk.slip.facts import SlipFacts

_DAY = date(2026, 11, 20)


def sample_facts(clinic: Clinic) -> SlipFacts:
    """Nobody's visit, with every optional field filled; marked MẪU, so that a print of it is taken for none."""
    service = clinic.services[0]
    check_in = CheckIn(
        visit_id="5a3c0ffee0ddba115eed0fa11ab1ed00",
        business_day=_DAY,
        ticket=f"{service.prefix}042",
        number=42,
        service=service,
        priority=Priority.SEVENTY_FIVE,
        full_name="Nguyễn Thị Quỳnh Mẫu",
        birth_year=1949,
        trust=Trust.CHIP_VERIFIED,
        decision=Decision(
            Verdict.COVERED,
            benefit_percent=95,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
            facility=clinic.facility_code,
        ),
        created_at=datetime(2026, 11, 20, 7, 32, tzinfo=CLINIC_ZONE),
        placement=Placement(service.room, ahead=5, wait=WaitRange(20, 30)),
    )
    return SlipFacts(check_in, clinic, is_training=True, now_serving=f"{service.prefix}036")
