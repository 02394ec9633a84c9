"""The printer stand-in by itself: what comes over its line becomes paper, and its faults are what they say."""

import errno
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.simulator.printer import FAULTS, PrinterTape, TapeJob
from kiosk.simulator.printer_paper import Paper
from kiosk.simulator.printer_tray import Tray
from tests.patience import WITHIN_S

DOTS = b"\x1dv0\x00\x02\x00\x03\x00" + b"\xff\x00\x81\x18\x00\xff"
CUT = b"\x1dVB\x00"


@pytest.fixture
def tape() -> Iterator[PrinterTape]:
    with PrinterTape() as printer:
        yield printer


def call(tape: PrinterTape) -> socket.socket:
    return socket.create_connection(("127.0.0.1", tape.port), WITHIN_S)


def status(line: socket.socket, number: int) -> bytes:
    line.sendall(bytes((0x10, 0x04, number)))
    return line.recv(1)


def printed_from(pieces: list[bytes]) -> list[TapeJob]:
    jobs: list[TapeJob] = []
    paper = Paper(lambda _: None, jobs.append, lambda: True)
    for piece in pieces:
        paper.feed(piece)
    return jobs


def test_raster_and_feeds_become_paper_dot_by_dot() -> None:
    (job,) = printed_from([b"\x1b@\x1bJ\x05" + DOTS + b"\x1bd\x01" + CUT])
    assert job.paper.size == (16, 5 + 3 + 30)
    drawn = job.paper.crop((0, 5, 16, 8)).tobytes()
    assert bytes(byte ^ 0xFF for byte in drawn) == DOTS[8:]
    assert job.paper.crop((0, 0, 16, 5)).tobytes() == b"\xff" * 10


@given(st.lists(st.integers(1, 40), max_size=20))
def test_job_in_pieces_of_any_size_is_the_same_paper(cuts: list[int]) -> None:
    job = b"\x1b@\x1dP\xcb\xcb" + DOTS + b"\x1bJ\x10" + DOTS + CUT
    pieces, rest = [], job
    for size in cuts:
        pieces.append(rest[:size])
        rest = rest[size:]
    whole, pieced = printed_from([job]), printed_from([*pieces, rest])
    assert whole[0].paper.tobytes() == pieced[0].paper.tobytes()
    assert whole[0].raw == pieced[0].raw == job


@given(st.binary(max_size=400))
def test_any_bytes_are_taken_without_a_crash(data: bytes) -> None:
    printed_from([data, CUT])


def test_text_is_no_command_of_this_printer() -> None:
    (job,) = printed_from([b"Nguy" + DOTS + CUT])
    assert job.unknown == b"Nguy"


def test_cut_without_anything_printed_is_no_job() -> None:
    assert printed_from([b"\x1b@" + CUT]) == []


def test_command_inside_a_picture_is_obeyed_and_counted() -> None:
    asked: list[int] = []
    jobs: list[TapeJob] = []
    paper = Paper(asked.append, jobs.append, lambda: True)
    paper.feed(b"\x1dv0\x00\x04\x00\x01\x00\x10\x04\x02\x00" + CUT)
    assert (asked, jobs[0].obeyed_in_picture) == ([2], 1)


def test_two_jobs_on_two_lines_are_two_papers(tape: PrinterTape, tmp_path: Path) -> None:
    for _ in range(2):
        with call(tape) as line:
            line.sendall(DOTS + CUT)
            tape.wait_for_job()
    assert len(tape.jobs) == 2


def test_paper_is_kept_as_picture_and_bytes(tmp_path: Path) -> None:
    with PrinterTape(out=tmp_path / "paper") as tape, call(tape) as line:
        line.sendall(DOTS + CUT)
        job = tape.wait_for_job()
    with Image.open(tmp_path / "paper" / "printed-001.png") as saved:
        assert saved.tobytes() == job.paper.tobytes()
    assert (tmp_path / "paper" / "printed-001.bin").read_bytes() == DOTS + CUT


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        ("", "12 12 12 12"),
        ("paper-out", "1a 32 12 7e"),
        ("cover-open", "1a 16 12 12"),
        ("offline", "1a 12 12 12"),
        ("cutter", "1a 52 1a 12"),
        ("near-end", "12 12 12 1e"),
        ("garbage-status", "ff ff ff ff"),
    ],
)
def test_fault_answers_with_its_bits(fault: str, answers: str) -> None:
    with PrinterTape(fault=fault) as tape, call(tape) as line:
        assert b"".join(status(line, number) for number in (1, 2, 3, 4)).hex(" ") == answers


@pytest.mark.parametrize("fault", ["silent", "never-reads"])
def test_printer_that_does_not_answer_is_quiet(fault: str) -> None:
    with PrinterTape(fault=fault) as tape, call(tape) as line:
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            status(line, 1)


def test_printer_that_notices_late_says_once_more_that_all_is_well() -> None:
    with PrinterTape(fault="paper-out-late") as tape, call(tape) as line:
        line.sendall(DOTS)
        answers = [status(line, number) for number in (1, 2, 3, 4, 1, 2, 3, 4)]
    assert b"".join(answers).hex(" ") == "12 12 12 12 1a 32 12 7e"


def test_printer_that_answers_twice_does() -> None:
    with PrinterTape(fault="answers-twice") as tape, call(tape) as line:
        assert status(line, 2) == line.recv(1) == b"\x16"


def test_refusing_printer_holds_its_port_and_refuses() -> None:
    with PrinterTape(fault="refuses") as tape, pytest.raises(ConnectionRefusedError):
        call(tape)


def test_printer_that_closes_midway_breaks_the_line() -> None:
    with PrinterTape(fault="closes-midway") as tape, call(tape) as line:
        assert status(line, 1) == b"\x12"
        line.sendall(DOTS)
        try:
            assert line.recv(1) == b""
        except ConnectionResetError:
            return


def test_port_that_is_taken_is_an_error_of_the_system(tape: PrinterTape) -> None:
    with pytest.raises(OSError) as taken:
        PrinterTape(tape.port)
    assert taken.value.errno == errno.EADDRINUSE


def test_unknown_fault_is_refused_at_once() -> None:
    with pytest.raises(KeyError):
        PrinterTape(fault="on-fire")


def test_of_many_slips_the_last_are_kept_and_all_are_written(tmp_path: Path) -> None:
    paper = Image.new("1", (8, 1))
    tray = Tray(tmp_path, "")
    for number in range(70):
        tray.keep(TapeJob(bytes([number]), paper))
    assert [job.raw[0] for job in tray.jobs] == list(range(6, 70))
    assert len(list(tmp_path.glob("printed-*.bin"))) == 70
    assert tray.wait_for_job(1).raw == bytes([6])
    tray.keep(TapeJob(bytes([70]), paper))
    assert [tray.wait_for_job(1).raw[0] for _ in range(64)] == list(range(7, 71))
    with pytest.raises(TimeoutError):
        tray.wait_for_job(0.01)


def test_wait_without_a_job_ends_in_time(tape: PrinterTape) -> None:
    with pytest.raises(TimeoutError):
        tape.wait_for_job(0.05)


def test_every_fault_is_described() -> None:
    assert all(re.fullmatch(r"[a-z-]+", name) and text for name, text in FAULTS.items())


def test_closed_printer_leaves_no_thread() -> None:
    import threading

    before = threading.active_count()
    with PrinterTape() as tape, call(tape) as line:
        line.sendall(DOTS)
    assert threading.active_count() == before
