"""The contactless link as a model: what each APDU would have cost on air."""

import time
from dataclasses import dataclass, field

from kiosk.reader.connection import CardConnection


@dataclass(slots=True)
class ModelledLink:
    """Makes each APDU take `per_apdu_s` and the time that its bytes take at `bits_per_s`.

    With a citizen card in a real reader an APDU takes about 8 ms beside its bytes at 106 kbit/s [ISO 14443-4]. What
    vpcd and the simulated card take stands in for that and is part of it; the rest is slept, so that everything that
    runs beside the card counts as it would. What a sleep takes too long is the machine's, not the link's: it is taken
    off the next one.
    """

    connection: CardConnection
    per_apdu_s: float = 0.008
    bits_per_s: float = 106_000
    _late_s: float = field(default=0.0, init=False)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """The real answer, later."""
        began_s = time.perf_counter()
        data, sw = self.connection.transmit(command)
        on_air_s = self.per_apdu_s + (len(command) + len(data) + 2) * 8 / self.bits_per_s
        time.sleep(max(0.0, on_air_s - self._late_s - (time.perf_counter() - began_s)))
        self._late_s += time.perf_counter() - began_s - on_air_s
        return data, sw
