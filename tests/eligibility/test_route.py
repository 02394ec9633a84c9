"""The list of routes: what each row needs, and which comes first."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.eligibility.law.reading import packaged_law
from kiosk.eligibility.route import Route, provisional_route, transfer_good_to
from kiosk.eligibility.visit import CareLevel, FormerTier, PrimaryKind, Purpose, Visit

TODAY = date(2026, 11, 21)
OWN, OTHER = "99001", "99017"

PRIMARY = Visit(OWN, CareLevel.PRIMARY, primary_kind=PrimaryKind.OTHER)
BASIC = Visit(OWN, CareLevel.BASIC, points=40)
SPECIALISED = Visit(OWN, CareLevel.SPECIALISED)

SELF_REFERRED = {
    "1.11": PRIMARY,
    "1.12": BASIC,
    "1.13": replace(BASIC, points=50),
    "1.14": replace(BASIC, former_tier=FormerTier.PROVINCIAL),
    "1.15": replace(BASIC, inpatient=True),
    "1.16": replace(BASIC, points=50, listed_disease=True),
    "1.17": replace(SPECIALISED, former_tier=FormerTier.CENTRAL, listed_disease=True),
    "1.18": replace(SPECIALISED, former_tier=FormerTier.PROVINCIAL),
    "3.1 inpatient": replace(SPECIALISED, former_tier=FormerTier.CENTRAL, inpatient=True),
    "3.1 outpatient": replace(SPECIALISED, former_tier=FormerTier.CENTRAL),
    "3.2": replace(SPECIALISED, former_tier=FormerTier.PROVINCIAL, inpatient=True),
    "3.3": replace(SPECIALISED, former_tier=FormerTier.DISTRICT),
    "3.6": replace(SPECIALISED, inpatient=True),
}
WITHOUT = {
    "1.11": [replace(PRIMARY, level=CareLevel.BASIC), replace(PRIMARY, primary_kind=PrimaryKind.UNKNOWN)],
    "1.12": [
        replace(BASIC, level=CareLevel.PRIMARY),
        replace(BASIC, inpatient=True),
        replace(BASIC, points=None),
        replace(BASIC, points=50),
        replace(BASIC, former_tier=FormerTier.CENTRAL),
    ],
    "1.13": [
        replace(SELF_REFERRED["1.13"], level=CareLevel.SPECIALISED),
        replace(SELF_REFERRED["1.13"], inpatient=True),
        replace(SELF_REFERRED["1.13"], points=49),
        replace(SELF_REFERRED["1.13"], points=70),
        replace(SELF_REFERRED["1.13"], listed_disease=True),
        replace(SELF_REFERRED["1.13"], former_tier=FormerTier.DISTRICT),
    ],
    "1.14": [
        replace(SELF_REFERRED["1.14"], level=CareLevel.SPECIALISED),
        replace(SELF_REFERRED["1.14"], inpatient=True),
        replace(SELF_REFERRED["1.14"], listed_disease=True),
        replace(SELF_REFERRED["1.14"], former_tier=FormerTier.DISTRICT),
    ],
    "1.15": [replace(SELF_REFERRED["1.15"], level=CareLevel.SPECIALISED)],
    "1.16": [replace(SELF_REFERRED["1.16"], level=CareLevel.SPECIALISED)],
    "1.17": [
        replace(SELF_REFERRED["1.17"], level=CareLevel.BASIC),
        replace(SELF_REFERRED["1.17"], level=CareLevel.PRIMARY),
        replace(SELF_REFERRED["1.17"], listed_disease=False),
    ],
    "1.18": [
        replace(SELF_REFERRED["1.18"], level=CareLevel.BASIC),
        replace(SELF_REFERRED["1.18"], level=CareLevel.PRIMARY),
        replace(SELF_REFERRED["1.18"], inpatient=True),
        replace(SELF_REFERRED["1.18"], former_tier=FormerTier.NONE),
    ],
    "3.1": [
        replace(SELF_REFERRED["3.1 inpatient"], level=CareLevel.PRIMARY),
        replace(SELF_REFERRED["3.1 outpatient"], level=CareLevel.PRIMARY),
        replace(SELF_REFERRED["3.1 inpatient"], former_tier=FormerTier.NONE),
        replace(SELF_REFERRED["3.1 outpatient"], former_tier=FormerTier.NONE),
    ],
    "3.2": [
        replace(SELF_REFERRED["3.2"], level=CareLevel.PRIMARY),
        replace(SELF_REFERRED["3.2"], inpatient=False),
        replace(SELF_REFERRED["3.2"], former_tier=FormerTier.NONE),
    ],
    "3.3": [
        replace(SELF_REFERRED["3.3"], level=CareLevel.PRIMARY),
        replace(SELF_REFERRED["3.3"], former_tier=FormerTier.NONE),
    ],
    "3.6": [replace(SELF_REFERRED["3.6"], inpatient=False), replace(SELF_REFERRED["3.6"], level=CareLevel.PRIMARY)],
}


def route(visit: Visit, registered: str = OTHER, *, today: date = TODAY, newborn: bool = False) -> Route:
    return provisional_route(registered, visit, today, packaged_law(), newborn=newborn)


def in_hard_area(visit: Visit, registered: str = OTHER) -> Route:
    return provisional_route(registered, visit, TODAY, packaged_law(), hard_area=True)


@pytest.mark.parametrize("name", SELF_REFERRED)
def test_self_referred_has_its_row(name: str) -> None:
    found = in_hard_area(SELF_REFERRED[name]) if name == "3.6" else route(SELF_REFERRED[name])
    assert found.code == name.split()[0]


@pytest.mark.parametrize("name", SELF_REFERRED)
def test_nobody_is_self_referred_while_the_registered_facility_is_not_known(name: str) -> None:
    visit = SELF_REFERRED[name]
    ask = in_hard_area if name == "3.6" else route
    assert ask(visit, "") == Route()
    assert ask(replace(visit, facility="")) == Route()


@pytest.mark.parametrize("name", SELF_REFERRED)
def test_nobody_is_self_referred_at_the_registered_facility(name: str) -> None:
    assert route(SELF_REFERRED[name], OWN).code == "1.1"


@pytest.mark.parametrize(("code", "visit"), [(code, visit) for code, visits in WITHOUT.items() for visit in visits])
def test_row_does_not_fit_without_one_of_its_conditions(code: str, visit: Visit) -> None:
    found = in_hard_area(visit) if code == "3.6" else route(visit)
    assert found.code != code


def test_hard_area_is_needed_for_its_row() -> None:
    assert route(SELF_REFERRED["3.6"]) == Route()


@pytest.mark.parametrize(("inpatient", "percent"), [(True, 40), (False, 0)])
def test_formerly_central_pays_inpatients_in_part_and_outpatients_nothing(inpatient: bool, percent: int) -> None:
    assert route(replace(SELF_REFERRED["3.1 inpatient"], inpatient=inpatient)).percent == percent


def test_papers_and_reasons_come_in_their_order() -> None:
    emergency = replace(SELF_REFERRED["3.1 outpatient"], emergency=True)
    newborn = replace(emergency, newborn_care=True)
    donor = replace(newborn, organ_donor=True)
    appointment = replace(donor, appointment=True)
    resident = replace(appointment, temporary_residence=True)
    transfer = replace(resident, transfer_form=True)
    visits = [transfer, resident, appointment, donor, newborn, emergency]
    assert [route(visit, newborn=True).code for visit in visits] == ["1.3", "1.4", "1.5", "1.6", "1.7", "2"]


def test_emergency_comes_before_being_self_referred() -> None:
    for visit in SELF_REFERRED.values():
        assert route(replace(visit, emergency=True)).code == "2"


def test_rows_that_overlap_keep_their_order() -> None:
    assert route(replace(BASIC, inpatient=True, listed_disease=True)).code == "1.15"
    assert route(replace(BASIC, listed_disease=True)).code == "1.12"
    assert route(replace(SELF_REFERRED["1.18"], listed_disease=True)).code == "1.17"
    assert in_hard_area(replace(SELF_REFERRED["3.3"], inpatient=True)).code == "3.3"
    assert in_hard_area(SELF_REFERRED["3.2"]).code == "3.2"
    assert in_hard_area(SELF_REFERRED["3.1 inpatient"]).code == "3.6"


def test_purpose_and_the_patients_choice_come_before_the_place() -> None:
    station = replace(PRIMARY, primary_kind=PrimaryKind.STATION)
    assert route(station).code == "1.2"
    assert route(replace(station, purpose=Purpose.MEDICINE)).code == "10"
    assert route(replace(station, purpose=Purpose.MEDICINE_IN_EPIDEMIC, uses_insurance=False)).code == "9"


def test_only_a_primary_facility_is_a_station() -> None:
    assert route(replace(BASIC, primary_kind=PrimaryKind.STATION)).code == "1.12"


@pytest.mark.parametrize("name", ["1.13", "1.14", "1.18"])
def test_half_is_paid_from_the_first_of_july_2026(name: str) -> None:
    visit = SELF_REFERRED[name]
    assert route(visit, today=date(2025, 1, 1)).percent == 0
    assert route(visit, today=date(2026, 6, 30)).percent == 0
    assert route(visit, today=date(2026, 7, 1)).percent == 50


def test_before_the_list_a_route_has_no_share() -> None:
    assert route(BASIC, OWN, today=date(2024, 12, 31)).percent is None
    assert route(BASIC, OWN, today=date(2025, 1, 1)).percent == 100


def test_every_route_names_its_source() -> None:
    for name, visit in SELF_REFERRED.items():
        found = in_hard_area(visit) if name == "3.6" else route(visit)
        assert f"code {found.code}" in found.source


def test_who_pays_by_choice_is_paid_nothing() -> None:
    assert route(replace(BASIC, uses_insurance=False)).percent == 0


@given(st.dates(), st.booleans())
def test_transfer_form_is_good_on_its_day_of_signing_and_never_ends_before(signed: date, one_year: bool) -> None:
    assert transfer_good_to(signed, packaged_law(), one_year=one_year) >= signed
