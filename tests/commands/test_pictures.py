"""Which pictures a command line means."""

import inspect
import os
import sys
from pathlib import Path

import pytest

from kiosk.commands.pictures import pictures


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def named(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in pictures([folder])]


def test_files_are_taken_as_they_are_given(tmp_path: Path) -> None:
    given = [tmp_path / "b.txt", tmp_path / "a.png", tmp_path / "b.txt"]
    assert list(pictures(given)) == given


def test_folder_gives_its_pictures_by_name_with_folders_in_their_place(tmp_path: Path) -> None:
    make(tmp_path, "c.png", "b/2.JPG", "b/1.jpeg", "b/a/0.webp", "a.tiff", "thẻ.bmp", "ảnh/1.png")
    assert named(tmp_path) == ["a.tiff", "b/1.jpeg", "b/2.JPG", "b/a/0.webp", "c.png", "thẻ.bmp", "ảnh/1.png"]


def test_what_is_no_picture_by_its_name_is_left_out_of_a_folder(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "a.txt", "a", ".png", "a.png.bak", "a.pdf", "a.svg")
    (tmp_path / "folder.png").mkdir()
    assert named(tmp_path) == ["a.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes among files")
def test_pipes_and_links_to_folders_are_left_out_and_links_to_pictures_are_not(tmp_path: Path) -> None:
    make(tmp_path, "real/a.png")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.png").symlink_to(tmp_path / "real" / "a.png")
    (tmp_path / "nowhere.png").symlink_to(tmp_path / "absent.png")
    assert named(tmp_path) == ["link.png", "real/a.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_link_to_itself_is_told_like_a_broken_picture_and_the_others_come(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "c.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "b.png")
    assert named(tmp_path) == ["a.png", "b.png", "c.png"]


def test_name_longer_than_any_is_given_as_it_is_for_opening_it_tells_why() -> None:
    given = Path("a" * 5000 + ".png")
    assert list(pictures([given])) == [given]


def test_folders_may_be_nested_deeper_than_functions(tmp_path: Path) -> None:
    deepest = tmp_path.joinpath(*["a"] * 300)
    deepest.mkdir(parents=True)
    make(deepest, "x.png")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        found = list(pictures([tmp_path]))
    finally:
        sys.setrecursionlimit(before)
    assert found == [deepest / "x.png"]


def test_folder_that_vanishes_is_told_like_a_picture_that_cannot_be_opened(tmp_path: Path) -> None:
    make(tmp_path, "a/1.png", "b/1.png")
    found = pictures([tmp_path])
    assert next(found) == tmp_path / "a" / "1.png"
    (tmp_path / "b" / "1.png").unlink()
    (tmp_path / "b").rmdir()
    assert list(found) == [tmp_path / "b"]


def test_one_folder_after_the_other_is_listed_only_when_its_turn_comes(tmp_path: Path) -> None:
    make(tmp_path, "a/1.png", "b/1.png")
    found = pictures([tmp_path / "a", tmp_path / "b"])
    next(found)
    make(tmp_path, "b/0.png")
    assert next(found) == tmp_path / "b" / "0.png"
