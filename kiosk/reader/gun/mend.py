"""A gun's text as it came -> the code that it was, as far as that is certain.

Numbers and dates survive every keyboard or can be told again. Names do so only sometimes, and a damaged name often
looks like a name: so a name is kept where something proves it, else `UNKNOWN` stands in its place.
"""

import unicodedata
from collections.abc import Iterator

from kiosk.reader.document import CitizenCode, Code, InsuranceCode, UnknownCode
from kiosk.reader.gun.heard import UNKNOWN, Damage, Scan, Way
from kiosk.reader.input_method import BACKSPACE, Method, keys_of, visible
from kiosk.reader.keyboard import other_layouts, without_caps_lock
from kiosk.reader.payload import MAX_CHARACTERS, parse
from kiosk.reader.spelling import is_vietnamese_name

_NAME, _SEX, _RESIDENCE, _EXTRA = 2, 4, 5, 7
_SEXES = ("Nam", "Nữ")
_HEX_TEXTS = (1, 4, 10)
# Guns that enter the bytes of UTF-8 one by one get these letters for them.
_BYTE_CODE_PAGES = ("cp1252", "latin-1", "cp437", "cp1258")
_SINGLE_BYTE_CODE_PAGES = ("cp1258",)


def mend_keys(stream: str, *, composed: bool = False) -> Scan:
    r"""A burst of keys, `\b` for each letter taken back; `composed`: an input method was seen at work."""
    came = visible(stream)
    rewritten = composed or BACKSPACE in stream
    way = Way.INPUT_METHOD if rewritten else Way.KEYS
    if len(came) > MAX_CHARACTERS:
        return Scan(came, came, way)
    for text, damages in _readings(stream, came):
        code = parse(text)
        if not isinstance(code, UnknownCode):
            found = (*damages, *((Damage.REWRITTEN,) if rewritten else ()))
            return _proven(text, code, came, way, found)
    return Scan(came, came, way, (Damage.REWRITTEN,) if rewritten else ())


def mend_bytes(payload: bytes) -> Scan | None:
    """What a serial gun sent; None where it is no text at all: neither UTF-8 nor a code in another encoding."""
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _other_encoding(payload)
    if len(text) <= MAX_CHARACTERS and isinstance(parse(text), UnknownCode | CitizenCode):
        for mended in _from_byte_code_page(text):
            return Scan(mended, text, Way.SERIAL_OTHER, (Damage.CODE_PAGE,))
    return Scan(text, text, Way.SERIAL)


def _other_encoding(payload: bytes) -> Scan | None:
    """Digits and bars are the same in every encoding but UTF-16; letters are believed where spelling proves them."""
    for code_page in _SINGLE_BYTE_CODE_PAGES:
        try:
            text = unicodedata.normalize("NFC", payload.decode(code_page))
        except UnicodeDecodeError:
            continue
        code = parse(text)
        if isinstance(code, CitizenCode) and _is_proven(text, code):
            return Scan(text, text, Way.SERIAL_OTHER, (Damage.CODE_PAGE,))
    text = payload.decode("ascii", "replace")
    code = parse(text)
    if isinstance(code, UnknownCode):
        return None
    return _proven(text, code, text, Way.SERIAL_OTHER, ())


def _readings(stream: str, came: str) -> Iterator[tuple[str, tuple[Damage, ...]]]:
    """What the code may have been, the most direct reading first; damages are those that this reading undoes."""
    if BACKSPACE in stream:
        for method in Method:
            keys = "|".join(_keys_or_letters(field, method) for field in stream.split("|"))
            # Only the texts of insurance cards prove that the right keys were told again.
            if keys != came and isinstance(parse(keys), InsuranceCode):
                yield keys, ()
    for text, damages in ((came, ()), *((text, (Damage.CODE_PAGE,)) for text in _from_byte_code_page(came))):
        if _is_caps_locked(text):
            for exchanged in without_caps_lock(text):
                code = parse(exchanged)
                if isinstance(code, CitizenCode) and (not code.full_name or _is_titled(code.full_name)):
                    yield exchanged, (*damages, Damage.CAPS_LOCK)
        if damages:
            yield text, damages
    yield came, ()
    for text in other_layouts(came):
        yield text, (Damage.LAYOUT,)


def _keys_or_letters(field: str, method: Method) -> str:
    """A bar ends every word: what happened to one field says nothing about the others."""
    keys = keys_of(field, method)
    return visible(field) if keys is None else keys


def _proven(text: str, code: Code, came: str, way: Way, damages: tuple[Damage, ...]) -> Scan:
    """The scan with what is not proven of its letters taken out."""
    trusted = not {Damage.LAYOUT, Damage.REWRITTEN} & {*damages}
    match code:
        case CitizenCode() if not (trusted and _is_proven(text, code)):
            return Scan(_without_letters(text), came, way, (*damages, Damage.LETTERS_LOST))
        case InsuranceCode() if not trusted and not is_vietnamese_name(code.full_name):
            return Scan(_without_hex_texts(text), came, way, (*damages, Damage.LETTERS_LOST))
        case _:
            return Scan(text, came, way, damages)


def _is_proven(text: str, code: CitizenCode) -> bool:
    """Letters that only Unicode holds came through, and the name is spelled as names are.

    Guns that cannot type such letters leave them out, or give their nearest relatives of Latin-1.
    """
    witnessed = any("\u1ea0" <= letter <= "\u1eff" for letter in unicodedata.normalize("NFC", text))
    return witnessed and is_vietnamese_name(code.full_name) and _is_titled(code.full_name)


def _without_letters(text: str) -> str:
    bar = "|" if "|" in text else ";"
    fields = text.split(bar)
    for at, field in enumerate(fields):
        worded = at in (_NAME, _RESIDENCE) or (at >= _EXTRA and any(map(str.isalpha, field)))
        if (worded and field.strip()) or (at == _SEX and field not in _SEXES):
            fields[at] = UNKNOWN
    return bar.join(fields)


def _without_hex_texts(text: str) -> str:
    bar = "|" if "|" in text else ";"
    fields = text.split(bar)
    for at in _HEX_TEXTS:
        if at < len(fields) and fields[at].strip() not in ("", "-"):
            fields[at] = UNKNOWN
    return bar.join(fields)


def _is_caps_locked(came: str) -> bool:
    """The sex is written `Nam` or `Nữ`: exchanged capitals show in it."""
    sex = (came.split("|") + [""] * _EXTRA)[_SEX]
    return sex == "nữ" or (sex[:1] == "n" and sex[1:].isupper())


def _is_titled(name: str) -> bool:
    return name.isupper() or all(word[0].isupper() and word[1:] == word[1:].lower() for word in name.split())


def _from_byte_code_page(came: str) -> Iterator[str]:
    """`came` as UTF-8, where each of its letters stands for one byte: hardly any other text passes for UTF-8."""
    if came.isascii():
        return
    for code_page in _BYTE_CODE_PAGES:
        try:
            yield came.encode(code_page).decode("utf-8")
        except UnicodeError:
            continue
        return
