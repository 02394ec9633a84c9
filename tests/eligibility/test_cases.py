"""The table of cases: `cases.toml` read as questions to `decide`."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.dates import parse_date
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import CareLevel, FormerTier, Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import (
    Answer,
    CardAnswer,
    InsuranceCard,
    NextCard,
    NotAsked,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.reader.document import Sex
from kiosk.simulator.people import read_date
from kiosk.text import Language

TABLE = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))
CASES: list[dict[str, Any]] = TABLE["case"]
ASKED_AT = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)


def usual(part: str, case: dict[str, Any]) -> dict[str, Any]:
    given = case.get(part, {})
    assert given.keys() <= TABLE["usual"][part].keys() | VISIT_FLAGS, f"unknown key in {part}"
    return {**TABLE["usual"][part], **given}


VISIT_FLAGS = {
    "transfer_form",
    "temporary_residence",
    "appointment",
    "organ_donor",
    "emergency",
    "uses_insurance",
    "former_tier",
}


def identity_of(case: dict[str, Any]) -> Identity:
    person = usual("person", case)
    return Identity(
        Trust.CHIP_VERIFIED,
        person["full_name"],
        personal_number="999090000123",
        date_of_birth=parse_date(person["date_of_birth"]),
        sex=Sex(person["sex"]),
        name_is_transliterated=person["transliterated"],
    )


def card_of(case: dict[str, Any], today: date) -> InsuranceCard | None:
    if case.get("card") is False:
        return None
    card = usual("card", case)
    following = None
    if "next" in case:
        written = usual("next", case)
        following = NextCard(
            written["number"],
            read_date(written["valid_from"], today),
            read_date(written["valid_to"], today),
            written["facility"],
        )
    return InsuranceCard(
        card["number"],
        card["full_name"],
        parse_date(card["date_of_birth"]),
        card["sex_raw"],
        facility=card["facility"],
        valid_from=read_date(card["valid_from"], today),
        valid_to=read_date(card["valid_to"], today),
        area=card["area"],
        five_year_date=read_date(card["five_year_date"], today),
        next_card=following,
    )


def answer_of(case: dict[str, Any], today: date) -> Answer:
    if "trouble" in case:
        return ServiceTrouble(TroubleKind(case["trouble"]), "", ASKED_AT)
    if "missing" in case:
        return NotAsked(case["missing"], ASKED_AT)
    return CardAnswer(case["code"], "", card_of(case, today), ASKED_AT, tuple(case.get("earlier", ())))


def visit_of(case: dict[str, Any]) -> Visit:
    visit = usual("visit", case)
    visit["level"] = CareLevel(visit["level"])
    visit["former_tier"] = FormerTier(visit.get("former_tier", "none"))
    visit["points"] = None if visit["points"] < 0 else visit["points"]
    return Visit(**visit)


def decided(case: dict[str, Any]) -> Decision:
    today = case.get("today", TABLE["today"])
    return decide(identity_of(case), answer_of(case, today), visit_of(case), today)


@pytest.mark.parametrize("case", CASES, ids=[case["when"].replace(" ", "-") for case in CASES])
def test_case_of_the_table_is_decided_as_written(case: dict[str, Any]) -> None:
    decision = decided(case)
    assert decision.verdict.value == case["verdict"]
    assert [reason.code for reason in decision.reasons] == case["reasons"]
    if "percent" in case:
        assert decision.benefit_percent == (None if case["percent"] == "unknown" else case["percent"])
    for name in ("route", "action"):
        assert getattr(decision, name) == case.get(name, getattr(decision, name))
    assert decision.card_number == case.get("number", decision.card_number)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES, ids=[case["when"].replace(" ", "-") for case in CASES])
def test_reasons_of_every_case_have_sentences(case: dict[str, Any], language: Language) -> None:
    for reason in decided(case).reasons:
        assert "{" not in reason.sentence(language)
