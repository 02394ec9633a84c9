"""SecurityInfos: the protocols that a chip offers, from EF.CardAccess and DG14 [ICAO 9303-11 §9.2]."""

from dataclasses import dataclass

from kiosk.reader.emrtd import tlv

# What seven or more public readers found on the citizen card; used where the card does not let EF.CardAccess be read.
CITIZEN_CARD_ACCESS = bytes.fromhex(
    "3134300d060804007f0007020202020101300f060a04007f000702020302020201013012060a04007f0007020204020202010202010d"
)

_SEQUENCE, _SET, _INTEGER, _OID = 0x30, 0x31, 0x02, 0x06
_BSI = "0.4.0.127.0.7.2.2."
PACE = _BSI + "4."
CHIP_AUTHENTICATION = _BSI + "3."
CHIP_KEY = _BSI + "1."


@dataclass(frozen=True, slots=True)
class SecurityInfo:
    """One entry: the protocol's object identifier and its one or two values as they came (whole data objects)."""

    protocol: str
    required: tlv.Tlv
    optional: tlv.Tlv | None = None


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """PACEInfo [ICAO 9303-11 §9.2.1]; `parameter_id` None stands for parameters of the chip's own."""

    protocol: str
    version: int
    parameter_id: int | None


def read_security_infos(data: bytes) -> tuple[SecurityInfo, ...]:
    """All entries of a SecurityInfos SET.

    Raises:
        MalformedError: no SET of SEQUENCEs with an object identifier and one or two values.
    """
    return tuple(_read_info(item) for item in tlv.read_all(tlv.read_one(data, _SET)))


def _read_info(item: tlv.Tlv) -> SecurityInfo:
    parts = tlv.read_all(item.value)
    if item.tag != _SEQUENCE or not 2 <= len(parts) <= 3 or parts[0].tag != _OID:
        raise tlv.MalformedError("security info")
    return SecurityInfo(tlv.decode_oid(parts[0].value), parts[1], parts[2] if len(parts) == 3 else None)


def pace_infos(infos: tuple[SecurityInfo, ...]) -> tuple[PaceInfo, ...]:
    """The entries that offer PACE, in the card's order; its domain parameter entries are none.

    Raises:
        MalformedError: a version or parameter number that is none.
    """
    return tuple(
        PaceInfo(info.protocol, tlv.decode_integer(info.required.value), _parameter_id(info))
        for info in infos
        if info.protocol.startswith(PACE) and info.required.tag == _INTEGER
    )


def _parameter_id(info: SecurityInfo) -> int | None:
    if info.optional is None or info.optional.tag != _INTEGER:
        return None
    return tlv.decode_integer(info.optional.value)
