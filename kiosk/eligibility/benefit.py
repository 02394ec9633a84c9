"""What the insurance fund pays: by the number on the card, by the route, by what was paid this year."""

import re
from datetime import date
from enum import Enum

from kiosk.eligibility.law.tables import Law
from kiosk.eligibility.route import Route
from kiosk.lookup.answer import Copay

_FULL_NUMBER = re.compile(r"[A-Z]{2}[1-5][0-9]{12}")
_SHORT_NUMBER = re.compile(r"[0-9]{10}")
_FULL = 100


class Exemption(Enum):
    """Whether the co-pay of the rest of the year is waived."""

    NOT_THIS_ROUTE = "not-this-route"
    NOTHING_TO_WAIVE = "nothing-to-waive"
    BEFORE_FIVE_YEARS = "before-five-years"
    CO_PAY_UNKNOWN = "co-pay-unknown"
    CO_PAY_BELOW = "co-pay-below"
    PERHAPS = "perhaps"
    EXEMPT = "exempt"


def benefit_percent(card_number: str, law: Law) -> int | None:
    """Percent by the third character; None where the number does not say (ten digits, an odd form)."""
    return law.percent_of_digit[card_number[2]] if _FULL_NUMBER.fullmatch(card_number) else None


def is_card_number(card_number: str) -> bool:
    """Whether the number has one of the two forms in use: 15 characters, or the ten digits of newer cards."""
    return bool(_FULL_NUMBER.fullmatch(card_number) or _SHORT_NUMBER.fullmatch(card_number))


def group(card_number: str) -> str:
    """The two letters that say why somebody is insured; empty where the number does not tell."""
    return card_number[:2] if _FULL_NUMBER.fullmatch(card_number) else ""


def exemption(
    five_year_date: date | None, copay: Copay, card_percent: int | None, route: Route, today: date, law: Law
) -> Exemption:
    """Both five years and a year's co-pay above the limit, on a route that pays the full benefit.

    What was paid before the five years were full does not count, and in a year in which the base salary rose the limit
    depends on when it was paid: there the answer is PERHAPS and staff look.

    [Law on Health Insurance art. 22(1)(d) as amended by Law 51/2024/QH15; Decree 188/2025/ND-CP art. 18(2)]
    """
    if five_year_date is None or five_year_date > today:
        return Exemption.BEFORE_FIVE_YEARS
    if route.percent != _FULL:
        return Exemption.NOT_THIS_ROUTE
    if route.whatever_card or card_percent == _FULL:
        return Exemption.NOTHING_TO_WAIVE
    paid, limits = paid_this_year(copay, today), law.exemption_limits_vnd(today)
    if paid is None or limits is None:
        return Exemption.CO_PAY_UNKNOWN
    least, most = limits
    if paid <= least:
        return Exemption.CO_PAY_BELOW
    return Exemption.EXEMPT if paid > most and five_year_date.year < today.year else Exemption.PERHAPS


def paid_this_year(copay: Copay, today: date) -> int | None:
    """What was co-paid so far, in đồng; an amount of another year, or less than nothing, is none."""
    paid, counted_to = copay.copay_vnd_this_year, copay.counted_to
    if paid is None or paid < 0 or (counted_to is not None and (counted_to.year != today.year or counted_to > today)):
        return None
    return paid


def fund_permille(card_percent: int | None, route: Route, exempt: Exemption) -> int | None:
    """What the fund pays of the cost inside its scope, in thousandths; None: not known."""
    if route.percent is None:
        return None
    if route.whatever_card:
        return route.percent * 10
    promised = _FULL if exempt is Exemption.EXEMPT else card_percent
    return None if promised is None else promised * route.percent // 10
