"""Who is in the middle of the window: the person at the desk or a kept record, and what can be done about them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from kiosk.reader.document import FaceImage
from kiosk.ui.desk.curtain import Curtain
from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.facts import Line, PersonFacts
from kiosk.ui.desk.his import his_lines
from kiosk.ui.desk.keys import Act, caption
from kiosk.ui.desk.person import person_cards
from kiosk.ui.desk.records import OpenedVisit
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.told import told_kept
from kiosk.ui.desk.visits import Visits
from kiosk.ui.errands import Errands
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.portrait import face_image
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Done,
    Failed,
    Issuing,
    Reading,
    ScanningCode,
    ServiceOffer,
    TypingNumber,
    Waiting,
)

if TYPE_CHECKING:
    from kiosk.identity.person import Identity
    from kiosk.ui.widgets.staff_strip import OnDuty

NUMBER_SHOWN_S = 20.0


class ShownPerson(QObject):
    """`own_facility`: the clinic's code. A kept record lies over whoever is at the desk, never over a check-in."""

    def __init__(
        self,
        dress: Dress,
        session: Session,
        visits: Visits,
        curtain: Curtain,
        errands: Errands,
        now: Callable[[], datetime],
        *,
        own_facility: str,
        camera: bool,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._dress, self._session, self._visits, self._curtain = dress, session, visits, curtain
        self._errands, self._now, self._own_facility = errands, now, own_facility
        self.idle_acts = (Act.TYPE_IN, *((Act.SCAN,) if camera else ()), Act.GUN)
        self._offers: tuple[ServiceOffer, ...] = ()
        self.on_duty: OnDuty | None = None
        self._kept: OpenedVisit | None = None
        self._photo: tuple[FaceImage, QImage | None] | None = None
        visits.opened.connect(self._record_came)
        self._masked_again = QTimer(self)
        self._masked_again.setSingleShot(True)
        self._masked_again.setInterval(round(NUMBER_SHOWN_S * 1000))
        self._masked_again.timeout.connect(self._mask)
        self._sheets = QTimer(self)
        self._sheets.setSingleShot(True)
        self._sheets.setInterval(0)
        self._sheets.timeout.connect(self._show_middle)

    @property
    def visit_id(self) -> str:
        """The visit that is shown; empty: none."""
        return self._kept.visit.visit_id if self._kept is not None else self._session.visit_id

    @property
    def is_kept(self) -> bool:
        """Whether it is a kept record."""
        return self._kept is not None

    @property
    def is_open(self) -> bool:
        """Whether something can be said and ordered for whoever is shown."""
        return self._session.is_open and self._kept is None

    @property
    def is_signed_in(self) -> bool:
        """Whether an officer is, or nobody can be."""
        return self.on_duty is None or bool(self.on_duty.name)

    # -- who it is --------------------------------------------------------------------------------------------------
    def next_person(self) -> None:
        """Nothing of whoever was here before."""
        self._masked_again.stop()
        self._photo = None

    def ask_for_tickets(self) -> None:
        """Whether they have a number today already."""
        if (identity := self._session.identity) is not None:
            self._visits.find_tickets(identity, partial(self._tickets_came, identity))

    def _tickets_came(self, identity: "Identity", tickets: tuple[str, ...]) -> None:
        """Of whoever is still here."""
        known = self._session.identity
        is_same = known is not None and known.personal_number == identity.personal_number
        if is_same and tickets and self._session.is_open:
            self._session.also_today = tickets
            self.show()

    def _record_came(self, opened: object) -> None:
        if self._curtain.nobody_may_see or not isinstance(opened, OpenedVisit):
            return
        if not self._show_kept(opened):
            self._dress.tell(self._dress.say("news.busy"), Tone.ATTENTION)

    def _show_kept(self, opened: OpenedVisit) -> bool:
        """A kept record; False: never over somebody who is being checked in."""
        if not isinstance(self._session.state, Waiting | Done | Failed):
            return False
        self._kept = opened
        self._session.shows_number = False
        self.show()
        return True

    def drop_kept(self) -> None:
        """It is closed."""
        if self._kept is not None:
            self._kept = None
            self._session.shows_number = False
            self._dress.view.centre.forget()

    def forget(self) -> None:
        """Nobody is shown, nor about to be."""
        self._let_paint()
        self.next_person()
        self._kept = None
        self._session.forget()

    def facts(self) -> PersonFacts | None:
        """All of whoever is shown, in words; None: nobody is."""
        today, language = self._now().date(), self._dress.language
        if self._kept is not None:
            return told_kept(self._kept, today, self._own_facility, language)
        officer = self.on_duty.name or self.on_duty.stands_in if self.on_duty is not None else ""
        return self._session.facts(today, self._own_facility, officer, language)

    def his(self) -> tuple[Line, ...] | None:
        """For the hospital's program; None: nobody is shown."""
        if (facts := self.facts()) is None:
            return None
        if self._kept is None:
            return self._session.his(facts, self._dress.language)
        visit = self._kept.visit
        return his_lines(facts, None, visit.decision, visit.ticket, "", self._dress.language)

    # -- what is shown ----------------------------------------------------------------------------------------------
    def show(self) -> None:
        """The middle and the acts, from the state or the kept record."""
        self._show_middle()
        self.show_acts()

    def show_in_turns(self) -> None:
        """The same in new pieces; a person's sheets, which take longest, come in a turn of their own.

        Until then the screen stays as it is painted, and nothing of the person waits: what is true then is shown.
        """
        self.show_acts()
        if self._kept is not None or self._session.is_under_way:
            self._dress.view.window().setUpdatesEnabled(False)
            self._sheets.start()
        else:
            self._show_middle()

    def _let_paint(self) -> None:
        if self._sheets.isActive():
            self._sheets.stop()
        self._dress.view.window().setUpdatesEnabled(True)

    def _show_middle(self) -> None:
        try:
            self._fill_middle()
        finally:
            self._let_paint()

    def _fill_middle(self) -> None:
        view, state = self._dress.view, self._session.state
        centre = view.centre
        if self._kept is not None:
            self._show_facts("kept")
            return
        if self._curtain.is_ending:
            centre.show_sentence(self._dress.say("ending.title"), self._dress.say("ending.sentence"))
            return
        match state:
            case AskingKey() | AskingCard():
                centre.show_key(state)
            case TypingNumber():
                centre.show_key(AskingKey())
            case ScanningCode():
                centre.show_camera(state)
            case Reading():
                centre.show_reading(state)
            case Failed(code):
                centre.show_failed(code)
            case Done(check_in, printing):
                centre.show_done(check_in, printing)
            case Issuing():
                centre.show_sentence(self._dress.say("issuing.title"), "")
            case _ if self._session.is_under_way:
                self._show_facts("person")
            case _ if self._curtain.nobody_may_see:
                centre.show_signed_out()
            case _:
                centre.show_idle(() if view.shape.three_columns else self.idle_acts)

    def _show_facts(self, kind: str) -> None:
        facts = self.facts()
        if facts is None:
            return
        view = self._dress.view
        cards = person_cards(
            facts,
            self._photo_of(facts.face),
            self._dress.look,
            self._dress.language,
            whole=self._session.shows_number,
            show_key=caption(Act.SHOW_NUMBER),
            decision_first=view.shape.dense or not view.shape.three_columns,
        )
        view.centre.show_cards(cards, kind, self._heard(facts))

    def _heard(self, facts: PersonFacts) -> str:
        """What came of the person, and what to do; no name or number, which the panel has for whoever reads it."""
        if facts.decision is None:
            return self._dress.say("card.asking")
        return f"{facts.decision.verdict.words}. {facts.decision.action}"

    def _photo_of(self, face: FaceImage | None) -> QImage | None:
        """Decoded once a person, and not here: a chip's JPEG 2000 takes longer than a key may."""
        if face is None:
            return None
        if self._photo is None or self._photo[0] is not face:
            self._photo = (face, None)
            self._errands.run(lambda: face_image(face), partial(self._photo_came, face), lambda _: None)
        return self._photo[1]

    def _photo_came(self, face: FaceImage, image: QImage | None) -> None:
        """Of whoever is still here."""
        if image is not None and self._photo is not None and self._photo[0] is face:
            self._photo = (face, image)
            self.show()

    def show_acts(self) -> None:
        """What can be done, each act with its key."""
        view, session = self._dress.view, self._session
        self._offers = self._visits.offers
        view.show_acts(wanted=self._kept is not None or session.is_under_way)
        view.acts.show_acts(self._acts(), self._missing())
        view.acts.show_services(self._visits.offers if self.is_open else None, session.draft)
        view.acts.show_draft(session.draft_lines(self._dress.language) if session.is_open else ())

    def refresh_offers(self) -> None:
        """Who waits where may have changed."""
        if self.is_open and self._visits.offers is not self._offers:
            self.show_acts()

    def _missing(self) -> dict[Act, str]:
        """What is missing for whom it is about; what staff can do about it themselves comes first."""
        decision = "" if self._session.is_decided else self._dress.say("news.not_decided")
        service = "" if self._session.draft.service_code else self._dress.say("news.no_service")
        return {Act.GIVE: service or decision, Act.ASK_AGAIN: decision, Act.OVERRIDE: decision}

    def _acts(self) -> tuple[Act, ...]:
        state = self._session.state
        if self._kept is not None:
            return (Act.REPRINT, Act.SHOW_NUMBER, Act.COPY, Act.LEAVE)
        if self._session.is_open:
            return (Act.GIVE, Act.ASK_AGAIN, Act.VISIT, Act.OVERRIDE, Act.PRIORITY, Act.COPY, Act.TYPE_IN, Act.LEAVE)
        if self._curtain.is_ending:
            return ()
        if self._curtain.nobody_may_see and isinstance(state, Waiting):
            return (Act.DUTY,)
        match state:
            case Done():
                return (Act.LEAVE, Act.REPRINT, Act.COPY)
            case Waiting():
                return self.idle_acts
            case Failed():
                return (Act.LEAVE, Act.TYPE_IN)
            case _:
                return (Act.LEAVE,)

    # -- the number -------------------------------------------------------------------------------------------------
    def show_number(self) -> None:
        """The whole number for a while, or masked again."""
        self._session.shows_number = not self._session.shows_number
        if self._session.shows_number:
            self._masked_again.start()
        if self._kept is not None or self._session.is_open:
            self.show()

    def _mask(self) -> None:
        if self._session.shows_number:
            self.show_number()
