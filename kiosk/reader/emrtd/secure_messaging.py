"""Secure messaging: commands wrapped, answers checked and opened [ICAO 9303-11 §9.8]."""

import hmac

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import tlv
from kiosk.reader.emrtd.crypto import MAC_SIZE, Suite, pad, unpad
from kiosk.reader.emrtd.iso7816 import EXTENDED_MAX, SHORT_MAX, Answer, Command, exchange

_STATUS_AND_MAC = 4 + 2 + MAC_SIZE  # 99 02 SW1 SW2, 8E 08 …


class ChannelLostError(Exception):
    """The two counters are no longer in step: only a new session helps.

    A naked status (`sw` is then what the card said), a wrong MAC or an answer that is no secure message.
    """

    def __init__(self, detail: str, sw: int = 0) -> None:
        super().__init__(detail)
        self.sw = sw


def largest_block(suite: Suite, answer_size: int) -> int:
    """The most plain bytes that a protected answer of `answer_size` bytes can hold: 223 (AES) or 231 (3DES) of 256."""
    room = answer_size - _STATUS_AND_MAC
    room -= 1 + (3 if room > 0x101 else 2) + 1  # tag 87, its long-form length, padding indicator
    return room // suite.block * suite.block - 1


class SecureMessaging:
    """An open session. Not shared between threads: each message counts."""

    def __init__(self, connection: CardConnection, suite: Suite, ks_enc: bytes, ks_mac: bytes, ssc: int = 0) -> None:
        self._connection = connection
        self._suite = suite
        self._ks_enc = ks_enc
        self._ks_mac = ks_mac
        self._ssc = ssc
        self.short_block = largest_block(suite, SHORT_MAX)

    @property
    def suite(self) -> Suite:
        """The cipher of this session."""
        return self._suite

    def rekeyed(self, suite: Suite, ks_enc: bytes, ks_mac: bytes) -> "SecureMessaging":
        """The session that goes on with the same card under new keys, counting from zero."""
        return SecureMessaging(self._connection, suite, ks_enc, ks_mac)

    def send(self, command: Command) -> Answer:
        """Sends one command protected and returns its opened answer; a protected error status is a normal answer.

        Raises:
            ChannelLostError: the session is over.
        """
        answer = exchange(self._connection, self.wrap(command))
        return self.unwrap(answer, odd=bool(command.ins & 1))

    def wrap(self, command: Command) -> Command:
        """The protected form; counts one message."""
        suite = self._suite
        counter = self._next_counter()
        header = bytes((command.cla | 0x0C, command.ins, command.p1, command.p2))
        body = b""
        if command.data:
            iv = suite.message_iv(self._ks_enc, counter)
            cryptogram = suite.encrypt(self._ks_enc, iv, pad(command.data, suite.block))
            # Odd instructions carry data objects, and those go without a padding indicator.
            body = tlv.encode(0x85, cryptogram) if command.ins & 1 else tlv.encode(0x87, b"\x01" + cryptogram)
        extended = command.extended or (command.le or 0) > SHORT_MAX or len(command.data) >= SHORT_MAX
        if command.le is not None:
            size, limit = (2, EXTENDED_MAX) if extended else (1, SHORT_MAX)
            body += tlv.encode(0x97, (command.le % limit).to_bytes(size, "big"))
        head = pad(header, suite.block)
        mac = suite.mac(self._ks_mac, pad(counter + head + body, suite.block))
        return Command(
            header[0],
            command.ins,
            command.p1,
            command.p2,
            body + tlv.encode(0x8E, mac),
            le=EXTENDED_MAX if extended else SHORT_MAX,
            extended=extended,
        )

    def unwrap(self, answer: Answer, *, odd: bool = False) -> Answer:
        """The opened answer; counts one message.

        Raises:
            ChannelLostError: see the class.
        """
        if not answer.data:
            raise ChannelLostError(f"naked status {answer.sw:04X}", answer.sw)
        try:
            objects = tlv.read_all(answer.data)
        except tlv.MalformedError as error:
            raise ChannelLostError("answer is no secure message") from error
        if not objects or objects[-1].tag != 0x8E or {item.tag for item in objects[:-1]} - {0x85, 0x87, 0x99}:
            raise ChannelLostError("answer is no secure message")
        suite = self._suite
        counter = self._next_counter()
        covered = answer.data[: -len(objects[-1].raw)]
        if not hmac.compare_digest(suite.mac(self._ks_mac, pad(counter + covered, suite.block)), objects[-1].value):
            raise ChannelLostError("wrong message authentication code")
        values = {item.tag: item.value for item in objects}
        status = values.get(0x99, b"")
        if len(status) != 2:
            raise ChannelLostError("no protected status")
        return Answer(self._open(values, counter, odd=odd), int.from_bytes(status, "big"))

    def _open(self, values: dict[int, bytes], counter: bytes, *, odd: bool) -> bytes:
        cryptogram = values.get(0x85, b"")
        if not odd and 0x87 in values:
            if values[0x87][:1] != b"\x01":
                raise ChannelLostError("padding indicator")
            cryptogram = values[0x87][1:]
        elif 0x87 in values:
            cryptogram = values[0x87].removeprefix(b"\x01")
        if not cryptogram:
            return b""
        iv = self._suite.message_iv(self._ks_enc, counter)
        try:
            return unpad(self._suite.decrypt(self._ks_enc, iv, cryptogram))
        except ValueError as error:
            raise ChannelLostError("cryptogram") from error

    def _next_counter(self) -> bytes:
        self._ssc = (self._ssc + 1) % (1 << 8 * self._suite.block)
        return self._ssc.to_bytes(self._suite.block, "big")
