"""What the line has to do next, as data: transitions ask for effects, `line` performs them. A closed union."""

from dataclasses import dataclass

from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.identity.person import Identity
from kiosk.privacy import Personal
from kiosk.reader.emrtd.keys import CardKeys


@dataclass(frozen=True, slots=True, repr=False)
class ReadChip(Personal):
    """Open the card on the reader with these keys; ends in ChipRead or Broke."""

    keys: CardKeys


@dataclass(frozen=True, slots=True, repr=False)
class LookUp(Personal):
    """Ask the gateway beside everything else; ends in Answered with this session's number.

    `again`: though it has answered in this session.
    """

    session: int
    identity: Identity
    again: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class AskCopay(Personal):
    """Ask for this year's co-pay beside everything else; ends in CopayAnswered, or in nothing."""

    session: int
    identity: Identity


@dataclass(frozen=True, slots=True)
class CountServices:
    """Find what can be chosen; ends in ServicesCounted or Broke."""


@dataclass(frozen=True, slots=True, repr=False)
class Commit(Personal):
    """Make it durable; ends in Committed or Broke."""

    request: CheckInRequest


@dataclass(frozen=True, slots=True, repr=False)
class PrintSlip(Personal):
    """Print the slip of a committed check-in; ends in Printed."""

    check_in: CheckIn
    again: bool = False


Effect = ReadChip | LookUp | AskCopay | CountServices | Commit | PrintSlip
