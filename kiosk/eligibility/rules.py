"""The decision of reception: what the gateway's answer means for this person, at this facility, today.

Pure. Each rule is a function that looks at one thing and says what it found; the gravest finding is the verdict. A card
counts as covered only if everything that speaks for it is there: whatever is missing or odd makes it less.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from kiosk.eligibility.benefit import benefit_percent, is_card_number
from kiosk.eligibility.decision import Action, Decision, Reason, Verdict
from kiosk.eligibility.likeness import Likeness, agree, compare_names
from kiosk.eligibility.result_codes import RESULT_CODES, UNKNOWN_CODE, CodeRule
from kiosk.eligibility.route import NOT_USING_INSURANCE, Route, provisional_route
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, CardAnswer, InsuranceCard, NotAsked, ServiceTrouble, TroubleKind
from kiosk.privacy import Personal
from kiosk.reader.document import Sex

__all__ = ["RULES", "CardInUse", "Case", "Finding", "Visit", "card_in_use", "decide", "is_child"]

SCHOOL_AGE = 6
"""Children under six are insured whether they hold a card or not [Law on Health Insurance art. 12, 28]."""

_GRAVITY = (Verdict.COVERED, Verdict.ATTENTION, Verdict.SELF_PAY, Verdict.ASK_STAFF)
_MISCONFIGURED = {TroubleKind.ACCOUNT, TroubleKind.ACCOUNT_LOCKED, TroubleKind.OFFICER, TroubleKind.PARAMETERS}
_SEX_WORDS = {"nam": Sex.MALE, "nữ": Sex.FEMALE}


@dataclass(frozen=True, slots=True, repr=False)
class CardInUse(Personal):
    """The card that counts today: the one asked about or the one that replaced it."""

    number: str
    valid_from: date | None
    valid_to: date | None
    facility: str
    is_successor: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Case(Personal):
    """Everything that a rule may look at."""

    identity: Identity
    code: str
    earlier_codes: tuple[str, ...]
    described: InsuranceCard
    card: CardInUse
    route: Route
    today: date


@dataclass(frozen=True, slots=True, repr=False)
class Finding(Personal):
    """What a rule found: at best this verdict, for this reason, with this to do."""

    verdict: Verdict
    reason: Reason
    action: Action


def decide(identity: Identity, answer: Answer, visit: Visit, today: date) -> Decision:
    """What reception does with this person's insurance, and why."""
    if not visit.uses_insurance:
        reason = Reason("insurance-not-used")
        return Decision(Verdict.SELF_PAY, (reason,), route=NOT_USING_INSURANCE, action=Action.PAY_OR_PROVE)
    match answer:
        case NotAsked():
            return _not_asked(answer)
        case ServiceTrouble():
            return _unverified(answer.kind.value, answer.kind in _MISCONFIGURED)
        case CardAnswer():
            return _answered(identity, answer, visit, today)
        case _:
            assert_never(answer)


def _not_asked(answer: NotAsked) -> Decision:
    """Too little is known of the person to ask with: the desk completes it."""
    known = {"number", "full-name", "date-of-birth"}
    code = f"missing-{answer.missing}" if answer.missing in known else "missing-data"
    return Decision(Verdict.ASK_STAFF, (Reason(code),), action=Action.ASK_PATIENT)


def _unverified(kind: str, misconfigured: bool) -> Decision:
    """An outage turns nobody away: record, admit, look up again later [Decree 188/2025 art. 38]."""
    action = Action.CALL_ADMINISTRATOR if misconfigured else Action.ADMIT_AND_ASK_AGAIN
    return Decision(Verdict.UNVERIFIED, (Reason("card-not-verified"), Reason(f"trouble.{kind}")), action=action)


def _answered(identity: Identity, answer: CardAnswer, visit: Visit, today: date) -> Decision:
    rule = RESULT_CODES.get(answer.code, UNKNOWN_CODE)
    if rule.verdict is Verdict.UNVERIFIED:
        return _unverified(rule.reason.removeprefix("trouble."), rule.action is Action.CALL_ADMINISTRATOR)
    if rule.verdict not in {Verdict.COVERED, Verdict.ATTENTION}:
        return _refused(identity, answer, rule, today)
    if answer.card is None:
        return Decision(Verdict.ASK_STAFF, (Reason("card-data-missing"),), action=Action.CHECK_PAPER_CARD)
    return _usable(identity, answer, answer.card, visit, today)


def _refused(identity: Identity, answer: CardAnswer, rule: CodeRule, today: date) -> Decision:
    """The gateway knows no card that counts: its reason, and what differs where that is the reason."""
    if answer.code == "050" and is_child(identity, today):
        rule = CodeRule(Verdict.ASK_STAFF, "child-not-registered", Action.HELP_CHILD)
    reasons = [Reason(rule.reason, (("code", answer.code),))]
    card = answer.card
    if card is not None and rule.action is Action.CHECK_PERSON:
        reasons += [finding.reason for finding in _person_findings(identity, card)]
    if identity.name_is_transliterated and rule.action is Action.CHECK_PERSON:
        reasons.append(Reason("name-without-marks"))
    if card is None:
        return Decision(rule.verdict, tuple(reasons), action=rule.action)
    return Decision(
        rule.verdict,
        tuple(reasons),
        card_number=card.number,
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        facility=card.facility,
        area=card.area,
        action=rule.action,
    )


def _usable(identity: Identity, answer: CardAnswer, described: InsuranceCard, visit: Visit, today: date) -> Decision:
    """A card exists: every rule has its say, the gravest finding decides."""
    card = card_in_use(answer.code, described, today)
    born = identity.date_of_birth
    age_days = (today - born.earliest).days if born is not None and born.day is not None else None
    route = provisional_route(card.facility, visit, age_days, today)
    case = Case(identity, answer.code, answer.earlier_codes, described, card, route, today)
    found = [finding for rule in RULES for finding in rule(case)]
    findings = sorted(found, key=lambda finding: _GRAVITY.index(finding.verdict), reverse=True)
    gravest = findings[0]
    counts = gravest.verdict in {Verdict.COVERED, Verdict.ATTENTION}
    return Decision(
        gravest.verdict,
        tuple(finding.reason for finding in findings),
        benefit_percent=_paid_percent(card, route) if counts else None,
        route=route.code if counts else "",
        card_number=card.number,
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        facility=card.facility,
        area=described.area,
        action=gravest.action,
    )


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


def is_child(identity: Identity, today: date) -> bool:
    """Under six years of age."""
    return identity.date_of_birth is not None and identity.date_of_birth.age_on(today) < SCHOOL_AGE


def result_rule(case: Case) -> Iterator[Finding]:
    """What the gateway said in its own words; a card found after a detour is shown to staff."""
    rule = RESULT_CODES[case.code]
    if case.code == "003" and not case.card.is_successor:
        yield _ask("new-card-data-missing", Action.CHECK_PAPER_CARD)
        return
    yield Finding(rule.verdict, Reason(rule.reason, _begin_of_next(case)), rule.action)
    if "003" in case.earlier_codes:
        yield _attention("card-renewed")
    if any(code.startswith("05") for code in case.earlier_codes):
        yield _attention("found-by-personal-number")


def next_card_rule(case: Case) -> Iterator[Finding]:
    """A plain valid card with another card behind it: the desk tells the patient."""
    if case.code == "000" and case.described.next_card is not None:
        yield _attention("next-card", *_begin_of_next(case))


def dates_rule(case: Case) -> Iterator[Finding]:
    """A card counts from its first to its last day, both included [Law on Health Insurance art. 16]."""
    card = case.card
    if card.valid_from is None or card.valid_to is None:
        yield _ask("card-dates-missing", Action.CHECK_PAPER_CARD)
    elif card.valid_from > card.valid_to:
        yield _ask("card-dates-contradict", Action.CHECK_PAPER_CARD)
    elif case.today > card.valid_to:
        if case.described.next_card is not None and not card.is_successor:
            yield _ask("card-ended-next-known", Action.CHECK_PAPER_CARD)
        yield Finding(Verdict.SELF_PAY, Reason("card-ended", _on(card.valid_to)), Action.PAY_OR_PROVE)
    elif case.today < card.valid_from:
        if card.is_successor:  # the old card is over by the gateway's own word: nothing counts today
            yield Finding(Verdict.SELF_PAY, Reason("new-card-not-begun", _on(card.valid_from)), Action.PAY_OR_PROVE)
        else:
            yield _ask("card-not-begun", Action.CHECK_PAPER_CARD, *_on(card.valid_from))


def number_rule(case: Case) -> Iterator[Finding]:
    """Odd numbers warn; only the long form tells the benefit."""
    number = case.card.number
    if not number:
        yield _ask("card-number-missing", Action.CHECK_PAPER_CARD)
    elif not is_card_number(number):
        yield _attention("card-number-odd")
    elif benefit_percent(number) is None:
        yield _attention("benefit-unknown")


def person_rule(case: Case) -> Iterator[Finding]:
    """The person on the card is the person of the document."""
    yield from _person_findings(case.identity, case.described)


def facility_rule(case: Case) -> Iterator[Finding]:
    """Where the patient is registered, and what the route leaves of the benefit [Decision 3276/2025]."""
    facility, route = case.card.facility, case.route
    if not facility:
        yield _attention("facility-missing")
    elif route.code != "1.1":
        verdict = Verdict.COVERED if route.share_percent == 100 else Verdict.ATTENTION
        yield Finding(verdict, Reason("other-facility", (("facility", facility),)), Action.USE_CARD)
    if not route.code:
        yield _attention("route-unknown")
    elif route.share_percent != 100:
        yield _attention("route-reduces", ("route", route.code), ("percent", str(route.share_percent)))


def area_rule(case: Case) -> Iterator[Finding]:
    """Hard areas raise what the fund pays at other facilities [Law on Health Insurance art. 22(5)]."""
    if case.described.area:
        yield _remark("area", ("area", case.described.area))


def five_years_rule(case: Case) -> Iterator[Finding]:
    """One of the two conditions of the co-pay exemption; the other is the year's co-pay [Decree 188/2025]."""
    since = case.described.five_year_date
    if since is not None and since <= case.today:
        yield _remark("five-years", *_on(since))


RULES: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    result_rule,
    next_card_rule,
    dates_rule,
    number_rule,
    person_rule,
    facility_rule,
    area_rule,
    five_years_rule,
)


def _person_findings(identity: Identity, card: InsuranceCard) -> Iterator[Finding]:
    yield from _name_findings(identity, card)
    born, born_on_card = identity.date_of_birth, card.date_of_birth
    if born is None or born_on_card is None:
        yield _attention("birth-not-compared")
    elif not agree(born, born_on_card):
        both = (("document", str(born)), ("card", str(born_on_card)))
        yield _ask("birth-differs", Action.CHECK_PERSON, *both)
    sex = _SEX_WORDS.get(card.sex_raw.casefold())
    if sex is not None and identity.sex is not None and sex is not identity.sex:
        yield _attention("sex-differs")


def _name_findings(identity: Identity, card: InsuranceCard) -> Iterator[Finding]:
    if not identity.full_name.strip() or not card.full_name.strip():
        yield _attention("name-not-compared")
        return
    both = (("document", identity.full_name), ("card", card.full_name))
    match compare_names(identity.full_name, card.full_name, transliterated=identity.name_is_transliterated):
        case Likeness.MARKS_DIFFER:
            yield _attention("name-marks-differ", *both)
        case Likeness.DIFFERENT:
            yield _ask("name-differs", Action.CHECK_PERSON, *both)
        case Likeness.SAME:
            pass


def _paid_percent(card: CardInUse, route: Route) -> int | None:
    percent = benefit_percent(card.number)
    if percent is None or route.share_percent is None:
        return percent
    return percent * route.share_percent // 100


def _begin_of_next(case: Case) -> tuple[tuple[str, str], ...]:
    following = case.described.next_card
    return _on(following.valid_from) if following is not None and following.valid_from is not None else _on(None)


def _on(day: date | None) -> tuple[tuple[str, str], ...]:
    return (("date", f"{day:%d/%m}/{day.year:04}" if day else "?"),)


def _remark(code: str, *values: tuple[str, str]) -> Finding:
    return Finding(Verdict.COVERED, Reason(code, values), Action.USE_CARD)


def _attention(code: str, *values: tuple[str, str]) -> Finding:
    return Finding(Verdict.ATTENTION, Reason(code, values), Action.USE_CARD)


def _ask(code: str, action: Action, *values: tuple[str, str]) -> Finding:
    return Finding(Verdict.ASK_STAFF, Reason(code, values), action)
