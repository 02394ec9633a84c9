"""What the command line says of a visit: `--emergency`, `--transfer 20/11/2026` and the like."""

from argparse import Namespace
from datetime import date

from kiosk.dates import parse_date
from kiosk.failure import FailureCode, KioskError
from kiosk.workflow.visit_answers import VisitAnswers


def visit_answers(given: Namespace) -> VisitAnswers:
    """The options of one visit.

    Raises:
        KioskError: INPUT_INVALID, a day that is none or is missing its form.
    """
    has_form = given.transfer is not None
    if given.transfer_one_year and not has_form:
        raise KioskError(FailureCode.INPUT_INVALID, "--transfer-one-year goes with --transfer")
    return VisitAnswers(
        emergency=given.emergency,
        transfer_form=has_form,
        transfer_signed_on=_day(given.transfer) if given.transfer else None,
        transfer_one_year=given.transfer_one_year,
        appointment=given.appointment,
        temporary_residence=given.temporary_residence,
        organ_donor=given.organ_donor,
        listed_disease=given.listed_disease,
        newborn_care=given.newborn_care,
        hard_area_household=given.hard_area_household,
        inpatient=given.inpatient,
        uses_insurance=not given.self_pay,
    )


def _day(written: str) -> date:
    parsed = parse_date(written)
    if parsed is None or parsed.exact is None:
        raise KioskError(FailureCode.INPUT_INVALID, "--transfer takes dd/mm/yyyy or yyyy-mm-dd")
    return parsed.exact
