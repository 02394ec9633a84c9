"""The own shares that invented people have paid this year, in the wording of the co-pay call.

The reply's names stand here only. They are those of the appendix of letter 1839/CNTT-PM of 18/8/2026 as others quote
it; nobody has compared them with the real service from here. Each entry of `DataCCT` is one visit with the share
accumulated up to and including it, the last first; `MaKetQua` 204 means no card or nothing paid, under HTTP 200 too.
"""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from random import Random
from typing import Any

from kiosk.privacy import Personal
from kiosk.simulator.gateway_history import VIETNAM, PastVisit, past_visits

Copay = tuple[HTTPStatus, dict[str, Any]]

_PAID_PER_VISIT = (0, 18_400, 48_600, 312_000, 1_250_000.5, 4_900_000, 9_800_000)
_RESTRICTED = "Có lỗi xảy ra trong quá trình tra cứu"


@dataclass(frozen=True, slots=True, repr=False)
class Insured(Personal):
    """Whose shares are told."""

    number: str
    card_number: str
    full_name: str
    born: str
    valid_to: date | None


def copay_reply(insured: Insured, now: datetime) -> Copay:
    """What somebody has paid this year, in đồng, by visit."""
    today = now.astimezone(VIETNAM)
    entries = _entries(insured, today.date())
    if not entries:
        return without_entries("204")
    return HTTPStatus.OK, {
        "MaKetQua": "200",
        "GhiChu": "Nguồn DL lấy từ các CSKCB đề nghị thanh toán KCB BHYT trên HTTTGĐ BHYT tính đến: "
        f"{today:%d/%m/%Y %H:%M}",
        "DataCCT": entries,
        "ThongTinSoThe": {
            "hoTen": insured.full_name,
            "ngaySinh": insured.born,
            "ngayKetThuc": f"{insured.valid_to:%d/%m/%Y}" if insured.valid_to else "",
            "maBhxh": insured.card_number[-10:],
        },
    }


def without_entries(code: str) -> Copay:
    """No card or nothing paid (204), bad parameters (400), an account that may not ask (500)."""
    status = HTTPStatus.OK if code == "204" else HTTPStatus(int(code))
    note = {"204": "", "400": "Sai tham số", "500": _RESTRICTED}[code]
    return status, {"MaKetQua": code, "GhiChu": note, "DataCCT": None, "ThongTinSoThe": None}


def _entries(insured: Insured, today: date) -> list[dict[str, Any]]:
    visits = [visit for visit in past_visits(insured.number, today) if visit.ended and visit.ended.year == today.year]
    chance = Random(f"paid:{insured.number}")
    entries, accumulated = [], 0.0
    for at, visit in enumerate(reversed(visits), start=1):
        accumulated += chance.choice(_PAID_PER_VISIT)
        entries.append(_entry(at, insured.card_number, visit, accumulated))
    return entries[::-1]


def _entry(at: int, card_number: str, visit: PastVisit, accumulated: float) -> dict[str, Any]:
    return {
        "Id": at,
        "maThe": card_number,
        "maCskcb": visit.facility,
        "ngayVao": f"{visit.began:%d/%m/%Y}",
        "ngayRa": f"{visit.ended:%d/%m/%Y}" if visit.ended else "",
        "maDoiTuongKCB": card_number[:2],
        "tBNCCTMCCT": 0.0,
        "tBNCCTLuyKe": accumulated,
    }
