"""DG7, DG11 and DG12 of a foreign document [ICAO 9303-10 §4.7.7, §4.7.11, §4.7.12]."""

from kiosk.simulator.chip import ber
from kiosk.simulator.travellers import Traveller


def dg7(image: bytes) -> bytes:
    """One displayed signature."""
    return ber.tlv(0x67, ber.integer(1), ber.tlv(0x5F43, image))


def dg11(holder: Traveller) -> bytes:
    """The name in its own letters, the full birth date, and what else is known of the holder."""
    texts = {
        0x5F0E: f"{holder.surname}<<{holder.given_names.replace(' ', '<')}".upper(),
        0x5F10: holder.personal_number,
        0x5F2B: holder.date_of_birth.strftime("%Y%m%d"),
        0x5F11: holder.place_of_birth.replace(", ", "<"),
        0x5F42: holder.address.replace(", ", "<"),
    }
    return _listed(0x6B, {tag: text.encode() for tag, text in texts.items() if text})


def dg12(holder: Traveller) -> bytes:
    """Who issued the document and when; the time of personalization is packed, the date of issue is not."""
    return _listed(
        0x6C,
        {
            0x5F19: f"{holder.state} INVENTED OFFICE".encode("ascii"),
            0x5F26: holder.date_of_issue.strftime("%Y%m%d").encode("ascii"),
            0x5F55: bytes.fromhex(holder.date_of_issue.strftime("%Y%m%d") + "080000"),
        },
    )


def _listed(tag: int, fields: dict[int, bytes]) -> bytes:
    tags = b"".join(field.to_bytes(2, "big") for field in fields)
    return ber.tlv(tag, ber.tlv(0x5C, tags), *(ber.tlv(field, value) for field, value in fields.items()))
