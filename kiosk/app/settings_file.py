"""The settings' file as a desk edits it: every key, and one value exchanged in place.

The text stays what it was but for the one value: comments, order, line ends. A file is read again before it is written
and has to say exactly the new thing and nothing else new, so that a way of writing TOML that is not foreseen here ends
in a refusal and never in another meaning. What was there before lies beside it.
"""

import json
import re
import tempfile
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from kiosk.failure import FailureCode, KioskError
from kiosk.privacy import redact_numbers
from kiosk.settings import Settings, allowed_values, load_settings, section_names
from kiosk.slip.files import write_whole
from kiosk.text import Language, say

Value = str | int | float | bool
BACKUPS_KEPT = 10

_SECTION = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]\s*(?:#.*)?")
_KEY = re.compile(
    r"(?P<before>\s*(?P<key>[A-Za-z0-9_-]+)\s*=\s*)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^#\s]+)"
    r"(?P<rest>.*)"
)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_ADDRESSES = frozenset({("store", "url"), ("lookup", "base_url"), ("lookup", "proxy")})


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the settings; `allowed` are the only values that it takes, none where there are too many."""

    section: str
    name: str
    kind: type
    default: Value
    value: Value
    allowed: tuple[Value, ...] = ()

    @property
    def place(self) -> str:
        """`printer.target`."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that would be written: `text` is the whole file with it, `before` the value that it has now."""

    place: str
    before: Value
    after: Value
    text: str
    read: str
    settings: Settings


class SettingsFile:
    """One settings file.

    `examine` hears the changed settings and the section that was changed, and raises SETTINGS_INVALID for such that the
    program would refuse to start with.
    """

    def __init__(self, file: Path, examine: Callable[[Settings, str], None] = lambda *_: None) -> None:
        self.file, self._examine = file, examine

    def read(self) -> tuple[Key, ...]:
        """Every key of the program in the order of its sections, with the value that this file gives it.

        Raises:
            KioskError: SETTINGS_INVALID.
        """
        given, plain = load_settings(self.file), Settings()
        return tuple(
            Key(
                section,
                name,
                kind,
                getattr(getattr(plain, section), name),
                getattr(getattr(given, section), name),
                allowed_values(section, name),
            )
            for section in section_names()
            for name, kind in get_type_hints(type(getattr(plain, section))).items()
        )

    def draft(self, section: str, name: str, written: str) -> Draft:
        """What the file would say with this value, as it was typed; nothing is written.

        Raises:
            KioskError: SETTINGS_INVALID: no such key, a value that it does not take, a secret, or a file that is
                written in a way that only a person should change; OUTPUT_UNWRITABLE: no room to try it out.
        """
        key = next((one for one in self.read() if (one.section, one.name) == (section, name)), None)
        if key is None:
            raise ValueRefused("unknown", place=f"{section}.{name}")
        value = _typed(key, written)
        if key.allowed and value not in key.allowed:
            raise ValueRefused("one_of", place=key.place, allowed=", ".join(map(str, key.allowed)))
        _refuse_secrets(key, value)
        text = self._text()
        changed = exchanged(text, section, name, value)
        settings = self._taken_back(changed, section)
        _expect(text, changed, section, name, value)
        return Draft(key.place, key.value, value, changed, text, settings)

    def write(self, draft: Draft, at: datetime) -> Path:
        """Writes a draft and returns where the file that was there before lies.

        Raises:
            KioskError: SETTINGS_INVALID: somebody changed the file meanwhile; OUTPUT_UNWRITABLE: nothing was changed.
        """
        if self._text() != draft.read:
            raise ValueRefused("changed")
        kept = self.file.with_name(f"{self.file.name}.{at:%Y%m%d-%H%M%S}.bak")
        try:
            mode = self.file.stat().st_mode & 0o777
            for file, text in ((kept, draft.read), (self.file, draft.text)):
                write_whole(file, text.encode())
                file.chmod(mode)
        except OSError as error:
            detail = f"{self.file.name}: {error.strerror or type(error).__name__}"
            raise KioskError(FailureCode.OUTPUT_UNWRITABLE, detail) from error
        self._forget_old()
        return kept

    def take_back(self, before: Path) -> None:
        """Puts the file that was there before a change in its place again, which needs no room on the disk.

        Raises:
            KioskError: OUTPUT_UNWRITABLE: the change stands.
        """
        try:
            before.replace(self.file)
        except OSError as error:
            raise KioskError(FailureCode.OUTPUT_UNWRITABLE, f"{self.file.name}: the change stands") from error

    def _forget_old(self) -> None:
        """One that cannot be removed stays: the change is made by now."""
        for old in sorted(self.file.parent.glob(f"{self.file.name}.*.bak"))[:-BACKUPS_KEPT]:
            with suppress(OSError):
                old.unlink()

    def _text(self) -> str:
        try:
            return self.file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueRefused("unreadable", file=self.file.name, why=type(error).__name__) from error

    def _taken_back(self, text: str, section: str) -> Settings:
        """The settings that this text is, where the program would start with them."""
        try:
            settings = self._read_back(text)
            self._examine(settings, section)
        except KioskError as error:
            if error.code is not FailureCode.SETTINGS_INVALID:
                raise
            raise ValueRefused("value", detail=error.detail) from error
        return settings

    def _read_back(self, text: str) -> Settings:
        """The settings that this text is, read by the program's own reader from a file of its own."""
        try:
            with tempfile.TemporaryDirectory(prefix="kiosk-settings-") as folder:
                trial = Path(folder) / self.file.name
                trial.write_bytes(text.encode())
                loaded = load_settings(trial)
        except OSError as error:
            raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
        # Files that are named are looked for beside the real one.
        return _beside(loaded, self.file.parent.resolve())


def exchanged(text: str, section: str, name: str, value: Value) -> str:
    """`text` with one value exchanged in place; a key or a section that is not there is added at its end."""
    # TOML's lines end with a line feed and with nothing else that Python takes for an end.
    lines = _LINES.findall(text)
    end = "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"
    written = toml_of(value)
    inside, last = False, None
    for at, line in enumerate(lines):
        bare = line.rstrip("\r\n")
        if header := _SECTION.fullmatch(bare):
            inside = header[1] == section
            last = at if inside else last
            continue
        if not inside or not (found := _KEY.fullmatch(bare)):
            continue
        last = at
        if found["key"] == name:
            lines[at] = found["before"] + written + found["rest"] + line[len(bare) :]
            return "".join(lines)
    added = f"{name} = {written}{end}"
    if last is not None:
        if not lines[last].endswith("\n"):
            lines[last] += end
        lines.insert(last + 1, added)
        return "".join(lines)
    whole = "".join(lines)
    gap = "" if not whole or whole.endswith(("\n\n", "\r\n\r\n")) else end if whole.endswith("\n") else end * 2
    return f"{whole}{gap}[{section}]{end}{added}"


def toml_of(value: Value) -> str:
    """A value as TOML writes it on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            # JSON's escapes are TOML's, but for what JSON leaves as it is and TOML does not take: DEL.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
        case _:
            return repr(value)


def told_value(key: str, value: Value) -> str:
    """A value for screens: a password in an address and long numbers are not shown."""
    text = toml_of(value) if isinstance(value, bool) else str(value)
    if tuple(key.split(".", 1)) in _ADDRESSES and "@" in text:
        text = re.sub(r"(://[^:/@]*):[^@]*@", r"\1:•••@", text)
    return redact_numbers(text)


def _typed(key: Key, written: str) -> Value:
    try:
        written.encode()
        if key.kind is bool:
            return {"true": True, "false": False}[written]
        return key.kind(written.strip() if key.kind is not str else written)  # type: ignore[no-any-return]
    except (KeyError, ValueError):
        raise ValueRefused("type", place=key.place, kind=key.kind.__name__) from None


def _refuse_secrets(key: Key, value: Value) -> None:
    """Passwords are the keystore's: in a file everybody reads them who reads its backup."""
    if (key.section, key.name) not in _ADDRESSES or not isinstance(value, str):
        return
    try:
        has_password = urlsplit(value).password is not None or "password=" in value.lower()
    except ValueError:
        has_password = False
    if has_password:
        raise ValueRefused("secret", place=key.place)


def _expect(text: str, changed: str, section: str, name: str, value: Value) -> None:
    """The new file says what the old one did, and this one thing."""
    wanted: dict[str, Any] = tomllib.loads(text)
    wanted.setdefault(section, {})[name] = value
    said = tomllib.loads(changed)
    if said != wanted or type(said[section][name]) is not type(value):
        raise ValueRefused("by_hand", place=f"{section}.{name}")


def _beside(settings: Settings, folder: Path) -> Settings:
    return replace(settings, folder=folder)


class ValueRefused(KioskError):  # noqa: N818 - a failure of the house, named by what happened
    """Why a value is not written, in a sentence of `settings.refused`; `detail` is the same in English."""

    def __init__(self, said: str, **values: object) -> None:
        self._said, self._values = said, values
        super().__init__(FailureCode.SETTINGS_INVALID, self.told(Language.EN))

    def told(self, language: Language) -> str:
        """The sentence alone: whoever typed the value stands before it."""
        kind = {name: say(f"settings.kind.{value}", language) for name, value in self._values.items() if name == "kind"}
        return say(f"settings.refused.{self._said}", language, **{**self._values, **kind})
