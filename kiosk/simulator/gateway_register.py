"""What the gateway sandbox knows and how it words it: requests checked, people found, replies in the wire format.

Written from the description of the service, not from this program's client: both sides can be wrong, but not in the
same way. Every field of a reply is a string or null.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kiosk.privacy import Personal
from kiosk.simulator.crowd import Crowd
from kiosk.simulator.gateway_accounts import SandboxAccount
from kiosk.simulator.gateway_copay import Copay, Insured, copay_reply, without_entries
from kiosk.simulator.gateway_history import VIETNAM, Checks, past_visits
from kiosk.simulator.people import Insurance, Person

OFFICIAL_WORDS = {
    "000": "Thông tin thẻ BHYT chính xác",
    "001": "Thẻ do BHXH Bộ Quốc phòng quản lý, đề nghị kiểm tra thẻ và thông tin giấy tờ tùy thân",
    "002": "Thẻ do BHXH Bộ Công an quản lý, đề nghị kiểm tra thẻ và thông tin giấy tờ tùy thân",
    "003": "Thẻ cũ hết giá trị sử dụng, được cấp thẻ mới",
    "004": "Thẻ cũ còn giá trị sử dụng, được cấp thẻ mới",
    "010": "Thẻ hết giá trị sử dụng",
    "050": "Không có thông tin thẻ",
    "051": "Mã thẻ không đúng",
    "052": "Mã thẻ sai ký tự mã tỉnh",
    "053": "Mã thẻ sai ký tự mức hưởng",
    "054": "Số định danh của cán bộ tra cứu không đúng",
    "055": "Họ tên của cán bộ tra cứu không đúng",
    "060": "Thẻ sai họ tên",
    "061": "Thẻ sai họ tên (đúng ký tự đầu)",
    "070": "Thẻ sai ngày sinh",
    "080": "Thẻ sai giới tính",
    "090": "Thẻ sai nơi đăng ký khám chữa bệnh ban đầu",
    "100": "Lỗi khi lấy dữ liệu sổ thẻ",
    "101": "Lỗi máy chủ",
    "110": "Thẻ đã thu hồi",
    "120": "Thẻ đã báo giảm",
    "121": "Thẻ đã báo giảm, chuyển ngoại tỉnh",
    "122": "Thẻ đã báo giảm, chuyển nội tỉnh",
    "123": "Thẻ đã báo giảm, tăng lại tại cùng đơn vị",
    "124": "Thẻ đã báo giảm, ngừng tham gia",
    "130": "Trẻ em không xuất trình thẻ",
    "205": "Lỗi sai định dạng tham số",
    "401": "Sai tài khoản",
    "500": "Lỗi hệ thống",
}

_FIELDS = (
    *("maKetQua", "ghiChu", "maThe", "hoTen", "ngaySinh", "gioiTinh", "diaChi", "maDKBD", "cqBHXH"),
    *("gtTheTu", "gtTheDen", "maKV", "ngayDu5Nam", "maSoBHXH", "maTheCu"),
    *("maTheMoi", "gtTheTuMoi", "gtTheDenMoi", "maDKBDMoi", "tenDKBDMoi", "dsLichSuKCB2018", "dsLichSuKT2018"),
)
_NUMBER = re.compile(r"[0-9]{10}|[0-9]{12}|[A-Z]{2}[0-9]{13}")
_BIRTH = re.compile(r"(?:(?:[0-9]{2}/)?[0-9]{2}/)?[0-9]{4}")

Reply = dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class _Found(Personal):
    """Somebody's card, and the code of asking for it in this way."""

    person: Person
    insurance: Insurance
    code: str

    @property
    def is_the_one_asked_for(self) -> bool:
        """Whether name and birth date are right: nobody else is told of visits and payments."""
        return self.code not in {"060", "061", "070"} and bool(self.insurance.card_number)


class Register:
    """The insured people of the sandbox: those of a file by heart, a crowd by computing."""

    def __init__(
        self, people: Iterable[Person], account: SandboxAccount, crowd: Crowd | None, now: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._crowd = crowd
        self._now = now
        self._checks = Checks()
        self._by_number: dict[str, tuple[Person, Insurance]] = {}
        for person in people:
            for number, insurance in _cards(person):
                self._by_number[number] = (person, insurance)

    def answer(self, asked: Mapping[str, object]) -> Reply:
        """The reply to one lookup."""
        found = self._find(asked)
        if isinstance(found, str):
            return _reply(found)
        reply = _described(found.person, found.insurance, found.code)
        self._checks.note(
            found.person.number, self._account.username, self._now(), found.code, OFFICIAL_WORDS.get(found.code, "")
        )
        return reply

    def history(self, asked: Mapping[str, object]) -> Reply:
        """The reply to a question for past visits and checks; same inputs as a lookup."""
        found = self._find(asked)
        code = found if isinstance(found, str) else found.code
        reply: Reply = {"maKetQua": code, "ghiChu": OFFICIAL_WORDS.get(code), "maThe": None}
        lists: Reply = {"dsLichSuKCB2025": None, "dsLichSuKT2018": None}
        if isinstance(found, _Found) and found.is_the_one_asked_for:
            number = found.person.number
            reply["maThe"] = found.insurance.card_number
            lists["dsLichSuKCB2025"] = [visit.entry() for visit in past_visits(number, self._today())]
            lists["dsLichSuKT2018"] = self._checks.of(number)
        return reply | lists

    def copay(self, asked: Mapping[str, object]) -> Copay:
        """Status and reply to a question for the year's own share; same inputs as a lookup, but no officer."""
        found = self._find(asked, needs_officer=False)
        if isinstance(found, str):
            return without_entries("400" if found == "205" else "204")
        if not found.is_the_one_asked_for:
            return without_entries("204")
        person, card = found.person, found.insurance
        born = card.registered_birth or _written(person.date_of_birth)
        name = card.registered_name or person.full_name
        return copay_reply(Insured(person.number, card.card_number, name, born, card.valid_to), self._now())

    def _find(self, asked: Mapping[str, object], *, needs_officer: bool = True) -> "_Found | str":
        """Who is asked for, or the code of why nobody."""
        number, name, birth = _text(asked, "maThe"), _text(asked, "hoTen"), _text(asked, "ngaySinh")
        if not (_NUMBER.fullmatch(number) and name and _BIRTH.fullmatch(birth)):
            return "205"
        if needs_officer and (wrong := self._wrong_officer(_text(asked, "hoTenCb"), _text(asked, "cccdCb"))):
            return wrong
        found = self._by_number.get(number) or self._in_crowd(number)
        if found is None:
            return "050"
        person, insurance = found
        return _Found(person, insurance, _code(person, insurance, name, birth))

    def _wrong_officer(self, name: str, number: str) -> str:
        if not (name and number):
            return "205"
        if number != self._account.officer_number:
            return "054"
        return "" if _folded(name) == _folded(self._account.officer_name) else "055"

    def _in_crowd(self, number: str) -> tuple[Person, Insurance] | None:
        person = self._crowd.find(number) if self._crowd is not None else None
        if person is None:
            return None
        return next((person, insurance) for known, insurance in _cards(person) if known == number)

    def _today(self) -> date:
        return self._now().astimezone(VIETNAM).date()


def _cards(person: Person) -> Iterator[tuple[str, Insurance]]:
    """Every number that a person can be asked for with, and the card that it leads to."""
    insurance = person.insurance
    if insurance is None:
        return
    yield person.number, insurance
    if insurance.card_number:
        yield insurance.card_number, insurance
        yield insurance.card_number[-10:], insurance
    if insurance.next_number:
        yield insurance.next_number, _next(insurance)


def _next(insurance: Insurance) -> Insurance:
    """The following card as a card of its own."""
    return replace(
        insurance,
        code="000",
        card_number=insurance.next_number,
        facility=insurance.next_facility or insurance.facility,
        valid_from=insurance.next_valid_from,
        valid_to=insurance.next_valid_to,
        previous_number=insurance.card_number,
        next_number="",
    )


def _code(person: Person, insurance: Insurance, name: str, birth: str) -> str:
    """The person's code if asked with the own document's data; what is wrong if asked with other data."""
    registered_name = insurance.registered_name or person.full_name
    registered_birth = insurance.registered_birth or _written(person.date_of_birth)
    if _folded(name) not in {_folded(registered_name), _folded(person.full_name)}:
        return "061" if _initials(name) == _initials(registered_name) else "060"
    if not _same_birth(birth, registered_birth) and not _same_birth(birth, _written(person.date_of_birth)):
        return "070"
    if (insurance.code in {"060", "061"} and _folded(name) == _folded(registered_name)) or (
        insurance.code == "070" and _same_birth(birth, registered_birth)
    ):
        return "000"
    return insurance.code


def _described(person: Person, insurance: Insurance, code: str) -> Reply:
    """Everything that the service says of a card."""
    if not insurance.card_number:
        return _reply(code, insurance.note)
    # A card without a successor names itself as its own successor, as the real service does.
    return _reply(
        code,
        insurance.note,
        maThe=insurance.card_number,
        hoTen=insurance.registered_name or person.full_name,
        ngaySinh=insurance.registered_birth or _written(person.date_of_birth),
        gioiTinh="Nam" if person.sex == "male" else "Nữ",
        diaChi=person.residence,
        maDKBD=insurance.facility,
        cqBHXH=insurance.issuer,
        gtTheTu=_written(insurance.valid_from),
        gtTheDen=_written(insurance.valid_to),
        maKV=insurance.area,
        ngayDu5Nam=_written(insurance.five_year_date),
        maSoBHXH=insurance.card_number[-10:],
        maTheCu=insurance.previous_number,
        maTheMoi=insurance.next_number or insurance.card_number,
        gtTheTuMoi=_written(insurance.next_valid_from if insurance.next_number else insurance.valid_from),
        gtTheDenMoi=_written(insurance.next_valid_to if insurance.next_number else insurance.valid_to),
        maDKBDMoi=insurance.next_facility or insurance.facility,
        tenDKBDMoi=insurance.next_facility_name,
    )


def _reply(code: str, note: str = "", **fields: str) -> Reply:
    known = {"maKetQua": code, "ghiChu": note or OFFICIAL_WORDS.get(code, ""), **fields}
    reply: Reply = {name: known.get(name) or None for name in _FIELDS}
    if "maThe" in fields:
        reply["maKV"] = fields["maKV"]  # "no area" is an empty text, not null
    return reply


def _text(asked: Mapping[str, object], name: str) -> str:
    value = asked.get(name)
    return value.strip() if isinstance(value, str) else ""


def _written(day: date | None) -> str:
    return f"{day:%d/%m}/{day.year:04}" if day else ""


def _same_birth(one: str, other: str) -> bool:
    """Equal as far as the less exact of both goes."""
    return one.endswith(other) or other.endswith(one)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _initials(name: str) -> str:
    bare = unicodedata.normalize("NFD", _folded(name).replace("đ", "d"))
    return "".join(word[0] for word in bare.split())
