"""A crowd of invented people for drills: as many as wanted, each computed from the place in the crowd, none stored.

Nobody in it exists: province codes 900 to 999 belong to no province, cards are issued by province 99, and names are
put together from syllables. A number that is asked for is computed back to its place, so a crowd of 100,000 takes no
memory and no time to make.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from kiosk.simulator.people import Insurance, Person

LARGEST_CROWD = 1_000_000
"""As many as six digits of a personal number tell apart."""

# fmt: off
SHARES = {
    "003": 60, "004": 40, "010": 70, "050": 40, "060": 20, "061": 14, "070": 22, "110": 4,
    "120": 12, "121": 4, "122": 4, "123": 3, "124": 6, "130": 10, "001": 4, "002": 4,
    "051": 3, "052": 1, "053": 1, "080": 1, "090": 2, "100": 2, "101": 1, "500": 2,
}
# fmt: on
"""How many of ten thousand lookups end in a code that is not 000: 330, as one hospital counted in a year."""

_OF = 10_000
_RANK_STEP, _SERIAL_STEP, _VSS_STEP = 7_919, 611_953, 30_402_457
_VSS_FIRST, _VSS_COUNT = 10_000_000, 90_000_000
_SERIAL_BACK = pow(_SERIAL_STEP, -1, LARGEST_CROWD)
_VSS_BACK = pow(_VSS_STEP, -1, _VSS_COUNT)

_ONSETS = (
    *("b", "c", "ch", "d", "đ", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph"),
    *("r", "s", "t", "th", "tr", "v", "x"),
)
_RIMES = (
    *("a", "ả", "ăm", "ẵng", "ân", "ấp", "âu", "ay", "eo", "ẹt", "ê", "ếch", "iên", "iểu"),
    *("inh", "oan", "oảnh", "oắt", "oe", "ong", "ồng", "ơi", "ỡm", "um", "ụt", "uân", "uất", "uê"),
    *("uôi", "uống", "uy", "uyên", "uyễn", "uyết", "ư", "ửng", "ươi", "ường", "ượu", "ứt"),
)
_PREFIXES = (("DN", "4"), ("GD", "4"), ("HX", "4"), ("HT", "3"), ("CN", "3"), ("HN", "2"), ("BT", "2"), ("CC", "1"))
_AREAS = ("",) * 92 + ("K1",) * 4 + ("K2",) * 3 + ("K3",)
_ISSUER = "BHXH tỉnh Mẫu"


@dataclass(frozen=True, slots=True)
class Crowd:
    """`size` invented people, the same for the same `seed`; their dates are counted from `today`.

    Among any 10,000 in a row the shares of result codes are those of `SHARES` exactly.
    """

    size: int
    today: date
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST_CROWD:
            raise ValueError(f"a crowd has 0 to {LARGEST_CROWD} people")

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Person]:
        return map(self.person, range(self.size))

    def sample(self, count: int, seed: int = 0) -> Iterator[Person]:
        """`count` different people from anywhere in the crowd, at most all of them."""
        return map(self.person, Random(seed).sample(range(self.size), min(count, self.size)))

    def code(self, at: int) -> str:
        """The result code of a lookup with this person's own data."""
        rank = (at * _RANK_STEP + self.seed) % _OF
        for code, share in SHARES.items():
            rank -= share
            if rank < 0:
                return code
        return "000"

    def person(self, at: int) -> Person:
        """Who stands at this place.

        Raises:
            IndexError: nobody does.
        """
        if not 0 <= at < self.size:
            raise IndexError("nobody stands there")
        chance = Random(f"{self.seed}:{at}")
        code = self.code(at)
        born = self._born(chance, code)
        is_female = chance.random() < 0.52
        century_and_sex = 2 * (born.year >= 2000) + is_female
        serial = (at * _SERIAL_STEP + self.seed) % LARGEST_CROWD
        name = _name(chance, is_female=is_female)
        return Person(
            number=f"{chance.randrange(900, 1000)}{century_and_sex}{born.year % 100:02}{serial:06}",
            full_name=name,
            date_of_birth=born,
            sex="female" if is_female else "male",
            residence=f"Tổ {chance.randrange(1, 40)}, Phường {_syllable(chance).title()}, Thành phố Mẫu",
            special=f"crowd {at}: {code}",
            special_vi=f"người thứ {at}: {code}",
            date_of_issue=max(date(2021, 3, 1), born),
            date_of_expiry=None,
            insurance=self._insurance(chance, at, code, name, born),
        )

    def find(self, number: str) -> Person | None:
        """The person with this personal number (12), VSS number (10) or card number (15), the following card's too."""
        if not number.isascii():
            return None
        match len(number):
            case 12 if number.isdecimal():
                at = (int(number[-6:]) - self.seed) * _SERIAL_BACK % LARGEST_CROWD
            case 10 | 15 if number[-10:].isdecimal() and number[-10:-8] == "99":
                at = (int(number[-8:]) - _VSS_FIRST - self.seed) * _VSS_BACK % _VSS_COUNT
            case _:
                return None
        if at >= self.size:
            return None
        person = self.person(at)
        return person if number in numbers_of(person) else None

    def _born(self, chance: Random, code: str) -> date:
        if code == "130":
            return self.today - timedelta(days=chance.randrange(1, 2 * 365))
        oldest = 6 * 365 if chance.random() < 0.11 else 96 * 365
        return self.today - timedelta(days=chance.randrange(1, oldest))

    def _insurance(self, chance: Random, at: int, code: str, name: str, born: date) -> Insurance:
        if code in {"050", "051", "052", "053", "130"}:
            return Insurance(code)
        vss_number = f"99{(at * _VSS_STEP + self.seed) % _VSS_COUNT + _VSS_FIRST}"
        prefix, benefit = chance.choice(_PREFIXES)
        if (self.today - born).days < 6 * 365:
            prefix, benefit = "TE", "1"
        elif code in {"001", "002"}:
            prefix, benefit = ("QN" if code == "001" else "CA"), "5"
        valid_from, valid_to = self._validity(chance, code)
        five_years = self.today + timedelta(days=chance.randrange(-4000, 1800)) if chance.random() < 0.8 else None
        card = Insurance(
            code,
            card_number=f"{prefix}{benefit}99{vss_number}",
            facility=_facility(chance),
            issuer=_ISSUER,
            valid_from=valid_from,
            valid_to=valid_to,
            area=chance.choice(_AREAS),
            five_year_date=five_years,
            registered_birth=_partial(chance, born, self.today),
        )
        match code:
            case "060" | "061":
                return replace(card, registered_name=_misspelt(chance, name, same_initials=code == "061"))
            case "070":
                return replace(card, registered_birth=f"{born + timedelta(days=chance.randrange(1, 28)):%d/%m/%Y}")
            case "003" | "004":
                # After some expired cards there is a gap: the new one is not in force yet.
                has_gap = code == "003" and chance.random() < 0.1
                next_from = self.today + timedelta(days=2) if has_gap else valid_to + timedelta(days=1)
                return replace(
                    card,
                    next_number=f"HC499{vss_number}",
                    next_valid_from=next_from,
                    next_valid_to=next_from + timedelta(days=364),
                    next_facility=_facility(chance),
                    next_facility_name=f"Trạm y tế Phường {_syllable(chance).title()}",
                )
            case _:
                return card

    def _validity(self, chance: Random, code: str) -> tuple[date, date]:
        today, year = self.today, timedelta(days=364)
        match code:
            case "003":
                ends = today - timedelta(days=chance.choice((1, 1, 2, 10, 40)))
            case "004":
                ends = today + timedelta(days=chance.choice((0, 1, 5, 30, 60)))
            case "010":
                ends = today - timedelta(days=chance.choice((1, 2, 30, 400)))
            case _ if chance.random() < 0.02:  # the first and the last day of a card, and the days beside them
                ends = today + chance.choice((timedelta(0), timedelta(days=-1), timedelta(days=1), year, year * 2))
            case _:
                return date(today.year, 1, 1), date(today.year, 12, 31)
        return ends - year, ends


def numbers_of(person: Person) -> tuple[str, ...]:
    """Every number that this person can be asked for with: personal, card, VSS, the following card's."""
    insurance = person.insurance
    if insurance is None or not insurance.card_number:
        return (person.number,)
    following = (insurance.next_number,) if insurance.next_number else ()
    return person.number, insurance.card_number, insurance.card_number[-10:], *following


def _facility(chance: Random) -> str:
    return f"99{chance.randrange(1, 41):03}"


def _syllable(chance: Random) -> str:
    return chance.choice(_ONSETS) + chance.choice(_RIMES)


def _name(chance: Random, *, is_female: bool) -> str:
    """Three words, sometimes two or six: what a slip and a screen must have room for."""
    words = chance.choices((2, 3, 4, 6), (5, 75, 18, 2))[0]
    given = [_syllable(chance) for _ in range(words - 1)]
    if words > 2 and chance.random() < 0.5:
        given[0] = "thị" if is_female else "văn"
    return " ".join([_syllable(chance), *given]).title()


def _misspelt(chance: Random, name: str, *, same_initials: bool) -> str:
    words = name.split()
    last = words[-1]
    if same_initials:
        other = next(rime for rime in _shuffled(chance, _RIMES) if not last.lower().endswith(rime))
        return " ".join([*words[:-1], last[0] + other])
    other = next(onset for onset in _shuffled(chance, _ONSETS) if onset[0] != last[0].lower() and onset not in "dđ")
    return " ".join([*words[:-1], (other + "ân").title()])


def _shuffled(chance: Random, choices: Sequence[str]) -> list[str]:
    return chance.sample(choices, len(choices))


def _partial(chance: Random, born: date, today: date) -> str:
    """What the register has of a birth date: of some old people only the year, of a few the month and year."""
    if (today - born).days < 60 * 365 or chance.random() > 0.12:
        return ""
    return f"{born:%Y}" if chance.random() < 0.75 else f"{born:%m/%Y}"
