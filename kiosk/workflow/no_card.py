"""Whoever has no card with them: the number that they typed, and the birth date that says whether they go first."""

from dataclasses import replace

from kiosk.dates import PartialDate
from kiosk.failure import FailureCode
from kiosk.identity.birth_date import birth_date_of, is_born_as_stated
from kiosk.identity.identify import identify
from kiosk.reader.document import TypedDocument
from kiosk.workflow.desk import Desk, Step, World
from kiosk.workflow.person import found, is_refused
from kiosk.workflow.state import AskingCard, TypingBirthDate
from kiosk.workflow.trouble import broke


def card_missing(desk: Desk, world: World) -> Step:
    """Nobody may be sent away for want of a card: the number leads to the staffed desk, and age may go first there."""
    if not isinstance(desk.state, AskingCard) or desk.opened_with is None:
        return desk, ()
    number = desk.opened_with.personal_number
    if not world.self_service:
        # Staff type the person whole.
        return _on(desk, number, None, world)
    if is_refused(identify(TypedDocument(number)), world):
        return broke(desk, FailureCode.CARD_GENUINE_IN_TRAINING)
    return replace(desk, state=TypingBirthDate(number), opened_with=None), ()


def birth_year_only(desk: Desk, *, only: bool) -> Step:
    """Only the year is remembered, or the whole date after all."""
    match desk.state:
        case TypingBirthDate() as typing:
            return replace(desk, state=replace(typing, year_only=only, unreadable=False)), ()
    return desk, ()


def birth_date_typed(desk: Desk, digits: str, world: World) -> Step:
    """Goes on with a date that the number agrees with; a second time that it does not, with the number alone."""
    match desk.state:
        case TypingBirthDate(number, year_only, unlike):
            born = birth_date_of(digits, world.today, year_only=year_only)
            if born is None:
                return desk, ()
            if is_born_as_stated(number, born):
                return _on(desk, number, born, world)
            if unlike is None:
                return replace(desk, state=TypingBirthDate(number, year_only, born)), ()
            return _on(desk, number, None, world)
    return desk, ()


def birth_date_unknown(desk: Desk, world: World) -> Step:
    """Nobody is held up for a date: the number alone, as it always was enough."""
    match desk.state:
        case TypingBirthDate(number):
            return _on(desk, number, None, world)
    return desk, ()


def number_corrected(desk: Desk, number: str, born: PartialDate, world: World) -> Step:
    """Goes on with both where they agree now, else with the number alone: nobody is asked a third time."""
    return _on(desk, number, born if is_born_as_stated(number, born) else None, world)


def _on(desk: Desk, number: str, born: PartialDate | None, world: World) -> Step:
    return found(desk, identify(TypedDocument(number, date_of_birth=born)), world, reading=False)
