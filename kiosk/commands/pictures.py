"""Which pictures a command line means: files as they are given, folders with all that is in them."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

SUFFIXES = frozenset(
    {".bmp", ".gif", ".j2k", ".jp2", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)
"""The ends of files' names, in small letters, that are taken for pictures in a folder."""


def pictures(given: Iterable[Path]) -> Iterator[Path]:
    """The pictures of files and folders, one at a time: a folder's by name, folders within where their name stands.

    Links to folders are not followed, and what is no file (a pipe, a device) is no picture. A folder that cannot be
    listed is yielded itself, so that it is told like a picture that cannot be opened; so is a link to itself.
    """
    for path in given:
        if is_folder(path):
            yield from _in_folder(path)
        else:
            yield path


def is_folder(path: Path) -> bool:
    """Whether pictures are looked for in it."""
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name longer than any
        return False


def _in_folder(folder: Path) -> Iterator[Path]:
    # No recursion: folders can be nested deeper than functions.
    levels = [iter(_entries(folder))]
    while levels:
        entry = next(levels[-1], None)
        if entry is None:
            levels.pop()
        elif isinstance(entry, Path):
            yield entry
        elif entry.is_dir(follow_symlinks=False):
            levels.append(iter(_entries(Path(entry.path))))
        elif Path(entry.name).suffix.lower() in SUFFIXES and _may_be_opened(entry):
            yield Path(entry.path)


def _may_be_opened(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link that cannot be followed: opening it tells why."""
    try:
        return entry.is_file()
    except OSError:
        return True


def _entries(folder: Path) -> "Sequence[os.DirEntry[str] | Path]":
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return [folder]
