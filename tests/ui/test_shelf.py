"""Six tiles a page; departments first where there are more services."""

from dataclasses import replace

import pytest

from kiosk.checkin.clinic import Clinic, Department
from kiosk.ui.shelf import FEW_PER_PAGE, PER_PAGE, Group, Shelf, entries_of, sheets_of, tiles_on
from kiosk.workflow.state import ServiceOffer


@pytest.fixture
def offers(clinic: Clinic) -> tuple[ServiceOffer, ...]:
    return tuple(ServiceOffer(service, at) for at, service in enumerate(clinic.services))


def in_department(offer: ServiceOffer, department: Department | None) -> ServiceOffer:
    return replace(offer, service=replace(offer.service, department=department))


def test_few_services_stand_there_themselves(offers: tuple[ServiceOffer, ...]) -> None:
    assert entries_of(offers[:PER_PAGE]) == offers[:PER_PAGE]


def test_departments_hold_every_service_once_and_those_with_one_are_that_one(offers: tuple[ServiceOffer, ...]) -> None:
    entries = entries_of(offers)
    groups = [entry for entry in entries if isinstance(entry, Group)]
    alone = [entry for entry in entries if isinstance(entry, ServiceOffer)]
    held = [offer.waiting for group in groups for offer in group.offers] + [offer.waiting for offer in alone]
    assert len(held) == len(set(held)) == len(offers)
    assert all(len(group.offers) > 1 for group in groups)
    for group in groups:
        assert entries_of(offers, group.department.code) == group.offers
        assert group.waiting == sum(offer.waiting or 0 for offer in group.offers)


def test_department_where_one_room_cannot_be_counted_says_no_number(offers: tuple[ServiceOffer, ...]) -> None:
    group = next(entry for entry in entries_of(offers) if isinstance(entry, Group))
    assert replace(group, offers=(replace(group.offers[0], waiting=None), *group.offers[1:])).waiting is None


def test_one_department_for_everything_is_no_choice(clinic: Clinic, offers: tuple[ServiceOffer, ...]) -> None:
    same = tuple(in_department(offer, clinic.departments[0]) for offer in offers)
    assert entries_of(same) == same


def test_many_services_fill_several_pages_and_none_is_lost(offers: tuple[ServiceOffer, ...]) -> None:
    loose = tuple(in_department(offer, None) for offer in offers)
    sheets = sheets_of(entries_of(loose))
    shown = [entry for sheet in range(sheets) for entry in tiles_on(loose, Shelf(sheet=sheet))]
    assert (sheets, shown) == (2, list(loose))
    assert tiles_on(loose, Shelf(sheet=9)) == tiles_on(loose, Shelf(sheet=1))


def test_page_of_fewer_tiles_begins_where_the_larger_one_did() -> None:
    assert Shelf("K01", 1).holding(FEW_PER_PAGE) == Shelf("K01", 1, FEW_PER_PAGE)
    assert Shelf("K01", 3, FEW_PER_PAGE).holding(PER_PAGE) == Shelf("K01", 2)
    assert Shelf("K01").holding(PER_PAGE) == Shelf("K01")
