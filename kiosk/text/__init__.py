"""Every sentence that a person reads, in Vietnamese and English: one place for all strings.

The sentences lie beside this module as TOML, one folder per language and one file per part of the house
(`vi/failure.toml` holds the keys `failure.…`). Both languages hold the same keys and placeholders.
"""

from enum import StrEnum
from functools import cache


class Language(StrEnum):
    """A language that screens and slips speak."""

    VI = "vi"
    EN = "en"


def say(key: str, language: Language, /, **values: object) -> str:
    """The sentence `key` (`part.name…`) in `language`, its placeholders filled from `values`.

    Raises:
        KeyError: no such sentence, or a placeholder without a value. A programming error, found by tests.
    """
    return catalog(language)[key].format_map(values)


@cache
def catalog(language: Language) -> dict[str, str]:
    """All sentences of one language by their dotted keys."""
    # Imported here: a program that only reads cards says nothing.
    import tomllib
    from importlib.resources import files

    sentences: dict[str, str] = {}
    for part in sorted(files(__package__).joinpath(language.value).iterdir(), key=lambda p: p.name):
        if part.name.endswith(".toml"):
            _flatten(part.name.removesuffix(".toml"), tomllib.loads(part.read_text("utf-8")), sentences)
    return sentences


def _flatten(prefix: str, table: dict[str, object], into: dict[str, str]) -> None:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            _flatten(key, value, into)
        else:
            into[key] = str(value)
