"""A thousand invented codes through guns in keyboard mode, with and without an input method, and through ports.

Number and birth date are always right. A name that came as keys is right or not there, never wrong.
"""

from random import Random

import pytest

from kiosk.reader.document import CitizenCode, InsuranceCode
from kiosk.reader.gun import Discarded, Heard, Scan, SerialCollector, Way, WedgeCollector
from kiosk.reader.keyboard import alt_character
from kiosk.reader.payload import parse
from kiosk.simulator.invented_codes import InventedCode, invent_codes
from kiosk.simulator.typing import AltCode, Composed, Key, Letters, Struck, Style, gun_keys, through_method

CODES = invent_codes(1000, seed=20261122)
METHODS = ("", "telex", "vni")
SILENCE_S = 1.0


def strike(
    collector: WedgeCollector, struck: list[Struck], random: Random, start_s: float
) -> tuple[list[Heard], float]:
    """What is heard of one scan at 5 to 60 ms a key, and when it is over."""
    heard: list[Heard] = []
    now = start_s
    for one in struck:
        gap_s = random.uniform(0.005, 0.06)
        now += gap_s
        match one:
            case Key(character):
                heard += collector.feed(character, now)
            case Composed(commit, preedit, replaced):
                heard += collector.compose(commit, preedit, now, replaced=replaced)
            case AltCode(digits):
                for _ in digits:
                    collector.alive(now)
                    now += gap_s
                heard += collector.feed(alt_character(digits), now)
    now += SILENCE_S
    heard += collector.quiet(now)
    return heard, now


def typed(code: InventedCode, letters: Letters, method: str, style: Style, random: Random) -> list[Struck]:
    end = random.choice(["\r", "\t", "\r\n", ""])
    keys = gun_keys(code.text + end, letters, caps_lock=random.random() < 0.1)
    if not method:
        return list(keys)
    choices = {"digits_end_marks": random.random() < 0.5, "restores": random.random() < 0.5}
    return list(through_method(keys, method, style, **choices))


def read(heard: list[Heard]) -> tuple[CitizenCode | InsuranceCode, Scan]:
    [scan] = heard
    assert isinstance(scan, Scan)
    code = parse(scan.text)
    assert isinstance(code, CitizenCode | InsuranceCode)
    return code, scan


def number_of(code: CitizenCode | InsuranceCode) -> str:
    return code.personal_number if isinstance(code, CitizenCode) else code.card_number


def born_on(code: CitizenCode | InsuranceCode) -> str:
    return code.date_of_birth.iso() if code.date_of_birth else ""


@pytest.mark.parametrize("method", METHODS)
def test_codes_typed_by_a_gun_keep_number_and_birth_and_have_no_wrong_name(method: str) -> None:
    random, collector, now = Random(7), WedgeCollector(), 0.0
    right = 0
    for code in CODES:
        letters, style = random.choice(list(Letters)), random.choice(list(Style))
        heard, now = strike(collector, typed(code, letters, method, style, random), random, now)
        found, scan = read(heard)
        assert number_of(found) == code.number
        assert born_on(found) == code.date_of_birth.isoformat()
        assert found.full_name in (code.full_name, "")
        assert found.full_name or "full-name" in found.doubts
        assert method or scan.way is Way.KEYS
        right += found.full_name == code.full_name
    assert right >= {"": 650, "telex": 450, "vni": 300}[method]


def test_codes_sent_by_a_serial_gun_are_read_whole() -> None:
    random, collector, now = Random(7), SerialCollector(), 0.0
    for code in CODES:
        data = code.text.encode() + random.choice([b"\r", b"\n", b"\r\n", b""])
        heard: list[Heard] = []
        while data:
            cut = random.randint(1, 40)
            heard += collector.feed(data[:cut], now)
            data = data[cut:]
            now += random.uniform(0.0, 0.06)
        now += SILENCE_S
        heard += collector.quiet(now)
        found, scan = read(heard)
        assert (number_of(found), found.full_name, born_on(found)) == (
            code.number, code.full_name, code.date_of_birth.isoformat(),
        )  # fmt: skip
        assert scan.way is Way.SERIAL


@pytest.mark.parametrize("encoding", ["latin-1", "cp1258", "utf-16-le", "shift-jis", "gb18030"])
def test_codes_in_another_encoding_have_no_wrong_name(encoding: str) -> None:
    collector, now = SerialCollector(), 0.0
    for code in CODES[:200]:
        data = code.text.encode(encoding, "replace")
        now += SILENCE_S
        heard = collector.feed(data + b"\r", now)
        if encoding == "utf-16-le":
            assert all(isinstance(one, Discarded) for one in heard)
            now += 5
            collector.quiet(now)
            continue
        found, _ = read(list(heard))
        assert number_of(found) == code.number
        assert born_on(found) == code.date_of_birth.isoformat()
        assert found.full_name in (code.full_name, "")
        assert found.full_name or "full-name" in found.doubts
