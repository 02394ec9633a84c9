"""What is known of a visit and the clinic's template -> blocks, in one language or in two.

Thermal dots, pages, the list for the clipboard and the spoken text are made from the same blocks, and tests compare
these.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import chain, groupby
from types import MappingProxyType

from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.queue.words import opening_words, wait_words
from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Verdict
from kiosk.privacy import mask_name
from kiosk.slip.blocks import Band, Block, Code, Meaning, Number, Pair, Picture, Rule, Space, Text
from kiosk.slip.facts import SlipFacts
from kiosk.slip.page import Weight
from kiosk.slip.template import Entry, Field, Style, Template
from kiosk.slip.visit_code import visit_code
from kiosk.text import Language, catalog, say
from kiosk.text.spoken import spoken_ticket

_MARK_AIR_PT = 7.0
_LOGO_AIR_PT = 4.0
_BAND_AIR_PT = (7.0, 3.0)
_SECOND_SIZE, _SECOND_AT_MOST_PT = 0.78, 11.0
_STAR = "★ "
_TRAINING_PT, _REPRINT_PT = 26.0, 13.0
_SAID_WITH_LABEL = frozenset(
    {Field.SERVING, Field.AHEAD, Field.WAIT, Field.ALSO, Field.BIRTH_YEAR, Field.AGE, Field.PAYER, Field.VALIDITY,
     Field.FACILITY, Field.TAKEN, Field.VISIT, Field.ZONE}
)  # fmt: skip
"""Fields whose value alone would not say what it is."""
_LONGEST, _MOST_MARKS = 300, 6
_LATIN_NAME = re.compile("[\u0000-\u024f\u0300-\u036f\u1e00-\u1eff\u2010-\u2027]*")
_JOINERS = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")


def lay_out(facts: SlipFacts, template: Template, languages: tuple[Language, ...]) -> tuple[Block, ...]:
    """The slip; all texts NFC and free of control characters. Of two languages the first is the larger one."""
    blocks = chain(_marks(facts, languages), *(_entry(entry, facts, languages) for entry in template.entries))
    return tuple(_settled(blocks))


def _marks(facts: SlipFacts, languages: tuple[Language, ...]) -> Iterator[Block]:
    """What no template may leave out: that a slip is for training, and that it is not the first one."""
    if facts.is_training:
        text, notes = _say("training", languages[0]), tuple(_say("training-note", one) for one in languages)
        meaning = Meaning(Field.TEXT, "", f"{text}: {notes[0]}", f"{text}. {notes[0]}.")
        yield Band(text, _TRAINING_PT, notes, means=meaning)
        yield Space(_MARK_AIR_PT)
    if count := facts.check_in.reprints:
        text, *others = (_say("reprint", one, count=count) for one in languages)
        meaning = Meaning(Field.TEXT, "", text, f"{text}.")
        yield Band(text, _REPRINT_PT, tuple(others), solid=False, means=meaning)
        yield Space(_MARK_AIR_PT)


def _entry(entry: Entry, facts: SlipFacts, languages: tuple[Language, ...]) -> Iterator[Block]:
    """The blocks of one line of the template; none for what is not known."""
    match entry.field:
        case Field.RULE:
            yield Rule()
        case Field.SPACE:
            yield Space(entry.size_pt)
        case Field.LOGO if entry.logo:
            yield Picture(entry.logo, entry.height_mm)
            yield Space(_LOGO_AIR_PT)
        case Field.NUMBER:
            meaning = _meaning(entry, facts, languages[0])
            yield Number(meaning.value, entry.size_pt, meaning)
        case Field.CODE:
            yield _code(entry, facts, languages)
        case _:
            meanings = [meaning for one in languages if (meaning := _meaning(entry, facts, one)).value]
            if meanings:
                yield from _set(entry, facts, meanings)


def _set(entry: Entry, facts: SlipFacts, meanings: list[Meaning]) -> Iterator[Block]:
    first = meanings[0]
    texts = list(dict.fromkeys(_line(entry, meaning) for meaning in meanings))
    match entry.style:
        case Style.ROW:
            yield _row(entry, facts, meanings)
        case Style.LINE:
            for at, text in enumerate([*texts, *_in_latin(entry, facts, first)]):
                size_pt = min(entry.size_pt * _SECOND_SIZE, _SECOND_AT_MOST_PT) if at else entry.size_pt
                weight = Weight.REGULAR if at else entry.weight
                yield Text(text, size_pt, weight, entry.lines, entry.align, None if at else first)
        case Style.FRAME | Style.BAR:
            before, after = _BAND_AIR_PT
            solid = entry.style is Style.BAR
            yield Space(before)
            notes = tuple(text.removeprefix(_STAR) for text in texts[1:])
            yield Band(texts[0], entry.size_pt, notes, solid, entry.weight, first)
            yield Space(after)


def _row(entry: Entry, facts: SlipFacts, meanings: list[Meaning]) -> Pair:
    first, *others = meanings
    labels = [meaning.label for meaning in others if meaning.label != first.label]
    values = [meaning.value for meaning in others if meaning.value != first.value]
    values += _in_latin(entry, facts, first)
    return Pair(first.label, first.value, " · ".join(labels), " · ".join(values), entry.size_pt, entry.weight, first)


def _in_latin(entry: Entry, facts: SlipFacts, name: Meaning) -> list[str]:
    """The Latin spelling of a whole name in another script, where it is known."""
    if entry.field is not Field.NAME or entry.is_masked or _LATIN_NAME.fullmatch(name.value):
        return []
    return [one_line(facts.latin_name)] if facts.latin_name else []


def _line(entry: Entry, meaning: Meaning) -> str:
    """What stands there where no label stands beside it."""
    if entry.field is Field.PRIORITY and entry.style is not Style.LINE:
        return f"{_STAR}{meaning.label} · {meaning.value}"
    return f"{meaning.label}: {meaning.value}" if entry.field in _SAID_WITH_LABEL else meaning.value


def _code(entry: Entry, facts: SlipFacts, languages: tuple[Language, ...]) -> Code:
    keep = [_say("keep", one) for one in languages]
    visit = [_say("visit", one, visit=_short(facts)) for one in languages]
    first, *others = keep
    label = _say("label.visit", languages[0])
    meaning = Meaning(Field.VISIT, label, _short(facts), f"{first}.")
    return Code(
        visit_code(facts.check_in.visit_id), (first, *others, visit[0]), entry.height_mm, entry.size_pt, meaning
    )


def _settled(blocks: Iterator[Block]) -> Iterator[Block]:
    """Air and rules as if what is missing had never been meant: no doubled air or rule, none at the ends.

    A bar or frame divides by itself, so that a rule next to it goes too.
    """
    air, ruled, divided, started = 0.0, False, False, False
    for block in blocks:
        match block:
            case Space():
                air = max(air, block.size_pt)
            case Rule():
                if started and not ruled and not divided:
                    if air:
                        yield Space(air)
                    yield block
                    air, ruled = 0.0, True
            case _:
                if air and started:
                    yield Space(air)
                yield block
                air, ruled, divided, started = 0.0, False, isinstance(block, Band), True


def _meaning(entry: Entry, facts: SlipFacts, language: Language) -> Meaning:
    """What the field says in one language; an empty value: not known."""
    field = entry.field
    if field is Field.TEXT:
        text = one_line(entry.text[language]) if entry.text else ""
        return Meaning(field, "", text, _sentence(text))
    value = one_line(_VALUES[field](facts, language))
    if field is Field.NAME and entry.is_masked:
        value = mask_name(value)
    label = catalog(language).get(f"slip.label.{field.value}", "")
    heard = _HEARD[field](facts, language) if field in _HEARD else value
    key = f"slip.spoken.{field.value}"
    said = _say(f"spoken.{field.value}", language, value=heard) if key in catalog(language) else _sentence(heard)
    return Meaning(field, label, value, said)


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _of_clinic(name: str) -> Callable[[SlipFacts, Language], str]:
    return lambda facts, language: getattr(facts.clinic, name)[language]


def _priority(facts: SlipFacts, language: Language) -> str:
    priority = facts.check_in.priority
    return "" if priority is Priority.NONE else say(f"screen.priority.{priority.value}", language)


def _ahead(facts: SlipFacts, language: Language) -> str:
    placement = facts.check_in.placement
    if placement is None:
        return ""
    return _say("nobody-ahead" if not placement.ahead else "ahead", language, count=placement.ahead)


def _wait(facts: SlipFacts, language: Language) -> str:
    """How long; while the room is closed, when it opens: until then nobody is called."""
    placement = facts.check_in.placement
    if placement is None:
        return ""
    opening = opening_words(placement.opens_at, facts.check_in.created_at, language)
    return opening or wait_words(placement.wait, language)


def _birth_year(facts: SlipFacts, _: Language) -> str:
    return str(facts.check_in.birth_year or "")


def _age(facts: SlipFacts, language: Language) -> str:
    born = facts.check_in.birth_year
    return "" if born is None else _say("age", language, years=max(0, facts.check_in.business_day.year - born))


def _payer(facts: SlipFacts, language: Language) -> str:
    """Neutral words: paper is read by neighbours too."""
    decision = facts.check_in.decision
    if decision.verdict is Verdict.COVERED and decision.benefit_percent is not None:
        return _say("insurance.covered-percent", language, percent=decision.benefit_percent)
    return _say(f"insurance.{decision.verdict.value}", language)


def _validity(facts: SlipFacts, language: Language) -> str:
    decision = facts.check_in.decision
    match (decision.valid_from, decision.valid_to):
        case (None, None):
            return ""
        case (date() as first, None):
            return _say("valid-from", language, first=f"{first:%d/%m/%Y}")
        case (None, date() as last):
            return _say("valid-to", language, last=f"{last:%d/%m/%Y}")
        case (first, last):
            return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"


def _taken(facts: SlipFacts, language: Language) -> str:
    taken = in_clinic(facts.check_in.created_at)
    return _say("taken-at", language, time=f"{taken:%H:%M}", date=f"{taken:%d/%m/%Y}")


def _taken_heard(facts: SlipFacts, language: Language) -> str:
    at = in_clinic(facts.check_in.created_at)
    month = _say(f"month.{at.month}", language)
    return _say("taken-heard", language, hour=at.hour, minute=f"{at.minute:02}", day=at.day, month=month, year=at.year)


def _short(facts: SlipFacts) -> str:
    return facts.check_in.visit_id[:8].upper()


_Say = Callable[[SlipFacts, Language], str]
_VALUES: Mapping[Field, _Say] = MappingProxyType(
    {
        Field.HEALTH_DEPARTMENT: _of_clinic("health_department"),
        Field.HOSPITAL: _of_clinic("name"),
        Field.DEPARTMENT: _of_clinic("department"),
        Field.ADDRESS: lambda facts, _: facts.clinic.address,
        Field.CAPTION: lambda _, language: _say("number", language),
        Field.NUMBER: lambda facts, _: facts.check_in.ticket,
        Field.SERVICE: lambda facts, language: facts.check_in.service.name[language],
        Field.ROOM: lambda facts, language: facts.check_in.room.name[language],
        Field.PLACE: lambda facts, language: facts.check_in.room.place[language],
        Field.ZONE: lambda facts, language: zone[language] if (zone := facts.check_in.room.zone) else "",
        Field.PRIORITY: _priority,
        Field.SERVING: lambda facts, _: facts.now_serving,
        Field.AHEAD: _ahead,
        Field.WAIT: _wait,
        Field.ALSO: lambda facts, _: ", ".join(facts.check_in.also_today),
        Field.NAME: lambda facts, _: facts.check_in.full_name,
        Field.BIRTH_YEAR: _birth_year,
        Field.AGE: _age,
        Field.PAYER: _payer,
        Field.VALIDITY: _validity,
        Field.FACILITY: lambda facts, _: facts.check_in.decision.facility,
        Field.TAKEN: _taken,
        Field.VISIT: lambda facts, _: _short(facts),
        Field.KEEP: lambda _, language: _say("keep", language),
    }
)
_HEARD: Mapping[Field, _Say] = MappingProxyType(
    {
        Field.CAPTION: lambda *_: "",
        Field.NUMBER: lambda facts, language: spoken_ticket(facts.check_in.ticket, language),
        Field.SERVING: lambda facts, language: spoken_ticket(one_line(facts.now_serving), language),
        Field.ALSO: lambda facts, language: ", ".join(
            spoken_ticket(one_line(ticket), language) for ticket in facts.check_in.also_today
        ),
        Field.TAKEN: _taken_heard,
    }
)
"""What is spoken otherwise than it is written."""


def _say(key: str, language: Language, **values: object) -> str:
    return say(f"slip.{key}", language, **values)


def one_line(text: str) -> str:
    """One line of NFC without control, format and private characters: they would move, hide or reverse letters.

    Joiners stay within words of scripts that need them. A letter keeps six marks, each once: more are no writing, and
    they would pile up over the lines above. What is longer than 300 letters ends with `…`.
    """
    composed = _without_piles(unicodedata.normalize("NFC", text[: 10 * _LONGEST]))
    if composed.isascii() and composed.isprintable():
        return _cut(" ".join(composed.split()))
    shown = (
        " " if character.isspace() else character
        for before, character in zip(chain(" ", composed), composed, strict=False)
        if character.isspace()
        or not unicodedata.category(character).startswith("C")
        or (character in _JOINERS and unicodedata.category(before) in {"Lo", "Mn", "Mc"})
    )
    return _cut(" ".join("".join(shown).split()))


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def _without_piles(text: str) -> str:
    if text.isascii():
        return text
    runs = groupby(text, lambda character: unicodedata.category(character).startswith("M"))
    return "".join("".join([*dict.fromkeys(run)][:_MOST_MARKS] if are_marks else run) for are_marks, run in runs)
