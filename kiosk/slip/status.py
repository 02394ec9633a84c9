"""What a printer says of itself: four status bytes of `DLE EOT n`, its name by `GS I` [Epson ESC/POS reference]."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

NEAR_END = "near-end"
"""The reason that the staff see for a roll that should be changed soon; the printer still prints."""

QUESTIONS = (1, 2, 3, 4)
"""n of `DLE EOT n`: printer, cause of being offline, cause of an error, paper sensor."""


class Readiness(StrEnum):
    """Whether a printer can print, worst first; UNKNOWN when it did not say or said nonsense."""

    COVER_OPEN = "cover-open"
    PAPER_OUT = "paper-out"
    CUTTER = "cutter"
    OVERHEATED = "overheated"
    ERROR = "printer-error"
    OFFLINE = "offline"
    UNKNOWN = "status-unknown"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What was understood; `paper_near_end` is for the staff only."""

    readiness: Readiness
    paper_near_end: bool = False


_SIGNS = (
    (Readiness.COVER_OPEN, 2, 0b0000_0100),
    (Readiness.PAPER_OUT, 2, 0b0010_0000),
    (Readiness.PAPER_OUT, 4, 0b0110_0000),
    (Readiness.CUTTER, 3, 0b0000_1000),
    (Readiness.ERROR, 3, 0b0010_0000),
    (Readiness.OVERHEATED, 3, 0b0100_0000),  # "recovers by itself": the head cools down
    (Readiness.ERROR, 2, 0b0100_0000),
    (Readiness.OFFLINE, 1, 0b0000_1000),
)
_NEAR_END = 0b0000_1100


def question(number: int) -> bytes:
    """`DLE EOT n`, answered with one byte at once, whatever the printer is doing."""
    return bytes((0x10, 0x04, number))


def is_status(byte: int) -> bool:
    """Whether a byte can be an answer to `DLE EOT`: bits 1 and 4 are set, bits 0 and 7 clear."""
    return byte & 0b1001_0011 == 0b0001_0010


def read_status(answers: Mapping[int, int]) -> PrinterStatus:
    """The status from the bytes by question; questions without an answer are absent.

    A fault that is told counts, whatever else is missing; ready needs all four.
    """
    valid = {number: byte for number, byte in answers.items() if is_status(byte)}
    near_end = bool(valid.get(4, 0) & _NEAR_END)
    for readiness, number, bits in _SIGNS:
        if valid.get(number, 0) & bits:
            return PrinterStatus(readiness, near_end)
    known = all(number in valid for number in QUESTIONS)
    return PrinterStatus(Readiness.READY if known else Readiness.UNKNOWN, near_end)


def model_question() -> bytes:
    """`GS I 67`, answered with `_`, the model's name and NUL, in its turn: not before what was sent earlier is done."""
    return b"\x1dI\x43"


_MODEL = re.compile(rb"_([\x20-\x7e]{1,80})\0")


def model_name(heard: bytes) -> str:
    """The model from what came after `model_question`; empty: it has not come whole."""
    found = _MODEL.search(heard)
    return found[1].decode("ascii").strip() if found else ""


_WIDTHS_DOTS = {"TM-T88": 512, "TM-T70": 512, "TM-T90": 512, "TM-T20": 576, "TM-T82": 576, "TM-M30": 576, "TM-P20": 384}
"""Beginning of a model's name -> dots across its usual paper. No command asks a printer for that."""


def known_width_dots(model: str) -> int | None:
    """The dots across a known model's paper; None: not known, the ruler of a test print tells."""
    named = (dots for name, dots in _WIDTHS_DOTS.items() if model.upper().startswith(name))
    return next(named, None)
