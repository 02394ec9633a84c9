"""A session or a kept visit in the words of the person's panel. Pure; decides nothing."""

from collections.abc import Iterable
from datetime import date, datetime

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import Priority
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Difference, Grade, Verdict
from kiosk.eligibility.finding import written
from kiosk.eligibility.law.reading import packaged_law
from kiosk.eligibility.result_codes import RESULT_CODES, USABLE_CODES
from kiosk.identity.person import Identity, Trust
from kiosk.identity.trust import may_be_copy
from kiosk.lookup.answer import Answer, CardAnswer, InsuranceCard, NotAsked, Receipt, ServiceTrouble
from kiosk.privacy import mask_number
from kiosk.reader.document import Check, Evidence, Outcome
from kiosk.reader.reason import tell
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.facts import CheckLine, Compared, DecisionFacts, InsuranceFacts, Line, PersonFacts, Said
from kiosk.ui.desk.records import OpenedVisit
from kiosk.ui.theme.palette import Tone

VERDICT_TONES = {
    Verdict.COVERED: Tone.GOOD,
    Verdict.ATTENTION: Tone.ATTENTION,
    Verdict.SELF_PAY: Tone.STOP,
    Verdict.ASK_STAFF: Tone.ATTENTION,
    Verdict.UNVERIFIED: Tone.INFO,
}
_ENDED = {Outcome.PASSED: Tone.GOOD, Outcome.FAILED: Tone.STOP, Outcome.NOT_RUN: Tone.ATTENTION}
_GRADES = {Grade.UNKNOWN: None, Grade.SLIGHT: Tone.INFO, Grade.NOTABLE: Tone.ATTENTION, Grade.GRAVE: Tone.STOP}
_CHECKS = ("hashes", "signature", "issuer", "chip", "active")
_NOTHING = "—"


def told_session(
    identity: Identity,
    *,
    reading: bool,
    answer: Answer | None,
    decision: Decision | None,
    today: date,
    own_facility: str,
    officer: str,
    language: Language,
) -> PersonFacts:
    """Whoever is at the desk now; `officer` is in whose name the service was asked."""
    return PersonFacts(
        name=identity.full_name or say("desk.person.no_name", language),
        line=_about(identity, today, language),
        number_label=_number_label(identity, language),
        number=identity.personal_number or identity.insurance_number or identity.document_number,
        address=identity.residence,
        face=identity.face,
        badges=_badges(identity, today, language, reading=reading),
        checks=() if identity.evidence is None else told_evidence(identity.evidence, language),
        doubts=tuple(_doubt(code, language) for code in identity.doubts),
        insurance=None if answer is None else _insurance(answer, decision, today, own_facility, officer, language),
        decision=None if decision is None else told_decision(decision, language),
    )


def told_kept(opened: OpenedVisit, today: date, own_facility: str, language: Language) -> PersonFacts:
    """A kept visit: of the document nothing but name and year was kept."""
    visit = opened.visit
    decision = visit.decision
    born = str(visit.birth_year) if visit.birth_year else ""
    ticket = say("desk.person.ticket", language, ticket=visit.ticket, service=visit.service[language])
    return PersonFacts(
        name=visit.full_name or say("desk.person.no_name", language),
        line=" · ".join(part for part in (born, ticket) if part),
        number_label=say("desk.person.card_number", language) if decision.card_number else "",
        number=decision.card_number,
        address="",
        face=None,
        badges=(Said(say("desk.person.kept", language), Tone.INFO, "clock"),),
        checks=(),
        doubts=(),
        insurance=_kept_insurance(opened, today, own_facility, language),
        decision=told_decision(decision, language),
        history=tuple(
            Line(
                f"{in_clinic(event.at):%H:%M}",
                " · ".join(
                    part
                    for part in (say(f"queue.act.{event.act.value}", language), event.room_code, event.reason)
                    if part
                ),
            )
            for event in opened.history
        ),
        kept_since=in_clinic(visit.created_at),
    )


# -- who it is ------------------------------------------------------------------------------------------------------
def _about(identity: Identity, today: date, language: Language) -> str:
    born = identity.date_of_birth
    parts = []
    if born is not None:
        parts += [str(born), age_words(born, today, language)]
    if identity.sex is not None:
        parts.append(say(f"desk.sex.{identity.sex.value}", language))
    if identity.nationality and identity.nationality not in ("VNM", "Việt Nam"):
        parts.append(identity.nationality)
    return " · ".join(parts) or say("desk.person.no_birth", language)


def age_words(born: PartialDate, today: date, language: Language) -> str:
    """`78 tuổi`; of small children in months, as a doctor asks."""
    years = born.age_on(today)
    if years >= _MONTHS_BELOW_YEARS or born.month is None:
        return say("desk.person.age", language, years=years)
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < (born.day or 1))
    return say("desk.person.months", language, months=max(0, months))


_MONTHS_BELOW_YEARS = 3


def _number_label(identity: Identity, language: Language) -> str:
    for value, name in (
        (identity.personal_number, "personal_number"),
        (identity.insurance_number, "card_number"),
        (identity.document_number, "document_number"),
    ):
        if value:
            return say(f"desk.person.{name}", language)
    return ""


def _badges(identity: Identity, today: date, language: Language, *, reading: bool) -> tuple[Said, ...]:
    found: list[Said] = []
    if reading:
        found.append(Said(say("desk.trust.reading", language), Tone.INFO, "reader"))
    else:
        tone = Tone.GOOD if identity.trust is Trust.CHIP_VERIFIED else Tone.ATTENTION
        tone = Tone.INFO if identity.trust is Trust.CODE_ONLY else tone
        found.append(Said(say(f"desk.trust.{identity.trust.value}", language), tone))
    if identity.evidence is not None and not reading:
        passive = identity.evidence.passive.outcome
        found.append(Said(say(f"desk.signature.{passive.value}", language), _ENDED[passive]))
        copy = may_be_copy(identity.evidence)
        proved = Outcome.PASSED in (identity.evidence.chip.outcome, identity.evidence.active.outcome)
        if copy or proved:
            key = "maybe" if copy else "none"
            found.append(Said(say(f"desk.copy.{key}", language), Tone.ATTENTION if copy else Tone.GOOD))
    priority = priority_of(identity.date_of_birth, today)
    if priority is not Priority.NONE:
        why = say(f"queue.priority.{priority.value}", language)
        found.append(Said(say("desk.person.priority", language, why=why), Tone.INFO, "star"))
    expiry = identity.date_of_expiry.exact if identity.date_of_expiry else None
    if expiry is not None and expiry < today:
        found.append(Said(say("desk.person.expired", language, date=written(expiry)), Tone.ATTENTION))
    return tuple(found)


def _doubt(code: str, language: Language) -> str:
    key = f"desk.doubt.{code}"
    return catalog(language).get(key) or say("desk.doubt.other", language, code=code)


def told_evidence(evidence: Evidence, language: Language) -> tuple[CheckLine, ...]:
    """Every check of the chip in its order: which ran, how it ended, why it did not simply pass."""
    return tuple(_check(name, getattr(evidence, name), language) for name in _CHECKS)


def _check(name: str, check: Check, language: Language) -> CheckLine:
    # A chip that offers no second proof lacks nothing.
    quiet = check.outcome is Outcome.NOT_RUN and check.reason in ("not-offered", "not-asked")
    tone = None if quiet else _ENDED[check.outcome]
    ended = Said(say(f"desk.check.{check.outcome.value}", language), tone)
    return CheckLine(say(f"desk.check.{name}", language), ended, tell(check, language))


# -- what the service says ------------------------------------------------------------------------------------------
def _insurance(
    answer: Answer, decision: Decision | None, today: date, own: str, officer: str, language: Language
) -> InsuranceFacts:
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
        Line(say("desk.card.five_years", language), written(card.five_year_date) if card.five_year_date else _NOTHING),
        Line(say("desk.card.area", language), card.area or _NOTHING),
        Line(say("desk.card.pays", language), _pays(decision, language)),
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


def _kept_insurance(opened: OpenedVisit, today: date, own: str, language: Language) -> InsuranceFacts | None:
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
        Line(say("desk.card.area", language), decision.area or _NOTHING),
        Line(say("desk.card.pays", language), _pays(decision, language)),
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


def seconds_words(seconds: float, language: Language) -> str:
    """`0,4 s`."""
    shown = f"{seconds:.1f}"
    return f"{shown.replace('.', ',') if language is Language.VI else shown} s"


def _facility(code: str, own: str, language: Language) -> Line:
    label = say("desk.card.facility", language)
    if not code:
        return Line(label, _NOTHING)
    if code == own:
        return Line(label, say("desk.card.here", language, code=code))
    return Line(label, say("desk.card.elsewhere", language, code=code), Tone.ATTENTION)


def _pays(decision: Decision | None, language: Language) -> str:
    if decision is None or decision.benefit_percent is None:
        return _NOTHING
    return say("desk.card.percent", language, percent=decision.benefit_percent)


def spaced_card(number: str) -> str:
    """A card's number as it is read aloud: `DN 4 99 0000000123`."""
    if len(number) != _LONG_CARD:
        return number
    return f"{number[:2]} {number[2]} {number[3:5]} {number[5:]}"


_LONG_CARD = 15


def _compared(differences: Iterable[Difference], language: Language) -> tuple[Compared, ...]:
    return tuple(
        Compared(
            say(f"decision.field.{one.field.value}", language),
            one.document or _NOTHING,
            one.card or _NOTHING,
            Said(say(f"decision.grade.{one.grade.value}", language), _GRADES[one.grade]),
        )
        for one in differences
    )


# -- what follows ---------------------------------------------------------------------------------------------------
def told_decision(decision: Decision, language: Language) -> DecisionFacts:
    """The verdict first, then what it comes to, why, and what to do."""
    headline = []
    if decision.route:
        headline.append(say("desk.decision.route", language, route=decision.route))
    if decision.benefit_percent is not None:
        headline.append(say("desk.card.percent", language, percent=decision.benefit_percent))
    return DecisionFacts(
        Said(say(f"decision.verdict.{decision.verdict.value}.title", language), VERDICT_TONES[decision.verdict]),
        " · ".join(headline),
        tuple(
            dict.fromkeys(_sentence(reason.code, reason.sentence(language), language) for reason in decision.reasons)
        ),
        _ground(decision.route, language),
        say(f"decision.action.{decision.action.value}", language),
    )


def _sentence(code: str, sentence: str, language: Language) -> str:
    """Staff's own decision names the machine's by its code, which is no word."""
    for verdict in Verdict if code == "staff-decided" else ():
        title = say(f"decision.verdict.{verdict.value}.title", language)
        sentence = sentence.replace(f" {verdict.value})", f" {title})")
    return sentence


def _ground(route: str, language: Language) -> str:
    source = next((row.source for row in packaged_law().routes if row.code == route), "") if route else ""
    for written_so, key in _LEGAL_WORDS:
        source = source.replace(written_so, say(f"desk.law.{key}", language))
    return say("desk.decision.ground", language, source=source) if source else ""


_LEGAL_WORDS = (
    ("Law on Health Insurance", "health_insurance"),
    ("Decision", "decision"),
    ("Decree", "decree"),
    ("Circular", "circular"),
    ("Appendix", "appendix"),
    ("art.", "article"),
    ("code", "code"),
)


# -- the list -------------------------------------------------------------------------------------------------------
def told_verdict(verdict: Verdict, percent: int | None, language: Language) -> Said:
    """A verdict in a list's few letters; colour only where somebody has to look."""
    if verdict is Verdict.COVERED:
        words = (
            say("desk.short.covered", language, percent=percent)
            if percent is not None
            else say("desk.short.covered_only", language)
        )
        return Said(words)
    tone = None if verdict is Verdict.SELF_PAY else VERDICT_TONES[verdict]
    return Said(say(f"desk.short.{verdict.value}", language), tone)


# -- for the hospital's own program ---------------------------------------------------------------------------------
def his_lines(facts: PersonFacts, identity: Identity | None, decision: Decision | None, ticket: str, room: str,
              language: Language) -> tuple[Line, ...]:  # fmt: skip
    """What a hospital's program asks for, in one order that stays; what is not known is empty."""
    insurance = facts.insurance
    born = str(identity.date_of_birth) if identity is not None and identity.date_of_birth else ""
    sex = say(f"desk.sex.{identity.sex.value}", language) if identity is not None and identity.sex else ""
    values = {
        "name": identity.full_name if identity is not None else facts.name,
        "born": born,
        "sex": sex,
        "personal_number": identity.personal_number if identity is not None else "",
        "address": facts.address,
        "card_number": insurance.number.replace(" ", "") if insurance is not None else "",
        "valid_from": _day(insurance.valid_from) if insurance is not None else "",
        "valid_to": _day(insurance.valid_to) if insurance is not None else "",
        "facility": decision.facility if decision is not None else "",
        "five_years": _day(insurance.five_years) if insurance is not None else "",
        "area": decision.area if decision is not None else "",
        "route": decision.route if decision is not None else "",
        "percent": str(decision.benefit_percent) if decision is not None and decision.benefit_percent else "",
        "ticket": ticket,
        "room": room,
    }
    return tuple(Line(say(f"desk.his.{name}", language), value) for name, value in values.items())


def _day(day: date | None) -> str:
    return written(day) if day is not None else ""


def as_lines(lines: Iterable[Line]) -> str:
    """`label: value`, one a line; what is empty is left out."""
    return "".join(f"{line.label}: {line.value}\n" for line in lines if line.value)


def as_table(lines: Iterable[Line]) -> str:
    """The values alone, tabs between: one row for a table; what is empty keeps its column."""
    return "\t".join(" ".join(line.value.split()) for line in lines) + "\n"


def shown_number(number: str, *, whole: bool) -> str:
    """A number as the panel shows it: masked, or in groups of three."""
    if not whole:
        return mask_number(number)
    if len(number) == _PERSONAL_DIGITS and number.isdecimal():
        return " ".join(number[at : at + 3] for at in range(0, len(number), 3))
    return spaced_card(number)


_PERSONAL_DIGITS = 12
