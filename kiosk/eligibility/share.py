"""What the patient will probably pay of a known price."""

from dataclasses import dataclass

from kiosk.eligibility.decision import Decision, Verdict
from kiosk.privacy import Personal
from kiosk.text import Language, say


@dataclass(frozen=True, slots=True, repr=False)
class PatientShare(Personal):
    """A price in two parts, in whole đồng. Probable only: what counts is settled after the visit.

    `perhaps_free_below_vnd`: the patient's part inside the fund's scope falls away if the whole visit costs less.
    """

    fund_vnd: int
    patient_vnd: int
    perhaps_free_below_vnd: int | None = None

    def sentence(self, language: Language) -> str:
        """For patient and staff; says "probably" and where it holds."""
        if self.fund_vnd and not self.patient_vnd:
            return say("decision.share.nothing", language)
        key = "decision.share.part" if self.fund_vnd else "decision.share.all"
        sentence = say(key, language, amount=_written(self.patient_vnd, language))
        limit = self.perhaps_free_below_vnd
        if limit is None:
            return sentence
        return f"{sentence} {say('decision.share.free-below', language, limit=_written(limit, language))}"


def _written(vnd: int, language: Language) -> str:
    return f"{vnd:,}".replace(",", "." if language is Language.VI else ",")


def patient_share(price_vnd: int, decision: Decision, *, in_scope_vnd: int | None = None) -> PatientShare | None:
    """The patient's part of `price_vnd`; `in_scope_vnd` is what of it the fund accepts (None: all of it).

    None: nobody can say yet, because staff or the gateway have still to answer, or the benefit is not known.

    Raises:
        ValueError: a negative price, or more in scope than the price.
    """
    in_scope = price_vnd if in_scope_vnd is None else in_scope_vnd
    if not 0 <= in_scope <= price_vnd:
        raise ValueError("neither price nor scope can be so")
    if decision.verdict is Verdict.SELF_PAY:
        return PatientShare(0, price_vnd)
    permille = decision.fund_permille
    if permille is None:
        return None
    fund = in_scope * permille // 1000
    limit = decision.no_co_pay_below_vnd
    free_below = limit if limit is not None and price_vnd < limit and fund < in_scope else None
    return PatientShare(fund, price_vnd - fund, free_below)
