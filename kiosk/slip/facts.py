"""What is known when a slip is printed: the committed check-in, the clinic, and what the queue says at that moment."""

from dataclasses import dataclass

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn
from kiosk.privacy import Personal


@dataclass(frozen=True, slots=True, repr=False)
class SlipFacts(Personal):
    """Everything that a slip may show; where the person waits and how long stands in `check_in.placement`.

    `is_training`: marked MẪU. `now_serving`: the ticket that the room called last; empty: nobody yet, or not known.
    `latin_name`: the name as the document's machine-readable zone spells it, for staff who cannot read the other
    script and where no font has its letters; empty: not known.
    """

    check_in: CheckIn
    clinic: Clinic
    is_training: bool = False
    now_serving: str = ""
    latin_name: str = ""
