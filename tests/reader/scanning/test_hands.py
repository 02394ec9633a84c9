from tests.bench.scanning import hand
from tests.bench.scanning.showing import Shown, show

FRAMES = 12


def shown(carrier: str, seeds: range) -> Shown:
    every = Shown()
    for seed in seeds:
        every.add(show(carrier, seed, FRAMES))
    return every


def test_a_showing_is_the_same_each_time() -> None:
    first, again = (b"".join(frame.tobytes() for frame, _ in hand.sequence("phone", 3, 2)) for _ in range(2))
    assert first == again
