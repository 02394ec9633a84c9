"""The card lookup of Vietnam Social Security over HTTPS."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Literal, Self
from zoneinfo import ZoneInfo

from kiosk.lookup.answer import (
    Answer,
    AskedBecause,
    CardAnswer,
    CopayAnswer,
    NextCard,
    Question,
    ServiceTrouble,
    TroubleKind,
    VisitHistory,
)
from kiosk.lookup.backoff import Backoff
from kiosk.lookup.codec import (
    CODES_OF_NO_CARD,
    Token,
    WireRequest,
    login_fields,
    lookup_credentials,
    lookup_fields,
    read_answer,
    read_token,
    result_code,
)
from kiosk.lookup.codec_copay import copay_request, read_copay
from kiosk.lookup.codec_history import read_history
from kiosk.lookup.evidence import KeepReply, keep_nothing
from kiosk.lookup.options import Account, GatewayOptions, Officer
from kiosk.lookup.receipt import Inquiry, read_http_date
from kiosk.lookup.service import Read, Service, Told, asks_for_a_pause, understand
from kiosk.lookup.token import TokenCache
from kiosk.lookup.transport import Deadline, HttpReply, Transport

_log = logging.getLogger(__name__)
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_CODES_OF_REFUSAL = frozenset({"", "401"})
"""What a body under HTTP 401 says where the token was refused; another code there is about something else."""


def _vietnam_now() -> datetime:
    return datetime.now(_VIETNAM)


class Gateway:
    """Asks the gateway in the name of one facility; every trouble is an answer.

    `officer` is in whose name: one for good, or a function that says who is signed in when a lookup begins. `keep`
    gets replies that could not be understood. Usable from several threads: they share the token, the connections and
    the pauses.
    """

    def __init__(
        self,
        options: GatewayOptions,
        account: Account,
        officer: Officer | Callable[[], Officer],
        *,
        keep: KeepReply = keep_nothing,
        now: Callable[[], datetime] = _vietnam_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options = options
        self._account = account
        self._officer = officer
        self._keep = keep
        self._now = now
        self._monotonic = monotonic
        self._transport = Transport(options)
        self._tokens = TokenCache(self._log_in, now, monotonic, logins_per_hour=options.logins_per_hour)
        self._lookups = Service(
            "lookup", options.lookup_path, options.lookup_body, self._lookup_request, read_answer, self._backoff(),
            options.total_timeout_s, options.read_timeout_s,
        )  # fmt: skip
        # Each has its own pauses: a history that is away takes no card lookup with it.
        self._histories = Service(
            "history", options.history_path, "form", self._lookup_request, read_history, self._backoff(),
            options.history_timeout_s, options.history_timeout_s,
        )  # fmt: skip
        self._copays = Service(
            "copay", options.copay_path, "json", self._copay_request, read_copay, self._backoff(),
            options.history_timeout_s, options.history_timeout_s,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
        """Asks, and asks again at most twice where the answer itself names a better number.

        Without a card under another number: once more with the personal number. With a new card that is in force
        today (003): once more with that card. A card of the future is never asked for. The answer has a receipt of
        each exchange, those of refused tokens included.
        """
        started = self._monotonic()
        inquiry = self._inquiry(self._lookups)
        if kind := self._lookups.backoff.current(inquiry.deadline.remaining_s()):
            return ServiceTrouble(kind, "", self._now())
        answer = self._ask(self._lookups, question, because, inquiry)
        if _wants_personal_number(question, answer):
            question = replace(question, number=question.personal_number)
            answer = self._ask_again(question, AskedBecause.OTHER_NUMBER, answer, inquiry)
        if next_card := _next_card_in_force(answer, self._now().astimezone(_VIETNAM).date()):
            question = replace(question, number=next_card.number)
            answer = self._ask_again(question, AskedBecause.NEW_CARD, answer, inquiry)
        self._log(self._lookups, answer, started)
        return replace(answer, receipts=tuple(inquiry.receipts))

    def visit_history(
        self, question: Question, because: Literal[AskedBecause.STAFF, AskedBecause.RECHECK]
    ) -> VisitHistory | ServiceTrouble:
        """Earlier visits at all facilities; asked for a stated reason only, never as a part of check-in."""
        return self._ask_once(self._histories, question, because)

    def copay_so_far(
        self, question: Question, because: Literal[AskedBecause.STAFF, AskedBecause.FIVE_YEARS]
    ) -> CopayAnswer | ServiceTrouble:
        """This year's co-pay as the gateway counts it; asked for a stated reason only (`copay.reason_for_copay`)."""
        return self._ask_once(self._copays, question, because)

    def forget_refusal(self) -> None:
        """The account was put right: a login is tried again."""
        self._tokens.forget_refusal()
        for service in (self._lookups, self._histories, self._copays):
            service.backoff.forget_refusal()

    def close(self) -> None:
        """Closes kept-alive connections."""
        self._transport.close()

    def _backoff(self) -> Backoff:
        return Backoff(self._options.failures_before_pause, self._options.pause_s, self._monotonic)

    def _inquiry(self, service: Service[Told]) -> Inquiry:
        officer = self._officer if isinstance(self._officer, Officer) else self._officer()
        return Inquiry(Deadline(service.total_timeout_s, self._monotonic), officer)

    def _ask_once(self, service: Service[Told], question: Question, because: AskedBecause) -> Told | ServiceTrouble:
        started = self._monotonic()
        inquiry = self._inquiry(service)
        if kind := service.backoff.current(inquiry.deadline.remaining_s()):
            return ServiceTrouble(kind, "", self._now())
        answer = self._ask(service, question, because, inquiry)
        self._log(service, answer, started)
        return replace(answer, receipts=tuple(inquiry.receipts))

    def _ask_again(
        self, question: Question, because: AskedBecause, before: CardAnswer | ServiceTrouble, inquiry: Inquiry
    ) -> CardAnswer | ServiceTrouble:
        """The better answer of a second question; where that one has trouble, the first answer stands."""
        answer = self._ask(self._lookups, question, because, inquiry)
        if isinstance(answer, CardAnswer) and isinstance(before, CardAnswer):
            return replace(answer, earlier_codes=(*before.earlier_codes, before.code))
        return before

    def _ask(
        self, service: Service[Told], question: Question, because: AskedBecause, inquiry: Inquiry
    ) -> Told | ServiceTrouble:
        kind: TroubleKind | None = TroubleKind.UNCLEAR
        try:
            answer = self._ask_with_token(service, question, because, inquiry)
            kind = answer.kind if isinstance(answer, ServiceTrouble) else None
        finally:
            service.backoff.note(kind)  # whatever happened: others may wait to hear of it
        return answer

    def _ask_with_token(
        self, service: Service[Told], question: Question, because: AskedBecause, inquiry: Inquiry
    ) -> Told | ServiceTrouble:
        token = self._tokens.take(inquiry.deadline)
        if isinstance(token, ServiceTrouble):
            return token
        reply = self._post(service, question, token, because, inquiry)
        if _refuses_token(reply):
            inquiry.complete("401", "")
            token = self._tokens.renew(token, inquiry.deadline)
            if isinstance(token, ServiceTrouble):
                return token
            reply = self._post(service, question, token, because, inquiry)
            if _refuses_token(reply):
                inquiry.complete("401", "")
                self._tokens.refuse(token)
                return ServiceTrouble(TroubleKind.ACCOUNT, "401", self._now())
        understood = self._understand(reply, service.read, service.backoff)
        if not isinstance(understood, ServiceTrouble):
            self._tokens.accept(token)
        inquiry.complete(understood.code, self._kept(service.name, reply, understood))
        return understood

    def _post(
        self, service: Service[Told], question: Question, token: Token, because: AskedBecause, inquiry: Inquiry
    ) -> HttpReply | TroubleKind:
        asked_at = self._now()
        request = service.request(question, inquiry.officer, token)
        reply = self._transport.post(service.path, request, service.body, inquiry.deadline, service.read_timeout_s)
        inquiry.note(question, because, asked_at, self._now(), reply)
        return reply

    def _lookup_request(self, question: Question, officer: Officer, token: Token) -> WireRequest:
        credentials = lookup_credentials(self._account, self._options.password_md5_case, token)
        return WireRequest(lookup_fields(question, officer), query=credentials)

    def _copay_request(self, question: Question, officer: Officer, token: Token) -> WireRequest:
        del officer  # the call has no place for one; the receipt names who asked
        return copay_request(question, self._account, self._options.password_md5_case, token)

    def _log_in(self, deadline: Deadline) -> Token | ServiceTrouble:
        request = WireRequest(login_fields(self._account, self._options.password_md5_case))
        reply = self._transport.post(self._options.token_path, request, self._options.token_body, deadline)
        understood = self._understand(reply, read_token, self._lookups.backoff)
        if isinstance(understood, ServiceTrouble) and not understood.code:
            # With a code the body may hold a token, and that is kept nowhere.
            self._kept("login", reply, understood)
        if isinstance(understood, Token) and isinstance(reply, HttpReply):
            return replace(understood, given_at=read_http_date(reply.date))
        return understood

    def _understand(
        self,
        reply: HttpReply | TroubleKind,
        read: Callable[[bytes, datetime], Read | ServiceTrouble],
        backoff: Backoff,
    ) -> Read | ServiceTrouble:
        now = self._now()
        if isinstance(reply, HttpReply) and asks_for_a_pause(reply):
            backoff.obey(reply.retry_after, now)
        return understand(reply, read, now)

    def _kept(self, call: str, reply: HttpReply | TroubleKind, understood: object) -> str:
        """The name of the raw reply, where it is one that nobody could understand."""
        if not isinstance(reply, HttpReply) or not reply.body or not isinstance(understood, ServiceTrouble):
            return ""
        is_odd = understood.kind is TroubleKind.UNCLEAR
        is_page = understood.kind is TroubleKind.SERVER_ERROR and not understood.code
        return self._keep(call, reply, self._now()) if is_odd or is_page else ""

    def _log(self, service: Service[Told], answer: Told | ServiceTrouble, started: float) -> None:
        outcome = answer.code
        if isinstance(answer, ServiceTrouble):
            outcome = f"{answer.kind.value} {answer.code}".rstrip()
        _log.info("%s: %s in %.0f ms", service.name, outcome, 1000 * (self._monotonic() - started))


def _refuses_token(reply: HttpReply | TroubleKind) -> bool:
    return (
        isinstance(reply, HttpReply)
        and reply.status == HTTPStatus.UNAUTHORIZED
        and result_code(reply.body) in _CODES_OF_REFUSAL
    )


def _wants_personal_number(question: Question, answer: Answer) -> bool:
    return (
        isinstance(answer, CardAnswer)
        and answer.code in CODES_OF_NO_CARD
        and question.personal_number not in {"", question.number}
    )


def _next_card_in_force(answer: Answer, today: date) -> NextCard | None:
    """The new card of a 003, if it can be used today."""
    if not isinstance(answer, CardAnswer) or answer.code != "003" or answer.card is None:
        return None
    card = answer.card.next_card
    if card is None or card.valid_from is None or card.valid_to is None:
        return None
    return card if card.valid_from <= today <= card.valid_to else None
