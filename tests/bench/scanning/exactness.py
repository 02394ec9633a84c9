"""Texts come out as they went in, byte for byte: clean codes of names, payloads and letters."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from kiosk.reader.codes import decode
from tests.bench.scanning.drawing import printed, symbol
from tests.bench.scanning.payloads import Written


@dataclass(slots=True)
class Exactness:
    """How many texts there were, how many were missed and how many came out wrong, by kind."""

    texts: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Exactness") -> None:
        """Counts another one in."""
        self.texts.update(other.texts)
        self.missed.update(other.missed)
        self.wrong.update(other.wrong)


def compare(written: Iterable[Written]) -> Exactness:
    """Draws each text as a clean code of two to five pixels a module and reads it."""
    counted = Exactness()
    for one in written:
        draw = Random(one.text)
        dark = symbol(one.segments, error=draw.choice("lmqh"), mask=draw.randrange(8), eci=one.eci)
        found = {code.payload for code in decode(printed(dark, draw.randint(2, 5)))}
        counted.texts[one.kind] += 1
        counted.missed[one.kind] += not found
        counted.wrong[one.kind] += bool(found - {one.text.encode()})
    return counted
