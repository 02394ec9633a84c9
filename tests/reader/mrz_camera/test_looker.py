"""The camera's thread: codes on every frame, zones in between, told when they were read twice the same."""

from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from kiosk.reader.codes import Found, FrameDecoder, GrayImage, Look, text_of
from kiosk.reader.document import MrzCode
from kiosk.reader.mrz_camera import looker
from kiosk.reader.mrz_camera.engine import WordReader
from kiosk.reader.mrz_camera.looker import DECODER, MrzLooker, looking
from kiosk.reader.mrz_camera.reading import ReadZone
from kiosk.reader.payload import parse
from kiosk.simulator.chance_zones import CITIZEN, KINDS, chance_zone
from kiosk.simulator.codes import qr_image

Drawn = Callable[[str, int], Image.Image]
NOTHING = Look((), None, None, None, 128.0)
MOST_FRAMES = 90


def frame_of(picture: Image.Image) -> GrayImage:
    return GrayImage(picture.width, picture.height, picture.tobytes(), picture.width)


def first_found(look: Callable[[GrayImage], Look], frames: list[GrayImage]) -> tuple[int, Found] | None:
    """Shows the frames round and round; the number of the one at which something was found."""
    for at in range(MOST_FRAMES):
        if found := look(frames[at % len(frames)]).found:
            return at, found[0]
    return None


@pytest.fixture
def lookers(words: WordReader) -> Callable[[Callable[[GrayImage], Look]], MrzLooker]:
    return lambda codes: MrzLooker(codes, lambda: words)


Lookers = Callable[[Callable[[GrayImage], Look]], MrzLooker]


def test_a_card_held_before_the_camera_is_told_after_a_second_equal_reading(lookers: Lookers, drawn: Drawn) -> None:
    zone = chance_zone(2)
    told = first_found(lookers(FrameDecoder().look).look, [frame_of(drawn(zone, seed)) for seed in (2, 102)])
    assert told is not None
    at, found = told
    assert at >= 2 * 3 * 5  # two readings of five slices or more, on every third frame
    assert found.decoder == DECODER
    assert text_of(found.payload).replace("\n", "") == zone
    assert found.corners[2] == (1279, 719)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_told_is_a_zone_to_the_parser_of_codes(kind: str) -> None:
    zone = chance_zone(2, kind)
    width = {90: 30, 72: 36, 88: 44}[len(zone)]
    document = parse("\n".join(zone[at : at + width] for at in range(0, len(zone), width)))
    assert isinstance(document, MrzCode)
    assert (document.mrz.personal_number is not None) is (kind == CITIZEN)


def test_two_documents_in_turn_are_never_told(lookers: Lookers, monkeypatch: pytest.MonkeyPatch, drawn: Drawn) -> None:
    told = iter([chance_zone(2), chance_zone(3)] * 40)

    def readings(*_: object) -> Iterator[None]:
        yield
        return ReadZone(next(told), None)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(looker, "read_in_slices", readings)
    assert first_found(lookers(lambda _: NOTHING).look, [frame_of(drawn(chance_zone(2), 2))]) is None


def test_a_reading_between_that_found_nothing_starts_the_count_again(
    lookers: Lookers, monkeypatch: pytest.MonkeyPatch, drawn: Drawn
) -> None:
    zone = ReadZone(chance_zone(2), None)  # type: ignore[arg-type]
    ends = [zone, None, zone, None, zone, zone]

    def readings(*_: object) -> Iterator[None]:
        yield
        return ends.pop(0)  # type: ignore[return-value]

    monkeypatch.setattr(looker, "read_in_slices", readings)
    told = first_found(lookers(lambda _: NOTHING).look, [frame_of(drawn(chance_zone(2), 2))])
    assert told is not None
    assert ends == []


def test_a_code_is_told_at_once_and_forgets_the_zone_begun(
    lookers: Lookers, monkeypatch: pytest.MonkeyPatch, drawn: Drawn
) -> None:
    started = 0

    def readings(*_: object) -> Iterator[None]:
        nonlocal started
        started += 1
        yield
        yield

    monkeypatch.setattr(looker, "read_in_slices", readings)
    look = lookers(FrameDecoder().look).look
    blank, code = frame_of(Image.new("L", (320, 240), 200)), frame_of(qr_image("999090000123", 5))
    for _ in range(9):
        assert not look(blank).found
    assert started == 1
    [found] = look(code).found or look(code).found  # the decoder of codes takes two frames at most
    assert text_of(found.payload) == "999090000123"
    for _ in range(8):
        look(blank)
    assert started == 1
    look(blank)
    assert started == 2


def test_frames_whose_turn_it_is_not_cost_no_more_than_their_codes(lookers: Lookers) -> None:
    blank = frame_of(Image.new("L", (320, 240), 200))
    looker_of_codes = lookers(lambda _: NOTHING)
    looks = [looker_of_codes.look(blank) for _ in range(8)]
    assert all(look is NOTHING for look in looks)
    assert looker_of_codes._reading is None


def test_an_engine_that_does_not_start_costs_no_code(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> WordReader:
        raise RuntimeError("model")

    look = MrzLooker(FrameDecoder().look, fails).look
    blank, code = frame_of(Image.new("L", (320, 240), 200)), frame_of(qr_image("999090000123", 5))
    for _ in range(30):
        assert not look(blank).found
    assert look(code).found
    assert [record.getMessage() for record in caplog.records] == ["camera: no zones are read: RuntimeError"]


def test_turned_off_or_not_installed_only_codes_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def reads_zones(setting: str) -> bool:
        return isinstance(getattr(looking(setting), "__self__", None), MrzLooker)

    assert reads_zones("auto")
    assert not reads_zones("off")
    monkeypatch.setattr(looker, "is_installed", lambda: False)
    assert not reads_zones("auto")
