"""Who is on duty at this window, and what becomes of everything when somebody else is."""

from PySide6.QtCore import QObject, Signal

from kiosk.ui.desk.clipboard import LentClipboard
from kiosk.ui.desk.curtain import Curtain
from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.listing import Listing
from kiosk.ui.desk.over_desk import OverDesk
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.shown_person import ShownPerson
from kiosk.ui.desk.visits import Visits
from kiosk.ui.widgets.staff_strip import OnDuty


class DutyHere(QObject):
    """`left`: whoever was on duty is not any more."""

    left = Signal()

    def __init__(
        self,
        dress: Dress,
        session: Session,
        curtain: Curtain,
        person: ShownPerson,
        over: OverDesk,
        listing: Listing,
        visits: Visits,
        clipboard: LentClipboard,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._dress, self._session, self._curtain, self._person = dress, session, curtain, person
        self._over, self._listing, self._visits, self._clipboard = over, listing, visits, clipboard
        self._on_duty: OnDuty | None = None

    def show(self) -> None:
        """Who it is."""
        self._dress.view.header.show_duty(self._on_duty)

    def change(self, on_duty: OnDuty | None) -> None:
        """Somebody else, or nobody; None: nobody can sign in at this window."""
        before, self._on_duty = self._on_duty, on_duty
        self._person.on_duty = on_duty
        is_hidden = on_duty is not None and on_duty.is_nobody
        self._curtain.nobody_may_see = self._listing.is_hidden = is_hidden
        self._visits.is_wanted = not is_hidden
        self.show()
        if before is not None and before.name and not before.is_same(on_duty):
            self._part()
        self._person.show()
        self._listing.show()
        self._visits.refresh()

    def _part(self) -> None:
        """Nothing of whoever the officer had before them; what the line still says of them is not shown."""
        self._curtain.fall(self._session.state)
        self.forget()
        self._visits.forget()
        self.left.emit()

    def forget(self) -> None:
        """Nothing of anybody is shown, listed, asked about or lent."""
        self._clipboard.take_back()
        self._person.forget()
        self._over.forget()
        self._listing.forget()
        self._dress.view.forget()
