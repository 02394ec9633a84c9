"""A zone that the camera or a scanner brought opens the chip of its own document: nobody types a key."""

import pytest

from kiosk.reader.document import Mrz, MrzCode, NumberCode, NumberKind
from kiosk.reader.emrtd.keys import CardKeys, passwords
from kiosk.reader.payload import parse
from kiosk.workflow import event as happened
from kiosk.workflow.codes import card_keys
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import ReadChip
from kiosk.workflow.state import Reading, Waiting
from kiosk.workflow.transition import advance

CARD = "IDVNM0900001233999090000123<<2\n9001158M3001156VNM<<<<<<<<<<<4\nNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"
# ICAO 9303-4 appendix B, 9303-6 appendix B: the standard's own specimens
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"


@pytest.mark.parametrize(
    ("zone", "information"),
    [(PASSPORT, "L898902C3674081221204159"), (TD2, "D23145890774081221204159")],
    ids=["passport", "TD2"],
)
def test_a_foreign_documents_zone_is_its_chips_key(zone: str, information: str) -> None:
    keys = card_keys(parse(zone))
    assert keys == CardKeys(mrz=information)
    assert keys is not None
    assert passwords(keys)


def test_a_passport_laid_down_is_read_with_the_zone_that_the_camera_saw(world: World) -> None:
    desk, effects = advance(Desk(Waiting(), card_laid=True), happened.CodeScanned(PASSPORT), world)
    assert isinstance(desk.state, Reading)
    assert effects == (ReadChip(CardKeys(mrz="L898902C3674081221204159")),)


def test_a_citizens_zone_gives_the_number_and_both_dates() -> None:
    keys = card_keys(parse(CARD))
    assert keys is not None
    assert (keys.personal_number, keys.mrz) == ("999090000123", "")
    assert keys.date_of_birth is not None
    assert keys.date_of_expiry is not None


def test_a_zone_without_a_date_of_expiry_opens_nothing() -> None:
    mrz = Mrz("P", "UTO", "L898902C3", "", None, "740812", None, None, "<<<<<<", "UTO", "ERIKSSON", "ANNA")
    assert card_keys(MrzCode(mrz)) is None


def test_an_insurance_number_opens_nothing() -> None:
    assert card_keys(NumberCode(NumberKind.SOCIAL_INSURANCE, "9990900001")) is None
