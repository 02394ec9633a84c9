"""Whole readings through the real service, in which service, reader or card goes wrong."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from smartcard import scard

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader import pcsc
from kiosk.reader.document import ChipDocument, Outcome
from kiosk.reader.emrtd.access import CardKeys
from kiosk.reader.emrtd.inspection import inspect
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator.card import Card, VirtualCard
from kiosk.simulator.pcscd import PcscDaemon
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.slot import FaultyCard, FlippedAt, RemovedAt, SlowAt, StatusAt
from kiosk.simulator.vpcd import VpcdSlot
from tests.patience import WITHIN_S
from tests.reader.pcsc.virtual_reader import READER, eventually, failure_of, own

pytestmark = pytest.mark.pcsc

IN_THE_PHOTO = 40


class Unwatched:
    def phase(self, phase: object) -> None: ...
    def identity(self, document: object) -> None: ...


Lay = Callable[[Card], None]
Read = Callable[..., ChipDocument]


@pytest.fixture
def lay(slot: VpcdSlot) -> Lay:
    def lay_and_wait(card: Card) -> None:
        slot.insert(card)
        eventually(lies_there)

    return lay_and_wait


@pytest.fixture
def read(reference_person: Person, pki: Pki, tmp_path: Path) -> Read:
    pki.write_csca(tmp_path)
    anchors = TrustAnchors.load(tmp_path)

    def read_once(clock: Callable[[], float] = time.monotonic) -> ChipDocument:
        keys = CardKeys(personal_number=reference_person.number)
        with pcsc.connect(READER) as connection:
            return inspect(connection, keys, anchors, Unwatched(), deadline_s=WITHIN_S, clock=clock)

    return read_once


def lies_there() -> bool:
    return READER in pcsc.readers_with_card()


def test_service_killed_in_the_photo_is_reader_lost_and_the_next_reading_is_whole(
    pcscd: PcscDaemon, slot: VpcdSlot, lay: Lay, read: Read, card: VirtualCard
) -> None:
    own(pcscd)
    lay(FaultyCard(card, SlowAt(IN_THE_PHOTO, pcscd.kill)))
    assert failure_of(read) is FailureCode.READER_LOST
    assert failure_of(read) is FailureCode.PCSC_MISSING
    assert slot.wait(WITHIN_S)
    pcscd.start()
    lay(card)
    assert read().evidence.passive.outcome is Outcome.PASSED


def test_card_pulled_in_the_photo_is_card_removed_and_the_next_reading_is_whole(
    slot: VpcdSlot, lay: Lay, read: Read, card: VirtualCard
) -> None:
    lay(FaultyCard(card, RemovedAt(IN_THE_PHOTO)))
    assert failure_of(read) is FailureCode.CARD_REMOVED
    lay(card)
    assert read().evidence.active.outcome is Outcome.PASSED


@pytest.mark.parametrize("fault", [StatusAt(IN_THE_PHOTO, 0x6F00), FlippedAt(10), StatusAt(3, 0x6F00)])
def test_weak_field_is_mended_within_one_reading(
    lay: Lay, read: Read, card: VirtualCard, fault: StatusAt | FlippedAt
) -> None:
    faulty = FaultyCard(card, fault)
    lay(faulty)
    document = read()
    assert document.evidence.passive.outcome is Outcome.PASSED
    assert document.face is not None


def test_card_that_falls_silent_is_card_timeout_at_once_and_the_reader_recovers(
    lay: Lay, read: Read, card: VirtualCard
) -> None:
    released = threading.Event()
    silent = FaultyCard(card, SlowAt(3, lambda: _wait(released)))
    lay(silent)

    def all_but_over_when_it_falls_silent() -> float:
        return WITHIN_S - 1.0 if silent.commands == 2 else 0.0

    try:
        assert failure_of(lambda: read(clock=all_but_over_when_it_falls_silent)) is FailureCode.CARD_TIMEOUT
        assert failure_of(read) is FailureCode.READER_BUSY
    finally:
        released.set()
    eventually(lambda: is_read(read))


def test_reader_unplugged_in_the_photo_is_reader_lost(
    lay: Lay, read: Read, card: VirtualCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """vpcd's readers stay for ever, so here the service's word for a reader that went is put in its mouth."""
    sent, real = [0], scard.SCardTransmit

    def unplugged(*given: object) -> object:
        sent[0] += 1
        return (scard.SCARD_E_READER_UNAVAILABLE, []) if sent[0] >= IN_THE_PHOTO else real(*given)

    lay(card)
    with monkeypatch.context() as broken:
        broken.setattr(scard, "SCardTransmit", unplugged)
        assert failure_of(read) is FailureCode.READER_LOST
    assert sent[0] == IN_THE_PHOTO
    assert read().evidence.passive.outcome is Outcome.PASSED


def test_exchange_that_fails_once_is_mended_by_a_reset(
    lay: Lay, read: Read, card: VirtualCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, real = [0], scard.SCardTransmit

    def weak(*given: object) -> object:
        sent[0] += 1
        return (scard.SCARD_E_NOT_TRANSACTED, []) if sent[0] == IN_THE_PHOTO else real(*given)

    lay(card)
    monkeypatch.setattr(scard, "SCardTransmit", weak)
    assert read().evidence.passive.outcome is Outcome.PASSED


def _wait(released: threading.Event) -> None:
    assert released.wait(WITHIN_S)


def is_read(read: Read) -> bool:
    try:
        return read().evidence.passive.outcome is Outcome.PASSED
    except RetriableError:
        return False
