"""What the page tells whoever holds a code, decided from what the decoder saw; no Qt, no clock of its own."""

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.reader.codes import Box, Look

APPEARS_S = 0.35
"""A hint is shown when it held so long: hands pass through every distance on their way."""
GUESS_APPEARS_S = 0.8
"""So long where the decoder only guesses that there is a code."""
STAYS_S = 1.2
"""A hint that is shown stays so long: nobody reads faster."""
LAPSE_S = 0.5
"""So long the decoder may lose sight of a code that a hint is about."""

DARK, BRIGHT = 45.0, 225.0
"""Mean levels of a frame. Cameras that open their iris show a lit room at 80 to 160."""
SMALL_MODULE_PX = 2.2
SMALL_SHARE, LARGE_SHARE, NEAR_SHARE = 0.2, 0.92, 0.62
"""Of the frame's shorter side, taken by the place where a code is suspected, its margin included."""
LEAST_SIDE_PX = 32
"""A smaller place is a corner of something."""
AIMED_SHARE = 0.5
"""Of the frame's shorter side: the middle, where codes are held. Elsewhere guesses are the room."""
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
    USE_GUN = "use_gun"
    """There is to be no camera: whoever holds a code turns to the barcode gun."""


@dataclass(frozen=True, slots=True)
class Advice:
    """The hint on the page, and the one that may follow it; times in seconds of the caller's clock."""

    shown: Hint = Hint.AIM
    shown_at_s: float = float("-inf")
    rising: Hint = Hint.AIM
    rising_since_s: float = float("-inf")
    rising_seen_s: float = float("-inf")
    place: Box | None = None
    """Where a code was last suspected."""


def advise(before: Advice, look: Look, size: tuple[int, int], now_s: float) -> Advice:
    """The advice after one more look at a frame of `size` pixels.

    A code that was read is said at once; everything else appears only when it held, and stays long enough to be read.
    """
    guessed = look.suspected is not None and look.module_px is None
    if guessed and not _held_there(look.suspected, before.place, size):
        wish = wished(replace(look, suspected=None), size, before.shown)
    else:
        wish = wished(look, size, before.shown)
    unsure = wish is Hint.AIM or (guessed and wish is not Hint.SEEN)
    lately = before.rising is not Hint.AIM and now_s - before.rising_seen_s < LAPSE_S
    if unsure and lately and wish is not before.rising:
        # What is guessed changes its size from frame to frame, and is lost now and then.
        wish, seen_s = before.rising, before.rising_seen_s
    else:
        seen_s = now_s
    since_s = before.rising_since_s if wish is before.rising else now_s
    place = look.suspected or (before.place if wish is before.rising else None)
    after = replace(before, rising=wish, rising_since_s=since_s, rising_seen_s=seen_s, place=place)
    if wish is before.shown:
        return after
    appears_s = GUESS_APPEARS_S if guessed else APPEARS_S
    held = now_s - since_s >= appears_s and now_s - before.shown_at_s >= STAYS_S
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
    share = _side(look.suspected) / max(1, min(size))
    blurred = look.sharpness is not None and below(look.sharpness, BLURRED, Hint.HOLD_STILL)
    # Most cameras have a fixed focus, which lies farther away than people hold a card.
    if above(share, LARGE_SHARE, Hint.FARTHER) or (blurred and above(share, NEAR_SHARE, Hint.FARTHER)):
        return Hint.FARTHER
    if look.module_px is not None:
        return Hint.CLOSER if below(look.module_px, SMALL_MODULE_PX, Hint.CLOSER) else Hint.HOLD_STILL
    if below(share, SMALL_SHARE, Hint.CLOSER):
        return Hint.CLOSER
    # Large and sharp, and yet no decoder recognised it: no code, but a shirt.
    return Hint.HOLD_STILL if blurred else Hint.AIM


def _held_there(place: Box | None, before: Box | None, size: tuple[int, int]) -> bool:
    """Whether a guess may be a code: in the middle, and where the one before was; what is none leaps about."""
    if place is None or before is None or _side(place) < LEAST_SIDE_PX:
        return False
    x, y = _middle(place)
    x_before, y_before = _middle(before)
    reach = max(_side(place), _side(before)) / 2
    # A large place is in the middle wherever its own middle is.
    aimed = max(min(size) * AIMED_SHARE, _side(place)) / 2
    in_middle = abs(x - size[0] / 2) <= aimed and abs(y - size[1] / 2) <= aimed
    return in_middle and abs(x - x_before) <= reach and abs(y - y_before) <= reach


def _side(place: Box) -> int:
    return max(place.right - place.left, place.bottom - place.top)


def _middle(place: Box) -> tuple[float, float]:
    return (place.left + place.right) / 2, (place.top + place.bottom) / 2
