"""The input method of the simulated desk types as Telex and VNI do."""

import pytest

from kiosk.simulator.typing import AltCode, Composed, Key, Letters, Style, gun_keys, through_method


def shown(text: str, method: str, style: Style = Style.BACKSPACES, **choices: bool) -> str:
    """What stands on the screen in the end."""
    screen, preedit = "", ""
    for struck in through_method(gun_keys(text, Letters.WHOLE), method, style, **choices):
        match struck:
            case Key("\b"):
                screen = screen[:-1]
            case Key(character):
                screen += character
            case Composed(commit, composing, replaced):
                screen = screen[: len(screen) - replaced] + commit
                preedit = composing
    return screen + preedit


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize(
    ("keys", "telex"),
    [
        ("Nguyeenx", "Nguyễn"), ("Dduwowcj", "Được"), ("ddaats", "đất"), ("hoaf", "hòa"), ("toans", "toán"),
        ("w", "ư"), ("quaf", "quà"), ("aaa", "aa"), ("ass", "as"), ("asz", "a"), ("ddd", "dd"), ("Mar", "Mả"),
        ("999090000123|", "999090000123|"), ("Ksor H'Bia", "Ksỏ H'Bia"), ("c3aa", "c3aa"),
    ],
)  # fmt: skip
def test_telex(keys: str, telex: str, style: Style) -> None:
    assert shown(keys, "telex", style) == telex


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize(
    ("keys", "vni"),
    [
        ("Nguye6n4", "Nguyễn"), ("D9u7o7c5", "Được"), ("d9a6t1", "đất"), ("TE1", "TÉ"), ("TE10", "TE"), ("TE11", "TE1"),
        ("DN4010000000123", "DN4010000000123"), ("D9", "Đ"), ("999090000123", "999090000123"), ("So1", "Só"),
        ("15/01/1990", "15/01/1990"),
    ],
)  # fmt: skip
def test_vni(keys: str, vni: str, style: Style) -> None:
    assert shown(keys, "vni", style) == vni


def test_hex_is_rewritten_where_a_digit_begins_a_new_word() -> None:
    assert shown("c3aa", "telex", digits_end_marks=False) == "c3â"
    assert shown("c3aa|", "telex", digits_end_marks=False, restores=True) == "c3â|"
    assert shown("e1|", "vni", restores=True) == "é|"


def test_gun_without_the_letter_drops_or_bends_it() -> None:
    def typed(letters: Letters) -> str:
        return "".join(key.character for key in gun_keys("Lê Thị Đỗ", letters) if isinstance(key, Key))

    assert typed(Letters.DROPPED) == "L Th "
    assert typed(Letters.QUESTIONED) == "L? Th? ??"
    assert typed(Letters.PLAIN) == "Le Thi Do"
    assert typed(Letters.LATIN) == "Lê Thi Do"


def test_alt_codes_are_those_of_unicode_or_of_single_bytes() -> None:
    assert list(gun_keys("ễ", Letters.ALT_UNICODE)) == [AltCode("7877")]
    assert list(gun_keys("ê", Letters.ALT_BYTES)) == [AltCode("0195"), AltCode("0170")]


def test_caps_lock_exchanges_ascii_only() -> None:
    assert [key.character for key in gun_keys("Lê", Letters.WHOLE, caps_lock=True) if isinstance(key, Key)] == [
        "l",
        "ê",
    ]
