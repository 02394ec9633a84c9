"""A clinic's wishes for its slip, from a file of `config/slips/`: which lines in which order, how large, in what words.

Everything is checked when the file is read, so that a slip of a loaded template cannot fail. A refusal names the file,
the key, what is wrong with it and what would be right.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from kiosk.checkin.clinic import Bilingual
from kiosk.failure import FailureCode, KioskError
from kiosk.slip.logo import Logo, load_logo
from kiosk.slip.page import MM_PER_INCH, Weight
from kiosk.text import Language


class Field(StrEnum):
    """What a line shows. A field that is not known of a visit has no line on its slip."""

    HEALTH_DEPARTMENT = "health-department"
    HOSPITAL = "hospital"
    DEPARTMENT = "department"
    ADDRESS = "address"
    CAPTION = "number-caption"
    NUMBER = "number"
    ROOM = "room"
    PLACE = "room-place"
    ZONE = "zone"
    SERVICE = "service"
    PRIORITY = "priority"
    SERVING = "now-serving"
    AHEAD = "people-ahead"
    WAIT = "wait"
    ALSO = "also-today"
    NAME = "name"
    BIRTH_YEAR = "birth-year"
    AGE = "age"
    PAYER = "payer"
    VALIDITY = "card-validity"
    FACILITY = "registered-facility"
    TAKEN = "taken"
    VISIT = "visit"
    CODE = "qr"
    KEEP = "keep"
    LOGO = "logo"
    TEXT = "text"
    RULE = "rule"
    SPACE = "space"


class Style(StrEnum):
    """How a field is set: as a line of its own, as a row of the table, or in a frame or bar."""

    LINE = "line"
    ROW = "row"
    FRAME = "frame"
    BAR = "bar"


class Align(StrEnum):
    """Where a line of its own stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a template. `size_pt` is the size of letters, or the height of a space.

    `height_mm` is the picture's of a logo, the side of a QR. `text`: the clinic's own words. `is_masked`: a name's last
    word becomes its first letter.
    """

    field: Field
    style: Style
    size_pt: float
    weight: Weight
    align: Align = Align.CENTRE
    lines: int = 2
    height_mm: float = 0.0
    text: Bilingual | None = None
    logo: Logo | None = None
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """The lines of a slip from top to bottom; `languages` are those that it insists on, none: as the settings say."""

    name: str
    entries: tuple[Entry, ...]
    languages: tuple[Language, ...] = ()

    def spoken(self, setting: Language) -> tuple[Language, ...]:
        """The languages of a slip: the template's, else the one of the settings."""
        return self.languages or (setting,)


LANGUAGES: Mapping[str, tuple[Language, ...]] = MappingProxyType(
    {"vi": (Language.VI,), "en": (Language.EN,), "both": (Language.VI, Language.EN)}
)
"""What `language` may say, of a template and of a preview."""

_LINES = (Style.LINE, 10.0, Weight.REGULAR)
_ROWS = (Style.ROW, 9.5, Weight.SEMIBOLD)
_DEFAULTS: Mapping[Field, tuple[Style, float, Weight]] = MappingProxyType(
    {
        Field.HEALTH_DEPARTMENT: (Style.LINE, 8.5, Weight.REGULAR),
        Field.HOSPITAL: (Style.LINE, 10.5, Weight.BOLD),
        Field.DEPARTMENT: (Style.LINE, 8.5, Weight.REGULAR),
        Field.ADDRESS: (Style.LINE, 8.5, Weight.REGULAR),
        Field.CAPTION: (Style.LINE, 9.0, Weight.REGULAR),
        Field.NUMBER: (Style.LINE, 92.0, Weight.BOLD),
        Field.ROOM: (Style.LINE, 20.0, Weight.BOLD),
        Field.PLACE: _LINES,
        Field.ZONE: (Style.LINE, 13.5, Weight.BOLD),
        Field.SERVICE: (Style.LINE, 13.5, Weight.SEMIBOLD),
        Field.PRIORITY: (Style.BAR, 12.0, Weight.BOLD),
        Field.KEEP: _LINES,
        Field.CODE: (Style.LINE, 9.5, Weight.SEMIBOLD),
        Field.TEXT: (Style.LINE, 8.5, Weight.REGULAR),
        Field.RULE: _LINES,
        Field.SPACE: (Style.LINE, 6.0, Weight.REGULAR),
        Field.LOGO: _LINES,
    }
)
_STYLES: Mapping[Field, tuple[Style, ...]] = MappingProxyType(
    {
        **dict.fromkeys((Field.CAPTION, Field.NUMBER, Field.CODE, Field.RULE, Field.SPACE, Field.LOGO), (Style.LINE,)),
        Field.KEEP: (Style.LINE, Style.FRAME, Style.BAR),
        Field.TEXT: (Style.LINE, Style.FRAME, Style.BAR),
        Field.PRIORITY: (Style.LINE, Style.ROW, Style.FRAME, Style.BAR),
        Field.ROOM: (Style.LINE, Style.ROW, Style.FRAME, Style.BAR),
        Field.SERVING: (Style.LINE, Style.ROW, Style.FRAME),
        Field.AHEAD: (Style.LINE, Style.ROW, Style.FRAME),
        Field.WAIT: (Style.LINE, Style.ROW, Style.FRAME),
    }
)
_EITHER = (Style.LINE, Style.ROW)
_WORDS = ("style", "size_pt", "weight", "align", "lines")
_KEYS: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        Field.NUMBER: ("size_pt",),
        Field.CODE: ("height_mm", "size_pt"),
        Field.RULE: (),
        Field.SPACE: ("size_pt",),
        Field.LOGO: ("file", "height_mm"),
        Field.TEXT: (*_WORDS, "vi", "en"),
        Field.NAME: (*_WORDS, "masked"),
    }
)
_SIZES_PT = {Field.NUMBER: (36.0, 120.0), Field.SPACE: (0.5, 60.0)}
_LETTERS_PT = (7.0, 48.0)
_HEIGHTS_MM = {Field.LOGO: (4.0, 30.0), Field.CODE: (15.0, 40.0)}
_DEFAULT_HEIGHTS_MM = {Field.LOGO: 12.0, Field.CODE: 15.0}
_MOST_ENTRIES, _MOST_LOGOS = 60, 4
_LONGEST_TEXT, _LONGEST_SHOWN = 300, 80
_MOST_OWN_WORDS_MM = 400.0
_LETTER_AREA, _COLUMN_PT = 0.75, 193.0
"""A letter's width times its line's height, of letters of 1 pt; a roll's column."""


def load_template(file: Path) -> Template:
    """The template that a file of `config/slips/` describes; texts become NFC, its logo is read.

    Raises:
        KioskError: SETTINGS_INVALID: `mau.toml: line[3].size_pt: 200 is not 7 to 48`.
    """
    try:
        written = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise _refusal(file, "", error.strerror or type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        # Also a number of thousands of digits, and brackets in thousands of brackets.
        raise _refusal(file, "", str(error)) from error
    _refuse_unknown(file, "", written, ("language", "line"))
    lines = written.get("line")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, dict) for line in lines):
        raise _refusal(file, "line", "needs one [[line]] or more")
    if len(lines) > _MOST_ENTRIES:
        raise _refusal(file, "line", f"{len(lines)} lines are more than {_MOST_ENTRIES}")
    entries = tuple(_Line(file, number, line).entry() for number, line in enumerate(lines, 1))
    fields = [entry.field for entry in entries]
    if fields.count(Field.NUMBER) != 1:
        raise _refusal(file, "line", f'show = "number" stands {fields.count(Field.NUMBER)} times, not once')
    if fields.count(Field.CODE) > 1:
        raise _refusal(file, "line", 'show = "qr" stands more than once')
    if fields.count(Field.LOGO) > _MOST_LOGOS:
        raise _refusal(file, "line", f'show = "logo" stands more than {_MOST_LOGOS} times')
    if (own_mm := _own_words_mm(entries)) > _MOST_OWN_WORDS_MM:
        told = f"the clinic's own words fill about {own_mm:.0f} mm of a roll, more than {_MOST_OWN_WORDS_MM:.0f}"
        raise _refusal(file, "line", told)
    languages: tuple[Language, ...] = ()
    if "language" in written:
        language = written["language"]
        if not isinstance(language, str) or language not in LANGUAGES:
            raise _refusal(file, "language", f"{_shown(language)} is none of {_listed(LANGUAGES)}")
        languages = LANGUAGES[language]
    return Template(file.stem, entries, languages)


def _own_words_mm(entries: Sequence[Entry]) -> float:
    """How long a roll of 80 mm its texts make, by letters of middling width."""
    areas_pt2 = (
        max(map(len, (entry.text[Language.VI], entry.text[Language.EN]))) * entry.size_pt**2 * _LETTER_AREA
        for entry in entries
        if entry.text
    )
    return sum(areas_pt2) / _COLUMN_PT / 72 * MM_PER_INCH


class _Line:
    """One `[[line]]` of the file and its place in it, counted from 1."""

    def __init__(self, file: Path, number: int, written: Mapping[str, object]) -> None:
        self._file, self._place, self._written = file, f"line[{number}].", written

    def entry(self) -> Entry:
        """The line, checked whole."""
        field = self._field()
        keys = _KEYS.get(field, _WORDS)
        _refuse_unknown(self._file, self._place, self._written, ("show", *keys), f' of show = "{field.value}"')
        style, size_pt, weight = _DEFAULTS.get(field, _ROWS)
        allowed = _STYLES.get(field, _EITHER)
        style = Style(self._word("style", style, tuple(allowed)))
        if "style" in self._written and field not in _DEFAULTS and style is not Style.ROW:
            size_pt, weight = _LINES[1:]
        return Entry(
            field,
            style,
            self._number("size_pt", size_pt, _SIZES_PT.get(field, _LETTERS_PT)),
            Weight(self._word("weight", weight, tuple(Weight))),
            Align(self._word("align", Align.CENTRE, tuple(Align))),
            int(self._number("lines", 2, (1, 4), whole=True)),
            self._number("height_mm", _DEFAULT_HEIGHTS_MM.get(field, 0.0), _HEIGHTS_MM.get(field, (0.0, 0.0))),
            self._bilingual() if field is Field.TEXT else None,
            self._logo() if field is Field.LOGO else None,
            self._flag("masked"),
        )

    def _field(self) -> Field:
        show = self._written.get("show")
        if not isinstance(show, str) or show not in set(Field):
            said = "missing" if show is None else f"{_shown(show)} is unknown"
            raise self._refusal("show", f"{said}; one of {_listed([field.value for field in Field])}")
        return Field(show)

    def _word(self, key: str, default: StrEnum, allowed: Sequence[StrEnum]) -> str:
        value = self._written.get(key, default.value)
        if value not in [word.value for word in allowed]:
            raise self._refusal(key, f"{_shown(value)} is none of {_listed([word.value for word in allowed])}")
        return str(value)

    def _number(self, key: str, default: float, limits: tuple[float, float], *, whole: bool = False) -> float:
        value = self._written.get(key, default)
        least, most = limits
        right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not right or not least <= value <= most:  # type: ignore[operator]
            raise self._refusal(key, f"{_shown(value)} is not {least:g} to {most:g}")
        return float(value)  # type: ignore[arg-type]

    def _flag(self, key: str) -> bool:
        value = self._written.get(key, False)
        if not isinstance(value, bool):
            raise self._refusal(key, f"{_shown(value)} is not true or false")
        return value

    def _bilingual(self) -> Bilingual:
        return Bilingual(self._text("vi"), self._text("en"))

    def _text(self, key: str) -> str:
        value = self._written.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT:
            said = "missing" if value is None else "not a text"
            raise self._refusal(key, f"{said}; 1 to {_LONGEST_TEXT} letters")
        return unicodedata.normalize("NFC", value)

    def _logo(self) -> Logo:
        written = self._written.get("file")
        if not isinstance(written, str) or not written:
            raise self._refusal("file", "missing; a PNG, JPEG, BMP or GIF beside this file")
        try:
            return load_logo(self._file.parent / Path(written).expanduser())
        except (ValueError, RuntimeError) as error:  # the latter: a home folder that is none
            raise self._refusal("file", str(error)) from error

    def _refusal(self, key: str, why: str) -> KioskError:
        return _refusal(self._file, f"{self._place}{key}", why)


def _refuse_unknown(file: Path, place: str, written: Mapping[str, object], known: Sequence[str], of: str = "") -> None:
    if unknown := next((key for key in written if key not in known), None):
        raise _refusal(file, f"{place}{unknown}", f"unknown key{of}; known: {', '.join(known)}")


def _refusal(file: Path, key: str, why: str) -> KioskError:
    return KioskError(FailureCode.SETTINGS_INVALID, ": ".join(filter(None, (file.name, key, why))))


def _shown(value: object) -> str:
    """As it was written, as far as it fits into a sentence."""
    try:
        written = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return written if len(written) <= _LONGEST_SHOWN else f"{written[:_LONGEST_SHOWN]}…"


def _listed(words: Mapping[str, object] | Sequence[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
