"""PC/SC through the real service and vpcd's virtual readers."""

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from smartcard import scard

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader import pcsc
from kiosk.reader.emrtd.session import Deadline
from kiosk.reader.pcsc import (
    CardAbsent,
    CardMonitor,
    CardPresent,
    MonitorEvent,
    ReaderArrived,
    ReaderGone,
    ServiceGone,
)
from kiosk.simulator.card import PAYMENT_CARD_ATR, Answer, BankCard, VirtualCard
from kiosk.simulator.pcscd import READER_NAMES, READER_PORTS, PcscDaemon
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.slot import FaultyCard, RemovedAt
from kiosk.simulator.vpcd import VpcdSlot
from tests.patience import WITHIN_S

pytestmark = pytest.mark.pcsc

READER, OTHER_READER = READER_NAMES
SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")
SELECT_CARD_ACCESS = bytes.fromhex("00A4020C02011C")
READ = bytes.fromhex("00B0000010")


class ScriptedCard:
    """Answers from a table; what is not in it is 6D00."""

    atr = PAYMENT_CARD_ATR

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self.answers = answers

    def reset(self) -> None:
        """Nothing to forget."""

    def transmit(self, command: bytes) -> Answer:
        answer = self.answers.get(command, b"\x6d\x00")
        return answer[:-2], int.from_bytes(answer[-2:], "big")


class Events:
    """What a monitor has told, to wait for."""

    def __init__(self) -> None:
        self._queue: queue.Queue[MonitorEvent] = queue.Queue()
        self.tell = self._queue.put

    def next(self) -> MonitorEvent:
        return self._queue.get(timeout=WITHIN_S)

    def until(self, event: MonitorEvent) -> list[MonitorEvent]:
        """All events up to and with `event`."""
        told: list[MonitorEvent] = []
        while event not in told:
            told.append(self.next())
        return told

    def empty(self) -> bool:
        return self._queue.empty()


@pytest.fixture
def card(reference_person: Person, pki: Pki) -> VirtualCard:
    return VirtualCard(reference_person, pki)


@pytest.fixture
def slot(pcscd: PcscDaemon) -> Iterator[VpcdSlot]:
    with VpcdSlot() as slot:
        yield slot
    eventually(lambda: READER not in pcsc.readers_with_card())


@pytest.fixture
def laid(slot: VpcdSlot, card: VirtualCard) -> VpcdSlot:
    """The slot with the reference card, noticed by the service."""
    slot.insert(card)
    eventually(lambda: READER in pcsc.readers_with_card())
    return slot


@pytest.fixture
def events(pcscd: PcscDaemon) -> Iterator[Events]:
    """The events of a monitor of all readers that has seen both."""
    events = Events()
    with CardMonitor(events.tell):
        assert [events.next(), events.next()] == [ReaderArrived(READER), ReaderArrived(OTHER_READER)]
        yield events


def eventually(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WITHIN_S / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("did not happen in time")


def failure_of(call: Callable[[], object]) -> FailureCode:
    with pytest.raises(RetriableError) as failure:
        call()
    return failure.value.code


def test_card_answers_and_has_its_atr(laid: VpcdSlot, card: VirtualCard) -> None:
    with pcsc.connect(READER) as connection:
        assert connection.atr == card.atr
        assert connection.transmit(SELECT_APPLICATION) == (b"", 0x9000)
        assert connection.transmit(bytes.fromhex("00B0000004"))[1] == 0x6986


def test_connecting_resets_what_another_program_left(laid: VpcdSlot) -> None:
    with pcsc.connect(READER) as connection:
        connection.transmit(SELECT_CARD_ACCESS)
        connection.reset()
        assert connection.transmit(READ)[1] == 0x6986
        connection.transmit(SELECT_CARD_ACCESS)
    with pcsc.connect(READER) as connection:
        assert connection.transmit(READ)[1] == 0x6986


def test_closing_twice_is_harmless(laid: VpcdSlot) -> None:
    connection = pcsc.connect(READER)
    connection.close()
    connection.close()


def test_reader_without_card_is_card_missing(pcscd: PcscDaemon) -> None:
    assert failure_of(lambda: pcsc.connect(READER)) is FailureCode.CARD_MISSING


def test_reader_that_is_not_there_is_reader_missing(pcscd: PcscDaemon) -> None:
    assert failure_of(lambda: pcsc.connect("No such reader")) is FailureCode.READER_MISSING


def test_card_held_by_another_program_is_reader_busy(laid: VpcdSlot) -> None:
    with pcsc.connect(READER):
        assert failure_of(lambda: pcsc.connect(READER)) is FailureCode.READER_BUSY
    with pcsc.connect(READER) as connection:
        assert connection.transmit(SELECT_APPLICATION)[1] == 0x9000


def test_card_shared_with_another_program_is_connected_to(laid: VpcdSlot) -> None:
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    try:
        result, *_ = scard.SCardConnect(context, READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1)
        assert result == scard.SCARD_S_SUCCESS
        with pcsc.connect(READER) as connection:
            assert connection.transmit(SELECT_APPLICATION)[1] == 0x9000
    finally:
        scard.SCardReleaseContext(context)


def test_card_pulled_between_commands_is_card_removed(laid: VpcdSlot) -> None:
    with pcsc.connect(READER) as connection:
        connection.transmit(SELECT_APPLICATION)
        laid.remove()
        assert failure_of(lambda: connection.transmit(SELECT_APPLICATION)) is FailureCode.CARD_REMOVED
        assert failure_of(lambda: connection.transmit(SELECT_APPLICATION)) is FailureCode.CARD_REMOVED
        assert failure_of(connection.reset) is FailureCode.CARD_REMOVED


def test_card_pulled_during_a_command_is_card_removed(slot: VpcdSlot, card: VirtualCard) -> None:
    slot.insert(FaultyCard(card, RemovedAt(2)))
    eventually(lambda: READER in pcsc.readers_with_card())
    with pcsc.connect(READER) as connection:
        connection.transmit(SELECT_CARD_ACCESS)
        assert failure_of(lambda: connection.transmit(READ)) is FailureCode.CARD_REMOVED


def test_card_swapped_for_one_of_its_kind_is_never_talked_to_by_the_old_connection(
    slot: VpcdSlot, people: tuple[Person, ...], pki: Pki
) -> None:
    """The service connects the old handle to the new card at a reset."""
    one, other, *_ = (VirtualCard(person, pki) for person in people if person.card != "none")
    slot.insert(one)
    eventually(lambda: READER in pcsc.readers_with_card())
    with pcsc.connect(READER) as connection:
        slot.insert(other)
        eventually(lambda: READER in pcsc.readers_with_card())
        assert failure_of(connection.reset) is FailureCode.CARD_REMOVED
        assert failure_of(connection.reset) is FailureCode.CARD_REMOVED


def test_card_reset_by_another_program_is_card_unreadable_and_can_be_reset(
    laid: VpcdSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pcsc.connect(READER) as connection:
        with monkeypatch.context() as broken:
            broken.setattr(scard, "SCardTransmit", lambda *_: (scard.SCARD_W_RESET_CARD, []))
            assert failure_of(lambda: connection.transmit(READ)) is FailureCode.CARD_UNREADABLE
        connection.reset()
        assert connection.transmit(SELECT_APPLICATION)[1] == 0x9000


def test_card_that_promises_more_data_for_ever_is_given_up(slot: VpcdSlot) -> None:
    class Endless(ScriptedCard):
        def transmit(self, command: bytes) -> Answer:
            return b"", 0x6110

    slot.insert(Endless({}))
    eventually(lambda: READER in pcsc.readers_with_card())
    with pcsc.connect(READER) as connection:
        assert connection.transmit(READ) == (b"", 0x6110)


class Held(ScriptedCard):
    """Answers nothing until it is released."""

    def __init__(self) -> None:
        super().__init__({})
        self.asked = threading.Event()
        self.released = threading.Event()

    def transmit(self, command: bytes) -> Answer:
        self.asked.set()
        assert self.released.wait(WITHIN_S)
        return super().transmit(command)


def test_card_that_does_not_answer_is_left_at_the_deadline_and_the_reader_recovers(slot: VpcdSlot) -> None:
    card = Held()
    slot.insert(card)
    eventually(lambda: READER in pcsc.readers_with_card())
    try:
        with pcsc.connect(READER) as connection, Deadline(connection, 0.3, time.monotonic) as timed:
            assert failure_of(lambda: timed.transmit(READ)) is FailureCode.CARD_TIMEOUT
            assert failure_of(timed.reset) is FailureCode.CARD_TIMEOUT
        assert card.asked.wait(WITHIN_S)
        assert failure_of(lambda: connection.transmit(READ)) is FailureCode.CARD_REMOVED
        assert failure_of(lambda: pcsc.connect(READER)) is FailureCode.READER_BUSY
    finally:
        card.released.set()
    eventually(lambda: can_connect(READER))


def can_connect(reader: str) -> bool:
    try:
        with pcsc.connect(reader):
            return True
    except RetriableError:
        return False


def test_reader_that_does_not_come_back_from_connecting_is_left_to_itself(
    laid: VpcdSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, real = threading.Event(), scard.SCardConnect

    def held(*given: object) -> object:
        assert released.wait(WITHIN_S)
        return real(*given)

    with monkeypatch.context() as broken:
        broken.setattr(pcsc, "_CONNECTS_WITHIN_S", 0.05)
        broken.setattr(scard, "SCardConnect", held)
        assert failure_of(lambda: pcsc.connect(READER)) is FailureCode.CARD_TIMEOUT
        released.set()
        eventually(lambda: not [thread for thread in threading.enumerate() if thread.name == "card-connect"])
    assert can_connect(READER)


def test_card_swapped_during_a_connection_is_card_removed(laid: VpcdSlot) -> None:
    with pcsc.connect(READER) as connection:
        laid.remove()
        eventually(lambda: READER not in pcsc.readers_with_card())
        laid.insert(BankCard())
        eventually(lambda: READER in pcsc.readers_with_card())
        assert failure_of(lambda: connection.transmit(SELECT_APPLICATION)) is FailureCode.CARD_REMOVED


@pytest.mark.parametrize("answer", [(scard.SCARD_S_SUCCESS, [0x90]), (scard.SCARD_E_NOT_TRANSACTED, [])])
def test_failed_exchange_with_a_card_that_stays_is_card_unreadable(
    laid: VpcdSlot, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, list[int]]
) -> None:
    """As a weak field does it, or a reader that refuses extended lengths; vpcd never does."""
    with pcsc.connect(READER) as connection:
        with monkeypatch.context() as broken:
            broken.setattr(scard, "SCardTransmit", lambda *_: answer)
            assert failure_of(lambda: connection.transmit(READ)) is FailureCode.CARD_UNREADABLE
        assert connection.transmit(SELECT_APPLICATION)[1] == 0x9000


def test_card_swapped_quickly_is_told_as_taken_and_laid(events: Events, slot: VpcdSlot, card: VirtualCard) -> None:
    slot.insert(card)
    assert events.next() == CardPresent(READER, card.atr)
    slot.insert(BankCard())
    assert [events.next(), events.next()] == [CardAbsent(READER), CardPresent(READER, PAYMENT_CARD_ATR)]


def test_bank_card_is_connected_to_and_refuses_the_application(slot: VpcdSlot) -> None:
    slot.insert(BankCard())
    eventually(lambda: READER in pcsc.readers_with_card())
    with pcsc.connect(READER) as connection:
        assert connection.atr == PAYMENT_CARD_ATR
        assert connection.transmit(SELECT_APPLICATION) == (b"", 0x6A82)


def test_data_that_the_card_keeps_back_is_fetched(slot: VpcdSlot) -> None:
    slot.insert(
        ScriptedCard(
            {
                bytes.fromhex("00B0000000"): bytes.fromhex("AAAA6102"),
                bytes.fromhex("00C0000002"): bytes.fromhex("BBBB6101"),
                bytes.fromhex("00C0000001"): bytes.fromhex("CC9000"),
            }
        )
    )
    eventually(lambda: READER in pcsc.readers_with_card())
    with pcsc.connect(READER) as connection:
        assert connection.transmit(bytes.fromhex("00B0000000")) == (bytes.fromhex("AAAABBBBCC"), 0x9000)


def test_extended_command_and_answer_pass_whole(slot: VpcdSlot) -> None:
    command = bytes.fromhex("00B00000001000")
    slot.insert(ScriptedCard({command: bytes(4096) + b"\x90\x00"}))
    eventually(lambda: READER in pcsc.readers_with_card())
    with pcsc.connect(READER) as connection:
        assert connection.transmit(command) == (bytes(4096), 0x9000)


def test_monitor_tells_of_cards_laid_and_taken(events: Events, slot: VpcdSlot, card: VirtualCard) -> None:
    slot.insert(card)
    assert events.next() == CardPresent(READER, card.atr)
    slot.remove()
    assert events.next() == CardAbsent(READER)
    slot.insert(BankCard())
    assert events.next() == CardPresent(READER, PAYMENT_CARD_ATR)


def test_monitor_started_late_tells_of_the_card_that_lies_there(laid: VpcdSlot, card: VirtualCard) -> None:
    events = Events()
    with CardMonitor(events.tell):
        assert CardPresent(READER, card.atr) in events.until(CardPresent(READER, card.atr))


def test_monitor_keeps_two_readers_apart(events: Events, slot: VpcdSlot, card: VirtualCard) -> None:
    with VpcdSlot(port=READER_PORTS[1]) as other:
        slot.insert(card)
        assert events.next() == CardPresent(READER, card.atr)
        other.insert(BankCard())
        assert events.next() == CardPresent(OTHER_READER, PAYMENT_CARD_ATR)
        slot.remove()
        assert events.next() == CardAbsent(READER)
        other.remove()
        assert events.next() == CardAbsent(OTHER_READER)


def test_monitor_of_one_reader_is_silent_about_the_other(slot: VpcdSlot, card: VirtualCard) -> None:
    events = Events()
    with CardMonitor(events.tell, OTHER_READER), VpcdSlot(port=READER_PORTS[1]) as other:
        slot.insert(card)
        eventually(lambda: READER in pcsc.readers_with_card())
        other.insert(BankCard())
        assert events.until(CardPresent(OTHER_READER, PAYMENT_CARD_ATR)) == [
            ReaderArrived(OTHER_READER),
            CardPresent(OTHER_READER, PAYMENT_CARD_ATR),
        ]


def test_listener_that_fails_does_not_end_the_watch(
    slot: VpcdSlot, card: VirtualCard, caplog: pytest.LogCaptureFixture
) -> None:
    events = Events()

    def fail_at_arrivals(event: MonitorEvent) -> None:
        events.tell(event)
        if event == ReaderArrived(READER):
            raise RuntimeError("a listener's mistake")

    with CardMonitor(fail_at_arrivals):
        slot.insert(card)
        events.until(CardPresent(READER, card.atr))
    assert any(record.exc_info and record.levelno == logging.ERROR for record in caplog.records)


def test_monitor_starts_and_stops_again_and_again_without_leaking(pcscd: PcscDaemon) -> None:
    events = Events()
    monitor = CardMonitor(events.tell)
    for _ in range(20):  # more than the contexts that a leaking client could hold
        monitor.start()
        monitor.start()
        events.until(ReaderArrived(READER))
        monitor.stop()
        monitor.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "card-monitor"]


def test_service_killed_and_restarted_is_told_and_survived(
    pcscd: PcscDaemon, events: Events, slot: VpcdSlot, card: VirtualCard
) -> None:
    own(pcscd)
    slot.insert(card)
    events.until(CardPresent(READER, card.atr))
    pcscd.kill()
    assert events.next() == ServiceGone()
    assert failure_of(pcsc.list_readers) is FailureCode.PCSC_MISSING
    assert slot.wait(WITHIN_S)
    pcscd.start()
    assert [events.next(), events.next()] == [ReaderArrived(READER), ReaderArrived(OTHER_READER)]
    slot.insert(card)
    assert events.next() == CardPresent(READER, card.atr)
    with pcsc.connect(READER) as connection:
        assert connection.transmit(SELECT_APPLICATION)[1] == 0x9000


def test_service_killed_during_a_connection_is_reader_lost(pcscd: PcscDaemon, laid: VpcdSlot) -> None:
    own(pcscd)
    with pcsc.connect(READER) as connection:
        pcscd.kill()
        assert failure_of(lambda: connection.transmit(SELECT_APPLICATION)) is FailureCode.READER_LOST
        pcscd.start()
        assert failure_of(lambda: connection.transmit(SELECT_APPLICATION)) is FailureCode.READER_LOST


def test_monitor_stops_promptly_while_there_is_no_service(pcscd: PcscDaemon) -> None:
    own(pcscd)
    events = Events()
    pcscd.stop()
    try:
        with CardMonitor(events.tell):
            assert events.next() == ServiceGone()
        assert events.empty()
    finally:
        pcscd.start()


def test_service_that_lists_nothing_is_told_once_however_often_it_is_tried(
    pcscd: PcscDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where the service stops with the last reader but still lets clients in."""
    tries = threading.Semaphore(0)

    def stopped(*_: object) -> tuple[int, list[str]]:
        tries.release()
        return scard.SCARD_E_SERVICE_STOPPED, []

    events = Events()
    with monkeypatch.context() as broken:
        broken.setattr(scard, "SCardListReaders", stopped)
        monitor = CardMonitor(events.tell)
        monitor.start()
        for _ in range(3):
            assert tries.acquire(timeout=WITHIN_S)
    try:
        assert events.until(ReaderArrived(READER)) == [ServiceGone(), ReaderArrived(READER)]
    finally:
        monitor.stop()


def test_service_that_lists_readers_and_cannot_wait_is_told_once(
    pcscd: PcscDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = threading.Semaphore(0)

    def stopped(*_: object) -> tuple[int, list[object]]:
        tries.release()
        return scard.SCARD_E_SERVICE_STOPPED, []

    events = Events()
    monitor = CardMonitor(events.tell)
    with monkeypatch.context() as broken:
        broken.setattr(scard, "SCardGetStatusChange", stopped)
        monitor.start()
        for _ in range(3):
            assert tries.acquire(timeout=WITHIN_S)
    try:
        assert events.until(ReaderArrived(READER)) == [ServiceGone(), ReaderArrived(READER)]
    finally:
        monitor.stop()


def test_service_that_wakes_the_monitor_for_nothing_does_not_keep_it_busy(
    pcscd: PcscDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time it is woken it pauses; the pauses are counted, not waited for."""
    woken, paused = threading.Semaphore(0), threading.Semaphore(0)

    def nothing(_: object, __: int, states: list[tuple[str, int]]) -> tuple[int, list[tuple[str, int, list[int]]]]:
        woken.release()
        return scard.SCARD_S_SUCCESS, [(name, state, []) for name, state in states]

    class Paused(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            paused.release()
            return super().wait(0.001 if timeout else timeout)

    monitor = CardMonitor(lambda _: None)
    monitor._stopping = Paused()
    monkeypatch.setattr(scard, "SCardGetStatusChange", nothing)
    with monitor:
        for _ in range(20):
            assert woken.acquire(timeout=WITHIN_S)
            assert paused.acquire(timeout=WITHIN_S)


def test_a_reader_that_comes_and_goes_for_an_hour_leaves_nothing_behind(
    pcscd: PcscDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plugged and unplugged 500 times: no file, thread or context stays, and each change is told."""
    changes, real = itertools.count(), scard.SCardListReaders

    def flapping(context: object, groups: list[str]) -> tuple[int, list[str]]:
        result, names = real(context, groups)
        return result, [name for name in names if name != OTHER_READER or next(changes) % 2]

    def at_once(_: object, __: int, states: list[tuple[str, int]]) -> tuple[int, list[tuple[str, int, list[int]]]]:
        return scard.SCARD_S_SUCCESS, [(name, state, []) for name, state in states]

    monkeypatch.setattr(pcsc, "_BETWEEN_CHANGES_S", 0.0)
    monkeypatch.setattr(scard, "SCardListReaders", flapping)
    monkeypatch.setattr(scard, "SCardGetStatusChange", at_once)
    events = Events()
    with CardMonitor(events.tell):
        events.until(ReaderArrived(OTHER_READER))
        files = open_files()
        for _ in range(500):
            assert [events.next(), events.next()] == [ReaderGone(OTHER_READER), ReaderArrived(OTHER_READER)]
        assert open_files() == files


def test_reader_unplugged_and_plugged_again_is_told(pcscd: PcscDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """vpcd's readers stay for ever, so here the service's list of them is cut; everything else is real."""
    plugged = set(READER_NAMES)
    real = scard.SCardListReaders

    def list_plugged(context: object, groups: list[str]) -> tuple[int, list[str]]:
        result, names = real(context, groups)
        return result, [name for name in names if name in plugged]

    monkeypatch.setattr(scard, "SCardListReaders", list_plugged)
    events = Events()
    with CardMonitor(events.tell):
        events.until(ReaderArrived(OTHER_READER))
        plugged.discard(OTHER_READER)
        assert events.next() == ReaderGone(OTHER_READER)
        plugged.add(OTHER_READER)
        assert events.next() == ReaderArrived(OTHER_READER)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def own(pcscd: PcscDaemon) -> None:
    if not pcscd.started_here:
        pytest.skip("the running service belongs to somebody else")
