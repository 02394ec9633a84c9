"""The groups of key agreement: standardised domain parameters by their number [ICAO 9303-11 §9.5.1]."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from kiosk.reader.emrtd.group import Group
from kiosk.reader.emrtd.modular import RFC_5114_1024_160, RFC_5114_2048_224, RFC_5114_2048_256

_INTEGERS: Mapping[int, Group] = MappingProxyType({0: RFC_5114_1024_160, 1: RFC_5114_2048_224, 2: RFC_5114_2048_256})

# Strongest first; between equals the Brainpool curve, which travel documents use most. No curve lies below 80 bits.
PREFERENCE = (17, 18, 16, 15, 14, 13, 12, 11, 10, 2, 1, 9, 8, 0)


@cache
def standard_group(parameter_id: int) -> Group | None:
    """The group with this standardised number; None where it is reserved or not supported."""
    if parameter_id in _INTEGERS:
        return _INTEGERS[parameter_id]
    if parameter_id not in PREFERENCE:
        return None
    from kiosk.reader.emrtd.curves import standard_curve

    return standard_curve(parameter_id)
