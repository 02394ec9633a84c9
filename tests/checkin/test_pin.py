"""PINs: what is easy to guess is not taken, and what is kept cannot be tried without the key that is kept elsewhere."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.pin import Cost, PinHash, Weakness, weakness

NUMBER = "999185000724"  # a woman born in 1985
CHEAP = Cost(n=2)
PEPPER = b"p" * 32


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("", Weakness.FORM),
        ("731", Weakness.FORM),
        ("7310264819573", Weakness.FORM),
        ("73a1", Weakness.FORM),
        ("73 1", Weakness.FORM),
        ("٧٣١٤", Weakness.FORM),
        ("7314\n", Weakness.FORM),
        ("7777", Weakness.REPEATED),
        ("1212", Weakness.REPEATED),
        ("1122", Weakness.REPEATED),
        ("6868", Weakness.REPEATED),
        ("123123", Weakness.REPEATED),
        ("739273927392", Weakness.REPEATED),
        ("1234", Weakness.RUN),
        ("4321", Weakness.RUN),
        ("7890", Weakness.RUN),
        ("3210", Weakness.RUN),
        ("0123456789", Weakness.RUN),
        ("2580", Weakness.RUN),
        ("1974", Weakness.YEAR),
        ("2031", Weakness.YEAR),
        ("1985", Weakness.YEAR),
        ("04071985", Weakness.YEAR),
        ("0724", Weakness.NUMBER),
        ("000724", Weakness.NUMBER),
        ("4270", Weakness.NUMBER),
        (NUMBER, Weakness.NUMBER),
    ],
)
def test_pin_that_is_easily_guessed_is_refused_with_its_reason(pin: str, why: Weakness) -> None:
    assert weakness(pin, NUMBER) is why


@pytest.mark.parametrize("pin", ["7314", "0527", "902638", "204718365927"])
def test_pin_that_nothing_tells_is_taken(pin: str) -> None:
    assert weakness(pin, NUMBER) is None


@given(st.text(max_size=14))
def test_whatever_is_typed_is_judged(pin: str) -> None:
    taken = weakness(pin, NUMBER) is None
    assert not taken or (pin.isascii() and pin.isdecimal() and 4 <= len(pin) <= 12)


def test_kept_pin_opens_with_itself_alone() -> None:
    kept = PinHash.of("7314", PEPPER, CHEAP)
    assert kept.opens_with("7314", PEPPER)
    assert not any(kept.opens_with(pin, PEPPER) for pin in ("7315", "07314", "7314 ", "", "\ud800"))


def test_stolen_database_opens_with_no_pin_without_the_pepper() -> None:
    kept = PinHash.of("7314", PEPPER, CHEAP)
    assert not any(kept.opens_with(f"{pin:04}", b"q" * 32) for pin in range(7000, 7600))


def test_same_pin_is_kept_differently_each_time_and_never_shown() -> None:
    one, other = PinHash.of("7314", PEPPER, CHEAP), PinHash.of("7314", PEPPER, CHEAP)
    assert one.key != other.key
    assert repr(one) == "<PinHash>"


def test_trying_costs_much_and_for_nobody_as_much_as_for_somebody() -> None:
    def spent(kept: PinHash) -> float:
        begun = time.process_time()
        kept.opens_with("7314", PEPPER)
        return time.process_time() - begun

    # Ratios within one run, of the least in turns: the machine's speed and what else it does are nobody's promise.
    kept = (PinHash.of("7315", PEPPER, Cost()), PinHash.of_nobody(Cost()), PinHash.of("7315", PEPPER, CHEAP))
    turns = [[spent(one) for one in kept] for _ in range(5)]
    real, nobody, cheap = (min(of_one) for of_one in zip(*turns, strict=True))
    assert real > 100 * cheap
    assert 0.5 < nobody / real < 2
