"""A session with one chip that survives a weak field: it is opened anew and goes on with the file that failed."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar

from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.reader.bounded import BoundedCalls
from kiosk.reader.connection import CardConnection, reset
from kiosk.reader.document import Access
from kiosk.reader.emrtd.access import Opened, open_chip
from kiosk.reader.emrtd.crypto import RandomBytes
from kiosk.reader.emrtd.iso7816 import OK, SHORT_MAX, PlainChannel, StatusError, select_file
from kiosk.reader.emrtd.keys import Password
from kiosk.reader.emrtd.lds import CARD_ACCESS, ElementaryFile
from kiosk.reader.emrtd.mapping import ChipMapping
from kiosk.reader.emrtd.reading import BlockSize, FileAbsentError, read_file
from kiosk.reader.emrtd.secure_messaging import ChannelLostError, SecureMessaging
from kiosk.reader.emrtd.tlv import MalformedError

_LOG = logging.getLogger(__name__)
_RETRIES = 2
Result = TypeVar("Result")

Learnt = Callable[[bool], None]
"""Told whether this card in this reader takes extended lengths; the last word counts."""


class Deadline:
    """A connection that ends all work with a card when its time is over, in the midst of a command too.

    Commands are sent from a thread of its own: one that the reader's driver never comes back from keeps that thread
    and nothing else.
    """

    def __init__(self, connection: CardConnection, seconds: float, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._clock = clock
        self._end = clock() + seconds
        self._calls = BoundedCalls[tuple[bytes, int]]("card")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._calls.close()

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Passes one command on.

        Raises:
            RetriableError: CARD_TIMEOUT, or what the connection beneath raises.
        """
        return self._within(lambda: self._connection.transmit(command))

    def reset(self) -> None:
        """Passes the reset on.

        Raises:
            RetriableError: as `transmit`.
        """

        def work() -> tuple[bytes, int]:
            reset(self._connection)
            return b"", 0

        self._within(work)

    def _within(self, work: Callable[[], tuple[bytes, int]]) -> tuple[bytes, int]:
        left_s = self._end - self._clock()
        if left_s <= 0:
            raise RetriableError(FailureCode.CARD_TIMEOUT)
        try:
            return self._calls.call(work, left_s)
        except TimeoutError:
            raise RetriableError(FailureCode.CARD_TIMEOUT, "the card does not answer") from None


class Session:
    """One chip, opened; at most two of its breakdowns are mended.

    A breakdown is an answer that is none or a failed exchange with a card that still lies there. The chip is then
    reset and opened anew with the password that is known to be right, proven to be the same card, and read from the
    start of the file that failed. A card that was taken away ends the session.

    `extended` None finds out, with one command before the chip is open, whether it may be asked for long answers;
    True asks at once. At the first trouble with a long answer short ones are asked for instead.

    Raises (all methods):
        RetriableError: CARD_UNREADABLE after that, CARD_TIMEOUT, CARD_REMOVED also where another card lies there
            now, and what the connection raises.
        KioskError: as `open_chip`.
    """

    def __init__(
        self,
        connection: CardConnection,
        passwords: Sequence[Password],
        random: RandomBytes,
        *,
        extended: bool | None,
        learnt: Learnt = lambda _: None,
    ) -> None:
        self._connection = connection
        self._passwords = passwords
        self._random = random
        self._learnt = learnt
        self._proven = False
        self._retries = _RETRIES
        self._read: dict[ElementaryFile, bytes] = {}
        self._blocks = BlockSize(extended=self._takes_extended() if extended is None else extended)
        self._opened = self._open()

    @property
    def access(self) -> Access:
        """How the chip was opened, the last time."""
        return self._opened.access

    @property
    def chip_mapping(self) -> ChipMapping | None:
        """What PACE's chip authentication mapping left to be proven, the last time."""
        return self._opened.chip_mapping

    def run(self, step: Callable[[Opened, BlockSize], Result]) -> Result:
        """A step of another protocol; after a breakdown it is taken again from its start."""
        while True:
            try:
                return step(self._opened, self._blocks)
            except (StatusError, ChannelLostError, MalformedError, RetriableError) as error:
                _require_breakdown(error)
                self._spend_retry(error)
                self._reopen()

    def go_on_under(self, channel: SecureMessaging) -> None:
        """Goes on with the keys that such a step agreed on."""
        self._opened = replace(self._opened, channel=channel)

    def open_anew(self) -> None:
        """Opens the chip again, after a step that left no session."""
        self._reopen()

    def read(self, file: ElementaryFile) -> bytes | None:
        """One file as it is on the card; None where the card has none or does not give it."""
        while True:
            asked = self._blocks.is_extended
            try:
                content = read_file(self._opened.channel, file, self._blocks)
            except FileAbsentError:
                return None
            except (StatusError, ChannelLostError, MalformedError, RetriableError) as error:
                if self._blocks.is_extended and not self._proven:
                    # Some readers take the longer command for a card that went: next time without.
                    self._learnt(False)
                _require_breakdown(error)
                if self._blocks.is_extended:
                    # The longer command is the likelier reason, and giving it up is no retry.
                    self._blocks.step_down()
                    self._learnt(False)
                else:
                    self._spend_retry(error)
                    self._learn_length(error)
                self._reopen()
            else:
                self._read[file] = content
                self._learn_extended(asked=asked, size=len(content))
                return content

    def _learn_extended(self, *, asked: bool, size: int) -> None:
        if not asked:
            return
        if not self._blocks.is_extended:
            self._learnt(False)
        elif size > SHORT_MAX:
            self._proven = True
            self._learnt(True)

    def _takes_extended(self) -> bool:
        """Asks with a command that the card is known to take, in the longer form, while no session can be lost."""
        select = replace(select_file(CARD_ACCESS.file_id), extended=True)
        try:
            takes = PlainChannel(self._connection).send(select).sw == OK
        except RetriableError as error:
            self._learnt(False)
            _require_breakdown(error)
            self._reset()
            return False
        if not takes:
            self._learnt(False)
        return takes

    def _learn_length(self, error: Exception) -> None:
        if isinstance(error, ChannelLostError) and (error.sw == 0x6700 or error.sw >> 8 == 0x6C):
            self._blocks.step_down()

    def _open(self) -> Opened:
        while True:
            try:
                return open_chip(self._connection, self._passwords, self._random)
            except (StatusError, ChannelLostError, MalformedError, RetriableError) as error:
                _require_breakdown(error)
                self._spend_retry(error)
            self._reset()

    def _reopen(self) -> None:
        """Opens the chip with the password that is known to be right, so that a refusal is a breakdown too."""
        self._passwords = (self._opened.password,)
        while True:
            self._reset()
            try:
                self._opened = open_chip(self._connection, self._passwords, self._random)
                self._require_same_card()
            except (StatusError, ChannelLostError, MalformedError, KioskError) as error:
                if isinstance(error, RetriableError):
                    _require_breakdown(error)
                self._spend_retry(error)
            else:
                return

    def _reset(self) -> None:
        while True:
            try:
                reset(self._connection)
            except RetriableError as error:
                _require_breakdown(error)
                self._spend_retry(error)
            else:
                return

    def _require_same_card(self) -> None:
        """Reads the shortest known file again, mostly DG1 in one command: files of two people must never be mixed."""
        if not self._read:
            return
        file, content = min(self._read.items(), key=lambda known: len(known[1]))
        try:
            same = read_file(self._opened.channel, file, self._blocks) == content
        except FileAbsentError:
            same = False
        if not same:
            raise RetriableError(FailureCode.CARD_REMOVED, "another card")

    def _spend_retry(self, error: Exception) -> None:
        if self._retries == 0:
            detail = error.detail if isinstance(error, KioskError) else str(error)
            raise RetriableError(FailureCode.CARD_UNREADABLE, detail) from error
        self._retries -= 1
        _LOG.info("card session lost (%s), opening it anew", error)


def _require_breakdown(error: Exception) -> None:
    """Lets pass what a new session may mend; raises the rest again: no card, no reader, no time."""
    if isinstance(error, RetriableError) and error.code is not FailureCode.CARD_UNREADABLE:
        raise error
