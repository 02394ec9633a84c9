"""What may be seen of a person: silent types, masks for screens, a filter for logs."""

import logging
import re

_LONG_NUMBER = re.compile(r"\d{9,}")


class Personal:
    """Mixin of every type that holds something about a person: its `repr` says only its name.

    Derive with `@dataclass(frozen=True, slots=True, repr=False)`, so that no traceback, log line or test failure
    shows a field.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def mask_number(number: str) -> str:
    """A personal number for a patient's screen: `999090000123` -> `999 ••• ••• 123`; short ones wholly hidden."""
    if len(number) < 10:
        return "•" * len(number)
    hidden = len(number) - 6
    groups = [min(3, hidden - at) for at in range(0, hidden, 3)]
    return " ".join([number[:3], *("•" * size for size in groups), number[-3:]])


def mask_name(full_name: str) -> str:
    """A name for a patient's screen: the last word becomes its first letter, `Nguyễn Văn Mẫu` -> `Nguyễn Văn M.`."""
    words = full_name.split()
    if not words:
        return ""
    return " ".join([*words[:-1], f"{words[-1][0]}."])


def mask_initials(full_name: str) -> str:
    """A name for a screen that the whole hall sees: only initials, `Nguyễn Văn Mẫu` -> `N.V. M…`."""
    *others, given = full_name.split() or [""]
    before = "".join(f"{word[0]}." for word in others)
    return " ".join(part for part in (before, f"{given[0]}…" if given else "") if part)


def redact_numbers(text: str) -> str:
    """`text` with each run of nine or more digits replaced by its length."""
    return _LONG_NUMBER.sub(lambda run: f"<{len(run[0])} digits>", text)


class LogFilter(logging.Filter):
    """The last line of defence: no long number leaves in a log line, whoever wrote it, traceback included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redacts the finished message in place; never drops a line."""
        record.msg = redact_numbers(record.getMessage())
        record.args = None
        if record.exc_info and record.exc_info[1] is not None and not record.exc_text:
            record.exc_text = redact_numbers(logging.Formatter().formatException(record.exc_info))
        return True


def redact_command(command: bytes) -> str:
    """A command APDU by its header and lengths, `0CB09D00 Lc=13 Le=256`; its data stays out [ISO 7816-4 §5.2]."""
    header, body = command[:4].hex().upper(), command[4:]
    if not body:
        return header
    extended = body[0] == 0 and len(body) > 1
    size = 3 if extended else 1
    first = int.from_bytes(body[:size], "big")
    if len(body) == size:
        return f"{header} Le={first or (65536 if extended else 256)}"
    le = body[size + first :]
    if not le:
        return f"{header} Lc={first}"
    return f"{header} Lc={first} Le={int.from_bytes(le, 'big') or (65536 if extended else 256)}"


def redact_answer(data: bytes, sw: int) -> str:
    """An answer by its length and status word, `239 9000`."""
    return f"{len(data)} {sw:04X}"
