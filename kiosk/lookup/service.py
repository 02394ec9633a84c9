"""The gateway's calls that need a token, as data, and what HTTP says of any reply."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Generic, TypeVar

from kiosk.lookup.answer import CardAnswer, CopayAnswer, Question, ServiceTrouble, TroubleKind, VisitHistory
from kiosk.lookup.backoff import Backoff
from kiosk.lookup.codec import Token, WireRequest
from kiosk.lookup.options import BodyKind, Officer
from kiosk.lookup.transport import HttpReply

_SUCCESS = range(200, 300)

Told = TypeVar("Told", CardAnswer, VisitHistory, CopayAnswer)
Read = TypeVar("Read", Token, CardAnswer, VisitHistory, CopayAnswer)


@dataclass(frozen=True, slots=True)
class Service(Generic[Told]):
    """One call: where, in which form, how long, who writes its request and reads its reply, and its pauses."""

    name: str
    path: str
    body: BodyKind
    request: Callable[[Question, Officer, Token], WireRequest]
    read: Callable[[bytes, datetime], Told | ServiceTrouble]
    backoff: Backoff
    total_timeout_s: float
    read_timeout_s: float


def asks_for_a_pause(reply: HttpReply) -> bool:
    """Whether the service wants to be left alone for a while [RFC 6585 §4, RFC 9110 §15.6.4]."""
    is_closed = reply.status == HTTPStatus.SERVICE_UNAVAILABLE and bool(reply.retry_after)
    return reply.status == HTTPStatus.TOO_MANY_REQUESTS or is_closed


def understand(
    reply: HttpReply | TroubleKind, read: Callable[[bytes, datetime], Read | ServiceTrouble], now: datetime
) -> Read | ServiceTrouble:
    """What a reply says, by its status and its body together: a refusal may carry a result code too."""
    if isinstance(reply, TroubleKind):
        return ServiceTrouble(reply, "", now)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return ServiceTrouble(TroubleKind.RATE_LIMITED, "", now)
    understood = read(reply.body, now)
    if reply.status in _SUCCESS:
        return understood
    if isinstance(understood, ServiceTrouble) and understood.kind is not TroubleKind.UNCLEAR:
        return understood
    code = understood.code if isinstance(understood, ServiceTrouble) else ""
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceTrouble(TroubleKind.SERVER_ERROR, code, now)
    if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return ServiceTrouble(TroubleKind.ACCOUNT, code, now)
    # Good news under a bad status is no news.
    return ServiceTrouble(TroubleKind.UNCLEAR, code, now)
