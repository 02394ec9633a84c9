from collections.abc import Callable, Iterable, Sequence

import pytest

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import bac, iso7816
from kiosk.reader.emrtd.iso7816 import StatusError
from kiosk.reader.emrtd.pace import NotOfferedError, WrongPasswordError
from kiosk.reader.emrtd.tlv import MalformedError

MakeScript = Callable[[Sequence[tuple[str, str]]], CardConnection]
MakeRandom = Callable[[Iterable[str]], Callable[[int], bytes]]

# ICAO 9303-11 appendix D.2: the MRZ information of the worked example
INFORMATION = "L898902C<369080619406236"
# ICAO 9303-11 appendix D.3: RND.IFD and K.IFD
RANDOM = ("781723860C06C226", "0B795240CB7049B01C19B33E32804F0B")
# ICAO 9303-11 appendix D.3: GET CHALLENGE and EXTERNAL AUTHENTICATE
CHALLENGE = ("0084000008", "4608F919887022129000")
AUTHENTICATE = "0082000028 72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728"
REPLY = "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449"
# ICAO 9303-11 appendix D.4: SELECT EF.COM, READ BINARY of 4 and of 18 bytes under secure messaging
MESSAGES = [
    ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
    ("0CB000000D9701048E08ED6705417E96BA5500", "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"),
    (
        "0CB000040D9701128E082EA28A70F3C7B53500",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
    ),
]


def test_the_worked_example_opens_and_reads_ef_com(script: MakeScript, from_hex: MakeRandom) -> None:
    card = script([CHALLENGE, (AUTHENTICATE, REPLY + "9000"), *MESSAGES])
    channel = bac.open_channel(card, INFORMATION, from_hex(RANDOM))
    assert channel.send(iso7816.select_file(0x011E)).sw == 0x9000
    assert channel.send(iso7816.read_binary(0, 4)).data == bytes.fromhex("60145F01")
    assert channel.send(iso7816.read_binary(4, 18)).data == bytes.fromhex("04303130365F36063034303030305C026175")


@pytest.mark.parametrize("status", ["6300", "63C1", "6982", "6988"])
def test_a_refusal_means_wrong_key(script: MakeScript, from_hex: MakeRandom, status: str) -> None:
    with pytest.raises(WrongPasswordError):
        bac.open_channel(script([CHALLENGE, (AUTHENTICATE, status)]), INFORMATION, from_hex(RANDOM))


def test_a_chip_that_does_not_know_the_key_itself_is_told(script: MakeScript, from_hex: MakeRandom) -> None:
    forged = REPLY[:-2] + "48"
    with pytest.raises(WrongPasswordError):
        bac.open_channel(script([CHALLENGE, (AUTHENTICATE, forged + "9000")]), INFORMATION, from_hex(RANDOM))


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([("0084000008", "6D00")], NotOfferedError),
        ([("0084000008", "6F00")], StatusError),
        ([("0084000008", "9000")], StatusError),
        ([("0084000008", "01029000")], MalformedError),
        ([CHALLENGE, (AUTHENTICATE, "6F00")], StatusError),
        ([CHALLENGE, (AUTHENTICATE, "9000")], StatusError),
        ([CHALLENGE, (AUTHENTICATE, REPLY[:40] + "9000")], MalformedError),
    ],
)
def test_a_breakdown_is_no_wrong_key(
    script: MakeScript, from_hex: MakeRandom, lines: list[tuple[str, str]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        bac.open_channel(script(lines), INFORMATION, from_hex(RANDOM))
