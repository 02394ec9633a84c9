"""`--trace` and `--profile` of `kiosk read-card`, and `kiosk simulate card` with the same, through PC/SC."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.reader import pcsc
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.pcscd import READER_NAMES
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.vpcd import VpcdSlot
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Simulated

pytestmark = pytest.mark.pcsc
READER = READER_NAMES[0]


@pytest.fixture
def slot(pcscd: object) -> Iterator[VpcdSlot]:
    eventually(lambda: not lies_there())
    with VpcdSlot() as slot:
        yield slot
    eventually(lambda: not lies_there())


def lies_there() -> bool:
    return READER in pcsc.readers_with_card()


def eventually(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WITHIN_S / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("did not happen in time")


def test_a_card_is_traced_profiled_and_played_with_somebody_else_on_it(
    run: "Run", simulate: "Simulated", slot: VpcdSlot, reference_person: Person, people: tuple[Person, ...],
    pki: Pki, tmp_path: Path,
) -> None:  # fmt: skip
    trace, profile, again = tmp_path / "trace.txt", tmp_path / "profile.json", tmp_path / "again.json"
    slot.insert(VirtualCard(reference_person, pki))
    eventually(lies_there)
    words = ("read-card", "--reader", READER, "--json")
    report = run(*words, "--id", reference_person.number, "--trace", trace, "--profile", profile).json
    lines = trace.read_text("utf-8").splitlines()
    assert sum("->" in line for line in lines) == report["apdus"]
    assert reference_person.number not in trace.read_text("utf-8") + profile.read_text("utf-8")
    slot.remove()
    eventually(lambda: not lies_there())

    other = next(person for person in people if person.card == "2021" and person != reference_person)
    said = tmp_path / "said.txt"
    with simulate("card", "--person", other.number, "--profile", profile, "--trace", said) as (_, told):
        assert other.number in told
        eventually(lies_there)
        read = run(*words, "--id", other.number, "--profile", again, "--no-photo").json
    assert read["identity"]["personal_number"] == other.number
    first, second = (json.loads(file.read_text("utf-8")) for file in (profile, again))
    for name in ("reader", "atr", "status", "card_access", "access", "extended"):
        assert first[name] == second[name]
    assert "> 00A4040C07A0000002471001" in said.read_text("utf-8") or "> 0CA4040C" in said.read_text("utf-8")


def test_a_reading_that_fails_leaves_its_trace(
    run: "Run", slot: VpcdSlot, reference_person: Person, pki: Pki, tmp_path: Path
) -> None:
    slot.insert(VirtualCard(reference_person, pki))
    eventually(lies_there)
    trace = tmp_path / "trace.txt"
    assert run("read-card", "--reader", READER, "--can", "000000", "--trace", trace).told == "card-key-wrong"
    assert "Lc=" in trace.read_text("utf-8")
    assert "000000" not in trace.read_text("utf-8").replace("00000000", "")


def test_a_profile_that_is_none_is_refused(run: "Run", tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    file.write_text("{}", "utf-8")
    assert run("simulate", "card", "--profile", file).told == "input-invalid"
    assert run("simulate", "card", "--profile", tmp_path / "none.json").told == "input-invalid"
