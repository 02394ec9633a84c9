"""What goes on without its shared store: whom it asks, when it tries again, and what it waits for."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.checkin.away.shared_store import Steady
from kiosk.checkin.store.errors import RowRefused
from kiosk.checkin.store.store import Store, open_store
from kiosk.failure import FailureCode, KioskError
from tests.patience import WITHIN_S

AWAY = KioskError(FailureCode.STORE_UNAVAILABLE, "cut")
FULL = KioskError(FailureCode.STORE_FULL, "13")


class Book:
    """Lines in a store, with what is told of each try to open it or to write; `trouble` comes of every one."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lines: list[str] = []
        self.trouble: KioskError | None = None
        self.times_opened = self.times_asked_after = 0
        self.is_closed = False

    def open(self) -> "Book":
        self.times_opened += 1
        return self.asked()

    def ask_after(self) -> None:
        self.times_asked_after += 1
        self.asked()

    def write(self, line: str) -> str:
        self.asked().lines.append(line)
        return "shared"

    def asked(self) -> "Book":
        if self.trouble is not None:
            raise self.trouble
        return self


class SteadyBook(Steady[Book, int]):
    """Keeps lines of its own for the time away, and counts those that it brings in."""

    news_of_trouble = "the own lines"

    def __init__(self, shared: Book, *, retry_s: float = 3600.0) -> None:
        super().__init__(shared.open, keeper="book-keeper", retry_s=retry_s, ask_after=Book.ask_after)
        self.own: list[str] = []
        self.own_is_closed = False
        self.in_a_round: Callable[[], None] = lambda: None
        self._begin()

    def write(self, line: str) -> str:
        return self._ask(lambda shared: shared.write(line), lambda: self._write_here(line))

    def count(self) -> int:
        return len(self._needed("how many there are").lines)

    def _write_here(self, line: str) -> str:
        self.own.append(line)
        return "own"

    def _bring(self, shared: Book) -> int:
        self.in_a_round()
        brought, self.own = self.own, []
        for line in brought:
            shared.write(line)
        self._is_back()
        return len(brought)

    def _close_own(self) -> None:
        self.own_is_closed = True


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    with open_store(f"sqlite:///{tmp_path}/shared.db") as store:
        book = Book(store)
        close = store.close

        def closed() -> None:
            book.is_closed = True
            close()

        monkeypatch.setattr(store, "close", closed)
        yield book


@pytest.fixture
def open_book(shared: Book) -> Iterator[Callable[..., SteadyBook]]:
    """Opens one over the shared book; closed when the test ends."""
    with ExitStack() as opened:

        def open_one(**options: float) -> SteadyBook:
            book = SteadyBook(shared, **options)
            opened.callback(book.close)
            return book

        yield open_one


OpenBook = Callable[..., SteadyBook]


def test_store_that_is_there_is_asked_and_one_that_goes_in_the_middle_costs_nobody_their_act(
    open_book: OpenBook, shared: Book, caplog: pytest.LogCaptureFixture
) -> None:
    book = open_book()
    assert (book.write("a"), book.is_away, book.shared) == ("shared", False, shared)
    shared.trouble = AWAY
    assert [book.write(line) for line in "bc"] == ["own", "own"]
    assert (book.is_away, book.shared, shared.lines) == (True, None, ["a"])
    assert caplog.text.count("the shared store is away") == 1, "told once for each absence"


@pytest.mark.parametrize("trouble", [FULL, RowRefused("23505")], ids=["full disk", "row that is refused"])
def test_what_is_no_absence_is_raised_and_nothing_is_done_otherwise(
    open_book: OpenBook, shared: Book, trouble: KioskError
) -> None:
    book = open_book()
    shared.trouble = trouble
    with pytest.raises(KioskError) as caught:
        book.write("a")
    assert (caught.value, book.own, book.is_away) == (trouble, [], False)


def test_what_only_the_shared_store_knows_is_refused_while_it_is_away(open_book: OpenBook, shared: Book) -> None:
    book = open_book()
    book.write("a")
    assert book.count() == 1
    shared.trouble = AWAY
    book.write("b")
    with pytest.raises(KioskError, match="the shared store is away: how many there are") as caught:
        book.count()
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


def test_nobody_who_asks_reaches_for_a_store_that_counts_as_away(open_book: OpenBook, shared: Book) -> None:
    shared.trouble = AWAY
    book = open_book()
    shared.trouble = None
    assert [book.write(line) for line in "abc"] == ["own"] * 3
    assert (shared.times_opened, shared.lines) == (1, [])


def test_next_round_opens_what_never_was_and_brings_in_what_was_done_meanwhile(
    open_book: OpenBook, shared: Book
) -> None:
    shared.trouble = AWAY
    book = open_book()
    book.write("a")
    assert book.look_after() is None
    shared.trouble = None
    assert book.look_after() == 1
    assert (shared.times_opened, shared.times_asked_after, shared.lines) == (3, 0, ["a"])
    assert (book.write("b"), book.own) == ("shared", [])


def test_round_asks_after_an_open_store_and_so_finds_out_before_anybody_else_does(
    open_book: OpenBook, shared: Book
) -> None:
    book = open_book()
    shared.trouble = AWAY
    assert book.look_after() is None
    assert (book.is_away, shared.times_opened, shared.times_asked_after) == (True, 1, 1)
    shared.trouble = None
    assert (book.look_after(), book.is_away) == (0, False)
    assert (shared.times_opened, shared.times_asked_after) == (1, 2), "an open one is not opened again"


def test_round_that_breaks_on_something_else_is_told_and_says_nothing_of_the_store(
    open_book: OpenBook, shared: Book, caplog: pytest.LogCaptureFixture
) -> None:
    book = open_book()
    shared.trouble = FULL
    assert book.look_after() is None
    assert not book.is_away
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, f"the own lines: {FULL}")
    ]


def test_what_is_wrong_from_the_beginning_and_no_absence_is_raised(shared: Book) -> None:
    shared.trouble = FULL
    with pytest.raises(KioskError) as caught:
        SteadyBook(shared)
    assert caught.value is FULL


def test_keeper_notices_that_the_store_is_back_and_ends_with_the_block(shared: Book) -> None:
    shared.trouble = AWAY
    rounds, names = threading.Event(), set[str]()
    with SteadyBook(shared, retry_s=0.01) as book:
        book.write("a")

        def told() -> None:
            names.add(threading.current_thread().name)
            rounds.set()

        book.in_a_round = told
        shared.trouble = None
        assert rounds.wait(WITHIN_S)
    assert (names, shared.lines) == ({"book-keeper"}, ["a"])
    assert "book-keeper" not in [thread.name for thread in threading.enumerate()]
    assert (shared.is_closed, book.own_is_closed) == (True, True)


@pytest.mark.parametrize("kind", [ValueError, type("PanicException", (BaseException,), {})])
def test_defect_in_a_round_is_told_once_without_its_words_and_the_keeper_goes_on(
    shared: Book, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    shared.trouble = AWAY
    rounds = threading.Semaphore(0)
    with SteadyBook(shared, retry_s=0.01) as book:

        def broken() -> None:
            rounds.release()
            raise kind("Nguyễn Văn Mẫu")

        book.in_a_round = broken
        shared.trouble = None
        assert all(rounds.acquire(timeout=WITHIN_S) for _ in range(3))
        mended = threading.Event()
        book.in_a_round = mended.set
        assert mended.wait(WITHIN_S)
    assert not book.is_away
    [told] = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert told.startswith(f"book-keeper: {kind.__name__} at ")
    assert "Mẫu" not in caplog.text


def test_own_file_is_closed_where_the_shared_store_does_not_close(
    shared: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck() -> None:
        raise FULL

    book = SteadyBook(shared)
    with monkeypatch.context() as closing:
        closing.setattr(shared.store, "close", stuck)
        with pytest.raises(KioskError, match=FULL.code.value):
            book.close()
    assert book.own_is_closed


def test_one_round_at_a_time_and_nobody_who_asks_waits_for_it(open_book: OpenBook, shared: Book) -> None:
    book = open_book()
    began, may_end, under_way, most = threading.Semaphore(0), threading.Event(), [0], [0]

    def slow() -> None:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        began.release()
        assert may_end.wait(WITHIN_S)
        under_way[0] -= 1

    book.in_a_round = slow
    rounds = [threading.Thread(target=book.look_after) for _ in range(3)]
    for thread in rounds:
        thread.start()
    assert began.acquire(timeout=WITHIN_S)
    assert book.write("a") == "shared", "while the first round is under way"
    may_end.set()
    for thread in rounds:
        thread.join(WITHIN_S)
    assert most == [1]
