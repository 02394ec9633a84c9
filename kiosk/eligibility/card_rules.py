"""The rules about a card that the gateway calls usable: each looks at one thing and says what it found."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from kiosk.eligibility.benefit import Exemption, benefit_percent, group, is_card_number
from kiosk.eligibility.child import is_child
from kiosk.eligibility.decision import Action, Reason, Verdict
from kiosk.eligibility.finding import CardInUse, Case, Finding, ask, attention, covers, dong, on, remark, self_pay
from kiosk.eligibility.person_rules import document_findings, person_findings
from kiosk.eligibility.result_codes import RESULT_CODES
from kiosk.eligibility.route import Route, transfer_good_to, transfer_is_good
from kiosk.eligibility.visit import CareLevel, PrimaryKind, Purpose, Visit
from kiosk.lookup.answer import InsuranceCard

_WITHOUT_FACILITY = "000"
"""How the facility of a temporary number ends: it is registered nowhere yet."""


def card_in_use(code: str, described: InsuranceCard, today: date) -> CardInUse:
    """The old card until the new one begins, never the future card early; after 003 the old one is over."""
    following = described.next_card
    if code in {"003", "004"} and following is not None:
        begun = following.valid_from is not None and following.valid_from <= today
        if begun or code == "003":
            return CardInUse(
                following.number, following.valid_from, following.valid_to, following.facility, is_successor=True
            )
    return CardInUse(described.number, described.valid_from, described.valid_to, described.facility)


def result_rule(case: Case) -> Iterator[Finding]:
    """What the gateway said in its own words; a card found after a detour is shown to staff."""
    rule = RESULT_CODES[case.code]
    if case.code == "003" and not case.card.is_successor:
        yield ask("new-card-data-missing", Action.CHECK_PAPER_CARD)
        return
    reason = "card-replaced" if case.code == "004" and case.card.is_successor else rule.reason
    yield Finding(rule.verdict, Reason(reason, _begin_of_next(case)), rule.action)
    if "003" in case.earlier_codes:
        yield attention("card-renewed", *_begin_of_next(case))
    if any(code.startswith("05") for code in case.earlier_codes):
        yield attention("found-by-personal-number")


def next_card_rule(case: Case) -> Iterator[Finding]:
    """A plain valid card with another card behind it: the desk tells the patient."""
    if case.code == "000" and case.described.next_card is not None:
        yield attention("next-card", *_begin_of_next(case))


def dates_rule(case: Case) -> Iterator[Finding]:
    """A card counts from its first to its last day, both included [Law on Health Insurance art. 16]."""
    card = case.card
    if card.valid_from is None or card.valid_to is None:
        yield ask("card-dates-missing", Action.CHECK_PAPER_CARD)
    elif card.valid_from > card.valid_to:
        yield ask("card-dates-contradict", Action.CHECK_PAPER_CARD)
    elif case.today > card.valid_to:
        yield from _ended(case, card.valid_to)
    elif case.today < card.valid_from:
        if not card.is_successor:
            yield ask("card-not-begun", Action.CHECK_PAPER_CARD, *on(card.valid_from))
            return
        if covers(case.described.valid_from, case.described.valid_to, case.today):
            yield ask("card-dates-contradict", Action.CHECK_PAPER_CARD)
        if _is_of_forces(case):
            yield ask("card-of-forces-not-known", Action.CHECK_PAPER_CARD, ("code", case.code))
        if is_child(case.identity, case.today, case.law):
            yield ask("child-card-ended", Action.HELP_CHILD)
        # The old card is over by the gateway's own word: nothing counts today.
        yield self_pay("new-card-not-begun", *on(card.valid_from))


def clock_rule(case: Case) -> Iterator[Finding]:
    """A computer whose date is wrong counts no card's days: staff decide wherever the service's day says otherwise."""
    if case.service_day is None:
        return
    if covers(case.card.valid_from, case.card.valid_to, case.service_day) == _in_force(case):
        yield attention("clock-differs", *on(case.service_day), action=Action.CALL_ADMINISTRATOR)
    else:
        yield ask("clock-differs", Action.CALL_ADMINISTRATOR, *on(case.service_day))


def _ended(case: Case, last: date) -> Iterator[Finding]:
    """Before anybody is told to pay: another card may count, the forces know more, a small child is insured by age."""
    if not case.card.is_successor:
        if case.described.next_card is not None:
            yield ask("card-ended-next-known", Action.CHECK_PAPER_CARD)
        elif case.code == "004":
            yield ask("new-card-data-missing", Action.CHECK_PAPER_CARD)
    if _is_of_forces(case):
        yield ask("card-of-forces-not-known", Action.CHECK_PAPER_CARD, ("code", case.code))
    if is_child(case.identity, case.today, case.law):
        yield ask("child-card-ended", Action.HELP_CHILD)
    yield self_pay("card-ended", *on(last))


def _is_of_forces(case: Case) -> bool:
    """Whether any number that is known of this person is the forces': who changes over keeps one of them for a time."""
    numbers = (case.card.number, case.described.number, case.identity.insurance_number)
    return any(group(number) in case.law.forces for number in numbers)


def number_rule(case: Case) -> Iterator[Finding]:
    """Odd numbers warn; only the long form tells the benefit. Forces' and temporary cards are named."""
    number = case.card.number
    if not number:
        yield ask("card-number-missing", Action.CHECK_PAPER_CARD)
    elif not is_card_number(number):
        yield attention("card-number-odd")
    elif benefit_percent(number, case.law) is None and not case.route.whatever_card:
        yield attention("benefit-unknown")
    if group(number) in case.law.forces:
        yield remark("card-of-forces")
    if group(number) == "TE" and case.card.facility.endswith(_WITHOUT_FACILITY):
        yield remark("temporary-number")


def person_rule(case: Case) -> Iterator[Finding]:
    """The person on the card is the person of the document."""
    yield from person_findings(case.differences)


def document_rule(case: Case) -> Iterator[Finding]:
    """The document that says who it is still counts."""
    yield from document_findings(case.identity, case.today)


def transfer_rule(case: Case) -> Iterator[Finding]:
    """A transfer form is good for a time; staff look at its day where nobody did [Circular 01/2025/TT-BYT art. 12]."""
    visit = case.visit
    needless = case.route.code in {"1.1", "1.2"} or visit.purpose is not Purpose.EXAMINATION
    if not visit.transfer_form or needless or not _in_force(case):
        return
    signed = visit.transfer_signed_on
    if signed is None:
        yield attention("transfer-day-unknown", action=Action.CHECK_ROUTE)
    elif signed > case.today:
        yield attention("transfer-signed-later", *on(signed), action=Action.CHECK_ROUTE)
    elif not transfer_is_good(visit, case.today, case.law):
        last = transfer_good_to(signed, case.law, one_year=visit.transfer_one_year)
        yield attention("transfer-expired", *on(last), action=Action.CHECK_ROUTE)
    elif not visit.transfer_one_year:
        last = transfer_good_to(signed, case.law, one_year=False)
        if not all(case.law.knows_days_off(year) for year in {signed.year, last.year}):
            yield attention("transfer-days-off-unknown", *on(last), action=Action.CHECK_ROUTE)


def facility_rule(case: Case) -> Iterator[Finding]:
    """Where the patient is registered, and what the route leaves of the benefit [Decision 3276/QD-BYT 2025]."""
    facility, route, visit = case.card.facility, case.route, case.visit
    if not facility:
        yield attention("facility-missing")
    elif facility != visit.facility:
        full = route.percent == 100
        verdict = Verdict.COVERED if full else Verdict.ATTENTION
        yield Finding(verdict, Reason("other-facility", (("facility", facility),)), Action.USE_CARD)
    if _in_force(case):
        yield from _route_findings(route, visit)


def _route_findings(route: Route, visit: Visit) -> Iterator[Finding]:
    if not route.code:
        yield attention("route-unknown", action=Action.CHECK_ROUTE)
    elif route.percent is None:
        yield attention("route-depends", ("route", route.code), action=Action.CHECK_ROUTE)
    elif route.percent == 0:
        yield ask("route-pays-nothing", Action.CHECK_ROUTE, ("route", route.code))
    elif route.percent < 100:
        values = (("route", route.code), ("percent", str(route.percent)))
        yield attention("route-reduces", *values, action=Action.CHECK_ROUTE)
    if visit.level is CareLevel.PRIMARY and visit.primary_kind is PrimaryKind.UNKNOWN:
        yield attention("primary-kind-unknown", action=Action.CHECK_ROUTE)
    if route.code == "1.5":
        yield remark("appointment-once")


def area_rule(case: Case) -> Iterator[Finding]:
    """Hard areas raise what is paid for inpatients of other facilities [Law on Health Insurance art. 22(4)(b)]."""
    area = case.described.area
    if area:
        yield remark("area", ("area", area))
    if area in case.law.hard_areas and case.visit.inpatient and case.route.percent not in {None, 100}:
        yield attention("area-may-raise", ("area", area), action=Action.CHECK_ROUTE)


def co_pay_rule(case: Case) -> Iterator[Finding]:
    """No co-pay after five years and a year's co-pay above the limit, both [Decree 188/2025/ND-CP art. 18(2)]."""
    if not _in_force(case):
        return
    since = on(case.described.five_year_date)
    limits = case.law.exemption_limits_vnd(case.today)
    least, most = (dong(limit) for limit in limits) if limits is not None else ("?", "?")
    match case.exemption:
        case Exemption.EXEMPT:
            yield remark("co-pay-exempt", *since, ("limit", most))
        case Exemption.PERHAPS:
            yield attention("co-pay-perhaps-exempt", *since, ("least", least), ("most", most))
        case Exemption.CO_PAY_BELOW:
            yield remark("co-pay-below-limit", *since, ("limit", least))
        case Exemption.CO_PAY_UNKNOWN:
            yield remark("five-years", *since, ("limit", least))
        case Exemption.BEFORE_FIVE_YEARS | Exemption.NOT_THIS_ROUTE | Exemption.NOTHING_TO_WAIVE:
            pass


RULES: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    result_rule,
    next_card_rule,
    dates_rule,
    clock_rule,
    number_rule,
    person_rule,
    document_rule,
    transfer_rule,
    facility_rule,
    area_rule,
    co_pay_rule,
)


def _in_force(case: Case) -> bool:
    return covers(case.card.valid_from, case.card.valid_to, case.today)


def _begin_of_next(case: Case) -> tuple[tuple[str, str], ...]:
    following = case.described.next_card
    return on(following.valid_from if following is not None else None)
