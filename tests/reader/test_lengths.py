import json
from pathlib import Path

import pytest

from kiosk.reader.connection import Meter, kind_of
from kiosk.reader.lengths import LengthMemory
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.slot import CardSlot

KIND = "Some reader 00 00 3b00"


def test_nothing_is_known_of_a_new_kind_and_of_no_kind(tmp_path: Path) -> None:
    memory = LengthMemory(tmp_path / "lengths.json")
    memory.learn("", works=True)
    assert (memory.extended(KIND), memory.extended("")) == (None, None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("works", [True, False])
def test_what_was_learnt_is_known_after_a_restart(tmp_path: Path, works: bool) -> None:
    file = tmp_path / "data" / "lengths.json"
    LengthMemory(file).learn(KIND, works=works)
    assert LengthMemory(file).extended(KIND) is works
    assert [path.name for path in file.parent.iterdir()] == ["lengths.json"]


def test_the_last_word_counts(tmp_path: Path) -> None:
    memory = LengthMemory(tmp_path / "lengths.json")
    for works in (True, False):
        memory.learn(KIND, works=works)
        assert memory.extended(KIND) is works
    assert json.loads((tmp_path / "lengths.json").read_text("utf-8")) == {KIND: False}


def test_a_thousand_kinds_leave_a_small_file_with_the_last_ones(tmp_path: Path) -> None:
    memory = LengthMemory(tmp_path / "lengths.json")
    for number in range(1000):
        memory.learn(f"{KIND}{number:04}", works=True)
    assert (memory.extended(f"{KIND}0000"), memory.extended(f"{KIND}0999")) == (None, True)
    assert (tmp_path / "lengths.json").stat().st_size < 20_000


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b'{"a": "b"}', b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_forgotten_and_written_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lengths.json"
    file.write_bytes(content)
    memory = LengthMemory(file)
    assert memory.extended("a") is None
    memory.learn(KIND, works=True)
    assert LengthMemory(file).extended(KIND) is True


def test_a_file_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    memory = LengthMemory(tmp_path / "taken" / "lengths.json")
    memory.learn(KIND, works=True)
    assert memory.extended(KIND) is True


def test_a_kind_is_the_reader_and_the_answer_to_reset_through_any_wrapping(
    reference_person: Person, pki: Pki, people: tuple[Person, ...]
) -> None:
    slot = CardSlot()
    kinds = set()
    for person in (reference_person, next(other for other in people if other != reference_person)):
        slot.insert(VirtualCard(person, pki))
        with slot.connect() as connection:
            assert kind_of(Meter(connection)) == kind_of(connection)
            kinds.add(kind_of(connection))
    assert kinds == {f"virtual slot {VirtualCard.atr.hex()}"}


def test_a_connection_that_does_not_know_has_no_kind() -> None:
    class Bare:
        def transmit(self, command: bytes) -> tuple[bytes, int]:
            return b"", 0x6D00

    assert kind_of(Meter(Bare())) == ""
