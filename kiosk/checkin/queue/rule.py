"""How a clinic runs its queues: what [queue] of the settings says."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueRule:
    """After `priorities` people with priority come `normals` in turn; emergencies come before everybody.

    Who does not come when called waits again `returns` times, each time behind `behind` others of the same lane, and is
    a no-show after that. `moved_keeps_place`: who is moved to another room waits there by the first arrival, else
    behind everybody who is there.
    """

    priorities: int = 1
    normals: int = 2
    returns: int = 1
    behind: int = 3
    moved_keeps_place: bool = True


def read_alternation(text: str) -> tuple[int, int]:
    """`1:2` as how many with priority and how many in turn follow each other, each 1 to 99.

    Raises:
        ValueError: anything else.
    """
    found = re.fullmatch(r"([1-9]\d?):([1-9]\d?)", text, re.ASCII)
    if found is None:
        raise ValueError("not PRIORITIES:NORMALS, each 1 to 99")
    return int(found[1]), int(found[2])
