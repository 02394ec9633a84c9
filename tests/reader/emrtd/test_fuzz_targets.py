"""What `make fuzz` runs for long, run here for a moment with the same bytes each time."""

import importlib.util
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TARGETS = Path(__file__).parents[2] / "fuzz" / "targets.py"
ROUNDS = 60


@pytest.fixture(scope="module")
def targets() -> Iterator[Any]:
    spec = importlib.util.spec_from_file_location("fuzz_targets", TARGETS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module.TARGETS
    del sys.modules[spec.name]


@pytest.mark.parametrize(
    "name",
    ["tlv", "mrz", "dg1", "dg2", "faces", "dg7", "dg11", "dg12", "master_list", "public_key", "com", "dg13",
     "security_infos", "sod", "unwrap", "conversation", "copy", "signature", "payload"],
)  # fmt: skip
def test_garbage_is_refused_as_it_may_be(targets: Any, name: str) -> None:
    assert set(targets) >= {name}
    target, draw = targets[name], random.Random(name)
    for seed in target.seeds() or (b"",):
        target.run(seed)
        for _ in range(ROUNDS if name not in {"conversation", "copy"} else 6):
            octets = bytearray(seed)
            for _ in range(draw.randint(1, 4)):
                at = draw.randrange(len(octets) + 1)
                octets[at : at + draw.randrange(3)] = draw.randbytes(draw.randrange(3))
            target.run(bytes(octets))


def test_a_target_lets_nothing_else_pass(targets: Any) -> None:
    target = type(targets["tlv"])(lambda _: 1 // 0, (ValueError,))
    with pytest.raises(ZeroDivisionError):
        target.run(b"")
