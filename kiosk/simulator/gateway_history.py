"""Past visits of invented people, computed from the personal number and the same every time; and who checked whom."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from threading import Lock

VIETNAM = timezone(timedelta(hours=7))
_MINUTE = "%Y%m%d%H%M"
_MOST_PEOPLE, _MOST_CHECKS = 20_000, 5
_DISEASES = (
    *("Viêm họng cấp", "Tăng huyết áp vô căn", "Đái tháo đường không phụ thuộc insulin", "Viêm dạ dày", "Đau lưng"),
    *("Viêm phế quản cấp", "Sâu răng", "Thoái hóa khớp gối", "Viêm kết mạc", "Theo dõi sau phẫu thuật"),
)


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit to some facility; `ended` None is a stay that is still open."""

    facility: str
    began: datetime
    ended: datetime | None
    disease: str
    reason: str
    result: str

    def entry(self) -> dict[str, str | None]:
        """As the list `dsLichSuKCB2025` has it; times are yyyyMMddHHmm."""
        return {
            "maHoSo": f"{self.began:{_MINUTE}}{self.facility}",
            "maCSKCB": self.facility,
            "ngayVao": f"{self.began:{_MINUTE}}",
            "ngayRa": f"{self.ended:{_MINUTE}}" if self.ended else None,
            "tenBenh": self.disease,
            "tinhTrang": "1" if self.ended else None,
            "kqDieuTri": self.result if self.ended else None,
            "lyDoVV": self.reason,
        }


def past_visits(number: str, today: date) -> tuple[PastVisit, ...]:
    """Nothing to seven visits of the person with this personal number, the last first; one in eight is in a ward."""
    chance = Random(f"visits:{number}")
    visits = []
    day = today
    if is_in_a_ward(number):
        day -= timedelta(days=chance.randrange(1, 6))
        visits.append(_visit(chance, day, is_open=True))
    for _ in range(chance.choice((0, 1, 1, 2, 3, 4, 6))):
        day -= timedelta(days=chance.randrange(8, 120))
        visits.append(_visit(chance, day, is_open=False))
    return tuple(visits)


def is_in_a_ward(number: str) -> bool:
    """Whether the person with this personal number has a stay elsewhere that is still open."""
    return Random(f"ward:{number}").random() < 1 / 8


class Checks:
    """Who asked for whom and when: the last five of each of the last twenty thousand people. For several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: OrderedDict[str, deque[dict[str, str | None]]] = OrderedDict()

    def note(self, number: str, username: str, now: datetime, code: str, words: str) -> None:
        """Remembers a lookup."""
        check: dict[str, str | None] = {
            "userKT": username,
            "thoiGianKT": f"{now.astimezone(VIETNAM):{_MINUTE}}",
            "thongBao": words,
            "maLoi": code,
        }
        with self._lock:
            self._of.setdefault(number, deque(maxlen=_MOST_CHECKS)).appendleft(check)
            self._of.move_to_end(number)
            if len(self._of) > _MOST_PEOPLE:
                self._of.popitem(last=False)

    def of(self, number: str) -> Sequence[dict[str, str | None]]:
        """As the list `dsLichSuKT2018` has them, the last first."""
        with self._lock:
            return list(self._of.get(number, ()))


def _visit(chance: Random, day: date, *, is_open: bool) -> PastVisit:
    began = datetime.combine(day, time(chance.randrange(6, 16), chance.randrange(60)), VIETNAM)
    lasted = timedelta(days=chance.choice((0, 0, 0, 3, 7)), minutes=chance.randrange(30, 240))
    return PastVisit(
        facility=f"99{chance.randrange(2, 41):03}",
        began=began,
        ended=None if is_open else began + lasted,
        disease=chance.choice(_DISEASES),
        reason=chance.choice("1112345"),
        result=chance.choice("12223"),
    )
