"""How fields of the gateway's replies are read: any of them may be null, missing, of a wrong type, or hostile."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.lookup.question import fold_name

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_LONGEST_TEXT = 500
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories: control characters, formatting ones (they turn the writing direction), lone surrogates."""
_CODE = re.compile(r"[0-9]{3}")
_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_FACILITY = re.compile(r"[0-9]{2}[0-9A-Z]{3}")
_MINUTE = re.compile(r"[0-9]{12}")
_UTC_TIME = re.compile(
    r"(?P<seconds>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?Z?"
)

Fields = Mapping[str, object]


def read_object(body: bytes) -> Fields:
    """The JSON object of a body; an empty one for anything else, and where it says one thing twice."""
    try:
        reply = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_said_once)
    except (ValueError, RecursionError):  # a captive portal's HTML, a cut body, a thousand brackets
        return {}
    return reply if isinstance(reply, dict) else {}


def read_code(reply: Fields, name: str) -> str:
    """A result code, three digits; empty where there is none. The number 0 is what nobody filled in, not 000."""
    code = reply.get(name)
    if isinstance(code, int) and not isinstance(code, bool) and code:
        code = f"{code:03}"
    return code.strip() if isinstance(code, str) and _CODE.fullmatch(code.strip()) else ""


def read_text(reply: Fields, name: str) -> str:
    """A text of one line, cut to 500 characters; empty where there is none."""
    value = reply.get(name)
    if not isinstance(value, str):
        return ""
    printable = "".join(" " if unicodedata.category(char) in _UNPRINTABLE else char for char in value)
    return fold_name(printable)[:_LONGEST_TEXT]


def read_number(reply: Fields, name: str) -> str:
    """A number of a card, a facility: without spaces, in capitals."""
    return read_text(reply, name).replace(" ", "").upper()


def read_facility(reply: Fields, name: str) -> str:
    """A facility's code of 5 characters, its province's digits first; empty for anything else."""
    code = read_number(reply, name)
    return code if _FACILITY.fullmatch(code) else ""


def read_label(reply: Fields, name: str) -> str:
    """A short code that some installations write as a number and others as a text."""
    value = reply.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    return read_text(reply, name)


def read_day(reply: Fields, name: str) -> date | None:
    """`dd/MM/yyyy`; None for anything else."""
    if not (found := _DAY.fullmatch(read_text(reply, name))):
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_minute(written: str) -> datetime | None:
    """`yyyyMMddHHmm` of Vietnam's clocks; None for anything else."""
    if not _MINUTE.fullmatch(written):
        return None
    year, month, day, hour, minute = int(written[:4]), *(int(written[at : at + 2]) for at in (4, 6, 8, 10))
    try:
        return datetime(year, month, day, hour, minute, tzinfo=_VIETNAM)
    except ValueError:
        return None


def read_utc_time(written: object) -> datetime | None:
    """`2026-11-13T03:51:20.1047187Z`: seven fraction digits, one more than Python's clock knows."""
    if not isinstance(written, str) or not (found := _UTC_TIME.fullmatch(written.strip())):
        return None
    try:
        moment = datetime.fromisoformat(found["seconds"]).replace(tzinfo=UTC)
        return moment + timedelta(microseconds=int((found["fraction"] or "0").ljust(6, "0")[:6]))
    except ValueError:
        return None


def _said_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The members of an object; of two with one name nobody knows which one counts [RFC 8259 §4]."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name twice")
    return members
