"""The edge to a chip: one method."""

from typing import Protocol


class CardConnection(Protocol):
    """A powered card in a reader. Stand-ins and PC/SC implement it alike."""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Sends one command APDU [ISO 7816-4]; returns the answer's data and its status word (two bytes as int).

        Raises:
            RetriableError: CARD_REMOVED or READER_LOST; the session with the card is over.
        """
        ...
