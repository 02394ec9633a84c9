"""What status bytes mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.slip.status import (
    QUESTIONS,
    Readiness,
    is_status,
    known_width_dots,
    model_name,
    question,
    read_status,
)

GOOD = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


def test_question_is_dle_eot_n() -> None:
    assert [question(number) for number in QUESTIONS] == [
        b"\x10\x04\x01",
        b"\x10\x04\x02",
        b"\x10\x04\x03",
        b"\x10\x04\x04",
    ]


@pytest.mark.parametrize(
    ("number", "byte", "readiness"),
    [
        (1, 0x12, Readiness.READY),
        (1, 0x16, Readiness.READY),  # the cash drawer's pin is nobody's business
        (1, 0x1A, Readiness.OFFLINE),
        (2, 0x16, Readiness.COVER_OPEN),
        (2, 0x32, Readiness.PAPER_OUT),
        (2, 0x52, Readiness.ERROR),
        (3, 0x1A, Readiness.CUTTER),
        (3, 0x32, Readiness.ERROR),
        (4, 0x72, Readiness.PAPER_OUT),
        (4, 0x1E, Readiness.READY),
    ],
)
def test_each_bit_has_its_meaning(number: int, byte: int, readiness: Readiness) -> None:
    assert read_status({**GOOD, number: byte}).readiness is readiness


def test_paper_near_its_end_is_ready_and_said_so() -> None:
    status = read_status({**GOOD, 4: 0x1E})
    assert (status.readiness, status.paper_near_end) == (Readiness.READY, True)


@pytest.mark.parametrize("absent", QUESTIONS)
def test_one_question_without_an_answer_is_unknown(absent: int) -> None:
    assert read_status({n: b for n, b in GOOD.items() if n != absent}).readiness is Readiness.UNKNOWN


@pytest.mark.parametrize("nonsense", [0x00, 0xFF, 0x13, 0x92, 0x02, 0x10])
def test_byte_that_is_no_status_is_unknown(nonsense: int) -> None:
    assert read_status({**GOOD, 1: nonsense}).readiness is Readiness.UNKNOWN


def test_fault_that_is_told_counts_though_other_answers_are_missing() -> None:
    assert read_status({2: 0x16}).readiness is Readiness.COVER_OPEN


def test_cover_comes_before_the_paper_that_is_out_because_of_it() -> None:
    assert read_status({1: 0x1A, 2: 0x36, 3: 0x12, 4: 0x72}).readiness is Readiness.COVER_OPEN


@given(st.dictionaries(st.integers(1, 4), st.integers(0, 255)))
def test_any_answers_have_a_meaning_and_ready_needs_four_valid_ones(answers: dict[int, int]) -> None:
    status = read_status(answers)
    if status.readiness is Readiness.READY:
        assert set(answers) == set(QUESTIONS)
        assert all(is_status(byte) for byte in answers.values())


def test_overheated_head_is_told_before_the_error_that_it_is() -> None:
    assert read_status({**GOOD, 1: 0x1A, 2: 0x52, 3: 0x52}).readiness is Readiness.OVERHEATED


@given(st.binary(max_size=300))
def test_any_bytes_for_a_name_are_taken_without_a_crash(heard: bytes) -> None:
    assert model_name(heard).isascii()


@pytest.mark.parametrize(
    ("heard", "name"),
    [(b"_TM-T88V\0", "TM-T88V"), (b"\x12_TM-T20 \0rest", "TM-T20"), (b"_TM", ""), (b"", ""), (b"TM-T88V\0", ""),
     (b"_\0", ""), (b"_\xff\0", "")],
)  # fmt: skip
def test_model_is_what_stands_between_its_marks(heard: bytes, name: str) -> None:
    assert model_name(heard) == name


@pytest.mark.parametrize(
    ("model", "dots"), [("TM-T88VI", 512), ("TM-T20III", 576), ("TM-m30II", 576), ("TM-P20", 384), ("XP-80C", None)]
)
def test_width_is_known_of_some_models_only(model: str, dots: int | None) -> None:
    assert known_width_dots(model) == dots
