"""The desk's search among a million invented check-ins: `python -m tests.bench.search [VISITS [URL]]`.

Names are drawn as they are in Vietnam: two in five are called Nguyễn, a third has Văn or Thị in the middle, and the
last words go from very common to rare. People come again: there are three times as many visits. The first 125,000 are
drawn one by one; the database copies them, as other people's, to the days that follow.
"""

import csv
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import make_url

from kiosk.checkin.proof_row import milliseconds
from kiosk.checkin.records.person_key import person_keys
from kiosk.checkin.records.search import VisitSearch, Wanted
from kiosk.checkin.records.searchable import folded_of, words_in, words_of
from kiosk.checkin.store.postgres import MIGRATING, engine_of
from kiosk.checkin.store.queue_tables import queue_place
from kiosk.checkin.store.records_tables import visit_name, visit_word
from kiosk.checkin.store.store import Store, open_store
from kiosk.checkin.store.tables import visit, visit_person
from kiosk.eligibility.decision import Verdict
from kiosk.simulator.postgresql import PostgresServer
from tests.bench.tables import table

VISITS = 1_000_000
_SEED = 20261122
_BATCH = 2_000
_A_DAY = 1_000
_DRAWN = 125_000
"""So many visits are drawn one by one; the database itself copies them to the days that follow."""
_ASKED_BY_NUMBER = 500
"""So many people have the digests by which they are looked for; the others' are as long."""
_FIRST_DAY = date(2024, 1, 2)
_LOADED_IN_KIB = 600_000
"""Of the file, in memory while it is loaded: what is inserted lies anywhere in its indexes."""

SURNAMES = MappingProxyType({
    "Nguyễn": 38.4, "Trần": 11.0, "Lê": 9.5, "Phạm": 7.1, "Huỳnh": 3.1, "Hoàng": 2.4, "Phan": 4.5, "Vũ": 2.2,
    "Võ": 1.9, "Đặng": 2.1, "Bùi": 2.0, "Đỗ": 1.4, "Hồ": 1.3, "Ngô": 1.3, "Dương": 1.0, "Lý": 0.5, "Đinh": 1.0,
    "Trương": 1.5, "Lương": 0.6, "Đoàn": 0.9, "Mai": 0.7, "Tạ": 0.3, "Cao": 0.6, "Châu": 0.3, "Tô": 0.3, "Lâm": 0.4,
    "Vương": 0.2, "Thái": 0.3, "Quách": 0.1, "Tống": 0.1, "Kiều": 0.1, "H'Niê": 0.05, "Ksor": 0.05, "Lò": 0.2,
})  # fmt: skip
MIDDLES = MappingProxyType({
    "Văn": 22.0, "Thị": 30.0, "Hữu": 2.5, "Đức": 3.0, "Minh": 4.0, "Ngọc": 5.0, "Thanh": 4.0, "Quang": 2.5, "Thu": 2.5,
    "Hồng": 2.5, "Xuân": 2.0, "Công": 1.5, "Đình": 2.0, "Gia": 2.0, "Bảo": 2.0, "Anh": 1.5, "Kim": 2.0, "Phương": 1.5,
    "Trọng": 1.0, "Quốc": 2.0, "Thành": 1.5, "Hoàng": 2.0, "Thị Thu": 1.5, "Thị Ngọc": 1.5, "Thị Kim": 1.0, "": 1.0,
})  # fmt: skip
GIVEN = tuple(
    """
    Anh Linh Hương Hùng Minh Hoa Lan Mai Tuấn Dũng Thảo Hà Trang Nam Huy Phương Long Hải Nga Ngọc Thủy Đức Sơn Hiếu
    Tùng Loan Hằng Hạnh Yến Nhung Quân Khánh Vy Trâm Bình Cường Phúc Thành Trung Kiên Việt Dung Liên Tâm Hiền Ánh
    Đạt Tài Khoa Vân Thư Như Quỳnh My Châu Ngân Nhi Uyên Tú Bảo Quang Thắng Vinh Hưng Lộc Tiến Toàn Trí Kiệt Phong
    Giang Thanh Xuân Thu Đông Hạ Cúc Trúc Đào Sen Lý Hòa Bích Diễm Kiều Thúy Mỹ Oanh Quyên Lệ Hậu Nghĩa Nhân Lâm Sang
    Tân Thiện Thịnh Khang Khôi Nguyên Phát Duy Đăng Hoàng An Chi Dương Hân Hoài Huệ Khuê Lam Ly Mận Mẫu Miên Na Nghi
    Nhàn Phụng Sáng Sương Thoa Thơ Tình Tuyền Tuyết Vui Xoan Ý Đoan Đan Điệp Bảy Ba Tư Năm Sáu Út Chín Mười Quý Kỳ
    Luân Mạnh Ninh Phi Phú Quyết Quyền Sĩ Tấn Thạch Thuận Tín Tịnh Toản Triết Triều Trường Tường Văn Vĩ Vũ Vượng
    """.split()  # noqa: SIM905 - one a word
)

_KEPT = (visit, visit_person, queue_place, visit_name, visit_word)

QUESTIONS: Mapping[str, Callable[[list[str], random.Random], str]] = MappingProxyType(
    {
        "a whole name": lambda words, _: " ".join(words),
        "last word first": lambda words, _: " ".join(reversed(words)),
        "the last word": lambda words, _: words[-1],
        "surname and a beginning": lambda words, _: f"{words[0]} {words[-1][:2]}",
        "two beginnings": lambda words, _: f"{words[0][:2]} {words[-1][:2]}",
        "one letter": lambda words, _: words[-1][:1],
        "nguyen": lambda *_: "nguyen",
        "two surnames": lambda _, draw: " ".join(draw.sample(["tran", "le", "pham", "bui", "dang", "phan", "ho"], 2)),
        "three surnames": lambda _, draw: " ".join(draw.sample(["nguyen", "tran", "le", "pham", "phan"], 3)),
        "nobody": lambda words, _: f"{words[0]} zzyzx",
        "a ticket": lambda _, draw: f"a{draw.randrange(1, _A_DAY)}",
        "a number": lambda _, draw: number_of(draw.randrange(_ASKED_BY_NUMBER)),
    }
)
_FILTERS = MappingProxyType({
    "a whole name, one month": ("a whole name", Wanted(days=(date(2024, 6, 1), date(2024, 6, 30)))),
    "nguyen, not verified": ("nguyen", Wanted(verdict=Verdict.UNVERIFIED)),
    "a whole name, self-pay": ("a whole name", Wanted(verdict=Verdict.SELF_PAY)),
    "nguyen, nobody came": ("nguyen", Wanted(state="no-show")),
    "a whole name, nobody came": ("a whole name", Wanted(state="no-show")),
})  # fmt: skip


def main() -> None:
    """Loads a database and prints the table."""
    visits = int(sys.argv[1]) if len(sys.argv) > 1 else VISITS
    with tempfile.TemporaryDirectory(prefix="kiosk-search-") as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'search.db'}"
        print(section(url, visits))


def on_both(folder: Path) -> str:
    """The tables of an encrypted file and of a server of its own."""
    of_file = section(f"sqlite:///{folder / 'search.db'}")
    with PostgresServer() as server:
        return f"{of_file}\n\n{section(server.url())}"


def section(url: str, visits: int = VISITS) -> str:
    """The table of one database."""
    started_s = time.perf_counter()
    with open_store(url, key=bytes(32), cache_kib=_LOADED_IN_KIB) as store, _without_time_limits(store, url) as patient:
        load(patient, visits)
    loaded_s = time.perf_counter() - started_s
    with open_store(url, key=bytes(32)) as store:
        rows = [(kind, *measured) for kind, measured in searches(store).items()]
        database = store.database
    where = "an encrypted file" if database == "sqlite" else "PostgreSQL"
    told = f"{visits:,} check-ins in {where}, loaded in {loaded_s:.0f} s; milliseconds of a first page, of which the "
    told += "program's own CPU; goal: p99 ≤ 20."
    return "\n\n".join([told, table(("looked for", "found", "median", "p99", "CPU p99"), rows)])


@contextmanager
def _without_time_limits(store: Store, url: str) -> Iterator[Store]:
    if store.database == "sqlite":
        yield store
        return
    with Store(engine_of(make_url(url), limits=MIGRATING)) as patient:
        yield patient


def names(seed: int = _SEED) -> Iterator[str]:
    """Names without end, as frequent as they are."""
    draw = random.Random(seed)
    weighed = [(list(SURNAMES), SURNAMES.values()), (list(MIDDLES), MIDDLES.values()),
               (list(GIVEN), [1 / (at + 12) for at in range(len(GIVEN))])]  # fmt: skip
    parts = [(words, list(accumulate(weights))) for words, weights in weighed]
    while True:
        yield " ".join(filter(None, (draw.choices(words, cum_weights=weights)[0] for words, weights in parts)))


def load(store: Store, visits: int) -> None:
    """Fills an empty database with check-ins, as many a day as a large clinic has."""
    drawn = min(visits, _DRAWN)
    people = [(name, words_of(name)) for name in islice(names(), max(1, drawn // 3))]
    draw = random.Random(_SEED)
    with store.transaction(reading=True) as connection:
        keys = [person_keys(connection, number_of(person)) for person in range(_ASKED_BY_NUMBER)]
    for first in range(0, drawn, _BATCH):
        rows: dict[Any, list[dict[str, Any]]] = {kept: [] for kept in _KEPT}
        for at in range(first, min(first + _BATCH, drawn)):
            person = draw.randrange(len(people))
            visit_id = f"{draw.getrandbits(128):032x}"
            _add(rows, at, visit_id, keys[person] if person < len(keys) else [f"{person:064x}"], people[person][0])
        for kept, made in rows.items():
            with store.transaction() as connection:
                _insert(connection, kept, made)
    for copy in range(1, visits // drawn):
        _copy(store, copy, drawn)
    store.sweep([kept.name for kept in _KEPT])  # which a server does by itself, some minutes later
    with store.transaction() as connection:
        connection.execute(text("ANALYZE"))


def _copy(store: Store, copy: int, drawn: int) -> None:
    """All that was drawn once more, as visits of other people on later days."""
    days = copy * drawn // _A_DAY
    later = f"date(business_day, '+{days} days')" if store.database == "sqlite" else f"business_day + {days}"
    turned = f"substr(visit_id, {copy + 1}) || substr(visit_id, 1, {copy})"
    other = f"'{copy}' || substr(person_key, 2)"
    rows = f"visit_no <= {drawn}"
    first_ones = f"visit_id IN (SELECT visit_id FROM visit_name WHERE {rows})"
    at_ms, visit_no = f"at_ms + {days * 86_400_000}", f"visit_no + {copy * drawn}"
    copied: Mapping[Any, tuple[Mapping[str, str], str]] = {
        visit: ({"visit_id": turned, "business_day": later}, first_ones),
        visit_person: ({"visit_id": turned, "business_day": later, "person_key": other}, first_ones),
        queue_place: ({"visit_id": turned, "business_day": later}, first_ones),
        visit_name: ({"visit_id": turned, "at_ms": at_ms, "visit_no": visit_no}, rows),
        visit_word: ({"at_ms": at_ms, "visit_no": visit_no}, rows),
    }
    for kept, (changed, which) in copied.items():
        columns = [column.name for column in kept.c]
        values = ", ".join(changed.get(name, name) for name in columns)
        with store.transaction() as connection:
            connection.execute(
                text(f"INSERT INTO {kept.name} ({', '.join(columns)}) SELECT {values} FROM {kept.name} WHERE {which}")
            )


def _add(rows: Mapping[Any, list[dict[str, Any]]], at: int, visit_id: str, keys: Sequence[str], name: str) -> None:
    day = _FIRST_DAY + timedelta(days=at // _A_DAY)
    number = at % _A_DAY + 1
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=number * 30)
    at_ms = milliseconds(moment)
    verdict = Verdict.UNVERIFIED if at % 97 == 0 else Verdict.SELF_PAY if at % 11 == 0 else Verdict.COVERED
    rows[visit].append(_visit_row(visit_id, day, number, name, verdict, moment))
    rows[visit_person] += [
        {"person_key": key, "business_day": day, "service_code": f"{number}", "visit_id": visit_id} for key in keys
    ]
    rows[queue_place].append(_place_row(visit_id, day, number, at_ms))
    folded = folded_of(name, verdict.value)
    one = {"visit_no": at + 1, "visit_id": visit_id, "at_ms": at_ms, "number": number, "prefix": "A", "folded": folded}
    rows[visit_name].append(one)
    rows[visit_word] += [
        {"word": word, "at_ms": at_ms, "visit_no": at + 1, "folded": folded} for word in words_in(folded)
    ]


def number_of(person: int) -> str:
    """An invented personal number."""
    return f"999{person:09}"


def _visit_row(visit_id: str, day: date, number: int, name: str, verdict: Verdict, moment: datetime) -> dict[str, Any]:
    service = {"code": "noi", "name": {"vi": "Nội tổng quát", "en": "General medicine"}, "prefix": "A",
               "room": {"code": "P203", "name": {"vi": "Phòng 203", "en": "Room 203"},
                        "place": {"vi": "Tầng 2, rẽ trái", "en": "Second floor, left"}}, "price_vnd": 0}  # fmt: skip
    return {
        "visit_id": visit_id, "business_day": day, "prefix": "A", "number": number, "ticket": f"A{number:03}",
        "service_code": "noi", "service": service, "full_name": name, "birth_year": 1990, "trust": "chip-verified",
        "priority": "none", "verdict": verdict.value, "reasons": [{"code": "covered", "values": {}}],
        "benefit_percent": 80, "route": "1.1", "card_number": "", "valid_from": day, "valid_to": day,
        "facility": "99001", "area": "K1", "created_at": moment.isoformat(), "answered_at": moment.isoformat(),
    }  # fmt: skip


def _place_row(visit_id: str, day: date, number: int, at_ms: int) -> dict[str, Any]:
    return {
        "visit_id": visit_id, "business_day": day, "service_code": "noi", "room_code": "P203",
        "state": "no-show" if number % 50 == 0 else "done", "lane": 2, "priority": "none", "priority_basis": "",
        "priority_by": "", "priority_why": "", "arrived_ms": at_ms, "place_ms": at_ms, "behind_ms": 0, "number": number,
        "ended_ms": at_ms + 3_600_000, "calls": 1, "skips": 0,
    }  # fmt: skip


def _insert(connection: Connection, kept: Any, rows: list[dict[str, Any]]) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(kept.insert(), rows)
        return
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)  # an empty text without quotes would be NULL
    columns = list(rows[0])
    for row in rows:
        writer.writerow([json.dumps(one) if isinstance(one, dict | list) else one for one in row.values()])
    lines.seek(0)
    copy = f"COPY {kept.name} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv)"
    cursor: Any = connection.connection.cursor()
    cursor.execute(copy, stream=io.BytesIO(lines.getvalue().encode()))


def searches(store: Store, times: int = 200) -> dict[str, tuple[float, float, float, float]]:
    """By what is looked for: visits on a page; the median, the 99th of a hundred and its CPU time in milliseconds."""
    search = VisitSearch(store)
    with store.transaction(reading=True) as connection:
        last = connection.execute(select(func.max(visit_name.c.visit_no))).scalar() or 1
    asked = random.Random(_SEED + 1)
    people = list(islice(names(), min(last, _DRAWN) // 3 or 1))
    wanted: dict[str, list[Wanted]] = {}
    for _ in range(times):
        words = words_of(asked.choice(people))
        typed = {kind: ask(words, asked) for kind, ask in QUESTIONS.items()}
        for kind, one in typed.items():
            wanted.setdefault(kind, []).append(Wanted(one))
        for kind, (base, filters) in _FILTERS.items():
            wanted.setdefault(kind, []).append(replace(filters, typed=typed[base]))
    measured = {}
    for kind, questions in wanted.items():
        taken, cpu, found = [], [], 0
        for question in questions:
            started_s, cpu_s = time.perf_counter(), time.process_time()
            found += len(search.find(question).visits)
            taken.append((time.perf_counter() - started_s) * 1000)
            cpu.append((time.process_time() - cpu_s) * 1000)
        late = times * 99 // 100
        measured[kind] = (found / times, median(taken), sorted(taken)[late], sorted(cpu)[late])
    return measured


if __name__ == "__main__":
    main()
