"""The chip's PACE against the worked examples [ICAO 9303-11 appendices G to I]."""

from collections.abc import Callable

import pytest

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.apdu import RefusedError, Sw
from kiosk.simulator.chip.domain_parameters import BRAINPOOL_P256R1, GROUPS
from kiosk.simulator.chip.pace import Pace, password_of_mrz
from kiosk.simulator.chip.profile import Mapping, PaceKind

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


def draws(order: int, *scalars: int, nonce: str) -> Callable[[int], bytes]:
    """The nonce, then the scalars as the chip draws them: from zero, each as long as the order."""
    size = (order.bit_length() + 7) // 8
    left = iter((bytes.fromhex(nonce), *((scalar % order - 1).to_bytes(size, "big") for scalar in scalars)))
    return lambda _: next(left)


def test_worked_example_of_integers_is_answered_byte_for_byte() -> None:
    # ICAO 9303-11 appendix G.2: nonce, the chip's private keys
    order = GROUPS[0].order
    random = draws(
        order,
        0x66DDAFEAC1609CB5B963BB0CB3FF8B3E047F336C,
        0xA5B780126B7C980E9FCEA1D4539DA1D27C342DFA,
        nonce="FA5B7E3E49753A0DB9178B7B9BD898C8",
    )
    pace = Pace(PaceKind(parameter_id=0), password_of_mrz(KEY_INPUT), random)
    # ICAO 9303-11 appendix G.2: the terminal's keys and token, the chip's answers
    assert pace.answer(bytes.fromhex("7C00"), chained=True).hex().upper() == "7C128010854D8DF5827FA6852D1A4FA701CDDDCA"
    terminal_map = bytes.fromhex(
        "23FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB13D1DEBCE9A3666DBCFC920"
        "B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B9359BC0490D01B03AD54022D"
        "CB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C"
    )
    assert step(pace, 0x81, terminal_map).hex().upper() == (
        "78879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19E004706FACE7"
        "B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6783FE42C9F24"
        "49400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE6"
    )
    terminal_public = bytes.fromhex(
        "907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D04369F29A02626C86FBC6747C"
        "C7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A922212C5F67F43173172236"
        "B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D4"
    )
    assert (
        step(pace, 0x83, terminal_public).hex().upper().startswith("075693D9AE941877573E634B6E644F8E60AF17A0076B8B12")
    )
    assert step(pace, 0x85, bytes.fromhex("B46DD9BD4D98381F"), chained=False).hex().upper() == "917F37B5C0E6D8D1"


def test_worked_example_of_integrated_mapping_is_answered_after_its_nonce() -> None:
    # ICAO 9303-11 appendix H.1: nonces, the chip's private key, keys and tokens; it does not state the password
    kind = PaceKind(Mapping.INTEGRATED)
    pace = Pace(kind, b"", draws(BRAINPOOL_P256R1.order, SECRET, nonce="2923BE84E16CD6AE529049F1F1BBE9EB"))
    pace.answer(bytes.fromhex("7C00"), chained=True)
    assert step(pace, 0x81, bytes.fromhex("5DD4CBFC96F5453B130D890A1CDBAE32")) == b""
    terminal_public = bytes.fromhex(
        "0489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D4"
        "6755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C37"
    )
    assert step(pace, 0x83, terminal_public).hex().upper() == (
        "0467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8"
        "932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D22753"
    )
    assert step(pace, 0x85, bytes.fromhex("450F02B86F6A0909"), chained=False).hex().upper() == "75D4D96E8D5B0308"


def test_worked_example_of_integrated_mapping_with_integers_is_answered_after_its_nonce() -> None:
    # ICAO 9303-11 appendix H.2: nonces, the chip's private key, keys and tokens; it does not state the password
    secret = int(
        "020F018C7284B047FA7721A337EFB7ACB1440BB30C5252BD41C97C30C994BB78E9F0C5B32744D84017D21FFA6878396A"
        "6469CA283EF5C000DAF7D261A39AB8860ED4610AB5343390897AAB5A7787E4FAEFA0649C6A94FDF82D991E8E3FC332F5"
        "142729E7040A3F7D5A4D3CD75CBEE1F043C1CAD2DD484FEB4ED22B597D36688E",
        16,
    )
    kind = PaceKind(Mapping.INTEGRATED, parameter_id=0)
    pace = Pace(kind, b"", draws(GROUPS[0].order, secret, nonce="FA5B7E3E49753A0DB9178B7B9BD898C8"))
    pace.answer(bytes.fromhex("7C00"), chained=True)
    assert step(pace, 0x81, bytes.fromhex("B3A6DB3C870C3E99245E0D1C06B747DE")) == b""
    terminal_public = bytes.fromhex(
        "0F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0E4F8A951557E929AEB48E5C6DD47F2F5"
        "CD7C351A9BD2CD722C07EDE166770F08FFCB370262CF308DD7B07F2E0DA9CAAA1492344C852906919538C98A4BA4187E"
        "76CE9D87832386D319CE2E043C3343AEAE6EDBA1A9894DC5094D22F7FE1351D5"
    )
    assert (
        step(pace, 0x83, terminal_public).hex().upper().startswith("928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378")
    )
    assert step(pace, 0x85, bytes.fromhex("55D61977CBF5307E"), chained=False).hex().upper() == "C2F04230187E1525"


def test_worked_chip_authentication_data_is_computed_byte_for_byte() -> None:
    # ICAO 9303-11 appendix I: the mapping's private key and public key, CA_IC; the static private key follows from them
    curve = BRAINPOOL_P256R1
    map_secret = 0x9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA
    data = 0x85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3
    static_secret = map_secret * pow(data, -1, curve.order) % curve.order
    static_public = curve.encode(curve.multiply_generator(static_secret)).hex().upper()
    assert static_public.startswith("041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8")
    assert curve.encode(curve.multiply_generator(map_secret)).hex().upper().startswith("04A234236AA9B9621E8EFB73B5")
    # ICAO 9303-11 appendix I: the terminal's private key, the chip's public key, the encrypted data
    chip_public = curve.decode(
        bytes.fromhex(
            "0402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA9933331"
            "11C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E1"
        )
    )
    pace = Pace(PaceKind(Mapping.CHIP_AUTHENTICATION), b"", bytes, static_secret)
    pace._map_secret = map_secret
    pace._secret = curve.shared(0x76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120, chip_public)
    assert pace._chip_authentication_data().hex().upper() == (
        "1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F92"
    )


@pytest.mark.parametrize("nonce", [b"", bytes(15), bytes(17)])
def test_integrated_mapping_refuses_a_nonce_of_another_size(nonce: bytes) -> None:
    pace = Pace(PaceKind(Mapping.INTEGRATED), b"", bytes)
    pace._nonce = bytes(16)
    with pytest.raises(RefusedError) as refusal:
        step(pace, 0x81, nonce)
    assert refusal.value.sw == Sw.DATA_WRONG
