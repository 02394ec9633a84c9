import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

import pytest

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import pace, tlv
from kiosk.reader.emrtd.crypto import AES_128
from kiosk.reader.emrtd.iso7816 import StatusError
from kiosk.reader.emrtd.pace import NotOfferedError, Offer, Password, PasswordKind, WrongPasswordError
from kiosk.reader.emrtd.security_infos import PaceInfo
from kiosk.reader.emrtd.tlv import MalformedError

MakeScript = Callable[[Sequence[tuple[str, str]]], CardConnection]
MakeRandom = Callable[[Iterable[str]], Callable[[int], bytes]]

GM_AES_128 = "0.4.0.127.0.7.2.2.4.2.2"
BRAINPOOL_P256R1 = 13

# ICAO 9303-11 appendix G.1: MRZ information, nonce, private keys of the terminal
PASSWORD = Password(PasswordKind.MRZ, "T22000129364081251010318")
RANDOM = (
    "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
    "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
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


@pytest.fixture
def offer() -> Offer:
    found = pace.choose([PaceInfo(GM_AES_128, 2, BRAINPOOL_P256R1)])
    assert found is not None
    return found


def test_the_worked_example_of_generic_mapping(script: MakeScript, from_hex: MakeRandom, offer: Offer) -> None:
    card = script([MSE, NONCE, MAP, AGREE, TOKEN])
    channel = pace.open_channel(card, offer, PASSWORD, from_hex(RANDOM))
    assert channel.suite is AES_128
    assert channel.short_block == 223


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
        pace.open_channel(card, offer, PASSWORD, from_hex(RANDOM))


def test_a_wrong_token_of_the_chip_means_wrong_password(script: MakeScript, from_hex: MakeRandom, offer: Offer) -> None:
    card = script([MSE, NONCE, MAP, AGREE, (TOKEN[0], "7C0A86083ABB9674BCE93C099000")])
    with pytest.raises(WrongPasswordError):
        pace.open_channel(card, offer, PASSWORD, from_hex(RANDOM))


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
        pace.open_channel(script(lines), offer, PASSWORD, from_hex(RANDOM))


def test_a_count_of_attempts_left_is_no_refusal(script: MakeScript, from_hex: MakeRandom, offer: Offer) -> None:
    card = script([(MSE[0], "63C3"), NONCE, MAP, AGREE, TOKEN])
    assert pace.open_channel(card, offer, PASSWORD, from_hex(RANDOM)).suite is AES_128


def test_the_first_known_offer_is_chosen() -> None:
    unknown = PaceInfo("0.4.0.127.0.7.2.2.4.9.9", 2, BRAINPOOL_P256R1)
    own_parameters = PaceInfo(GM_AES_128, 2, None)
    known = PaceInfo("0.4.0.127.0.7.2.2.4.2.4", 2, 12)
    found = pace.choose([unknown, own_parameters, known])
    assert found is not None
    assert (found.info, found.ambiguous) == (known, False)
    assert pace.choose([unknown, own_parameters]) is None


def test_the_parameter_number_is_sent_only_where_the_chip_offers_several(script: MakeScript) -> None:
    offer = pace.choose([PaceInfo(GM_AES_128, 2, BRAINPOOL_P256R1), PaceInfo(GM_AES_128, 2, 12)])
    assert offer is not None
    card = script([("0022C1A412800A04007F0007020204020283010184010D", "6A80")])
    with pytest.raises(NotOfferedError):
        pace.open_channel(card, offer, PASSWORD, bytes)


def test_a_nonce_of_zero_is_refused(script: MakeScript, from_hex: MakeRandom, offer: Offer) -> None:
    key = AES_128.derive(PASSWORD.secret(), 3)
    nonce = tlv.encode(0x7C, tlv.encode(0x80, AES_128.encrypt(key, bytes(16), bytes(16))))
    with pytest.raises(MalformedError):
        pace.open_channel(script([MSE, (NONCE[0], nonce.hex() + "9000"), MAP]), offer, PASSWORD, from_hex(RANDOM))


class Chip:
    """The chip's end for any row of the protocol table, as far as these tests need it [ICAO 9303-11 §4.4]."""

    def __init__(self, offer: Offer, password: Password) -> None:
        self.offer = offer
        self.suite = offer.protocol.suite
        self.password = password
        self.nonce = secrets.token_bytes(16)
        self.generator = b""
        self.secret = b""
        self.publics: tuple[bytes, bytes] = (b"", b"")

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        if command[1] == 0x22:
            return b"", 0x9000
        ((step, value),) = self._objects(command).items() or {0: b""}.items()
        return tlv.encode(0x7C, self._answer(step, value)), 0x9000

    def _objects(self, command: bytes) -> Mapping[int, bytes]:
        length = command[4]
        return {item.tag: item.value for item in tlv.read_all(tlv.read_one(command[5 : 5 + length], 0x7C))}

    def _answer(self, step: int, value: bytes) -> bytes:
        suite, group = self.suite, self.offer.group
        if step == 0:
            key = suite.derive(self.password.secret(), 3)
            return tlv.encode(0x80, suite.encrypt(key, bytes(suite.block), self.nonce))
        private = group.random_key(secrets.token_bytes)
        if step == 0x81:
            nonce = group.key(int.from_bytes(self.nonce, "big")).public
            self.generator = group.product(nonce, private.power(value))
            return tlv.encode(0x82, private.public)
        if step == 0x83:
            self.publics = (value, private.power(self.generator))
            self.secret = private.secret(value)
            return tlv.encode(0x84, self.publics[1])
        terminal, mine = self.publics
        assert value == self._token(mine)
        return tlv.encode(0x86, self._token(terminal))

    def _token(self, public: bytes) -> bytes:
        oid = tlv.encode(0x06, tlv.encode_oid(self.offer.info.protocol))
        key = self.suite.derive(self.secret, 2)
        return self.suite.token(key, tlv.encode(0x7F49, oid + tlv.encode(0x86, public)))


@pytest.mark.parametrize("cipher", [1, 2, 3, 4], ids=["3des", "aes-128", "aes-192", "aes-256"])
@pytest.mark.parametrize("parameter_id", [10, 12, 13, 16, 18])
def test_every_cipher_opens_on_other_curves_too(cipher: int, parameter_id: int) -> None:
    offer = pace.choose([PaceInfo(f"0.4.0.127.0.7.2.2.4.2.{cipher}", 2, parameter_id)])
    assert offer is not None
    chip = Chip(offer, PASSWORD)
    channel = pace.open_channel(chip, offer, PASSWORD, secrets.token_bytes)
    assert channel.suite is offer.protocol.suite
