"""What follows from a card on the reader: it is laid, opened, read, and taken away."""

from dataclasses import replace

from kiosk.failure import FailureCode
from kiosk.identity.number import numbers_agree
from kiosk.identity.person import Identity
from kiosk.reader.document import ReadPhase
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.workflow.desk import Desk, Step, World, forget
from kiosk.workflow.effect import ReadChip
from kiosk.workflow.person import found, judge
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Choosing,
    Confirming,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    TypingBirthDate,
    Waiting,
)
from kiosk.workflow.trouble import broke


def card_laid(desk: Desk, *, was_laid: bool) -> Step:
    """What is on the screen says whether it is the card that was asked for, or somebody new's."""
    match desk.state:
        case AskingCard() | Failed() if desk.opened_with is not None:
            return read(desk, desk.opened_with)
        case TypingBirthDate(number):
            # They have it with them after all.
            return read(desk, CardKeys(personal_number=number))
        case Reading() | Issuing() | AskingKey():
            return desk, ()
        case Found() | Choosing() | AskingPriority() | Confirming() | Done() if was_laid:
            return desk, ()
        case _:
            # A new card, also one that was swapped in after another was read: never the earlier person's session.
            fresh, _ = forget(desk, AskingKey())
            return fresh, ()


def card_taken(desk: Desk) -> Step:
    """Before anything opened it: nobody is there any more."""
    # While the chip is read its own failed APDU reports the removal, with what follows from it.
    return forget(desk, Waiting()) if isinstance(desk.state, AskingKey) else (desk, ())


def read(desk: Desk, keys: CardKeys) -> Step:
    """Opens the card on the reader with `keys`."""
    return replace(desk, state=Reading(ReadPhase.CONNECTING), opened_with=keys), (ReadChip(keys),)


def phase_reached(desk: Desk, phase: ReadPhase) -> Step:
    """Ticks the reading's phases."""
    return (replace(desk, state=Reading(phase)), ()) if isinstance(desk.state, Reading) else (desk, ())


def identity_read(desk: Desk, identity: Identity, world: World) -> Step:
    """The chip said who it is: the insurance is asked while it still gives its photo and proof."""
    if not isinstance(desk.state, Reading):
        return desk, ()
    said = desk.opened_with.personal_number if desk.opened_with else ""
    if not numbers_agree(said, identity.personal_number):
        # Two numbers may end in the same six digits: the code shown was another person's.
        return broke(desk, FailureCode.CARD_KEY_WRONG)
    return found(desk, identity, world, reading=True)


def chip_read(desk: Desk, identity: Identity, world: World) -> Step:
    """Photo and proof are there, before or after the answer."""
    match desk.state:
        case Reading():
            return found(desk, identity, world, reading=False)
        case Found(_, True, heard, _):
            decision = judge(desk, identity, heard, world) if heard is not None else None
            return replace(desk, state=Found(identity, False, heard, decision)), ()
    return desk, ()
