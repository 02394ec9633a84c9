"""What broke is told in words that may be seen by anybody."""

import logging
import threading
from collections.abc import Callable

import pytest

from kiosk.failure import defect_told, log_defect, log_defect_of_thread


def broken() -> None:
    raise ValueError("Nguyễn Văn Mẫu")


def test_a_defect_is_told_by_its_kind_and_place_and_never_in_its_own_words(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="Mẫu") as caught:
        broken()
    told = defect_told(caught.value)
    assert told.startswith("ValueError at [")
    assert f"'broken:{broken.__code__.co_firstlineno + 1}'" in told
    log_defect(logging.getLogger("kiosk"), "a page", caught.value)
    assert caplog.messages == [f"a page: {told}"]
    assert "Mẫu" not in caplog.text


def test_a_defect_that_was_never_raised_has_no_place() -> None:
    assert defect_told(KeyError("name")) == "KeyError at []"


def end_of_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work, name="lookup")
    thread.start()
    thread.join()


@pytest.mark.parametrize("kind", [ValueError, type("PanicException", (BaseException,), {})])
def test_thread_that_ends_by_a_defect_is_told_by_its_name_and_never_in_the_defects_words(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    kind: type[BaseException],
) -> None:
    def break_() -> None:
        raise kind("Nguyễn Văn Mẫu")

    monkeypatch.setattr(threading, "excepthook", log_defect_of_thread)
    end_of_thread(break_)
    [told] = caplog.messages
    assert told.startswith(f"lookup ended: {kind.__name__} at [")
    assert "'break_:" in told
    assert "Mẫu" not in caplog.text + capsys.readouterr().err


def test_thread_that_ends_by_itself_is_no_defect(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(threading, "excepthook", log_defect_of_thread)
    end_of_thread(lambda: None)
    assert not caplog.messages
