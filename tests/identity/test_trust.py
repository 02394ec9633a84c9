from dataclasses import fields, replace

import pytest

from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.identify import identify
from kiosk.identity.person import Trust
from kiosk.identity.trust import trust_in
from kiosk.reader.document import Check, ChipDocument, Evidence, NationalData, Outcome

PASSED = Check(Outcome.PASSED, "")
SIGNED = Evidence(hashes=PASSED, signature=PASSED, issuer=PASSED)
CHECKS = [field.name for field in fields(Evidence)]


def judge(document: ChipDocument, evidence: Evidence) -> Trust:
    return trust_in(replace(document, evidence=evidence))


def test_signed_up_to_a_known_issuer_is_verified(chip_document: ChipDocument) -> None:
    assert judge(chip_document, SIGNED) is Trust.CHIP_VERIFIED
    assert judge(chip_document, replace(SIGNED, chip=PASSED, active=PASSED)) is Trust.CHIP_VERIFIED


@pytest.mark.parametrize("check", ["hashes", "signature", "issuer"])
def test_without_any_part_of_passive_authentication_the_chip_is_unverified(
    check: str, chip_document: ChipDocument
) -> None:
    unknown = Check(Outcome.NOT_RUN, "issuer-unknown")
    assert judge(chip_document, replace(SIGNED, **{check: unknown})) is Trust.CHIP_UNVERIFIED


@pytest.mark.parametrize("reason", ["not-asked", "not-offered"])
def test_a_chip_with_nothing_to_prove_is_verified_by_its_files(reason: str, chip_document: ChipDocument) -> None:
    nothing = Check(Outcome.NOT_RUN, reason)
    assert judge(chip_document, replace(SIGNED, chip=nothing, active=nothing)) is Trust.CHIP_VERIFIED


@pytest.mark.parametrize(
    "reason", ["pending", "length-refused", "unsupported-curve", "issuer-unknown", "dg14-malformed"]
)
@pytest.mark.parametrize("proof", ["chip", "active"])
def test_a_chip_that_owes_its_proof_is_unverified(reason: str, proof: str, chip_document: ChipDocument) -> None:
    owed = Check(Outcome.NOT_RUN, reason)
    assert judge(chip_document, replace(SIGNED, **{proof: owed})) is Trust.CHIP_UNVERIFIED


def test_one_proof_is_enough(chip_document: ChipDocument) -> None:
    owed = Check(Outcome.NOT_RUN, "unsupported-curve")
    assert judge(chip_document, replace(SIGNED, chip=owed, active=PASSED)) is Trust.CHIP_VERIFIED
    assert judge(chip_document, replace(SIGNED, chip=PASSED, active=owed)) is Trust.CHIP_VERIFIED


@pytest.mark.parametrize("reason", ["dg14-missing", "dg15-missing", "chip-key-wrong", "chip-signature-invalid"])
@pytest.mark.parametrize("proof", ["chip", "active"])
def test_a_copied_chip_is_an_altered_card_whatever_else_passed(
    reason: str, proof: str, chip_document: ChipDocument
) -> None:
    evidence = replace(SIGNED, chip=PASSED, active=PASSED)
    with pytest.raises(KioskError) as refused:
        judge(chip_document, replace(evidence, **{proof: Check(Outcome.FAILED, reason)}))
    assert refused.value.code is FailureCode.CARD_ALTERED


def test_chip_authentication_alone_verifies_nothing(chip_document: ChipDocument) -> None:
    assert judge(chip_document, Evidence(chip=PASSED, active=PASSED)) is Trust.CHIP_UNVERIFIED


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("others", [PASSED, Check()], ids=["others passed", "others not run"])
def test_one_failed_check_means_an_altered_card(check: str, others: Check, chip_document: ChipDocument) -> None:
    evidence = Evidence(**dict.fromkeys(CHECKS, others) | {check: Check(Outcome.FAILED, "mismatch")})
    with pytest.raises(KioskError) as refused:
        judge(chip_document, evidence)
    assert refused.value.code is FailureCode.CARD_ALTERED
    assert refused.value.detail == f"{check}: mismatch"


@pytest.mark.parametrize(
    ("national", "field"),
    [
        pytest.param(NationalData(personal_number="999090000999"), "personal-number", id="another number"),
        pytest.param(NationalData(date_of_birth=PartialDate(1990, 1, 16)), "date-of-birth", id="another day"),
        pytest.param(NationalData(date_of_birth=PartialDate(1990, 2)), "date-of-birth", id="another month"),
        pytest.param(NationalData(date_of_birth=PartialDate(1991)), "date-of-birth", id="another year"),
    ],
)
def test_two_files_that_name_different_people_mean_an_altered_card(
    national: NationalData, field: str, chip_document: ChipDocument
) -> None:
    with pytest.raises(KioskError) as refused:
        identify(replace(chip_document, national=national, evidence=SIGNED))
    assert refused.value.code is FailureCode.CARD_ALTERED
    assert refused.value.detail == f"DG1 and DG13 differ in {field}"


@pytest.mark.parametrize(
    "born",
    [
        pytest.param(None, id="absent"),
        pytest.param(PartialDate(1990), id="year alone"),
        pytest.param(PartialDate(1990, 1), id="without day"),
        pytest.param(PartialDate(1990, 1, 15), id="the same"),
        pytest.param(PartialDate(1890, 1, 15), id="another century than the guessed one"),
    ],
)
def test_less_exact_dates_contradict_nothing(born: PartialDate | None, chip_document: ChipDocument) -> None:
    national = NationalData(date_of_birth=born)
    assert trust_in(replace(chip_document, national=national, evidence=SIGNED)) is Trust.CHIP_VERIFIED


def test_chip_without_dg13_contradicts_nothing(chip_document: ChipDocument) -> None:
    assert trust_in(replace(chip_document, national=None, evidence=SIGNED)) is Trust.CHIP_VERIFIED
