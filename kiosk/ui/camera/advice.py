"""What the page tells whoever holds a code, decided from what the decoder saw; no Qt, no clock of its own."""

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.reader.codes import Look

APPEARS_S = 0.35
"""A hint is shown when it held so long: hands pass through every distance on their way."""
STAYS_S = 1.2
"""A hint that is shown stays so long: nobody reads faster."""
LAPSE_S = 0.5
"""So long the decoder may lose sight of a code that a hint is about."""

DARK, BRIGHT = 45.0, 225.0
"""Mean levels of a frame. Cameras that open their iris show a lit room at 80 to 160."""
SMALL_MODULE_PX = 2.2
SMALL_SHARE, LARGE_SHARE, NEAR_SHARE = 0.16, 0.92, 0.62
"""Of the frame's shorter side, taken by the place where a code is suspected, its margin included."""
BLURRED = 0.35
_SLACK = 1.15
"""How far a measure must come back before the hint that is shown gives way."""


class Hint(StrEnum):
    """One thing to do, or how it goes. The page has a word and a shape for each."""

    AIM = "aim"
    CLOSER = "closer"
    FARTHER = "farther"
    HOLD_STILL = "hold_still"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    SEEN = "seen"
    STARTING = "starting"
    NO_PICTURE = "no_picture"


@dataclass(frozen=True, slots=True)
class Advice:
    """The hint on the page, and the one that may follow it; times in seconds of the caller's clock."""

    shown: Hint = Hint.AIM
    shown_at_s: float = float("-inf")
    rising: Hint = Hint.AIM
    rising_since_s: float = float("-inf")
    rising_seen_s: float = float("-inf")


def advise(before: Advice, look: Look, size: tuple[int, int], now_s: float) -> Advice:
    """The advice after one more look at a frame of `size` pixels.

    A code that was read is said at once; everything else appears only when it held, and stays long enough to be read.
    """
    wish = wished(look, size, before.shown)
    if wish is Hint.AIM and before.rising is not Hint.AIM and now_s - before.rising_seen_s < LAPSE_S:
        wish, seen_s = before.rising, before.rising_seen_s
    else:
        seen_s = now_s
    since_s = before.rising_since_s if wish is before.rising else now_s
    after = replace(before, rising=wish, rising_since_s=since_s, rising_seen_s=seen_s)
    if wish is before.shown:
        return after
    held = now_s - since_s >= APPEARS_S and now_s - before.shown_at_s >= STAYS_S
    return replace(after, shown=wish, shown_at_s=now_s) if held or wish is Hint.SEEN else after


def wished(look: Look, size: tuple[int, int], shown: Hint) -> Hint:
    """What this look alone asks for; the limits of the hint that is `shown` are a little wider."""

    def below(value: float, limit: float, hint: Hint) -> bool:
        return value < limit * (_SLACK if shown is hint else 1.0)

    def above(value: float, limit: float, hint: Hint) -> bool:
        return value > limit / (_SLACK if shown is hint else 1.0)

    if look.found:
        return Hint.SEEN
    if look.suspected is None:
        if below(look.brightness, DARK, Hint.TOO_DARK):
            return Hint.TOO_DARK
        return Hint.TOO_BRIGHT if above(look.brightness, BRIGHT, Hint.TOO_BRIGHT) else Hint.AIM
    left, top, right, bottom = look.suspected
    share = max(right - left, bottom - top) / max(1, min(size))
    if above(share, LARGE_SHARE, Hint.FARTHER):
        return Hint.FARTHER
    small = below(share, SMALL_SHARE, Hint.CLOSER)
    if look.module_px is not None:
        small = below(look.module_px, SMALL_MODULE_PX, Hint.CLOSER)
    if small:
        return Hint.CLOSER
    if look.sharpness is not None and below(look.sharpness, BLURRED, Hint.HOLD_STILL) and share > NEAR_SHARE:
        # Most cameras have a fixed focus, which lies farther away than people hold a card.
        return Hint.FARTHER
    return Hint.HOLD_STILL
