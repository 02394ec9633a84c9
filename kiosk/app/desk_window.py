"""The staff's window with what it needs of this kiosk: errands, the store's records, further pages."""

from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.app.clock import now
from kiosk.app.staff_notices import StaffNotices
from kiosk.checkin.clinic import Clinic, Room
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.ui.camera.camera import NO_CAMERA
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.errands import Errands
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT

if TYPE_CHECKING:
    # The store is opened beside the window that is shown already.
    from collections.abc import Callable

    from kiosk.app.officers import DeskDuty
    from kiosk.app.staff_pages import StaffPages
    from kiosk.workflow.line import Edges

_AT_ONCE = 3
"""A page that examines devices holds up neither the list nor an act."""


class StaffDesk:
    """The window and what works for it. Lives in the main thread; `serve` comes when the store is open.

    Raises:
        KioskError: SETTINGS_INVALID, a room of `desk.rooms` that the clinic has not.
    """

    def __init__(self, settings: Settings, clinic: Clinic, letters: Letters, *, training: bool) -> None:
        self._settings, self._clinic = settings, clinic
        self._duty: DeskDuty | None = None
        self._pages: StaffPages | None = None
        self._now: Callable[[], datetime] = now
        self._is_closed = False
        self.errands = Errands(at_once=_AT_ONCE)
        self.window = DeskWindow(
            clinic,
            self.errands,
            DeskLook(letters, HIGH_CONTRAST if settings.screen.high_contrast else LIGHT),
            by=self.by,
            now=self._time,
            rooms=rooms_of(settings, clinic),
            training=training,
            camera=settings.camera.name != NO_CAMERA,
        )

        self.notices = StaffNotices(self.window, self.errands, settings, self.signed_in)

    def _time(self) -> datetime:
        """The clinic's, as soon as the store is open: slips and lists say the same."""
        return self._now()

    def by(self) -> str:
        """Who acts now: the officer who is signed in, else the desk."""
        return self.signed_in() or self._settings.desk_name

    def signed_in(self) -> str:
        """The officer's id; empty: nobody is signed in."""
        signed = self._duty.duty.signed_in if self._duty is not None else None
        return signed.officer_id if signed is not None else ""

    def serve(self, edges: "Edges", duty: "DeskDuty | None") -> None:
        """The store is open: list, acts and pages work from now on; not where the desk was closed meanwhile."""
        if self._is_closed:
            return
        from kiosk.app.desk_records import SqlDeskRecords, store_state_of
        from kiosk.app.staff_pages import StaffPages

        self._duty, self._now = duty, edges.now
        self.window.serve(SqlDeskRecords(edges, self._settings, self._clinic, self.by))
        self._pages = StaffPages(
            self._settings,
            self._clinic,
            self.errands,
            actor=self.by,
            signed_in=self.signed_in,
            subject=lambda: self.window.subject,
            store_state=store_state_of(edges),
            clock_state=edges.clock_state,
        )
        self._pages.offer(self.window.pages)
        self.notices.look()

    def close(self) -> None:
        """Wipes and closes the window, then waits for what is under way; nothing begins after that."""
        self._is_closed = True
        self.window.close()
        self.errands.close()
        if self._pages is not None:
            self._pages.close()


def rooms_of(settings: Settings, clinic: Clinic) -> tuple[Room, ...]:
    """The rooms for which this desk calls: those of `desk.rooms`, else the reception's own.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    codes = [code for part in settings.desk.rooms.split(",") if (code := part.strip())]
    rooms = {room.code: room for room in clinic.rooms}
    if unknown := [code for code in codes if code not in rooms]:
        raise KioskError(FailureCode.SETTINGS_INVALID, f"desk.rooms: {unknown[0]} is none of {', '.join(rooms)}")
    return tuple(rooms[code] for code in codes) or clinic.desk.rooms
