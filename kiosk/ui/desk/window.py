"""The staff's window: today's list, the person at the desk, what can be done about both. It decides nothing.

What it shows of a person is made from the line's state and dropped with it. All that touches the store is an errand.
Its parts: `listing` and `turns` are the list's and the queue's, `shown_person` and `choices` the person's, `over_desk`
what lies over both, `hands` the keys' and `curtain` what may be seen at all.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QWidget

from kiosk.checkin.clinic import Clinic, Room
from kiosk.text import Language
from kiosk.ui.camera.advice import Hint
from kiosk.ui.desk.choices import Choices
from kiosk.ui.desk.clipboard import LentClipboard
from kiosk.ui.desk.curtain import Curtain
from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.duty import DutyHere
from kiosk.ui.desk.hands import Hands
from kiosk.ui.desk.keys import TAKEN, Act
from kiosk.ui.desk.listing import Listing
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.desk.over_desk import OverDesk
from kiosk.ui.desk.page import PageOffer, PageOffers
from kiosk.ui.desk.records import DeskRecords
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.shown_person import ShownPerson
from kiosk.ui.desk.strip import StripNews
from kiosk.ui.desk.turns import Turns
from kiosk.ui.desk.view import DeskView
from kiosk.ui.desk.visits import Visits
from kiosk.ui.desk.wardrobe import Wardrobe
from kiosk.ui.errands import Errands
from kiosk.ui.theme.palette import Palette, Tone
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.workflow import event as happened
from kiosk.workflow.state import Devices, Done, Found, State, Waiting


class DeskWindow(QWidget):
    """`intent` carries events of the workflow. `by` says who acts; `rooms` are those from which this desk calls.

    `gun_page_asked`, `duty_asked`, `visit_asked`: the older dialogs that the assembler opens. `left`: whoever was on
    duty is not any more, and what the assembler opened about a person has to go.
    """

    intent = Signal(object)
    language_changed = Signal(object)
    closed = Signal()
    left = Signal()
    gun_page_asked = Signal()
    duty_asked = Signal()
    visit_asked = Signal()

    def __init__(
        self,
        clinic: Clinic,
        errands: Errands,
        look: DeskLook,
        *,
        by: Callable[[], str],
        now: Callable[[], datetime],
        rooms: Sequence[Room] = (),
        training: bool = False,
        camera: bool = True,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self._now, self._is_closed = now, False
        self._dress, self.session = Dress(look), Session()
        dress, session, intend = self._dress, self.session, self.intent.emit
        self.pages = PageOffers(TAKEN, self._page_added)
        self.visits = Visits(errands, self)
        self.clipboard = LentClipboard(self)
        self._curtain = Curtain(intend)
        self._strip = StripNews(self.visits, self.pages)
        self.over = OverDesk(self, dress, self.pages, errands, by)
        self.person = ShownPerson(
            dress, session, self.visits, self._curtain, errands, now,
            own_facility=clinic.facility_code, camera=camera, parent=self,
        )  # fmt: skip
        self.choices = Choices(
            dress, self.over, self.visits, self.person, session, self.clipboard, by=by, intend=intend, parent=self
        )
        self.listing = Listing(dress, self.visits, now, self)
        self._duty = DutyHere(
            dress, session, self._curtain, self.person, self.over, self.listing, self.visits, self.clipboard, self
        )
        self._turns = Turns(
            dress, self.over, self.visits, self.listing, self.person, session, clinic, rooms or clinic.desk.rooms,
            by=by, intend=intend, parent=self,
        )  # fmt: skip
        self.wardrobe = Wardrobe(self, dress, self.over, self._fill, training=training)
        self.hands = Hands(
            self, dress, session, self._curtain, self.over, self.wardrobe, self.listing, self.person, self.choices,
            self._turns, intend=intend, clock=clock, camera=camera,
        )  # fmt: skip
        self.setMinimumSize(960, 600)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._connect()
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.tick)
        self.resize(1440, 900)
        self.wardrobe.put_on()
        self._second.start()

    def _connect(self) -> None:
        self.visits.told.connect(self.tell)
        self.visits.back.connect(self.over.store_back)
        self.over.touched.connect(self.stay)
        self.choices.touched.connect(self.stay)
        self.listing.shown.connect(self._listed)
        self.listing.opened.connect(self.open_visit)
        self.listing.left.connect(self._take_keys)
        self.listing.touched.connect(self.hands.seen)
        self.hands.wanted.connect(self._do)
        self._duty.left.connect(self.left)
        self.wardrobe.language_changed.connect(self.language_changed)

    # -- what the outside calls -------------------------------------------------------------------------------------
    @property
    def view(self) -> DeskView:
        """The pieces, in their places."""
        return self._dress.view

    @property
    def language(self) -> Language:
        """Of the words on it."""
        return self._dress.language

    @property
    def colours(self) -> Palette:
        """Of everything that opens over it."""
        return self._dress.look.palette

    @property
    def look(self) -> DeskLook:
        """Letters and colours of what opens over it."""
        return self._dress.look

    @property
    def dialog(self) -> QDialog | None:
        """The question that is open."""
        return self.over.dialog

    @property
    def subject(self) -> str:
        """The visit that is shown; empty: none."""
        return self.person.visit_id

    @property
    def is_settled(self) -> bool:
        """Whether all that the window asked the store for has come."""
        return self.visits.is_settled

    def serve(self, records: DeskRecords) -> None:
        """The store is open: asks it from now on."""
        self.visits.serve(records)

    def show_state(self, state: State) -> None:
        """The line goes on; of whom the curtain hides, and of anybody once it is closed, nothing is taken in."""
        self.hands.page_changed()
        shown = state if self._curtain.lets_through(state) and not self._is_closed else Waiting()
        before = self.session.visit_id
        if self.session.show(shown):
            self._next_person()
        if not isinstance(shown, Waiting | Done):
            self.person.drop_kept()
        self._strip.heard(self.session.answer)
        self.person.show()
        self._show_strip()
        if self.session.visit_id and self.session.visit_id != before:
            self.listing.choose_when_listed(self.session.visit_id)

    def show_devices(self, devices: Devices) -> None:
        """How the devices are."""
        self._strip.devices = devices
        self._show_strip()

    def show_put_aside(self, put_aside: bool) -> None:
        """Whether a damaged database was put aside that no officer has confirmed seeing."""
        self._strip.put_aside = put_aside
        self._show_strip()

    def set_card_laid(self, laid: bool) -> None:
        """Somebody is there, whoever touches nothing."""
        if laid:
            self.hands.seen()

    def show_duty(self, on_duty: OnDuty | None) -> None:
        """Who is on duty; with another one nothing of what the last one opened stays."""
        self._duty.change(on_duty)

    def show_frame(self, frame: QImage) -> None:
        """The camera's picture."""
        self.view.centre.show_frame(frame)

    def show_hint(self, hint: Hint) -> None:
        """The camera's advice."""
        self.view.centre.show_hint(hint)

    def stay(self) -> None:
        """Somebody works in a dialog of this window."""
        self.hands.seen()
        self.intent.emit(happened.Touched())

    def tell(self, words: str, tone: Tone = Tone.INFO) -> None:
        """One line of what just happened."""
        self._dress.tell(words, tone)

    def set_language(self, language: Language) -> None:
        """Every word anew."""
        self.wardrobe.set_language(language)

    def open_visit(self, visit_id: str) -> None:
        """A kept record, which whoever opens it answers for."""
        self.visits.open(visit_id)

    def wipe(self) -> None:
        """Nothing of anybody is left in the window, its lists and the clipboard."""
        self._duty.forget()
        self.visits.stop()

    # -- what is shown ----------------------------------------------------------------------------------------------
    def _fill(self, view: DeskView) -> None:
        """New pieces hear what the old ones did, and show what they showed."""
        self.visits.language = self.language
        view.header.duty.clicked.connect(self.duty_asked)
        view.header.help.clicked.connect(self.over.show_keys)
        view.queue.asked.connect(self.hands.press)
        view.acts.asked.connect(self.hands.press)
        view.strip.page_asked.connect(self._open_page)
        view.queue.show_rooms(self._turns.room_codes)
        self._duty.show()
        self.listing.serve(view)
        self.choices.serve(view)
        self.tick()
        self.person.show_in_turns()
        self.listing.show()

    def _next_person(self) -> None:
        """Nothing of whoever was here before."""
        self.person.next_person()
        self.over.close_dialog()
        if isinstance(self.session.state, Found):
            self.clipboard.take_back()
            self.view.news.forget()
            self._take_keys()
            self.person.ask_for_tickets()

    def _listed(self) -> None:
        self._show_strip()
        self.person.refresh_offers()

    def _show_strip(self) -> None:
        self.view.strip.show_lights(*self._strip.told(self.language))

    # -- keys -------------------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no field takes."""
        self.hands.key(event)

    def _do(self, act: object) -> None:
        """What the assembler does."""
        asked = {Act.DUTY: self.duty_asked, Act.VISIT: self.visit_asked, Act.GUN: self.gun_page_asked}
        if isinstance(act, Act) and act in asked:
            asked[act].emit()

    def _take_keys(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_page(self, key: str) -> None:
        for offer in self.pages:
            if offer.shortcut == key:
                self.hands.toggle_page(offer)

    def _page_added(self, offer: PageOffer) -> None:
        self.hands.listen_for_page(offer)
        self._show_strip()

    # -- time and size ----------------------------------------------------------------------------------------------
    def tick(self) -> None:
        """Each second: the time of day."""
        self.view.header.show_clock(f"{self._now():%H:%M}")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Two columns or three."""
        self.wardrobe.fit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: ARG002
        """Nothing of anybody outlasts it."""
        self._is_closed = True
        self.wipe()
        self._second.stop()
        self.hands.rest()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._dress.look.colour("ground"))
        painter.end()
