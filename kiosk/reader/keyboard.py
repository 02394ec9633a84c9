"""What a keyboard's state does to the keys of a gun that believes to type on a US layout, and the way back.

Nothing is guessed: the way back is offered as another reading of the text, and counts only where it is a whole code
and the text as it came is none.
"""

import sys
from collections.abc import Iterator

_US = "1234567890-=!@#$%^&*()_+[]\\{}|;':\",./<>?`~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What the same keys give, in the same order, where the system's layout is another one (Windows' layouts).
_LAYOUTS = {
    # Vietnamese: the digit row bears letters and tones [KBDVNTC].
    "vi": "ăâêô\u0300\u0309\u0303\u0301\u0323đ-₫ĂÂÊÔ%^&*()_+ươ\\ƯƠ|;':\",./<>?`~"
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "fr": "&é\"'(-è_çà)=1234567890°+^$*¨£µmùM%;:!./§²~qbcdefghijkl,noparstuvzxywQBCDEFGHIJKL?NOPARSTUVZXYW",
    "de": "1234567890ß´!\"§$%&/()=?`ü+#Ü*'öäÖÄ,.-;:_^°abcdefghijklmnopqrstuvwxzyABCDEFGHIJKLMNOPQRSTUVWXZY",
}
_BACK = {name: {ord(theirs): us for theirs, us in zip(keys, _US, strict=True)} for name, keys in _LAYOUTS.items()}


def other_layouts(text: str) -> Iterator[str]:
    """`text` as the keys would read on a US layout, for each layout on which they could have been struck."""
    for back in _BACK.values():
        if all(ord(character) in back or character in " \n" for character in text):
            yield text.translate(back)


def without_caps_lock(text: str) -> Iterator[str]:
    """`text` with capitals and small letters exchanged: all of them, then the ASCII ones only.

    Caps Lock exchanges what is struck as a key; what is entered as an Alt code it leaves alone.
    """
    yield text.swapcase()
    yield "".join(character.swapcase() if character.isascii() else character for character in text)


def alt_character(digits: str) -> str:
    """What Windows makes of Alt and `digits`: with a leading zero of the system's code page, above 255 of Unicode."""
    number = int(digits)
    if number > 255:
        return chr(number) if number <= sys.maxunicode and not 0xD800 <= number < 0xE000 else "\ufffd"
    return bytes([number]).decode("cp1252" if digits.startswith("0") else "cp437", "replace")
