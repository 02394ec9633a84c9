"""What becomes of a reading when one command of it goes wrong: each command of a whole reading by each fault.

    python -m tests.bench.faults        writes tests/bench/faults.md and prints it

Nothing is waited for: the card is in memory and time is a counter. `Bench.try_fault` judges one reading; it raises
where one does not end, tells what is not on the card, or leaves a session that spoils the next one.
"""

import dataclasses
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import kiosk
from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.reader.connection import Meter
from kiosk.reader.document import ChipDocument, Outcome, ReadPhase
from kiosk.reader.emrtd.inspection import inspect
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator import slot
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.people import Person, load_people
from kiosk.simulator.pki import Pki, invent_pki
from kiosk.simulator.slot import Fault, FaultyCard

REFERENCE = "999090000123"
TODAY = date(2026, 11, 21)
PEOPLE_FILE = Path(kiosk.__file__).parent.parent / "config" / "simulator" / "people.toml"
REPORT = Path(__file__).with_name("faults.md")
DEADLINE_S = 20.0
MOST_COMMANDS_A_RETRY = 120
"""A mended reading costs at most one opening and one file more for each of its two retries."""


@dataclass(slots=True)
class Told:
    """An inspection's watch that keeps what it was told."""

    identities: list[ChipDocument] = dataclasses.field(default_factory=list)

    def phase(self, phase: ReadPhase) -> None:
        """Phases are not looked at."""

    def identity(self, document: ChipDocument) -> None:
        """Keeps the document."""
        self.identities.append(document)


@dataclass(slots=True)
class Clock:
    """Time that passes only where a fault lets it."""

    now_s: float = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now_s

    def pass_deadline(self) -> None:
        """The card takes longer than a whole reading may."""
        self.now_s += DEADLINE_S


@dataclass(slots=True)
class Names:
    """A connection that names the commands of a whole reading after what they are for."""

    card: VirtualCard
    names: list[str] = dataclasses.field(default_factory=list)
    _file: str = ""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Notes the name and passes on."""
        self.names.append(self._name(command))
        return self.card.transmit(command)

    def reset(self) -> None:
        """Passes on."""
        self.card.reset()

    def _name(self, command: bytes) -> str:
        match command[1]:
            case 0x22:
                return "MSE:Set AT"
            case 0x86:
                return "GENERAL AUTHENTICATE"
            case 0x88:
                return "INTERNAL AUTHENTICATE"
            case 0xA4:
                return "SELECT application"
            case 0xB0 if command[2] & 0x80:
                self._file = _FILES[command[2] & 0x1F]
        return f"READ {self._file}"


_FILES = {
    0x1C: "CardAccess", 0x1E: "COM", 0x1D: "SOD", 0x01: "DG1", 0x02: "DG2", 0x0D: "DG13", 0x0E: "DG14", 0x0F: "DG15",
}  # fmt: skip

MakeFault = Callable[["Bench", int, Clock], Fault]

KINDS: Mapping[str, MakeFault] = MappingProxyType(
    {
        "6F00": lambda _, at, __: slot.StatusAt(at, 0x6F00),
        "6700": lambda _, at, __: slot.StatusAt(at, 0x6700),
        "6C10": lambda _, at, __: slot.StatusAt(at, 0x6C10),
        "6982": lambda _, at, __: slot.StatusAt(at, 0x6982),
        "6988": lambda _, at, __: slot.StatusAt(at, 0x6988),
        "empty": lambda _, at, __: slot.EmptyAt(at),
        "truncated": lambda _, at, __: slot.TruncatedAt(at),
        "wrong code": lambda _, at, __: slot.FlippedAt(at),
        "exchange fails": lambda _, at, __: slot.BrokenAt(at),
        "late": lambda _, at, clock: slot.SlowAt(at, clock.pass_deadline),
        "removed": lambda _, at, __: slot.RemovedAt(at),
        "swapped": lambda bench, at, __: slot.SwappedAt(at, bench.other_card()),
        "unplugged": lambda _, at, __: slot.UnpluggedAt(at),
    }
)


@dataclass(frozen=True, slots=True)
class Bench:
    """The reference card, and another person's that opens by the same six digits."""

    person: Person
    pki: Pki
    anchors: TrustAnchors

    @classmethod
    def build(cls, folder: Path) -> "Bench":
        """With the invented country signer in `folder`."""
        people, pki = load_people(PEOPLE_FILE, TODAY), invent_pki()
        pki.write_csca(folder)
        person = next(person for person in people if person.number == REFERENCE)
        return cls(person, pki, TrustAnchors.load(folder))

    def card(self) -> VirtualCard:
        """The reference card."""
        return VirtualCard(self.person, self.pki)

    def other_card(self) -> VirtualCard:
        """The other person's card."""
        return VirtualCard(dataclasses.replace(self.person, number=f"999190{self.person.can}"), self.pki)

    def commands(self) -> tuple[str, ...]:
        """What each command of a whole reading is for, in order."""
        named = Names(self.card())
        self._read(named)
        return tuple(named.names)

    def try_fault(self, kind: str, number: int) -> str:
        """What a reading ends in when its command `number` (from 1) goes wrong: `read`, `read-other` or a code.

        Raises:
            AssertionError: it does not end soon, tells of what no card holds, mixes two cards, or spoils the next one.
        """
        clock, told = Clock(), Told()
        card = FaultyCard(self.card(), KINDS[kind](self, number, clock))
        meter = Meter(card)
        try:
            document = self._read(meter, told, clock)
        except KioskError as error:
            outcome = error.code.value
            _require(isinstance(error, RetriableError) or error.code is FailureCode.CARD_KEY_WRONG, outcome)
        else:
            outcome = self._owner(document)
            _require(document.evidence.passive.outcome is Outcome.PASSED, "unproven")
            proofs = {document.evidence.chip.outcome, document.evidence.active.outcome}
            _require(Outcome.FAILED not in proofs, "a genuine chip taken for a copy")
            if Outcome.PASSED not in proofs:
                outcome += " unproven"
        for document in told.identities:
            _require(self._owner(document) == ("read-other" if outcome == "read-other" else "read"), "identity")
        _require(len(told.identities) <= 1, "told twice")
        _require(meter.apdus <= number + 2 * MOST_COMMANDS_A_RETRY, "too many commands")
        if kind not in {"unplugged", "removed"}:
            card.reset()
            self._owner(self._read(card, photo=False))
        return outcome

    def _read(self, connection: VirtualCard | Names | Meter | FaultyCard, told: Told | None = None,
              clock: Clock | None = None, *, photo: bool = True) -> ChipDocument:  # fmt: skip
        keys = CardKeys(personal_number=self.person.number)
        return inspect(
            connection, keys, self.anchors, told or Told(), photo=photo, deadline_s=DEADLINE_S, clock=clock or Clock()
        )

    def _owner(self, document: ChipDocument) -> str:
        """Whose files these are, byte for byte.

        Raises:
            AssertionError: nobody's, or both people's.
        """
        for outcome, card in (("read", self.card()), ("read-other", self.other_card())):
            whole = self._read_plainly(card)
            if all(whole[name] == content for name, content in document.files.items()):
                return outcome
        raise AssertionError("files that no card holds")

    def _read_plainly(self, card: VirtualCard) -> Mapping[str, bytes]:
        files = card._chip.files  # what was written into it, not what it sends
        return {name: files[0x0100 | sfi] for sfi, name in _FILES.items() if 0x0100 | sfi in files}


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def groups(commands: tuple[str, ...]) -> Iterator[tuple[str, range]]:
    """The runs of commands for one thing, with their numbers from 1."""
    for name, run in groupby(enumerate(commands, start=1), key=lambda numbered: numbered[1]):
        numbers = [number for number, _ in run]
        yield name, range(numbers[0], numbers[-1] + 1)


def report(bench: Bench) -> str:
    """The table in Markdown."""
    commands = bench.commands()
    count = len(commands) * len(KINDS)
    lines = [
        "# One fault at each command of a reading",
        "",
        f"{len(commands)} commands of the reference card, {len(KINDS)} faults, one at a time: {count} readings, made",
        "by `make faults`. `read`: the reading is whole, the chip proven, each byte as on the card, after the session",
        "was opened anew and went on with the file that failed. Any other word is the failure's code. No reading hung,",
        "told anything wrong or spoilt the next one.",
        "",
        "| commands | " + " | ".join(KINDS) + " |",
        "|---|" + "---|" * len(KINDS),
    ]
    for name, numbers in groups(commands):
        cells = [_cell([bench.try_fault(kind, number) for number in numbers]) for kind in KINDS]
        which = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        lines.append(f"| {which} {name} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", _NOTES])


def _cell(outcomes: list[str]) -> str:
    return ", ".join(
        outcome if len(set(outcomes)) == 1 else f"{outcome} ({outcomes.count(outcome)})"
        for outcome in dict.fromkeys(outcomes)
    )


_NOTES = """\
- `6F00` … `6988` are naked status words, without secure messaging; a naked status ends the chip's session.
- `wrong code`: the last bit of an answer is flipped. In the two answers with which PACE proves a password this looks
  just like a wrong password, as do `6982` and `6988` there; a wrong password is never tried again.
- `swapped`: the exchange fails and another person's card lies there, with the same six digits. Before anything was
  read that card is simply read (`read-other`); afterwards DG1 tells, and no files are mixed.
- `removed`: nothing is kept, not even the part that was read: a chip that went before all is checked proves nothing,
  and a session belongs to a card that lies there.
- `late`: the card answers after the deadline of the whole reading; the last answer of all is still taken. A card that
  never answers ends alike, on the dot (`tests/reader/emrtd/test_inspection.py`,
  `tests/reader/pcsc/test_connection.py`).
"""


def main() -> int:
    """Writes and prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        text = report(Bench.build(Path(folder)))
    REPORT.write_text(text, "utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
