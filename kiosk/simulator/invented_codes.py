"""Codes of people who do not exist, as many as wanted, the same ones for the same seed.

Names are chosen to be hard: every accented letter, some without any mark, some of peoples whose words are not
Vietnamese syllables, in whose names Telex finds its tone keys.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kiosk.privacy import Personal

_FAMILY = "Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Cao Đoàn Trương Ksor Siu Y"
_MIDDLE = "Văn Thị Hữu Đức Thanh Ngọc Xuân Quỳnh Kỷ Mỹ Bảo Gia H'Bia Bar Hải Diễm Thùy Ẩn Nguyệt Uyển"
_GIVEN = (
    "An Ánh Ảnh Ẵm Ấm Bằng Bổn Cẩm Chẩn Dũng Đạt Đượm Em Ễnh Giỏi Giáp Hạnh Hiếu Khuê Kiều Lẽ Lịch Long Mẫu Mến "
    "Nam Nghĩa Nhẫn Oanh Ổn Phượng Quyền Quốc Rạng Sĩ Sửu Tài Tặng Thoại Thuở Trữ Tuấn Tường Uẩn Ước Vẻ Việt Vỹ "
    "Xoan Ý Yến Niê Mar Bảy Đệ Hợp Lỗi Ngỡ Nữ Phụng Rẫy Sẵn Tị Tỵ Ừng Vọng"
)
_PLACES = (
    "Số 1, Phường Mẫu, Hà Nội",
    "Tổ 4, Khu phố Thử, Thành phố Mẫu",
    "Thôn 3, Xã Ea Kly, Krông Pắc, Đắk Lắk",
    "Cư M'gar, Tỉnh Thử",
    "12A/7 Ngõ 9, Xã Ví Dụ, Huyện Mẫu",
    "Long An",
    "",
)
_PREFIXES = "DN HX CH NN TK HC XK HT TB NO CT XB TN CS QN CA CY XN MS CC CK CB KC HD TE BT HN DT DK XD BA TA TY"


@dataclass(frozen=True, slots=True, repr=False)
class InventedCode(Personal):
    """A code's text and what a reader has to find in it. `number` is the personal or the insurance number."""

    kind: str
    text: str
    number: str
    full_name: str
    date_of_birth: date


def invent_codes(count: int, seed: int) -> list[InventedCode]:
    """Citizen cards of both generations and insurance cards of 10, 15 and 17 fields, in turn."""
    random = Random(seed)
    return [_invent(random, at) for at in range(count)]


def _invent(random: Random, at: int) -> InventedCode:
    name = " ".join(
        [
            random.choice(_FAMILY.split()),
            *random.sample(_MIDDLE.split(), random.randint(1, 2)),
            random.choice(_GIVEN.split()),
        ]
    )
    born = date(1935, 1, 1) + timedelta(days=random.randrange(32000))
    female = random.random() < 0.5
    place = random.choice(_PLACES)
    kind = ("citizen-2021", "citizen-2024", "insurance-10", "insurance-15", "insurance-17")[at % 5]
    if kind.startswith("citizen"):
        century = 2 * (born.year // 100 - 19) + female
        number = f"{random.randint(900, 999)}{century}{born:%y}{random.randrange(10**6):06}"
        previous = f"{random.randrange(10**9):09}" if random.random() < 0.5 else ""
        fields = [number, previous, name, f"{born:%d%m%Y}", "Nữ" if female else "Nam", place, "10052021"]
        fields += ["", "", "", ""] if kind == "citizen-2024" else []
        return InventedCode(kind, "|".join(fields), number, name, born)
    prefix = random.choice(_PREFIXES.split())
    number = f"{prefix}{random.randint(1, 5)}{random.randint(90, 99)}{random.randrange(10**10):010}"
    if random.random() < 0.3:
        number = f"99{random.randrange(10**8):08}"
    fields = [
        number, name.encode().hex(), f"{born:%d/%m/%Y}", "2" if female else "1", place.encode().hex() or "-",
        random.choice(("99 - 001", "99 - C54")), "01/01/2026",
    ]  # fmt: skip
    if kind == "insurance-10":
        fields += ["-", "05/01/2026"]
    else:
        fields += ["31/12/2026", "05/01/2026", "99000000000000", "-", "4", "01/01/2020", "0123456789abcdef-7102"]
    if kind == "insurance-17":
        fields += ["4", "99"]
    return InventedCode(kind, "|".join([*fields, "$"]), number, name, born)
