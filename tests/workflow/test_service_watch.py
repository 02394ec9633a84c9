"""Whether the service is away: never decided by one sign, never twice within the hold."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from kiosk.workflow.pace import Pace, PaceRule
from kiosk.workflow.service_watch import ServiceWatch, WatchRule

RULE = WatchRule(failures=3, successes=2, hold_s=60)


def heard(watch: ServiceWatch, signs: str, at_s: float = 0.0, every_s: float = 1.0) -> ServiceWatch:
    """The watch after signs, `+` an answer and `-` none."""
    for number, sign in enumerate(signs):
        watch = watch.heard(answered=sign == "+", at_s=at_s + number * every_s)
    return watch


def test_service_counts_as_there_until_three_failures_in_a_row() -> None:
    watch = heard(ServiceWatch(RULE), "--+--")
    assert not watch.is_away
    assert heard(watch, "-", at_s=10).is_away


def test_service_is_back_after_two_answers_in_a_row() -> None:
    away = heard(ServiceWatch(RULE), "---")
    assert heard(away, "+-+-+-", at_s=100).is_away
    assert not heard(away, "++", at_s=100).is_away


def test_change_within_the_hold_waits_for_its_end() -> None:
    away = heard(ServiceWatch(RULE), "---")
    early = heard(away, "++++", at_s=10)
    assert early.is_away
    assert heard(early, "+", at_s=61.9).is_away
    assert not heard(early, "+", at_s=62.0).is_away


STEPS = some.lists(some.tuples(some.floats(0, 100), some.booleans()), max_size=200)


@given(
    STEPS,
    some.builds(WatchRule, some.integers(1, 5), some.integers(1, 5), some.floats(0, 300, allow_nan=False)),
)
def test_it_never_changes_twice_within_the_hold_and_never_for_fewer_signs(
    steps: list[tuple[float, bool]], rule: WatchRule
) -> None:
    watch, at_s, changes, row = ServiceWatch(rule), 0.0, list[float](), list[bool]()
    for after_s, answered in steps:
        at_s += after_s
        row = [*row, answered] if not row or row[-1] is answered else [answered]
        before, watch = watch, watch.heard(answered=answered, at_s=at_s)
        if watch.is_away is not before.is_away:
            assert len(row) >= (rule.successes if before.is_away else rule.failures)
            assert answered is before.is_away
            changes.append(at_s)
    assert all(later - earlier >= rule.hold_s for earlier, later in pairwise(changes))


@given(some.lists(some.floats(0, 30), max_size=80), some.booleans())
def test_pace_keeps_its_pauses_and_never_begins_more_in_a_minute(work_s: list[float], is_away: bool) -> None:
    rule = PaceRule(pause_s=5, most_per_minute=4, probe_s=45)
    pace, now_s, begun, ended = Pace(rule), 0.0, list[float](), list[float]()
    for takes_s in work_s:
        now_s += pace.wait_s(now_s, is_away=is_away)
        if ended:
            assert now_s - ended[-1] >= (rule.probe_s if is_away else rule.pause_s) - 1e-6
        begun.append(now_s)
        pace = pace.begin(now_s)
        now_s += takes_s
        ended.append(now_s)
        pace = pace.end(now_s)
    for first, fifth in zip(begun, begun[rule.most_per_minute :], strict=False):
        assert fifth - first >= 60 - 1e-6


def test_first_round_waits_for_nothing() -> None:
    assert Pace(PaceRule()).wait_s(1000.0, is_away=False) == 0
