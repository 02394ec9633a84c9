"""How long each page waits for somebody who may have gone."""

from typing import assert_never

from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Assistance,
    Choosing,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    ScanningCode,
    TypingNumber,
    Waiting,
)
from kiosk.workflow.transition import Desk

IDLE_S = 60.0
RESULT_S = 20.0
CALL_S = 120.0
"""The page that called staff shows nobody's data and stays until they can have come."""


def patience_s(desk: Desk) -> float | None:
    """Seconds without a sign of life after which the session is forgotten; None: never.

    Nobody is timed out while their card lies in the reader, except from the last page: there everything is done.
    """
    match desk.state:
        case Waiting() | Reading() | Issuing():
            return None
        case Done(_, printing):
            return RESULT_S if printing is not None else None
        case Failed():
            return RESULT_S
        case Assistance():
            return CALL_S
        case AskingKey() | Found() | Choosing():
            return None if desk.card_laid else IDLE_S
        case TypingNumber() | ScanningCode() | AskingCard():
            return IDLE_S
        case _:
            assert_never(desk.state)
