"""A powered card in a reader."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from smartcard import scard

from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.reader.bounded import BoundedCalls
from kiosk.reader.pcsc.results import NOT_ANSWERING, PROTOCOL_REFUSED, connect_failure, exchange_failure, name_of
from kiosk.reader.pcsc.service import Context, insertion_of, is_present

_TRIES, _BETWEEN_TRIES_S = 3, 0.2
_CONNECTS_WITHIN_S = 6.0
_REMOVAL_NOTICED_WITHIN_S = 0.8
_GET_RESPONSE = bytes.fromhex("00C00000")
_MORE_DATA = 0x61
_STATUS_BYTES = 2
_MOST_KEPT_BACK = 300  # GET RESPONSE answers; the longest file of a card has 65,535 bytes
_PCI = {scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0, scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1}


def connect(reader: str) -> "PcscConnection":
    """Connects to the card in `reader`, alone if possible, and resets it: a session left on it is not ours.

    A card that does not answer yet is tried three times within half a second; a driver that does not come back is
    left to itself after six seconds.

    Raises:
        RetriableError: CARD_MISSING, CARD_UNREADABLE, READER_MISSING, READER_BUSY, READER_LOST, PCSC_MISSING or
            CARD_TIMEOUT.
    """
    late = threading.Event()

    def work() -> PcscConnection:
        connection = _connect_and_reset(reader)
        if late.is_set():
            connection.close()
        return connection

    with BoundedCalls[PcscConnection]("card-connect") as calls:
        try:
            return calls.call(work, _CONNECTS_WITHIN_S)
        except TimeoutError:
            late.set()
            raise RetriableError(FailureCode.CARD_TIMEOUT, "the reader does not come back") from None


def _connect_and_reset(reader: str) -> "PcscConnection":
    context = Context()
    try:
        connection = _connect_in_tries(context, reader)
    except BaseException:
        context.release()
        raise
    try:
        connection.reset()
    except BaseException:
        connection.close()
        raise
    return connection


class PcscConnection:
    """A powered card; `with` leaves it reset, so that no session stays open for the next program.

    It ends with the card: another one in the same reader is never talked to. Closing does not wait for a command
    that the driver does not come back from; card and reader are then let go when it does.
    """

    def __init__(self, context: Context, reader: str, card: int, protocol: int, share: int) -> None:
        self.reader = reader
        self.atr = b""
        self._context = context
        self._card = card
        self._protocol = protocol
        self._share = share
        self._insertion = insertion_of(context.state_of(reader))
        self._guard = threading.Lock()
        self._busy = False
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def kind(self) -> str:
        """Reader and answer to reset."""
        return f"{self.reader} {self.atr.hex()}"

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """One command APDU, short or extended; data that T=0 keeps back (61xx) is fetched.

        Raises:
            RetriableError: CARD_REMOVED; READER_LOST, the reader or the service is gone; CARD_UNREADABLE, the card
                lies there and the exchange failed, as when a reader refuses an extended APDU or another program
                reset the card.
        """
        with self._in_use():
            answer = self._exchange(command)
            data = answer[:-2]
            for _ in range(_MOST_KEPT_BACK):
                if answer[-2] != _MORE_DATA:
                    break
                answer = self._exchange(_GET_RESPONSE + answer[-1:])
                data += answer[:-2]
            return data, int.from_bytes(answer[-2:], "big")

    def reset(self) -> None:
        """Resets the card: every session and selection on it is gone.

        Raises:
            RetriableError: as `transmit`, or READER_BUSY.
        """
        with self._in_use():
            result, protocol = scard.SCardReconnect(self._card, self._share, self._protocol, scard.SCARD_RESET_CARD)
            if result != scard.SCARD_S_SUCCESS:
                raise self._failure(result)
            self._protocol = protocol
            result, *_, atr = scard.SCardStatus(self._card)
            if result != scard.SCARD_S_SUCCESS:
                raise self._failure(result)
            # Some services connect the old handle anew to whatever card lies there by now.
            if insertion_of(self._context.state_of(self.reader)) != self._insertion:
                raise RetriableError(FailureCode.CARD_REMOVED, "another card")
            self.atr = bytes(atr)

    def close(self) -> None:
        """Lets go of card and reader; may be called again."""
        with self._guard:
            self._closed.set()
            if self._busy:
                return
        self._let_go()

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._guard:
            if self._closed.is_set():
                raise RetriableError(FailureCode.CARD_REMOVED, "connection closed")
            self._busy = True
        try:
            yield
        finally:
            with self._guard:
                self._busy = False
                closed = self._closed.is_set()
            if closed:
                self._let_go()

    def _let_go(self) -> None:
        scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
        self._context.release()

    def _exchange(self, command: bytes) -> bytes:
        result, answer = scard.SCardTransmit(self._card, _PCI[self._protocol], list(command))
        if result != scard.SCARD_S_SUCCESS:
            raise self._failure(result)
        if len(answer) < _STATUS_BYTES:
            raise self._failure_by_presence("answer without a status word")
        return bytes(answer)

    def _failure(self, result: int) -> KioskError:
        return exchange_failure(result) or self._failure_by_presence(name_of(result))

    def _failure_by_presence(self, detail: str) -> KioskError:
        """An exchange failed for no stated reason: the service may take a moment to notice that the card is gone."""
        deadline = time.monotonic() + _REMOVAL_NOTICED_WITHIN_S
        while True:
            try:
                state = self._context.state_of(self.reader)
            except KioskError:
                return RetriableError(FailureCode.READER_LOST, detail)
            if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
                return RetriableError(FailureCode.READER_LOST, detail)
            if not is_present(state) or insertion_of(state) != self._insertion:
                return RetriableError(FailureCode.CARD_REMOVED, detail)
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return RetriableError(FailureCode.CARD_UNREADABLE, detail)
            self._context.wait_for_change(self.reader, state, left_s)


def _connect_in_tries(context: Context, reader: str) -> PcscConnection:
    result = scard.SCARD_S_SUCCESS
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_BETWEEN_TRIES_S)
        result, card, protocol, share = _connect_once(context, reader)
        if result == scard.SCARD_S_SUCCESS:
            return PcscConnection(context, reader, card, protocol, share)
        if result not in NOT_ANSWERING:
            break
    raise connect_failure(result)


def _connect_once(context: Context, reader: str) -> tuple[int, int, int, int]:
    """Alone before shared, T=1 before T=0: result, card handle, protocol, share mode."""
    for share in (scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_SHARE_SHARED):
        for protocols in (scard.SCARD_PROTOCOL_T1, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1):
            result, card, protocol = scard.SCardConnect(context.handle, reader, share, protocols)
            if result not in PROTOCOL_REFUSED:
                break
        if result != scard.SCARD_E_SHARING_VIOLATION:
            break
    return result, card, protocol, share
