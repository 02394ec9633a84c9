"""Scanner guns: keys or bytes that come too fast for a hand -> whole codes. No Qt, no clock of its own.

A gun in keyboard mode types (`wedge`), one in serial mode sends bytes (`serial`); neither is bound to close a code
with Enter. `sieve` judges what came as one burst, `mend` says what of it is certain. Both collectors are fed as things
arrive, with the time, and asked (`quiet`) when `deadline_s` has come.
"""

from kiosk.reader.gun.heard import UNKNOWN, Damage, Discarded, Fault, Heard, Keys, Scan, Way
from kiosk.reader.gun.serial import SerialCollector
from kiosk.reader.gun.sieve import SCAN_INTERVAL_S, STALE_S, STALL_S
from kiosk.reader.gun.wedge import KEY_GAP_S, WedgeCollector

__all__ = [
    "KEY_GAP_S",
    "SCAN_INTERVAL_S",
    "STALE_S",
    "STALL_S",
    "UNKNOWN",
    "Damage",
    "Discarded",
    "Fault",
    "Heard",
    "Keys",
    "Scan",
    "SerialCollector",
    "Way",
    "WedgeCollector",
]
