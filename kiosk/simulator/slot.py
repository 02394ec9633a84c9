"""A card reader in memory: a slot in which one card lies or none, and cards that misbehave."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from kiosk.failure import FailureCode, RetriableError
from kiosk.simulator.card import Answer, Card

Listener = Callable[[Card | None], None]


class CardSlot:
    """Thread-safe. Listeners are called, in the thread that changes the slot, with the card that lies in it or None."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._card: Card | None = None
        self._insertions = 0
        self._listeners: list[Listener] = []

    @property
    def card(self) -> Card | None:
        """What lies in the slot."""
        return self._card

    def insert(self, card: Card) -> None:
        """Lays `card`; one that lay there is swapped for it."""
        self._put(card)

    def remove(self) -> None:
        """Takes the card away; nothing happens in an empty slot."""
        if self._card is not None:
            self._put(None)

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` at every insertion and removal; returns what ends that."""
        with self._lock:
            self._listeners.append(listener)

        def forget() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return forget

    def connect(self) -> "SlotConnection":
        """Powers the card anew and talks to it.

        Raises:
            RetriableError: CARD_MISSING, the slot is empty.
        """
        with self._lock:
            if self._card is None:
                raise RetriableError(FailureCode.CARD_MISSING, "virtual slot")
            self._card.reset()
            return SlotConnection(self, self._card, self._insertions)

    def exchange(self, card: Card, insertion: int, command: bytes) -> Answer:
        """One command to the card that was laid as the `insertion`th.

        Raises:
            RetriableError: CARD_REMOVED, it does not lie there any more.
        """
        with self._lock:
            if self._card is not card or self._insertions != insertion:
                raise RetriableError(FailureCode.CARD_REMOVED, "virtual slot")
            return card.transmit(command)

    def reset(self, card: Card, insertion: int) -> None:
        """Powers the card off and on if it still lies there as the `insertion`th."""
        with self._lock:
            if self._card is card and self._insertions == insertion:
                card.reset()

    def _put(self, card: Card | None) -> None:
        with self._lock:
            self._card = card
            self._insertions += 1
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(card)


class SlotConnection:
    """A connection to the card that lay in the slot when it was made; it does not survive a swap."""

    def __init__(self, slot: CardSlot, card: Card, insertion: int) -> None:
        self._slot = slot
        self._card = card
        self._insertion = insertion

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._card.atr

    @property
    def kind(self) -> str:
        """Reader and answer to reset."""
        return f"virtual slot {self.atr.hex()}"

    def transmit(self, command: bytes) -> Answer:
        """One command APDU.

        Raises:
            RetriableError: CARD_REMOVED, the card was taken away or swapped.
        """
        return self._slot.exchange(self._card, self._insertion, command)

    def reset(self) -> None:
        """Powers the card off and on."""
        self._slot.reset(self._card, self._insertion)

    def close(self) -> None:
        """Leaves the card without a session; one that was taken away is left alone."""
        self._slot.reset(self._card, self._insertion)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class RemovedAt:
    """The card is pulled when command `number` (from 1) is sent; it works again once it is reset."""

    number: int


@dataclass(frozen=True, slots=True)
class StatusAt:
    """Command `number` (from 1) is answered by this naked status word, which ends the chip's session."""

    number: int
    sw: int


@dataclass(frozen=True, slots=True)
class EmptyAt:
    """Command `number` (from 1) is answered 9000 and nothing else, as in a weak field."""

    number: int


@dataclass(frozen=True, slots=True)
class TruncatedAt:
    """Of the data that answers command `number` (from 1), only the first half arrives."""

    number: int


@dataclass(frozen=True, slots=True)
class FlippedAt:
    """The last bit of the data that answers command `number` (from 1) arrives changed: a wrong checksum or code."""

    number: int


@dataclass(frozen=True, slots=True)
class BrokenAt:
    """The exchange of command `number` (from 1) fails and the card lies there still, without power."""

    number: int


@dataclass(frozen=True, slots=True)
class UnpluggedAt:
    """The reader is gone from command `number` (from 1) on, for good."""

    number: int


@dataclass(frozen=True, slots=True)
class SlowAt:
    """Command `number` (from 1) is answered after `wait` has returned."""

    number: int
    wait: Callable[[], None]


@dataclass(frozen=True, slots=True)
class SwappedAt:
    """Command `number` (from 1) fails as in `BrokenAt`; from the next reset on `other` lies there."""

    number: int
    other: Card


Fault = RemovedAt | StatusAt | EmptyAt | TruncatedAt | FlippedAt | BrokenAt | UnpluggedAt | SlowAt | SwappedAt


class FaultyCard:
    """A card with one fault, which happens once; commands are counted over the card's whole life, not from a reset."""

    def __init__(self, card: Card, fault: Fault) -> None:
        self._card = card
        self._fault = fault
        self._pulled = False
        self._unplugged = False
        self.commands = 0

    @property
    def atr(self) -> bytes:
        """The answer to reset of the card inside."""
        return self._card.atr

    def reset(self) -> None:
        """Power off and on.

        Raises:
            RetriableError: READER_LOST, the reader is gone.
        """
        self._require_reader()
        if isinstance(self._fault, SwappedAt) and self.commands >= self._fault.number:
            self._card = self._fault.other
        self._pulled = False
        self._card.reset()

    def transmit(self, command: bytes) -> Answer:
        """One command APDU.

        Raises:
            RetriableError: CARD_REMOVED from the fault on, until the next reset; CARD_UNREADABLE at a failed
                exchange; READER_LOST from the fault on.
        """
        self.commands += 1
        happens = self.commands == self._fault.number
        match self._fault:
            case RemovedAt():
                self._pulled = self._pulled or happens
                if self._pulled:
                    raise RetriableError(FailureCode.CARD_REMOVED, "virtual card")
            case UnpluggedAt():
                self._unplugged = self._unplugged or happens
                self._require_reader()
            case BrokenAt() | SwappedAt() if happens:
                self._card.reset()
                raise RetriableError(FailureCode.CARD_UNREADABLE, "virtual card")
            case StatusAt(sw=sw) if happens:
                self._card.transmit(b"")  # no command at all: the chip gives its session up
                return b"", sw
            case EmptyAt() if happens:
                self._card.transmit(b"")
                return b"", 0x9000
            case TruncatedAt() if happens:
                data, sw = self._card.transmit(command)
                return data[: len(data) // 2], sw
            case FlippedAt() if happens:
                data, sw = self._card.transmit(command)
                return data[:-1] + bytes(octet ^ 1 for octet in data[-1:]), sw
            case SlowAt(wait=wait) if happens:
                wait()
            case _:
                pass
        return self._card.transmit(command)

    def _require_reader(self) -> None:
        if self._unplugged:
            raise RetriableError(FailureCode.READER_LOST, "virtual reader")
