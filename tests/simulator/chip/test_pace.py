"""The chip's PACE against the worked example [ICAO 9303-11 appendix G.1]."""

from collections.abc import Callable

import pytest

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.apdu import RefusedError, Sw
from kiosk.simulator.chip.pace import Pace, password_of_mrz
from kiosk.simulator.chip.profile import PaceKind

KEY_INPUT = b"T22000129364081251010318"
NONCE = bytes.fromhex("3F00C4D39D153F2B2A214A078D899B22")
MAP_SECRET = 0x498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560
SECRET = 0x107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A
TERMINAL_MAP = bytes.fromhex(
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
    "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
)
CHIP_MAP = bytes.fromhex(
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
)
TERMINAL_PUBLIC = bytes.fromhex(
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
)
CHIP_PUBLIC_X = bytes.fromhex("9E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB")
TERMINAL_TOKEN = bytes.fromhex("C2B0BD78D94BA866")
CHIP_TOKEN = bytes.fromhex("3ABB9674BCE93C08")


def scripted() -> Callable[[int], bytes]:
    """The example's random bytes in the order in which the chip asks; a scalar is drawn from zero, used from one."""
    draws = iter((NONCE, (MAP_SECRET - 1).to_bytes(32, "big"), (SECRET - 1).to_bytes(32, "big")))
    return lambda _: next(draws)


def step(pace: Pace, tag: int, value: bytes, *, chained: bool = True) -> bytes:
    answer = pace.answer(ber.tlv(0x7C, ber.tlv(tag, value)), chained=chained)
    return next(iter(ber.values(ber.values(answer)[0x7C]).values()))


def agreed(pace: Pace) -> Pace:
    pace.answer(bytes.fromhex("7C00"), chained=True)
    step(pace, 0x81, TERMINAL_MAP)
    step(pace, 0x83, TERMINAL_PUBLIC)
    return pace


def test_worked_example_is_answered_byte_for_byte() -> None:
    pace = Pace(PaceKind(), password_of_mrz(KEY_INPUT), scripted())
    assert pace.answer(bytes.fromhex("7C00"), chained=True).hex() == "7c12801095a3a016522ee98d01e76cb6b98b42c3"
    assert step(pace, 0x81, TERMINAL_MAP) == CHIP_MAP
    assert step(pace, 0x83, TERMINAL_PUBLIC)[1:33] == CHIP_PUBLIC_X
    assert pace.session is None
    assert step(pace, 0x85, TERMINAL_TOKEN, chained=False) == CHIP_TOKEN
    assert pace.session is not None


def test_wrong_token_is_a_wrong_key() -> None:
    pace = agreed(Pace(PaceKind(), password_of_mrz(KEY_INPUT), scripted()))
    with pytest.raises(RefusedError) as refusal:
        step(pace, 0x85, bytes(8), chained=False)
    assert refusal.value.sw == Sw.KEY_WRONG
    assert pace.session is None


@pytest.mark.parametrize("tag", [0x81, 0x83])
def test_steps_out_of_order_are_refused(tag: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        step(Pace(PaceKind(), b"000123", scripted()), tag, TERMINAL_MAP)
    assert refusal.value.sw == Sw.CONDITIONS


def test_token_before_agreement_is_refused() -> None:
    with pytest.raises(RefusedError) as refusal:
        step(Pace(PaceKind(), b"000123", scripted()), 0x85, TERMINAL_TOKEN, chained=False)
    assert refusal.value.sw == Sw.CONDITIONS


@pytest.mark.parametrize("point", [TERMINAL_MAP[:-1] + b"\x00", TERMINAL_MAP[:-1], b"\x00", b""])
def test_what_is_no_point_of_the_curve_is_refused(point: bytes) -> None:
    pace = Pace(PaceKind(), b"000123", scripted())
    pace.answer(bytes.fromhex("7C00"), chained=True)
    with pytest.raises(RefusedError) as refusal:
        step(pace, 0x81, point)
    assert refusal.value.sw == Sw.DATA_WRONG


def test_chip_refuses_its_own_key_sent_back() -> None:
    honest = agreed(Pace(PaceKind(), password_of_mrz(KEY_INPUT), scripted()))
    echoed = honest._chip_public
    assert echoed[1:33] == CHIP_PUBLIC_X
    pace = Pace(PaceKind(), password_of_mrz(KEY_INPUT), scripted())
    pace.answer(bytes.fromhex("7C00"), chained=True)
    step(pace, 0x81, TERMINAL_MAP)
    with pytest.raises(RefusedError) as refusal:
        step(pace, 0x83, echoed)
    assert refusal.value.sw == Sw.DATA_WRONG


def test_first_command_is_chained() -> None:
    with pytest.raises(RefusedError) as refusal:
        Pace(PaceKind(), b"000123", scripted()).answer(bytes.fromhex("7C00"), chained=False)
    assert refusal.value.sw == Sw.DATA_WRONG


def test_last_command_is_not_chained() -> None:
    pace = agreed(Pace(PaceKind(), password_of_mrz(KEY_INPUT), scripted()))
    with pytest.raises(RefusedError) as refusal:
        step(pace, 0x85, TERMINAL_TOKEN, chained=True)
    assert refusal.value.sw == Sw.DATA_WRONG
