"""The set-up sheet's code tells how a gun is set, whatever its scan went through."""

import unicodedata

import pytest

from kiosk.reader.document import UnknownCode
from kiosk.reader.gun import Scan, SerialCollector, Way, WedgeCollector
from kiosk.reader.gun.trial import LETTERS, TEST_TEXT, Trial, judge
from kiosk.reader.input_method import Method
from kiosk.reader.keyboard import alt_character
from kiosk.reader.payload import parse
from kiosk.simulator.typing import AltCode, Composed, Key, Letters, Style, gun_keys, through_method


def typed(letters: Letters, method: str = "", style: Style = Style.BACKSPACES, *, caps_lock: bool = False) -> Trial:
    collector = WedgeCollector()
    keys = gun_keys(TEST_TEXT, letters, caps_lock=caps_lock)
    now = 0.0
    for struck in through_method(keys, method, style) if method else keys:
        now += 0.01
        match struck:
            case Key(character):
                collector.feed(character, now)
            case AltCode(digits):
                collector.feed(alt_character(digits), now)
            case Composed(commit, preedit, replaced):
                collector.compose(commit, preedit, now, replaced=replaced)
    [scan] = collector.feed("\r", now)
    assert isinstance(scan, Scan)
    return judge(scan)


def test_code_holds_every_letter_and_nobody() -> None:
    assert len(set(LETTERS)) == len(LETTERS) == 134
    assert unicodedata.is_normalized("NFC", TEST_TEXT)
    assert isinstance(parse(TEST_TEXT), UnknownCode)


def test_serial_gun_that_sends_utf8_is_whole() -> None:
    [scan] = SerialCollector().feed(TEST_TEXT.encode() + b"\r", 0.0)
    assert isinstance(scan, Scan)
    trial = judge(scan)
    assert trial == Trial(Way.SERIAL, is_test_code=True, number=True, letters=134)
    assert trial.is_whole


def test_serial_gun_that_garbles_utf8_is_told_apart() -> None:
    [scan] = SerialCollector().feed(TEST_TEXT.encode().decode("latin-1").encode() + b"\r", 0.0)
    assert isinstance(scan, Scan)
    assert scan.way is Way.SERIAL_OTHER


@pytest.mark.parametrize("letters", [Letters.WHOLE, Letters.ALT_UNICODE])
def test_keyboard_gun_that_types_every_letter_is_whole(letters: Letters) -> None:
    assert typed(letters).is_whole


@pytest.mark.parametrize("letters", [Letters.DROPPED, Letters.QUESTIONED, Letters.PLAIN, Letters.LATIN])
def test_keyboard_gun_that_loses_letters_keeps_the_number(letters: Letters) -> None:
    trial = typed(letters)
    assert (trial.way, trial.number, trial.method) == (Way.KEYS, True, None)
    assert trial.letters < 134
    assert not trial.is_whole


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize(("method", "told"), [("telex", Method.TELEX), ("vni", Method.VNI)])
def test_input_method_is_told_by_its_name(method: str, told: Method, style: Style) -> None:
    trial = typed(Letters.WHOLE, method, style)
    assert (trial.way, trial.method, trial.number) == (Way.INPUT_METHOD, told, True)
    assert not trial.is_whole


def test_caps_lock_is_told() -> None:
    assert typed(Letters.DROPPED, caps_lock=True).caps_lock


def test_another_layout_is_told() -> None:
    azerty = "çççààààààààà"
    trial = judge(Scan(f"{azerty}µqq", f"{azerty}µqq qs"))
    assert (trial.is_test_code, trial.layout) == (True, True)


def test_another_code_tells_its_way_only() -> None:
    assert judge(Scan("999090000123", "999090000123", Way.SERIAL)) == Trial(Way.SERIAL, is_test_code=False)
