"""The worked examples of PACE's other mappings and groups, byte for byte."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import pace
from kiosk.reader.emrtd.crypto import AES_128, AES_256, KDF_PACE, Aes
from kiosk.reader.emrtd.groups import standard_group
from kiosk.reader.emrtd.keys import Password, PasswordKind
from kiosk.reader.emrtd.mapping import ChipMapping, pseudo_random_number
from kiosk.reader.emrtd.pace import Established, Offer
from kiosk.reader.emrtd.security_infos import PACE, PaceInfo
from kiosk.reader.emrtd.tlv import MalformedError

MakeScript = Callable[[Sequence[tuple[str, str]]], CardConnection]
MakeRandom = Callable[[Iterable[str]], Callable[[int], bytes]]
PASSWORD = Password(PasswordKind.MRZ, "T22000129364081251010318")
BRAINPOOL_P256R1 = 13


def offer_of(protocol: str, parameter_id: int) -> Offer:
    (found,) = pace.offers([PaceInfo(PACE + protocol, 2, parameter_id)])
    return found


def keys_of(established: Established) -> tuple[str, str]:
    channel = established.channel
    return channel._ks_enc.hex().upper(), channel._ks_mac.hex().upper()


class StatedKey(Aes):
    """AES-128 whose key for the nonce is stated: the examples of integrated mapping give it without its password."""

    # ICAO 9303-11 appendix H.1 and H.2: K_pi
    K_PI = bytes.fromhex("591468CDA83D65219CCCB8560233600F")

    def derive(self, secret: bytes, counter: int) -> bytes:
        return self.K_PI if counter == KDF_PACE else super().derive(secret, counter)


def with_stated_key(offer: Offer) -> Offer:
    return replace(offer, protocol=replace(offer.protocol, suite=StatedKey(16)))


def test_the_worked_example_of_generic_mapping_with_integers(script: MakeScript, from_hex: MakeRandom) -> None:
    # ICAO 9303-11 appendix G.2: commands and answers
    card = script(
        [
            ("0022C1A40F800A04007F00070202040102830101", "9000"),
            ("10860000027C0000", "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000"),
            (
                (
                    "10860000867C818381818023FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3EB71C343DB1"
                    "3D1DEBCE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914DE9613DC5E98C94160551C0DF86274B93"
                    "59BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C00"
                ),
                (
                    "7C818382818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA5738B26381E4DA19"
                    "E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6"
                    "783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE69000"
                ),
            ),
            (
                (
                    "10860000867C8183838180907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD911551B9AE4D043"
                    "69F29A02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3A154AD8A5A51786B0BC07147057871A9"
                    "22212C5F67F43173172236B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D400"
                ),
                (
                    "7C8183848180075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3A213F53820C42ADC"
                    "79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238A250767A"
                    "6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA19000"
                ),
            ),
            ("008600000C7C0A8508B46DD9BD4D98381F00", "7C0A8608917F37B5C0E6D8D19000"),
        ]
    )
    # ICAO 9303-11 appendix G.2: private keys of the terminal
    random = from_hex(["5265030F751F4AD18B08AC565FC7AC952E41618D", "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA"])
    established = pace.establish(card, offer_of("1.2", 0), PASSWORD, random)
    # ICAO 9303-11 appendix G.2: KS_Enc, KS_MAC
    assert keys_of(established) == ("2F7F46ADCC9E7E521B45D192FAFA9126", "805A1D27D45A5116F73C54469462B7D8")


def test_the_worked_example_of_integrated_mapping_with_points(script: MakeScript, from_hex: MakeRandom) -> None:
    # ICAO 9303-11 appendix H.1: commands and answers
    card = script(
        [
            ("0022C1A40F800A04007F00070202040402830101", "9000"),
            ("10860000027C0000", "7C128010143DC40C08C8E891FBED7DEDB92B64AD9000"),
            ("10860000147C1281105DD4CBFC96F5453B130D890A1CDBAE3200", "7C0282009000"),
            (
                (
                    "10860000457C4383410489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D4"
                    "6755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C3700"
                ),
                (
                    "7C4384410467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8"
                    "932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D227539000"
                ),
            ),
            ("008600000C7C0A8508450F02B86F6A090900", "7C0A860875D4D96E8D5B03089000"),
        ]
    )
    # ICAO 9303-11 appendix H.1: nonce t and private key of the terminal; which of the two points it shows, odd y
    random = from_hex(
        ["5DD4CBFC96F5453B130D890A1CDBAE32", "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595", "01"]
    )
    established = pace.establish(card, with_stated_key(offer_of("4.2", BRAINPOOL_P256R1)), PASSWORD, random)
    # ICAO 9303-11 appendix H.1: KS_Enc, KS_MAC
    assert keys_of(established) == ("0D3FEB33251A6370893D62AE8DAAF51B", "B01E89E3D9E8719E586B50B4A7506E0B")


def test_the_worked_point_of_integrated_mapping() -> None:
    group = standard_group(BRAINPOOL_P256R1)
    assert group is not None
    # ICAO 9303-11 appendix H.1: nonces s and t, x of the mapped generator
    s, t = bytes.fromhex("2923BE84E16CD6AE529049F1F1BBE9EB"), bytes.fromhex("5DD4CBFC96F5453B130D890A1CDBAE32")
    element = group.element_of(pseudo_random_number(AES_128, s, t, group.field))
    assert element[1:33].hex().upper() == "8E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427"


def test_the_worked_example_of_integrated_mapping_with_integers(script: MakeScript, from_hex: MakeRandom) -> None:
    # ICAO 9303-11 appendix H.2: commands and answers
    card = script(
        [
            ("0022C1A40F800A04007F00070202040302830101", "9000"),
            ("10860000027C0000", "7C1280109ABB8864CA0FF1551E620D1EF4E135109000"),
            ("10860000147C128110B3A6DB3C870C3E99245E0D1C06B747DE00", "7C0282009000"),
            (
                (
                    "10860000867C81838381800F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0E4F8A95155"
                    "7E929AEB48E5C6DD47F2F5CD7C351A9BD2CD722C07EDE166770F08FFCB370262CF308DD7B07F2E0DA9CAAA1492344C85"
                    "2906919538C98A4BA4187E76CE9D87832386D319CE2E043C3343AEAE6EDBA1A9894DC5094D22F7FE1351D500"
                ),
                (
                    "7C8183848180928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854CFF111F71CB6DC1D03358"
                    "07A11388CC8EAA87B07907AAD9FBA6B169AF6D8C26AF8DDDC39ADC3AD2E3FF882B84D23E9768E95A80E4746FB07A9767"
                    "679FE92133B4D379935C771BD7FBED6C7BB4B1708B275EA75679524CDC9C6A91370CC662A2F39000"
                ),
            ),
            ("008600000C7C0A850855D61977CBF5307E00", "7C0A8608C2F04230187E15259000"),
        ]
    )
    # ICAO 9303-11 appendix H.2: nonce t and private key of the terminal, which it states longer than the order is
    exponent = int(
        "4BD0E54740F9A028E6A515BFDAF967848C4F5F5FFF65AA0915947FFD1A0DF2FA6981271BC905F3551457B7E03AC3B806"
        "6DE4AA406C1171FB43DD939C4BA16175103BA3DEE16419AA248118F90CC36A3D6F4C373652E0C3CCE7F0F1D0C5425B36"
        "00F0F0D6A67F004C8BBA33F2B4733C7252445C1DFC4F1107203F71D2EFB28161",
        16,
    )
    order = 0xF518AA8781A8DF278ABA4E7D64B7CB9D49462353
    random = from_hex(["B3A6DB3C870C3E99245E0D1C06B747DE", f"{exponent % order:040X}"])
    established = pace.establish(card, with_stated_key(offer_of("3.2", 0)), PASSWORD, random)
    # ICAO 9303-11 appendix H.2: KS_Enc, KS_MAC
    assert keys_of(established) == ("01AFC10CF87BE36D8179E87370171F07", "23F0FBD05FD6C7B8B88F4C8309669061")


# ICAO 9303-11 appendix I: MRZ information, private keys of the terminal with the sign of its point, the exchange
CAM_PASSWORD = Password(PasswordKind.MRZ, "C11T002JM496081222310314")
CAM_RANDOM = (
    "5D8BB87BD74D985A4B7D4325B9F7B976FE835122773400798914AA22738135CC",
    "76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120",
    "00",
)
CAM = [
    ("0022C1A40F800A04007F00070202040602830101", "9000"),
    ("10860000027C0000", "7C128010CB60E8E0D85B76A9BD304747C2AD42E29000"),
    (
        (
            "10860000457C438141047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE"
            "1AB889104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C100"
        ),
        (
            "7C43824104A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3"
            "04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E239000"
        ),
    ),
    (
        (
            "10860000457C43834104446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F95"
            "5483400BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC00"
        ),
        (
            "7C4384410402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA9933331"
            "11C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E19000"
        ),
    ),
]
CAM_TOKEN = "008600000C7C0A8508E86BD06018A1CD3B00"
CAM_ANSWER = (
    "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD10CBA372B42BE0B9"
    "B5F28AA8DE2F4F929000"
)
# ICAO 9303-11 appendix I: the chip's static public key, as EF.CardSecurity holds it
STATIC_KEY = bytes.fromhex(
    "041872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8"
    "84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F"
)


def cam_with(script: MakeScript, from_hex: MakeRandom, answer: str) -> Established:
    card = script([*CAM, (CAM_TOKEN, answer)])
    return pace.establish(card, offer_of("6.2", BRAINPOOL_P256R1), CAM_PASSWORD, from_hex(CAM_RANDOM))


def test_the_worked_example_of_chip_authentication_mapping(script: MakeScript, from_hex: MakeRandom) -> None:
    established = cam_with(script, from_hex, CAM_ANSWER)
    # ICAO 9303-11 appendix I: KS_Enc, KS_MAC, CA_IC
    assert keys_of(established) == ("0A9DA4DB03BDDE39FC5202BC44B2E89E", "4B1C06491ED5140CA2B537D344C6C0B1")
    found = established.chip_mapping
    assert found is not None
    assert found.authentication_data.hex().upper() == "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3"
    assert found.proves(STATIC_KEY)


@pytest.mark.parametrize(
    "answer",
    ["7C0A86088596CF055C67C1A39000", CAM_ANSWER[:-6] + "939000", "7C1A86088596CF055C67C1A38A0E" + "00" * 14 + "9000"],
    ids=["absent", "changed", "no-whole-blocks"],
)
def test_a_chip_without_the_right_authentication_data_opens_but_proves_nothing(
    script: MakeScript, from_hex: MakeRandom, answer: str
) -> None:
    found = cam_with(script, from_hex, answer).chip_mapping
    assert found is not None
    assert not found.proves(STATIC_KEY)


def test_another_static_key_is_not_proven(script: MakeScript, from_hex: MakeRandom) -> None:
    found = cam_with(script, from_hex, CAM_ANSWER).chip_mapping
    group = standard_group(BRAINPOOL_P256R1)
    assert found is not None
    assert group is not None
    assert not found.proves(group.key(7).public)
    assert not found.proves(b"\x04" + bytes(64))
    assert not replace(found, parameter_id=3).proves(STATIC_KEY)


@given(st.binary(max_size=100))
def test_any_authentication_data_is_compared_or_refused(data: bytes) -> None:
    assert not ChipMapping(BRAINPOOL_P256R1, STATIC_KEY, data + b"\x02").proves(STATIC_KEY)


@pytest.mark.parametrize("parameter_id", [0, 1, 2, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18])
def test_mapped_integers_are_elements_of_the_group(parameter_id: int) -> None:
    group = standard_group(parameter_id)
    assert group is not None
    assert group.mappable
    key = group.key(3)
    for number in (2, 5, group.field - 2):
        assert key.power(group.element_of(number))


@pytest.mark.parametrize("number", [0, 1])
def test_an_integer_that_maps_to_nothing_is_refused(number: int) -> None:
    group = standard_group(0)
    curve = standard_group(BRAINPOOL_P256R1)
    assert group is not None
    assert curve is not None
    with pytest.raises(MalformedError):
        group.element_of(number)
    with pytest.raises(MalformedError):
        curve.element_of(number)


@pytest.mark.parametrize("size", [0, 8, 16, 24, 48])
def test_a_nonce_too_short_for_the_cipher_is_not_hashed(size: int) -> None:
    with pytest.raises(MalformedError):
        pseudo_random_number(AES_256, bytes(size), bytes(32), 1 << 256)
