import threading

import pytest

from kiosk.reader.bounded import BoundedCalls
from tests.patience import WITHIN_S


def test_calls_run_one_after_the_other_on_one_other_thread() -> None:
    with BoundedCalls[threading.Thread]("card") as calls:
        threads = {calls.call(threading.current_thread, WITHIN_S) for _ in range(3)}
        [thread] = threads
        assert (thread.name, thread is threading.current_thread()) == ("card", False)
    assert not thread.is_alive()


def test_what_a_call_raises_is_raised_where_it_was_made() -> None:
    with BoundedCalls[int]("card") as calls:
        with pytest.raises(ZeroDivisionError):
            calls.call(lambda: 1 // 0, WITHIN_S)
        assert calls.call(lambda: 7, WITHIN_S) == 7


def test_a_late_call_is_not_waited_for_and_nothing_is_called_after_it() -> None:
    released, threads = threading.Event(), []

    def late() -> bool:
        threads.append(threading.current_thread())
        return released.wait(WITHIN_S)

    calls = BoundedCalls[bool]("card")
    with pytest.raises(TimeoutError):
        calls.call(late, 0.0)
    with pytest.raises(TimeoutError):
        calls.call(lambda: pytest.fail("called"), WITHIN_S)
    calls.close()
    released.set()
    for thread in threads:
        thread.join(WITHIN_S)
        assert not thread.is_alive()


def test_nothing_was_called_so_no_thread_is_made() -> None:
    before = threading.active_count()
    with BoundedCalls[int]("card"):
        assert threading.active_count() == before
