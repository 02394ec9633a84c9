"""What the insurance service says of a card, in the words of the person's panel. Pure; decides nothing."""

from collections.abc import Iterable
from datetime import date, datetime

from kiosk.checkin.business_day import in_clinic
from kiosk.eligibility.decision import Decision, Difference, Grade
from kiosk.eligibility.finding import written
from kiosk.eligibility.result_codes import RESULT_CODES, USABLE_CODES
from kiosk.lookup.answer import Answer, CardAnswer, InsuranceCard, NotAsked, Receipt, ServiceTrouble
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.facts import Compared, InsuranceFacts, Line, Said
from kiosk.ui.desk.numbers import NOTHING, dong_words, seconds_words, spaced_card
from kiosk.ui.desk.records import OpenedVisit
from kiosk.ui.desk.told_decision import VERDICT_TONES
from kiosk.ui.theme.palette import Tone

_GRADES = {Grade.UNKNOWN: None, Grade.SLIGHT: Tone.INFO, Grade.NOTABLE: Tone.ATTENTION, Grade.GRAVE: Tone.STOP}


def told_insurance(
    answer: Answer, decision: Decision | None, today: date, own: str, officer: str, language: Language
) -> InsuranceFacts:
    """What the service says of the person at the desk."""
    match answer:
        case CardAnswer():
            return _answered(answer, decision, today, own, officer, language)
        case ServiceTrouble(kind):
            status, note = (
                Said(say("desk.card.no_answer", language), Tone.INFO),
                say(f"decision.trouble.{kind.value}", language),
            )
            receipts = answer.receipts
        case NotAsked(missing):
            status, note = (
                Said(say("desk.card.not_asked", language), Tone.ATTENTION),
                say(f"decision.reason.missing-{missing}", language),
            )
            receipts = ()
    asked = _asked(answer.checked_at, receipts, officer, language)
    return InsuranceFacts(asked, "", status, None, None, today, None, (), (), note)


def _answered(
    answer: CardAnswer, decision: Decision | None, today: date, own: str, officer: str, language: Language
) -> InsuranceFacts:
    card = answer.card or InsuranceCard("")
    used = decision.card_number if decision is not None and decision.card_number else card.number
    is_new = card.next_card is not None and used == card.next_card.number
    valid_from = decision.valid_from if decision is not None and decision.card_number else card.valid_from
    valid_to = decision.valid_to if decision is not None and decision.card_number else card.valid_to
    facility = (decision.facility if decision is not None else "") or card.facility
    lines = [
        _facility(facility, own, language),
        Line(say("desk.card.five_years", language), written(card.five_year_date) if card.five_year_date else NOTHING),
        Line(say("desk.card.area", language), card.area or NOTHING),
        *_paid(decision, language),
    ]
    if decision is not None and decision.next_card is not None and not is_new:
        lines.append(Line(say("desk.card.next", language), written(decision.next_card.valid_from), Tone.ATTENTION))
    return InsuranceFacts(
        _asked(answer.checked_at, answer.receipts, officer, language),
        spaced_card(used),
        _status(answer.code, language),
        valid_from,
        valid_to,
        today,
        card.five_year_date,
        tuple(lines),
        () if decision is None else _compared(decision.differences, language),
    )


def told_kept_insurance(opened: OpenedVisit, today: date, own: str, language: Language) -> InsuranceFacts | None:
    """What it said when a kept visit was last looked up; None: it never was."""
    decision, proofs = opened.visit.decision, opened.visit.proofs
    if not proofs:
        return None
    proof = proofs[-1].proof
    officer = proof.receipts[-1].officer_number if proof.receipts else ""
    missing = proof.trouble.removeprefix("missing-")
    note = ""
    if proof.trouble:
        key = f"decision.trouble.{proof.trouble}"
        note = catalog(language).get(key) or catalog(language).get(f"decision.reason.missing-{missing}", "")
    status = _status(proof.code, language) if proof.code else Said(say("desk.card.no_answer", language), Tone.INFO)
    lines = (
        _facility(decision.facility, own, language),
        Line(say("desk.card.area", language), decision.area or NOTHING),
        Line(say("desk.card.checks", language), str(len(proofs))),
    )
    return InsuranceFacts(
        _asked(proof.checked_at, proof.receipts, officer, language),
        spaced_card(decision.card_number),
        status,
        decision.valid_from,
        decision.valid_to,
        today,
        None,
        lines if decision.card_number else (),
        _compared(decision.differences, language),
        note,
    )


def _status(code: str, language: Language) -> Said:
    rule = RESULT_CODES.get(code)
    tone = VERDICT_TONES[rule.verdict] if rule is not None else Tone.ATTENTION
    key = f"desk.code.{code}"
    words = catalog(language).get(key) or say("desk.code.other", language, code=code)
    return Said(words, Tone.GOOD if code == "000" else tone, "check" if code in USABLE_CODES else "")


def _asked(at: datetime, receipts: tuple[Receipt, ...], officer: str, language: Language) -> str:
    took = seconds_of(receipts)
    parts = [f"{in_clinic(at):%H:%M:%S}"]
    if took is not None:
        parts.append(seconds_words(took, language))
    if receipts and officer:
        parts.append(officer)
    return say("desk.card.asked", language, when=" · ".join(parts))


def seconds_of(receipts: tuple[Receipt, ...]) -> float | None:
    """How long the service took in all; None: it was not reached for."""
    return sum((one.answered_at - one.asked_at).total_seconds() for one in receipts) if receipts else None


def _facility(code: str, own: str, language: Language) -> Line:
    label = say("desk.card.facility", language)
    if not code:
        return Line(label, NOTHING)
    if code == own:
        return Line(label, say("desk.card.here", language, code=code))
    return Line(label, say("desk.card.elsewhere", language, code=code), Tone.ATTENTION)


def _paid(decision: Decision | None, language: Language) -> tuple[Line, ...]:
    """What the person paid of the year's limit, where the service told it: at most one line."""
    if decision is None or decision.co_pay_this_year_vnd is None:
        return ()
    paid, limit = dong_words(decision.co_pay_this_year_vnd, language), decision.co_pay_limit_vnd
    value = paid if limit is None else say("desk.card.paid_of", language, paid=paid, limit=dong_words(limit, language))
    return (Line(say("desk.card.paid", language), value),)


def _compared(differences: Iterable[Difference], language: Language) -> tuple[Compared, ...]:
    return tuple(
        Compared(
            say(f"decision.field.{one.field.value}", language),
            one.document or NOTHING,
            one.card or NOTHING,
            Said(say(f"decision.grade.{one.grade.value}", language), _GRADES[one.grade]),
        )
        for one in differences
    )
