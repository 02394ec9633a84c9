"""What can be wrong with a printer, and how it then behaves, whatever line it is on."""

from dataclasses import dataclass

FAULTS = {
    "paper-out": "there is no paper from the beginning",
    "paper-out-during": "the paper ends in the middle of the slip",
    "paper-out-late": "the same, and the printer first answers once more that all is well",
    "cover-open": "the cover is open",
    "cover-opened-during": "the cover is opened in the middle of the slip",
    "answers-twice": "the cover is open, and each answer comes twice",
    "offline": "the printer is offline, nobody knows why",
    "cutter": "the cutter is jammed",
    "cutter-during": "the slip is printed and the cutter jams",
    "overheated": "the head is too hot and has to cool down",
    "broken": "an error that does not pass by itself",
    "near-end": "the paper is nearly at its end; it prints",
    "narrow": "it prints, on paper of 384 dots: what is wider is lost",
    "silent": "it prints and never answers",
    "garbage-status": "it prints and answers with bytes that are no status",
    "unasked-status": "it prints, and sends status also when nobody asks",
    "refuses": "connections are refused, or the cable is out",
    "closes-midway": "the connection is closed, or the cable pulled, in the middle of the slip",
    "half-open": "the line dies without a word in the middle of the slip: nothing is answered any more",
    "never-reads": "the line is open and nothing is ever read or answered",
}
"""Name -> what it does."""

NARROW_DOTS = 384
_ANSWERS_BEFORE_IT_NOTICES = 4
_GOOD = 0b0001_0010
_OFFLINE = 0b0000_1000
_BITS: dict[str, dict[int, int]] = {
    "paper-out": {1: _OFFLINE, 2: 0b10_0000, 4: 0b110_1100},
    "cover-open": {1: _OFFLINE, 2: 0b100},
    "offline": {1: _OFFLINE},
    "cutter": {1: _OFFLINE, 2: 0b100_0000, 3: 0b1000},
    "overheated": {1: _OFFLINE, 2: 0b100_0000, 3: 0b100_0000},
    "broken": {1: _OFFLINE, 2: 0b100_0000, 3: 0b10_0000},
    "near-end": {4: 0b1100},
}
_PRINTS_NOTHING = {"paper-out", "cover-open", "answers-twice", "offline", "cutter", "overheated", "broken"}
_SAYS_AFTERWARDS = {
    "paper-out-during": "paper-out",
    "paper-out-late": "paper-out",
    "cover-opened-during": "cover-open",
    "cutter-during": "cutter",
    "answers-twice": "cover-open",
}
_STOPS_MIDWAY = {"paper-out-during", "paper-out-late", "cover-opened-during", "closes-midway", "half-open"}


def known(fault: str) -> str:
    """The fault itself.

    Raises:
        KeyError: there is none of that name.
    """
    if fault and fault not in FAULTS:
        raise KeyError(fault)
    return fault


@dataclass(slots=True)
class Temper:
    """A printer's behaviour with a fault; empty: none. `stopped`: the slip under way will not come out."""

    fault: str = ""
    stopped: bool = False
    _late_answers: int = 0

    def answer(self, number: int) -> bytes:
        """What is answered to `DLE EOT n`; empty: nothing."""
        told = self.fault
        if told == "silent" or (told == "half-open" and self.stopped):
            return b""
        if told == "garbage-status":
            return b"\xff"
        happened = self.stopped or told in _PRINTS_NOTHING
        if told == "paper-out-late" and happened and self._late_answers < _ANSWERS_BEFORE_IT_NOTICES:
            self._late_answers += 1
            happened = False
        if told in _SAYS_AFTERWARDS:
            told = _SAYS_AFTERWARDS[told] if happened else ""
        answer = bytes((_GOOD | _BITS.get(told, {}).get(number, 0),))
        if self.fault == "unasked-status":
            return b"\x10\x00\x00\x00" + answer
        return answer * 2 if self.fault == "answers-twice" else answer

    def name(self) -> bytes:
        """What is answered to `GS I 67`; empty: nothing."""
        if self.fault in ("silent", "garbage-status") or self.stopped or self.fault in _PRINTS_NOTHING:
            return b""
        return b"_TM-P20\0" if self.fault == "narrow" else b"_TAPE\0"

    def may_print(self) -> bool:
        """Asked before each picture. The first one still comes out: what is left of the paper, or of the line."""
        if self.fault in _PRINTS_NOTHING or self.stopped:
            return False
        self.stopped = self.fault in _STOPS_MIDWAY
        return True

    def may_cut(self) -> bool:
        """Asked at the end of a slip: whether it comes out whole."""
        self.stopped = self.stopped or self.fault == "cutter-during"
        return not (self.stopped or self.fault in _PRINTS_NOTHING)

    @property
    def breaks_line(self) -> bool:
        """Whether the line ends now."""
        return self.fault == "closes-midway" and self.stopped

    @property
    def is_away(self) -> bool:
        """Whether nobody gets a line to it."""
        return self.fault == "refuses"

    @property
    def is_deaf(self) -> bool:
        """Whether nothing is read."""
        return self.fault == "never-reads"
