"""The gateway's wire format: the only place that knows its names.

Requests are built from our types, replies are read defensively: a field may be null, missing or of a wrong type, and
a body may be no JSON at all. What cannot be understood becomes `ServiceTrouble(UNCLEAR)`, never a guess.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kiosk.dates import parse_date
from kiosk.lookup.answer import (
    CardAnswer,
    InsuranceCard,
    NextCard,
    Question,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.lookup.options import Account, Md5Case, Officer
from kiosk.lookup.question import fold_name
from kiosk.privacy import Personal

CODES_OF_RENEWAL = frozenset({"003", "004"})
CODES_OF_NO_CARD = frozenset({"050", "051", "052", "053"})

_TROUBLE_OF_LOOKUP = {
    "054": TroubleKind.OFFICER,
    "055": TroubleKind.OFFICER,
    "100": TroubleKind.SERVER_ERROR,
    "101": TroubleKind.SERVER_ERROR,
    "205": TroubleKind.PARAMETERS,
    "401": TroubleKind.ACCOUNT,
    "500": TroubleKind.SERVER_ERROR,
}
_TROUBLE_OF_TOKEN = {
    "401": TroubleKind.ACCOUNT,
    "402": TroubleKind.ACCOUNT,
    "403": TroubleKind.ACCOUNT_LOCKED,
    "500": TroubleKind.SERVER_ERROR,
}
_TOKEN_GIVEN = "200"  # noqa: S105 -- a result code
_LONGEST_TEXT = 500
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories: control characters, formatting ones (they turn the writing direction), lone surrogates."""
_CODE = re.compile(r"[0-9]{3}")
_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_UTC_TIME = re.compile(
    r"(?P<seconds>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?Z?"
)


@dataclass(frozen=True, slots=True, repr=False)
class Token(Personal):
    """What a login gives; bound to the caller's address. `expires_at` is in UTC."""

    access_token: str
    id_token: str
    expires_at: datetime


def login_fields(account: Account, md5_case: Md5Case) -> dict[str, str]:
    """The body of a login."""
    return {"username": account.username, "password": _md5(account.password, md5_case)}


def lookup_credentials(account: Account, md5_case: Md5Case, token: Token) -> dict[str, str]:
    """The query string of a lookup. It holds every credential: such an address is never written anywhere."""
    return {"token": token.access_token, "id_token": token.id_token, **login_fields(account, md5_case)}


def lookup_fields(question: Question, officer: Officer) -> dict[str, str]:
    """The body of a lookup; the birth date is `dd/MM/yyyy`, `MM/yyyy` or `yyyy`, as exactly as it is known."""
    return {
        "maThe": question.number,
        "hoTen": fold_name(question.full_name),
        "ngaySinh": str(question.date_of_birth),
        "hoTenCb": fold_name(officer.name),
        "cccdCb": officer.number,
    }


def read_token(body: bytes, now: datetime) -> Token | ServiceTrouble:
    """The reply to a login, whatever it was sent with."""
    reply = _object(body)
    code = _code(reply)
    if code != _TOKEN_GIVEN:
        return ServiceTrouble(_TROUBLE_OF_TOKEN.get(code, TroubleKind.UNCLEAR), code, now)
    key = reply.get("APIKey")
    fields = key if isinstance(key, Mapping) else {}
    access_token, id_token = fields.get("access_token"), fields.get("id_token")
    expires_at = read_utc_time(fields.get("expires_in"))
    if not (isinstance(access_token, str) and access_token and isinstance(id_token, str) and expires_at):
        return ServiceTrouble(TroubleKind.UNCLEAR, code, now)
    return Token(access_token, id_token, expires_at)


def read_answer(body: bytes, now: datetime) -> CardAnswer | ServiceTrouble:
    """The reply to a lookup. An unknown code is an answer: the desk decides."""
    reply = _object(body)
    code = _code(reply)
    if not code:
        return ServiceTrouble(TroubleKind.UNCLEAR, "", now)
    if kind := _TROUBLE_OF_LOOKUP.get(code):
        return ServiceTrouble(kind, code, now)
    return CardAnswer(code, _text(reply, "ghiChu"), _card(reply, code), now)


def read_utc_time(written: object) -> datetime | None:
    """`2026-11-13T03:51:20.1047187Z`: seven fraction digits, one more than Python's clock knows."""
    if not isinstance(written, str) or not (found := _UTC_TIME.fullmatch(written.strip())):
        return None
    try:
        moment = datetime.fromisoformat(found["seconds"]).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment + timedelta(microseconds=int((found["fraction"] or "0").ljust(6, "0")[:6]))


def _card(reply: Mapping[str, object], code: str) -> InsuranceCard | None:
    number = _number(reply, "maThe")
    next_card = _next_card(reply, code, number)
    if not number and next_card is None:
        return None
    return InsuranceCard(
        number=number,
        full_name=_text(reply, "hoTen"),
        date_of_birth=parse_date(_text(reply, "ngaySinh")),
        sex_raw=_text(reply, "gioiTinh"),
        address=_text(reply, "diaChi"),
        facility=_number(reply, "maDKBD"),
        issuer=_text(reply, "cqBHXH"),
        valid_from=_day(reply, "gtTheTu"),
        valid_to=_day(reply, "gtTheDen"),
        area=_area(reply),
        five_year_date=_day(reply, "ngayDu5Nam"),
        social_insurance_number=_number(reply, "maSoBHXH"),
        previous_number=_number(reply, "maTheCu"),
        next_card=next_card,
    )


def _next_card(reply: Mapping[str, object], code: str, number: str) -> NextCard | None:
    """The new card, where there is one: a plain valid card names itself in `maTheMoi`."""
    next_number = _number(reply, "maTheMoi")
    if not next_number or (next_number == number and code not in CODES_OF_RENEWAL):
        return None
    return NextCard(
        number=next_number,
        valid_from=_day(reply, "gtTheTuMoi"),
        valid_to=_day(reply, "gtTheDenMoi"),
        facility=_number(reply, "maDKBDMoi"),
        facility_name=_text(reply, "tenDKBDMoi"),
    )


def _object(body: bytes) -> Mapping[str, object]:
    try:
        reply = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # a captive portal's HTML, a cut body, a thousand brackets
        return {}
    return reply if isinstance(reply, dict) else {}


def _code(reply: Mapping[str, object]) -> str:
    """The result code, three digits; empty where there is none."""
    code = reply.get("maKetQua")
    if isinstance(code, int) and not isinstance(code, bool):
        code = f"{code:03}"
    return code.strip() if isinstance(code, str) and _CODE.fullmatch(code.strip()) else ""


def _text(reply: Mapping[str, object], name: str) -> str:
    value = reply.get(name)
    if not isinstance(value, str):
        return ""
    printable = "".join(" " if unicodedata.category(char) in _UNPRINTABLE else char for char in value)
    return fold_name(printable)[:_LONGEST_TEXT]


def _number(reply: Mapping[str, object], name: str) -> str:
    return _text(reply, name).replace(" ", "").upper()


def _area(reply: Mapping[str, object]) -> str:
    area = _number(reply, "maKV")
    return area if area in {"K1", "K2", "K3"} else ""


def _day(reply: Mapping[str, object], name: str) -> date | None:
    if not (found := _DAY.fullmatch(_text(reply, name))):
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _md5(password: str, case: Md5Case) -> str:
    digest = hashlib.md5(password.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
    return digest.upper() if case == "upper" else digest
