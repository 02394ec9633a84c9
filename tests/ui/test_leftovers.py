"""What a session leaves is cleared away when it has ended, and nothing that takes long is done while it goes on."""

import gc
import platform
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.ui.leftovers import _OLD_AFTER, _OLD_IN_A_SESSION_AFTER, Leftovers, _trimming
from kiosk.workflow.state import AskingKey, State, Waiting


class Remembered:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def leftovers(qapp: QApplication) -> Iterator[Leftovers]:
    """Nothing else looks for what is left meanwhile."""
    gc.collect()
    leftovers = Leftovers()
    yield leftovers
    leftovers.close()
    leftovers.deleteLater()
    qapp.processEvents()


def left_after(leftovers: Leftovers, state: State, qtbot: QtBot) -> bool:
    """Whether what a session made is still there a little after this state."""
    leftovers._new.stop()  # what is looked for now and then would be found too, where this takes long
    made = weakref.ref(Remembered())
    leftovers.show_state(state)
    qtbot.wait(20)
    return made() is not None


def test_what_a_session_leaves_is_gone_when_it_has_ended(leftovers: Leftovers, qtbot: QtBot) -> None:
    leftovers.set_aside()
    assert not left_after(leftovers, Waiting(), qtbot)


def test_nothing_is_looked_for_while_a_session_goes_on(leftovers: Leftovers, qtbot: QtBot) -> None:
    leftovers.set_aside()
    assert left_after(leftovers, AskingKey(), qtbot)


def test_nothing_is_looked_for_before_what_is_loaded_is_set_aside(leftovers: Leftovers, qtbot: QtBot) -> None:
    assert left_after(leftovers, Waiting(), qtbot)


def test_what_is_new_is_looked_through_during_a_long_session_too(leftovers: Leftovers, qtbot: QtBot) -> None:
    leftovers.set_aside()
    leftovers.show_state(AskingKey())
    made = [weakref.ref(Remembered()) for _ in range(gc.get_threshold()[0])]
    qtbot.waitUntil(lambda: not any(one() for one in made))


@pytest.mark.parametrize(
    ("state", "after"),
    [(None, _OLD_AFTER), (AskingKey(), _OLD_IN_A_SESSION_AFTER)],
    ids=["hall without sessions", "page that nobody leaves"],
)
def test_what_was_in_use_at_a_look_and_is_left_over_later_goes_too(
    leftovers: Leftovers, state: State | None, after: int
) -> None:
    leftovers.set_aside()
    if state is not None:
        leftovers.show_state(state)
    in_use = Remembered()
    made = weakref.ref(in_use)
    for look in range(after + 1):
        new = [list[int]() for _ in range(2 * gc.get_threshold()[0])]
        leftovers._clear_new()
        del new
        if look == 0:
            del in_use
            assert made() is not None
    assert made() is None


def test_python_does_not_look_by_itself_in_any_thread_until_the_window_is_closed(leftovers: Leftovers) -> None:
    assert not gc.isenabled()
    leftovers.close()
    assert gc.isenabled()


def test_of_what_is_loaded_next_to_nothing_is_looked_through(leftovers: Leftovers) -> None:
    loaded = len(gc.get_objects())
    leftovers.set_aside()
    assert len(gc.get_objects()) < loaded / 20  # those that are set aside are not among them


def test_what_was_left_before_is_not_kept_for_ever(leftovers: Leftovers) -> None:
    made = weakref.ref(Remembered())
    leftovers.set_aside()
    assert made() is None


def test_python_looks_through_everything_again_when_the_window_is_closed(leftovers: Leftovers) -> None:
    set_aside_before = gc.get_freeze_count()
    leftovers.set_aside()
    assert gc.get_freeze_count() > set_aside_before
    leftovers.close()
    assert gc.get_freeze_count() == 0


def test_free_memory_goes_back_to_the_system_when_a_session_has_ended_and_not_before(
    leftovers: Leftovers, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = list[int]()
    monkeypatch.setattr(leftovers, "_trim", kept.append)
    leftovers.set_aside()
    left_after(leftovers, AskingKey(), qtbot)
    assert kept == []
    left_after(leftovers, Waiting(), qtbot)
    assert kept == [0]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives it back when told")
def test_where_there_is_glibc_it_is_told() -> None:
    trim = _trimming()
    assert trim is not None
    assert trim(0) in (0, 1)
