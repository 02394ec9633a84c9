"""Document -> Identity: who the document says it is, and how much that is worth."""

import unicodedata
from dataclasses import replace
from typing import assert_never

from kiosk.dates import PartialDate
from kiosk.identity.number import numbers_agree
from kiosk.identity.person import Identity, Trust
from kiosk.identity.trust import dates_agree, trust_in
from kiosk.reader.document import (
    ChipDocument,
    CitizenCode,
    Document,
    InsuranceCode,
    Mrz,
    MrzCode,
    NationalData,
    NumberCode,
    NumberKind,
    PersonalDetails,
    TypedDocument,
)
from kiosk.reader.number import number_kind

VIETNAM = "VNM"


def identify(document: Document) -> Identity:
    """The person whom a document names.

    Raises:
        KioskError: CARD_ALTERED, as `trust_in` judges a chip.
    """
    match document:
        case ChipDocument():
            return _from_chip(document)
        case CitizenCode():
            return Identity(
                trust=Trust.CODE_ONLY,
                full_name=_nfc(document.full_name),
                personal_number=document.personal_number,
                date_of_birth=document.date_of_birth,
                sex=document.sex,
                residence=_nfc(document.residence),
                doubts=document.doubts,
            )
        case InsuranceCode():
            return Identity(
                trust=Trust.CODE_ONLY,
                full_name=_nfc(document.full_name),
                insurance_number=document.card_number,
                date_of_birth=document.date_of_birth,
                sex=document.sex,
                residence=_nfc(document.address),
                doubts=document.doubts,
            )
        case MrzCode(mrz):
            return _from_mrz(mrz, Trust.CODE_ONLY)
        case NumberCode(kind, number):
            # A number alone proves nothing, whether a code or a keypad brought it.
            if kind is NumberKind.PERSONAL:
                return Identity(trust=Trust.TYPED, full_name="", personal_number=number)
            return Identity(trust=Trust.TYPED, full_name="", insurance_number=number)
        case TypedDocument():
            return Identity(
                trust=Trust.TYPED,
                full_name=" ".join(_nfc(document.full_name).split()),
                personal_number=document.personal_number,
                insurance_number=document.insurance_number,
                date_of_birth=document.date_of_birth,
            )
        case _:
            assert_never(document)


def same_person(one: Identity, other: Identity) -> bool:
    """Whether nothing speaks against one person: neither their numbers of one kind nor their birth dates."""
    return (
        numbers_agree(one.personal_number, other.personal_number)
        and numbers_agree(one.insurance_number, other.insurance_number)
        and dates_agree(one.date_of_birth, other.date_of_birth)
    )


def _from_chip(document: ChipDocument) -> Identity:
    trust = trust_in(document)
    identity = replace(_from_mrz(document.mrz, trust), face=document.face, evidence=document.evidence)
    if document.details is not None:
        identity = _with_details(identity, document.details)
    return _with_national_data(identity, document.national) if document.national is not None else identity


def _from_mrz(mrz: Mrz, trust: Trust) -> Identity:
    return Identity(
        trust=trust,
        full_name=_nfc(f"{mrz.surname} {mrz.given_names}".strip()),
        personal_number=mrz.personal_number or "",
        document_number="" if mrz.personal_number else mrz.document_number,
        date_of_birth=mrz.date_of_birth,
        sex=mrz.sex,
        nationality=mrz.nationality,
        name_is_transliterated=True,
        date_of_expiry=mrz.date_of_expiry,
        issuing_state=mrz.issuing_state,
    )


def _with_details(identity: Identity, details: PersonalDetails) -> Identity:
    """What DG11 knows better: the name in its own letters, the century of birth, the address."""
    name = _nfc(details.full_name)
    # Many states repeat the MRZ's letters here, which is no better name than the MRZ's.
    better = bool(name) and name.casefold() != identity.full_name.casefold()
    of_citizen = identity.issuing_state == VIETNAM and number_kind(details.personal_number) is NumberKind.PERSONAL
    born = details.date_of_birth if dates_agree(identity.date_of_birth, details.date_of_birth) else None
    return replace(
        identity,
        full_name=name if better else identity.full_name,
        name_is_transliterated=not better,
        personal_number=identity.personal_number or (details.personal_number if of_citizen else ""),
        date_of_birth=_more_exact(identity.date_of_birth, born),
        residence=_nfc(details.address),
    )


def _with_national_data(identity: Identity, national: NationalData) -> Identity:
    """What DG13 knows better: the name with its marks, the century of birth, the residence."""
    name = _nfc(national.full_name)
    return replace(
        identity,
        full_name=name or identity.full_name,
        name_is_transliterated=identity.name_is_transliterated and not name,
        personal_number=identity.personal_number or national.personal_number,
        document_number="" if national.personal_number else identity.document_number,
        date_of_birth=_more_exact(identity.date_of_birth, national.date_of_birth),
        sex=national.sex or identity.sex,
        nationality=_nfc(national.nationality) or identity.nationality,
        residence=_nfc(national.residence) or identity.residence,
    )


def _more_exact(of_mrz: PartialDate | None, of_dg13: PartialDate | None) -> PartialDate | None:
    if of_mrz is None or of_dg13 is None:
        return of_dg13 or of_mrz
    try:
        return PartialDate(of_dg13.year, of_dg13.month or of_mrz.month, of_dg13.day or of_mrz.day)
    except ValueError:  # 29 February of the MRZ's century, in a year of DG13 that has none
        return of_dg13


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
