"""The chip's secure messaging against the worked example [ICAO 9303-11 appendix D.4]."""

import pytest

from kiosk.simulator.chip.apdu import RefusedError, Sw, parse
from kiosk.simulator.chip.messaging import AesSuite, Session, TripleDesSuite, derive_3des

KS_ENC = bytes.fromhex("979EC13B1CBFE9DCD01AB0FED307EAE5")
KS_MAC = bytes.fromhex("F1CB1F1FB5ADF208806B89DC579DC1F8")
SSC = 0x887022120C06C226
SELECT_COM = "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"


@pytest.fixture
def session() -> Session:
    return Session(TripleDesSuite(KS_ENC, KS_MAC), SSC)


def test_worked_example_is_opened_and_answered_byte_for_byte(session: Session) -> None:
    select = session.unwrap(parse(bytes.fromhex(SELECT_COM)))
    assert (select.header.hex(), select.data.hex(), select.le) == ("00a4020c", "011e", None)
    assert session.wrap(select.ins, b"", 0x9000).hex().upper() == "990290008E08FA855A5D4C50A8ED"

    head = session.unwrap(parse(bytes.fromhex("0CB000000D9701048E08ED6705417E96BA5500")))
    assert (head.header.hex(), head.data, head.le) == ("00b00000", b"", 4)
    answer = session.wrap(head.ins, bytes.fromhex("60145F01"), 0x9000)
    assert answer.hex().upper() == "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED"

    rest = session.unwrap(parse(bytes.fromhex("0CB000040D9701128E082EA28A70F3C7B53500")))
    assert (rest.p1p2, rest.le) == (4, 18)
    answer = session.wrap(rest.ins, bytes.fromhex("04303130365F36063034303030305C026175"), 0x9000)
    assert answer.hex().upper() == (
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D74"
    )


def test_keys_of_the_worked_example_are_derived_with_parity() -> None:
    seed = bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE")
    assert derive_3des(seed, 1).hex().upper() == "AB94FDECF2674FDFB9B391F85D7F76F2"
    assert derive_3des(seed, 2).hex().upper() == "7962D9ECE03D1ACD4C76089DCE131543"


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F900", Sw.SM_OBJECT_WRONG),
        ("0CA4020C158709016375432908C044F78E08BF8B92D635FF24F800", Sw.SM_OBJECT_WRONG),
        ("0CA4020D158709016375432908C044F68E08BF8B92D635FF24F800", Sw.SM_OBJECT_WRONG),
        ("0CA4020C0B8709016375432908C044F600", Sw.SM_OBJECT_MISSING),
        ("0CA4020C048E02BF8B00", Sw.SM_OBJECT_WRONG),
        ("0CA4020C028E0800", Sw.SM_OBJECT_WRONG),
        ("0CA4020C0400000000", Sw.SM_OBJECT_WRONG),
        ("0CA4020C", Sw.SM_OBJECT_MISSING),
    ],
    ids=["mac", "data", "header", "no-mac", "short-mac", "cut-off", "nonsense", "nothing"],
)
def test_changed_command_is_refused(session: Session, command: str, sw: Sw) -> None:
    with pytest.raises(RefusedError) as refusal:
        session.unwrap(parse(bytes.fromhex(command)))
    assert refusal.value.sw == sw


def test_command_sent_twice_is_refused_the_second_time(session: Session) -> None:
    session.unwrap(parse(bytes.fromhex(SELECT_COM)))
    with pytest.raises(RefusedError):
        session.unwrap(parse(bytes.fromhex(SELECT_COM)))


@pytest.mark.parametrize(
    ("suite", "plain_bytes"), [(TripleDesSuite(KS_ENC, KS_MAC), 231), (AesSuite(KS_ENC, KS_MAC), 223)]
)
def test_short_answer_is_filled_and_not_overfilled(suite: TripleDesSuite | AesSuite, plain_bytes: int) -> None:
    session = Session(suite)
    assert session.plain_bytes_within(256) == plain_bytes
    assert len(session.wrap(0xB0, bytes(plain_bytes), 0x9000)) <= 256
    assert len(session.wrap(0xB0, bytes(plain_bytes + 1), 0x9000)) + 2 > 256
    wide = session.plain_bytes_within(4096)
    assert len(session.wrap(0xB0, bytes(wide), 0x9000)) <= 4096 < len(session.wrap(0xB0, bytes(wide + 16), 0x9000))
