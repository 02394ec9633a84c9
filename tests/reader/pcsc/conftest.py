"""A slot of the real service, a card for it, and a monitor that has seen both readers."""

from collections.abc import Iterator

import pytest

from kiosk.reader import pcsc
from kiosk.reader.pcsc import CardMonitor, ReaderArrived
from kiosk.simulator.card import VirtualCard
from kiosk.simulator.pcscd import PcscDaemon
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.vpcd import VpcdSlot
from tests.reader.pcsc.virtual_reader import OTHER_READER, READER, Events, eventually


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
