"""Whether the insurance service counts as away or as back, without flickering on a line that comes and goes. Pure."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class WatchRule:
    """Away after so many `failures` in a row, back after so many `successes`; after a change nothing for `hold_s`."""

    failures: int = 3
    successes: int = 2
    hold_s: float = 60.0


@dataclass(frozen=True, slots=True)
class ServiceWatch:
    """What was heard of the service so far; it counts as there until it was heard otherwise.

    `against` are the signs in a row that speak against the state, `changed_s` when it last changed.
    """

    rule: WatchRule
    is_away: bool = False
    against: int = 0
    changed_s: float | None = None

    def heard(self, *, answered: bool, at_s: float) -> "ServiceWatch":
        """The watch after one lookup ended at `at_s` of any clock that does not run backwards.

        A change that the hold keeps back is made by the next sign of the same kind after it.
        """
        if answered is not self.is_away:
            return replace(self, against=0)
        against = self.against + 1
        needed = self.rule.successes if self.is_away else self.rule.failures
        is_held = self.changed_s is not None and at_s - self.changed_s < self.rule.hold_s
        if against < needed or is_held:
            return replace(self, against=against)
        return ServiceWatch(self.rule, is_away=not self.is_away, changed_s=at_s)
