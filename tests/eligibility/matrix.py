"""Every result and trouble of a lookup x every source of an identity x what is known of the card: what is decided.

`python tests/eligibility/matrix.py` writes the table to matrix.md, where a change of a rule shows as a change of lines.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import ascii_uppercase

from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.result_codes import RESULT_CODES
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import Answer, CardAnswer, InsuranceCard, NextCard, NotAsked, ServiceTrouble, TroubleKind
from kiosk.reader.document import Sex

FILE = Path(__file__).with_name("matrix.md")
TODAY = date(2026, 11, 21)
ASKED_AT = datetime(2026, 11, 21, 1, tzinfo=UTC)
DAY = timedelta(days=1)
VISIT = Visit("99001", points=40)

ADULT, CHILD, NEWBORN = PartialDate(1990, 1, 15), PartialDate(2022, 1, 15), PartialDate(2026, 11, 19)
CITIZEN = Identity(
    Trust.CHIP_VERIFIED,
    "Nguyễn Văn Mẫu",
    personal_number="999090000123",
    date_of_birth=ADULT,
    sex=Sex.MALE,
    date_of_expiry=PartialDate(2030, 1, 15),
    issuing_state="VNM",
)
SCANNED = replace(CITIZEN, trust=Trust.CODE_ONLY, date_of_expiry=None, issuing_state="")
TYPED = replace(SCANNED, trust=Trust.TYPED, sex=None)
INSURED = replace(SCANNED, personal_number="", insurance_number="DN4999900000123")

SOURCES = {
    "citizen card, chip verified": CITIZEN,
    "citizen card, chip unverified": replace(CITIZEN, trust=Trust.CHIP_UNVERIFIED),
    "citizen card, code": SCANNED,
    "citizen card, MRZ": replace(
        CITIZEN, trust=Trust.CODE_ONLY, full_name="NGUYEN VAN MAU", name_is_transliterated=True
    ),
    "citizen number, typed": TYPED,
    "citizen card, expired, chip verified": replace(CITIZEN, date_of_expiry=PartialDate(2026, 11, 20)),
    "insurance card, code": INSURED,
    "insurance number, typed": replace(INSURED, trust=Trust.TYPED, sex=None),
    "forces' insurance card, code": replace(INSURED, insurance_number="QN5999900000123"),
    "child, typed": replace(TYPED, date_of_birth=CHILD),
    "newborn, typed": replace(TYPED, date_of_birth=NEWBORN),
}
"""An insurance card has no chip, so it is never verified by one."""

LETTERS = ascii_uppercase[: len(SOURCES)]

CARD = InsuranceCard(
    "DN4999900000123",
    "Nguyễn Văn Mẫu",
    sex_raw="Nam",
    facility="99001",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
)
NEXT = NextCard("GD4999900000999", TODAY, TODAY + 364 * DAY, "99001")

CARDS: dict[str, InsuranceCard | None] = {
    "no card sent": None,
    "in force": CARD,
    "its last day": replace(CARD, valid_to=TODAY),
    "ended yesterday": replace(CARD, valid_to=TODAY - DAY),
    "begins tomorrow": replace(CARD, valid_from=TODAY + DAY),
    "another person's": replace(CARD, full_name="Trần Văn Khác"),
    "in force, next begins today": replace(CARD, next_card=NEXT),
    "in force, next begins tomorrow": replace(CARD, next_card=replace(NEXT, valid_from=TODAY + DAY)),
    "ended, next begins today": replace(CARD, valid_to=TODAY - DAY, next_card=NEXT),
    "ended, next begins tomorrow": replace(CARD, valid_to=TODAY - DAY, next_card=replace(NEXT, valid_from=TODAY + DAY)),
}


def asked(identity: Identity) -> Iterator[tuple[str, str, Answer]]:
    """What the lookup may bring for a person: its name, the card's, the answer."""
    own = f"{identity.insurance_number[:3]}9999" if identity.insurance_number.startswith("QN") else "DN49999"
    for code in [*RESULT_CODES, "777"]:
        for name, card in CARDS.items():
            if card is not None:
                card = replace(card, number=f"{own}00000123", date_of_birth=identity.date_of_birth)
            yield code, name, CardAnswer(code, "", card, ASKED_AT)
    for kind in TroubleKind:
        yield f"trouble: {kind.value}", "", ServiceTrouble(kind, "", ASKED_AT)
    for missing in ("number", "full-name", "date-of-birth"):
        yield f"not asked: {missing}", "", NotAsked(missing, ASKED_AT)


REMARKS = {"document-expiry-not-told": "°", "document-expired": "!"}


def outcome(decision: Decision) -> tuple[str, ...]:
    percent = "" if decision.benefit_percent is None else f"{decision.benefit_percent} %"
    reasons = ", ".join(reason.code for reason in decision.reasons if reason.code not in REMARKS)
    used = decision.card_number[:2] if decision.benefit_percent is not None else ""
    return decision.verdict.value, decision.action.value, used, decision.route, percent, reasons


def rows() -> Iterator[tuple[str, ...]]:
    """Lines of one result: who and which cards have the same outcome stand together."""
    found: dict[str, dict[tuple[str, ...], dict[str, list[str]]]] = {}
    for letter, identity in zip(LETTERS, SOURCES.values(), strict=True):
        for result, card, answer in asked(identity):
            decision = decide(identity, answer, VISIT, TODAY)
            marks = [mark for reason, mark in REMARKS.items() if reason in {found.code for found in decision.reasons}]
            cards_of = found.setdefault(result, {}).setdefault(outcome(decision), {})
            cards_of.setdefault("".join([letter, *marks]), []).append(card)
    for result, decisions in found.items():
        for decided, cards_of in decisions.items():
            for cards in dict.fromkeys(tuple(cards) for cards in cards_of.values()):
                who = [source for source, of_source in cards_of.items() if tuple(of_source) == cards]
                yield result, _cards(cards), " ".join(who), *decided


def _cards(names: tuple[str, ...]) -> str:
    if names == ("",):
        return ""
    missing = [name for name in CARDS if name not in names]
    if not missing:
        return "any"
    return "; ".join(names) if len(missing) > 3 else f"any but: {'; '.join(missing)}"


def text() -> str:
    """The whole table."""
    lines = [
        "# What is decided for every result of a lookup",
        "",
        "Written by `python tests/eligibility/matrix.py`; do not edit. Today is 21/11/2026, at a basic facility under",
        "50 points where the card is registered; the card's person is the document's unless it says otherwise.",
        "",
        *(f"- {letter}: {source}" for letter, source in zip(LETTERS, SOURCES, strict=True)),
        *(f"- {mark}: and `{reason}`" for reason, mark in REMARKS.items()),
        "",
        "| result | card | who | verdict | action | used | route | fund | reasons |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [f"| {' | '.join(row)} |" for row in rows()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
