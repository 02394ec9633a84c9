"""Whose turn it is: emergencies first, then people with priority and people in turn by a fixed alternation. Pure.

A room's *turn* is where it stands in the alternation, a number from 0: below `priorities` it owes a person with
priority, from there on one in turn. A lane whose turn it is and where nobody waits is passed over, and the turn stays:
whoever comes next there is not told that their turn went to somebody else. So of a person with k others before them in
the same lane at most `overtaken` people of the other lane are called first, emergencies apart.
"""

from collections.abc import Collection
from enum import IntEnum

from kiosk.checkin.queue.rule import QueueRule


class Lane(IntEnum):
    """One of a room's three lines; within each it is strictly first come, first called."""

    EMERGENCY = 0
    PRIORITY = 1
    NORMAL = 2


def next_lane(waiting: Collection[Lane], turn: int, rule: QueueRule) -> tuple[Lane, int] | None:
    """Which of the lanes where somebody waits is called from, and the turn after it; None: nobody waits."""
    if Lane.EMERGENCY in waiting:
        return Lane.EMERGENCY, turn
    owed = Lane.PRIORITY if turn < rule.priorities else Lane.NORMAL
    if owed in waiting:
        return owed, (turn + 1) % (rule.priorities + rule.normals)
    other = Lane.NORMAL if owed is Lane.PRIORITY else Lane.PRIORITY
    return (other, turn) if other in waiting else None


def called_before(lane: Lane, before: int, waiting: dict[Lane, int], turn: int, rule: QueueRule) -> int:
    """How many people are called before one with `before` others ahead in the same lane, if nobody else comes.

    `waiting` counts who waits in each lane.
    """
    emergencies = waiting.get(Lane.EMERGENCY, 0)
    if lane is Lane.EMERGENCY:
        return before
    if lane is Lane.PRIORITY:
        other = _of_other_lane(before, turn, rule.priorities, rule.normals)
        return emergencies + before + min(other, waiting.get(Lane.NORMAL, 0))
    shifted = (turn - rule.priorities) % (rule.priorities + rule.normals)
    other = _of_other_lane(before, shifted, rule.normals, rule.priorities)
    return emergencies + before + min(other, waiting.get(Lane.PRIORITY, 0))


def _of_other_lane(before: int, turn: int, own: int, other: int) -> int:
    """How many of the other lane come first when both never run out; `turn` counts from the own lane's run."""
    if turn >= own:
        return (own + other - turn) + other * (before // own)
    left = own - turn
    return 0 if before < left else other * ((before - left) // own + 1)


def overtaken(lane: Lane, before: int, rule: QueueRule) -> int:
    """The most people of the other lane who are ever called before one with `before` others ahead in the same lane."""
    own, other = (rule.priorities, rule.normals) if lane is Lane.PRIORITY else (rule.normals, rule.priorities)
    return other * -(-(before + 1) // own)
