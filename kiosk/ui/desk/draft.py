"""What staff have chosen for the person at the desk before they give the order. Types only."""

from dataclasses import dataclass, replace

from kiosk.checkin.record import PriorityClaim
from kiosk.eligibility.override import Override
from kiosk.privacy import Personal
from kiosk.workflow.order import Order
from kiosk.workflow.state import ServiceOffer


@dataclass(frozen=True, slots=True, repr=False)
class Draft(Personal):
    """`service_code` empty: none is chosen; `room_code` empty: the least loaded room."""

    service_code: str = ""
    room_code: str = ""
    claim: PriorityClaim | None = None
    override: Override | None = None

    def with_service(self, code: str) -> "Draft":
        """Another service; a room is chosen for one service only."""
        return self if code == self.service_code else replace(self, service_code=code, room_code="")

    def with_next_room(self, offer: ServiceOffer) -> "Draft":
        """The service's next room; after the last the choice is the queue's again."""
        rooms = ["", *(room.code for room in offer.service.rooms)]
        at = rooms.index(self.room_code) if self.room_code in rooms else 0
        return replace(self, room_code=rooms[(at + 1) % len(rooms)])

    def order(self) -> Order:
        """As an order.

        Raises:
            ValueError: no service is chosen.
        """
        if not self.service_code:
            raise ValueError("no service is chosen")
        return Order(self.service_code, self.room_code, self.claim, self.override)


NOTHING_CHOSEN = Draft()
