"""The staff's window: today's list, the person at the desk, what can be done about both. It decides nothing.

What it shows of a person is made from the line's state and dropped with it. All that touches the store is an errand.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from kiosk.checkin.clinic import Clinic, Room
from kiosk.checkin.queue.place import PlaceState
from kiosk.checkin.record import CheckIn
from kiosk.reader.document import FaceImage
from kiosk.text import Language, say
from kiosk.ui.camera.advice import Hint
from kiosk.ui.desk import asking
from kiosk.ui.desk.clipboard import LentClipboard
from kiosk.ui.desk.facts import PersonFacts
from kiosk.ui.desk.key_overlay import KeyOverlay
from kiosk.ui.desk.keys import HEARD_BY_THE_WINDOW, KEYS, PAGE_KEYS, TAKEN, Act, caption, caption_of, matches
from kiosk.ui.desk.look import GROWTHS, DeskLook
from kiosk.ui.desk.page import PageOffer, PageOffers, PageSetting, StaffPage
from kiosk.ui.desk.person import person_cards
from kiosk.ui.desk.queue_bar import ROW_ACTS
from kiosk.ui.desk.records import DeskRecords, OpenedVisit
from kiosk.ui.desk.rows import Filter, Row, Rows, asks_the_store, listed_rows, row_found
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.strip import GatewayNews, lights_of
from kiosk.ui.desk.told import as_lines, as_table, his_lines, told_kept
from kiosk.ui.desk.view import THREE_COLUMNS_FROM_PX, DeskView
from kiosk.ui.desk.visits import Visits
from kiosk.ui.errands import Errands
from kiosk.ui.theme.palette import Tone
from kiosk.ui.widgets.portrait import face_image
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.workflow import event as happened
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Choosing,
    Devices,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    ScanningCode,
    State,
    TypingNumber,
    Waiting,
)

SESSION_S = 600.0
"""So long somebody's data stay open at a desk where nobody touches anything."""
ALIVE_EVERY_S = 20.0
NUMBER_SHOWN_S = 20.0
_BURST, _BURST_S = 4, 2.0
"""So many keys in so short a time are a gun's that is no longer told from a hand: its Enter gives no number."""
_NEW_STATE_S = 0.3
_KEYS_FROM_PX = 1200


class DeskWindow(QWidget):
    """`intent` carries events of the workflow. `by` says who acts; `rooms` are those from which this desk calls.

    `gun_page_asked`, `duty_asked`, `visit_asked`: the older dialogs that the assembler opens.
    """

    intent = Signal(object)
    language_changed = Signal(object)
    closed = Signal()
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
        self.clinic, self._errands, self._look = clinic, errands, look
        self._by, self._now, self._clock = by, now, clock
        self.rooms = tuple(rooms) or clinic.desk.rooms
        self._training, self._has_camera = training, camera
        self._language = Language.VI
        self.session = Session()
        self.visits = Visits(errands, self)
        self.visits.changed.connect(self._show_list)
        self.visits.told.connect(self.tell)
        self.visits.opened.connect(self._show_kept)
        self.visits.slip_found.connect(self._reprint_found)
        self.visits.acted.connect(self._acted)
        self.clipboard = LentClipboard(self)
        self.pages = PageOffers(TAKEN, self._page_added)
        self._made: dict[str, StaffPage] = {}
        self._page: PageOffer | None = None
        self._kept: OpenedVisit | None = None
        self._photo: tuple[FaceImage, QImage | None] | None = None
        self._given = ""
        self._overlay: KeyOverlay | None = None
        self.dialog: QDialog | None = None
        self._filter = Filter.ALL
        self._typed = ""
        self._rows = Rows()
        self._devices = Devices()
        self._gateway = GatewayNews()
        self._on_duty: OnDuty | None = None
        self._strokes: deque[float] = deque(maxlen=_BURST)
        self._active_s = self._changed_s = clock()
        self.view: DeskView | None = None
        self.setWindowTitle(say("desk.title", self._language))
        self.setMinimumSize(960, 600)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shortcuts = [self._shortcut(KEYS[act], act) for act in Act if act not in HEARD_BY_THE_WINDOW]
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.tick)
        self._alive = QTimer(self)
        self._alive.setInterval(round(ALIVE_EVERY_S * 1000))
        self._alive.timeout.connect(self.stay_alive)
        self._masked_again = QTimer(self)
        self._masked_again.setSingleShot(True)
        self._masked_again.setInterval(round(NUMBER_SHOWN_S * 1000))
        self._masked_again.timeout.connect(self._mask)
        self.resize(1440, 900)
        self._dress()
        self._second.start()
        self._alive.start()

    # -- what the outside calls -------------------------------------------------------------------------------------
    @property
    def language(self) -> Language:
        """Of the words on it."""
        return self._language

    @property
    def subject(self) -> str:
        """The visit that is shown; empty: none."""
        return self._kept.visit.visit_id if self._kept is not None else self.session.visit_id

    def serve(self, records: DeskRecords) -> None:
        """The store is open: asks it from now on."""
        self.visits.serve(records)

    def _page_added(self, offer: PageOffer) -> None:
        shortcut = QShortcut(QKeySequence(offer.shortcut), self)
        shortcut.activated.connect(lambda: self.toggle_page(offer))
        self._shortcuts.append(shortcut)
        self._show_strip()

    def show_state(self, state: State) -> None:
        """The line goes on."""
        self._changed_s = self._clock()
        before = self.session.visit_id
        if self.session.show(state):
            self._next_person()
        if not isinstance(state, Waiting | Done) and self._kept is not None:
            self._drop_kept()
        self._gateway = self.session.gateway_news(self._gateway)
        self._show_person()
        self._show_strip()
        if self.session.visit_id and self.session.visit_id != before:
            self._given = self.session.visit_id
            self.visits.refresh()

    def show_devices(self, devices: Devices) -> None:
        """How the devices are."""
        self._devices = devices
        self._show_strip()

    def set_card_laid(self, laid: bool) -> None:
        """Somebody is there, whoever touches nothing."""
        if laid:
            self._active_s = self._clock()

    def show_duty(self, on_duty: OnDuty | None) -> None:
        """Who is on duty; with another one nothing of what the last one opened stays."""
        before = self._on_duty.name if self._on_duty is not None else ""
        left = bool(before) and (on_duty is None or on_duty.name != before)
        self._on_duty = on_duty
        self.visits.is_wanted = not self._is_hidden
        self._view.header.show_duty(on_duty)
        if left:
            self.clipboard.take_back()
            self._drop_kept()
            self._leave_page()
            for page in self._made.values():
                page.forget()
            self.visits.forget()
            self._rows.forget()
            self.clear_search()
            self._show_person()
            if self.session.is_open:
                self.intent.emit(happened.Denied())
            elif isinstance(self.session.state, Done | Failed):
                self.intent.emit(happened.WentBack())
        self._show_list()
        self.visits.refresh()

    def show_frame(self, frame: QImage) -> None:
        """The camera's picture."""
        self._view.centre.show_frame(frame)

    def show_hint(self, hint: Hint) -> None:
        """The camera's advice."""
        self._view.centre.show_hint(hint)

    def stay(self) -> None:
        """Somebody works in a dialog of this window."""
        self._active_s = self._clock()
        self.intent.emit(happened.Touched())

    def tell(self, words: str, tone: Tone = Tone.INFO) -> None:
        """One line of what just happened."""
        self._view.news.tell(words, tone)

    def set_language(self, language: Language) -> None:
        """Every word anew."""
        if language is not self._language:
            self._language = self.visits.language = language
            self._dress()
            self.language_changed.emit(language)

    def set_growth(self, growth: float) -> None:
        """Larger letters, or smaller."""
        if growth != self._look.growth:
            self._look = self._look.grown(growth)
            self._dress()

    def wipe(self) -> None:
        """Nothing of anybody is left in the window, its lists and the clipboard."""
        self.clipboard.take_back()
        self.session.forget()
        self._photo = None
        self._drop_kept()
        self._leave_page()
        for page in self._made.values():
            page.forget()
        self._close_dialog()
        self.visits.stop()
        self._view.forget()
        self._rows.forget()
        self._typed = ""

    @property
    def is_settled(self) -> bool:
        """Whether all that the window asked the store for has come."""
        return self.visits.is_settled

    # -- what is shown ----------------------------------------------------------------------------------------------
    @property
    def _view(self) -> DeskView:
        if self.view is None:
            raise RuntimeError("the constructor dresses the window")
        return self.view

    def _dress(self) -> None:
        """All pieces anew, and what they showed."""
        self._leave_page()
        for page in self._made.values():
            page.forget()
            page.setParent(None)
            page.deleteLater()
        self._made = {}
        self._close_overlay()
        before = self.view
        view = DeskView(self._look, self._language, width=self.width(), training=self._training)
        self.view = view
        view.setParent(self)
        view.setGeometry(self.rect())
        view.header.search.setText(self._typed)
        view.header.search.textEdited.connect(self._search)
        view.header.search.entered.connect(self._open_first)
        view.header.search.left.connect(self._leave_search)
        view.header.search.downwards.connect(self._to_list)
        view.header.duty.clicked.connect(self.duty_asked)
        view.header.help.clicked.connect(self.show_keys)
        view.chips.chosen.connect(self._choose_filter)
        view.list.chosen.connect(view.queue.show_row)
        view.list.opened.connect(self._open)
        view.queue.asked.connect(self._press)
        view.acts.asked.connect(self._press)
        view.acts.services.chosen.connect(self.choose_service)
        view.acts.services.room_wanted.connect(self._next_room)
        view.centre.digits.connect(self._give_digits)
        view.queue.show_rooms(", ".join(room.code for room in self.rooms))
        view.show()
        if before is not None:
            before.drop()
        view.header.show_duty(self._on_duty)
        self.tick()
        self._show_list()
        self._show_person()
        self._show_strip()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _next_person(self) -> None:
        """Nothing of whoever was here before."""
        self._masked_again.stop()
        self._photo = None
        self._close_dialog()
        if isinstance(self.session.state, Found):
            self.clipboard.take_back()
            self._view.news.forget()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_person(self) -> None:
        """The middle and the acts, from the state or the kept visit."""
        view, state = self._view, self.session.state
        if self._kept is not None:
            today = self._now().date()
            self._show_facts(told_kept(self._kept, today, self.clinic.facility_code, self._language), "kept")
        else:
            match state:
                case AskingKey() | AskingCard():
                    view.centre.show_key(state)
                case TypingNumber():
                    view.centre.show_key(AskingKey())
                case ScanningCode():
                    view.centre.show_camera(state)
                case Reading():
                    view.centre.show_reading(state)
                case Failed(code):
                    view.centre.show_failed(code)
                case Done(check_in, printing):
                    view.centre.show_done(check_in, printing)
                case Issuing():
                    view.centre.show_sentence(say("desk.issuing.title", self._language), "")
                case _ if (facts := self._facts()) is not None:
                    self._show_facts(facts, "person")
                case _:
                    view.centre.show_idle(() if view.three_columns else self._idle_acts)
        self._show_acts()

    def _facts(self) -> PersonFacts | None:
        officer = self._on_duty.name or self._on_duty.stands_in if self._on_duty is not None else ""
        return self.session.facts(self._now().date(), self.clinic.facility_code, officer, self._language)

    def _show_facts(self, facts: PersonFacts, kind: str) -> None:
        whole, key = self.session.shows_number, caption(Act.SHOW_NUMBER)
        first = not self._view.three_columns
        photo = self._photo_of(facts.face)
        cards = person_cards(facts, photo, self._look, self._language, whole=whole, show_key=key, decision_first=first)
        self._view.centre.show_cards(cards, kind)

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
            self._show_person()

    def _show_acts(self) -> None:
        view, session = self._view, self.session
        if self._kept is not None:
            acts: tuple[Act, ...] = (Act.REPRINT, Act.SHOW_NUMBER, Act.COPY, Act.LEAVE)
        elif session.is_open:
            acts = (Act.GIVE, Act.ASK_AGAIN, Act.VISIT, Act.OVERRIDE, Act.PRIORITY, Act.TYPE_IN, Act.COPY, Act.LEAVE)
        elif isinstance(session.state, Done):
            acts = (Act.LEAVE, Act.REPRINT, Act.COPY)
        elif isinstance(session.state, Waiting):
            acts = self._idle_acts
        else:
            acts = (Act.LEAVE, Act.TYPE_IN) if isinstance(session.state, Failed) else (Act.LEAVE,)
        decided = session.is_decided
        view.show_acts(wanted=self._kept is not None or session.is_under_way)
        can = {Act.GIVE: decided and bool(session.draft.service_code), Act.ASK_AGAIN: decided, Act.OVERRIDE: decided}
        view.acts.show_acts(acts, can)
        view.acts.show_services(self.visits.offers if session.is_open and self._kept is None else None, session.draft)
        view.acts.show_draft(session.draft_lines(self._language) if session.is_open else ())

    @property
    def _idle_acts(self) -> tuple[Act, ...]:
        return (Act.TYPE_IN, *((Act.SCAN,) if self._has_camera else ()), Act.GUN)

    @property
    def _is_hidden(self) -> bool:
        """Whether nobody is there who may see a list of patients."""
        return self._on_duty is not None and not (self._on_duty.name or self._on_duty.stands_in)

    def _show_list(self) -> None:
        view = self._view
        hidden = self._is_hidden
        rows = [] if hidden else self._rows.of(self.visits.visits, self._language)
        found = [] if hidden else [row_found(one, self._now().date(), self._language) for one in self.visits.found]
        view.chips.show_counts({one: sum(row.falls_under(one) for row in rows) for one in Filter}, self._filter)
        shown = listed_rows(rows, self._filter, self._typed, found)
        view.list.show_rows(shown)
        if any(row.visit_id == self._given for row in view.list.lines.rows):
            view.list.choose(self._given)
            self._given = ""
        view.queue.show_row(view.list.row)
        view.show_empty("" if shown else self._why_empty(hidden=hidden))
        self._show_strip()
        if self.session.is_open:
            self._show_acts()

    def _why_empty(self, *, hidden: bool) -> str:
        if hidden:
            key = "signed_out"
        elif self.visits.is_away:
            key = "away"
        elif self.visits.fails:
            key = "fails"
        elif self._typed.strip():
            key = "nothing_found"
        else:
            key = "nobody"
        return say(f"desk.empty.{key}", self._language)

    def _show_strip(self) -> None:
        view = self._view
        lights = lights_of(
            self._devices, self._gateway, self.visits.store, self._language, store_fails=self.visits.fails
        )
        pages = [
            f"{say(offer.title_key, self._language)} {caption_of(offer.shortcut)}"
            for offer in self.pages
            if offer.shortcut in PAGE_KEYS
        ]
        view.strip.show_lights(lights, "   ".join(pages))

    # -- keys -------------------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no field takes: digits choose, Enter gives, Escape leaves, Delete cancels."""
        key, modifiers = event.key(), event.modifiers()
        self._active_s = self._clock()
        if matches(Act.GIVE, key, modifiers):
            if not event.isAutoRepeat() and not self._is_a_guns():
                self._enter()
        elif matches(Act.LEAVE, key, modifiers):
            self.leave()
        elif matches(Act.CANCEL, key, modifiers):
            self.do(Act.CANCEL)
        elif event.text().isprintable() and event.text():
            self._strokes.append(self._clock())
            if event.text() in "123456789" and self.session.is_open and self._kept is None:
                self._view.acts.services.choose_digit(int(event.text()))

    def _is_a_guns(self) -> bool:
        is_burst = len(self._strokes) == _BURST and self._clock() - self._strokes[0] < _BURST_S
        if is_burst:
            self._strokes.clear()
            self.tell(say("desk.news.burst", self._language), Tone.ATTENTION)
        return is_burst

    def _shortcut(self, key: str, act: Act) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: self.do(act))
        return shortcut

    def _press(self, act: object) -> None:
        """A button was pressed."""
        if isinstance(act, Act):
            self._active_s = self._clock()
            self._enter() if act is Act.GIVE else self.leave() if act is Act.LEAVE else self.do(act)

    def _enter(self) -> None:
        """Enter: the one thing to do next."""
        if self._page is not None:
            return
        if self._view.list.hasFocus() and self._view.list.row is not None:
            self._open(self._view.list.row)
            return
        match self.session.state:
            case AskingKey() | TypingNumber():
                self._view.centre.give_digits()
            case AskingCard():
                self.intent.emit(happened.Confirmed())
            case Done() | Failed():
                self.intent.emit(happened.WentBack())
            case Found() | Choosing():
                self.give()

    def give(self) -> None:
        """Gives the number and prints, as it was chosen."""
        if not self.session.is_decided:
            self.tell(say("desk.news.not_decided", self._language), Tone.ATTENTION)
        elif not self.session.draft.service_code:
            self.tell(say("desk.news.no_service", self._language), Tone.ATTENTION)
            self._view.acts.services.take_keys(self.session.draft)
        elif self._clock() - self._changed_s >= _NEW_STATE_S:
            self.intent.emit(happened.Ordered(self.session.draft.order()))

    def do(self, act: Act) -> None:
        """Everything else that has a key."""
        self._active_s = self._clock()
        if self._page is not None and act not in (Act.HELP, Act.DUTY, Act.LARGER, Act.LANGUAGE):
            return
        match act:
            case Act.HELP:
                self.show_keys()
            case Act.TYPE_IN:
                self._type_in()
            case Act.SEARCH:
                self._view.show_acts(wanted=False)
                self._view.header.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
                self._view.header.search.selectAll()
            case Act.SERVICE:
                self._view.acts.services.take_keys(self.session.draft) if self.session.is_open else None
            case Act.ASK_AGAIN:
                self.intent.emit(happened.AskedAgain())
            case Act.VISIT:
                self.visit_asked.emit()
            case Act.OVERRIDE:
                self._ask_override()
            case Act.DUTY:
                self.duty_asked.emit()
            case Act.GUN:
                self.gun_page_asked.emit()
            case Act.CALL_NEXT:
                self._call_next()
            case Act.REPRINT:
                self._reprint()
            case Act.PRIORITY:
                self._ask_priority()
            case Act.SCAN if self._has_camera:
                self.intent.emit(happened.StartedScanning())
            case Act.SHOW_NUMBER:
                self._show_number()
            case Act.COPY | Act.COPY_TABLE:
                self._copy(table=act is Act.COPY_TABLE)
            case Act.ROOM:
                self._next_room()
            case Act.FILTER:
                order = list(Filter)
                self._choose_filter(order[(order.index(self._filter) + 1) % len(order)])
            case Act.LARGER:
                at = GROWTHS.index(self._look.growth) if self._look.growth in GROWTHS else 0
                self.set_growth(GROWTHS[(at + 1) % len(GROWTHS)])
            case Act.LANGUAGE:
                self.set_language(Language.EN if self._language is Language.VI else Language.VI)
            case _ if act in ROW_ACTS:
                self._act_on_row(act)

    def leave(self) -> None:
        """Escape: back by one, at last to nobody."""
        if self._overlay is not None:
            self._close_overlay()
        elif self._page is not None:
            self._leave_page()
        elif self._kept is not None:
            self._drop_kept()
            self._show_person()
        elif self.session.is_open:
            self.intent.emit(happened.Denied())
        elif not isinstance(self.session.state, Waiting | Reading | Issuing):
            self.intent.emit(happened.WentBack())

    # -- the person -------------------------------------------------------------------------------------------------
    def choose_service(self, code: str) -> None:
        """What the person comes for."""
        self.session.draft = self.session.draft.with_service(code)
        self.stay()
        self._show_acts()

    def _next_room(self) -> None:
        offer = self.session.chosen_offer(self.visits.offers)
        if offer is not None and self.session.is_open:
            self.session.draft = self.session.draft.with_next_room(offer)
            self._show_acts()

    def _give_digits(self, digits: str) -> None:
        self.intent.emit(happened.NumberTyped(digits))

    def _show_number(self) -> None:
        self.session.shows_number = not self.session.shows_number
        if self.session.shows_number:
            self._masked_again.start()
        self._show_person() if self._kept is not None or self.session.is_open else None

    def _mask(self) -> None:
        if self.session.shows_number:
            self._show_number()

    def _type_in(self) -> None:
        """Somebody new, or the one who is here with data put right."""
        may = isinstance(self.session.state, Waiting | TypingNumber | Failed) or self.session.is_open
        if may and self._kept is None:
            known = self.session.known if self.session.is_open else None
            asking.type_in(self, self._look, self._language, known, self._typed_in)

    def _typed_in(self, document: object) -> None:
        if self.session.is_open:
            self.intent.emit(happened.Denied())
        self.intent.emit(happened.PersonTyped(document))  # type: ignore[arg-type]  # Qt's signals carry objects

    def _ask_override(self) -> None:
        if self.session.is_decided and self.session.decision is not None and self._kept is None:
            asking.override(self, self._look, self._language, self.session, self._by(), self._overridden)

    def _overridden(self, draft: object) -> None:
        self.session.draft = draft  # type: ignore[assignment]  # a Draft
        self._show_person()

    def _ask_priority(self) -> None:
        row = self._view.list.row
        if self.session.is_open and self._kept is None:
            asking.priority(self, self._look, self._language, self._by(), self._claimed)
        elif row is not None and row.state is PlaceState.WAITING:
            set_one = self.visits.set_priority
            asking.priority(self, self._look, self._language, self._by(), lambda claim: set_one(row.visit_id, claim))

    def _claimed(self, claim: object) -> None:
        self.session.draft = asking.with_claim(self.session.draft, claim)
        self._show_acts()

    def _copy(self, *, table: bool) -> None:
        """For the hospital's program: whoever is shown."""
        if self._kept is not None:
            facts = told_kept(self._kept, self._now().date(), self.clinic.facility_code, self._language)
            visit = self._kept.visit
            lines = his_lines(facts, None, visit.decision, visit.ticket, "", self._language)
        elif (shown := self._facts()) is not None:
            lines = self.session.his(shown, self._language)
        else:
            return
        self.clipboard.lend(as_table(lines) if table else as_lines(lines))
        self.tell(say("desk.news.copied", self._language), Tone.GOOD)

    # -- slips ------------------------------------------------------------------------------------------------------
    def _reprint(self) -> None:
        row = self._view.list.row
        if isinstance(self.session.state, Done) and (row is None or row.visit_id == self.session.visit_id):
            self.intent.emit(happened.ReprintAsked())
        elif self._kept is not None:
            self.visits.find_slip(self._kept.visit.visit_id)
        elif row is not None:
            self.visits.find_slip(row.visit_id)

    def _reprint_found(self, check_in: object) -> None:
        if isinstance(check_in, CheckIn):
            self.intent.emit(happened.SlipOrdered(check_in))
            self.tell(say("desk.news.reprinting", self._language, ticket=check_in.ticket), Tone.INFO)

    # -- the queue --------------------------------------------------------------------------------------------------
    def _call_next(self) -> None:
        if len(self.rooms) == 1:
            self.visits.call_next(self.rooms[0].code)
        else:
            asking.room(self, self._look, self._language, "call", self.rooms, "", self.visits.call_next)

    def _act_on_row(self, act: Act) -> None:
        row = self._view.list.row
        if row is None or row.state is None:
            self.tell(say("desk.queue.none", self._language), Tone.INFO)
            return
        match act:
            case Act.CANCEL:
                asking.cancel(self, self._look, self._language, row, self.visits)
            case Act.MOVE:
                asking.move(self, self._look, self._language, row, self.clinic.rooms, self.visits)
            case Act.UNDO_CALL:
                self.visits.undo_call(row.room_code)
            case _:
                self.visits.act(asking.QUEUE_ACTS[act], row.visit_id)

    def _acted(self, visit_id: str) -> None:
        self._view.list.choose(visit_id)

    # -- the list ---------------------------------------------------------------------------------------------------
    def look_for(self, typed: str) -> None:
        """As if it had been typed."""
        self._view.header.search.setText(typed)
        self._search(typed)

    def _search(self, typed: str) -> None:
        self._typed = typed
        self._active_s = self._clock()
        self.visits.search(typed if asks_the_store(typed) else "")
        self._show_list()

    def clear_search(self) -> None:
        """Today's list again."""
        self._typed = ""
        self._view.header.search.clear()
        self.visits.search("")
        self._show_list()

    def _leave_search(self) -> None:
        if self._typed:
            self.clear_search()
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_list(self) -> None:
        listed = self._view.list
        if listed.lines.rows:
            if listed.row is None:
                listed.setCurrentIndex(listed.lines.index(0))
            listed.setFocus(Qt.FocusReason.TabFocusReason)

    def _open_first(self) -> None:
        """Enter in the search: the only one, or on to the list."""
        rows = self._view.list.lines.rows
        if len(rows) == 1 and self._typed.strip():
            self._view.list.choose(rows[0].visit_id)
            self._open(rows[0])
        else:
            self._to_list()

    def _open(self, row: object) -> None:
        if isinstance(row, Row):
            self.open_visit(row.visit_id)

    def open_visit(self, visit_id: str) -> None:
        """A kept record, which whoever opens it answers for."""
        self.visits.open(visit_id)

    def _show_kept(self, opened: object) -> None:
        """Never over somebody who is being checked in."""
        if isinstance(opened, OpenedVisit) and isinstance(self.session.state, Waiting | Done | Failed):
            self._kept = opened
            self.session.shows_number = False
            self._show_person()
        elif isinstance(opened, OpenedVisit):
            self.tell(say("desk.news.busy", self._language), Tone.ATTENTION)

    def _drop_kept(self) -> None:
        if self._kept is not None:
            self._kept = None
            self.session.shows_number = False
            self._view.centre.forget()

    def _choose_filter(self, chosen: object) -> None:
        if isinstance(chosen, Filter):
            self._filter = chosen
            self._show_list()

    # -- pages, overlay, dialogs ------------------------------------------------------------------------------------
    def toggle_page(self, offer: PageOffer) -> None:
        """Opens a page, or leads back from it."""
        if self._page is offer:
            self._leave_page()
            return
        if offer.needs_officer and self._on_duty is not None and not self._on_duty.name:
            self.tell(say("desk.news.officer_needed", self._language), Tone.ATTENTION)
            self.duty_asked.emit()
            return
        self._leave_page()
        page = self._made.get(offer.shortcut)
        if page is None:
            page = offer.make(PageSetting(self._look, self._language, self._errands, self._by))
            page.closed.connect(self._leave_page)
            page.told.connect(self.tell)
            self._view.stack.addWidget(page)
            self._made[offer.shortcut] = page
        self._page = offer
        self._view.stack.setCurrentWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        page.shown()

    def _leave_page(self) -> None:
        if self._page is None:
            return
        page = self._made[self._page.shortcut]
        self._page = None
        self._view.stack.setCurrentWidget(self._view.desk)
        page.hidden()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_keys(self) -> None:
        """F1: every key; again: away with them."""
        if self._overlay is not None:
            self._close_overlay()
            return
        pages = [(caption_of(offer.shortcut), say(offer.title_key, self._language)) for offer in self.pages]
        if self._page is not None:
            pages += list(self._made[self._page.shortcut].keys())
        columns = 3 if self.width() >= _KEYS_FROM_PX * self._look.growth else 2
        self._overlay = overlay = KeyOverlay(self._look, self._language, pages, self, columns=columns)
        overlay.closed.connect(self._close_overlay)
        high = min(self.height() - 48, overlay.wanted_height())
        overlay.setGeometry(24, (self.height() - high) // 2, self.width() - 48, high)
        overlay.show()
        overlay.raise_()
        overlay.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_overlay(self) -> None:
        if self._overlay is not None:
            self._overlay.hide()
            self._overlay.deleteLater()
            self._overlay = None
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_dialog(self, dialog: QDialog) -> None:
        """One question at a time; it is gone with the person that it is about."""
        self._close_dialog()
        self.dialog = dialog
        dialog.setParent(self, dialog.windowFlags())
        dialog.show()

    def dialog_closed(self) -> None:
        """Where no window manager does: the window's keys are to work again."""
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
            self.activateWindow()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    # -- time and size ----------------------------------------------------------------------------------------------
    def tick(self) -> None:
        """Each second: the time of day."""
        self._view.header.show_clock(f"{self._now():%H:%M}")

    def stay_alive(self) -> None:
        """The line forgets whoever is not spoken of for a minute; staff who talk with a patient touch nothing."""
        if self._clock() - self._active_s >= SESSION_S:
            self._drop_kept()
            self._show_person()
        elif self.session.is_open:
            self.intent.emit(happened.Touched())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Two columns or three."""
        three = self.width() >= THREE_COLUMNS_FROM_PX * self._look.growth
        if self.view is not None and self.view.three_columns is not three:
            self._dress()
        elif self.view is not None:
            self.view.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: ARG002
        """Nothing of anybody outlasts it."""
        self.wipe()
        self._second.stop()
        self._alive.stop()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("ground"))
        painter.end()
