"""Whether the card's person is the document's, and whether the document itself still counts."""

from collections.abc import Iterator
from datetime import date

from kiosk.eligibility.decision import Action, Difference, Field, Grade
from kiosk.eligibility.finding import Finding, ask, attention, on, remark
from kiosk.eligibility.likeness import Likeness, agree, compare_names
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import InsuranceCard
from kiosk.reader.document import Sex

_SEX_OF_WORD = {"nam": Sex.MALE, "nữ": Sex.FEMALE}
_WORD_OF_SEX = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}
_GRADE_OF_LIKENESS = {Likeness.MARKS_DIFFER: Grade.SLIGHT, Likeness.DIFFERENT: Grade.GRAVE}


def differences(identity: Identity, card: InsuranceCard) -> tuple[Difference, ...]:
    """Name, birth date and sex, where they do not agree or cannot be compared."""
    return (*_name(identity, card), *_birth(identity, card), *_sex(identity, card))


def _name(identity: Identity, card: InsuranceCard) -> Iterator[Difference]:
    document, on_card = identity.full_name.strip(), card.full_name.strip()
    if not document or not on_card:
        yield Difference(Field.NAME, document, on_card, Grade.UNKNOWN)
        return
    likeness = compare_names(document, on_card, transliterated=identity.name_is_transliterated)
    if likeness is not Likeness.SAME:
        yield Difference(Field.NAME, document, on_card, _GRADE_OF_LIKENESS[likeness])


def _birth(identity: Identity, card: InsuranceCard) -> Iterator[Difference]:
    born, born_on_card = identity.date_of_birth, card.date_of_birth
    document, on_card = (str(day) if day else "" for day in (born, born_on_card))
    if born is None or born_on_card is None:
        yield Difference(Field.BIRTH, document, on_card, Grade.UNKNOWN)
    elif not agree(born, born_on_card):
        yield Difference(Field.BIRTH, document, on_card, Grade.GRAVE)


def _sex(identity: Identity, card: InsuranceCard) -> Iterator[Difference]:
    """A sex that one side does not tell is nothing to remark: many cards do not."""
    sex = _SEX_OF_WORD.get(card.sex_raw.strip().casefold())
    if sex is not None and identity.sex is not None and sex is not identity.sex:
        yield Difference(Field.SEX, _WORD_OF_SEX[identity.sex], _WORD_OF_SEX[sex], Grade.NOTABLE)


def person_findings(found: tuple[Difference, ...]) -> Iterator[Finding]:
    """What follows from each difference."""
    for difference in found:
        both = (("document", difference.document), ("card", difference.card))
        match difference.field, difference.grade:
            case field, Grade.UNKNOWN:
                yield attention(f"{field.value}-not-compared")
            case field, Grade.GRAVE:
                yield ask(f"{field.value}-differs", Action.CHECK_PERSON, *both)
            case field, Grade.SLIGHT:
                yield attention(f"{field.value}-marks-differ", *both)
            case field, Grade.NOTABLE:
                yield attention(f"{field.value}-differs", *both)


def document_findings(identity: Identity, today: date) -> Iterator[Finding]:
    """An identity document past its last day still tells who it is; staff ask for another one.

    The citizen card's QR does not say when the card ends [Law on Identification 26/2023/QH15 art. 21].
    """
    expires = identity.date_of_expiry
    if expires is not None and expires.exact is not None and expires.exact < today:
        yield attention("document-expired", *on(expires.exact), action=Action.CHECK_DOCUMENT)
    elif expires is None and _is_citizen_code(identity):
        yield remark("document-expiry-not-told")


def _is_citizen_code(identity: Identity) -> bool:
    """An MRZ names its issuing state, an insurance card's code knows no personal number."""
    return identity.trust is Trust.CODE_ONLY and bool(identity.personal_number) and not identity.issuing_state
