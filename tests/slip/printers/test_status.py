"""What status bytes mean, and a model's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.slip.status import (
    QUESTIONS,
    PrinterStatus,
    Readiness,
    is_status,
    known_width_dots,
    model_name,
    read_status,
)

GOOD = dict.fromkeys(QUESTIONS, 0b0001_0010)


def test_four_good_bytes_are_ready() -> None:
    assert read_status(GOOD) == PrinterStatus(Readiness.READY)


@pytest.mark.parametrize("missing", QUESTIONS)
def test_one_answer_less_is_unknown(missing: int) -> None:
    assert read_status({n: byte for n, byte in GOOD.items() if n != missing}).readiness is Readiness.UNKNOWN


@pytest.mark.parametrize(
    ("number", "bits", "readiness"),
    [
        (1, 0b0000_1000, Readiness.OFFLINE),
        (2, 0b0000_0100, Readiness.COVER_OPEN),
        (2, 0b0010_0000, Readiness.PAPER_OUT),
        (2, 0b0100_0000, Readiness.ERROR),
        (3, 0b0000_1000, Readiness.CUTTER),
        (3, 0b0010_0000, Readiness.ERROR),
        (3, 0b0100_0000, Readiness.OVERHEATED),
        (4, 0b0110_0000, Readiness.PAPER_OUT),
    ],
)
def test_each_sign_has_its_meaning(number: int, bits: int, readiness: Readiness) -> None:
    assert read_status(GOOD | {number: GOOD[number] | bits}).readiness is readiness


def test_overheated_head_is_told_before_the_error_that_it_is() -> None:
    assert read_status(GOOD | {2: 0b0101_0010, 3: 0b0101_0010}).readiness is Readiness.OVERHEATED


def test_near_end_is_told_beside_ready() -> None:
    assert read_status(GOOD | {4: 0b0001_1110}) == PrinterStatus(Readiness.READY, paper_near_end=True)


@given(st.dictionaries(st.integers(0, 255), st.integers(0, 255)))
def test_whatever_comes_is_ready_only_with_four_true_answers(answers: dict[int, int]) -> None:
    if read_status(answers).readiness is Readiness.READY:
        assert all(is_status(answers[number]) for number in QUESTIONS)


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
