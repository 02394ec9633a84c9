"""DG13, where Vietnam keeps what its card says beyond the standard."""

import hashlib
import unicodedata
from dataclasses import replace

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.mrz import is_female
from kiosk.simulator.people import Person

_NATIONAL_DATA = "1.0.10646.1.0.8"
_MARKS = "Nốt ruồi cách 1,5 cm dưới sau mép trái"
_NO_EXPIRY = "Không thời hạn"


def dg13_of(person: Person, *, decomposed: bool = False) -> bytes:
    """The file: sixteen numbered values; `decomposed` writes the letters and their marks apart (NFD).

    Nobody has published what the card of 2024 says here. This one nests the parents once more, as one source has it,
    and adds values of numbers and forms that nobody knows.
    """

    def text(value: str) -> bytes:
        return ber.utf8(unicodedata.normalize("NFD" if decomposed else "NFC", value))

    expiry = person.date_of_expiry
    parents: tuple[bytes, ...] = (ber.sequence(text(person.father)), ber.sequence(text(person.mother)))
    further: tuple[tuple[bytes, ...], ...] = ()
    if person.card == "2024":
        parents = (ber.sequence(*parents),)
        further = ((text("Nơi đăng ký khai sinh"),), (ber.sequence(ber.integer(1), ber.octets(b"\x01\x02")),), ())
    spouse = (ber.sequence(text(person.spouse)),) if person.spouse else ()
    fields: tuple[tuple[bytes, ...], ...] = (
        (ber.printable(person.number),),
        (text(person.full_name),),
        (ber.printable(person.date_of_birth.strftime("%d/%m/%Y")),),
        (text("Nữ" if is_female(person) else "Nam"),),
        (text("Việt Nam"),),
        (text(person.ethnicity),),
        (text(person.religion),),
        (text(person.place_of_origin),),
        (text(person.residence),),
        (text(_MARKS),),
        (ber.printable(person.date_of_issue.strftime("%d/%m/%Y")),),
        (ber.printable(expiry.strftime("%d/%m/%Y")) if expiry else text(_NO_EXPIRY),),
        parents,
        spouse,
        (ber.printable(person.previous_number),),
        (ber.printable(chip_serial(person)),),
        *further,
    )
    numbered = [ber.sequence(ber.integer(n), *values) for n, values in enumerate(fields, start=1)]
    # in the order of their numbers, as cards have it, not in the order that DER gives a set
    return ber.tlv(0x6D, ber.sequence(ber.integer(1), ber.oid(_NATIONAL_DATA), ber.tlv(0x31, *numbered)))


def tampered(person: Person) -> Person:
    """The person as somebody would like to be: living elsewhere."""
    return replace(person, residence=f"{person.residence} (sửa)")


def chip_serial(person: Person) -> str:
    """Sixteen hexadecimal characters that differ from card to card."""
    return hashlib.sha256(b"chip serial" + person.number.encode()).hexdigest()[:16].upper()
