"""The contactless link as a model: what each APDU would have cost on air."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.reader.connection import CardConnection


@dataclass(slots=True)
class ModelledLink:
    """Delays each APDU by `per_apdu_s` and the time that its bytes take at `bits_per_s`.

    Real citizen cards answer in about 8 ms at 106 kbit/s [ISO 14443-4]; the delay is slept, so that everything that
    runs beside the card counts as it would.
    """

    connection: CardConnection
    per_apdu_s: float = 0.008
    bits_per_s: float = 106_000
    sleep: Callable[[float], None] = time.sleep

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """The real answer, later."""
        data, sw = self.connection.transmit(command)
        self.sleep(self.per_apdu_s + (len(command) + len(data) + 2) * 8 / self.bits_per_s)
        return data, sw
