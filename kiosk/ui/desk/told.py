"""A session or a kept visit in the words of the person's panel. Pure; decides nothing."""

from datetime import date

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import Priority
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.finding import written
from kiosk.identity.person import Identity, Trust
from kiosk.identity.trust import may_be_copy
from kiosk.lookup.answer import Answer
from kiosk.reader.document import Check, Evidence, Outcome
from kiosk.reader.reason import tell
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.facts import CheckLine, Line, PersonFacts, Said
from kiosk.ui.desk.records import OpenedVisit
from kiosk.ui.desk.told_decision import told_decision
from kiosk.ui.desk.told_insurance import told_insurance, told_kept_insurance
from kiosk.ui.theme.palette import Tone

_ENDED = {Outcome.PASSED: Tone.GOOD, Outcome.FAILED: Tone.STOP, Outcome.NOT_RUN: Tone.ATTENTION}
_CHECKS = ("hashes", "signature", "issuer", "chip", "active")


def told_session(
    identity: Identity,
    *,
    reading: bool,
    answer: Answer | None,
    decision: Decision | None,
    also_today: tuple[str, ...],
    today: date,
    own_facility: str,
    officer: str,
    language: Language,
) -> PersonFacts:
    """Whoever is at the desk now; `officer` is in whose name the service was asked.

    `also_today`: the numbers that they have already.
    """
    return PersonFacts(
        name=identity.full_name or say("desk.person.no_name", language),
        line=_about(identity, today, language),
        number_label=_number_label(identity, language),
        number=identity.personal_number or identity.insurance_number or identity.document_number,
        address=identity.residence,
        face=identity.face,
        badges=(*_badges(identity, today, language, reading=reading), *_also(also_today, language)),
        checks=() if identity.evidence is None else told_evidence(identity.evidence, language),
        doubts=tuple(_doubt(code, language) for code in identity.doubts),
        insurance=None if answer is None else told_insurance(answer, decision, today, own_facility, officer, language),
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
        insurance=told_kept_insurance(opened, today, own_facility, language),
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


def _also(tickets: tuple[str, ...], language: Language) -> tuple[Said, ...]:
    if not tickets:
        return ()
    return (Said(say("desk.person.also", language, tickets=", ".join(tickets)), Tone.ATTENTION),)


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
