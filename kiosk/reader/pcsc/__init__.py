"""PC/SC: cards in readers, and what comes and goes. Nothing else knows the system's smart-card service.

`results` says what the service's result codes mean, `service` is a client's link to it, `connection` a powered card,
`monitor` the watch over readers and cards.
"""

from kiosk.reader.pcsc.connection import PcscConnection, connect
from kiosk.reader.pcsc.monitor import (
    CardAbsent,
    CardMonitor,
    CardPresent,
    MonitorEvent,
    ReaderArrived,
    ReaderGone,
    ServiceGone,
)
from kiosk.reader.pcsc.service import list_readers, readers_with_card

__all__ = [
    "CardAbsent",
    "CardMonitor",
    "CardPresent",
    "MonitorEvent",
    "PcscConnection",
    "ReaderArrived",
    "ReaderGone",
    "ServiceGone",
    "connect",
    "list_readers",
    "readers_with_card",
]
