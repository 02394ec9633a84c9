"""The decision of reception: what the gateway's answer means for this person, at this facility, today.

Pure. Each rule is a function that looks at one thing and says what it found; the gravest finding is the verdict. A card
counts as covered only if everything that speaks for it is there: whatever is missing or odd makes it less.
"""

from datetime import date, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from kiosk.eligibility.benefit import benefit_percent, exemption, fund_permille, group, paid_this_year
from kiosk.eligibility.card_rules import RULES, card_in_use
from kiosk.eligibility.child import is_child, is_newborn
from kiosk.eligibility.decision import Action, Decision, Reason, Verdict
from kiosk.eligibility.earlier import last_verified
from kiosk.eligibility.finding import CardInUse, Case, Finding, covers, on
from kiosk.eligibility.law.reading import packaged_law
from kiosk.eligibility.law.tables import Law
from kiosk.eligibility.person_rules import differences, document_findings, person_findings
from kiosk.eligibility.result_codes import RESULT_CODES, UNKNOWN_CODE, CodeRule
from kiosk.eligibility.route import Route, provisional_route
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, CardAnswer, Copay, InsuranceCard, NotAsked, ServiceTrouble, TroubleKind

__all__ = ["RULES", "CardInUse", "Case", "Finding", "Visit", "card_in_use", "decide", "is_child"]

_GRAVITY = (Verdict.COVERED, Verdict.ATTENTION, Verdict.SELF_PAY, Verdict.ASK_STAFF)
_MISCONFIGURED = {TroubleKind.ACCOUNT, TroubleKind.ACCOUNT_LOCKED, TroubleKind.OFFICER, TroubleKind.PARAMETERS}
_NO_SUCH_CARD = {"050", "051", "052", "053"}
_NOT_ASKED_FOR = Copay()
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_CLOCKS_AGREE_WITHIN = timedelta(minutes=10)
"""So near to each other two clocks may stand on either side of midnight."""


def decide(
    identity: Identity,
    answer: Answer,
    visit: Visit,
    today: date,
    *,
    law: Law | None = None,
    copay: Copay = _NOT_ASKED_FOR,
    earlier: CardAnswer | None = None,
) -> Decision:
    """What reception does with this person's insurance, and why.

    `law` None: the tables of this release. `copay` as the gateway counts it. `earlier`: an answer about the same person
    at an earlier visit, which staff are told of while there is no new one.
    """
    law = law or packaged_law()
    about_document = [finding.reason for finding in document_findings(identity, today)]
    if not visit.uses_insurance:
        reasons = (Reason("insurance-not-used"), *about_document)
        route = provisional_route("", visit, today, law)
        return Decision(Verdict.SELF_PAY, reasons, route=route.code, action=Action.PAY_OR_PROVE)
    match answer:
        case NotAsked():
            return _not_asked(identity, answer, about_document, today, law)
        case ServiceTrouble():
            seen = _last_seen(identity, earlier, today, law)
            return _unverified(answer.kind.value, answer.kind in _MISCONFIGURED, [*seen, *about_document])
        case CardAnswer():
            return _answered(identity, answer, visit, today, law, copay, earlier, about_document)
        case _:
            assert_never(answer)


def _not_asked(identity: Identity, answer: NotAsked, about_document: list[Reason], today: date, law: Law) -> Decision:
    """Too little is known of the person to ask with: the desk completes it."""
    known = {"number", "full-name", "date-of-birth"}
    code, action = f"missing-{answer.missing}" if answer.missing in known else "missing-data", Action.ASK_PATIENT
    if answer.missing == "number" and is_child(identity, today, law):
        code, action = "child-without-number", Action.HELP_CHILD
    return Decision(Verdict.ASK_STAFF, (Reason(code), *about_document), action=action)


def _unverified(kind: str, misconfigured: bool, more: list[Reason]) -> Decision:
    """An outage turns nobody away: record, admit, look up again later [Decree 188/2025/ND-CP art. 38]."""
    action = Action.CALL_ADMINISTRATOR if misconfigured else Action.ADMIT_AND_ASK_AGAIN
    reasons = (Reason("card-not-verified"), Reason(f"trouble.{kind}"), *more)
    return Decision(Verdict.UNVERIFIED, reasons, action=action)


def _last_seen(identity: Identity, earlier: CardAnswer | None, today: date, law: Law) -> list[Reason]:
    seen = last_verified(identity, earlier, today, law) if earlier is not None else None
    return [Reason("last-verified", on(seen))] if seen is not None else []


def _answered(
    identity: Identity,
    answer: CardAnswer,
    visit: Visit,
    today: date,
    law: Law,
    copay: Copay,
    earlier: CardAnswer | None,
    about_document: list[Reason],
) -> Decision:
    rule = RESULT_CODES.get(answer.code, UNKNOWN_CODE)
    if rule.verdict is Verdict.UNVERIFIED:
        seen = _last_seen(identity, earlier, today, law)
        misconfigured = rule.action is Action.CALL_ADMINISTRATOR
        return _unverified(rule.reason.removeprefix("trouble."), misconfigured, [*seen, *about_document])
    if rule.verdict not in {Verdict.COVERED, Verdict.ATTENTION}:
        return _refused(identity, answer, rule, today, law, about_document)
    if answer.card is None:
        reasons = (Reason("card-data-missing"), *about_document)
        return Decision(Verdict.ASK_STAFF, reasons, action=Action.CHECK_PAPER_CARD)
    return _usable(identity, answer, answer.card, visit, today, law, copay)


def _refused(
    identity: Identity, answer: CardAnswer, rule: CodeRule, today: date, law: Law, about_document: list[Reason]
) -> Decision:
    """The gateway knows no card that counts: its reason, and what differs where that is the reason."""
    rule = _special(identity, answer, rule, today, law)
    reasons = [Reason(rule.reason, (("code", answer.code),))]
    card = answer.card
    if card is not None and rule.verdict is Verdict.SELF_PAY:
        rule, more = _perhaps_covered(answer.code, card, rule, today)
        reasons += more
    differing = differences(identity, card) if card is not None and rule.action is Action.CHECK_PERSON else ()
    reasons += [finding.reason for finding in person_findings(differing)]
    if identity.name_is_transliterated and rule.reason in {"name-wrong", "name-nearly-right"}:
        reasons.append(Reason("name-without-marks"))
    reasons += about_document
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
        differences=differing,
        next_card=card.next_card,
    )


def _special(identity: Identity, answer: CardAnswer, rule: CodeRule, today: date, law: Law) -> CodeRule:
    """Whose card the portal may not know: the forces', and a small child's [Decree 188/2025/ND-CP art. 37(1), (2)]."""
    numbers = [identity.insurance_number, answer.card.number if answer.card is not None else ""]
    if answer.code in _NO_SUCH_CARD | {"010"} and any(group(number) in law.forces for number in numbers):
        return CodeRule(Verdict.ASK_STAFF, "card-of-forces-not-known", Action.CHECK_PAPER_CARD)
    if answer.code in _NO_SUCH_CARD and is_child(identity, today, law):
        reason = "newborn-not-registered" if is_newborn(identity, today, law) else "child-not-registered"
        return CodeRule(Verdict.ASK_STAFF, reason, Action.HELP_CHILD)
    if rule.verdict is Verdict.SELF_PAY and is_child(identity, today, law):
        return CodeRule(Verdict.ASK_STAFF, "child-card-not-counting", Action.HELP_CHILD)
    if answer.code == "130" and identity.date_of_birth is not None and not is_child(identity, today, law):
        return CodeRule(Verdict.ASK_STAFF, "child-code-for-adult", Action.CHECK_PERSON)
    return rule


def _perhaps_covered(code: str, card: InsuranceCard, rule: CodeRule, today: date) -> tuple[CodeRule, list[Reason]]:
    """Nobody is told to pay while the same answer names another card in force, or dates that say otherwise."""
    reasons: list[Reason] = []
    unclear = code == "010" and covers(card.valid_from, card.valid_to, today)
    if unclear:
        reasons.append(Reason("card-dates-contradict"))
    following = card.next_card
    if following is not None:
        reasons.append(Reason("next-card", on(following.valid_from)))
        begun = following.valid_from is None or following.valid_from <= today
        unclear = unclear or (begun and (following.valid_to is None or today <= following.valid_to))
    return (CodeRule(Verdict.ASK_STAFF, rule.reason, Action.CHECK_NUMBER) if unclear else rule), reasons


def _usable(
    identity: Identity,
    answer: CardAnswer,
    described: InsuranceCard,
    visit: Visit,
    today: date,
    law: Law,
    copay: Copay,
) -> Decision:
    """A card exists: every rule has its say, the gravest finding decides."""
    card = card_in_use(answer.code, described, today)
    newborn = is_newborn(identity, today, law)
    hard_area = lives_in_hard_area(described.area, card.number, visit, law)
    route = provisional_route(card.facility, visit, today, law, newborn=newborn, hard_area=hard_area)
    promised = benefit_percent(card.number, law)
    exempt = exemption(described.five_year_date, copay, promised, route, today, law)
    differing = differences(identity, described)
    codes = answer.earlier_codes
    case = Case(
        identity, answer.code, codes, described, card, visit, route, exempt, differing, today, law, _service_day(answer)
    )
    found = [finding for rule in RULES for finding in rule(case)]
    findings = sorted(found, key=lambda finding: _GRAVITY.index(finding.verdict), reverse=True)
    gravest = findings[0]
    counts = gravest.verdict in {Verdict.COVERED, Verdict.ATTENTION}
    permille = fund_permille(promised, route, exempt) if counts else None
    limits = law.exemption_limits_vnd(today)
    return Decision(
        gravest.verdict,
        tuple(finding.reason for finding in findings),
        benefit_percent=None if permille is None else permille // 10,
        route=route.code if counts else "",
        card_number=card.number,
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        facility=card.facility,
        area=described.area,
        action=_action_of(findings),
        fund_permille=permille,
        no_co_pay_below_vnd=_no_co_pay_below(permille, route, today, law),
        differences=differing,
        next_card=None if card.is_successor else described.next_card,
        co_pay_this_year_vnd=paid_this_year(copay, today) if counts else None,
        co_pay_limit_vnd=limits[0] if counts and limits is not None else None,
    )


def _service_day(answer: CardAnswer) -> date | None:
    """The service's day when it answered, where it is not this computer's of the same moment."""
    told = [receipt for receipt in answer.receipts if receipt.server_time is not None]
    if not told or (served_at := told[-1].server_time) is None:
        return None
    if abs(told[-1].answered_at - served_at) < _CLOCKS_AGREE_WITHIN:
        return None
    day = served_at.astimezone(_VIETNAM).date()
    return None if day == told[-1].answered_at.astimezone(_VIETNAM).date() else day


def _action_of(findings: list[Finding]) -> Action:
    """What the desk does about the gravest findings: the first of them that asks for anything."""
    gravest = [finding.action for finding in findings if finding.verdict is findings[0].verdict]
    return next((action for action in gravest if action is not Action.USE_CARD), Action.USE_CARD)


def _no_co_pay_below(permille: int | None, route: Route, today: date, law: Law) -> int | None:
    """A small visit is free of co-pay where the full benefit is paid [Law on Health Insurance art. 22(1)]."""
    applies = permille is not None and permille < 1000 and route.percent == 100
    return law.low_cost_vnd(today) if applies else None


def lives_in_hard_area(area: str, card_number: str, visit: Visit, law: Law) -> bool:
    """On an island, or of a group that a hard area gives the right [Law on Health Insurance art. 22(4)(b)]."""
    household = visit.hard_area_household or group(card_number) in law.hard_area_groups
    return area in law.island_areas or (area in law.hard_areas and household)
