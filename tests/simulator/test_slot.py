"""The reader in memory, and cards that misbehave."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.failure import FailureCode, RetriableError
from kiosk.simulator.card import BankCard, Card, VirtualCard
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.slot import (
    BrokenAt,
    CardSlot,
    EmptyAt,
    FaultyCard,
    FlippedAt,
    RemovedAt,
    SlowAt,
    StatusAt,
    SwappedAt,
    TruncatedAt,
    UnpluggedAt,
)

if TYPE_CHECKING:
    from tests.simulator.conftest import Terminal

MakeTerminal = Callable[[Card], "Terminal"]
SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")
SELECT_CARD_ACCESS = bytes.fromhex("00A4020C02011C")
READ = bytes.fromhex("00B0000010")


@pytest.fixture
def card(reference_person: Person, pki: Pki) -> VirtualCard:
    return VirtualCard(reference_person, pki)


@pytest.fixture
def slot() -> CardSlot:
    return CardSlot()


def test_empty_slot_has_no_card_to_connect(slot: CardSlot) -> None:
    with pytest.raises(RetriableError) as failure:
        slot.connect()
    assert failure.value.code is FailureCode.CARD_MISSING


def test_connected_card_answers(slot: CardSlot, card: VirtualCard) -> None:
    slot.insert(card)
    with slot.connect() as connection:
        assert connection.transmit(SELECT_APPLICATION) == (b"", 0x9000)
        assert connection.atr == card.atr


def test_connecting_resets_what_the_last_program_left(slot: CardSlot, card: VirtualCard) -> None:
    slot.insert(card)
    slot.connect().transmit(SELECT_CARD_ACCESS)
    assert slot.connect().transmit(READ)[1] == 0x6986


def test_reset_and_close_leave_no_file_selected(slot: CardSlot, card: VirtualCard) -> None:
    slot.insert(card)
    connection = slot.connect()
    for forget in (connection.reset, connection.close):
        connection.transmit(SELECT_CARD_ACCESS)
        forget()
        assert connection.transmit(READ)[1] == 0x6986


@pytest.mark.parametrize("again", ["nothing", "another-card", "same-card"])
def test_card_taken_away_or_swapped_is_removed_for_its_connection(
    slot: CardSlot, card: VirtualCard, again: str
) -> None:
    slot.insert(card)
    connection = slot.connect()
    slot.remove()
    if again != "nothing":
        slot.insert(BankCard() if again == "another-card" else card)
    with pytest.raises(RetriableError) as failure:
        connection.transmit(SELECT_APPLICATION)
    assert failure.value.code is FailureCode.CARD_REMOVED


def test_closing_late_does_not_disturb_the_card_laid_anew(slot: CardSlot, card: VirtualCard) -> None:
    slot.insert(card)
    late = slot.connect()
    slot.insert(card)
    connection = slot.connect()
    connection.transmit(SELECT_CARD_ACCESS)
    late.close()
    late.reset()
    assert connection.transmit(READ)[1] == 0x9000


def test_listeners_hear_each_change_until_they_leave(slot: CardSlot, card: VirtualCard) -> None:
    heard: list[Card | None] = []
    leave = slot.on_change(heard.append)
    slot.remove()
    slot.insert(card)
    slot.remove()
    leave()
    leave()
    slot.insert(card)
    assert heard == [card, None]
    assert slot.card is card


def test_card_pulled_at_a_command_stays_away_until_it_is_laid_again(slot: CardSlot, card: VirtualCard) -> None:
    slot.insert(FaultyCard(card, RemovedAt(2)))
    connection = slot.connect()
    assert connection.transmit(SELECT_CARD_ACCESS)[1] == 0x9000
    for _ in range(2):
        with pytest.raises(RetriableError) as failure:
            connection.transmit(READ)
        assert failure.value.code is FailureCode.CARD_REMOVED
    assert slot.connect().transmit(SELECT_CARD_ACCESS)[1] == 0x9000


def test_status_word_at_a_command_comes_once(card: VirtualCard) -> None:
    faulty = FaultyCard(card, StatusAt(2, 0x6F00))
    assert [faulty.transmit(SELECT_CARD_ACCESS)[1] for _ in range(3)] == [0x9000, 0x6F00, 0x9000]
    assert faulty.atr == card.atr
    assert faulty.commands == 3


@pytest.mark.parametrize("fault", [StatusAt(3, 0x6F00), EmptyAt(3)])
def test_naked_answer_ends_the_session_of_the_chip(
    card: VirtualCard, terminal: MakeTerminal, reference_person: Person, fault: StatusAt | EmptyAt
) -> None:
    talk = terminal(card)
    talk.pace(reference_person.can.encode(), 2)
    talk.select_application()
    faulty = FaultyCard(card, fault)
    talk.transmit = faulty.transmit
    assert talk.command("00B09E00", le=b"\x04")[1] == 0x9000
    assert talk.command("00B09E00", le=b"\x04")[1] == 0x9000
    assert talk.command("00B09E00", le=b"\x04")[0] == b""
    assert talk.command("00B09E00", le=b"\x04") == (b"", 0x6987)


def test_truncated_answer_loses_its_second_half(card: VirtualCard, reference_person: Person, pki: Pki) -> None:
    whole = VirtualCard(replace(reference_person), pki)
    faulty = FaultyCard(card, TruncatedAt(2))
    for one in (whole, faulty):
        one.transmit(SELECT_CARD_ACCESS)
    data, sw = whole.transmit(READ)
    assert faulty.transmit(READ) == (data[:8], sw)
    assert faulty.transmit(READ) == (data, sw)


def test_flipped_answer_differs_in_its_last_bit(card: VirtualCard, reference_person: Person, pki: Pki) -> None:
    whole = VirtualCard(replace(reference_person), pki)
    faulty = FaultyCard(card, FlippedAt(2))
    for one in (whole, faulty):
        one.transmit(SELECT_CARD_ACCESS)
    data, sw = whole.transmit(READ)
    assert faulty.transmit(READ) == (data[:-1] + bytes([data[-1] ^ 1]), sw)
    assert faulty.transmit(READ) == (data, sw)


def test_broken_exchange_costs_the_card_its_power_and_nothing_more(card: VirtualCard) -> None:
    faulty = FaultyCard(card, BrokenAt(2))
    faulty.transmit(SELECT_CARD_ACCESS)
    with pytest.raises(RetriableError) as failure:
        faulty.transmit(READ)
    assert failure.value.code is FailureCode.CARD_UNREADABLE
    assert faulty.transmit(READ)[1] == 0x6986
    assert faulty.transmit(SELECT_CARD_ACCESS)[1] == 0x9000


def test_unplugged_reader_stays_away(card: VirtualCard) -> None:
    faulty = FaultyCard(card, UnpluggedAt(2))
    faulty.transmit(SELECT_CARD_ACCESS)
    for call in (lambda: faulty.transmit(READ), faulty.reset, lambda: faulty.transmit(READ)):
        with pytest.raises(RetriableError) as failure:
            call()
        assert failure.value.code is FailureCode.READER_LOST


def test_slow_answer_comes_after_the_wait(card: VirtualCard) -> None:
    waited: list[int] = []
    faulty = FaultyCard(card, SlowAt(2, lambda: waited.append(faulty.commands)))
    assert [faulty.transmit(SELECT_CARD_ACCESS)[1] for _ in range(3)] == [0x9000] * 3
    assert waited == [2]


def test_swapped_card_lies_there_from_the_next_reset_on(card: VirtualCard) -> None:
    faulty = FaultyCard(card, SwappedAt(2, BankCard()))
    faulty.reset()
    assert faulty.transmit(SELECT_CARD_ACCESS)[1] == 0x9000
    with pytest.raises(RetriableError) as failure:
        faulty.transmit(READ)
    assert failure.value.code is FailureCode.CARD_UNREADABLE
    faulty.reset()
    assert (faulty.atr, faulty.transmit(SELECT_CARD_ACCESS)[1]) == (BankCard.atr, 0x6A82)
