"""Work that is done again and again survives whatever one round of it breaks on, and tells it."""

import threading
from collections.abc import Callable

import pytest

from kiosk.app.rounds import rounds_beside
from kiosk.failure import FailureCode, KioskError
from tests.patience import WITHIN_S

PanicException = type("PanicException", (BaseException,), {})


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KioskError(FailureCode.STORE_FULL, "disk"), "the backup failed: store-full: disk"),
        (ValueError("Nguyễn Văn Mẫu"), "the backup failed: ValueError at ["),
        (PanicException("Nguyễn Văn Mẫu"), "the backup failed: PanicException at ["),
    ],
    ids=["failure", "defect", "panic"],
)
def test_round_that_breaks_is_told_without_its_words_and_gone_again(
    error: BaseException, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    rounds, mended = list[int](), threading.Event()

    def go(_: Callable[[], bool]) -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise error
        mended.set()

    with rounds_beside("backup", go, "the backup failed", every_s=0.001, again_after_s=0.002):
        assert mended.wait(WITHIN_S)
    [line] = caplog.messages
    assert line.startswith(told)
    assert "Mẫu" not in line


def test_round_after_a_failure_comes_later_than_the_next_one_would() -> None:
    gone = threading.Event()

    def go(_: Callable[[], bool]) -> None:
        gone.set()
        raise KioskError(FailureCode.STORE_FULL)

    with rounds_beside("backup", go, "the backup failed", every_s=0.001, again_after_s=WITHIN_S):
        assert gone.wait(WITHIN_S)
        gone.clear()
        assert not gone.wait(0.05)


def test_end_of_the_block_ends_a_round_that_asks_and_leaves_no_thread() -> None:
    begun = threading.Event()

    def go(is_over: Callable[[], bool]) -> None:
        begun.set()
        while not is_over():
            threading.Event().wait(0.001)

    with rounds_beside("backup", go, "the backup failed", every_s=0.001, again_after_s=0.001):
        assert begun.wait(WITHIN_S)
        assert "backup" in {thread.name for thread in threading.enumerate()}
    assert "backup" not in {thread.name for thread in threading.enumerate()}


def test_block_that_is_over_before_the_first_round_goes_none() -> None:
    gone = list[int]()
    with rounds_beside("backup", lambda _: gone.append(1), "the backup failed", every_s=60.0, again_after_s=60.0):
        pass
    assert gone == []
