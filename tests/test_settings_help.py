"""Each key is explained three times: by the comments of the shipped file and on the settings page, in two languages.

Whoever changes one has to change the others: what a machine can compare in them is the same in all three.
"""

import re
import tomllib
from importlib.resources import files

import pytest

from kiosk.settings import allowed_values, config_folder
from kiosk.text import Language, catalog

VI, EN = Language.VI, Language.EN
WRITTEN = (config_folder() / "kiosk.toml").read_text("utf-8")
KEYS = [(section, key) for section, keys in tomllib.loads(WRITTEN).items() for key in keys]
UNITS = {
    "_s": {EN: "second", VI: "giây"},
    "_ms": {EN: "millisecond", VI: "mili giây"},
    "_min": {EN: "minute", VI: "phút"},
    "_h": {EN: "hour", VI: "giờ"},
    "days": {EN: "day", VI: "ngày"},
    "_kib": {EN: "KiB", VI: "KiB"},
    "_dots": {EN: "dots", VI: "điểm"},
    "_per_hour": {EN: "an hour", VI: "một giờ"},
    "_per_minute": {EN: "a minute", VI: "một phút"},
}
"""How a key's name ends, and what its explanation has to speak of."""


def told(section: str, key: str, language: Language) -> str:
    return catalog(language)[f"settings.help.{section}.{key}"]


def comments(section: str) -> str:
    """All comments of a section of the shipped file."""
    [part] = re.findall(rf"^\[{section}\]$(.*?)(?=^\[|\Z)", WRITTEN, re.MULTILINE | re.DOTALL)
    return " ".join(line.lstrip("# ") for line in part.splitlines() if line.startswith("#"))


def facts(text: str) -> set[str]:
    """What is said alike in every language: commands, values in quotes that are no words for people, numbers."""
    commands = set(re.findall(r"`[^`]+`", text))
    text = re.sub(r"`[^`]+`", " ", text)
    values = {value for value in re.findall(r'"([^"]*)"', text) if value.isascii() and " " not in value}
    text = re.sub(r'"[^"]*"', " ", text)
    return commands | values | set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text))


@pytest.mark.parametrize("language", Language)
def test_every_key_of_the_shipped_file_is_explained_and_nothing_else(language: Language) -> None:
    part = tomllib.loads((files("kiosk.text") / language.value / "settings.toml").read_text("utf-8"))
    assert [(section, key) for section, keys in part["help"].items() for key in keys] == KEYS


def test_both_languages_name_the_same_commands_values_and_numbers() -> None:
    apart = {f"{s}.{k}": facts(told(s, k, EN)) ^ facts(told(s, k, VI)) for s, k in KEYS}
    assert {place: parted for place, parted in apart.items() if parted} == {}


@pytest.mark.parametrize("section", dict.fromkeys(section for section, _ in KEYS))
def test_comments_of_a_section_name_what_its_explanations_name(section: str) -> None:
    explained = set().union(*(facts(told(section, key, EN)) for of, key in KEYS if of == section))
    assert facts(comments(section)) == explained


@pytest.mark.parametrize("language", Language)
def test_explanation_names_the_unit_that_the_key_ends_with(language: Language) -> None:
    silent = [
        f"{section}.{key}"
        for section, key in KEYS
        for end, words in UNITS.items()
        if key.endswith(end) and words[language] not in told(section, key, language).lower().replace("kib", "KiB")
    ]
    assert silent == []


@pytest.mark.parametrize("language", Language)
def test_explanation_names_every_word_that_a_key_takes(language: Language) -> None:
    unnamed = [
        f"{section}.{key}: {value}"
        for section, key in KEYS
        for value in allowed_values(section, key)
        if isinstance(value, str) and value not in facts(told(section, key, language))
    ]
    assert unnamed == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"auto" finds out, "issuer unknown" does not', {"auto"}),
        ("`kiosk doctor --listen-gun 30` finds it; 0: never", {"`kiosk doctor --listen-gun 30`", "0"}),
        ("PostgreSQL 15 at port usb1, 2.5 s", {"15", "2.5"}),
    ],
)
def test_facts_are_what_no_translator_changes(text: str, found: set[str]) -> None:
    assert facts(text) == found
