"""How long each page waits for somebody who may have gone."""

from typing import assert_never

from kiosk.workflow.desk import Desk
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Assistance,
    Choosing,
    Confirming,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    ScanningCode,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)

SLOW_PRINT_S = 1.5
"""A slip that takes longer is spoken of as late, while its end is still awaited."""
IDLE_S = 60.0
RESULT_S = 20.0
CALL_S = 120.0
"""The page that called staff shows nobody's data and stays until they can have come."""


def patience_s(desk: Desk) -> float | None:
    """Seconds without a sign of life after which the session is forgotten, or a slip counts as late; None: never.

    Nobody is timed out while their card lies in the reader, except from the last page: there everything is done.
    """
    match desk.state:
        case Waiting() | Reading() | Issuing():
            return None
        case Done(_, None):
            return SLOW_PRINT_S
        case Done() as done:
            return RESULT_S if done.is_over else None
        case Failed():
            return RESULT_S
        case Assistance():
            return CALL_S
        case AskingKey() | Found() | Choosing() | AskingPriority() | Confirming():
            return None if desk.card_laid else IDLE_S
        case TypingNumber() | TypingBirthDate() | ScanningCode() | AskingCard():
            return IDLE_S
        case _:
            assert_never(desk.state)
