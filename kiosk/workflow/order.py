"""What staff order for the person in front of them, all at once: where patients are asked step by step."""

from dataclasses import dataclass

from kiosk.checkin.record import PriorityClaim
from kiosk.eligibility.override import Override
from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False)
class Order(Personal):
    """One check-in.

    `room_code` empty: the least loaded room; `claim` None: as the birth date says; `override` None: as the rules say.
    """

    service_code: str
    room_code: str = ""
    claim: PriorityClaim | None = None
    override: Override | None = None
