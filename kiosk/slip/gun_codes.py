"""What is known about setting up barcode guns: the house's list, and the codes that a clinic added from its manuals."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kiosk.failure import FailureCode, KioskError
from kiosk.slip.symbols import Symbology, symbol

OWN_CODES = "gun_codes.toml"
"""The clinic's file, beside `kiosk.toml`."""

_LONGEST_WORDS = 60
_KEYS = ("maker", "model", "does", "code", "symbology")


class Grade(StrEnum):
    """How sure a set-up code is; `gun_models.toml` says what each means. `NONE` is never printed as a code."""

    HARDWARE = "hardware"
    TWO_SOURCES = "two-sources"
    ONE_SOURCE = "one-source"
    NONE = "none"


class Does(StrEnum):
    """What a set-up code of the house's list does."""

    USB_COM = "usb-com"
    KEYBOARD = "keyboard"
    DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class GunCode:
    """A set-up code: its text as `kiosk.slip.symbols` writes it; no symbology where none is known."""

    does: Does
    text: str
    symbology: Symbology | None
    verified: Grade
    source: str

    @property
    def is_printed(self) -> bool:
        """Whether its text and its symbology have a source."""
        return self.symbology is not None and self.verified is not Grade.NONE


@dataclass(frozen=True, slots=True)
class GunModel:
    """A family of guns: `find` and `back` are words of its manual, for the switch and for the factory's settings."""

    maker: str
    models: str
    find: str
    back: str
    source: str
    codes: tuple[GunCode, ...] = ()

    @property
    def printed(self) -> tuple[GunCode, ...]:
        """The codes that a sheet may show."""
        return tuple(code for code in self.codes if code.is_printed)


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A set-up code that the clinic copied from its gun's manual; `does` is in the clinic's own words."""

    maker: str
    model: str
    does: str
    text: str
    symbology: Symbology


@cache
def gun_models() -> tuple[GunModel, ...]:
    """What is known about guns, of `gun_models.toml`."""
    written = tomllib.loads(files(__package__).joinpath("gun_models.toml").read_text("utf-8"))
    return tuple(_model(model) for model in written["model"])


def _model(written: dict[str, Any]) -> GunModel:
    codes = tuple(_code(code) for code in written.pop("code", ()))
    return GunModel(**written, codes=codes)


def _code(written: Mapping[str, str]) -> GunCode:
    symbology = Symbology(written["symbology"]) if written["symbology"] else None
    return GunCode(Does(written["does"]), written["text"], symbology, Grade(written["verified"]), written["source"])


def load_own_codes(file: Path) -> tuple[OwnCode, ...]:
    """The clinic's codes; none where the file is absent.

    Raises:
        KioskError: SETTINGS_INVALID, naming the file, the entry and the key: unreadable, missing, unknown, or a code
            that its symbology cannot hold.
    """
    try:
        written = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: {type(error).__name__}") from error
    except tomllib.TOMLDecodeError as error:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: {error}") from error
    entries = written.pop("gun_code", [])
    if written or not isinstance(entries, list):
        raise KioskError(FailureCode.SETTINGS_INVALID, f"{file.name}: takes [[gun_code]] only")
    return tuple(_own(f"{file.name}: gun_code[{at}]", entry) for at, entry in enumerate(entries, 1))


def _own(place: str, entry: object) -> OwnCode:
    written = entry if isinstance(entry, dict) else {}
    for key in (*_KEYS, *written):
        if key not in _KEYS:
            raise _refused(place, key, "unknown key")
        text = written.get(key)
        if not isinstance(text, str) or not (text if key == "code" else text.strip()):
            raise _refused(place, key, "needs a text")
        if key != "code" and (len(text) > _LONGEST_WORDS or not re.fullmatch(r"[^\x00-\x1f\x7f]*", text)):
            raise _refused(place, key, f"takes one line of at most {_LONGEST_WORDS} letters")
    try:
        symbology = Symbology(written["symbology"])
    except ValueError as error:
        raise _refused(place, "symbology", f"takes {', '.join(Symbology)}") from error
    try:
        symbol(written["code"], symbology)
    except ValueError as error:
        raise _refused(place, "code", str(error)) from error
    return OwnCode(written["maker"], written["model"], written["does"], written["code"], symbology)


def _refused(place: str, key: str, why: str) -> KioskError:
    return KioskError(FailureCode.SETTINGS_INVALID, f"{place}.{key}: {why}")
