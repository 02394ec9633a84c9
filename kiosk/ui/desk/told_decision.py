"""A decision in the words of the person's panel and of the list. Pure; decides nothing."""

from kiosk.eligibility.decision import Action, Decision, Verdict
from kiosk.eligibility.law.reading import packaged_law
from kiosk.eligibility.override import STAFF_DECIDED
from kiosk.text import Language, say
from kiosk.ui.desk.facts import DecisionFacts, Line, Said, ShareFacts
from kiosk.ui.desk.numbers import dong_words, percent_words
from kiosk.ui.theme.palette import Tone

VERDICT_TONES = {
    Verdict.COVERED: Tone.GOOD,
    Verdict.ATTENTION: Tone.ATTENTION,
    Verdict.SELF_PAY: Tone.STOP,
    Verdict.ASK_STAFF: Tone.ATTENTION,
    Verdict.UNVERIFIED: Tone.INFO,
}


def told_decision(decision: Decision, language: Language) -> DecisionFacts:
    """The verdict first, then what it comes to, why, and what to do.

    What document and card say differently is no reason of its own: it stands beside them, side by side.
    """
    compared = {code.format(one.field.value) for one in decision.differences for code in _DIFFERENCES}
    return DecisionFacts(
        Said(say(f"decision.verdict.{decision.verdict.value}.title", language), VERDICT_TONES[decision.verdict]),
        say("desk.decision.route", language, route=decision.route) if decision.route else "",
        tuple(
            dict.fromkeys(
                _sentence(reason.code, reason.sentence(language), language)
                for reason in decision.reasons
                if reason.code not in compared
            )
        ),
        _ground(decision.route, language),
        say(f"decision.action.{_action(decision).value}", language),
        told_share(decision, language),
    )


def _action(decision: Decision) -> Action:
    """What is to be done with the card; the rules' advice was for what they had decided, not for what staff did."""
    by_staff = bool(decision.reasons) and decision.reasons[0].code == STAFF_DECIDED
    return _ACTIONS_OF_STAFF.get(decision.verdict, decision.action) if by_staff else decision.action


_ACTIONS_OF_STAFF = {
    Verdict.COVERED: Action.USE_CARD,
    Verdict.SELF_PAY: Action.PAY_OR_PROVE,
    Verdict.ASK_STAFF: Action.CHECK_PAPER_CARD,
}
_DIFFERENCES = ("{}-differs", "{}-marks-differ", "{}-not-compared")
"""The reasons that a difference is."""


def told_share(decision: Decision, language: Language) -> ShareFacts | None:
    """What the fund pays and what is left to the patient; None: nobody can say."""
    permille = 0 if decision.verdict is Verdict.SELF_PAY else decision.fund_permille
    if permille is None:
        return None
    free_below = decision.no_co_pay_below_vnd
    note = "" if free_below is None else say("desk.share.free_below", language, limit=dong_words(free_below, language))
    return ShareFacts(
        Line(say("desk.share.fund", language), percent_words(permille, language)),
        Line(say("desk.share.patient", language), percent_words(1000 - permille, language)),
        permille / 1000,
        note,
    )


def _sentence(code: str, sentence: str, language: Language) -> str:
    """Staff's own decision names the machine's by its code, which is no word."""
    for verdict in Verdict if code == STAFF_DECIDED else ():
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
