"""How whoever stands at the screen wants it; the next person begins as if nothing had been wished."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wishes:
    """`large` letters, high `contrast`, controls `lowered` to where a seated person or a child reaches, `aloud`."""

    large: bool = False
    contrast: bool = False
    lowered: bool = False
    aloud: bool = False


NO_WISHES = Wishes()
