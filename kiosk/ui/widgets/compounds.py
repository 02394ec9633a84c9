"""Vietnamese words of several syllables: written apart, read as one, so that no line should end within them."""

import re

_WORDS = (
    "bảo hiểm", "bình thường", "căn cước", "cách mạng", "chuyên khoa", "da liễu", "đặc biệt", "đầu đọc", "đăng ký",
    "giấy tờ", "giá trị", "hệ thống", "họ tên", "khuyết tật", "kiểm tra", "màn hình", "máy in", "máy quét", "mã QR",
    "ngày sinh", "nghiên cứu", "nhân viên", "năm sinh", "nội tiết", "phụ nữ", "quyền lợi", "răng hàm mặt", "siêu âm",
    "tai mũi họng", "thông tin", "thời gian", "tiếp đón", "tim mạch", "tra cứu", "tổng quát", "ưu tiên", "xã hội",
    "ứng dụng",
)  # fmt: skip
"""Those of the screens that name a thing or what is done with it."""

_TIE = "\N{NO-BREAK SPACE}"
_COMPOUND = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


def tied(text: str) -> str:
    """`text` with no plain space within such a word."""
    return _COMPOUND.sub(lambda found: found.group().replace(" ", _TIE), text)


def untied(text: str) -> str:
    """The same with plain spaces again."""
    return text.replace(_TIE, " ")
