"""The invented foreigners: from nowhere, each for a reason."""

from collections import Counter
from pathlib import Path

import pytest

from kiosk.simulator.travellers import INVENTED_STATES, Format, Traveller, find_traveller, load_travellers

FILE = Path(__file__).parents[2] / "config" / "simulator" / "passports.toml"


def test_everybody_comes_from_a_state_that_does_not_exist(travellers: tuple[Traveller, ...]) -> None:
    assert {traveller.state for traveller in travellers} == INVENTED_STATES.keys()
    assert all(not traveller.number.isdigit() for traveller in travellers)


def test_everybody_differs(travellers: tuple[Traveller, ...]) -> None:
    for field in ("number", "full_name", "special", "special_vi"):
        assert len({getattr(traveller, field) for traveller in travellers}) == len(travellers)


def test_every_format_and_trouble_has_somebody(travellers: tuple[Traveller, ...]) -> None:
    assert {traveller.format for traveller in travellers} == set(Format)
    chips = Counter(traveller.chip for traveller in travellers)
    assert chips.keys() == {"genuine", "bac-only", "old-key", "revoked", "forged"}
    assert chips["genuine"] >= len(travellers) / 2


def test_a_traveller_is_found_by_number_and_names_nobody_in_a_traceback(travellers: tuple[Traveller, ...]) -> None:
    assert find_traveller(travellers, "X00000001") is travellers[0]
    assert find_traveller(travellers, "X99999999") is None
    assert repr(travellers[0]) == "<Traveller>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('state = "UTO"', 'state = "VNM"'),
        ('nationality = "UTO"', 'nationality = "FRA"'),
        ('format = "TD3"', 'format = "TD9"'),
        ('number = "X00000001"', 'number = "X0000000012"'),
        ('number = "C12345678901"', 'number = "c-1"'),
        ('sex = "female"', 'sex = "F"'),
        ('surname = "', 'family_name = "'),
        ('special = "', 'remark = "'),
    ],
)
def test_file_with_a_mistake_is_refused(old: str, new: str, tmp_path: Path) -> None:
    text = FILE.read_text("utf-8")
    assert old in text
    file = tmp_path / "passports.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ValueError, match=r".+"):
        load_travellers(file)
