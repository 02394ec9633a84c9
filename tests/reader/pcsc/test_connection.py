"""A card through the real service and vpcd's virtual readers."""

import threading
import time

import pytest
from smartcard import scard

from kiosk.failure import FailureCode
from kiosk.reader import pcsc
from kiosk.reader.emrtd.session import Deadline
from kiosk.reader.pcsc import connection as pcsc_connection
from kiosk.simulator.card import PAYMENT_CARD_ATR, Answer, BankCard, VirtualCard
from kiosk.simulator.pcscd import PcscDaemon
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.slot import FaultyCard, RemovedAt
from kiosk.simulator.vpcd import VpcdSlot
from tests.patience import WITHIN_S
from tests.reader.pcsc.virtual_reader import (
    READ,
    READER,
    SELECT_APPLICATION,
    SELECT_CARD_ACCESS,
    ScriptedCard,
    can_connect,
    eventually,
    failure_of,
    own,
)

pytestmark = pytest.mark.pcsc


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


def test_reader_that_does_not_come_back_from_connecting_is_left_to_itself(
    laid: VpcdSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, real = threading.Event(), scard.SCardConnect

    def held(*given: object) -> object:
        assert released.wait(WITHIN_S)
        return real(*given)

    with monkeypatch.context() as broken:
        broken.setattr(pcsc_connection, "_CONNECTS_WITHIN_S", 0.05)
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


def test_service_killed_during_a_connection_is_reader_lost(pcscd: PcscDaemon, laid: VpcdSlot) -> None:
    own(pcscd)
    with pcsc.connect(READER) as connection:
        pcscd.kill()
        assert failure_of(lambda: connection.transmit(SELECT_APPLICATION)) is FailureCode.READER_LOST
        pcscd.start()
        assert failure_of(lambda: connection.transmit(SELECT_APPLICATION)) is FailureCode.READER_LOST
