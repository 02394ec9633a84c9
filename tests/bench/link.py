"""The contactless link as a model: what each APDU would have cost on air."""

import time
from dataclasses import dataclass, field

from kiosk.reader.connection import CardConnection


@dataclass(slots=True)
class ModelledLink:
    """Delays each APDU by `per_apdu_s` and the time that its bytes take at `bits_per_s`.

    Real citizen cards answer in about 8 ms at 106 kbit/s [ISO 14443-4]; the delay is slept, so that everything that
    runs beside the card counts as it would. What a sleep takes too long, which is the machine's and not the link's, is
    taken off the next one. The simulated card's own time is not: it comes on top, as in other readers' figures.
    """

    connection: CardConnection
    per_apdu_s: float = 0.008
    bits_per_s: float = 106_000
    _overslept_s: float = field(default=0.0, init=False)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """The real answer, later."""
        data, sw = self.connection.transmit(command)
        on_air_s = self.per_apdu_s + (len(command) + len(data) + 2) * 8 / self.bits_per_s
        began_s = time.perf_counter()
        wanted_s = max(0.0, on_air_s - self._overslept_s)
        time.sleep(wanted_s)
        self._overslept_s += time.perf_counter() - began_s - on_air_s
        return data, sw
