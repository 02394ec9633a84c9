from collections.abc import Callable, Iterable, Sequence

import pytest

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import pace, tlv
from kiosk.reader.emrtd.crypto import AES_128
from kiosk.reader.emrtd.iso7816 import StatusError
from kiosk.reader.emrtd.keys import Password, PasswordKind
from kiosk.reader.emrtd.pace import NotOfferedError, Offer, WrongPasswordError
from kiosk.reader.emrtd.secure_messaging import SecureMessaging
from kiosk.reader.emrtd.security_infos import PACE, PaceInfo
from kiosk.reader.emrtd.tlv import MalformedError

MakeScript = Callable[[Sequence[tuple[str, str]]], CardConnection]
MakeRandom = Callable[[Iterable[str]], Callable[[int], bytes]]

GM_AES_128 = "0.4.0.127.0.7.2.2.4.2.2"
BRAINPOOL_P256R1 = 13

# ICAO 9303-11 appendix G.1: MRZ information, private keys of the terminal with the sign of its point
PASSWORD = Password(PasswordKind.MRZ, "T22000129364081251010318")
RANDOM = (
    "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
    "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
    "00",
)
# ICAO 9303-11 appendix G.1: the commands and answers, in order
MSE = ("0022C1A40F800A04007F00070202040202830101", "9000")
NONCE = ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000")
MAP = (
    (
        "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
        "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00"
    ),
    (
        "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
        "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000"
    ),
)
AGREE = (
    (
        "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
        "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200"
    ),
    (
        "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
        "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000"
    ),
)
TOKEN = ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000")


def offer_of(protocol: str, parameter_id: int) -> Offer:
    (found,) = pace.offers([PaceInfo(protocol, 2, parameter_id)])
    return found


def keys_of(channel: SecureMessaging) -> tuple[str, str]:
    """The session's two keys, which the worked examples state."""
    return channel._ks_enc.hex().upper(), channel._ks_mac.hex().upper()


@pytest.fixture
def offer() -> Offer:
    return offer_of(GM_AES_128, BRAINPOOL_P256R1)


def test_the_worked_example_of_generic_mapping(script: MakeScript, from_hex: MakeRandom, offer: Offer) -> None:
    card = script([MSE, NONCE, MAP, AGREE, TOKEN])
    established = pace.establish(card, offer, PASSWORD, from_hex(RANDOM))
    assert established.channel.suite is AES_128
    assert established.channel.short_block == 223
    assert established.chip_mapping is None
    # ICAO 9303-11 appendix G.1: KS_Enc and KS_MAC
    assert keys_of(established.channel) == ("F5F0E35C0D7161EE6724EE513A0D9A7F", "FE251C7858B356B24514B3BD5F4297D1")


def test_the_key_of_the_worked_password() -> None:
    # ICAO 9303-11 appendix G.1: the key derived from the MRZ
    assert AES_128.derive(PASSWORD.secret(), 3).hex().upper() == "89DED1B26624EC1E634C1989302849DD"


def test_the_secret_of_a_card_access_number_is_its_digits() -> None:
    assert Password(PasswordKind.CAN, "000123").secret() == b"000123"


@pytest.mark.parametrize("status", ["6300", "63C2", "6982", "6983", "6985"])
def test_a_refused_token_means_wrong_password(
    script: MakeScript, from_hex: MakeRandom, offer: Offer, status: str
) -> None:
    card = script([MSE, NONCE, MAP, AGREE, (TOKEN[0], status)])
    with pytest.raises(WrongPasswordError):
        pace.establish(card, offer, PASSWORD, from_hex(RANDOM))


def test_a_wrong_token_of_the_chip_means_wrong_password(script: MakeScript, from_hex: MakeRandom, offer: Offer) -> None:
    card = script([MSE, NONCE, MAP, AGREE, (TOKEN[0], "7C0A86083ABB9674BCE93C099000")])
    with pytest.raises(WrongPasswordError):
        pace.establish(card, offer, PASSWORD, from_hex(RANDOM))


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([(MSE[0], "6D00")], NotOfferedError),
        ([(MSE[0], "6A88")], pace.UnknownReferenceError),
        ([(MSE[0], "6F00")], StatusError),
        ([MSE, (NONCE[0], "6F00")], StatusError),
        ([MSE, (NONCE[0], "9000")], StatusError),
        ([MSE, (NONCE[0], "7C0A800895A3A016522EE98D9000")], MalformedError),
        ([MSE, (NONCE[0], "7C1281109000")], MalformedError),
        ([MSE, NONCE, (MAP[0], MAP[1][:60] + "9000")], MalformedError),
        ([MSE, NONCE, (MAP[0], MAP[1][:-6] + "559000")], MalformedError),
        ([MSE, NONCE, MAP, (AGREE[0], "7C438441" + AGREE[0][18:-2] + "9000")], MalformedError),
    ],
    ids=["no-pace", "no-password", "weak", "weak-nonce", "empty", "short", "tag", "cut", "off-curve", "reflected"],
)  # fmt: skip
def test_a_breakdown_is_no_wrong_password(
    script: MakeScript,
    from_hex: MakeRandom,
    offer: Offer,
    lines: list[tuple[str, str]],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        pace.establish(script(lines), offer, PASSWORD, from_hex(RANDOM))


class Mirror:
    """A chip that sends the reader's last key back, filled up with zeros as chips do with short integers."""

    def __init__(self) -> None:
        self.reflected = b""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        if command[1] == 0x22:
            return b"", 0x9000
        asked = tlv.read_all(tlv.read_one(command[5:-1], 0x7C))
        if not asked:
            return tlv.encode(0x7C, tlv.encode(0x80, bytes(16))), 0x9000
        if asked[0].tag == 0x85:
            return b"", 0x6300
        if asked[0].tag == 0x83:
            self.reflected = asked[0].value
        return tlv.encode(0x7C, tlv.encode(asked[0].tag + 1, asked[0].value.rjust(128, b"\0"))), 0x9000


def test_a_reflected_integer_is_refused_in_another_spelling_too() -> None:
    # With these keys the integer that the reader sends is a byte shorter than the group's.
    keys = iter((bytes(19) + b"\x05", bytes(19) + b"\x48"))
    chip = Mirror()
    with pytest.raises(MalformedError):
        pace.establish(chip, offer_of(PACE + "1.2", 0), PASSWORD, lambda _: next(keys))
    assert len(chip.reflected) == 127


def test_a_count_of_attempts_left_is_no_refusal(script: MakeScript, from_hex: MakeRandom, offer: Offer) -> None:
    card = script([(MSE[0], "63C3"), NONCE, MAP, AGREE, TOKEN])
    assert pace.establish(card, offer, PASSWORD, from_hex(RANDOM)).channel.suite is AES_128


def test_the_strongest_known_offer_comes_first() -> None:
    listed = [
        PaceInfo(PACE + "9.9", 2, BRAINPOOL_P256R1),
        PaceInfo(PACE + "2.2", 2, None),
        PaceInfo(PACE + "2.1", 2, 12),
        PaceInfo(PACE + "1.4", 2, 2),
        PaceInfo(PACE + "2.2", 2, 13),
        PaceInfo(PACE + "2.4", 2, 12),
        PaceInfo(PACE + "2.4", 2, 17),
        PaceInfo(PACE + "4.4", 2, 17),
        PaceInfo(PACE + "6.2", 2, 13),
    ]
    found = [(offer.info.protocol.removeprefix(PACE), offer.info.parameter_id) for offer in pace.offers(listed)]
    assert found == [("6.2", 13), ("2.4", 17), ("2.4", 12), ("4.4", 17), ("1.4", 2), ("2.2", 13), ("2.1", 12)]
    assert [offer.ambiguous for offer in pace.offers(listed)] == [False, True, True, False, False, True, False]


@pytest.mark.parametrize(
    ("protocol", "version", "parameter_id"),
    [("9.9", 2, 13), ("2.2", 1, 13), ("2.2", 2, None), ("2.2", 2, 3), ("2.2", 2, 0), ("1.2", 2, 13), ("4.2", 2, 10)],
    ids=["protocol", "version", "own", "reserved", "curve-of-integers", "integers-of-curve", "unmappable-curve"],
)
def test_what_is_not_known_is_no_offer(protocol: str, version: int, parameter_id: int | None) -> None:
    assert pace.offers([PaceInfo(PACE + protocol, version, parameter_id)]) == ()


def test_every_protocol_of_the_standard_is_known() -> None:
    # ICAO 9303-11 §9.2.1: no DES with chip authentication mapping, which needs a curve
    families = {1: 4, 2: 4, 3: 4, 4: 4, 6: 3}
    every = {f"{PACE}{family}.{cipher}" for family, count in families.items() for cipher in range(5 - count, 5)}
    assert set(pace.PROTOCOLS) == every


def test_the_parameter_number_is_sent_only_where_the_chip_offers_several(script: MakeScript) -> None:
    offer = pace.offers([PaceInfo(GM_AES_128, 2, BRAINPOOL_P256R1), PaceInfo(GM_AES_128, 2, 12)])[0]
    card = script([("0022C1A412800A04007F0007020204020283010184010D", "6A80")])
    with pytest.raises(NotOfferedError):
        pace.establish(card, offer, PASSWORD, bytes)


def test_a_nonce_of_zero_is_refused(script: MakeScript, from_hex: MakeRandom, offer: Offer) -> None:
    key = AES_128.derive(PASSWORD.secret(), 3)
    nonce = tlv.encode(0x7C, tlv.encode(0x80, AES_128.encrypt(key, bytes(16), bytes(16))))
    with pytest.raises(MalformedError):
        pace.establish(script([MSE, (NONCE[0], nonce.hex() + "9000"), MAP]), offer, PASSWORD, from_hex(RANDOM))
