"""Reading a chip, as a list of steps [ICAO 9303-11 §4.2]."""

import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.reader.connection import CardConnection
from kiosk.reader.document import Check, ChipDocument, Evidence, Outcome, ReadPhase
from kiosk.reader.emrtd import lds
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.reason import Reason

if TYPE_CHECKING:
    # What opens a chip is loaded with the first one, what judges and understands its files while it is opened: they
    # are most of this program's weight, and its start needs none of them.
    from kiosk.reader.emrtd.crypto import RandomBytes
    from kiosk.reader.emrtd.genuineness import Proof
    from kiosk.reader.emrtd.keys import CardKeys
    from kiosk.reader.emrtd.passive_auth import SecurityObject
    from kiosk.reader.emrtd.session import Learnt, Session
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
    keys: "CardKeys",
    anchors: "TrustAnchors",
    watch: Watch,
    *,
    photo: bool = True,
    genuineness: bool = True,
    files: Sequence[str] = (),
    extended: bool | None = False,
    learnt: "Learnt" = lambda _: None,
    deadline_s: float = 20.0,
    clock: Callable[[], float] = time.monotonic,
    random: "RandomBytes" = os.urandom,
) -> ChipDocument:
    """Opens the chip, reads and checks it.

    `files` names further files to read after all others (`COM`, `DG14`, …); those that the card has not are passed
    over. `genuineness` asks the chip to prove that it is no copy, once identity and photo are read. `extended` allows
    extended-length reads, None finds out; `learnt` is told what came of it. A command under way is not waited for
    beyond the deadline. What a security check finds is in the document's evidence.

    Raises:
        KioskError: CARD_KEY_NEEDED, CARD_KEY_WRONG, CARD_UNSUPPORTED (no such application), CARD_ALTERED (its DG1 is
            not the signed one and holds no MRZ), CARD_UNREADABLE (a file too long, no DG1, no MRZ in it).
        RetriableError: CARD_UNREADABLE (the link broke three times), CARD_TIMEOUT, and what `transmit` raises.
    """
    from kiosk.reader.emrtd.keys import passwords
    from kiosk.reader.emrtd.session import Deadline, Session

    watch.phase(ReadPhase.CONNECTING)
    with Deadline(connection, deadline_s, clock) as timed, ThreadPoolExecutor(1, "checks") as beside:
        candidates = passwords(keys)
        for module in ("passive_auth", "contents", "genuineness"):
            beside.submit(import_module, f"kiosk.reader.emrtd.{module}")

        watch.phase(ReadPhase.OPENING)
        session = Session(timed, candidates, random, extended=extended, learnt=learnt)

        watch.phase(ReadPhase.READING)
        read: dict[str, bytes] = {}
        _read_into(read, session, lds.SOD)
        # Signature and chain are checked while the card sends DG1: nobody is told of who is not checked.
        opening = beside.submit(_open_security_object, read.get("SOD"), anchors)
        _read_into(read, session, lds.DG1)
        security_object = opening.result()
        from kiosk.reader.emrtd.contents import document_of, naming_files
        from kiosk.reader.emrtd.genuineness import Proof, outlook, prove

        for file in naming_files(read):
            if _lists(security_object, file):
                _read_optional(read, session, file)

        watch.phase(ReadPhase.CHECKING)
        proof = Proof(outlook(session, security_object), Check()) if genuineness else Proof(Check(), Check())
        watch.identity(document_of(read, session.access, _check(security_object, read, proof)))

        if photo and _lists(security_object, lds.DG2):
            watch.phase(ReadPhase.PHOTO)
            _read_into(read, session, lds.DG2)
        if not isinstance(security_object, Check) and _lists(security_object, lds.DG12):
            _read_optional(read, session, lds.DG12)
        if genuineness:
            proof = prove(session, security_object, read, anchors, random)
        for name in files:
            if name not in read and name not in _PROTECTED:
                _read_into(read, session, lds.FILES[name])
        return document_of(read, session.access, _check(security_object, read, proof))


def _read_into(read: dict[str, bytes], session: "Session", file: lds.ElementaryFile) -> None:
    content = session.read(file)
    if content is not None:
        read[file.name] = content


def _read_optional(read: dict[str, bytes], session: "Session", file: lds.ElementaryFile) -> None:
    """The same for a file without which the document is still one: what is wrong with it ends nothing."""
    try:
        _read_into(read, session, file)
    except KioskError as error:
        # Under secure messaging a file that is malformed is so on the card; trying again would not mend it.
        broken_link = isinstance(error, RetriableError) and not isinstance(error.__cause__, MalformedError)
        if broken_link or error.code is not FailureCode.CARD_UNREADABLE:
            raise
        _LOG.warning("%s passed over: %s", file.name, error)


def _open_security_object(ef_sod: bytes | None, anchors: "TrustAnchors") -> "SecurityObject | Check":
    """The opened security object, or why there is none."""
    if ef_sod is None:
        return Check(Outcome.NOT_RUN, Reason.SOD_MISSING)
    from kiosk.reader.emrtd.passive_auth import read_security_object

    try:
        return read_security_object(ef_sod, anchors)
    except MalformedError as error:
        _LOG.warning("security object refused: %s", error)
        return Check(Outcome.FAILED, Reason.SOD_MALFORMED)


def _lists(security_object: "SecurityObject | Check", file: lds.ElementaryFile) -> bool:
    """Whether asking the card for the file makes sense; without a security object any file may be there."""
    return isinstance(security_object, Check) or file.data_group in security_object.hashes


def _check(security_object: "SecurityObject | Check", read: dict[str, bytes], proof: "Proof") -> Evidence:
    if isinstance(security_object, Check):
        return Evidence(security_object, security_object, security_object, proof.chip, proof.active)
    from kiosk.reader.emrtd.passive_auth import check_hashes

    hashes = check_hashes(security_object, read)
    return Evidence(hashes, security_object.signature, security_object.issuer, proof.chip, proof.active)
