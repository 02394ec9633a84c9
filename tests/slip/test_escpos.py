"""A picture as printer commands: exact bytes, white as feeds, and no command hidden in a picture."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.checkin.record import Priority
from kiosk.slip.escpos import Finish, encode
from kiosk.slip.slip import Slip


def picture(rows: list[bytes], width: int = 0) -> Image.Image:
    """A picture from rows of dots, black is 1."""
    data = b"".join(bytes(byte ^ 0xFF for byte in row) for row in rows)
    return Image.frombytes("1", (width or len(rows[0]) * 8, len(rows)), data)


def commands(job: bytes) -> list[tuple[str, bytes]]:
    """The job taken apart by the rules of the reference: name and parameters."""
    found = []
    while job:
        head, size = job[:2], 0
        match head:
            case b"\x1b@":
                name, size = "init", 2
            case b"\x1dP":
                name, size = "unit", 4
            case b"\x1bJ":
                name, size = "feed", 3
            case b"\x1dV":
                name, size = "cut", 4
            case b"\x1d(":
                name, size = "extension", 5 + int.from_bytes(job[3:5], "little")
            case b"\x1dv":
                row_bytes, rows = int.from_bytes(job[4:6], "little"), int.from_bytes(job[6:8], "little")
                name, size = "picture", 8 + row_bytes * rows
            case _:
                raise AssertionError(job[:8])
        found.append((name, job[2:size]))
        job = job[size:]
    return found


def test_one_black_dot_is_exactly_these_bytes() -> None:
    assert encode(picture([b"\x80"])) == (
        b"\x1b@\x1dP\xcb\xcb\x1dv0\x00\x01\x00\x01\x00\x80\x1dVB\x00"
    )  # fmt: skip


def test_white_rows_become_feeds_in_dots() -> None:
    rows = [bytes(72)] * 300 + [b"\xff" * 72] + [bytes(72)] * 8 + [b"\xff" * 72]
    assert [(name, value) for name, value in commands(encode(picture(rows))) if name in ("feed", "unit")] == [
        ("unit", b"\xcb\xcb"),
        ("feed", b"\xff"),
        ("feed", b"\x2d"),
        ("feed", b"\x08"),
    ]


def test_180_dpi_printer_is_told_its_own_unit() -> None:
    assert commands(encode(picture([b"\xff" * 64])))[1] == ("unit", b"\xb4\xb4")


def test_white_rows_too_few_for_a_feed_stay_in_the_picture() -> None:
    rows = [b"\xff" * 48] + [bytes(48)] * 7 + [b"\xff" * 48]
    assert [name for name, _ in commands(encode(picture(rows)))] == ["init", "unit", "picture", "cut"]


def test_white_slip_is_only_fed_and_cut() -> None:
    assert [name for name, _ in commands(encode(picture([bytes(48)] * 20)))] == ["init", "unit", "feed", "cut"]


def test_white_up_to_the_right_edge_is_not_sent() -> None:
    half = b"\xff" * 24 + bytes(48)
    assert commands(encode(picture([half] * 20)))[2] == ("picture", b"0\x00\x18\x00\x14\x00" + b"\xff" * 480)


def test_row_that_nearly_spans_the_paper_is_sent_whole() -> None:
    assert commands(encode(picture([b"\xff" * 70 + bytes(2)])))[2] == (
        "picture",
        b"0\x00\x48\x00\x01\x00" + b"\xff" * 70 + bytes(2),
    )


def test_narrow_rows_get_a_picture_of_their_own_only_where_it_saves_enough() -> None:
    wide, narrow = b"\xff" * 72, b"\xff" * 8 + bytes(64)
    assert [name for name, _ in commands(encode(picture([wide] * 4 + [narrow] * 2)))][2:-1] == ["picture"]
    assert [name for name, _ in commands(encode(picture([wide] * 4 + [narrow] * 3)))][2:-1] == ["picture", "picture"]


def test_tall_picture_goes_in_bands() -> None:
    pictures = [value for name, value in commands(encode(picture([b"\x55" * 72] * 300))) if name == "picture"]
    assert [int.from_bytes(value[4:6], "little") for value in pictures] == [128, 128, 44]


@pytest.mark.parametrize("second", [0x04, 0x05, 0x14])
def test_real_time_command_inside_a_row_loses_one_dot(second: int) -> None:
    job = encode(picture([bytes((0xFF, 0x10, second, 0xFF))]))
    assert bytes((0xFF, 0x00, second, 0xFF)) in job
    assert not hidden(job)


@pytest.mark.parametrize("second", [0x04, 0x05, 0x14])
def test_real_time_command_across_two_rows_loses_one_dot(second: int) -> None:
    job = encode(picture([bytes((0xFF, 0x10)), bytes((second, 0xFF))]))
    assert bytes((0xFF, 0x00, second, 0xFF)) in job
    assert not hidden(job)


def test_harmless_neighbours_are_left_as_they_are() -> None:
    rows = [bytes((0x10, 0x10, 0x06, 0x04)), bytes((0x05, 0x14, 0x10, 0x03))]
    assert b"".join(rows) in encode(picture(rows))


@given(
    st.lists(
        st.binary(min_size=3, max_size=3).map(lambda b: bytes(b"\x10\x04\x05\x14\x00\xff"[x % 6] for x in b)),
        min_size=1,
        max_size=300,
    )
)
def test_no_picture_hides_a_command_and_at_most_those_dots_change(rows: list[bytes]) -> None:
    job = encode(picture(rows))
    assert not hidden(job)
    height, drawn = 0, {}
    for name, value in commands(job):
        if name == "feed":
            height += value[0]
        elif name == "picture":
            width, dots = value[2], value[6:]
            for at in range(0, len(dots), width):
                drawn[height] = dots[at : at + width].ljust(3, b"\x00")
                height += 1
    assert height == len(rows)
    for at, row in enumerate(rows):
        got = drawn.get(at, bytes(3))
        assert all(g == b or (b == 0x10 and g == 0) for g, b in zip(got, row, strict=True))


@pytest.mark.parametrize(("width_dots", "most_bytes"), [(576, 40_000), (512, 33_000), (384, 33_000)])
def test_real_slip_holds_no_hidden_command_and_is_short_enough_for_a_serial_line(
    slip_of: Callable[..., Slip], width_dots: int, most_bytes: int
) -> None:
    slip = slip_of(width_dots)
    assert not hidden(slip.job)
    assert len(slip.job) < most_bytes


def test_marked_slip_holds_no_hidden_command_and_ends_with_its_cut(slip_of: Callable[..., Slip]) -> None:
    for width_dots in (576, 512, 384):
        slip = slip_of(width_dots, reprints=1, priority=Priority.UNDER_SIX)
        assert not hidden(slip.job)
        assert [name for name, _ in commands(slip.job)][-1] == "cut"


def hidden(job: bytes) -> bool:
    """Whether a real-time command stands anywhere in the job."""
    return re.search(rb"\x10[\x04\x05\x14]", job) is not None


class TestFinish:
    INK = picture([b"\x80"])

    @pytest.mark.parametrize(("cut", "end"), [("partial", b"\x1dVB\x00"), ("full", b"\x1dVA\x00"), ("none", b"\x80")])
    def test_paper_is_cut_as_the_settings_say(self, cut: str, end: bytes) -> None:
        assert encode(self.INK, Finish(cut=cut)).endswith(end)

    def test_white_below_the_picture_is_fed_before_the_cut(self) -> None:
        assert encode(self.INK, Finish(feed_lines=9)).endswith(b"\x80\x1bJ\xff\x1bJ\x0f\x1dVB\x00")
        assert encode(self.INK, Finish(cut="none", feed_lines=1)).endswith(b"\x80\x1bJ\x1e")

    def test_drawer_is_locked_before_anything_else_is_sent(self) -> None:
        assert encode(self.INK, Finish(lock_drawer=True)).startswith(b"\x1b@\x1d(D\x03\x00\x14\x01\x00\x1dP")

    @pytest.mark.parametrize("finish", [Finish(), Finish("full", 3, lock_drawer=True), Finish("none")])
    def test_no_job_opens_a_drawer(self, finish: Finish) -> None:
        job = encode(picture([b"\x1bp\x00\x10\x14\x01\x00\x01" * 9] * 40), finish)
        outside = b"".join(value for name, value in commands(job) if name != "picture")
        assert b"\x1bp" not in outside
        assert not hidden(job)
