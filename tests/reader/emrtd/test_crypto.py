import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd.crypto import AES_128, AES_192, AES_256, KDF_ENC, KDF_MAC, TRIPLE_DES, Suite, pad, unpad


def test_3des_keys_of_a_seed() -> None:
    # ICAO 9303-11 appendix D.1: keys from the key seed
    seed = bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE")
    assert TRIPLE_DES.derive(seed, KDF_ENC).hex().upper() == "AB94FDECF2674FDFB9B391F85D7F76F2"
    assert TRIPLE_DES.derive(seed, KDF_MAC).hex().upper() == "7962D9ECE03D1ACD4C76089DCE131543"


def test_retail_mac_of_one_block_and_of_five() -> None:
    # ICAO 9303-11 appendix D.3: M_IFD over E_IFD
    key = bytes.fromhex("7962D9ECE03D1ACD4C76089DCE131543")
    e_ifd = bytes.fromhex("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2")
    assert TRIPLE_DES.mac(key, pad(e_ifd, 8)).hex().upper() == "5F1448EEA8AD90A7"
    assert TRIPLE_DES.mac(key, bytes(8)) == TRIPLE_DES.encrypt(key, bytes(8), bytes(8))


def test_cmac_of_one_block() -> None:
    # RFC 4493 §4 example 2, cut to eight bytes
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    assert AES_128.mac(key, bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")).hex() == "070a16b46b4d4144"


@pytest.mark.parametrize(("suite", "size"), [(TRIPLE_DES, 16), (AES_128, 16), (AES_192, 24), (AES_256, 32)])
def test_derived_keys_have_the_suites_size(suite: Suite, size: int) -> None:
    assert len(suite.derive(b"secret", 1)) == suite.key_size == size


@pytest.mark.parametrize("suite", [TRIPLE_DES, AES_128, AES_192, AES_256])
def test_cbc_there_and_back(suite: Suite) -> None:
    key, iv = suite.derive(b"secret", 1), bytes(range(suite.block))
    data = bytes(range(96))
    assert suite.decrypt(key, iv, suite.encrypt(key, iv, data)) == data
    with pytest.raises(ValueError):
        suite.decrypt(key, iv, data[:-1])


@given(st.binary(max_size=70), st.sampled_from([8, 16]))
def test_padding_fills_blocks_and_comes_off(data: bytes, block: int) -> None:
    padded = pad(data, block)
    assert len(padded) % block == 0
    assert len(padded) > len(data)
    assert unpad(padded) == data


@pytest.mark.parametrize("data", [b"", bytes(16), b"\x81\x00"])
def test_missing_padding_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpad(data)
