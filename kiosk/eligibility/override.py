"""Staff decide otherwise than the rules, and answer for it: who and why is kept with the check-in."""

from dataclasses import dataclass, replace

from kiosk.eligibility.decision import Decision, Reason, Verdict
from kiosk.privacy import Personal

OVERRIDES = (Verdict.COVERED, Verdict.SELF_PAY, Verdict.ASK_STAFF)
"""What staff may decide: how sure the machine is, only the machine knows."""

STAFF_DECIDED = "staff-decided"
"""The code of the reason that stands first in a decision that staff changed."""


@dataclass(frozen=True, slots=True, repr=False)
class Override(Personal):
    """`verdict` instead of the rules'; `why` in the officer's words, never empty; `by` the officer's id."""

    verdict: Verdict
    why: str
    by: str

    def __post_init__(self) -> None:
        """Refuses what nobody could answer for.

        Raises:
            ValueError: no such decision, or one without a reason or a name.
        """
        if self.verdict not in OVERRIDES or not self.why.strip() or not self.by:
            raise ValueError("an override needs a verdict of its own, a reason and an officer")


def overridden(decision: Decision, override: Override) -> Decision:
    """The decision as staff made it; the rules' own reasons stay below, and what they said the fund pays does not.

    Deciding what was decided anyway changes nothing.
    """
    if override.verdict is decision.verdict:
        return decision
    staff = Reason(STAFF_DECIDED, (("before", decision.verdict.value),))
    return replace(
        decision,
        verdict=override.verdict,
        reasons=(staff, *decision.reasons),
        benefit_percent=None,
        fund_permille=None,
        no_co_pay_below_vnd=None,
    )
