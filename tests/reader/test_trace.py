from collections.abc import Callable
from itertools import count
from random import Random

import pytest

from kiosk.failure import FailureCode, RetriableError
from kiosk.privacy import redact_command
from kiosk.reader.emrtd.access import CardKeys
from kiosk.reader.emrtd.inspection import inspect
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.reader.trace import Traced
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.slot import CardSlot


class Unwatched:
    def phase(self, phase: object) -> None: ...
    def identity(self, document: object) -> None: ...


def ticks() -> Callable[[], float]:
    """A clock that goes on by a millisecond each time it is looked at."""
    times = count()
    return lambda: next(times) / 1000


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("00A4020C", "00A4020C"),
        ("00B09C00E0", "00B09C00 Le=224"),
        ("00B0000000", "00B00000 Le=256"),
        ("00A4020C02011C", "00A4020C Lc=2"),
        ("0CB09D000D" + "AA" * 13 + "00", "0CB09D00 Lc=13 Le=256"),
        ("00B00000000FDF", "00B00000 Le=4063"),
        ("00B00000000000", "00B00000 Le=65536"),
        ("00A4020C000002011C", "00A4020C Lc=2"),
        ("0CB0820000000E" + "AA" * 14 + "0000", "0CB08200 Lc=14 Le=65536"),
        ("00", "00"),
        ("", ""),
    ],
)
def test_a_command_is_told_by_its_header_and_lengths(command: str, told: str) -> None:
    assert redact_command(bytes.fromhex(command)) == told


def test_each_exchange_is_one_line_with_its_times(reference_person: Person, pki: Pki) -> None:
    lines: list[str] = []
    card = VirtualCard(reference_person, pki)
    traced = Traced(card, lines.append, ticks())
    traced.transmit(bytes.fromhex("00A4020C02011C"))
    traced.transmit(bytes.fromhex("00B0000010"))
    traced.reset()
    assert [line.split() for line in lines] == [
        ["1.0", "ms", "+2.0", "ms", "00A4020C", "Lc=2", "->", "0", "9000"],
        ["4.0", "ms", "+2.0", "ms", "00B00000", "Le=16", "->", "16", "9000"],
        ["7.0", "ms", "+1.0", "ms", "reset"],
    ]
    assert [(one.header.hex(), one.sent, one.received, one.sw) for one in traced.exchanges] == [
        ("00a4020c", 7, 2, 0x9000),
        ("00b00000", 5, 18, 0x9000),
    ]


def test_a_command_without_an_answer_is_told_by_its_failure(reference_person: Person, pki: Pki) -> None:
    slot, lines = CardSlot(), list[str]()
    slot.insert(VirtualCard(reference_person, pki))
    traced = Traced(slot.connect(), lines.append, ticks())
    slot.remove()
    with pytest.raises(RetriableError) as failure:
        traced.transmit(bytes.fromhex("00B0000010"))
    assert failure.value.code is FailureCode.CARD_REMOVED
    assert lines[0].endswith("00B00000 Le=16 -> card-removed")
    assert traced.exchanges[0].sw is None


def test_a_trace_of_a_whole_reading_holds_nothing_that_was_said(reference_person: Person, pki: Pki) -> None:
    said: list[bytes] = []

    class Overheard:
        def __init__(self) -> None:
            self.card = VirtualCard(reference_person, pki, random=Random(1).randbytes)

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            data, sw = self.card.transmit(command)
            said.extend((command[5:], data))
            return data, sw

    lines: list[str] = []
    keys = CardKeys(personal_number=reference_person.number)
    document = inspect(Traced(Overheard(), lines.append), keys, TrustAnchors(), Unwatched(), random=Random(2).randbytes)
    text = "\n".join(lines).lower()
    assert len(lines) == len(said) // 2
    for body in (*said, *document.files.values()):
        for at in range(0, len(body) - 3, 4):
            assert body[at : at + 4].hex() not in text or len(body) < 8
    assert reference_person.number not in text
    assert reference_person.can not in text
