"""How fast the courier may ask: never in a hurry, because a service that feels pressed restricts accounts. Pure."""

from dataclasses import dataclass, replace

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class PaceRule:
    """`pause_s` between the end of one re-check and the next, `most_per_minute` begun; `probe_s` while it is away."""

    pause_s: float = 10.0
    most_per_minute: int = 4
    probe_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What was asked in the last minute, and when the last one ended; seconds of any clock that runs forward."""

    rule: PaceRule
    begun_s: tuple[float, ...] = ()
    ended_s: float | None = None

    def wait_s(self, now_s: float, *, is_away: bool) -> float:
        """How long to wait until the next one may begin; 0: now."""
        rest_s = self.rule.probe_s if is_away else self.rule.pause_s
        waits = [0.0]
        if self.ended_s is not None:
            waits.append(self.ended_s + rest_s - now_s)
        recent = [begun_s for begun_s in self.begun_s if now_s - begun_s < _MINUTE_S]
        if len(recent) >= self.rule.most_per_minute:
            waits.append(recent[-self.rule.most_per_minute] + _MINUTE_S - now_s)
        return max(waits)

    def begin(self, now_s: float) -> "Pace":
        """One begins."""
        recent = tuple(begun_s for begun_s in self.begun_s if now_s - begun_s < _MINUTE_S)
        return replace(self, begun_s=(*recent, now_s))

    def end(self, now_s: float) -> "Pace":
        """It ended."""
        return replace(self, ended_s=now_s)
