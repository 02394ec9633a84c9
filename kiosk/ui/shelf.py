"""Which tiles stand on which page of services: six at most, by department where there are more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.checkin.clinic import Department
from kiosk.workflow.state import ServiceOffer

PER_PAGE = 6
FEW_PER_PAGE = 4
"""Where letters are large, or the glass is small."""
LIST_PER_PAGE = 3
"""Where letters are large and controls are lowered, one below the other."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where somebody has leafed to: a department's code, empty for all, a page of tiles from 0, and its tiles."""

    department: str = ""
    sheet: int = 0
    per_page: int = PER_PAGE

    def holding(self, per_page: int) -> "Shelf":
        """The page of `per_page` tiles on which this one's first stands."""
        return Shelf(self.department, self.sheet * self.per_page // per_page, per_page)


FIRST_SHELF = Shelf()


@dataclass(frozen=True, slots=True)
class Group:
    """A department with several services."""

    department: Department
    offers: tuple[ServiceOffer, ...]

    @property
    def waiting(self) -> int | None:
        """How many wait for all of them; None: nobody can say."""
        counts = [offer.waiting for offer in self.offers if offer.waiting is not None]
        return sum(counts) if len(counts) == len(self.offers) else None


Entry = Group | ServiceOffer
"""What a tile stands for."""


def entries_of(offers: Sequence[ServiceOffer], department: str = "") -> tuple[Entry, ...]:
    """All tiles, in the order of the clinic's file.

    Where six tiles hold all services, or there is but one department, there are only services. A department with one
    service is that service: nobody taps twice for one choice.
    """
    if department:
        return tuple(offer for offer in offers if _department_of(offer) == department)
    groups: dict[str, list[ServiceOffer]] = {}
    for offer in offers:
        groups.setdefault(_department_of(offer) or offer.service.code, []).append(offer)
    if len(offers) <= PER_PAGE or len(groups) < 2:
        return tuple(offers)
    return tuple(
        Group(members[0].service.department, tuple(members))
        if members[0].service.department is not None and len(members) > 1
        else members[0]
        for members in groups.values()
    )


def sheets_of(entries: Sequence[Entry], per_page: int = PER_PAGE) -> int:
    """How many pages they fill."""
    return max(1, -(-len(entries) // per_page))


def tiles_on(offers: Sequence[ServiceOffer], shelf: Shelf) -> tuple[Entry, ...]:
    """The tiles of one page; a page that there is not any more is the last one."""
    entries = entries_of(offers, shelf.department)
    sheet = min(shelf.sheet, sheets_of(entries, shelf.per_page) - 1)
    return entries[sheet * shelf.per_page : (sheet + 1) * shelf.per_page]


def _department_of(offer: ServiceOffer) -> str:
    return offer.service.department.code if offer.service.department is not None else ""
