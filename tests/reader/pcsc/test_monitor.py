"""What comes and goes in vpcd's virtual readers, told by the real service."""

import itertools
import logging
import threading

import pytest
from smartcard import scard

from kiosk.failure import FailureCode
from kiosk.reader import pcsc
from kiosk.reader.pcsc import (
    CardAbsent,
    CardMonitor,
    CardPresent,
    MonitorEvent,
    ReaderArrived,
    ReaderGone,
    ServiceGone,
)
from kiosk.reader.pcsc import monitor as pcsc_monitor
from kiosk.simulator.card import PAYMENT_CARD_ATR, BankCard, VirtualCard
from kiosk.simulator.pcscd import READER_NAMES, READER_PORTS, PcscDaemon
from kiosk.simulator.vpcd import VpcdSlot
from tests.patience import WITHIN_S
from tests.reader.pcsc.virtual_reader import (
    OTHER_READER,
    READER,
    SELECT_APPLICATION,
    Events,
    eventually,
    failure_of,
    open_files,
    own,
)

pytestmark = pytest.mark.pcsc

PanicException = type("PanicException", (BaseException,), {})


def test_card_swapped_quickly_is_told_as_taken_and_laid(events: Events, slot: VpcdSlot, card: VirtualCard) -> None:
    slot.insert(card)
    assert events.next() == CardPresent(READER, card.atr)
    slot.insert(BankCard())
    assert [events.next(), events.next()] == [CardAbsent(READER), CardPresent(READER, PAYMENT_CARD_ATR)]


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


@pytest.mark.parametrize("kind", [RuntimeError, PanicException])
def test_listener_that_fails_does_not_end_the_watch(
    slot: VpcdSlot, card: VirtualCard, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    events = Events()

    def fail_at_arrivals(event: MonitorEvent) -> None:
        events.tell(event)
        if event == ReaderArrived(READER):
            raise kind("Nguyễn Văn Mẫu")

    with CardMonitor(fail_at_arrivals):
        slot.insert(card)
        events.until(CardPresent(READER, card.atr))
    [told] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert told.getMessage().startswith(f"listener failed on ReaderArrived: {kind.__name__} at [")
    assert "Mẫu" not in caplog.text


@pytest.mark.parametrize("kind", [TypeError, PanicException])
def test_defect_in_the_watch_is_told_once_as_a_service_that_is_gone_and_the_watch_goes_on(
    pcscd: PcscDaemon, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    tries = threading.Semaphore(0)

    def broken_binding(*_: object) -> object:
        tries.release()
        raise kind("Nguyễn Văn Mẫu")

    monkeypatch.setattr(pcsc_monitor, "_LONGEST_RETRY_S", 0.01)
    events = Events()
    monitor = CardMonitor(events.tell)
    with monkeypatch.context() as broken:
        broken.setattr(scard, "SCardGetStatusChange", broken_binding)
        monitor.start()
        for _ in range(3):
            assert tries.acquire(timeout=WITHIN_S)
    try:
        assert events.until(ReaderArrived(READER)) == [ServiceGone(), ReaderArrived(READER)]
    finally:
        monitor.stop()
    [told] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert told.startswith(f"the watch over the readers: {kind.__name__} at [")


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


@pytest.mark.parametrize("asked", ["SCardListReaders", "SCardGetStatusChange"])
def test_service_that_stops_but_lets_clients_in_is_told_once_however_often_it_is_tried(
    pcscd: PcscDaemon, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """As on Windows, where the service stops with the last reader: it lists none, or lists them and cannot wait."""
    tries = threading.Semaphore(0)

    def stopped(*_: object) -> tuple[int, list[object]]:
        tries.release()
        return scard.SCARD_E_SERVICE_STOPPED, []

    events = Events()
    monitor = CardMonitor(events.tell)
    with monkeypatch.context() as broken:
        broken.setattr(scard, asked, stopped)
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

    monkeypatch.setattr(pcsc_monitor, "_BETWEEN_CHANGES_S", 0.0)
    monkeypatch.setattr(scard, "SCardListReaders", flapping)
    monkeypatch.setattr(scard, "SCardGetStatusChange", at_once)
    events = Events()
    with CardMonitor(events.tell):
        events.until(ReaderArrived(OTHER_READER))
        files = open_files()
        for _ in range(500):
            assert [events.next(), events.next()] == [ReaderGone(OTHER_READER), ReaderArrived(OTHER_READER)]
        assert open_files() <= files


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
