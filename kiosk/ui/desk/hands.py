"""What each key and each button does: one table of acts, and Enter, whose meaning is the next thing to do."""

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from kiosk.ui.desk.choices import Choices
from kiosk.ui.desk.curtain import Curtain
from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.keys import HEARD_BY_THE_WINDOW, KEYS, Act, matches
from kiosk.ui.desk.listing import Listing
from kiosk.ui.desk.over_desk import OverDesk
from kiosk.ui.desk.page import PageOffer
from kiosk.ui.desk.queue_bar import ROW_ACTS
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.shown_person import ShownPerson
from kiosk.ui.desk.turns import Turns
from kiosk.ui.desk.wardrobe import Wardrobe
from kiosk.ui.theme.palette import Tone
from kiosk.workflow import event as happened
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Choosing,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    TypingNumber,
    Waiting,
)

SESSION_S = 600.0
"""So long somebody's data stay open at a desk where nobody touches anything."""
_ALIVE_EVERY_S = 20.0
_BURST, _BURST_S = 4, 2.0
"""So many keys in so short a time are a gun's that is no longer told from a hand: its Enter gives no number."""
_NEW_STATE_S = 0.3
OF_THE_WINDOW = frozenset({Act.HELP, Act.DUTY, Act.LARGER, Act.CONTRAST, Act.LANGUAGE})
"""Heard also while a further page is open."""
_OF_NOBODY = OF_THE_WINDOW | {Act.GUN}
"""Done also where nobody is on duty."""


class Hands(QObject):
    """`intend` hands an event to the line. `wanted` carries an act that the assembler does."""

    wanted = Signal(object)

    def __init__(
        self,
        window: QWidget,
        dress: Dress,
        session: Session,
        curtain: Curtain,
        over: OverDesk,
        wardrobe: Wardrobe,
        listing: Listing,
        person: ShownPerson,
        choices: Choices,
        turns: Turns,
        *,
        intend: Callable[[happened.Event], None],
        clock: Callable[[], float],
        camera: bool,
    ) -> None:
        super().__init__(window)
        self._window, self._wardrobe = window, wardrobe
        self._dress, self._session, self._curtain, self._over = dress, session, curtain, over
        self._listing, self._person, self._choices, self._turns = listing, person, choices, turns
        self._intend, self._clock, self._has_camera = intend, clock, camera
        self._strokes: deque[float] = deque(maxlen=_BURST)
        self._active_s = self._changed_s = clock()
        self._alive = QTimer(self)
        self._alive.setInterval(round(_ALIVE_EVERY_S * 1000))
        self._alive.timeout.connect(self.stay_alive)
        self._alive.start()
        for act in Act:
            if act not in HEARD_BY_THE_WINDOW:
                self._shortcut(KEYS[act]).activated.connect(partial(self.do, act))

    # -- who is there -----------------------------------------------------------------------------------------------
    def seen(self) -> None:
        """Somebody is there."""
        self._active_s = self._clock()

    def stay_alive(self) -> None:
        """The line forgets whoever is not spoken of for a minute; staff who talk with a patient touch nothing."""
        if self._clock() - self._active_s >= SESSION_S:
            self._person.drop_kept()
            self._person.show()
        elif self._session.is_open:
            self._intend(happened.Touched())

    def rest(self) -> None:
        """The window is closed."""
        self._alive.stop()

    def page_changed(self) -> None:
        """The line goes on: a hand needs a moment to see what Enter means now."""
        self._changed_s = self._clock()

    def _shortcut(self, key: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), self._window)
        shortcut.setAutoRepeat(False)
        return shortcut

    def listen_for_page(self, offer: PageOffer) -> None:
        """Its key opens a further page, and leads back from it."""
        self._shortcut(offer.shortcut).activated.connect(partial(self.toggle_page, offer))

    def toggle_page(self, offer: PageOffer) -> None:
        """Opens a page, or leads back from it."""
        if self._over.page is offer:
            self._over.leave_page()
        elif self._curtain.nobody_may_see or (offer.needs_officer and not self._person.is_signed_in):
            self._dress.tell(self._dress.say("news.officer_needed"), Tone.ATTENTION)
            self.wanted.emit(Act.DUTY)
        else:
            self._over.open_page(offer)

    # -- keys -------------------------------------------------------------------------------------------------------
    def key(self, event: QKeyEvent) -> None:
        """What no field takes: digits choose, Enter gives, Escape leaves, Delete cancels."""
        key, modifiers = event.key(), event.modifiers()
        self.seen()
        if matches(Act.GIVE, key, modifiers):
            if not event.isAutoRepeat() and not self._is_a_guns():
                self.enter()
        elif matches(Act.LEAVE, key, modifiers):
            self.leave()
        elif matches(Act.CANCEL, key, modifiers):
            self.do(Act.CANCEL)
        elif event.text().isprintable() and event.text():
            self._strokes.append(self._clock())
            if event.text() in "123456789":
                self._choices.choose_digit(int(event.text()))

    def _is_a_guns(self) -> bool:
        is_burst = len(self._strokes) == _BURST and self._clock() - self._strokes[0] < _BURST_S
        if is_burst:
            self._strokes.clear()
            self._dress.tell(self._dress.say("news.burst"), Tone.ATTENTION)
        return is_burst

    def press(self, act: object) -> None:
        """A button was pressed."""
        match act:
            case Act.GIVE:
                self.seen()
                self.enter()
            case Act.LEAVE:
                self.seen()
                self.leave()
            case Act():
                self.do(act)

    def enter(self) -> None:
        """Enter: the one thing to do next."""
        if self._over.page is not None:
            return
        if self._listing.has_keys:
            self._listing.open_row(self._listing.row)
            return
        match self._session.state:
            case AskingKey() | TypingNumber():
                self._dress.view.centre.give_digits()
            case AskingCard():
                self._intend(happened.Confirmed())
            case Done() | Failed():
                self._intend(happened.WentBack())
            case Found() | Choosing():
                self.give()

    def give(self) -> None:
        """Gives the number and prints, as it was chosen."""
        if not self._session.is_decided:
            self._dress.tell(self._dress.say("news.not_decided"), Tone.ATTENTION)
        elif not self._session.draft.service_code:
            self._dress.tell(self._dress.say("news.no_service"), Tone.ATTENTION)
            self._choices.go_to_services()
        elif self._clock() - self._changed_s >= _NEW_STATE_S:
            self._intend(happened.Ordered(self._session.draft.order()))

    def leave(self) -> None:
        """Escape: back by one, at last to nobody."""
        if self._over.shows_keys:
            self._over.close_keys()
        elif self._over.page is not None:
            self._over.leave_page()
        elif self._person.is_kept:
            self._person.drop_kept()
            self._person.show()
        elif self._session.is_open:
            self._intend(happened.Denied())
        elif not isinstance(self._session.state, Waiting | Reading | Issuing):
            self._intend(happened.WentBack())

    # -- acts -------------------------------------------------------------------------------------------------------
    def do(self, act: Act) -> None:
        """Everything else that has a key."""
        self.seen()
        if self._over.page is not None and act not in OF_THE_WINDOW:
            return
        if self._curtain.is_down and act not in _OF_NOBODY:
            self._refuse()
            return
        match act:
            case Act.SEARCH:
                self._listing.begin_search()
            case Act.FILTER:
                self._listing.next_filter()
            case Act.TYPE_IN:
                self._choices.type_in()
            case Act.SERVICE:
                self._choices.go_to_services()
            case Act.ROOM:
                self._choices.next_room()
            case Act.OVERRIDE:
                self._choices.override()
            case Act.PRIORITY:
                (self._choices if self._person.is_open else self._turns).prioritize()
            case Act.COPY | Act.COPY_TABLE:
                self._choices.copy(table=act is Act.COPY_TABLE)
            case Act.SHOW_NUMBER:
                self._person.show_number()
            case Act.CALL_NEXT:
                self._turns.call_next()
            case Act.REPRINT:
                self._turns.reprint()
            case Act.ASK_AGAIN:
                self._intend(happened.AskedAgain())
            case Act.SCAN if self._has_camera:
                self._intend(happened.StartedScanning())
            case Act.HELP:
                self._over.show_keys()
            case Act.LARGER:
                self._wardrobe.next_growth()
            case Act.CONTRAST:
                self._wardrobe.other_contrast()
            case Act.LANGUAGE:
                self._wardrobe.other_language()
            case _ if act in ROW_ACTS:
                self._turns.act(act)
            case _:
                self.wanted.emit(act)

    def _refuse(self) -> None:
        """The last officer's person is not over yet, or nobody is on duty who may do it."""
        if self._curtain.is_ending:
            self._dress.tell(self._dress.say("ending.sentence"))
        else:
            self._dress.tell(self._dress.say("news.officer_needed_for_this"), Tone.ATTENTION)
            self.wanted.emit(Act.DUTY)
