"""What the files of a chip say, put together as one document."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from kiosk.failure import FailureCode, KioskError
from kiosk.reader.document import Access, ChipDocument, Evidence, Mrz, Outcome
from kiosk.reader.emrtd import lds
from kiosk.reader.emrtd.details import read_dg11, read_dg12
from kiosk.reader.emrtd.dg2 import read_dg2
from kiosk.reader.emrtd.dg7 import read_dg7
from kiosk.reader.emrtd.dg13 import read_dg13
from kiosk.reader.emrtd.tlv import MalformedError

_LOG = logging.getLogger(__name__)
_VIETNAM = "VNM"
Part = TypeVar("Part")


def document_of(files: Mapping[str, bytes], access: Access, evidence: Evidence) -> ChipDocument:
    """The document that the files are. All but DG1 may be absent, or of a form that nobody knows yet.

    Raises:
        KioskError: CARD_ALTERED, DG1 is not the signed one and holds no MRZ; CARD_UNREADABLE, none or no MRZ in it.
    """
    mrz = _mrz(files, evidence)
    return ChipDocument(
        access=access,
        mrz=mrz,
        # Other states keep their own things in DG13: what they mean is not for us to guess.
        national=_part(files, "DG13", read_dg13) if mrz.issuing_state == _VIETNAM else None,
        face=_part(files, "DG2", read_dg2),
        evidence=evidence,
        files=dict(files),
        details=_part(files, "DG11", read_dg11),
        issue=_part(files, "DG12", read_dg12),
        displayed_signature=_part(files, "DG7", read_dg7),
    )


def naming_files(files: Mapping[str, bytes]) -> tuple[lds.ElementaryFile, ...]:
    """Where, beside DG1, the holder's name may stand in its own letters: DG11, and DG13 of a Vietnamese card."""
    try:
        vietnamese = lds.read_dg1(files["DG1"]).issuing_state == _VIETNAM if "DG1" in files else True
    except MalformedError:
        vietnamese = True
    return (lds.DG11, lds.DG13) if vietnamese else (lds.DG11,)


def _mrz(files: Mapping[str, bytes], evidence: Evidence) -> Mrz:
    if "DG1" not in files:
        raise KioskError(FailureCode.CARD_UNREADABLE, "no DG1")
    try:
        return lds.read_dg1(files["DG1"])
    except MalformedError as error:
        altered = evidence.hashes.outcome is Outcome.FAILED
        code = FailureCode.CARD_ALTERED if altered else FailureCode.CARD_UNREADABLE
        raise KioskError(code, str(error)) from error


def _part(files: Mapping[str, bytes], name: str, read: Callable[[bytes], Part]) -> Part | None:
    """What one file says; None too where it is not as expected: everything must work from DG1 alone."""
    try:
        return read(files[name]) if name in files else None
    except MalformedError as error:
        _LOG.warning("%s refused: %s", name, error)
        return None
