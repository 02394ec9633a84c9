"""The wire format of the visit history: the lookup's question, always as a form, and a list of its own.

Unlike in a card lookup, every entry counts: a list that is not understood as a whole is trouble, because staff would
take what is left for everything.
"""

from datetime import datetime

from kiosk.lookup.answer import PastVisit, ServiceTrouble, TroubleKind, VisitHistory
from kiosk.lookup.codec import trouble_of_lookup
from kiosk.lookup.wire import Fields, read_code, read_label, read_minute, read_number, read_object, read_text

_LIST = "dsLichSuKCB2025"
_MOST_VISITS = 2000


def read_history(body: bytes, now: datetime) -> VisitHistory | ServiceTrouble:
    """The reply to a question for earlier visits."""
    reply = read_object(body)
    code = read_code(reply, "maKetQua")
    if trouble := trouble_of_lookup(code, now):
        return trouble
    listed = reply.get(_LIST)
    if listed is None and (_LIST in reply or code != "000"):
        return VisitHistory(code, None, now)
    if not isinstance(listed, list) or len(listed) > _MOST_VISITS:
        return ServiceTrouble(TroubleKind.UNCLEAR, code, now)
    visits = tuple(_visit(entry) for entry in listed if isinstance(entry, dict))
    if len(visits) != len(listed) or not all(visit.facility and visit.admitted_at_raw for visit in visits):
        return ServiceTrouble(TroubleKind.UNCLEAR, code, now)
    return VisitHistory(code, visits, now)


def _visit(entry: Fields) -> PastVisit:
    admitted, discharged = read_label(entry, "ngayVao"), read_label(entry, "ngayRa")
    return PastVisit(
        visit_number=read_label(entry, "maHoSo"),
        facility=read_number(entry, "maCSKCB"),
        admitted_at=read_minute(admitted),
        admitted_at_raw=admitted,
        discharged_at=read_minute(discharged),
        discharged_at_raw=discharged,
        diagnosis=read_text(entry, "tenBenh"),
        condition_raw=read_label(entry, "tinhTrang"),
        outcome_raw=read_label(entry, "kqDieuTri"),
        reason_raw=read_label(entry, "lyDoVV"),
    )
