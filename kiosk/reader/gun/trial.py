"""The code of the set-up sheet, and what scanning it tells about a gun. Nobody is in it."""

from dataclasses import dataclass

from kiosk.reader.gun.heard import Damage, Scan, Way
from kiosk.reader.input_method import Method
from kiosk.reader.keyboard import other_layouts

_LOWER = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
LETTERS = _LOWER + _LOWER.upper()
"""Every Vietnamese letter that ASCII has not: 134."""

_HEAD, _MARKS = "999000000000", "aa a6 dd d9"
TEST_TEXT = "|".join([_HEAD, _MARKS, LETTERS, _HEAD])
"""Five fields, so that no document is read from it; a number first, which every keyboard lets through.

The second field is bait: Telex makes `â` of `aa`, VNI of `a6`.
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test scan tells. `letters` of 134 came right; `method` is the input method that is at work, if one is."""

    way: Way
    is_test_code: bool
    number: bool = False
    letters: int = 0
    method: Method | None = None
    caps_lock: bool = False
    layout: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether names can be taken from this gun's scans."""
        return self.is_test_code and self.number and self.letters == len(LETTERS) and self.method is None


def judge(scan: Scan) -> Trial:
    """What `scan` tells; of another code than the sheet's only the way it came."""
    for text in (scan.came, *other_layouts(scan.came)):
        fields = text.split("|")
        if fields[0].strip() != _HEAD or len(fields) < 2:
            continue
        letters = fields[2] if len(fields) > 2 else ""
        return Trial(
            scan.way,
            is_test_code=True,
            number=_HEAD in fields[3:],
            letters=_right(letters),
            method=_method(fields[1], rewritten=Damage.REWRITTEN in scan.damages),
            caps_lock=fields[1].isupper(),
            layout=text != scan.came,
        )
    return Trial(scan.way, is_test_code=False)


def _right(letters: str) -> int:
    """How many came right: by their places, or, where some are missing, by what is there."""
    if len(letters) == len(LETTERS):
        return sum(came == meant for came, meant in zip(letters, LETTERS, strict=True))
    return len(set(letters) & set(LETTERS))


def _method(marks: str, *, rewritten: bool) -> Method | None:
    words = marks.lower().split()
    if words == _MARKS.split():
        return None
    if "a6" in words or "d9" in words:
        return Method.TELEX
    return Method.VNI if rewritten or "aa" in words or "dd" in words else None
