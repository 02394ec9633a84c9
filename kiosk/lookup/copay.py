"""When the cumulative co-pay is asked for: never without a reason that stands in its receipt."""

from datetime import date
from typing import Literal

from kiosk.lookup.answer import Answer, AskedBecause, CardAnswer

AskCopay = Literal["staff", "five-years"]
_CODES_OF_A_VALID_CARD = frozenset({"000", "004"})


def reason_for_copay(answer: Answer, today: date, ask_copay: AskCopay) -> Literal[AskedBecause.FIVE_YEARS] | None:
    """Why the co-pay is asked for without anybody's wish; None: only staff may ask, as `AskedBecause.STAFF`.

    It can change what a person pays only where the five years of continuous insurance are full, which the answer about
    the card says, and only where the settings want it.
    """
    if ask_copay != "five-years" or not isinstance(answer, CardAnswer) or answer.card is None:
        return None
    full = answer.card.five_year_date
    is_full = full is not None and full <= today
    return AskedBecause.FIVE_YEARS if is_full and answer.code in _CODES_OF_A_VALID_CARD else None
