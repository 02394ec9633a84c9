import re
from itertools import product
from unicodedata import normalize

import pytest

_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


@pytest.fixture(scope="session")
def accented_letters() -> str:
    """The 134 letters that Vietnamese has and ASCII has not, small and capital."""
    vowels = (normalize("NFC", vowel + tone) for vowel, tone in product("aăâeêioôơuưy", _TONES))
    small = "đ" + "".join(vowel for vowel in vowels if not vowel.isascii())
    return small + small.upper()


@pytest.fixture(scope="session")
def invented_names() -> tuple[str, ...]:
    """Four hundred names from common words, each once."""
    families = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Đặng", "Bùi", "Võ", "Đỗ", "Lý")
    middles = ("Thị", "Văn", "Hữu", "Ngọc", "Đức", "Xuân", "Thúy", "Quốc")
    givens = ("Mẫu", "Thử", "Quỳnh", "Ánh", "Khuê")
    return tuple(" ".join(words) for words in product(families, middles, givens))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keeps sample numbers and names out of test ids: they are named by their parameter."""
    return argname if isinstance(val, str) and (not val.isascii() or re.search(r"\d{9}", val)) else None
