"""What can be read, heard and reached on every page, with everything that lies over one; and that nobody stays."""

import gc
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.failure import FailureCode
from kiosk.text import Language
from kiosk.ui.gallery import Mute
from kiosk.ui.idle import ASK_AFTER_S, QUESTION_S
from kiosk.ui.widgets.mark import Icon, Mark
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tile import Arrow
from kiosk.workflow.patience import IDLE_S, RESULT_S
from kiosk.workflow.state import Assistance, Done, Failed, Waiting

PERSONAL_PAGES = ("found-covered", "choosing", "asking-priority", "confirming", "issuing", "done-printed")


def test_what_cannot_be_read_is_found(open_window: Any, states: Any, paint: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    texts = [line.widget for line in paint(window).lines if line.words.startswith(("Họ và tên", "Năm sinh"))]
    name, born = texts
    name.resize(name.width(), name.height() // 2)
    assert paint(window).cut() == ["Text cuts 'Họ và tên'"]
    name.setGeometry(born.geometry())
    assert paint(window).crossed() == ["'Họ và tên' and 'Năm sinh'"]
    born.hide()
    cover = QWidget(window)
    cover.setGeometry(window.rect())
    cover.show()
    assert len(paint(window).covered()) == len(paint(window).lines)
    cover.hide()
    assert paint(window, whole=True).faint() == []
    name._colour = "hairline"
    assert [words for words in paint(window, whole=True).faint() if "Họ và tên" in words]


@pytest.mark.parametrize("language", list(Language))
def test_whatever_is_written_is_heard_and_all_that_acts_is_named_and_says_how_it_is(
    open_window: Any, each_page: Any, paint: Any, listen: Any, unheard: Any, of_the_other_language: Any,
    language: Language,
) -> None:  # fmt: skip
    window = open_window(training=True, speech=Mute())
    of_the_other = of_the_other_language(language)
    missing: list[str] = []
    wrong: list[str] = []
    for name, over in each_page(window, language):
        heard = listen(window)
        missing += [f"{name}: {line}" for line in unheard(paint(window, over).lines, heard)]
        for one in heard:
            kind = type(one.widget).__name__
            if {one.name, one.told.strip()} & of_the_other:
                wrong.append(f"{name}: {kind} speaks the other language: {one.name}")
            if isinstance(one.widget, QAbstractButton):
                fits = one.acts and one.name and one.state.focusable
                if not fits or bool(one.state.disabled) is one.widget.isEnabled():
                    wrong.append(f"{name}: {kind} {one.name!r} {one.role.name}")
                if one.widget.isCheckable() and bool(one.state.checked) is not one.widget.isChecked():
                    wrong.append(f"{name}: {kind} {one.name!r} does not say that it is on")
            if isinstance(one.widget, Icon | Mark | Arrow) and one.name:
                wrong.append(f"{name}: {kind} chatters {one.name!r}")
    assert missing == []
    assert wrong == []


def test_tab_goes_through_every_control_once_as_it_is_read_and_back_again(
    open_window: Any, each_page: Any, time: Any
) -> None:
    window = open_window(training=True, speech=Mute())
    wrong: list[str] = []
    for name, over in each_page(window):
        time.passes(1)
        there = [
            one for one in window.findChildren(QAbstractButton)
            if one.isVisible() and one.isEnabled() and (over is None or not _is_under(one, over, window))
        ]  # fmt: skip
        onward = [_press(window, Qt.Key.Key_Tab) for _ in there]
        if set(onward) != set(there) or _press(window, Qt.Key.Key_Tab) is not onward[0]:
            wrong.append(f"{name}: {[one.accessibleName() for one in there if one not in onward]} not reached")
            continue
        back = [_press(window, Qt.Key.Key_Backtab) for _ in there]
        if back != [*reversed(onward)]:
            wrong.append(f"{name}: another way back")
        own = [(over or window.page).isAncestorOf(one) for one in onward]
        # After a page that was left by a key its first control has the keyboard already.
        first = next((at for at, is_own in enumerate(own) if is_own and not own[at - 1]), 0)
        order = [*onward[first:], *onward[:first]][: sum(own)]
        if not all((over or window.page).isAncestorOf(one) for one in order):
            wrong.append(f"{name}: leads out of the page and in again")
        wrong += [f"{name}: {out}" for out in out_of_order(order, window)]
    assert wrong == []


def out_of_order(order: list[Any], window: QWidget) -> list[str]:
    """Controls that come after what is read before them: rows from above, each from the left."""
    found = []
    for one, following in pairwise(order):
        here, next_ = (thing.mapTo(window, thing.rect().center()) for thing in (one, following))
        beside = abs(here.y() - next_.y()) < min(one.height(), following.height()) / 2
        if next_.x() < here.x() if beside else next_.y() < here.y():
            found.append(f"{following.accessibleName()} after {one.accessibleName()}")
    return found


def _press(window: Any, key: Qt.Key) -> Any:
    at = window.focusWidget()
    QTest.keyClick(at if at is not None and at.isVisible() else window, key)
    return window.focusWidget()


def _is_under(one: QWidget, over: QWidget, window: QWidget) -> bool:
    if over.isAncestorOf(one):
        return False
    return over.geometry().contains(one.mapTo(window, one.rect().center()))


# -- nobody stays ---------------------------------------------------------------------------------------------------
def of_somebody(state: Any, somebody: Any) -> Any:
    """The same state of whom no other test has."""
    if isinstance(state, Done):
        return replace(state, check_in=replace(state.check_in, full_name=somebody.name))
    whose = {"full_name": somebody.name, "personal_number": somebody.number}
    return replace(state, identity=replace(state.identity, **whose))


def test_nothing_of_somebody_is_left_anywhere_after_any_end(
    open_window: Any, states: Any, somebody: Any, left_of_somebody: Any, caplog: pytest.LogCaptureFixture
) -> None:
    window = open_window(training=True, speech=Mute())
    window.show_state(of_somebody(states["found-covered"], somebody))
    assert left_of_somebody(), "the trap sees whoever is here"
    # Time-out, "not me" and "done" lead to the first page; the others are a failure and the call for staff.
    for end in (Waiting(), Failed(FailureCode.CARD_REMOVED), Assistance()):
        for name in PERSONAL_PAGES:
            window.show_state(of_somebody(states[name], somebody))
            window.set_wishes(replace(window.wishes, aloud=True))
            window.ask_for_time()
            window.show_state(end)
        assert left_of_somebody() == [], type(end).__name__
    assert not somebody.is_in(caplog.text)


@pytest.mark.parametrize(
    "holding",
    [lambda text: [text], lambda text: {"who": text}, lambda text: ((text,), ()), lambda text: lambda: text],
    ids=["list", "dict", "tuple", "function"],
)
def test_whoever_is_held_by_anything_is_found(somebody: Any, left_of_somebody: Any, holding: Any) -> None:
    held = [holding(f"{somebody.name}, {somebody.number}")]
    gc.collect()  # which ceases to follow tuples of texts alone
    assert left_of_somebody()
    held.clear()
    assert left_of_somebody() == []


def test_typed_number_is_left_nowhere(open_window: Any, states: Any, somebody: Any, left_of_somebody: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    for digit in somebody.number:
        window.page.keypad.pressed.emit(digit)
    assert left_of_somebody()
    window.show_state(states["asking-card"])
    assert left_of_somebody() == []


# -- what a screen reader says by itself ------------------------------------------------------------------------------
def test_every_new_question_is_announced_once(open_window: Any, states: Any, announced: Any) -> None:
    window = open_window()
    for name, state in states.items():
        before = window.page.title
        announced.clear()
        window.show_state(state)
        title = window.page.title
        assert title, name
        assert [words for words, _ in announced] == ([title] if title != before else []), name
    window.set_language(Language.EN)
    assert announced[-1][0] == window.page.title != title


def test_answer_that_comes_on_the_same_page_is_announced(open_window: Any, states: Any, announced: Any) -> None:
    window = open_window()
    announced.clear()
    window.show_state(states["found-reading"])
    asked = window.page.title
    window.show_state(states["found-covered"])
    assert [words for words, _ in announced] == [asked, window.page.title]


def test_what_lies_over_the_page_is_announced_the_question_at_once(
    open_window: Any, states: Any, announced: Any
) -> None:
    window = open_window()
    window.show_state(states["confirming"])
    announced.clear()
    window.open_notice()
    window.ask_for_time()
    (notice, _), (question, how) = announced
    assert notice in {text.text() for text in window.over.notice.findChildren(Text)}
    assert question in {text.text() for text in window.over.question.findChildren(Text)}
    assert how is QAccessible.AnnouncementPoliteness.Assertive


# -- time -----------------------------------------------------------------------------------------------------------
def test_question_comes_within_a_minute_stands_for_twenty_five_seconds_and_a_result_for_twenty(
    open_window: Any, states: Any, time: Any
) -> None:
    assert (IDLE_S, QUESTION_S, RESULT_S) == (60.0, 25.0, 20.0)
    assert 55.0 <= ASK_AFTER_S < IDLE_S
    window = open_window()
    left: list[int] = []
    window.idle.left.connect(left.append)
    for name in ("done-printed", "failed"):
        window.show_state(states[name])
        for seconds in (0, 19, 1):
            time.passes(seconds)
            window.idle.tick()
        assert left[-3:] == [20, 1, 0]


def test_closed_window_keeps_nobody(open_window: Any, states: Any, somebody: Any, left_of_somebody: Any) -> None:
    window = open_window(training=True)
    for name in PERSONAL_PAGES:
        window.show_state(of_somebody(states[name], somebody))
    assert left_of_somebody()
    window.close()
    assert left_of_somebody() == []
