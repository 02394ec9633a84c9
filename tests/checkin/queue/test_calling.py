"""Whose turn it is: lanes alternate by the rule, nobody is overtaken more than it says, an empty lane blocks nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.queue.calling import Lane, called_before, next_lane, overtaken
from kiosk.checkin.queue.rule import QueueRule, read_alternation

RULES = st.builds(QueueRule, priorities=st.integers(1, 4), normals=st.integers(1, 4))
LANES = st.sampled_from(Lane)


def called(lanes: list[Lane], rule: QueueRule, turn: int = 0) -> list[tuple[Lane, int]]:
    """Lane and number within it of everybody, in the order in which they are called."""
    left = {lane: list(range(lanes.count(lane))) for lane in Lane}
    order = []
    while chosen := next_lane([lane for lane, people in left.items() if people], turn, rule):
        lane, turn = chosen
        order.append((lane, left[lane].pop(0)))
    return order


def letters(order: list[tuple[Lane, int]]) -> str:
    return "".join("epn"[lane] for lane, _ in order)


@pytest.mark.parametrize(
    ("rule", "waiting", "expected"),
    [
        ((1, 2), "ppnnnn", "pnnpnn"),
        ((2, 1), "ppppnn", "ppnppn"),
        ((1, 2), "nnn", "nnn"),
        ((1, 2), "ppp", "ppp"),
        ((1, 2), "pnneenp", "eepnnpn"),
        ((1, 1), "pnpnn", "pnpnn"),
    ],
)
def test_lanes_alternate_and_emergencies_come_first(rule: tuple[int, int], waiting: str, expected: str) -> None:
    lanes = [Lane("epn".index(letter)) for letter in waiting]
    assert letters(called(lanes, QueueRule(*rule))) == expected


def test_nobody_is_called_where_nobody_waits() -> None:
    assert next_lane([], 0, QueueRule()) is None


@given(st.lists(st.one_of(LANES, st.none()), max_size=60), RULES)
def test_whatever_comes_everybody_is_called_first_come_first_in_their_lane(
    happens: list[Lane | None], rule: QueueRule
) -> None:
    """None: a doctor presses "next"; anything else arrives. Nobody waits for ever, no empty lane blocks another."""
    waiting: dict[Lane, list[int]] = {lane: [] for lane in Lane}
    arrived, served, turn = dict.fromkeys(Lane, 0), {lane: list[int]() for lane in Lane}, 0
    for event in [*happens, *[None] * len(happens)]:
        if event is not None:
            waiting[event].append(arrived[event])
            arrived[event] += 1
        elif chosen := next_lane([lane for lane, people in waiting.items() if people], turn, rule):
            lane, turn = chosen
            served[lane].append(waiting[lane].pop(0))
        else:
            assert not any(waiting.values()), "somebody waits and nobody is called"
    assert served == {lane: list(range(count)) for lane, count in arrived.items()}


@given(st.lists(st.one_of(LANES, st.none()), max_size=80), RULES)
def test_nobody_is_overtaken_more_often_than_the_rule_allows(happens: list[Lane | None], rule: QueueRule) -> None:
    waiting: dict[Lane, list[list[int]]] = {lane: [] for lane in Lane}  # [most, overtaken so far]
    turn = 0
    for event in [*happens, *[None] * len(happens)]:
        if event is not None:
            waiting[event].append([overtaken(event, len(waiting[event]), rule), 0])
            continue
        chosen = next_lane([lane for lane, people in waiting.items() if people], turn, rule)
        if chosen is None:
            continue
        lane, turn = chosen
        most, times = waiting[lane].pop(0)
        assert lane is Lane.EMERGENCY or times <= most
        if lane is not Lane.EMERGENCY:
            for person in waiting[Lane.NORMAL if lane is Lane.PRIORITY else Lane.PRIORITY]:
                person[1] += 1


@given(st.integers(0, 7), RULES, st.lists(LANES, min_size=1, max_size=40))
def test_who_is_called_before_is_known_without_playing_it_through(
    turn: int, rule: QueueRule, lanes: list[Lane]
) -> None:
    turn %= rule.priorities + rule.normals
    order = called(lanes, rule, turn)
    counts = {lane: lanes.count(lane) for lane in Lane}
    assert [called_before(lane, before, counts, turn, rule) for lane, before in order] == list(range(len(order)))


def test_bound_is_reached_and_not_only_kept() -> None:
    rule = QueueRule(priorities=3, normals=2)
    order = letters(called([Lane.PRIORITY] * 9 + [Lane.NORMAL] * 3, rule))
    assert order == "pppnnpppnppp"
    assert order[: order.rindex("n")].count("p") == overtaken(Lane.NORMAL, 2, rule) == 6


@pytest.mark.parametrize(("text", "pair"), [("1:2", (1, 2)), ("99:1", (99, 1))])
def test_alternation_is_read(text: str, pair: tuple[int, int]) -> None:
    assert read_alternation(text) == pair


@pytest.mark.parametrize("text", ["", "1", "0:1", "1:0", "1:100", "1:2:3", " 1:2", "1:2\n", "١:٢", "-1:2", "one:two"])
def test_anything_else_is_no_alternation(text: str) -> None:
    with pytest.raises(ValueError, match="PRIORITIES:NORMALS"):
        read_alternation(text)
