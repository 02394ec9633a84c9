"""How many pictures a second `kiosk scan` reads from a folder. `python -m tests.bench.scan_folder [PICTURES]`.

Photographs of 800 × 600 pixels as a phone stores them: nine of ten with a citizen's code, turned and of three sizes,
and one without any, of which everything is tried.
"""

import io
import random
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from kiosk.app.training import people_of_config
from kiosk.commands.scan import scan
from kiosk.simulator.codes import citizen_payload, qr_image

SIZE = (800, 600)
_WITHOUT_CODE = 10
_MODULES_PX = (3, 4, 5)


def make_pictures(folder: Path, number: int) -> None:
    """Writes `number` pictures, a hundred to a folder."""
    people = [person for person in people_of_config() if person.card != "none"]
    draw = random.Random(7)
    light = Image.radial_gradient("L").resize(SIZE)
    for at in range(number):
        picture = Image.blend(light, Image.effect_noise(SIZE, 40), 0.35)
        if at % _WITHOUT_CODE != _WITHOUT_CODE - 1:
            code = qr_image(citizen_payload(draw.choice(people)), draw.choice(_MODULES_PX))
            code = code.rotate(draw.uniform(-12, 12), expand=True, fillcolor=255)
            place = (draw.randrange(SIZE[0] - code.width), draw.randrange(max(1, SIZE[1] - code.height)))
            picture.paste(code, place)
        path = folder / f"{at // 100:02}" / f"{at:04}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, quality=85)


def pictures_a_second(folder: Path, jobs: int) -> float:
    """The rate of one scan, its processes' start included."""
    started_s = time.perf_counter()
    counted = scan([folder], as_json=True, out=io.StringIO(), jobs=jobs)
    taken_s = time.perf_counter() - started_s
    if counted.failed or counted.with_codes < counted.pictures * 0.8:
        raise SystemExit("the benchmark's pictures are not what they are meant to be")
    return counted.pictures / taken_s


def rates(folder: Path, number: int = 200) -> list[tuple[str, float]]:
    """The rates with one process, and with as many as there are processors."""
    make_pictures(folder, number)
    return [(name, pictures_a_second(folder, jobs)) for name, jobs in (("one process", 1), ("one a processor", 0))]


def main() -> None:
    """Both rates, on pictures that are drawn first."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        for name, rate in rates(Path(folder), number):
            print(f"{name}: {rate:.1f} pictures a second")


if __name__ == "__main__":
    main()
