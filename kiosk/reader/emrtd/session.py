"""A session with one chip that survives a weak field: it is opened anew and goes on with the file that failed."""

import logging
from collections.abc import Callable, Sequence

from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.reader.connection import CardConnection, reset
from kiosk.reader.document import Access
from kiosk.reader.emrtd.access import Opened, open_chip
from kiosk.reader.emrtd.groups import RandomBytes
from kiosk.reader.emrtd.iso7816 import StatusError
from kiosk.reader.emrtd.lds import ElementaryFile
from kiosk.reader.emrtd.pace import Password
from kiosk.reader.emrtd.reading import BlockSize, FileAbsentError, read_file
from kiosk.reader.emrtd.secure_messaging import ChannelLostError
from kiosk.reader.emrtd.tlv import MalformedError

_LOG = logging.getLogger(__name__)
_RETRIES = 2
_WEAK = (StatusError, ChannelLostError, MalformedError)


class Deadline:
    """A connection that ends all work with a card when its time is over."""

    def __init__(self, connection: CardConnection, seconds: float, clock: Callable[[], float]) -> None:
        self._connection = connection
        self._clock = clock
        self._end = clock() + seconds

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Passes one command on.

        Raises:
            RetriableError: CARD_TIMEOUT, or what the connection beneath raises.
        """
        if self._clock() >= self._end:
            raise RetriableError(FailureCode.CARD_TIMEOUT)
        return self._connection.transmit(command)

    def reset(self) -> None:
        """Passes the reset on."""
        reset(self._connection)


class Session:
    """One chip, opened; at most two of its breakdowns are mended.

    Raises (all methods):
        RetriableError: CARD_UNREADABLE after that, CARD_TIMEOUT, and what the connection raises.
        KioskError: as `open_chip`.
    """

    def __init__(
        self, connection: CardConnection, passwords: Sequence[Password], random: RandomBytes, *, extended: bool
    ) -> None:
        self._connection = connection
        self._passwords = passwords
        self._random = random
        self._blocks = BlockSize(extended=extended)
        self._retries = _RETRIES
        self._opened = self._open()

    @property
    def access(self) -> Access:
        """How the chip was opened, the last time."""
        return self._opened.access

    def read(self, file: ElementaryFile) -> bytes | None:
        """One file as it is on the card; None where the card has none or does not give it."""
        while True:
            try:
                return read_file(self._opened.channel, file, self._blocks)
            except FileAbsentError:
                return None
            except _WEAK as error:
                if self._blocks.is_extended:
                    self._blocks.step_down()
                else:
                    self._spend_retry(error)
                    self._learn_length(error)
            except RetriableError as error:
                # Some readers refuse an extended command in a way that looks like a removed card.
                if error.code is FailureCode.CARD_TIMEOUT or not self._blocks.is_extended:
                    raise
                self._blocks.step_down()
            self._reopen()

    def _learn_length(self, error: Exception) -> None:
        if isinstance(error, ChannelLostError) and (error.sw == 0x6700 or error.sw >> 8 == 0x6C):
            self._blocks.step_down()

    def _open(self) -> Opened:
        while True:
            try:
                return open_chip(self._connection, self._passwords, self._random)
            except _WEAK as error:
                self._spend_retry(error)
                reset(self._connection)

    def _reopen(self) -> None:
        """Opens the chip with the password that is known to be right, so that a refusal is a breakdown too."""
        self._passwords = (self._opened.password,)
        while True:
            reset(self._connection)
            try:
                self._opened = open_chip(self._connection, self._passwords, self._random)
            except _WEAK as error:
                self._spend_retry(error)
            except RetriableError:
                raise
            except KioskError as error:
                self._spend_retry(error)
            else:
                return

    def _spend_retry(self, error: Exception) -> None:
        if self._retries == 0:
            raise RetriableError(FailureCode.CARD_UNREADABLE, str(error)) from error
        self._retries -= 1
        _LOG.info("card session lost (%s), opening it anew", error)
