"""A line of bytes to a printer and back, and the questions that are asked over it."""

import time
from typing import Protocol

from kiosk.slip.status import (
    QUESTIONS,
    PrinterStatus,
    Readiness,
    is_status,
    model_name,
    model_question,
    question,
    read_status,
)


class Channel(Protocol):
    """An open line. All but `close` raise OSError where it broke; a limit of 0 s never waits."""

    def send(self, data: bytes, limit_s: float) -> None:
        """Hands over all of it.

        Raises:
            TimeoutError: it was not taken in time; how much of it was, nobody knows.
        """
        ...

    def receive(self, limit_s: float) -> bytes:
        """What came, as soon as something did; empty: nothing in time."""
        ...

    def transfer_s(self, size: int) -> float:
        """The time that so many bytes take by the line's own speed; 0 where it is no matter."""
        ...

    def paper_out(self) -> bool:
        """Whether the line itself says so, beside its bytes; False where it cannot tell."""
        ...

    def close(self) -> None:
        """Gives the printer free for others, at once."""
        ...


class Port(Protocol):
    """Where a printer is: a value that can be compared; nothing is contacted before `open`."""

    def open(self, limit_s: float) -> Channel:
        """A line that nobody else has meanwhile.

        Raises:
            OSError: nothing is there, it is in use, or not for this account.
        """
        ...


def ask(channel: Channel, answer_s: float) -> PrinterStatus:
    """All four questions of status; after one without an answer the others are not asked.

    Raises:
        OSError: the line broke.
    """
    answers = {}
    for number in QUESTIONS:
        if not _drain(channel):
            break  # whatever came next would be no answer
        try:
            channel.send(question(number), answer_s)
        except TimeoutError:
            break
        byte = _answer(channel, answer_s)
        if byte is None:
            break
        answers[number] = byte
    status = read_status(answers)
    if status.readiness is Readiness.UNKNOWN and channel.paper_out():
        return PrinterStatus(Readiness.PAPER_OUT)
    return status


def ask_model(channel: Channel, answer_s: float) -> str:
    """The printer's name for itself; empty: it does not say.

    Raises:
        OSError: the line broke.
    """
    _drain(channel)
    channel.send(model_question(), answer_s)
    heard, until = b"", time.monotonic() + answer_s
    while not (name := model_name(heard)) and (left := until - time.monotonic()) > 0 and len(heard) < _LONGEST_MODEL:
        heard += channel.receive(left)
    return name


_LONGEST_MODEL = 200


def _answer(channel: Channel, answer_s: float) -> int | None:
    """The first byte that can be a status within the limit; other bytes are passed over."""
    until = time.monotonic() + answer_s
    while (left := until - time.monotonic()) > 0:
        for byte in channel.receive(left):
            if is_status(byte):
                return byte
    return None


def _drain(channel: Channel) -> bool:
    """Throws away what the printer sent unasked: it would be taken for the answer to the next question.

    False: it does not fall silent.
    """
    return any(not channel.receive(0) for _ in range(_MOST_CHATTER))


_MOST_CHATTER = 64
"""A line that never falls silent is not listened to for ever."""
