"""The one place that says what the evidence about a chip is worth."""

from dataclasses import fields

from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.number import numbers_agree
from kiosk.identity.person import Trust
from kiosk.reader.document import ChipDocument, Evidence, Mrz, NationalData, Outcome
from kiosk.reader.reason import Reason

_NOTHING_TO_PROVE = frozenset({Reason.NOT_ASKED, Reason.NOT_OFFERED})


def trust_in(document: ChipDocument) -> Trust:
    """CHIP_VERIFIED when passive authentication passed up to a known issuer and the chip is no copy.

    Everything else that did not fail is CHIP_UNVERIFIED. A chip that has no way to prove itself, or was not asked to,
    is taken for what its files say.

    Raises:
        KioskError: CARD_ALTERED when any check failed (altered data, forged signature, copied chip), or when two
            files of the chip name different people.
    """
    for name, reason in failures(document.evidence):
        raise KioskError(FailureCode.CARD_ALTERED, f"{name}: {reason}")
    if document.national is not None:
        for field in contradictions(document.mrz, document.national):
            raise KioskError(FailureCode.CARD_ALTERED, f"DG1 and DG13 differ in {field}")
    passed = document.evidence.passive.outcome is Outcome.PASSED
    return Trust.CHIP_VERIFIED if passed and not may_be_copy(document.evidence) else Trust.CHIP_UNVERIFIED


def may_be_copy(evidence: Evidence) -> bool:
    """Whether the chip should have proven that it is no copy, and did not: not yet, or not in a way known here.

    Signed files can be copied into any chip; the key that answers for them cannot.
    """
    proofs = (evidence.chip, evidence.active)
    if any(proof.outcome is Outcome.PASSED for proof in proofs):
        return False
    return any(proof.reason not in _NOTHING_TO_PROVE for proof in proofs)


def failures(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """The checks that failed, by name, with their reasons."""
    checks = ((field.name, getattr(evidence, field.name)) for field in fields(evidence))
    return tuple((name, check.reason) for name, check in checks if check.outcome is Outcome.FAILED)


def contradictions(mrz: Mrz, national: NationalData) -> tuple[str, ...]:
    """In which fields DG1 and DG13 cannot both be true; one that is absent or less exact contradicts nothing."""
    found = []
    if not numbers_agree(mrz.personal_number or "", national.personal_number):
        found.append("personal-number")
    if not dates_agree(mrz.date_of_birth, national.date_of_birth):
        found.append("date-of-birth")
    return tuple(found)


def dates_agree(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether two birth dates can be the same: what only one of them knows contradicts nothing.

    Years compare by two digits: an MRZ states no more, its reader's guess at the century is no evidence
    [ICAO 9303-3 §4.8].
    """
    if one is None or other is None:
        return True
    parts = ((one.year % 100, other.year % 100), (one.month, other.month), (one.day, other.day))
    return all(first == second for first, second in parts if first is not None and second is not None)
