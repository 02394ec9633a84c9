"""The table of cases: `cases.toml` read as questions to `decide`."""

import tomllib
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.dates import PartialDate, parse_date
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import CareLevel, FormerTier, PrimaryKind, Purpose, Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import (
    Answer,
    CardAnswer,
    Copay,
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


KEYS = {
    *("when", "today", "person", "card", "next", "visit", "code", "earlier", "trouble", "missing"),
    *("copay", "copay_to", "earlier_answer", "earlier_code"),
    *("verdict", "reasons", "percent", "permille", "free_below", "route", "action", "number", "differences"),
}
VISIT_FLAGS = {field.name for field in fields(Visit)}


def identity_of(case: dict[str, Any], today: date) -> Identity:
    person = usual("person", case)
    expires = read_date(person["expires"], today)
    return Identity(
        Trust(person["trust"]),
        person["full_name"],
        personal_number=person["number"],
        insurance_number=person["insurance_number"],
        date_of_birth=parse_date(person["date_of_birth"]),
        sex=Sex(person["sex"]) if person["sex"] else None,
        name_is_transliterated=person["transliterated"],
        date_of_expiry=PartialDate(expires.year, expires.month, expires.day) if expires else None,
        issuing_state=person["state"],
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


def visit_of(case: dict[str, Any], today: date) -> Visit:
    visit = usual("visit", case)
    kinds = {"level": CareLevel, "former_tier": FormerTier, "primary_kind": PrimaryKind, "purpose": Purpose}
    visit |= {name: kind(visit[name]) for name, kind in kinds.items() if name in visit}
    if "transfer_signed_on" in visit:
        visit["transfer_signed_on"] = read_date(visit["transfer_signed_on"], today)
    visit["points"] = None if visit["points"] < 0 else visit["points"]
    return Visit(**visit)


def earlier_of(case: dict[str, Any], today: date) -> CardAnswer | None:
    """The usual card, found so many days before today."""
    if "earlier_answer" not in case:
        return None
    asked_at = datetime.combine(today, time(3), tzinfo=UTC) - timedelta(days=case["earlier_answer"])
    return CardAnswer(case.get("earlier_code", "000"), "", card_of(case, today), asked_at)


def decided(case: dict[str, Any]) -> Decision:
    assert case.keys() <= KEYS, "unknown key of a case"
    today = case.get("today", TABLE["today"])
    return decide(
        identity_of(case, today),
        answer_of(case, today),
        visit_of(case, today),
        today,
        copay=Copay(case.get("copay"), read_date(case.get("copay_to", ""), today)),
        earlier=earlier_of(case, today),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["when"].replace(" ", "-") for case in CASES])
def test_case_of_the_table_is_decided_as_written(case: dict[str, Any]) -> None:
    decision = decided(case)
    assert decision.verdict.value == case["verdict"]
    assert [reason.code for reason in decision.reasons] == case["reasons"]
    if "percent" in case:
        assert decision.benefit_percent == (None if case["percent"] == "unknown" else case["percent"])
    if "permille" in case:
        assert decision.fund_permille == case["permille"]
    if "free_below" in case:
        assert decision.no_co_pay_below_vnd == (case["free_below"] or None)
    if "differences" in case:
        assert [f"{found.field.value} {found.grade.value}" for found in decision.differences] == case["differences"]
    for name in ("route", "action"):
        assert getattr(decision, name) == case.get(name, getattr(decision, name))
    assert decision.card_number == case.get("number", decision.card_number)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES, ids=[case["when"].replace(" ", "-") for case in CASES])
def test_reasons_of_every_case_have_sentences(case: dict[str, Any], language: Language) -> None:
    for reason in decided(case).reasons:
        assert "{" not in reason.sentence(language)
