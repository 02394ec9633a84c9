"""A chip ID card that exists in memory only: commands in, answers out, as the citizen card behaves.

It opens by PACE (card access number or MRZ) or basic access control, speaks secure messaging in AES or 3DES and
proves by chip and active authentication that it is no copy. What the real card is known to do is done alike: SELECT
of the master file answers 6D00, EF.CardAccess is read without it, DG3 is refused, DG11 and DG12 are not there.
"""

import os
from typing import Any, Protocol

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.apdu import Command, RefusedError, Sw, parse
from kiosk.simulator.chip.bac import CHALLENGE_BYTES, authenticate
from kiosk.simulator.chip.messaging import CipherKind, RandomBytes, Session
from kiosk.simulator.chip.pace import Pace, password_of_mrz
from kiosk.simulator.chip.personalization import Fid, personalize
from kiosk.simulator.chip.profile import CardProfile, ChipAuthenticationKind, PaceKind
from kiosk.simulator.chip.travel_document import personalize_abroad
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.travellers import Traveller

EMRTD_AID = bytes.fromhex("A0000002471001")
CITIZEN_CARD_ATR = bytes.fromhex("3B9F96C00A31FE45754A6176656C696E2D4F5320312E3051")
PAYMENT_CARD_ATR = bytes.fromhex("3B6800000073C84013009000")
_SECURED = 0x0C
_CHAINED = 0x10
_MASTER_FILE = b"\x3f\x00"
_PASSWORD_MRZ, _PASSWORD_CAN = b"\x01", b"\x02"
_SHORT_ANSWER_BYTES = 256
_EXTENDED_ANSWER_BYTES = 4096
_SFI_MARK = 0x80
_SFI_BITS = 0x1F
_DO53_HEAD_BYTES = 4
_SELECT, _READ_BINARY, _READ_BINARY_ODD, _MANAGE_SECURITY_ENVIRONMENT = 0xA4, 0xB0, 0xB1, 0x22
_GET_CHALLENGE, _EXTERNAL_AUTHENTICATE, _GENERAL_AUTHENTICATE, _INTERNAL_AUTHENTICATE = 0x84, 0x82, 0x86, 0x88

Answer = tuple[bytes, int]


class Card(Protocol):
    """Anything that can lie on a simulated reader."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        ...

    def reset(self) -> None:
        """Power off and on."""
        ...

    def transmit(self, command: bytes) -> Answer:
        """The answer to one command APDU: data and status word."""
        ...


class VirtualCard:
    """The card of one person, powered; `reset` is what a reader does when the card is connected anew.

    `random` gives the chip's random bytes: challenge, nonce, secret scalars. Whoever has a session may read: the
    rights end with it. `profile` says what kind of chip it is, instead of the one that the person's card has.
    """

    atr = CITIZEN_CARD_ATR

    def __init__(
        self,
        person: Person | Traveller,
        pki: Pki,
        *,
        profile: CardProfile | None = None,
        random: RandomBytes = os.urandom,
    ) -> None:
        abroad = isinstance(person, Traveller)
        self._chip = personalize_abroad(person, profile) if abroad else personalize(person, pki, profile)
        self._random = random
        self._handlers = {
            _SELECT: self._select,
            _READ_BINARY: self._read_binary,
            _READ_BINARY_ODD: self._read_binary_odd,
            _MANAGE_SECURITY_ENVIRONMENT: self._manage_security_environment,
            _GET_CHALLENGE: self._get_challenge,
            _EXTERNAL_AUTHENTICATE: self._external_authenticate,
            _GENERAL_AUTHENTICATE: self._general_authenticate,
            _INTERNAL_AUTHENTICATE: self._internal_authenticate,
        }
        self.reset()

    def reset(self) -> None:
        """Power off and on: no application, no file, no session."""
        self._application_selected = False
        self._file: bytes | None = None
        self._challenge = b""
        self._pace: Pace | None = None
        self._chip_authentication_set = False
        self._session: Session | None = None
        self._next_session: Session | None = None

    def process(self, command: bytes) -> bytes:
        """The answer to one command APDU: data and status word in one piece."""
        data, sw = self.transmit(command)
        return data + sw.to_bytes(2, "big")

    def transmit(self, command: bytes) -> Answer:
        """The answer to one command APDU: data and status word."""
        try:
            parsed = self._acceptable(parse(command))
            return self._in_session(parsed) if parsed.cla & _SECURED else self._in_the_open(parsed)
        except RefusedError as refusal:
            self._end_session()
            return b"", int(refusal.sw)

    def _acceptable(self, command: Command) -> Command:
        if command.extended and not self._chip.profile.extended:
            raise RefusedError(Sw.WRONG_LENGTH)
        if command.cla & ~(_SECURED | _CHAINED):
            raise RefusedError(Sw.CLA_UNKNOWN)
        return command

    def _in_session(self, secured: Command) -> Answer:
        """Raises: RefusedError for what breaks the session; other refusals are answers under its protection."""
        session = self._session
        if session is None:
            raise RefusedError(Sw.SM_OBJECT_MISSING)
        command = session.unwrap(secured)
        try:
            data, sw = self._obey(command)
        except RefusedError as refusal:
            data, sw = b"", refusal.sw
        answer = session.wrap(command.ins, data, sw)
        self._session, self._next_session = self._next_session or session, None
        return answer, int(sw)

    def _in_the_open(self, command: Command) -> Answer:
        self._end_session()
        data, sw = self._obey(command)
        self._session, self._next_session = self._next_session, None
        return data, int(sw)

    def _end_session(self) -> None:
        self._session = self._next_session = None
        self._chip_authentication_set = False

    def _obey(self, command: Command) -> Answer:
        handler = self._handlers.get(command.ins)
        if handler is None:
            raise RefusedError(Sw.INS_UNKNOWN)
        if command.ins != _GENERAL_AUTHENTICATE:
            self._pace = None
            if command.cla & _CHAINED:
                raise RefusedError(Sw.CHAINING_UNSUPPORTED)
        if command.ins != _EXTERNAL_AUTHENTICATE:
            self._challenge = b""
        return handler(command)

    def _select(self, command: Command) -> Answer:
        if command.p1 == 0x04:
            if command.data != EMRTD_AID:
                raise RefusedError(Sw.NOT_FOUND)
            self._application_selected, self._file = True, None
        elif command.p1 == 0x02 and len(command.data) == 2:
            self._file = self._open(int.from_bytes(command.data, "big"))
        elif command.p1 == 0x00 and command.data in (b"", _MASTER_FILE):
            if self._chip.card_security is None:
                raise RefusedError(Sw.INS_UNKNOWN)
            self._application_selected, self._file = False, None
        else:
            raise RefusedError(Sw.P1_P2_WRONG)
        return b"", Sw.OK

    def _open(self, fid: int) -> bytes:
        if fid == Fid.CARD_ACCESS and self._chip.card_access is not None:
            return self._chip.card_access
        if not self._application_selected:
            if fid != Fid.CARD_SECURITY or self._chip.card_security is None:
                raise RefusedError(Sw.NOT_FOUND)
            if self._session is None:
                raise RefusedError(Sw.NOT_ALLOWED)
            return self._chip.card_security
        if fid == Fid.DG3:
            raise RefusedError(Sw.NOT_ALLOWED)
        file = self._chip.files.get(fid)
        if file is None:
            raise RefusedError(Sw.NOT_FOUND)
        if self._session is None:
            raise RefusedError(Sw.NOT_ALLOWED)
        return file

    def _read_binary(self, command: Command) -> Answer:
        if command.le is None:
            raise RefusedError(Sw.WRONG_LENGTH)
        offset = command.p1p2
        if command.p1 & _SFI_MARK:
            self._file = self._open(0x0100 | command.p1 & _SFI_BITS)
            offset = command.p2
        return self._read(offset, min(command.le, self._room(command)))

    def _read_binary_odd(self, command: Command) -> Answer:
        try:
            offset = int.from_bytes(ber.values(command.data)[0x54], "big")
        except (ValueError, KeyError):
            raise RefusedError(Sw.DATA_WRONG) from None
        if command.le is None:
            raise RefusedError(Sw.WRONG_LENGTH)
        if command.p1p2:
            self._file = self._open(command.p1p2 if command.p1 else 0x0100 | command.p2 & _SFI_BITS)
        data, sw = self._read(offset, min(command.le, self._room(command)) - _DO53_HEAD_BYTES)
        return ber.tlv(0x53, data), sw

    def _read(self, offset: int, size: int) -> Answer:
        if self._file is None:
            raise RefusedError(Sw.NO_FILE_SELECTED)
        if self._session is None and self._file is not self._chip.card_access:
            raise RefusedError(Sw.NOT_ALLOWED)
        if offset >= len(self._file):
            raise RefusedError(Sw.OFFSET_WRONG)
        data = self._file[offset : offset + size]
        return data, Sw.OK if len(data) == size else Sw.END_OF_FILE

    def _room(self, command: Command) -> int:
        answer_bytes = _EXTENDED_ANSWER_BYTES if command.extended else _SHORT_ANSWER_BYTES
        return self._session.plain_bytes_within(answer_bytes) if self._session else answer_bytes

    def _manage_security_environment(self, command: Command) -> Answer:
        try:
            template = ber.values(command.data)
        except ValueError:
            raise RefusedError(Sw.DATA_WRONG) from None
        if command.p1p2 == 0xC1A4:
            kind = self._offered(template)
            secret = self._chip.chip_secrets.get(kind.parameter_id, 0)
            self._pace = Pace(kind, self._password(template.get(0x83, b"")), self._random, secret)
        elif command.p1p2 == 0x41A4:
            kind_of_chip = self._chip_authentication(template)
            if kind_of_chip.cipher is CipherKind.DES3:
                raise RefusedError(Sw.DATA_WRONG)
            if template.get(0x80) != ber.oid_value(kind_of_chip.oid):
                raise RefusedError(Sw.DATA_WRONG)
            self._chip_authentication_set = True
        elif command.p1p2 == 0x41A6:
            if self._chip_authentication(template).cipher is not CipherKind.DES3:
                raise RefusedError(Sw.DATA_WRONG)
            self._agree(template.get(0x91, b""))
        else:
            raise RefusedError(Sw.P1_P2_WRONG)
        return b"", Sw.OK

    def _offered(self, template: dict[int, bytes]) -> PaceKind:
        """The offer that is meant; the parameter number is needed where the protocol is offered with several."""
        if not self._chip.profile.pace:
            raise RefusedError(Sw.INS_UNKNOWN)
        kinds = [kind for kind in self._chip.profile.pace if ber.oid_value(kind.oid) == template.get(0x80)]
        if 0x84 in template:
            kinds = [kind for kind in kinds if bytes([kind.parameter_id]) == template[0x84]]
        if len(kinds) != 1:
            raise RefusedError(Sw.DATA_WRONG)
        return kinds[0]

    def _chip_authentication(self, template: dict[int, bytes]) -> ChipAuthenticationKind:
        kind = self._chip.profile.chip_authentication
        if self._session is None or not self._application_selected:
            raise RefusedError(Sw.NOT_ALLOWED)
        if kind is None:
            raise RefusedError(Sw.INS_UNKNOWN)
        if template.get(0x84, b"") != (b"" if kind.key_id is None else bytes([kind.key_id])):
            raise RefusedError(Sw.REFERENCE_UNKNOWN)
        return kind

    def _password(self, reference: bytes) -> bytes:
        if reference == _PASSWORD_CAN and self._chip.can:
            return self._chip.can
        if reference == _PASSWORD_MRZ:
            return password_of_mrz(self._chip.mrz.key_input)
        raise RefusedError(Sw.REFERENCE_UNKNOWN)

    def _general_authenticate(self, command: Command) -> Answer:
        if self._session is not None:
            return self._authenticate_chip(command), Sw.OK
        pace, self._pace = self._pace, None
        if pace is None:
            raise RefusedError(Sw.CONDITIONS)
        answer = pace.answer(command.data, chained=bool(command.cla & _CHAINED))
        if pace.session is None:
            self._pace = pace
        self._next_session = pace.session
        return answer, Sw.OK

    def _authenticate_chip(self, command: Command) -> bytes:
        """Chip authentication [ICAO 9303-11 §6.2.4]: the session goes on under keys that only this chip can make."""
        if not self._chip_authentication_set:
            raise RefusedError(Sw.CONDITIONS)
        self._chip_authentication_set = False
        try:
            self._agree(ber.values(ber.values(command.data)[0x7C])[0x80])
        except (ValueError, KeyError):
            raise RefusedError(Sw.DATA_WRONG) from None
        return ber.tlv(0x7C)

    def _agree(self, terminal: bytes) -> None:
        kind = self._chip.profile.chip_authentication
        if kind is None:
            raise RefusedError(Sw.CONDITIONS)
        group: Any = kind.group
        try:
            secret = group.shared(self._chip.chip_secrets[kind.parameter_id], group.decode(terminal))
        except ValueError:
            raise RefusedError(Sw.DATA_WRONG) from None
        self._next_session = kind.cipher.session(secret)

    def _get_challenge(self, command: Command) -> Answer:
        if not self._application_selected:
            raise RefusedError(Sw.CONDITIONS)
        if command.le != CHALLENGE_BYTES:
            raise RefusedError(Sw.WRONG_LENGTH)
        self._challenge = self._random(CHALLENGE_BYTES)
        return self._challenge, Sw.OK

    def _external_authenticate(self, command: Command) -> Answer:
        challenge, self._challenge = self._challenge, b""
        if not challenge:
            raise RefusedError(Sw.CONDITIONS)
        answer, self._next_session = authenticate(self._chip.mrz.key_input, challenge, command.data, self._random)
        return answer, Sw.OK

    def _internal_authenticate(self, command: Command) -> Answer:
        if self._session is None or not self._application_selected:
            raise RefusedError(Sw.NOT_ALLOWED)
        if self._chip.active_key is None:
            raise RefusedError(Sw.INS_UNKNOWN)
        if len(command.data) != CHALLENGE_BYTES:
            raise RefusedError(Sw.WRONG_LENGTH)
        signature = self._chip.active_key.sign(command.data, self._random)
        if len(signature) > self._room(command):
            raise RefusedError(Sw.WRONG_LENGTH)
        return signature, Sw.OK


class BankCard:
    """A payment card laid by mistake: it has an application, but not that of an identity document."""

    atr = PAYMENT_CARD_ATR

    def reset(self) -> None:
        """Nothing to forget."""

    def transmit(self, command: bytes) -> Answer:
        """Every SELECT finds nothing, every other instruction is unknown."""
        return b"", int(Sw.NOT_FOUND if command[1:2] == bytes([_SELECT]) else Sw.INS_UNKNOWN)
