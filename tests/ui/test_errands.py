"""Staff's pages never wait for a database: what they asked for comes to them."""

import logging
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kiosk.failure import FailureCode, KioskError
from kiosk.ui.errands import Errands
from tests.patience import WITHIN_S


@pytest.fixture
def errands(qtbot: QtBot) -> Iterator[Errands]:
    made = Errands()
    yield made
    made.close()


class Page:
    """Hears what came of what it asked for."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any, str]] = []

    def then(self, found: Any) -> None:
        self.heard.append(("then", found, threading.current_thread().name))

    def failed(self, error: KioskError) -> None:
        self.heard.append(("failed", error.code, threading.current_thread().name))


def test_answer_comes_in_the_main_thread(errands: Errands, qtbot: QtBot) -> None:
    page = Page()
    errands.run(lambda: threading.current_thread().name, page.then, page.failed)
    qtbot.waitUntil(lambda: bool(page.heard))
    [(what, where, told_in)] = page.heard
    assert (what, told_in) == ("then", threading.main_thread().name)
    assert where.startswith("errand")


def test_failure_comes_as_its_code(errands: Errands, qtbot: QtBot) -> None:
    page = Page()

    def locked() -> None:
        raise KioskError(FailureCode.STORE_LOCKED)

    errands.run(locked, page.then, page.failed)
    qtbot.waitUntil(lambda: bool(page.heard))
    assert page.heard[0][:2] == ("failed", FailureCode.STORE_LOCKED)


def test_defect_is_told_without_what_it_was_about(
    errands: Errands, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    page = Page()

    def broken() -> None:
        raise ValueError("Nguyễn Văn Mẫu")

    with caplog.at_level(logging.ERROR):
        errands.run(broken, page.then, page.failed)
        qtbot.waitUntil(lambda: bool(page.heard))
    assert page.heard[0][:2] == ("failed", FailureCode.INTERNAL)
    assert "ValueError" in caplog.text
    assert "Mẫu" not in caplog.text


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt, type("PanicException", (BaseException,), {})])
def test_what_would_end_a_program_ends_an_errand_and_is_told(
    errands: Errands, qtbot: QtBot, end: type[BaseException]
) -> None:
    page = Page()

    def broken() -> None:
        raise end

    errands.run(broken, page.then, page.failed)
    qtbot.waitUntil(lambda: bool(page.heard))
    assert page.heard[0][:2] == ("failed", FailureCode.INTERNAL)


def test_whoever_dropped_an_errand_hears_nothing(errands: Errands, qtbot: QtBot) -> None:
    page, go_on = Page(), threading.Event()
    dropped = errands.run(lambda: go_on.wait(WITHIN_S), page.then, page.failed)
    dropped.drop()
    errands.run(lambda: "second", page.then, page.failed)
    go_on.set()
    qtbot.waitUntil(lambda: bool(page.heard))
    assert [found for _, found, _ in page.heard] == ["second"]


def test_dropped_errand_that_has_not_begun_forgets_who_it_was_about(qtbot: QtBot) -> None:
    errands, begun, go_on = Errands(at_once=1), threading.Event(), threading.Event()

    class Somebody:
        def found(self, _: object = None) -> None:
            """What there is of them."""

    def work() -> None:
        begun.set()
        go_on.wait(WITHIN_S)

    somebody = Somebody()
    under_way = errands.run(work, somebody.found, somebody.found)
    assert begun.wait(WITHIN_S)
    under_way.drop()
    errands.run(somebody.found, somebody.found, somebody.found).drop()
    gone = weakref.ref(somebody)
    del somebody
    assert gone() is None
    go_on.set()
    errands.close()


@pytest.mark.parametrize("breaks", [False, True])
def test_nothing_that_an_errand_was_about_is_let_go_in_its_thread(qtbot: QtBot, *, breaks: bool) -> None:
    errands, let_go_in = Errands(), list[str]()

    class AWindow:
        def __del__(self) -> None:
            let_go_in.append(threading.current_thread().name)

        def work(self) -> None:
            if breaks:
                raise KioskError(FailureCode.STORE_LOCKED)

        def told(self, _: object) -> None:
            """It shows what came of it."""

    def ask(window: AWindow) -> None:
        errands.run(window.work, window.told, window.told)

    for _ in range(200):
        ask(AWindow())
    qtbot.waitUntil(lambda: len(let_go_in) == 200)
    errands.close()
    assert set(let_go_in) == {threading.main_thread().name}


def test_close_waits_for_what_is_under_way_and_tells_nobody(qtbot: QtBot) -> None:
    errands, page, done = Errands(at_once=1), Page(), []
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(WITHIN_S)
        done.append(1)

    errands.run(work, page.then, page.failed)
    errands.run(lambda: done.append(2), page.then, page.failed)
    assert begun.wait(WITHIN_S)
    go_on.set()
    errands.close()
    qtbot.wait(0)
    assert (done[0], page.heard) == (1, [])


def test_after_close_nothing_is_begun_told_or_kept(qtbot: QtBot) -> None:
    errands, done = Errands(), list[str]()
    errands.close()

    class Somebody:
        def work(self) -> None:
            done.append("work")

        def told(self, _: object) -> None:
            done.append("told")

    somebody = Somebody()
    errand = errands.run(somebody.work, somebody.told, somebody.told)
    gone = weakref.ref(somebody)
    del somebody
    assert gone() is None
    errand.drop()
    qtbot.wait(0)
    assert done == []
    errands.close()
