"""Opening a chip: which keys to try, in which order, and what to fall back to [ICAO 9303-11 §4.2]."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeGuard

from kiosk.failure import FailureCode, KioskError
from kiosk.privacy import Personal
from kiosk.reader.connection import CardConnection, reset
from kiosk.reader.document import Access
from kiosk.reader.emrtd import bac, iso7816, lds, pace
from kiosk.reader.emrtd.crypto import RandomBytes
from kiosk.reader.emrtd.iso7816 import PlainChannel, StatusError
from kiosk.reader.emrtd.keys import CardKeys as CardKeys
from kiosk.reader.emrtd.keys import Password, PasswordKind
from kiosk.reader.emrtd.mapping import ChipMapping
from kiosk.reader.emrtd.pace import NotOfferedError, Offer, UnknownReferenceError, WrongPasswordError
from kiosk.reader.emrtd.reading import BlockSize, read_in_the_open
from kiosk.reader.emrtd.secure_messaging import SecureMessaging
from kiosk.reader.emrtd.security_infos import CITIZEN_CARD_ACCESS, pace_infos, read_security_infos
from kiosk.reader.emrtd.tlv import MalformedError

_MOST_OFFERS = 3


@dataclass(frozen=True, slots=True, repr=False)
class Opened(Personal):
    """An open session with the application selected, and the password that opened it."""

    access: Access
    channel: SecureMessaging
    password: Password
    chip_mapping: ChipMapping | None = None


def open_chip(connection: CardConnection, candidates: Sequence[Password], random: RandomBytes) -> Opened:
    """Opens the chip and selects the application.

    PACE with each password once, first as the card lies there, then after a reset with the application selected;
    last, BAC with the MRZ keys. A password that the chip refused is not tried again.

    Raises:
        KioskError: CARD_KEY_WRONG, CARD_KEY_NEEDED (none given, or the chip wants the MRZ), CARD_UNSUPPORTED.
        StatusError, MalformedError, ChannelLostError: the card stopped answering as it must; a new try may help.
    """
    if not candidates:
        raise KioskError(FailureCode.CARD_KEY_NEEDED, "no key")
    opening = _Opening(connection, candidates, random)
    opened = opening.pace_as_it_lies() or opening.pace_in_application() or opening.bac_in_application()
    if opened is None:
        raise opening.failure()
    if opened.access is not Access.BAC:
        _require_application(opened.channel.send(iso7816.select_application(lds.AID)).sw)
    return opened


class _Opening:
    """The attempts on one card: what is still to try, and why the last attempt failed."""

    def __init__(self, connection: CardConnection, candidates: Sequence[Password], random: RandomBytes) -> None:
        self._connection = connection
        self._pending = list(candidates)
        self._random = random
        self._refused = False
        self._error: Exception | None = None

    def pace_as_it_lies(self) -> Opened | None:
        return self._pace()

    def pace_in_application(self) -> Opened | None:
        if not self._pending:
            return None
        self._select_anew()
        return self._pace()

    def bac_in_application(self) -> Opened | None:
        mrz_keys = [password for password in self._pending if password.kind is PasswordKind.MRZ]
        if not mrz_keys:
            return None
        self._select_anew()
        for password in mrz_keys:
            try:
                channel = bac.open_channel(self._connection, password.text, self._random)
            except WrongPasswordError:
                self._refused = True
                self._error = None
            except (NotOfferedError, StatusError, MalformedError) as error:
                self._note(error)
                return None
            else:
                return Opened(Access.BAC, channel, password)
        return None

    def failure(self) -> Exception:
        """What to raise when nothing opened the chip."""
        if _is_weak(self._error):
            return self._error
        if self._refused:
            return KioskError(FailureCode.CARD_KEY_WRONG)
        if all(password.kind is PasswordKind.CAN for password in self._pending):
            return KioskError(FailureCode.CARD_KEY_NEEDED, "the chip wants the MRZ")
        return KioskError(FailureCode.CARD_UNSUPPORTED, str(self._error))

    def _note(self, error: Exception) -> None:
        """A breakdown outweighs what the chip said after it: only a new try tells what it really offers."""
        if not _is_weak(self._error):
            self._error = error

    def _pace(self) -> Opened | None:
        """The chip's offers, strongest first; the next one only where it does not take the one before after all."""
        for offer in islice(self._offers(), _MOST_OFFERS):
            try:
                return self._pace_by(offer)
            except _NotTakenError:
                continue
        return None

    def _pace_by(self, offer: Offer) -> Opened | None:
        for password in tuple(self._pending):
            try:
                established = pace.establish(self._connection, offer, password, self._random)
            except WrongPasswordError:
                self._refused = True
                self._error = None
                self._pending.remove(password)
            except UnknownReferenceError as error:
                self._note(error)
            except NotOfferedError as error:
                self._note(error)
                raise _NotTakenError from error
            except (StatusError, MalformedError) as error:
                self._note(error)
                return None
            else:
                access = Access.PACE_CAN if password.kind is PasswordKind.CAN else Access.PACE_MRZ
                return Opened(access, established.channel, password, established.chip_mapping)
        return None

    def _offers(self) -> tuple[Offer, ...]:
        channel = PlainChannel(self._connection)
        try:
            card_access = read_in_the_open(channel, lds.CARD_ACCESS, BlockSize(extended=False))
            return pace.offers(pace_infos(read_security_infos(card_access)))
        except (StatusError, MalformedError):
            # A few citizen cards do not let it be read, or not from where they stand; all of them offer the same.
            return pace.offers(pace_infos(read_security_infos(CITIZEN_CARD_ACCESS)))

    def _select_anew(self) -> None:
        reset(self._connection)
        _require_application(PlainChannel(self._connection).send(iso7816.select_application(lds.AID)).sw)


class _NotTakenError(Exception):
    """The chip does not take what it offers."""


def _is_weak(error: Exception | None) -> TypeGuard[Exception]:
    return isinstance(error, MalformedError) or (isinstance(error, StatusError) and error.is_weak)


def _require_application(sw: int) -> None:
    if sw == iso7816.OK:
        return
    error = StatusError("SELECT application", sw)
    if error.is_weak:
        raise error
    raise KioskError(FailureCode.CARD_UNSUPPORTED, str(error))
