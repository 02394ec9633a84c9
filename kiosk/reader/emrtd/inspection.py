"""Reading a chip, as a list of steps [ICAO 9303-11 §4.2]."""

import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.connection import CardConnection
from kiosk.reader.document import Check, ChipDocument, Evidence, FaceImage, Mrz, NationalData, Outcome, ReadPhase
from kiosk.reader.emrtd import lds
from kiosk.reader.emrtd.access import CardKeys, passwords
from kiosk.reader.emrtd.dg13 import read_dg13
from kiosk.reader.emrtd.groups import RandomBytes
from kiosk.reader.emrtd.passive_auth import SecurityObject, check_hashes, read_security_object
from kiosk.reader.emrtd.session import Deadline, Learnt, Session
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.emrtd.trust_anchors import TrustAnchors

_LOG = logging.getLogger(__name__)
# They need terminal authentication, which only the state's own readers can do: asking may block the card.
_PROTECTED = frozenset({"DG3", "DG4"})


class Watch(Protocol):
    """What an inspection tells while it runs, in the thread that runs it."""

    def phase(self, phase: ReadPhase) -> None:
        """The inspection begins this phase."""
        ...

    def identity(self, document: ChipDocument) -> None:
        """All but the photo is read and checked."""
        ...


def inspect(
    connection: CardConnection,
    keys: CardKeys,
    anchors: TrustAnchors,
    watch: Watch,
    *,
    photo: bool = True,
    files: Sequence[str] = (),
    extended: bool | None = False,
    learnt: Learnt = lambda _: None,
    deadline_s: float = 20.0,
    clock: Callable[[], float] = time.monotonic,
    random: RandomBytes = os.urandom,
) -> ChipDocument:
    """Opens the chip, reads and checks it.

    `files` names further files to read after all others (`COM`, `DG14`, …); those that the card has not are passed
    over. `extended` allows extended-length reads, None finds out; `learnt` is told what came of it. A command under way
    is not waited for beyond the deadline. What a security check finds is in the document's evidence.

    Raises:
        KioskError: CARD_KEY_NEEDED, CARD_KEY_WRONG, CARD_UNSUPPORTED (no such application), CARD_ALTERED (its DG1 is
            not the signed one and holds no MRZ), CARD_UNREADABLE (a file too long, no DG1, no MRZ in it).
        RetriableError: CARD_UNREADABLE (the link broke three times), CARD_TIMEOUT, and what `transmit` raises.
    """
    watch.phase(ReadPhase.CONNECTING)
    with Deadline(connection, deadline_s, clock) as timed, ThreadPoolExecutor(1, "checks") as beside:
        candidates = passwords(keys)

        watch.phase(ReadPhase.OPENING)
        session = Session(timed, candidates, random, extended=extended, learnt=learnt)

        watch.phase(ReadPhase.READING)
        read: dict[str, bytes] = {}
        _read_into(read, session, lds.SOD)
        # Signature and chain are checked while the card sends DG1: nobody is told of who is not checked.
        opening = beside.submit(_open_security_object, read.get("SOD"), anchors)
        _read_into(read, session, lds.DG1)
        security_object = opening.result()
        if _lists(security_object, lds.DG13):
            _read_into(read, session, lds.DG13)

        watch.phase(ReadPhase.CHECKING)
        evidence = _check(security_object, read)
        document = ChipDocument(session.access, _mrz(read, evidence), _national(read), None, evidence, dict(read))
        watch.identity(document)

        if photo and _lists(security_object, lds.DG2):
            watch.phase(ReadPhase.PHOTO)
            _read_into(read, session, lds.DG2)
        for name in files:
            if name not in read and name not in _PROTECTED:
                _read_into(read, session, lds.FILES[name])
        return replace(
            document, access=session.access, face=_face(read), evidence=_check(security_object, read), files=read
        )


def _read_into(read: dict[str, bytes], session: Session, file: lds.ElementaryFile) -> None:
    content = session.read(file)
    if content is not None:
        read[file.name] = content


def _open_security_object(ef_sod: bytes | None, anchors: TrustAnchors) -> SecurityObject | Check:
    """The opened security object, or why there is none."""
    if ef_sod is None:
        return Check(Outcome.NOT_RUN, "sod-missing")
    try:
        return read_security_object(ef_sod, anchors)
    except MalformedError as error:
        _LOG.warning("security object refused: %s", error)
        return Check(Outcome.FAILED, "sod-malformed")


def _lists(security_object: SecurityObject | Check, file: lds.ElementaryFile) -> bool:
    """Whether asking the card for the file makes sense; without a security object any file may be there."""
    return isinstance(security_object, Check) or file.data_group in security_object.hashes


def _check(security_object: SecurityObject | Check, read: dict[str, bytes]) -> Evidence:
    if isinstance(security_object, Check):
        return Evidence(hashes=security_object, signature=security_object, issuer=security_object)
    hashes = check_hashes(security_object, read)
    return Evidence(hashes=hashes, signature=security_object.signature, issuer=security_object.issuer)


def _mrz(read: dict[str, bytes], evidence: Evidence) -> Mrz:
    if "DG1" not in read:
        raise KioskError(FailureCode.CARD_UNREADABLE, "no DG1")
    try:
        return lds.read_dg1(read["DG1"])
    except MalformedError as error:
        altered = evidence.hashes.outcome is Outcome.FAILED
        code = FailureCode.CARD_ALTERED if altered else FailureCode.CARD_UNREADABLE
        raise KioskError(code, str(error)) from error


def _national(read: dict[str, bytes]) -> NationalData | None:
    """None too where DG13 is not as expected: everything must work from DG1 alone."""
    try:
        return read_dg13(read["DG13"]) if "DG13" in read else None
    except MalformedError as error:
        _LOG.warning("national data refused: %s", error)
        return None


def _face(read: dict[str, bytes]) -> FaceImage | None:
    try:
        return lds.read_dg2(read["DG2"]) if "DG2" in read else None
    except MalformedError as error:
        _LOG.warning("portrait refused: %s", error)
        return None
