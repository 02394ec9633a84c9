import pytest

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader.connection import Meter, ResettableConnection, reset


class Card:
    def __init__(self) -> None:
        self.resets = 0

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        if command == b"lost":
            raise RetriableError(FailureCode.CARD_REMOVED)
        return command * 2, 0x9000


class ResettableCard(Card):
    def reset(self) -> None:
        self.resets += 1


def test_meter_counts_apdus_and_bytes_with_status_words() -> None:
    meter = Meter(Card())
    assert meter.transmit(b"12345") == (b"1234512345", 0x9000)
    meter.transmit(b"1")
    assert (meter.apdus, meter.bytes_up, meter.bytes_down) == (2, 6, 16)


def test_meter_counts_a_command_that_broke_as_sent_and_lets_the_error_through() -> None:
    meter = Meter(Card())
    with pytest.raises(RetriableError):
        meter.transmit(b"lost")
    assert (meter.apdus, meter.bytes_up, meter.bytes_down) == (1, 4, 0)


def test_reset_reaches_a_resettable_card_through_the_meter() -> None:
    card = ResettableCard()
    reset(Meter(card))
    assert card.resets == 1


def test_reset_of_a_connection_that_has_none_does_nothing() -> None:
    card = Card()
    assert not isinstance(card, ResettableConnection)
    reset(Meter(card))
    assert card.resets == 0
