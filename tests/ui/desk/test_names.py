"""People are called by the last word of their name: it is seen wherever a name is cut."""

from typing import Any, Literal
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from kiosk.ui.desk.look import DeskLook, DeskVoice
from kiosk.ui.theme.letters import load_letters

LONG = "Nguyễn Phước Thượng Tường Nghiễm"


def test_name_with_room_is_whole(desk_look: DeskLook) -> None:
    setter = desk_look.setter(DeskVoice.STRONG)
    assert setter.cut_name(LONG, setter.width(LONG) + 1) == LONG


def test_middle_gives_way_word_by_word_before_family_and_given_name(desk_look: DeskLook) -> None:
    setter = desk_look.setter(DeskVoice.STRONG)
    whole = setter.width(LONG)
    cut = [setter.cut_name(LONG, px) for px in range(whole, setter.width("Nguyễn … Nghiễm"), -1)]
    assert list(dict.fromkeys(cut)) == [
        LONG,
        "Nguyễn … Thượng Tường Nghiễm",
        "Nguyễn … Tường Nghiễm",
        "Nguyễn … Nghiễm",
    ]


@pytest.mark.parametrize("name", [LONG, "Công Tằng Tôn Nữ Tường Vi", "Nghiễm", "H'Mẫu Niê Kđăm", ""])
def test_given_name_outlasts_the_family_name(desk_look: DeskLook, name: str) -> None:
    setter = desk_look.setter(DeskVoice.STRONG)
    last = (name.split() or [""])[-1]
    assert setter.cut_name(name, setter.width(f"…{last}") + 1).endswith(last)


@pytest.mark.parametrize(
    ("name", "room", "shown"),
    [
        (LONG, "…Nghiễm", "…Nghiễm"),
        (LONG, "Nguyễn Nghiễm", "…Nghiễm"),
        (LONG, "Nghi…", "Nghi…"),
        ("Nguyễn Nghiễm", "…Nghiễm", "…Nghiễm"),
        ("Nguyễn Nghiễm", "Nghiễm", "Nghiễm"),
        ("Nghiễm", "Nghi…", "Nghi…"),
        ("M" * 60, "MMM…", "MMM…"),
        ("Nguyễn Văn Mẫu  ", "Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu"),
        (" Nguyễn  Văn Mẫu", "Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu"),
        ("  ", "", ""),
    ],
    ids=[
        "family name gone", "no room for both and what joins them", "given name has no room", "two words",
        "room for the given name alone", "one word", "no space", "spaces behind", "spaces between", "no name",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_whole_words_and_the_beginning_of_the_given_name_are_kept(
    desk_look: DeskLook, name: str, room: str, shown: str, form: Literal["NFC", "NFD"]
) -> None:
    setter = desk_look.setter(DeskVoice.STRONG)
    assert setter.cut_name(normalize(form, name), setter.width(room) + 1) == normalize(form, shown)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("aăâbcđêghiknôơtưxyÁẢẬỄ'", min_size=1, max_size=9), max_size=9), st.integers(0, 500))
def test_cut_name_is_never_wider_than_its_room_nor_of_other_words(words: list[str], width: int) -> None:
    setter = DeskLook(load_letters()).setter(DeskVoice.STRONG)
    name = " ".join(words)
    cut = setter.cut_name(name, width)
    assert cut == name or setter.advance(cut) <= width or len(cut) <= 1
    assert all(word.strip("…") in name for word in cut.split())


@pytest.mark.parametrize(("size", "growth"), [((1280, 720), 1.5), ((1366, 768), 1.5), ((1600, 900), 1.0)])
def test_list_shows_the_given_name_of_the_longest_one(
    pose: Any, paint: Any, size: tuple[int, int], growth: float
) -> None:
    window = pose("waiting", size, growth=growth)
    window.view.list.choose(next(row.visit_id for row in window.view.list.lines.rows if row.name == LONG))
    window.view.list.scrollTo(window.view.list.currentIndex())
    QApplication.processEvents()
    shown = [line.words for line in paint(window).lines if line.words.startswith("Nguyễn") and "…" in line.words]
    assert [words.split()[-1] for words in shown] == ["Nghiễm"]
