"""The gateway's wire format: logins and card lookups. Only the `codec` modules know its names.

Requests are built from our types, replies are read defensively: a field may be null, missing or of a wrong type, and
a body may be no JSON at all. What cannot be understood becomes `ServiceTrouble(UNCLEAR)`, never a guess.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.dates import parse_date
from kiosk.lookup.answer import (
    CardAnswer,
    InsuranceCard,
    NextCard,
    PastCheck,
    Question,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.lookup.options import Account, Md5Case, Officer
from kiosk.lookup.question import fold_name
from kiosk.lookup.wire import (
    Fields,
    read_code,
    read_day,
    read_facility,
    read_label,
    read_minute,
    read_number,
    read_object,
    read_text,
    read_utc_time,
)
from kiosk.privacy import Personal

CODES_OF_RENEWAL = frozenset({"003", "004"})
CODES_OF_NO_CARD = frozenset({"050", "051", "052", "053"})

_RESULT = "maKetQua"
_MOST_CHECKS = 200
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


@dataclass(frozen=True, slots=True, repr=False)
class Token(Personal):
    """What a login gives; bound to the caller's address.

    Both times are in UTC by the service's clock; `given_at` is None where it does not tell its time.
    """

    access_token: str
    id_token: str
    expires_at: datetime
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class WireRequest(Personal):
    """One request as it is sent: the body's fields, what the address carries, what the headers carry."""

    fields: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


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


def result_code(body: bytes) -> str:
    """The result code of a reply, three digits; empty where it has none."""
    return read_code(read_object(body), _RESULT)


def trouble_of_lookup(code: str, now: datetime) -> ServiceTrouble | None:
    """The trouble that a lookup's or a history's result code stands for; None: the person was answered about."""
    if not code:
        return ServiceTrouble(TroubleKind.UNCLEAR, "", now)
    kind = _TROUBLE_OF_LOOKUP.get(code)
    return ServiceTrouble(kind, code, now) if kind else None


def read_token(body: bytes, now: datetime) -> Token | ServiceTrouble:
    """The reply to a login, whatever it was sent with."""
    reply = read_object(body)
    code = read_code(reply, _RESULT)
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
    reply = read_object(body)
    code = read_code(reply, _RESULT)
    if trouble := trouble_of_lookup(code, now):
        return trouble
    return CardAnswer(
        code, read_text(reply, "ghiChu"), _card(reply, code), now, past_checks=_past_checks(reply.get("dsLichSuKT2018"))
    )


def _past_checks(listed: object) -> tuple[PastCheck, ...]:
    """Who looked before. It informs staff only, so that entries of another shape are left out."""
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return tuple(
        PastCheck(
            account=read_text(entry, "userKT"),
            checked_at=read_minute(written := read_label(entry, "thoiGianKT")),
            checked_at_raw=written,
            code=read_label(entry, "maLoi"),
            message=read_text(entry, "thongBao"),
        )
        for entry in entries[:_MOST_CHECKS]
    )


def _card(reply: Fields, code: str) -> InsuranceCard | None:
    number = read_number(reply, "maThe")
    next_card = _next_card(reply, code, number)
    if not number and next_card is None:
        return None
    return InsuranceCard(
        number=number,
        full_name=read_text(reply, "hoTen"),
        date_of_birth=parse_date(read_text(reply, "ngaySinh")),
        sex_raw=read_text(reply, "gioiTinh"),
        address=read_text(reply, "diaChi"),
        facility=read_facility(reply, "maDKBD"),
        issuer=read_text(reply, "cqBHXH"),
        valid_from=read_day(reply, "gtTheTu"),
        valid_to=read_day(reply, "gtTheDen"),
        area=_area(reply),
        five_year_date=read_day(reply, "ngayDu5Nam"),
        social_insurance_number=read_number(reply, "maSoBHXH"),
        previous_number=read_number(reply, "maTheCu"),
        next_card=next_card,
    )


def _next_card(reply: Fields, code: str, number: str) -> NextCard | None:
    """The new card, where there is one: a plain valid card names itself in `maTheMoi`."""
    next_number = read_number(reply, "maTheMoi")
    if not next_number or (next_number == number and code not in CODES_OF_RENEWAL):
        return None
    return NextCard(
        number=next_number,
        valid_from=read_day(reply, "gtTheTuMoi"),
        valid_to=read_day(reply, "gtTheDenMoi"),
        facility=read_facility(reply, "maDKBDMoi"),
        facility_name=read_text(reply, "tenDKBDMoi"),
    )


def _area(reply: Fields) -> str:
    area = read_number(reply, "maKV")
    return area if area in {"K1", "K2", "K3"} else ""


def _md5(password: str, case: Md5Case) -> str:
    digest = hashlib.md5(password.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
    return digest.upper() if case == "upper" else digest
