"""The machine-readable zones of foreign documents: TD1, TD2 and TD3 [ICAO 9303-4, -5, -6]."""

import unicodedata

from kiosk.simulator.chip.mrz import MrzLines, check_digit
from kiosk.simulator.travellers import Format, Traveller

_NUMBER_SPACE = 9
_OPTIONAL_SPACE = {Format.TD1: 15, Format.TD2: 7, Format.TD3: 14}
_LINE = {Format.TD1: 30, Format.TD2: 36, Format.TD3: 44}
_LETTERS = str.maketrans(
    {"Đ": "D", "Ł": "L", "Ø": "OE", "Æ": "AE", "Þ": "TH", "ß": "SS", "Ä": "AE", "Ö": "OE", "Ü": "UE"}
)


def travel_mrz(holder: Traveller) -> MrzLines:
    """The zone; a document number longer than nine goes on in the optional data, where cards have them."""
    birth = _checked(holder.date_of_birth.strftime("%y%m%d"))
    expiry = _checked(holder.date_of_expiry.strftime("%y%m%d"))
    sex = {"male": "M", "female": "F"}.get(holder.sex, "<")
    number, optional = _number_and_optional(holder)
    width = _LINE[holder.format]
    names = f"{_latin(holder.surname)}<<{_latin(holder.given_names)}"
    match holder.format:
        case Format.TD1:
            first = f"I<{holder.state}{number}{optional}"
            middle = f"{birth}{sex}{expiry}{holder.nationality}".ljust(width - 1, "<")
            composite = check_digit(first[5:] + birth + expiry + middle[18:])
            text = first + middle + composite + names[:width].ljust(width, "<")
        case Format.TD2:
            line = f"{number}{holder.nationality}{birth}{sex}{expiry}{optional}"
            composite = check_digit(line[:10] + line[13:20] + line[21:])
            text = f"I<{holder.state}{names}"[:width].ljust(width, "<") + line + composite
        case Format.TD3:
            digit = check_digit(optional) if optional.strip("<") else "<"
            line = f"{number}{holder.nationality}{birth}{sex}{expiry}{optional}{digit}"
            composite = check_digit(line[:10] + line[13:20] + line[21:])
            text = f"P<{holder.state}{names}"[:width].ljust(width, "<") + line + composite
    key_input = f"{_checked(holder.number.ljust(_NUMBER_SPACE, '<'))}{birth}{expiry}"
    return MrzLines(text, key_input.encode("ascii"))


def _number_and_optional(holder: Traveller) -> tuple[str, str]:
    space = _OPTIONAL_SPACE[holder.format]
    rest = holder.number[_NUMBER_SPACE:]
    if not rest:
        return _checked(holder.number.ljust(_NUMBER_SPACE, "<")), holder.optional_data.ljust(space, "<")
    overflow = f"{rest}{check_digit(holder.number)}<{holder.optional_data}"
    return f"{holder.number[:_NUMBER_SPACE]}<", overflow[:space].ljust(space, "<")


def _checked(text: str) -> str:
    return text + check_digit(text)


def _latin(name: str) -> str:
    """Capital letters without marks, words parted by fillers [ICAO 9303-3 §6]."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", name).upper().translate(_LETTERS))
    bare = "".join(letter if letter.isalpha() else " " for letter in plain if not unicodedata.combining(letter))
    return "<".join("".join(letter for letter in bare if letter.isascii()).split())
