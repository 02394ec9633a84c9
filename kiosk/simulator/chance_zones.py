"""Machine-readable zones of people whom chance invents, the same for the same seed, for drawn documents in numbers."""

from datetime import date, timedelta
from random import Random
from string import ascii_uppercase, digits

from kiosk.simulator.chip.mrz import mrz_of
from kiosk.simulator.chip.travel_mrz import travel_mrz
from kiosk.simulator.people import Person
from kiosk.simulator.travellers import Format, Traveller

CITIZEN = "citizen card"
KINDS = (CITIZEN, *Format)
"""A Vietnamese citizen card's zone, and foreign ones of each form."""

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Đặng", "Bùi", "Võ", "Đỗ", "Lý", "Hoàng", "Dương")
_MIDDLES = ("Thị", "Văn", "Hữu", "Ngọc", "Đức", "Xuân", "Thúy", "Quốc", "Minh", "Kim")
_GIVENS = ("Mẫu", "Thử", "Quỳnh", "Ánh", "Khuê", "Linh", "Phượng", "Khoa", "Bình", "Giang", "Yến", "Sơn")


def chance_zone(seed: int, kind: str = CITIZEN) -> str:
    """A valid zone, its lines joined. Foreign names and numbers are any letters and digits: the hardest to read."""
    chance = Random(f"{kind} {seed}")
    return _citizen(chance) if kind == CITIZEN else _foreign(chance, Format(kind))


def _citizen(chance: Random) -> str:
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(29_000))
    female = chance.randrange(2)
    century = 2 * (born.year // 100 - 19) + female
    number = f"9{chance.randrange(100):02}{century}{born:%y}{chance.randrange(1_000_000):06}"
    expires = None if born.year < 1965 else date(2027, 1, 1) + timedelta(days=chance.randrange(9_000))
    person = Person(
        number=number,
        full_name=" ".join(chance.choice(words) for words in (_FAMILIES, _MIDDLES, _GIVENS)),
        date_of_birth=born,
        sex="female" if female else "male",
        residence="",
        special="",
        special_vi="",
        date_of_issue=date(2022, 1, 1),
        date_of_expiry=expires,
    )
    return mrz_of(person).text


def _foreign(chance: Random, form: Format) -> str:
    room = {Format.TD1: 15, Format.TD2: 7, Format.TD3: 14}[form]
    optional = _any(chance, chance.randint(1, room)) if chance.randrange(2) else ""
    traveller = Traveller(
        number=_any(chance, chance.randint(7, 9)),
        state="UTO",
        nationality="UTO",
        format=form,
        surname=_letters(chance, 3, 10),
        given_names=" ".join(_letters(chance, 2, 7) for _ in range(chance.randint(1, 2))),
        date_of_birth=date(1940, 1, 1) + timedelta(days=chance.randrange(29_000)),
        sex=chance.choice(("male", "female", "unspecified")),
        special="",
        special_vi="",
        date_of_issue=date(2022, 1, 1),
        date_of_expiry=date(2027, 1, 1) + timedelta(days=chance.randrange(3_000)),
        optional_data=optional,
    )
    return travel_mrz(traveller).text


def _letters(chance: Random, least: int, most: int) -> str:
    return "".join(chance.choice(ascii_uppercase) for _ in range(chance.randint(least, most)))


def _any(chance: Random, count: int) -> str:
    # More digits than letters, as states number their documents.
    return "".join(chance.choice(ascii_uppercase + digits * 3) for _ in range(count))
