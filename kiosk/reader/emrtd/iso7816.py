"""Command APDUs, answers and status words [ISO 7816-4].

Case rules: SELECT and MSE carry no Le (some chips refuse one), READ BINARY carries the exact one.
"""

from dataclasses import dataclass
from typing import Protocol

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import tlv

OK = 0x9000
END_OF_FILE = 0x6282
FILE_NOT_FOUND = 0x6A82
SHORT_MAX = 256
EXTENDED_MAX = 65536

_MAX_ANSWER = 70_000


class StatusError(Exception):
    """A card answered a step with an error status; `sw` is 0 where it said 9000 but sent nothing usable."""

    def __init__(self, step: str, sw: int) -> None:
        super().__init__(f"{step}: {sw:04X}" if sw else f"{step}: empty answer")
        self.step = step
        self.sw = sw

    @property
    def is_weak(self) -> bool:
        """The link or the card's power failed rather than the request: `6Fxx`, `64xx`, `65xx`, an empty answer."""
        return self.sw == 0 or self.sw >> 8 in {0x6F, 0x64, 0x65}

    @property
    def is_length(self) -> bool:
        """The card may accept the same command with a smaller Le."""
        return self.sw in {0, 0x6700} or self.sw >> 8 in {0x6C, 0x6F}


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command. `le` is the greatest number of answer bytes wanted; None means no Le field.

    `extended` forces the three-byte length form, which data or `le` beyond the short form need anyway.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    extended: bool = False

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    def encode(self) -> bytes:
        """The bytes to send [ISO 7816-4 §5.2]."""
        if self.extended or len(self.data) > 255 or (self.le or 0) > SHORT_MAX:
            lc = b"\0" + len(self.data).to_bytes(2, "big") + self.data if self.data else b""
            if self.le is None:
                return self.header + lc
            return self.header + lc + (b"" if self.data else b"\0") + (self.le % EXTENDED_MAX).to_bytes(2, "big")
        lc = bytes([len(self.data)]) + self.data if self.data else b""
        return self.header + lc + (b"" if self.le is None else bytes([self.le % SHORT_MAX]))


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A card's answer to one command."""

    data: bytes
    sw: int

    def require_ok(self, step: str) -> bytes:
        """The data of a successful answer.

        Raises:
            StatusError: any other status than 9000.
        """
        if self.sw != OK:
            raise StatusError(step, self.sw)
        return self.data


class Channel(Protocol):
    """A way to send commands: plain or under secure messaging."""

    @property
    def short_block(self) -> int:
        """The most plain bytes that one short answer can bring."""
        ...

    def send(self, command: Command) -> Answer:
        """Sends one command and returns its unprotected answer."""
        ...


class PlainChannel:
    """Commands as they are."""

    short_block = 224  # not 256: some chips refuse Le 00

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection

    def send(self, command: Command) -> Answer:
        """Sends one command."""
        return exchange(self._connection, command)


def exchange(connection: CardConnection, command: Command) -> Answer:
    """One command and its whole answer: what T=0 keeps back (`61xx`) is fetched with GET RESPONSE."""
    data, sw = connection.transmit(command.encode())
    while sw >> 8 == 0x61 and len(data) < _MAX_ANSWER:
        more, sw = connection.transmit(Command(0x00, 0xC0, 0, 0, le=sw & 0xFF or SHORT_MAX).encode())
        if not more:
            break
        data += more
    return Answer(data, sw)


def select_application(aid: bytes) -> Command:
    """SELECT by application identifier, no answer data [ICAO 9303-10 §3.6.1]."""
    return Command(0x00, 0xA4, 0x04, 0x0C, aid)


def select_file(file_id: int) -> Command:
    """SELECT an elementary file, no answer data [ICAO 9303-10 §3.6.2]."""
    return Command(0x00, 0xA4, 0x02, 0x0C, file_id.to_bytes(2, "big"))


def read_binary_sfi(sfi: int, le: int) -> Command:
    """READ BINARY from the start of the file with this short identifier, which becomes the current file."""
    return Command(0x00, 0xB0, 0x80 | sfi, 0x00, le=le)


def read_binary(offset: int, le: int) -> Command:
    """READ BINARY of the current file.

    Behind offset 32,767 the odd instruction is needed, with the offset in a data object; its answer is wrapped in a
    data object `53` too, for which `le` leaves room [ICAO 9303-10 §3.6.3.2].
    """
    if offset <= 0x7FFF:
        return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, le=le)
    return Command(0x00, 0xB1, 0x00, 0x00, tlv.encode(0x54, offset.to_bytes(2, "big")), le=le)


def get_challenge() -> Command:
    """GET CHALLENGE of 8 bytes [ICAO 9303-11 §4.3.4.1]."""
    return Command(0x00, 0x84, 0x00, 0x00, le=8)


def external_authenticate(data: bytes) -> Command:
    """EXTERNAL AUTHENTICATE of BAC; 40 bytes both ways [ICAO 9303-11 §4.3.4.2]."""
    return Command(0x00, 0x82, 0x00, 0x00, data, le=40)


def set_authentication_template(data: bytes) -> Command:
    """MSE:Set AT for mutual authentication, PACE [ICAO 9303-11 §4.4.4.1]."""
    return Command(0x00, 0x22, 0xC1, 0xA4, data)


def general_authenticate(data: bytes, *, last: bool) -> Command:
    """GENERAL AUTHENTICATE, chained until the last [ICAO 9303-11 §4.4.4.2].

    Keys of 2,048 bits need the extended form both ways.
    """
    template = tlv.encode(0x7C, data)
    le = SHORT_MAX if len(template) < SHORT_MAX else EXTENDED_MAX
    return Command(0x00 if last else 0x10, 0x86, 0x00, 0x00, template, le=le)


def set_internal_authentication_template(data: bytes) -> Command:
    """MSE:Set AT for chip authentication [ICAO 9303-11 §6.2.4.2]."""
    return Command(0x00, 0x22, 0x41, 0xA4, data)


def set_key_agreement_template(data: bytes) -> Command:
    """MSE:Set KAT, chip authentication with 3DES [ICAO 9303-11 §6.2.4.1]."""
    return Command(0x00, 0x22, 0x41, 0xA6, data)


def internal_authenticate(challenge: bytes, le: int) -> Command:
    """INTERNAL AUTHENTICATE of active authentication [ICAO 9303-11 §6.1.4]."""
    return Command(0x00, 0x88, 0x00, 0x00, challenge, le=le)


def select_master_file() -> Command:
    """SELECT the master file, no answer data [ICAO 9303-10 §3.6.1]."""
    return Command(0x00, 0xA4, 0x00, 0x0C, b"\x3f\x00")
