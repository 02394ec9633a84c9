"""A picture as printer commands: exact bytes, white as feeds, and no command hidden in a picture."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.checkin.record import Priority
from kiosk.fonts import FontFiles
from kiosk.settings import config_folder
from kiosk.simulator.printer_paper import Paper, TapeJob
from kiosk.slip.escpos import Finish, encode
from kiosk.slip.facts import SlipFacts
from kiosk.slip.slip import Slip, make_slip
from kiosk.slip.template import Template, load_template
from kiosk.text import Language


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
            case b"\x1dW":
                name, size = "across", 4
            case b"\x1ba":
                name, size = "align", 3
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
        b"\x1b@\x1dP\xcb\xcb\x1dW\x08\x00\x1dv0\x00\x01\x00\x01\x00\x80\x1dVB\x00"
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
    assert [name for name, _ in commands(encode(picture(rows)))] == ["init", "unit", "across", "picture", "cut"]


def test_white_slip_is_only_fed_and_cut() -> None:
    assert [name for name, _ in commands(encode(picture([bytes(48)] * 20)))] == [
        "init",
        "unit",
        "across",
        "feed",
        "cut",
    ]


def test_white_up_to_the_right_edge_is_not_sent() -> None:
    half = b"\xff" * 24 + bytes(48)
    assert commands(encode(picture([half] * 20)))[3] == ("picture", b"0\x00\x18\x00\x14\x00" + b"\xff" * 480)


def test_white_on_both_sides_is_not_sent_and_the_printer_centres_the_rest() -> None:
    middle = bytes(20) + b"\xff" * 30 + bytes(22)
    assert commands(encode(picture([middle] * 20)))[3:5] == [
        ("align", b"\x01"),
        ("picture", b"0\x00\x20\x00\x14\x00" + (b"\xff" * 30 + bytes(2)) * 20),
    ]


def test_lines_of_the_table_after_a_centred_one_stand_at_the_left_again() -> None:
    middle, row = bytes(20) + b"\xff" * 32 + bytes(20), b"\xff" * 40 + bytes(32)
    assert [value[:4] for name, value in commands(encode(picture([middle] * 9 + [row] * 9))) if name != "cut"][3:] == [
        b"\x01",
        b"0\x00\x20\x00",
        b"\x00",
        b"0\x00\x28\x00",
    ]


def test_narrow_rows_get_a_picture_of_their_own_only_where_it_saves_enough() -> None:
    wide, narrow = b"\xff" * 72, b"\xff" * 8 + bytes(64)
    wide_only = commands(encode(picture([wide] * 4 + [b"\xff" * 40 + bytes(32)])))
    assert [name for name, _ in wide_only][3:-1] == ["picture"]
    assert [name for name, _ in commands(encode(picture([wide] * 4 + [narrow])))][3:-1] == ["picture", "picture"]


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
    height, drawn, centred = 0, {}, False
    for name, value in commands(job):
        if name == "feed":
            height += value[0]
        elif name == "align":
            centred = value == b"\x01"
        elif name == "picture":
            width, dots = value[2], value[6:]
            for at in range(0, len(dots), width):
                row = dots[at : at + width]
                drawn[height] = row.center(3, b"\x00") if centred else row.ljust(3, b"\x00")
                height += 1
    assert height == len(rows)
    for at, row in enumerate(rows):
        got = drawn.get(at, bytes(3))
        assert all(g == b or (b == 0x10 and g == 0) for g, b in zip(got, row, strict=True))


QUEUED: dict[str, Any] = {"ahead": 5, "wait": (20, 30), "now_serving": "A036", "priority": Priority.SEVENTY_FIVE}
CONTENTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "reprint": {"reprints": 12},
    "queue and priority": QUEUED,
    "queue, priority and reprint": {**QUEUED, "reprints": 12},
    "training": {"is_training": True},
    "training with queue and priority": {**QUEUED, "is_training": True},
}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("contents", CONTENTS)
@pytest.mark.parametrize("width_dots", [576, 512, 384])
def test_slip_takes_a_serial_line_three_seconds_at_most_and_comes_out_as_it_was_drawn(
    facts_of: Callable[..., SlipFacts], template: Template, fonts: FontFiles, width_dots: int, contents: str,
    language: Language,
) -> None:  # fmt: skip
    slip = make_slip(facts_of(**CONTENTS[contents]), template, (language,), width_dots=width_dots, fonts=fonts)
    assert not hidden(slip.job)
    assert len(slip.job) / BYTES_S < 3
    assert came_out(slip.job).tobytes() == slip.image.tobytes()


@pytest.mark.parametrize("name", ["mau", "brief", "bilingual"])
def test_each_shipped_template_is_read_back_dot_for_dot(
    facts_of: Callable[..., SlipFacts], fonts: FontFiles, name: str
) -> None:
    shipped = load_template(config_folder() / "slips" / f"{name}.toml")
    facts = facts_of(**QUEUED, reprints=1, is_training=True)
    slip = make_slip(facts, shipped, shipped.spoken(Language.VI), width_dots=576, fonts=fonts)
    assert came_out(slip.job).tobytes() == slip.image.tobytes()


@given(
    st.integers(1, 72).flatmap(
        lambda wide: st.lists(
            st.tuples(st.integers(0, wide), st.integers(0, wide), st.integers(1, 12)), min_size=1, max_size=40
        ).map(lambda runs: (wide, runs))
    )
)
def test_whatever_is_drawn_comes_out_dot_for_dot(drawn: tuple[int, list[tuple[int, int, int]]]) -> None:
    wide, runs = drawn
    rows = [
        bytes(min(run[:2])) + b"\xaa" * abs(run[0] - run[1]) + bytes(wide - max(run[:2]))
        for run in [*runs, (0, wide, 1)]
        for _ in range(run[2])
    ]
    image = picture(rows)
    assert came_out(encode(image)).tobytes() == image.tobytes()


def test_marked_slip_holds_no_hidden_command_and_ends_with_its_cut(slip_of: Callable[..., Slip]) -> None:
    for width_dots in (576, 512, 384):
        slip = slip_of(width_dots, reprints=1, priority=Priority.UNDER_SIX)
        assert not hidden(slip.job)
        assert [name for name, _ in commands(slip.job)][-1] == "cut"


BYTES_S = 11_520
"""115,200 baud with start and stop bit."""


def came_out(job: bytes) -> Image.Image:
    """The paper of a job."""
    jobs: list[TapeJob] = []
    Paper(answer=lambda _: None, printed=jobs.append, may_print=lambda: True).feed(job)
    (printed,) = jobs
    assert not printed.unknown
    return printed.paper


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
