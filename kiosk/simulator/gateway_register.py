"""What the gateway sandbox knows and how it words it: requests checked, people found, replies in the wire format.

Written from the description of the service, not from this program's client: both sides can be wrong, but not in the
same way. Every field of a reply is a string or null.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kiosk.privacy import Personal
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
_ASKED = ("maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb")

Reply = dict[str, str | None]


@dataclass(frozen=True, slots=True, repr=False)
class SandboxAccount(Personal):
    """The only facility account and officer that the sandbox accepts."""

    username: str
    password: str
    officer_name: str
    officer_number: str


class Register:
    """The insured people of the sandbox."""

    def __init__(self, people: Sequence[Person], account: SandboxAccount) -> None:
        self._account = account
        self._by_number: dict[str, tuple[Person, Insurance]] = {}
        for person in people:
            if person.insurance is not None:
                self._enter(person, person.insurance)

    def answer(self, asked: Mapping[str, object]) -> Reply:
        """The reply to one lookup."""
        fields = {name: asked.get(name) for name in _ASKED}
        number, name, birth, officer_name, officer_number = (
            value.strip() if isinstance(value, str) else "" for value in fields.values()
        )
        if not (_NUMBER.fullmatch(number) and name and _BIRTH.fullmatch(birth) and officer_name and officer_number):
            return _reply("205")
        if officer_number != self._account.officer_number:
            return _reply("054")
        if _folded(officer_name) != _folded(self._account.officer_name):
            return _reply("055")
        found = self._by_number.get(number)
        if found is None:
            return _reply("050")
        return _described(*found, name, birth)

    def _enter(self, person: Person, insurance: Insurance) -> None:
        self._by_number[person.number] = (person, insurance)
        if insurance.card_number:
            self._by_number[insurance.card_number] = (person, insurance)
            self._by_number[insurance.card_number[-10:]] = (person, insurance)
        if insurance.next_number:
            self._by_number[insurance.next_number] = (person, _next(insurance))


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


def _described(person: Person, insurance: Insurance, name: str, birth: str) -> Reply:
    """The person's code if asked with the own document's data; what is wrong if asked with other data."""
    registered_name = insurance.registered_name or person.full_name
    registered_birth = insurance.registered_birth or _written(person.date_of_birth)
    code = insurance.code
    if _folded(name) not in {_folded(registered_name), _folded(person.full_name)}:
        code = "061" if _initials(name) == _initials(registered_name) else "060"
    elif not _same_birth(birth, registered_birth) and not _same_birth(birth, _written(person.date_of_birth)):
        code = "070"
    elif (code in {"060", "061"} and _folded(name) == _folded(registered_name)) or (
        code == "070" and _same_birth(birth, registered_birth)
    ):
        code = "000"
    if not insurance.card_number:
        return _reply(code, insurance.note)
    # A card without a successor names itself as its own successor, as the real service does.
    return _reply(
        code,
        insurance.note,
        maThe=insurance.card_number,
        hoTen=registered_name,
        ngaySinh=registered_birth,
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
