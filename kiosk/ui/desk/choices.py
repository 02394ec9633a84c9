"""What staff choose and put right for the person at the desk, and what they take of them to the hospital's program."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from kiosk.ui.desk import asking
from kiosk.ui.desk.clipboard import LentClipboard
from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.his import as_lines, as_table
from kiosk.ui.desk.over_desk import OverDesk
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.shown_person import ShownPerson
from kiosk.ui.desk.view import DeskView
from kiosk.ui.desk.visits import Visits
from kiosk.ui.theme.palette import Tone
from kiosk.workflow import event as happened
from kiosk.workflow.state import Failed, TypingNumber, Waiting


class Choices(QObject):
    """`intend` hands an event to the line, `by` says who decides. `touched`: somebody chose something."""

    touched = Signal()

    def __init__(
        self,
        dress: Dress,
        over: OverDesk,
        visits: Visits,
        person: ShownPerson,
        session: Session,
        clipboard: LentClipboard,
        *,
        by: Callable[[], str],
        intend: Callable[[happened.Event], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._dress, self._over, self._visits = dress, over, visits
        self._person, self._session, self._clipboard = person, session, clipboard
        self._by, self._intend = by, intend

    def serve(self, view: DeskView) -> None:
        """These are the pieces now."""
        view.acts.services.chosen.connect(self.choose_service)
        view.acts.services.room_wanted.connect(self.next_room)
        view.centre.digits.connect(self._give_digits)

    # -- the service ------------------------------------------------------------------------------------------------
    def choose_service(self, code: str) -> None:
        """What the person comes for."""
        self._session.draft = self._session.draft.with_service(code)
        self.touched.emit()
        self._person.show_acts()

    def choose_digit(self, digit: int) -> None:
        """The service of a digit's key."""
        if self._person.is_open:
            self._dress.view.acts.services.choose_digit(digit)

    def go_to_services(self) -> None:
        """The arrows choose a service."""
        if self._session.is_open:
            self._dress.view.acts.services.take_keys(self._session.draft)

    def next_room(self) -> None:
        """Another room of that service."""
        offer = self._session.chosen_offer(self._visits.offers)
        if offer is not None and self._session.is_open:
            self._session.draft = self._session.draft.with_next_room(offer)
            self._person.show_acts()

    # -- who it is --------------------------------------------------------------------------------------------------
    def type_in(self) -> None:
        """Somebody new, or the one who is here with data put right."""
        may = isinstance(self._session.state, Waiting | TypingNumber | Failed) or self._session.is_open
        if may and not self._person.is_kept:
            known = self._session.known if self._session.is_open else None
            asking.type_in(self._over, self._dress.look, self._dress.language, known, self._typed_in)

    def _typed_in(self, document: object) -> None:
        if self._session.is_open:
            self._intend(happened.Denied())
        self._intend(happened.PersonTyped(document))  # type: ignore[arg-type]  # Qt's signals carry objects

    def _give_digits(self, digits: str) -> None:
        self._intend(happened.NumberTyped(digits))

    # -- what is decided --------------------------------------------------------------------------------------------
    def override(self) -> None:
        """Another decision than the rules', with a reason."""
        if self._session.is_decided and not self._person.is_kept:
            look, language = self._dress.look, self._dress.language
            asking.override(self._over, look, language, self._session, self._by(), self._overridden)

    def _overridden(self, draft: object) -> None:
        self._session.draft = draft  # type: ignore[assignment]  # a Draft
        self._person.show()

    def prioritize(self) -> None:
        """Why this person goes first."""
        asking.priority(self._over, self._dress.look, self._dress.language, self._by(), self._claimed)

    def _claimed(self, claim: object) -> None:
        self._session.draft = asking.with_claim(self._session.draft, claim)
        self._person.show_acts()

    # -- for the hospital's program ---------------------------------------------------------------------------------
    def copy(self, *, table: bool) -> None:
        """Whoever is shown, lent to the clipboard."""
        if (lines := self._person.his()) is not None:
            self._clipboard.lend(as_table(lines) if table else as_lines(lines))
            self._dress.tell(self._dress.say("news.copied"), Tone.GOOD)
