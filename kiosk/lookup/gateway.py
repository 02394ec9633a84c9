"""The card lookup of Vietnam Social Security over HTTPS."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from kiosk.lookup.answer import (
    Answer,
    CardAnswer,
    NextCard,
    Question,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.lookup.backoff import Backoff
from kiosk.lookup.codec import (
    CODES_OF_NO_CARD,
    Token,
    login_fields,
    lookup_credentials,
    lookup_fields,
    read_answer,
    read_token,
)
from kiosk.lookup.options import Account, GatewayOptions, Officer
from kiosk.lookup.token import TokenCache
from kiosk.lookup.transport import Deadline, HttpReply, Transport

_log = logging.getLogger(__name__)
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_SUCCESS = range(200, 300)

Read = TypeVar("Read", Token, CardAnswer)


def _vietnam_now() -> datetime:
    return datetime.now(_VIETNAM)


class Gateway:
    """Asks the gateway in the name of one facility and one officer; every trouble is an answer.

    Usable from several threads: they share the token, the connections and the pauses.
    """

    def __init__(
        self,
        options: GatewayOptions,
        account: Account,
        officer: Officer,
        *,
        now: Callable[[], datetime] = _vietnam_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options = options
        self._account = account
        self._officer = officer
        self._now = now
        self._monotonic = monotonic
        self._transport = Transport(options)
        self._tokens = TokenCache(self._log_in, now, monotonic)
        self._backoff = Backoff(options.failures_before_pause, options.pause_s, monotonic)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def look_up(self, question: Question) -> Answer:
        """Asks, and asks again at most twice where the answer itself names a better number.

        Without a card under another number: once more with the personal number. With a new card that is in force
        today (003): once more with that card. A card of the future is never asked for.
        """
        if kind := self._backoff.current():
            return ServiceTrouble(kind, "", self._now())
        started = self._monotonic()
        deadline = Deadline(self._options.total_timeout_s, self._monotonic)
        answer = self._ask(question, deadline)
        if _wants_personal_number(question, answer):
            question = replace(question, number=question.personal_number)
            answer = self._ask_again(question, answer, deadline)
        if next_card := _next_card_in_force(answer, self._now().astimezone(_VIETNAM).date()):
            answer = self._ask_again(replace(question, number=next_card.number), answer, deadline)
        _log.info("lookup: %s in %.0f ms", _outcome(answer), 1000 * (self._monotonic() - started))
        return answer

    def forget_refusal(self) -> None:
        """The account was put right: a login is tried again."""
        self._tokens.forget_refusal()

    def close(self) -> None:
        """Closes kept-alive connections."""
        self._transport.close()

    def _ask_again(
        self, question: Question, before: CardAnswer | ServiceTrouble, deadline: Deadline
    ) -> CardAnswer | ServiceTrouble:
        """The better answer of a second question; where that one has trouble, the first answer stands."""
        answer = self._ask(question, deadline)
        if isinstance(answer, CardAnswer) and isinstance(before, CardAnswer):
            return replace(answer, earlier_codes=(*before.earlier_codes, before.code))
        return before

    def _ask(self, question: Question, deadline: Deadline) -> CardAnswer | ServiceTrouble:
        answer = self._ask_with_token(question, deadline)
        self._backoff.note(answer.kind if isinstance(answer, ServiceTrouble) else None)
        return answer

    def _ask_with_token(self, question: Question, deadline: Deadline) -> CardAnswer | ServiceTrouble:
        token = self._tokens.take(deadline)
        if isinstance(token, ServiceTrouble):
            return token
        reply = self._post_question(question, token, deadline)
        if isinstance(reply, HttpReply) and reply.status == HTTPStatus.UNAUTHORIZED:
            token = self._tokens.renew(token, deadline)
            if isinstance(token, ServiceTrouble):
                return token
            reply = self._post_question(question, token, deadline)
            if isinstance(reply, HttpReply) and reply.status == HTTPStatus.UNAUTHORIZED:
                self._tokens.refuse(token)
                return ServiceTrouble(TroubleKind.ACCOUNT, "401", self._now())
        return self._understand(reply, read_answer)

    def _post_question(self, question: Question, token: Token, deadline: Deadline) -> HttpReply | TroubleKind:
        options = self._options
        return self._transport.post(
            options.lookup_path,
            lookup_fields(question, self._officer),
            options.lookup_body,
            deadline,
            query=lookup_credentials(self._account, options.password_md5_case, token),
        )

    def _log_in(self, deadline: Deadline) -> Token | ServiceTrouble:
        options = self._options
        reply = self._transport.post(
            options.token_path, login_fields(self._account, options.password_md5_case), options.token_body, deadline
        )
        return self._understand(reply, read_token)

    def _understand(
        self, reply: HttpReply | TroubleKind, read: Callable[[bytes, datetime], Read | ServiceTrouble]
    ) -> Read | ServiceTrouble:
        now = self._now()
        if isinstance(reply, TroubleKind):
            return ServiceTrouble(reply, "", now)
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._backoff.obey(reply.retry_after, now)
            return ServiceTrouble(TroubleKind.RATE_LIMITED, "", now)
        understood = read(reply.body, now)  # a refusal may carry a result code too
        if reply.status in _SUCCESS:
            return understood
        code = understood.code if isinstance(understood, ServiceTrouble) else ""
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ServiceTrouble(TroubleKind.SERVER_ERROR, code, now)
        if isinstance(understood, ServiceTrouble) and understood.kind is not TroubleKind.UNCLEAR:
            return understood
        if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return ServiceTrouble(TroubleKind.ACCOUNT, code, now)
        # Good news under a bad status is no news.
        return ServiceTrouble(TroubleKind.UNCLEAR, code, now)


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


def _outcome(answer: Answer) -> str:
    match answer:
        case CardAnswer():
            return answer.code
        case ServiceTrouble():
            return f"{answer.kind.value} {answer.code}".rstrip()
        case _:
            return "not asked"
