"""Samples of the table that `make faults` writes whole; each reading is judged by the bench itself."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "faults.py"
KINDS = (
    "6F00", "6700", "6C10", "6982", "6988", "empty", "truncated", "wrong code", "exchange fails", "late", "removed",
    "swapped", "unplugged",
)  # fmt: skip
IDENTITY_COMMANDS = 15
LOOKS_LIKE_A_WRONG_PASSWORD = {"6982": {6}, "6988": {6}, "wrong code": {3, 6}}
CODES = {"late": "card-timeout", "removed": "card-removed", "unplugged": "reader-lost"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    spec = importlib.util.spec_from_file_location("bench_faults", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    assert tuple(module.KINDS) == KINDS
    yield module.Bench.build(tmp_path_factory.mktemp("csca"))
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def commands(bench: Any) -> tuple[str, ...]:
    return tuple(bench.commands())


def expected(kind: str, number: int, commands: tuple[str, ...]) -> str:
    if number in LOOKS_LIKE_A_WRONG_PASSWORD.get(kind, set()):
        return "card-key-wrong"
    if kind == "swapped":
        return "read-other" if number <= commands.index("READ DG1") else "card-removed"
    if kind == "late" and number == len(commands):
        return "read"
    return CODES.get(kind, "read")


@pytest.mark.parametrize("kind", KINDS)
def test_each_command_up_to_the_identity_ends_well_or_with_its_code(
    bench: Any, commands: tuple[str, ...], kind: str
) -> None:
    assert commands.index("READ DG2") == IDENTITY_COMMANDS
    for number in range(1, IDENTITY_COMMANDS + 1):
        assert bench.try_fault(kind, number) == expected(kind, number, commands), number


@pytest.mark.parametrize("kind", KINDS)
def test_commands_of_the_photo_and_of_the_chips_proof_end_well_or_with_their_code(
    bench: Any, commands: tuple[str, ...], kind: str
) -> None:
    proof = commands.index("READ DG15")
    for number in (IDENTITY_COMMANDS + 1, 60, *range(proof, len(commands) + 1)):
        assert bench.try_fault(kind, number) == expected(kind, number, commands), number
