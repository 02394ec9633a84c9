"""The wire format of the cumulative co-pay call [appendix of letter 1839/CNTT-PM of 18/8/2026, as others quote it].

The reply is known from quotations only and has not been seen from the real service. Assumed is: `MaKetQua` 200 with
entries, 204 without (no such card, or no co-pay: that is no figure, not 0), 400 parameters, 500 trouble; each entry of
`DataCCT` is a visit with the co-pay accumulated up to and including it, so that the figure is the greatest, never the
sum; `GhiChu` ends in the moment up to which facilities' claims are counted. Whatever differs is trouble.
"""

import re
from datetime import date, datetime

from kiosk.lookup.answer import Copay, CopayAnswer, Question, ServiceTrouble, TroubleKind
from kiosk.lookup.codec import Token, WireRequest, login_fields
from kiosk.lookup.options import Account, Md5Case
from kiosk.lookup.question import fold_name
from kiosk.lookup.wire import Fields, read_code, read_day, read_object, read_text

_RESULT, _NOTE, _ENTRIES = "MaKetQua", "GhiChu", "DataCCT"
_ACCUMULATED, _DISCHARGED = "tBNCCTLuyKe", "ngayRa"
_FIGURE, _NO_FIGURE = "200", "204"
_TROUBLE = {
    "400": TroubleKind.PARAMETERS,
    "401": TroubleKind.ACCOUNT,
    "403": TroubleKind.ACCOUNT_LOCKED,
    "500": TroubleKind.SERVER_ERROR,
}
_RESTRICTED = "có lỗi xảy ra trong quá trình tra cứu"
"""How a 500 is worded where the account is on the list of restricted ones; asking on would make it worse."""
_COUNTED_TO = re.compile(r"tính đến:? *(?P<day>[0-9]{2}/[0-9]{2}/[0-9]{4})", re.IGNORECASE)
_MOST_VND = 10**12


def copay_request(question: Question, account: Account, md5_case: Md5Case, token: Token) -> WireRequest:
    """Credentials go in headers; the birth date as in a lookup."""
    login = login_fields(account, md5_case)
    return WireRequest(
        fields={
            "username": login["username"],
            "maThe": question.number,
            "hoTen": fold_name(question.full_name),
            "ngaySinh": str(question.date_of_birth),
        },
        headers={
            "accessToken": token.access_token,
            "tokenId": token.id_token,
            "passwordHash": login["password"],
        },
    )


def read_copay(body: bytes, now: datetime) -> CopayAnswer | ServiceTrouble:
    """The reply to a question for the co-pay so far."""
    reply = read_object(body)
    code, note = read_code(reply, _RESULT), read_text(reply, _NOTE)
    if code == _NO_FIGURE:
        return CopayAnswer(code, note, Copay(), now)
    if code != _FIGURE:
        restricted = code == "500" and _RESTRICTED in note.lower()
        kind = TroubleKind.ACCOUNT_LOCKED if restricted else _TROUBLE.get(code, TroubleKind.UNCLEAR)
        return ServiceTrouble(kind, code, now)
    listed = reply.get(_ENTRIES)
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    figures = [figure for entry in entries if (figure := _vnd(entry)) is not None]
    counted_to = _counted_to(note)
    years = {day.year for day in (counted_to, *(read_day(entry, _DISCHARGED) for entry in entries)) if day}
    # Another year's accumulated co-pay may be greater than this one's, and is worth nothing.
    whole = isinstance(listed, list) and len(figures) == len(listed)
    if not (figures and whole) or len(years) > 1:
        return ServiceTrouble(TroubleKind.UNCLEAR, code, now)
    return CopayAnswer(code, note, Copay(max(figures), counted_to), now)


def _vnd(entry: Fields) -> int | None:
    """Whole đồng, rounded to the nearest; None for what is no amount."""
    amount = entry.get(_ACCUMULATED)
    if not isinstance(amount, int | float) or isinstance(amount, bool) or not 0 <= amount <= _MOST_VND:
        return None
    return round(amount)


def _counted_to(note: str) -> date | None:
    found = _COUNTED_TO.search(note)
    return read_day(found.groupdict(), "day") if found else None
