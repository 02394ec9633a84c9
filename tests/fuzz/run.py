"""Fuzzes the parsers of what strangers bring: with atheris where it is installed, else with hypothesis.

    python -m tests.fuzz.run [--seconds N] [--corpus DIR] [TARGET…]

Each target runs in a process of its own, one after the other. A finding is shown as hex and ends the run with 1;
it belongs, with its input, into the tests of its parser.
"""

import argparse
import importlib
import importlib.util
import multiprocessing
import random
import sys
import time
from pathlib import Path
from typing import Any

_LONGEST = 4096


def main() -> int:
    """Runs the wanted targets; the number of those with a finding."""
    given = _arguments()
    context = multiprocessing.get_context("spawn")
    broken = 0
    for name in given.targets or _names():
        process = context.Process(target=_fuzz, args=(name, given.seconds, given.corpus))
        process.start()
        process.join()
        broken += process.exitcode != 0
        sys.stdout.write(f"{name}: {'FINDING' if process.exitcode else 'nothing found'}\n")
    return min(broken, 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz the parsers.")
    parser.add_argument("--seconds", type=int, default=20, help="for each target")
    parser.add_argument("--corpus", type=Path, default=Path("out") / "fuzz", help="where interesting inputs are kept")
    parser.add_argument("targets", nargs="*")
    return parser.parse_args()


def _names() -> list[str]:
    from tests.fuzz.targets import TARGETS

    return list(TARGETS)


def _fuzz(name: str, seconds: int, corpus: Path) -> None:
    has_atheris = importlib.util.find_spec("atheris") is not None
    (_fuzz_with_atheris if has_atheris else _fuzz_with_mutations)(name, seconds, corpus)


def _fuzz_with_atheris(name: str, seconds: int, corpus: Path) -> None:
    atheris: Any = importlib.import_module("atheris")  # no dependency of the project: there may be none
    with atheris.instrument_imports(include=["kiosk.reader", "asn1crypto"]):
        from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    folder = corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-max_len={_LONGEST}", "-timeout=10", "-verbosity=0"]
    atheris.Setup(["fuzz", *options, f"-artifact_prefix={folder}-", str(folder)], target.run)
    atheris.Fuzz()


def _fuzz_with_mutations(name: str, seconds: int, corpus: Path) -> None:
    """Hypothesis draws inputs and mends of the seeds until the time is over."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    seeds = target.seeds() or (b"",)
    ends = time.monotonic() + seconds

    def mutated(seed: bytes, salt: int) -> bytes:
        draw = random.Random(salt)
        octets = bytearray(seed)
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(octets) + 1)
            match draw.randrange(3):
                case 0 if octets:
                    octets[at % len(octets)] = draw.randrange(256)
                case 1:
                    del octets[at : at + draw.randrange(8)]
                case _:
                    octets[at:at] = draw.randbytes(draw.randrange(8))
        return bytes(octets)

    inputs = st.one_of(st.binary(max_size=512), st.builds(mutated, st.sampled_from(seeds), st.integers(0, 2**64)))

    @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(inputs)
    def finds_nothing(data: bytes) -> None:
        target.run(data)

    while time.monotonic() < ends:
        finds_nothing()


if __name__ == "__main__":
    sys.exit(main())
