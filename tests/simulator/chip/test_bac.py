"""The chip's basic access control against the worked example [ICAO 9303-11 appendix D.3]."""

import pytest

from kiosk.simulator.chip.apdu import RefusedError, Sw
from kiosk.simulator.chip.bac import authenticate

KEY_INPUT = b"L898902C<369080619406236"
RND_IC = bytes.fromhex("4608F91988702212")
K_IC = bytes.fromhex("0B4F80323EB3191CB04970CB4052790B")
COMMAND = bytes.fromhex("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7")
ANSWER = bytes.fromhex("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449")


def test_worked_example_is_answered_byte_for_byte() -> None:
    answer, _ = authenticate(KEY_INPUT, RND_IC, COMMAND, lambda size: K_IC[:size])
    assert answer == ANSWER


@pytest.mark.parametrize(
    ("key_input", "challenge", "command", "sw"),
    [
        (b"L898902C<369080619406237", RND_IC, COMMAND, Sw.KEY_WRONG),
        (KEY_INPUT, bytes(8), COMMAND, Sw.KEY_WRONG),
        (KEY_INPUT, RND_IC, COMMAND[:-1] + b"\x00", Sw.KEY_WRONG),
        (KEY_INPUT, RND_IC, COMMAND[:-1], Sw.WRONG_LENGTH),
    ],
    ids=["other-key", "other-challenge", "other-mac", "cut-off"],
)
def test_anything_else_is_refused(key_input: bytes, challenge: bytes, command: bytes, sw: Sw) -> None:
    with pytest.raises(RefusedError) as refusal:
        authenticate(key_input, challenge, command, lambda size: K_IC[:size])
    assert refusal.value.sw == sw
