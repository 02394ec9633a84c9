"""A card in vpcd's reader: against the bytes of the protocol, and through the real service."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.reader import pcsc
from kiosk.simulator.card import BankCard, Card, VirtualCard
from kiosk.simulator.chip.personalization import personalize
from kiosk.simulator.pcscd import READER_NAMES, READER_PORTS, PcscDaemon
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.slot import FaultyCard, RemovedAt
from kiosk.simulator.vpcd import VpcdSlot
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.simulator.conftest import Terminal

SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")
SELECT_CARD_ACCESS = bytes.fromhex("00A4020C02011C")
READ = bytes.fromhex("00B0000010")


class Driver:
    """The reader's side of one link."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link

    def send(self, message: bytes) -> None:
        self.link.sendall(len(message).to_bytes(2, "big") + message)

    def receive(self) -> bytes | None:
        """The next message, None at the end of the link."""
        length = self.link.recv(2, socket.MSG_WAITALL)
        return self.link.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL) if length else None


@contextmanager
def inserted(card: Card) -> Iterator[tuple[VpcdSlot, Driver]]:
    """`card` in a slot whose driver is this test."""
    with socket.create_server(("127.0.0.1", 0)) as server, VpcdSlot(port=server.getsockname()[1]) as slot:
        slot.insert(card)
        link, _ = server.accept()
        with link:
            link.settimeout(WITHIN_S)
            yield slot, Driver(link)


@pytest.fixture
def card(reference_person: Person, pki: Pki) -> VirtualCard:
    return VirtualCard(reference_person, pki)


def test_atr_is_asked_by_the_control_byte_four(card: VirtualCard) -> None:
    with inserted(card) as (_, driver):
        driver.send(b"\x04")
        assert driver.receive() == card.atr


def test_command_is_answered_with_data_and_status_word(card: VirtualCard) -> None:
    with inserted(card) as (_, driver):
        driver.send(SELECT_CARD_ACCESS)
        assert driver.receive() == b"\x90\x00"
        driver.send(READ)
        assert driver.receive() == bytes.fromhex("3134300d060804007f000702020202019000")


@pytest.mark.parametrize("control", [b"\x00", b"\x01", b"\x02"], ids=["off", "on", "reset"])
def test_power_and_reset_are_not_answered_and_forget_the_session(card: VirtualCard, control: bytes) -> None:
    with inserted(card) as (_, driver):
        driver.send(SELECT_CARD_ACCESS)
        driver.receive()
        driver.send(control)
        driver.send(READ)
        assert driver.receive() == b"\x69\x86"


def test_message_in_many_pieces_is_one_message(card: VirtualCard) -> None:
    with inserted(card) as (_, driver):
        for byte in len(SELECT_APPLICATION).to_bytes(2, "big") + SELECT_APPLICATION:
            driver.link.sendall(bytes([byte]))
        assert driver.receive() == b"\x90\x00"


def test_removal_ends_the_link_and_the_thread_even_of_a_driver_that_does_not_close(card: VirtualCard) -> None:
    with inserted(card) as (slot, driver):
        before = slot.inserted
        slot.remove()
        assert driver.receive() is None
        assert (before, slot.inserted) == (True, False)
        slot.remove()


def test_driver_gone_is_a_card_out(card: VirtualCard) -> None:
    with inserted(card) as (slot, driver):
        driver.link.close()
        assert slot.wait(WITHIN_S)
        assert not slot.inserted


def test_card_pulled_by_its_own_fault_closes_the_link(card: VirtualCard) -> None:
    with inserted(FaultyCard(card, RemovedAt(2))) as (slot, driver):
        driver.send(SELECT_APPLICATION)
        assert driver.receive() == b"\x90\x00"
        driver.send(SELECT_APPLICATION)
        assert driver.receive() is None
        driver.link.close()
        assert slot.wait(WITHIN_S)


def test_no_driver_is_said_so(card: VirtualCard) -> None:
    with socket.socket() as held:  # a port that is nobody else's meanwhile
        held.bind(("127.0.0.1", 0))
        slot = VpcdSlot(port=held.getsockname()[1])
        with pytest.raises(KioskError) as failure:
            slot.insert(card)
    assert failure.value.code is FailureCode.SIMULATOR_UNAVAILABLE


def wait_for_card(reader: str, *, present: bool) -> None:
    """Returns once the service has noticed."""
    pause = threading.Event()
    for _ in range(int(WITHIN_S / 0.02)):
        if (reader in pcsc.readers_with_card()) is present:
            return
        pause.wait(0.02)
    pytest.fail("the service did not notice")


@pytest.mark.pcsc
def test_whole_card_is_read_through_the_service(
    pcscd: PcscDaemon,
    reference_person: Person,
    pki: Pki,
    card: VirtualCard,
    terminal: Callable[[Card], "Terminal"],
) -> None:
    with VpcdSlot() as slot:
        slot.insert(card)
        wait_for_card(READER_NAMES[0], present=True)
        with pcsc.connect(READER_NAMES[0]) as connection:
            assert connection.atr == card.atr
            talk = terminal(connection)
            assert talk.pace(reference_person.can.encode(), 2) == 0x9000
            talk.select_application()
            files = personalize(reference_person, pki).files
            assert {fid: talk.read_file(fid) for fid in files} == files


@pytest.mark.pcsc
def test_two_readers_hold_two_cards(pcscd: PcscDaemon, card: VirtualCard) -> None:
    with VpcdSlot() as first, VpcdSlot(port=READER_PORTS[1]) as second:
        first.insert(card)
        second.insert(BankCard())
        for reader in READER_NAMES:
            wait_for_card(reader, present=True)
        with pcsc.connect(READER_NAMES[0]) as one, pcsc.connect(READER_NAMES[1]) as other:
            assert one.transmit(SELECT_APPLICATION) == (b"", 0x9000)
            assert other.transmit(SELECT_APPLICATION) == (b"", 0x6A82)
            assert one.atr != other.atr
        second.remove()
        wait_for_card(READER_NAMES[1], present=False)
        assert pcsc.readers_with_card() == READER_NAMES[:1]
