"""The clinic: its name, services and rooms, from a file of `config/clinics/`."""

from dataclasses import dataclass

from kiosk.text import Language


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of the clinic's own in both languages."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        """The text in `language`."""
        return self.en if language is Language.EN else self.vi


@dataclass(frozen=True, slots=True)
class Room:
    """Where a service is given: `code` as on the door (`P203`), `place` the way there in one line."""

    code: str
    name: Bilingual
    place: Bilingual


@dataclass(frozen=True, slots=True)
class Service:
    """What a patient can come for. `prefix` (one or two capitals) names its queue; services may share a queue.

    `price_vnd` is the full price; 0 means no price is shown.
    """

    code: str
    name: Bilingual
    prefix: str
    room: Room
    price_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Clinic:
    """One facility. `facility_code` has 5 characters as on insurance cards; `desk` is where open questions go."""

    facility_code: str
    name: Bilingual
    department: Bilingual
    health_department: Bilingual
    address: str
    level: str
    services: tuple[Service, ...]
    desk: Service
