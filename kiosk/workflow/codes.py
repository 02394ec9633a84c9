"""What follows from a code or a number: it opens the card, or it is the person."""

from dataclasses import replace
from typing import assert_never

from kiosk.dates import PartialDate
from kiosk.failure import FailureCode
from kiosk.identity.identify import identify
from kiosk.reader.document import CitizenCode, Code, InsuranceCode, MrzCode, NumberCode, NumberKind, UnknownCode
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.mrz import key_information
from kiosk.workflow.card import read
from kiosk.workflow.desk import Desk, Step, Theirs, World, forget
from kiosk.workflow.no_card import number_corrected
from kiosk.workflow.person import found
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Assistance,
    Done,
    Failed,
    Issuing,
    Reading,
    ScanningCode,
    State,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)


def begin(desk: Desk, state: State) -> Step:
    """A way to begin, where nobody has begun."""
    return (replace(desk, state=state), ()) if isinstance(desk.state, Waiting | Failed) else (desk, ())


def number_wanted(desk: Desk) -> Step:
    """The keypad: to begin with, or because the number that was typed on it is in doubt, while the date stands."""
    match desk.state:
        case TypingBirthDate(number, _, unlike):
            return replace(desk, state=TypingNumber(number=number, born=unlike)), ()
    return begin(desk, TypingNumber())


def code_scanned(desk: Desk, code: Code, world: World) -> Step:
    """A code is a card's key, a person, or neither."""
    if isinstance(desk.state, Reading | Issuing | Theirs):
        return desk, ()  # somebody's session is under way; a code never changes the person in it
    if isinstance(code, UnknownCode):
        return _code_unreadable(desk)
    if not isinstance(desk.state, AskingKey | AskingCard):
        desk, _ = forget(desk, desk.state)
    keys = card_keys(code)
    match code:
        case CitizenCode() | MrzCode() if desk.card_laid and keys is not None:
            return read(desk, keys)
        case CitizenCode() | InsuranceCode() | MrzCode():
            return found(desk, identify(code), world, reading=False)
        case NumberCode():
            if keys is not None and desk.card_laid:
                return read(desk, keys)
            if desk.card_laid:
                return replace(desk, state=AskingKey(tries_left=desk.tries_left)), ()
            if keys is None:
                # An insurance number opens no card: like any number alone it leads to the staffed desk.
                return found(desk, identify(code), world, reading=False)
            return replace(desk, state=AskingCard(), opened_with=keys), ()
        case _:
            assert_never(code)


def _code_unreadable(desk: Desk) -> Step:
    """Whoever has begun is told so where they are: nothing that they did is lost by a code of something else."""
    match desk.state:
        case Done() | Assistance():
            return desk, ()  # nobody loses sight of their number, nor of the staff who are on their way
        case Failed() if desk.opened_with is not None:
            return desk, ()  # the same person may lay the card anew
        case AskingCard():
            return replace(desk, state=AskingCard(unreadable=True)), ()
        case ScanningCode():
            return replace(desk, state=ScanningCode(unreadable=True)), ()
        case TypingNumber() | TypingBirthDate() as typing:
            return replace(desk, state=replace(typing, unreadable=True)), ()
        case AskingKey():
            return replace(desk, state=AskingKey(wrong=True, tries_left=desk.tries_left)), ()
    return forget(desk, Failed(FailureCode.CODE_UNREADABLE))


def number_typed(desk: Desk, digits: str, world: World) -> Step:
    """Twelve digits of a person, or the six that open the card on the reader."""
    if not digits.isascii() or not digits.isdecimal():
        return desk, ()
    match desk.state, len(digits):
        case AskingKey(), 6:
            return read(desk, CardKeys(can=digits))
        case TypingNumber(born=PartialDate() as born), 12 if not desk.card_laid:
            return number_corrected(desk, digits, born, world)
        case ((AskingKey() | TypingNumber()), 12):
            keys = CardKeys(personal_number=digits)
            return read(desk, keys) if desk.card_laid else (replace(desk, state=AskingCard(), opened_with=keys), ())
    return desk, ()


def card_keys(code: Code) -> CardKeys | None:
    """What of a code opens its card; None: nothing."""
    match code:
        case CitizenCode():
            return CardKeys(
                personal_number=code.personal_number,
                date_of_birth=code.date_of_birth.exact if code.date_of_birth else None,
                date_of_issue=code.date_of_issue.exact if code.date_of_issue else None,
            )
        case MrzCode(mrz) if mrz.personal_number:
            return CardKeys(
                personal_number=mrz.personal_number,
                date_of_birth=mrz.date_of_birth.exact if mrz.date_of_birth else None,
                date_of_expiry=mrz.date_of_expiry.exact if mrz.date_of_expiry else None,
            )
        case MrzCode(mrz) if mrz.date_of_expiry_raw.isdecimal():
            # A foreign document opens with what its zone says: number, birth and expiry as they are written there.
            return CardKeys(mrz=key_information(mrz.document_number, mrz.date_of_birth_raw, mrz.date_of_expiry_raw))
        case NumberCode(NumberKind.PERSONAL, number):
            return CardKeys(personal_number=number)
    return None
