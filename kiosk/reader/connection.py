"""The edge to a chip: one method, and a count of what passes through it."""

from typing import Protocol, runtime_checkable


class CardConnection(Protocol):
    """A powered card in a reader. Stand-ins and PC/SC implement it alike."""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Sends one command APDU [ISO 7816-4]; returns the answer's data and its status word (two bytes as int).

        Raises:
            RetriableError: CARD_REMOVED or READER_LOST; the session with the card is over.
        """
        ...


@runtime_checkable
class ResettableConnection(CardConnection, Protocol):
    """A connection that can also power the card anew without it being lifted."""

    def reset(self) -> None:
        """Resets the card: every session and selection on it is gone.

        Raises:
            RetriableError: CARD_REMOVED or READER_LOST.
        """
        ...


@runtime_checkable
class KnownConnection(CardConnection, Protocol):
    """A connection that knows its reader and its card's answer to reset."""

    @property
    def kind(self) -> str:
        """Both in one text: what kind of card in which reader, alike for many people."""
        ...


def kind_of(connection: CardConnection) -> str:
    """The kind of card and reader; empty where the connection does not know."""
    return connection.kind if isinstance(connection, KnownConnection) else ""


def reset(connection: CardConnection) -> None:
    """Resets the card where the connection can do that; elsewhere the next plain command ends the old session."""
    if isinstance(connection, ResettableConnection):
        connection.reset()


class Meter:
    """A connection that counts what passes: APDUs, bytes sent, bytes received (status words included)."""

    __slots__ = ("_connection", "apdus", "bytes_down", "bytes_up")

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection
        self.apdus = 0
        self.bytes_up = 0
        self.bytes_down = 0

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Passes one command on; one that breaks is counted as sent."""
        self.apdus += 1
        self.bytes_up += len(command)
        data, sw = self._connection.transmit(command)
        self.bytes_down += len(data) + 2
        return data, sw

    @property
    def kind(self) -> str:
        """That of the connection beneath."""
        return kind_of(self._connection)

    def reset(self) -> None:
        """Passes the reset on where the connection beneath can do it."""
        reset(self._connection)
