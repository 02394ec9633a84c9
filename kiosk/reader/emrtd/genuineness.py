"""Whether the chip is the one that was issued, and not another with its files [ICAO 9303-11 §6].

The signed files say which proofs the chip can give. Any one is enough: each shows that the chip has the private key
that belongs to a key in its signed files. So the cheapest is asked for first, and the next where that tells nothing:

- chip authentication mapping, which opened the chip already;
- active authentication, two commands: DG15 and a signature of one short answer;
- chip authentication, four commands: DG14, two to agree on keys, one to hear the chip under them;
- active authentication whose signature takes a long answer, where the card is not known to give any.

Chip authentication is what TR-03110 prefers, for two reasons that do not hold here. It renews weak session keys: those
of PACE are strong already, and with BAC everything is read before the proof. And it leaves nothing that shows to others
that the chip was here, as a signed challenge of chosen content would: this reader's challenge is random, and neither it
nor the signature is kept.

A chip has failed when no proof passed and it withholds the file that says of one, or proves one with another key: a
copy does just that. One that refuses the command has proven nothing: it may be a copy, or a batch of genuine cards that
does not do what its files say; it is never verified. Nor is one whose DG14 speaks of a proof that is not known here, or
of the mapping that its unsigned EF.CardAccess leaves out. What no file under the security object speaks of, as a key
for mapping in EF.CardSecurity alone, a copy leaves out unnoticed: it is then judged by its files.
"""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader.document import Check, Outcome
from kiosk.reader.emrtd import active_auth, card_security, chip_auth, iso7816, lds, pace, tlv
from kiosk.reader.emrtd.access import Opened
from kiosk.reader.emrtd.active_auth import CHALLENGE_SIZE
from kiosk.reader.emrtd.chip_auth import ChipRefusedError
from kiosk.reader.emrtd.crypto import RandomBytes
from kiosk.reader.emrtd.mapping import ChipMapping
from kiosk.reader.emrtd.passive_auth import SecurityObject, check_hashes
from kiosk.reader.emrtd.public_keys import GroupKey, read_public_key
from kiosk.reader.emrtd.reading import BlockSize
from kiosk.reader.emrtd.secure_messaging import ChannelLostError, SecureMessaging
from kiosk.reader.emrtd.security_infos import SecurityInfo, read_security_infos
from kiosk.reader.emrtd.session import Session
from kiosk.reader.emrtd.signatures import UnsupportedError
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.reader.reason import Reason

_LOG = logging.getLogger(__name__)
_ATTEMPTS = 2
_PASSED = Check(Outcome.PASSED, "")
_NOT_OFFERED = Check(Outcome.NOT_RUN, Reason.NOT_OFFERED)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of chip authentication, in either form, and of active authentication."""

    chip: Check
    active: Check


def outlook(session: Session, security_object: SecurityObject | Check) -> Check:
    """What to say of the chip before it was asked: that a proof is to come, or that there is none."""
    listed = isinstance(security_object, SecurityObject) and not {14, 15}.isdisjoint(security_object.hashes)
    return Check(Outcome.NOT_RUN, Reason.PENDING) if listed or session.chip_mapping is not None else _NOT_OFFERED


def prove(
    session: Session,
    security_object: SecurityObject | Check,
    read: dict[str, bytes],
    anchors: TrustAnchors,
    random: RandomBytes,
) -> Proof:
    """Asks the chip for the cheapest proof that it can give; the files that this needs are added to `read`.

    After chip authentication the session goes on under its keys.

    Raises:
        As `Session`.
    """
    if isinstance(security_object, Check):
        return Proof(Check(Outcome.NOT_RUN, security_object.reason), Check())
    steps = _Steps(session, security_object, read, anchors, random)
    by_mapping = steps.by_mapping()
    if by_mapping.outcome is not Outcome.NOT_RUN:
        return Proof(by_mapping, Check())
    # What mapping left open is asked of the key that it is about.
    active = Check() if session.chip_mapping is not None else steps.by_short_signature()
    if active.outcome is Outcome.PASSED:
        return Proof(Check(), active)
    by_key = steps.by_static_key()
    if by_key == _NOT_OFFERED and by_mapping.reason == Reason.CARD_SECURITY_MISSING:
        by_key = Check(Outcome.FAILED, by_mapping.reason)
    elif by_key == _NOT_OFFERED:
        by_key = by_mapping
    if by_key.outcome is Outcome.PASSED:
        # The chip has the issuer's key; a signature of a form not known here does not make it a copy.
        return Proof(by_key, replace(active, outcome=Outcome.NOT_RUN))
    if by_key.outcome is Outcome.NOT_RUN and active == Check():
        active = steps.by_signature()
    return Proof(by_key, active)


def _refused(error: ChipRefusedError) -> Check:
    _LOG.warning("chip refuses: %s", error)
    return Check(Outcome.NOT_RUN, Reason.CHIP_REFUSED)


class _WithheldError(Exception):
    """A file that the security object lists is not given, or not the one that was signed; carries the evidence."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.reason)
        self.check = check


class _Steps:
    """The three ways on one chip."""

    def __init__(
        self,
        session: Session,
        security_object: SecurityObject,
        read: dict[str, bytes],
        anchors: TrustAnchors,
        random: RandomBytes,
    ) -> None:
        self._session = session
        self._security_object = security_object
        self._read = read
        self._anchors = anchors
        self._random = random

    def by_mapping(self) -> Check:
        """Compares what PACE's chip authentication mapping left with the chip's static key.

        Mostly DG14 has it, which is shorter than EF.CardSecurity and bound to the other files by the security object.
        """
        mapping = self._session.chip_mapping
        if mapping is None:
            return _NOT_OFFERED
        try:
            dg14 = self._dg14()
            if _proves(mapping, dg14):
                return _PASSED
            if any(info.protocol in chip_auth.KEYS for info in dg14):
                # Chip authentication asks for that key: EF.CardSecurity might be a second chip's, DG14 is this one's.
                return _NOT_OFFERED
        except _WithheldError as withheld:
            if withheld.check.outcome is Outcome.FAILED:
                return withheld.check
        except MalformedError as error:
            _LOG.warning("DG14 refused: %s", error)
        content = self._session.run(card_security.read)
        if content is None:
            return Check(Outcome.NOT_RUN, Reason.CARD_SECURITY_MISSING)
        self._read[lds.CARD_SECURITY.name] = content
        try:
            infos, signature = card_security.verify(content, self._anchors, datetime.now(UTC).date())
            if signature.outcome is not Outcome.PASSED:
                return signature
            return _PASSED if _proves(mapping, infos) else Check(Outcome.FAILED, Reason.CHIP_KEY_WRONG)
        except MalformedError as error:
            _LOG.warning("EF.CardSecurity refused: %s", error)
            return Check(Outcome.FAILED, Reason.CARD_SECURITY_MALFORMED)

    def by_static_key(self) -> Check:
        """Chip authentication with the key of DG14."""
        try:
            dg14 = self._dg14()
            key = chip_auth.static_key(dg14)
        except _WithheldError as withheld:
            return withheld.check
        except MalformedError as error:
            _LOG.warning("DG14 refused: %s", error)
            return Check(Outcome.NOT_RUN, Reason.DG14_MALFORMED)
        except UnsupportedError as error:
            return _unsupported(error)
        if key is None:
            # EF.CardAccess is not signed: a copy leaves out of its offers what it cannot prove.
            left_out = self._session.chip_mapping is None and pace.announces_proof(dg14)
            return Check(Outcome.NOT_RUN, Reason.CHIP_REFUSED) if left_out else _NOT_OFFERED
        for _ in range(_ATTEMPTS):
            try:
                channel = self._session.run(partial(_agree, key=key, random=self._random))
            except ChipRefusedError as error:
                return _refused(error)
            if isinstance(channel, SecureMessaging):
                self._session.go_on_under(channel)
                return _PASSED
            # A weak field in that moment looks like a chip without the key: it is asked once more.
            self._session.open_anew()
            if channel is Reason.LENGTH_REFUSED:
                return Check(Outcome.NOT_RUN, channel)
        return Check(Outcome.FAILED, Reason.CHIP_KEY_WRONG)

    def _dg14(self) -> tuple[SecurityInfo, ...]:
        """What DG14 says; nothing where the security object does not list it.

        Raises:
            _WithheldError: see there.
            MalformedError: no security infos.
        """
        if lds.DG14.data_group not in self._security_object.hashes:
            return ()
        dg14 = self._signed(lds.DG14, Reason.DG14_MISSING)
        return read_security_infos(tlv.read_one(dg14, lds.DG14.tag))

    def by_short_signature(self) -> Check:
        """The same as `by_signature`; not asked where a long answer is needed and another proof may do without."""
        return self.by_signature(put_off=lds.DG14.data_group in self._security_object.hashes)

    def by_signature(self, *, put_off: bool = False) -> Check:
        """Active authentication with the key of DG15; `put_off` leaves out a signature that may not get through."""
        if lds.DG15.data_group not in self._security_object.hashes:
            return _NOT_OFFERED
        try:
            dg15 = self._signed(lds.DG15, Reason.DG15_MISSING)
            key = read_public_key(tlv.read_one(dg15, lds.DG15.tag))
        except _WithheldError as withheld:
            return withheld.check
        except MalformedError as error:
            _LOG.warning("DG15 refused: %s", error)
            return Check(Outcome.NOT_RUN, Reason.DG15_MALFORMED)
        except UnsupportedError as error:
            return _unsupported(error)
        long = self._session.run(lambda opened, _: active_auth.needs_extended(opened.channel, key))
        if put_off and long and not self._session.run(lambda _, blocks: blocks.is_extended):
            return Check()
        challenge = self._random(CHALLENGE_SIZE)
        try:
            signature = self._signature(challenge, long=long)
        except ChipRefusedError as error:
            return _refused(error)
        if signature is None:
            return Check(Outcome.NOT_RUN, Reason.LENGTH_REFUSED)
        valid = active_auth.verify(key, challenge, signature)
        return _PASSED if valid else Check(Outcome.FAILED, Reason.CHIP_SIGNATURE_INVALID)

    def _signature(self, challenge: bytes, *, long: bool) -> bytes | None:
        """A signature that is too long for a short answer is asked for in either form; None where neither works."""
        if not long:
            return self._session.run(lambda opened, _: active_auth.sign(opened.channel, challenge, extended=False))
        for extended in (True, False):
            signature = self._session.run(partial(_sign_long, challenge=challenge, extended=extended))
            if signature is not None:
                return signature
            self._session.open_anew()
        return None

    def _signed(self, file: lds.ElementaryFile, missing: Reason) -> bytes:
        """A file that the security object lists, as it was signed.

        Raises:
            _WithheldError: see there.
        """
        content = self._read.get(file.name) or self._session.read(file)
        if content is None:
            raise _WithheldError(Check(Outcome.FAILED, missing))
        self._read[file.name] = content
        hashes = check_hashes(self._security_object, {file.name: content})
        if hashes.outcome is not Outcome.PASSED:
            raise _WithheldError(Check(Outcome.NOT_RUN, hashes.reason))
        return content


def _proves(mapping: ChipMapping, infos: tuple[SecurityInfo, ...]) -> bool:
    for info in infos:
        if info.protocol != chip_auth.EC_KEY:
            continue
        try:
            key = read_public_key(info.required.raw)
        except UnsupportedError:
            continue
        if isinstance(key, GroupKey) and mapping.proves(key.element):
            return True
    return False


def _agree(opened: Opened, _: BlockSize, *, key: chip_auth.StaticKey, random: RandomBytes) -> SecureMessaging | Reason:
    try:
        channel = chip_auth.agree(opened.channel, key, random)
    except (ChannelLostError, RetriableError) as error:
        # Only keys of 2,048 bits need a longer command than every card and reader take.
        if len(key.key.element) >= iso7816.SHORT_MAX - 1 and _is_length(error):
            return Reason.LENGTH_REFUSED
        raise
    return channel if chip_auth.answers(channel) else Reason.CHIP_KEY_WRONG


def _sign_long(opened: Opened, _: BlockSize, *, challenge: bytes, extended: bool) -> bytes | None:
    try:
        return active_auth.sign(opened.channel, challenge, extended=extended)
    except (ChannelLostError, iso7816.StatusError, RetriableError) as error:
        if _is_length(error):
            return None
        raise


def _is_length(error: Exception) -> bool:
    match error:
        case ChannelLostError(sw=sw):
            return sw == 0x6700 or sw >> 8 == 0x6C
        case iso7816.StatusError():
            return error.sw == 0x6700 or error.sw >> 8 == 0x6C
        case RetriableError(code=code):
            return code is FailureCode.CARD_UNREADABLE
    return False


def _unsupported(error: UnsupportedError) -> Check:
    return Check(Outcome.NOT_RUN, f"unsupported-{str(error).replace(' ', '-')}")
