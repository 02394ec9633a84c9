"""Keeps `None` alive under Python 3.11.

Measured with PySide6 6.12.0, whose wheel serves Python 3.10 to 3.15: every call of Qt that gives nothing back takes
one reference of `None` away. Since Python 3.12 nobody counts those [PEP 683]; before, the count runs out after some
thousand calls and the interpreter aborts with "none_dealloc". A count that no kiosk can use up is the cure.
"""

import ctypes
import sys

_PLENTY = 1 << 60


def keep_none_alive() -> None:
    """Gives `None` as many references as it has had since Python 3.12; does nothing there."""
    if sys.version_info >= (3, 12):
        return
    count = ctypes.c_ssize_t.from_address(id(None))
    # Only where the count is really what stands at this address: not in a build that traces references.
    if 0 < count.value <= sys.getrefcount(None) + 8 < _PLENTY:
        count.value = _PLENTY
