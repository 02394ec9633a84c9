"""What two eyes saw becomes a zone only where nothing is in doubt: no picture here, only what was seen."""

from datetime import date
from random import Random
from string import ascii_uppercase, digits

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kiosk.reader.emrtd.mrz import parse_mrz
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.mrz_camera import reading
from kiosk.reader.mrz_camera.layout import CITIZEN_CARD, LAYOUTS, TD1, TD2, TD3, Layout
from kiosk.reader.mrz_camera.shapes import CHARACTERS, Likeness
from kiosk.simulator.chance_zones import chance_zone
from kiosk.simulator.chip.mrz import check_digit

TODAY = date(2026, 11, 22)
CARD = "IDVNM0900001233999090000123<<29001158M3001156VNM<<<<<<<<<<<4NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"
# ICAO 9303-5 appendix B, 9303-6 appendix B, 9303-4 appendix B: the standard's own specimens
SPECIMENS = {
    TD1.name: "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    TD2.name: "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6",
    TD3.name: "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
}
VALUES = {one: value % 10 for value, one in enumerate(digits + ascii_uppercase)} | {"<": 0}


def decide(choices: list[str], layout: Layout) -> str | None:
    zone = reading._decide(choices, layout, TODAY)
    return None if zone is None else zone.text.replace("\n", "")


def seen(character: str, *alike: tuple[str, float]) -> Likeness:
    """A place that is wholly like one character, and somewhat like others."""
    scores = dict.fromkeys(CHARACTERS, 0.1) | {character: 0.95} | dict(alike)
    return Likeness(tuple(scores[one] for one in CHARACTERS))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_standards_specimens_are_taken(layout: Layout) -> None:
    assert decide(list(SPECIMENS[layout.name]), layout) == SPECIMENS[layout.name]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_what_is_said_to_be_covered_is_what_check_digits_cover(layout: Layout) -> None:
    zone = SPECIMENS[layout.name]
    for at, is_covered in enumerate(layout.covered):
        # The composite covers no optional check digit of its own in any other way than as a character.
        other = next(one for one in layout.kinds[at] + digits if VALUES[one] != VALUES[zone[at]])
        altered = zone[:at] + other + zone[at + 1 :]
        try:
            parse_mrz(altered, TODAY)
            noticed = False
        except MalformedError:
            noticed = True
        assert noticed is is_covered, at


@pytest.mark.parametrize("at", range(90))
def test_a_card_with_one_other_character_is_never_taken_for_another_number_or_date(at: int) -> None:
    for other in CITIZEN_CARD.kinds[at]:
        if other == CARD[at] or not CITIZEN_CARD.covered[at]:
            continue
        assert decide([*CARD[:at], other, *CARD[at + 1 :]], CITIZEN_CARD) is None


def test_cards_with_several_wrong_digits_are_hardly_ever_taken() -> None:
    # Both eyes have made the same errors here, which nothing can notice but the digits and what is written twice.
    chance = Random(9303)
    places = [at for at, kind in enumerate(CITIZEN_CARD.kinds) if kind == digits]
    tries, collisions = 20_000, 0
    for _ in range(tries):
        text = list(CARD)
        for at in chance.sample(places, chance.randint(2, 4)):
            text[at] = chance.choice(digits.replace(text[at], ""))
        collisions += decide(text, CITIZEN_CARD) is not None
    assert collisions <= tries // 1000


def test_of_foreign_zones_with_several_wrong_characters_one_in_some_hundred_is_taken() -> None:
    # No number is written twice there: field and composite are all that can notice, so both eyes have to agree.
    chance = Random(9303)
    tries, collisions = 10_000, 0
    for _ in range(tries):
        zone = SPECIMENS[TD3.name]
        text = list(zone)
        places = [at for at, is_covered in enumerate(TD3.covered) if is_covered and zone[at] != "<"]
        for at in chance.sample(places, chance.randint(2, 4)):
            text[at] = chance.choice(TD3.kinds[at].replace(text[at], "").replace("<", ""))
        collisions += decide(text, TD3) is not None
    assert collisions <= tries // 100


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(LAYOUTS), st.data())
def test_any_edit_that_is_taken_keeps_every_check_digit(seed: int, layout: Layout, data: st.DataObject) -> None:
    zone = chance_zone(seed, layout.name)
    at = data.draw(st.integers(0, len(zone) - 1))
    other = data.draw(st.sampled_from(sorted(set(layout.kinds[at]))))
    assume(other != zone[at])
    text = decide([*zone[:at], other, *zone[at + 1 :]], layout)
    # One wrong character is taken only where the standard has no digit over it, or where the digit cannot tell.
    assert text is None or not layout.covered[at] or VALUES[other] == VALUES[zone[at]]


def test_a_place_with_two_readings_is_decided_by_its_check_digit() -> None:
    zone = SPECIMENS[TD1.name]
    assert zone[10] == "5"
    assert decide([*zone[:10], "S5", *zone[11:]], TD1) == zone


@pytest.mark.parametrize(("at", "pair"), [(6, "2C"), (9, "4E"), (11, "8S"), (11, "8I")])
def test_two_readings_that_no_check_digit_tells_apart_are_not_decided(at: int, pair: str) -> None:
    zone = SPECIMENS[TD1.name]
    assert zone[at] in pair
    assert len({VALUES[one] for one in pair}) == 1
    assert decide([*zone[:at], pair, *zone[at + 1 :]], TD1) is None


@pytest.mark.parametrize("at", [2, 37, 45, 60, 64, 89], ids=["state", "sex", "nationality", "name", "name 2", "end"])
def test_a_doubt_where_there_is_no_check_digit_is_never_decided(at: int) -> None:
    choices = [*CARD[:at], CARD[at] + "X", *CARD[at + 1 :]]
    assert decide(choices, TD1) is None
    assert decide([*CARD[:at], "", *CARD[at + 1 :]], TD1) is None


def test_many_doubts_are_not_decided_even_where_one_choice_fits() -> None:
    choices = [f"{one}{(int(one) + 1) % 10}" if at in range(15, 21) else one for at, one in enumerate(CARD)]
    assert decide(choices, CITIZEN_CARD) is None


@pytest.mark.parametrize(
    "names",
    ["NGUYEN<VAN<<MAU<<<<<<<<<<<<<<<", "NGUYEN<<<VAN<MAU<<<<<<<<<<<<<<", "<NGUYEN<<VAN<MAU<<<<<<<<<<<<<<", "<" * 30],
)
def test_names_that_are_not_words_are_not_taken(names: str) -> None:
    is_well_formed = names.startswith("NGUYEN<VAN")
    assert (decide([*CARD[:60], *names], CITIZEN_CARD) is not None) is is_well_formed


def test_a_date_that_is_none_is_not_taken_though_its_digit_holds() -> None:
    birth = "901315"
    lines = f"{CARD[:30]}{birth}{check_digit(birth)}{CARD[37:59]}"
    composite = check_digit(lines[5:37] + lines[38:45] + lines[48:59])
    assert decide([*lines, composite, *CARD[60:]], TD1) is None


def test_both_eyes_agreeing_is_sure() -> None:
    assert reading._choice(seen("N"), "N", TD1.kinds[60]) == "N"


@pytest.mark.parametrize(
    ("shape", "word", "at", "meant"),
    [
        ("0", "O", 30, "0"),
        ("O", "0", 60, "O"),
        ("1", "I", 31, "1"),
        ("8", "B", 32, "8"),
        ("S", "5", 61, "S"),
        ("Z", "2", 62, "Z"),
    ],
)
def test_look_alikes_are_told_apart_by_the_kind_of_their_place(shape: str, word: str, at: int, meant: str) -> None:
    assert reading._choice(seen(shape), word, TD1.kinds[at]) == meant


@pytest.mark.parametrize("word", ["", "M", "4"])
def test_a_name_letter_on_which_the_eyes_differ_stays_in_doubt(word: str) -> None:
    assert len(reading._choice(seen("N"), word, TD1.kinds[60])) > 1


def test_a_filler_needs_its_shape_with_a_margin_and_no_letter_read_there() -> None:
    assert reading._choice(seen("<"), "", TD1.kinds[89]) == "<"
    assert reading._choice(seen("<", ("K", 0.9)), "", TD1.kinds[89]) == ""
    assert reading._choice(seen("<"), "K", TD1.kinds[89]) == ""
    assert reading._choice(seen("<"), "", digits) == ""


def test_what_is_like_nothing_is_nothing() -> None:
    assert reading._choice(Likeness((0.2,) * len(CHARACTERS)), "N", TD1.kinds[60]) == ""
