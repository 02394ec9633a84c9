import io
import os
import subprocess
import sys
import zlib
from pathlib import Path
from random import Random
from struct import pack
from unicodedata import normalize

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter, ImageOps

from kiosk.failure import FailureCode, KioskError
from kiosk.reader import steps, zbar
from kiosk.reader.codes import FrameDecoder, GrayImage, decode, decode_file, text_of
from kiosk.reader.document import CitizenCode
from kiosk.reader.payload import parse
from kiosk.simulator.codes import qr_image
from tests.bench.scanning.scenes import scene

# The facts' regression sample: zbar's own text of it is Chinese in places.
REGRESSION = "842086167913||Lâm Xuân Nhung|13091976|Nam|Thôn 3, Xã Ea Kly, Krông Pắc, Đắk Lắk|23032023"
CITIZEN = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"


def texts(image: Image.Image | GrayImage) -> list[str]:
    return [text_of(found.payload) for found in decode(image)]


def on_a_desk(code: Image.Image, size: tuple[int, int] = (640, 480), at: tuple[int, int] = (200, 150)) -> Image.Image:
    desk = Image.new("L", size, 190)
    desk.paste(code, at)
    return desk


def test_regression_sample_is_read_byte_for_byte() -> None:
    (found,) = decode(qr_image(REGRESSION))
    assert found.payload == REGRESSION.encode()
    assert found.decoder == "zxing"


def test_regression_sample_survives_zbar_in_binary_mode() -> None:
    assert [payload for payload, _ in zbar.read_qr_codes(qr_image(REGRESSION))] == [REGRESSION.encode()]


def test_a_code_that_says_utf8_by_eci_gives_the_same_bytes_to_both_decoders() -> None:
    image = qr_image(REGRESSION, eci=True)
    assert decode(image)[0].payload == REGRESSION.encode()
    assert zbar.read_qr_codes(image)[0][0] == REGRESSION.encode()


def test_every_accented_letter_is_read_byte_for_byte_by_both_decoders(accented_letters: str) -> None:
    assert len(set(accented_letters)) == 134
    for letter in accented_letters:
        image = qr_image(f"999090000123||L{letter}m|15011990|Nam||10052021", 3)
        expected = f"999090000123||L{letter}m|15011990|Nam||10052021".encode()
        assert decode(image)[0].payload == expected, letter
        assert zbar.read_qr_codes(image)[0][0] == expected, letter


def test_four_hundred_names_are_read_byte_for_byte_by_both_decoders(invented_names: tuple[str, ...]) -> None:
    assert len(set(invented_names)) == 400
    wrong = []
    for name in invented_names:
        image = qr_image(name, 3)
        if decode(image)[0].payload != name.encode() or zbar.read_qr_codes(image)[0][0] != name.encode():
            wrong.append(name)
    assert wrong == []


def test_bytes_without_meaning_come_out_as_they_went_in() -> None:
    payload = bytes(range(256))
    assert decode(qr_image(payload))[0].payload == payload
    assert zbar.read_qr_codes(qr_image(payload))[0][0] == payload


def test_corners_go_clockwise_from_the_codes_own_top_left_whoever_reads() -> None:
    code = qr_image(CITIZEN, 4, quiet_zone_modules=0)
    image = on_a_desk(qr_image(CITIZEN, 4), at=(100, 50))
    left, top = 100 + 16, 50 + 16
    expected = (
        (left, top),
        (left + code.width, top),
        (left + code.width, top + code.height),
        (left, top + code.height),
    )
    ((_, by_zbar),) = zbar.read_qr_codes(image)
    for corners in (decode(image)[0].corners, by_zbar):
        for (x, y), (expected_x, expected_y) in zip(corners, expected, strict=True):
            assert abs(x - expected_x) <= 2
            assert abs(y - expected_y) <= 2


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 180, 270])
def test_turned_codes_are_read(degrees: int) -> None:
    turned = qr_image(REGRESSION).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert texts(on_a_desk(turned, at=(50, 20))) == [REGRESSION]


def test_inverted_code_is_read_by_both_decoders() -> None:
    dark_mode = ImageOps.invert(qr_image(REGRESSION))
    assert texts(dark_mode) == [REGRESSION]
    assert zbar.read_qr_codes(dark_mode)[0][0] == REGRESSION.encode()


def test_code_without_quiet_zone_is_read() -> None:
    bare = qr_image(REGRESSION, quiet_zone_modules=0)
    assert texts(bare) == [REGRESSION]
    assert texts(on_a_desk(bare)) == [REGRESSION]


@pytest.mark.parametrize("module_px", [1.2, 1.5, 2.0, 2.5])
def test_small_codes_in_a_camera_picture_are_read(module_px: float) -> None:
    code = qr_image(REGRESSION, 10)
    side = round(code.width * module_px / 10)
    small = code.resize((side, side), Image.Resampling.BOX)
    assert texts(on_a_desk(small)) == [REGRESSION]


def test_defocused_code_is_read_after_sharpening() -> None:
    soft = qr_image(REGRESSION).filter(ImageFilter.GaussianBlur(3))
    (found,) = decode(soft)
    assert text_of(found.payload) == REGRESSION
    assert found.decoder != "zxing"
    assert abs(found.corners[0][0] - 24) <= 2


def test_faint_code_is_read() -> None:
    assert texts(qr_image(REGRESSION).point(lambda level: 120 + level // 25)) == [REGRESSION]


def test_two_codes_in_one_picture_are_both_found_once_each() -> None:
    desk = Image.new("L", (1100, 600), 255)
    desk.paste(qr_image(CITIZEN), (20, 20))
    desk.paste(qr_image("999090000123"), (600, 100))
    desk.paste(qr_image("999090000123"), (600, 350))
    assert sorted(texts(desk)) == sorted([CITIZEN, "999090000123"])


def test_micro_qr_is_not_read_since_blurred_pictures_pass_for_one() -> None:
    png = io.BytesIO()
    segno.make_micro("999090000123").save(png, kind="png", scale=6)
    assert texts(Image.open(png)) == []


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_is_read(mode: str) -> None:
    image = qr_image(CITIZEN)
    if mode == "I;16":
        image = Image.frombytes("I;16", image.size, bytes(b for level in image.tobytes() for b in (level, level)))
    else:
        image = image.convert(mode)
    assert texts(image) == [CITIZEN]


def test_code_on_a_transparent_ground_is_read() -> None:
    ink = ImageOps.invert(qr_image(CITIZEN))
    transparent = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    transparent.putalpha(ink)
    assert texts(transparent) == [CITIZEN]


def test_luminance_plane_with_padded_rows_is_read() -> None:
    code = qr_image(CITIZEN)
    padding = 13
    rows = [code.crop((0, y, code.width, y + 1)).tobytes() + b"\x7f" * padding for y in range(code.height)]
    assert texts(GrayImage(code.width, code.height, b"".join(rows), code.width + padding)) == [CITIZEN]


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (3, 2000), (640, 480)])
def test_empty_picture_holds_nothing(size: tuple[int, int]) -> None:
    assert decode(Image.new("L", size, 255)) == ()


def test_picture_of_noise_holds_nothing() -> None:
    assert decode(Image.frombytes("L", (320, 240), Random(9).randbytes(320 * 240))) == ()


def test_without_zbar_codes_are_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zbar, "_library", lambda: None)
    assert not zbar.is_available()
    assert zbar.read_qr_codes(qr_image(CITIZEN)) == []
    assert texts(qr_image(CITIZEN)) == [CITIZEN]
    assert decode(Image.new("L", (64, 64))) == ()


def test_zbar_of_this_system_has_its_binary_mode() -> None:
    assert zbar.is_available()


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (1920, 1080)], ids=["480p", "720p", "1080p"])
@pytest.mark.parametrize(("module_px", "sigma"), [(6, 3), (4, 2), (2, 1)])
def test_defocused_code_in_a_frame_is_read_within_two_frames(
    module_px: int, sigma: float, size: tuple[int, int]
) -> None:
    at = (size[0] // 2 - 20 * module_px, size[1] // 2 - 30 * module_px)
    frame = on_a_desk(qr_image(REGRESSION, module_px), size, at).filter(ImageFilter.GaussianBlur(sigma))
    decoder = FrameDecoder()
    found = next(seen for _ in range(2) for seen in decoder.decode(frame))
    for one in (found, *decode(frame)):
        assert text_of(one.payload) == REGRESSION
        assert one.decoder != "zxing"
        for point, expected in zip(one.corners[0], at, strict=True):
            assert abs(point - expected - 4 * module_px) <= module_px + 1


def test_plain_frame_is_read_at_once_every_time() -> None:
    decoder = FrameDecoder()
    seen = [decoder.decode(qr_image(CITIZEN)) for _ in range(4)]
    assert [[text_of(found.payload) for found in one] for one in seen] == [[CITIZEN]] * 4
    assert seen[0][0].decoder == "zxing+half"
    assert decoder.decode(Image.new("L", (64, 64))) == ()


def test_look_tells_of_a_code_that_cannot_be_read_and_of_the_light() -> None:
    code = qr_image(REGRESSION)
    damaged = code.copy()
    damaged.paste(255, (150, 150, 250, 250))
    look = FrameDecoder().look(on_a_desk(damaged))
    assert look.found == ()
    assert look.suspected is not None
    assert look.suspected.left < 224 < 470 < look.suspected.right
    assert 150 < look.brightness < 200
    seen = FrameDecoder().look(on_a_desk(code))
    assert text_of(seen.found[0].payload) == REGRESSION
    assert seen.suspected is None


def test_file_is_decoded(tmp_path: Path) -> None:
    for name in ("code.png", "code.jpg", "code.webp", "code.bmp", "code.tiff", "code.gif"):
        qr_image(CITIZEN).save(tmp_path / name)
        assert decode_file(tmp_path / name)[0].payload == CITIZEN.encode(), name


def _png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _truncated_png() -> bytes:
    png = io.BytesIO()
    qr_image(CITIZEN).save(png, "PNG")
    return png.getvalue()[: len(png.getvalue()) // 2]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"%PDF-1.7 not a picture", id="no picture"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", id="EPS, which would start a program"),
        pytest.param(_truncated_png(), id="cut off"),
        pytest.param(_png(20_000, 20_000), id="bomb beyond Pillow's limit"),
        pytest.param(_png(12_000, 8_000), id="bomb that Pillow only warns of"),
        pytest.param(_png(10_000, 8_000), id="more pixels than any camera has"),
    ],
)
def test_what_is_no_image_is_image_unreadable(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "999090000123.png"
    file.write_bytes(content)
    with pytest.raises(KioskError) as refused:
        decode_file(file)
    assert refused.value.code is FailureCode.IMAGE_UNREADABLE
    assert "999090000123" not in str(refused.value)


def test_file_that_is_not_there_is_image_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.png", tmp_path):
        with pytest.raises(KioskError) as refused:
            decode_file(path)
        assert refused.value.code is FailureCode.IMAGE_UNREADABLE


def refusal(file: Path) -> FailureCode | None:
    try:
        decode_file(file)
    except KioskError as refused:
        return refused.code
    return None


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=300),
    start=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"GIF89a"]),
)
def test_garbage_files_never_do_more_than_refuse(
    content: bytes, start: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / f"garbage-{os.getpid()}"
    file.write_bytes(start + content)
    assert refusal(file) in (None, FailureCode.IMAGE_UNREADABLE)


def test_byte_order_mark_is_dropped_and_nothing_else() -> None:
    assert text_of(b"\xef\xbb\xbf" + CITIZEN.encode() + b"\r\n") == CITIZEN + "\r\n"


@pytest.mark.parametrize("payload", [b"\xff\xfe", "Lâm".encode("latin-1"), "Lâm".encode("utf-16"), b"\xed\xa0\x80"])
def test_bytes_that_are_not_utf8_are_not_guessed_at(payload: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        text_of(payload)


def test_decomposed_letters_of_a_code_become_composed_in_the_document() -> None:
    document = parse(texts(qr_image(normalize("NFD", CITIZEN)))[0])
    composed = parse(CITIZEN)
    assert isinstance(document, CitizenCode)
    assert isinstance(composed, CitizenCode)
    assert (document.full_name, document.residence) == (composed.full_name, composed.residence)


def test_nothing_personal_shows_in_a_repr() -> None:
    found = decode(qr_image(CITIZEN))[0]
    assert repr(found) == "<Found>"
    assert repr(GrayImage(1, 1, b"\0", 1)) == "<GrayImage>"


def test_frames_after_a_read_code_get_the_steps_that_read_blurred_ones() -> None:
    sharp = on_a_desk(qr_image(REGRESSION, 4), (1280, 720), (500, 250))
    soft = sharp.filter(ImageFilter.GaussianBlur(2))
    decoder = FrameDecoder()
    assert decoder.decode(sharp)
    assert [[text_of(found.payload) for found in decoder.decode(soft)] for _ in range(6)] == [[REGRESSION]] * 6


def test_step_that_takes_more_than_all_the_time_does_not_bar_the_way_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: set[str] = set()

    def step(name: str, ms: float) -> steps.Step:
        def read(_: steps.Region) -> list[steps.Reading]:
            tried.add(name)
            return []

        return steps.Step(name, ms, read)

    soft = on_a_desk(qr_image(REGRESSION).filter(ImageFilter.GaussianBlur(9)))
    monkeypatch.setattr(steps, "IN_TURN", (step("dear", 1000), step("quick", 0.5), step("other", 2), step("last", 0.1)))
    decoder = FrameDecoder()
    for _ in range(8):
        assert decoder.decode(soft) == ()
    assert tried == {"quick", "other", "last"}


def test_look_tells_how_blurred_a_suspected_code_is_and_how_large_its_modules_are() -> None:
    soft = on_a_desk(qr_image(REGRESSION).filter(ImageFilter.GaussianBlur(9)))
    decoder = FrameDecoder()
    blurred = [decoder.look(soft) for _ in range(3)][-1]
    assert blurred.found == ()
    assert blurred.sharpness is not None
    damaged = qr_image(REGRESSION)
    damaged.paste(255, (150, 150, 250, 250))
    crisp = FrameDecoder().look(on_a_desk(damaged))
    assert crisp.sharpness is not None
    assert crisp.sharpness > 0.8 > 0.1 > blurred.sharpness
    assert crisp.module_px is not None
    assert abs(crisp.module_px - 6) < 0.3


def test_busy_square_is_told_of_when_it_stood_there_for_three_frames_and_a_pattern_never() -> None:
    soft = on_a_desk(qr_image(REGRESSION).filter(ImageFilter.GaussianBlur(9)))
    elsewhere = on_a_desk(qr_image(REGRESSION, 2).filter(ImageFilter.GaussianBlur(4)), at=(500, 10))
    decoder = FrameDecoder()
    assert [decoder.look(frame).suspected is None for frame in (soft, soft, elsewhere, soft, soft, soft)] == [
        True, True, True, True, True, False
    ]  # fmt: skip
    for kind in ("stripes", "patterned shirt", "noise"):
        camera = FrameDecoder()
        shirt = scene(kind, (640, 480), 5)
        assert [camera.look(shirt).suspected for _ in range(8)] == [None] * 8, kind


def test_empty_frame_has_nothing_suspected() -> None:
    look = FrameDecoder().look(Image.new("L", (1280, 720), 90))
    assert (look.found, look.suspected, look.sharpness, look.brightness) == ((), None, None, 90.0)


def test_finder_patterns_about_nothing_are_recognised_without_a_version_and_not_read() -> None:
    bait = qr_image(CITIZEN)
    for box in ((78, 24, 246, 78), (24, 78, 78, 246), (78, 78, 300, 300)):
        bait.paste(255, box)
    assert decode(on_a_desk(bait)) == ()


def old_zbar() -> zbar._Library:
    library = zbar._library()
    assert library is not None
    return library._replace(has_binary_mode=False)


def test_zbar_without_binary_mode_never_gives_a_wrong_name(
    monkeypatch: pytest.MonkeyPatch, invented_names: tuple[str, ...]
) -> None:
    guessing = old_zbar()
    monkeypatch.setattr(zbar, "_library", lambda: guessing)
    assert not zbar.is_available()
    wrong = [
        name
        for name in invented_names
        for payload, _ in zbar.read_qr_codes(qr_image(name, 3), inverted=False)
        if payload != name.encode()
    ]
    assert wrong == []


def test_zbar_without_binary_mode_still_gives_numbers_and_insurance_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    guessing = old_zbar()
    monkeypatch.setattr(zbar, "_library", lambda: guessing)
    for text in ("999090000123", "DN4010000000123|4e677579e1bb856e|15/01/1990|1|-|01 - 043|$"):
        assert [payload for payload, _ in zbar.read_qr_codes(qr_image(text))] == [text.encode()]


@pytest.mark.parametrize(
    ("text", "certain"),
    [("ABC|123", True), ("Nguyễn ẫ ữ", True), ("Lê", False), ("Tr廕吵", False), ("ﾄ雪", False), ("¥", False)],
)
def test_only_letters_that_no_other_encoding_knows_are_certain(text: str, certain: bool) -> None:
    assert zbar.is_certain(text.encode()) is certain
    assert not zbar.is_certain(b"\xff")


def test_numpy_is_loaded_by_the_first_picture_only() -> None:
    program = "import sys, kiosk.reader.codes; sys.exit('numpy' in sys.modules or 'zxingcpp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
