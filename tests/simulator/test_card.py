"""The virtual card as a terminal meets it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from kiosk.simulator.card import CITIZEN_CARD_ATR, BankCard, Card, VirtualCard
from kiosk.simulator.chip.personalization import Fid, Personalization, personalize
from kiosk.simulator.chip.profile import CardProfile, Mapping, PaceKind
from kiosk.simulator.people import Person, find_person
from kiosk.simulator.pki import Pki

if TYPE_CHECKING:
    from tests.simulator.conftest import Terminal

MakeTerminal = Callable[[Card], "Terminal"]
CAN, MRZ = 2, 1
READABLE = (Fid.COM, Fid.SOD, Fid.DG1, Fid.DG2, Fid.DG13, Fid.DG14, Fid.DG15)


@pytest.fixture
def chip(reference_person: Person, pki: Pki) -> Personalization:
    return personalize(reference_person, pki)


@pytest.fixture
def card(reference_person: Person, pki: Pki) -> VirtualCard:
    return VirtualCard(reference_person, pki)


@pytest.fixture
def opened(card: VirtualCard, terminal: MakeTerminal, reference_person: Person) -> "Terminal":
    """A terminal that has opened the reference card by PACE and selected its application."""
    talk = terminal(card)
    assert talk.pace(reference_person.can.encode(), CAN) == 0x9000
    assert talk.select_application() == 0x9000
    return talk


def card_of(person: Person, pki: Pki, kind: str) -> VirtualCard:
    return VirtualCard(replace(person, chip=kind), pki)


def test_whole_card_is_read_after_pace_with_the_can(opened: "Terminal", chip: Personalization) -> None:
    assert {fid: opened.read_file(fid) for fid in READABLE} == chip.files


def test_whole_card_is_read_after_bac(card: VirtualCard, terminal: MakeTerminal, chip: Personalization) -> None:
    talk = terminal(card)
    talk.select_application()
    assert talk.bac(chip.mrz.key_input) == 0x9000
    assert {fid: talk.read_file(fid, block=231) for fid in READABLE} == chip.files


def test_pace_takes_the_zone_as_password(card: VirtualCard, terminal: MakeTerminal, chip: Personalization) -> None:
    talk = terminal(card)
    assert talk.pace(hashlib.sha1(chip.mrz.key_input).digest(), MRZ) == 0x9000


def test_pace_works_after_the_application_was_selected(
    card: VirtualCard, terminal: MakeTerminal, chip: Personalization
) -> None:
    talk = terminal(card)
    talk.select_application()
    assert talk.pace(chip.can, CAN) == 0x9000
    assert talk.read_file(Fid.COM) == chip.files[Fid.COM]


def test_session_of_pace_needs_the_application_selected(
    card: VirtualCard, terminal: MakeTerminal, chip: Personalization
) -> None:
    talk = terminal(card)
    talk.pace(chip.can, CAN)
    assert talk.command("00A4020C", bytes.fromhex("011E")) == (b"", 0x6A82)


@pytest.mark.parametrize("password", [b"000124", b"", b"123000"])
def test_wrong_can_is_told_as_6300_and_opens_nothing(
    card: VirtualCard, terminal: MakeTerminal, password: bytes
) -> None:
    talk = terminal(card)
    assert talk.pace(password, CAN) == 0x6300
    talk.select_application()
    assert talk.send("00A4020C02011E")[1] == 0x6982


def test_wrong_zone_is_told_as_6300_and_opens_nothing(card: VirtualCard, terminal: MakeTerminal) -> None:
    talk = terminal(card)
    talk.select_application()
    assert talk.bac(b"090000123390011583001157") == 0x6300
    assert talk.send("00B09E0004")[1] == 0x6982


def test_challenge_serves_one_attempt(card: VirtualCard, terminal: MakeTerminal) -> None:
    talk = terminal(card)
    talk.select_application()
    talk.bac(b"090000123390011583001157")
    assert talk.send("0082000028" + "00" * 40 + "28")[1] == 0x6985


def test_bac_needs_the_application(card: VirtualCard, terminal: MakeTerminal, chip: Personalization) -> None:
    assert terminal(card).bac(chip.mrz.key_input) == 0x6985


def test_card_access_is_read_without_master_file_and_without_rights(card: VirtualCard, terminal: MakeTerminal) -> None:
    talk = terminal(card)
    assert talk.send("00A4000C023F00") == (b"", 0x6D00)
    assert talk.send("00A4020C02011C") == (b"", 0x9000)
    card_access = bytes.fromhex(
        "3134300d060804007f0007020202020101300f060a04007f000702020302020201013012060a04007f0007020204020202010202010d"
    )
    assert talk.send("00B0000000") == (card_access, 0x6282)
    assert talk.send("00B09C0008") == (card_access[:8], 0x9000)


def test_card_of_the_old_kind_knows_no_pace(
    reference_person: Person, pki: Pki, terminal: MakeTerminal, chip: Personalization
) -> None:
    talk = terminal(card_of(reference_person, pki, "bac-only"))
    assert talk.send("00A4020C02011C")[1] == 0x6A82
    assert talk.pace(chip.can, CAN) == 0x6D00
    talk.select_application()
    assert talk.bac(chip.mrz.key_input) == 0x9000
    assert talk.read_file(Fid.DG1) == chip.files[Fid.DG1]


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("00A4020C02011E", 0x6982),
        ("00B09E0004", 0x6982),
        ("00B0000004", 0x6986),
        ("00A4020C020103", 0x6982),
        ("00A4020C02010B", 0x6A82),
        ("00A4040C07A0000002471002", 0x6A82),
        ("00A40400", 0x6A82),
        ("00A4010C021234", 0x6A86),
        ("0088000008" + "00" * 8 + "00", 0x6982),
        ("0086000002" + "7C00" + "00", 0x6985),
        ("00CA0000", 0x6D00),
        ("80A4020C02011E", 0x6E00),
        ("1084000008", 0x6884),
        ("0CB09E000D9701048E08ED6705417E96BA5500", 0x6987),
        ("00B0000000000A", 0x6700),
        ("00A4020C03011E", 0x6700),
        ("00A4", 0x6700),
        ("0022C1A40F800A04007F00070202040206830102", 0x6A80),
        ("0022C1A40F800A04007F00070202040202830103", 0x6A88),
        ("0022C1A412800A04007F0007020204020283010284010C", 0x6A80),
        ("0022C1A402800A", 0x6A80),
        ("002241A40C800A04007F00070202030202", 0x6982),
        ("002241A603910104", 0x6982),
        ("0022000002830A", 0x6A80),
        ("00220000028300", 0x6A86),
    ],
)
def test_refusals_of_the_closed_card(card: VirtualCard, terminal: MakeTerminal, command: str, sw: int) -> None:
    talk = terminal(card)
    talk.select_application()
    assert talk.send(command) == (b"", sw)


@pytest.mark.parametrize(
    ("fid", "sw"), [("0103", 0x6982), ("010B", 0x6A82), ("010C", 0x6A82), ("0104", 0x6A82), ("011F", 0x6A82)]
)
def test_fingerprints_are_refused_and_absent_groups_absent(opened: "Terminal", fid: str, sw: int) -> None:
    assert opened.command("00A4020C", bytes.fromhex(fid)) == (b"", sw)
    assert opened.command(f"00B0{0x80 | int(fid[2:], 16):02X}00", le=b"\x04") == (b"", sw)
    assert opened.select_application() == 0x9000


def test_file_is_read_by_its_short_identifier_and_goes_on_from_there(opened: "Terminal", chip: Personalization) -> None:
    first, _ = opened.command("00B08200", le=b"\xdf")
    second, _ = opened.command("00B000DF", le=b"\x00")
    assert first + second == chip.files[Fid.DG2][: 2 * 223]


def test_reading_past_the_end_is_told(opened: "Terminal", chip: Personalization) -> None:
    dg1 = chip.files[Fid.DG1]
    assert opened.command("00B08150", le=b"\x20") == (dg1[0x50:], 0x6282)
    assert opened.command(f"00B000{len(dg1):02X}", le=b"\x01") == (b"", 0x6B00)
    assert opened.command("00B00000") == (b"", 0x6700)


def test_odd_read_binary_carries_its_offset_in_data(opened: "Terminal", chip: Personalization) -> None:
    data, sw = opened.command("00B10002", bytes.fromhex("54020100"), b"\x20")
    assert (data, sw) == (b"\x53\x1c" + chip.files[Fid.DG2][0x100 : 0x100 + 0x1C], 0x9000)
    assert opened.command("00B10000", bytes.fromhex("540100"), b"\x08")[0][2:] == chip.files[Fid.DG2][:4]
    assert opened.command("00B1010D", bytes.fromhex("540100"), b"\x08")[0][2:] == chip.files[Fid.DG13][:4]
    assert opened.command("00B10000", bytes.fromhex("530100"), b"\x08")[1] == 0x6A80


def test_extended_lengths_are_refused_by_most_cards_and_end_the_session(opened: "Terminal") -> None:
    assert opened.command("00B09E00", le=b"\x10\x00", extended=True) == (b"", 0x6700)
    assert opened.command("00B09E00", le=b"\x04") == (b"", 0x6987)


def test_extended_card_answers_four_thousand_bytes_at_once(
    reference_person: Person, pki: Pki, terminal: MakeTerminal, chip: Personalization
) -> None:
    talk = terminal(card_of(reference_person, pki, "extended"))
    talk.pace(chip.can, CAN)
    talk.select_application()
    data, sw = talk.command("00B08200", le=b"\x00\x00", extended=True)
    assert sw == 0x9000
    assert data == chip.files[Fid.DG2][: len(data)]
    assert 4000 < len(data) < 4096


def test_wrong_mac_ends_session_and_rights(opened: "Terminal", card: VirtualCard) -> None:
    assert opened.session is not None
    command = bytearray(opened.session.protect("00B09E00", b"", b"\x04"))
    command[-2] ^= 1
    assert opened.transmit(bytes(command)) == (b"", 0x6988)
    assert opened.send("00B09E0004") == (b"", 0x6982)
    assert opened.command("00B09E00", le=b"\x04") == (b"", 0x6987)


def test_plain_command_ends_session_and_rights(opened: "Terminal") -> None:
    assert opened.send("00B09E0004") == (b"", 0x6982)
    assert opened.command("00B09E00", le=b"\x04") == (b"", 0x6987)


def test_reset_ends_everything(opened: "Terminal", card: VirtualCard) -> None:
    card.reset()
    assert opened.command("00B09E00", le=b"\x04") == (b"", 0x6987)
    assert opened.send("00B09E0004") == (b"", 0x6A82)


def test_chip_authentication_goes_on_under_new_keys(opened: "Terminal", chip: Personalization) -> None:
    assert opened.chip_authentication(chip_key(chip)) == 0x9000
    assert opened.read_file(Fid.DG1) == chip.files[Fid.DG1]


@pytest.mark.parametrize(
    ("header", "data", "sw"),
    [
        ("002241A4", "800A04007F00070202030204", 0x6A80),
        ("002241A4", "800A04007F00070202030202840101", 0x6A88),
        ("002241A6", "910104", 0x6A80),
        ("00860000", "7C0380 0104", 0x6985),
        ("002241B6", "8300", 0x6A86),
    ],
    ids=["another-cipher", "another-key", "key-agreement-of-3des", "no-template", "another-template"],
)
def test_refusals_of_chip_authentication_leave_the_session_alive(
    opened: "Terminal", header: str, data: str, sw: int
) -> None:
    assert opened.command(header, bytes.fromhex(data), b"\x00" if header[2:4] == "86" else None) == (b"", sw)
    assert opened.select_application() == 0x9000


def test_chip_without_proofs_refuses_them(reference_person: Person, pki: Pki, terminal: MakeTerminal) -> None:
    profile = CardProfile(chip_authentication=None, active_authentication=None)
    talk = terminal(VirtualCard(reference_person, pki, profile=profile))
    talk.pace(reference_person.can.encode(), CAN)
    talk.select_application()
    assert talk.command("002241A4", bytes.fromhex("800A04007F00070202030202"))[1] == 0x6D00
    assert talk.command("00880000", b"12345678", b"\x00")[1] == 0x6D00
    assert talk.command("00A4020C", bytes.fromhex("010E"))[1] == 0x6A82
    assert talk.command("00A4020C", bytes.fromhex("010F"))[1] == 0x6A82


def test_card_security_lies_beside_the_application_and_needs_a_session(
    reference_person: Person, pki: Pki, terminal: MakeTerminal
) -> None:
    profile = CardProfile(pace=(PaceKind(), PaceKind(Mapping.CHIP_AUTHENTICATION)))
    card = VirtualCard(reference_person, pki, profile=profile)
    talk = terminal(card)
    assert talk.send("00B09D0004") == (b"", 0x6982)
    talk.pace(reference_person.can.encode(), CAN)
    security = talk.read_file(Fid.CARD_SECURITY)
    assert security == personalize(reference_person, pki, profile).card_security
    talk.select_application()
    assert talk.read_file(Fid.SOD) != security
    assert talk.command("00A4000C", bytes.fromhex("3F00"))[1] == 0x9000
    assert talk.read_file(Fid.CARD_SECURITY) == security


def test_copied_chip_cannot_go_on_under_the_new_keys(
    reference_person: Person, pki: Pki, terminal: MakeTerminal, chip: Personalization
) -> None:
    talk = terminal(card_of(reference_person, pki, "copied"))
    talk.pace(chip.can, CAN)
    talk.select_application()
    assert talk.chip_authentication(chip_key(chip)) == 0x9000
    assert talk.command("00B09E00", le=b"\x04") == (b"", 0x6988)


@pytest.mark.parametrize("kind", ["genuine", "copied"])
def test_ecdsa_signature_of_the_challenge(
    reference_person: Person, pki: Pki, terminal: MakeTerminal, chip: Personalization, kind: str
) -> None:
    signature = challenged(card_of(reference_person, pki, kind), terminal, chip.can)
    key = serialization.load_der_public_key(chip.files[Fid.DG15][2:])
    assert isinstance(key, ec.EllipticCurvePublicKey)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    assert verifies(key, encode_dss_signature(r, s), b"12345678") is (kind == "genuine")


@pytest.mark.parametrize("kind", ["genuine", "copied"])
def test_rsa_signature_of_the_challenge(reference_person: Person, pki: Pki, terminal: MakeTerminal, kind: str) -> None:
    person = replace(reference_person, card="2024")
    signature = challenged(card_of(person, pki, kind), terminal, person.can.encode())
    key = serialization.load_der_public_key(personalize(person, pki).files[Fid.DG15][3:])
    assert isinstance(key, rsa.RSAPublicKey)
    numbers = key.public_numbers()
    message = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n).to_bytes(128, "big")
    assert (message[0] == 0x6A and message.endswith(b"\x34\xcc")) is (kind == "genuine")
    if kind == "genuine":
        digest = hashes.Hash(hashes.SHA256())
        digest.update(message[1:-34] + b"12345678")
        assert message[-34:-2] == digest.finalize()


def test_challenge_of_another_length_is_refused(opened: "Terminal") -> None:
    assert opened.command("00880000", b"1234567", b"\x00") == (b"", 0x6700)


def test_same_random_bytes_give_the_same_conversation(reference_person: Person, pki: Pki) -> None:
    commands = [bytes.fromhex(c) for c in ("00A4040C07A0000002471001", "0084000008")]
    one, other = (VirtualCard(reference_person, pki, random=lambda size: b"\x07" * size) for _ in range(2))
    assert [one.transmit(c) for c in commands] == [other.transmit(c) for c in commands]
    assert one.process(commands[1]) == b"\x07" * 8 + b"\x90\x00"


def test_every_citizens_card_opens_with_the_end_of_the_number(
    people: tuple[Person, ...], pki: Pki, terminal: MakeTerminal
) -> None:
    holders = [person for person in people if person.card != "none" and person.chip != "bac-only"]
    for person in holders:
        talk = terminal(VirtualCard(person, pki))
        assert talk.pace(person.number[-6:].encode(), CAN) == 0x9000
        talk.select_application()
        assert person.number.encode() in talk.read_file(Fid.DG1)
    assert len(holders) >= 30


def test_bank_card_is_no_identity_document(terminal: MakeTerminal) -> None:
    card = BankCard()
    assert card.atr != CITIZEN_CARD_ATR
    talk = terminal(card)
    assert talk.select_application() == 0x6A82
    assert talk.send("00A4020C02011C")[1] == 0x6A82
    assert talk.send("0084000008")[1] == 0x6D00


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_nonsense_is_answered_with_a_status_word_and_opens_nothing(
    people: tuple[Person, ...], pki: Pki, commands: list[bytes]
) -> None:
    person = find_person(people, "999090000123")
    assert person is not None
    card = VirtualCard(person, pki)
    for command in commands:
        _, sw = card.transmit(command)
        assert 0x6000 <= sw <= 0x9000
    card.transmit(bytes.fromhex("00A4040C07A0000002471001"))
    assert card.transmit(bytes.fromhex("00B09E0004")) == (b"", 0x6982)


def chip_key(chip: Personalization) -> bytes:
    public = ec.derive_private_key(chip.chip_secrets[13], ec.BrainpoolP256R1()).public_key()
    encoded = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    assert encoded in chip.files[Fid.DG14]
    return encoded


def verifies(key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def challenged(card: VirtualCard, terminal: MakeTerminal, can: bytes) -> bytes:
    talk = terminal(card)
    talk.pace(can, CAN)
    talk.select_application()
    signature, sw = talk.command("00880000", b"12345678", b"\x00")
    assert sw == 0x9000
    return signature
