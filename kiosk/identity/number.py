"""Whether two numbers can belong to one person."""

from kiosk.reader.document import NumberKind
from kiosk.reader.number import number_kind

_SOCIAL_INSURANCE_DIGITS = 10


def numbers_agree(one: str, other: str) -> bool:
    """False where two numbers of one kind differ; numbers that cannot be compared, or are absent, agree.

    An insurance card's number ends with its holder's social-insurance number: 15 and 10 characters compare by those.
    """
    first, second = _comparable(one), _comparable(other)
    return first is None or second is None or first[0] is not second[0] or first[1] == second[1]


def _comparable(number: str) -> tuple[NumberKind, str] | None:
    match number_kind(number):
        case NumberKind.INSURANCE_CARD:
            return NumberKind.SOCIAL_INSURANCE, number[-_SOCIAL_INSURANCE_DIGITS:]
        case None:
            return None
        case kind:
            return kind, number
