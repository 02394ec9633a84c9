"""What reception does for each result of a lookup, as data."""

from dataclasses import dataclass

from kiosk.eligibility.decision import Action, Verdict


@dataclass(frozen=True, slots=True)
class CodeRule:
    """One result code: the verdict, the reason's key, and what the desk does.

    For 000, 003 and 004 it holds only if the card in use is in force today and nothing else is odd.
    """

    verdict: Verdict
    reason: str
    action: Action


_SELF_PAY = (Verdict.SELF_PAY, Action.PAY_OR_PROVE)
_UNVERIFIED = (Verdict.UNVERIFIED, Action.ADMIT_AND_ASK_AGAIN)
_MISCONFIGURED = (Verdict.UNVERIFIED, Action.CALL_ADMINISTRATOR)


def _rule(outcome: tuple[Verdict, Action], reason: str) -> CodeRule:
    return CodeRule(outcome[0], reason, outcome[1])


def _staff(reason: str, action: Action) -> CodeRule:
    return CodeRule(Verdict.ASK_STAFF, reason, action)


RESULT_CODES = {
    "000": CodeRule(Verdict.COVERED, "card-valid", Action.USE_CARD),
    "001": _staff("card-of-defence", Action.CHECK_PAPER_CARD),
    "002": _staff("card-of-public-security", Action.CHECK_PAPER_CARD),
    "003": CodeRule(Verdict.ATTENTION, "card-renewed", Action.USE_CARD),
    "004": CodeRule(Verdict.ATTENTION, "card-renewed-soon", Action.USE_CARD),
    "010": _rule(_SELF_PAY, "card-expired"),
    "050": _staff("no-card-found", Action.CHECK_NUMBER),
    "051": _staff("card-number-wrong", Action.CHECK_NUMBER),
    "052": _staff("card-province-wrong", Action.CHECK_NUMBER),
    "053": _staff("card-benefit-wrong", Action.CHECK_NUMBER),
    "054": _rule(_MISCONFIGURED, "trouble.officer"),
    "055": _rule(_MISCONFIGURED, "trouble.officer"),
    "060": _staff("name-wrong", Action.CHECK_PERSON),
    "061": _staff("name-nearly-right", Action.CHECK_PERSON),
    "070": _staff("birth-wrong", Action.CHECK_PERSON),
    "080": _staff("sex-wrong", Action.CHECK_PERSON),
    "090": _staff("facility-wrong", Action.CHECK_FACILITY),
    "100": _rule(_UNVERIFIED, "trouble.server-error"),
    "101": _rule(_UNVERIFIED, "trouble.server-error"),
    "110": _rule(_SELF_PAY, "card-revoked"),
    "120": _rule(_SELF_PAY, "card-reduced"),
    "121": _staff("card-reduced-left-province", Action.CHECK_NUMBER),  # who moved is mostly insured under a new number
    "122": _staff("card-reduced-moved-within", Action.CHECK_NUMBER),
    "123": _staff("card-reduced-added-again", Action.CHECK_NUMBER),
    "124": _rule(_SELF_PAY, "card-reduced-stopped"),
    "130": _staff("child-without-card", Action.HELP_CHILD),
    "205": _rule(_MISCONFIGURED, "trouble.parameters"),
    "401": _rule(_MISCONFIGURED, "trouble.account"),
    "500": _rule(_UNVERIFIED, "trouble.server-error"),
}

UNKNOWN_CODE = _staff("unknown-code", Action.CHECK_PAPER_CARD)

USABLE_CODES = frozenset({"000", "003", "004"})
"""The results that name a card which may count."""
