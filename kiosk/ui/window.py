"""The patient's window: header, page, footer. It shows states and hands on what was tapped."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.text import Language, say
from kiosk.ui.announce import announce
from kiosk.ui.bars import Bars, Dress
from kiosk.ui.camera.advice import Hint
from kiosk.ui.fitting import fitting_page
from kiosk.ui.guidance import Guidance, Voice
from kiosk.ui.idle import Idle, watch_of
from kiosk.ui.keyboard import next_in, reading_order, step_of, typed
from kiosk.ui.over_page import OverPage
from kiosk.ui.pages.begin import ScanningCodePage, WaitingPage
from kiosk.ui.pages.choosing import ChoosingPage
from kiosk.ui.pages.confirming import ConfirmingPage
from kiosk.ui.pages.end import CardLeft, DonePage
from kiosk.ui.pages.of_state import updates
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.pages.typing import AskingKeyPage, TypingPage
from kiosk.ui.shelf import FIRST_SHELF, Shelf
from kiosk.ui.sounds import Sounds, sound_of
from kiosk.ui.theme.letters import Letters, load_letters
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette
from kiosk.ui.theme.scale import Scale, scale_of
from kiosk.ui.widgets.piece import wipe
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.target import Touched as Touchable
from kiosk.ui.wishes import NO_WISHES, Wishes
from kiosk.workflow.event import StaffCalled, TimedOut, Touched
from kiosk.workflow.patience import RESULT_S
from kiosk.workflow.state import (
    Choosing,
    Devices,
    DeviceState,
    Done,
    Found,
    State,
    Waiting,
)

_FORGOTTEN_S = 10.0
"""A card that still lies there so long after everything was done was forgotten."""


def _ways(devices: Devices) -> tuple[bool, bool, bool]:
    """Which ways to begin are open, and whether slips come: the waiting page shows no more of the devices than that."""
    broken = (DeviceState.TROUBLE, DeviceState.ABSENT)
    return (
        devices.reader not in broken,
        devices.scanner not in broken,
        devices.printer is not DeviceState.TROUBLE,
    )


def _local_now() -> datetime:
    return datetime.now().astimezone()


class PatientWindow(QWidget):
    """`intent` carries events of the workflow, `camera_wanted` whether the page looks for codes.

    Language and wishes return to normal when a session ends. `pinned`: no key of the window system closes it.
    `staff`: with the strip that patients do not have. `speech`, `sounds`: without them it is silent; `voice_key` turns
    the voice on and off like the button.
    """

    intent = Signal(object)
    language_changed = Signal(object)
    closed = Signal()
    camera_wanted = Signal(bool)
    gun_page_asked = Signal()
    duty_asked = Signal()
    visit_asked = Signal()

    def __init__(
        self,
        clinic: Clinic,
        *,
        scale: Scale | None = None,
        training: bool = False,
        letters: Letters | None = None,
        palette: Palette = LIGHT,
        animated: bool = True,
        pinned: bool = False,
        staff: bool = False,
        speech: Voice | None = None,
        sounds: Sounds | None = None,
        voice_key: str = "",
        now: Callable[[], datetime] = _local_now,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self._pinned, self._staff, self._left_alone = pinned, staff, False
        self._on_duty: OnDuty | None = None
        screen = QGuiApplication.primaryScreen()
        self._look = Look(letters or load_letters(), scale or scale_of(screen), palette, animated)
        self._clinic, self._training, self._now = clinic, training, now
        self._sounds = sounds
        self._taps = Taps(clock, self._sound_tap)
        self._guidance = Guidance(speech, clinic)
        self._voice_key = QKeySequence(voice_key)
        self._palette = palette
        self._language, self._wishes = Language.VI, NO_WISHES
        self._state: State = Waiting()
        self._devices = Devices()
        self._hint = Hint.AIM
        self._shelf = FIRST_SHELF
        self._dressed = self._wear
        self._bars: Bars | None = None
        self._page: Page | None = None
        self._heard = ""
        self.over = OverPage(self, self._taps)
        self.over.read.connect(self.stay)
        self.over.time_wanted.connect(self._more_time)
        self.over.declined.connect(self._time_is_over)
        self.idle = Idle(self, clock)
        self.idle.asks.connect(self.ask_for_time)
        self.idle.left.connect(self._show_left)
        self.idle.expired.connect(self._time_is_over)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self.tick)
        self._tick.start()
        self._is_changed = self._is_unseen = False
        self._painting = QTimer(self)
        self._painting.setSingleShot(True)
        self._painting.timeout.connect(self._paint_now)
        # As large as it is going to be: letters are fitted to the size, and a small one takes the most tries.
        self.resize(screen.size())
        self._dress()
        self._open_page()

    # -- what the outside calls -----------------------------------------------------------------------------------
    def show_state(self, state: State) -> None:
        """Shows `state`: in place where it only adds to the page, else on a new page."""
        before, self._state = self._state, state
        if isinstance(state, Waiting):
            self._set_wishes(NO_WISHES)
            self._set_language(Language.VI)
        if self._sounds is not None and (sound := sound_of(before, state)) is not None and state != before:
            self._sounds.play(sound)
        if self._page is None or type(state) is not type(before) or not updates(self._page, state):
            self._shelf = FIRST_SHELF
            self.over.drop_notice()
            if self._dressed != self._wear:
                self._dress()
            self._open_page()
            self._is_another()
        elif not self._page.fits(self._page.width(), self._page.height()):
            self._open_page()
        self._is_changed = True
        self._follow()

    def show_devices(self, devices: Devices) -> None:
        """Shows the devices' lights."""
        if devices == self._devices:
            return
        before = self._devices
        self._devices = replace(devices, card_laid=before.card_laid)
        if self._bars is not None:
            self._bars.lights.show_devices(devices)
        if isinstance(self._state, Waiting) and _ways(devices) != _ways(before):
            self._open_page()
        self.set_card_laid(devices.card_laid)

    def set_card_laid(self, laid: bool) -> None:
        """Whether a card lies on the reader: nobody is hurried while it does."""
        if laid != self._devices.card_laid:
            self._devices = replace(self._devices, card_laid=laid)
            self._follow()

    def show_frame(self, frame: QImage) -> None:
        """The camera's newest picture, for the pages that show it."""
        if isinstance(self._page, ScanningCodePage | AskingKeyPage):
            self._page.show_frame(frame)

    def show_duty(self, on_duty: OnDuty) -> None:
        """Who is on duty, on the staff's strip."""
        if on_duty != self._on_duty:
            self._on_duty = on_duty
            self._dress()

    def sound(self, speech: Voice | None, sounds: Sounds | None) -> None:
        """From now on it speaks and sounds with these; None: silence."""
        spoke = self._guidance.speaks(self._language)
        self._guidance = Guidance(speech, self._clinic)
        self._sounds = sounds
        if self._guidance.speaks(self._language) != spoke:
            self._dress()

    def stay(self) -> None:
        """Somebody is there, busy beside the page."""
        self._more_time()

    def show_hint(self, hint: Hint) -> None:
        """What the camera's page tells whoever holds a code."""
        self._hint = hint
        if isinstance(self._page, ScanningCodePage | AskingKeyPage):
            self._page.show_hint(hint)

    def set_language(self, language: Language) -> None:
        """Switches the present page, and those after it until the session ends."""
        if language is not self._language:
            self._set_language(language)
            self._redress()

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._page

    @property
    def clinic(self) -> Clinic:
        """Whose kiosk it is."""
        return self._clinic

    @property
    def language(self) -> Language:
        """The language that is spoken."""
        return self._language

    @property
    def colours(self) -> Palette:
        """Of what staff open over it."""
        return self._palette

    # -- the pieces -----------------------------------------------------------------------------------------------
    def _sound_tap(self) -> None:
        if self._sounds is not None:
            self._sounds.play_tap()

    @property
    def _in_session(self) -> bool:
        """Whether staff may say something of a visit."""
        return self._staff and isinstance(self._state, Found | Choosing)

    @property
    def _wear(self) -> tuple[Language, Wishes, bool]:
        """What the bars depend on besides duty and devices."""
        return self._language, self._wishes, self._in_session

    def _set_language(self, language: Language) -> None:
        if language is not self._language:
            self._language = language
            self.language_changed.emit(language)
        self.setWindowTitle(say("screen.window.title", language))

    def set_wishes(self, wishes: Wishes) -> None:
        """How whoever is there wants the screen; ends with the session."""
        if wishes != self._wishes:
            self._set_wishes(wishes)
            self._redress()
            self._guidance.turned(self._language, on=wishes.aloud)

    @property
    def wishes(self) -> Wishes:
        """How the screen is wished now."""
        return self._wishes

    def _set_wishes(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._look = replace(self._look, palette=HIGH_CONTRAST if wishes.contrast else self._palette)
        if not wishes.aloud:
            self._guidance.hush()

    def _wish(self, wishes: Wishes) -> None:
        self.intent.emit(Touched())
        self.set_wishes(wishes)
        self._is_another()

    def _choose_language(self, language: Language) -> None:
        self.intent.emit(Touched())
        self.set_language(language)
        self._is_another()

    def _redress(self) -> None:
        self._dress()
        self._open_page()
        if self.over.notice is not None:
            self.open_notice()
        self._follow()

    def _dress(self) -> None:
        """Makes the bars anew, in the language and letters of now."""
        if self._bars is not None:
            self._bars.drop()
        self._dressed = self._wear
        dress = Dress(
            self._look,
            self._taps,
            self._clinic,
            self._now,
            self._language,
            self._wishes,
            self._guidance.speaks(self._language),
            self._training,
            self._staff,
            self._devices,
            self._on_duty,
            self._in_session,
        )
        self._bars = bars = Bars(self, dress)
        bars.controls.language_chosen.connect(self._choose_language)
        bars.controls.wished.connect(self._wish)
        bars.bar.staff_called.connect(self._call_staff)
        if bars.strip is not None:
            bars.strip.gun_asked.connect(self.gun_page_asked)
            bars.strip.duty_asked.connect(self.duty_asked)
            bars.strip.visit_asked.connect(self.visit_asked)
        self.over.fit()

    def _open_page(self) -> None:
        """Makes the page anew, as large as it fits."""
        if self._bars is None:
            return
        area, old = self._bars.page_area(), self._page
        by_keys = isinstance(self.focusWidget(), Touchable) and not isinstance(self._state, Waiting)
        page = fitting_page(
            self._state,
            self._shelf,
            self._setting,
            self._look.scale,
            (area.width(), area.height()),
            large=self._wishes.large,
        )
        match page, old:
            case TypingPage(), TypingPage() if type(old) is type(page):
                page.carry_over(old)
            case ConfirmingPage(), ConfirmingPage():
                page.carry_over(old)
        if isinstance(page, ScanningCodePage | AskingKeyPage):
            page.show_hint(self._hint)
        else:
            self._hint = Hint.AIM
        if old is not None:
            wipe(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()
        self._page = page
        page.intent.connect(self._tell)
        page.turned.connect(self.leaf)
        page.notice_wanted.connect(self.open_notice)
        page.number_wanted.connect(self._read_number)
        page.setParent(self)
        page.setGeometry(area)
        page.show()
        self._is_changed = True
        self.over.stay_above()
        if by_keys:
            self._lead_on(1)
        self.camera_wanted.emit(isinstance(page, ScanningCodePage | AskingKeyPage))

    def _setting(self, scale: Scale) -> Setting:
        assert self._bars is not None  # noqa: S101 - pages are opened between bars
        area = self._bars.page_area()
        return Setting(
            look=self._look.with_scale(scale),
            taps=self._taps,
            language=self._language,
            clinic=self._clinic,
            now=self._now,
            margin=self._bars.margin,
            upright=self.height() > self.width() if self._wishes.lowered else area.height() > area.width(),
            brevity=int(self._wishes.large or self._bars.low),
            low=self._bars.low,
            lowered=self._wishes.lowered,
            speaks=self._guidance.speaks(self._language),
            devices=self._devices,
        )

    def leaf(self, shelf: Shelf) -> None:
        """Shows other services of the same choice."""
        self._shelf = shelf
        self.intent.emit(Touched())
        self._open_page()
        self._is_another()
        self._follow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Alt+F4 and its kin do nothing to a pinned window; the program itself closes it."""
        if self._pinned and event.spontaneous():
            event.ignore()
        else:
            # A window that is closed for good must not come back, nor keep whoever was last before it.
            self._tick.stop()
            self.wipe()
            self.closed.emit()

    def wipe(self) -> None:
        """Nothing of anybody is left in it: the first page again, in the first language."""
        self.show_state(Waiting())

    def event(self, event: QEvent) -> bool:
        """A page is painted in a later turn of the event loop than it is made in: what came meanwhile is heard between.

        Until then the page before is seen.
        """
        if event.type() is QEvent.Type.UpdateRequest and self._is_changed:
            self._is_changed = False
            self._painting.start(0)
            return True
        return super().event(event)

    def _paint_now(self) -> None:
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.UpdateRequest))
        if self._is_unseen:
            self._is_unseen = False
            self._taps.page_changed()

    def _is_another(self) -> None:
        """The page was made, which takes its time, and will be painted, which does too: fingers are still elsewhere."""
        self._is_unseen = True
        self._taps.page_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        """Another size may need other letters, and the page on its side another order."""
        self._redress()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The ground."""
        QPainter(self).fillRect(self.rect(), self._look.colour("ground"))

    # -- the notice, the voice, the keyboard ----------------------------------------------------------------------
    def open_notice(self) -> None:
        """Over the page; whoever reads it is there."""
        if self._bars is not None:
            self.intent.emit(Touched())
            self.idle.touched()
            area, margin = self._bars.page_area(), self._bars.margin
            self.over.open_notice(self._look, self._wishes, self._language, area, margin)

    def _announce(self) -> None:
        """A screen reader says what is asked now, on a new page as where a page goes on."""
        title = self._page.title if self._page is not None else ""
        if title != self._heard:
            self._heard = title
            announce(self, title)

    def _read_number(self) -> None:
        """Only because whoever is there wants to hear it."""
        if isinstance(self._state, Done):
            self.intent.emit(Touched())
            self.idle.touched()
            self._guidance.read_number(self._state.check_in, self._language)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, ARG002 - Qt's own signature
        """Never by itself: Qt would lead the keyboard on whenever the widget under it goes, and nobody asked."""
        return False

    def _lead_on(self, step: int) -> None:
        """Round what can be touched: the page's controls as they are read, then those of the bars."""
        groups: list[QWidget | None] = [self.over.widget or self._page]
        if self._bars is not None and self.over.question is None:
            groups += [self._bars.bar, self._bars.header, self._bars.strip]
        # A row is as high as a finger.
        order = reading_order(self, groups, self._look.mm(16))
        if (control := next_in(order, self.focusWidget(), step)) is not None:
            control.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no button takes: Tab and arrows lead on, figures are typed, and end with Enter or Escape."""
        if not self._voice_key.isEmpty() and self._voice_key.matches(QKeySequence(event.keyCombination())):
            self._wish(replace(self._wishes, aloud=not self._wishes.aloud))
        elif step := step_of(event):
            self._lead_on(step)
        elif event.text() or event.key() == Qt.Key.Key_Backspace:
            may_act = self._taps.key_may_act()
            self._taps.key_typed()
            if isinstance(self._page, TypingPage) and self.over.widget is None:
                self._type_in(self._page, event, may_act=may_act)

    def _type_in(self, page: TypingPage, event: QKeyEvent, *, may_act: bool) -> None:
        """Where there is a keypad, Enter is its page's one thing to do: a gun types figures before it, and too soon."""
        if text := typed(event):
            page.keypad.pressed.emit(text)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and may_act and not event.isAutoRepeat():
            page.go.click()
        elif event.key() == Qt.Key.Key_Escape and may_act and not event.isAutoRepeat():
            page.back.click()

    # -- time -----------------------------------------------------------------------------------------------------
    def _follow(self) -> None:
        self.over.drop_question()
        if self._bars is not None and self._page is not None:
            self._bars.bar.show_hint(self._page.hint(card_laid=self._devices.card_laid))
        self.idle.watch(watch_of(self._state, card_laid=self._devices.card_laid))
        if self._wishes.aloud:
            shelf = self._page.shelf if isinstance(self._page, ChoosingPage) else self._shelf
            self._guidance.tell(self._state, shelf, self._language)
        self._announce()

    def _tell(self, event: object) -> None:
        self.idle.touched()
        self.intent.emit(event)

    def _call_staff(self) -> None:
        self.intent.emit(StaffCalled())

    def ask_for_time(self) -> None:
        """Asks whether somebody is still there."""
        # The line would give up now; the question is a sign of life until it is answered or not.
        self.intent.emit(Touched())
        self.over.ask_for_time(self._look, self._wishes, self._language)

    def _more_time(self) -> None:
        self.over.drop_question()
        self.idle.touched()
        self.intent.emit(Touched())

    def _time_is_over(self) -> None:
        self.over.drop_question()
        self.intent.emit(TimedOut())

    def _show_left(self, seconds: int) -> None:
        if self.over.question is not None:
            self.over.question.show_left(seconds)
        elif isinstance(self._page, DonePage):
            self._page.show_left(seconds)
            self._remind_of_card(self._page, RESULT_S - seconds)

    def _remind_of_card(self, page: DonePage, shown_s: float) -> None:
        if not self._devices.card_laid:
            page.show_card(CardLeft.TAKEN)
        else:
            page.show_card(CardLeft.FORGOTTEN if shown_s >= _FORGOTTEN_S else CardLeft.LAID)

    def _come_back(self) -> None:
        """A window manager's own keys may show another desktop, or another program put itself in front."""
        if not self._pinned or (self.isActiveWindow() and self.isFullScreen()):
            self._left_alone = False
            return
        if self._left_alone:
            # Asked in vain: a window that is shown anew comes onto the desktop that is looked at.
            self.hide()
        self._left_alone = not self._left_alone
        self.showFullScreen()
        self.raise_()
        self.activateWindow()

    def tick(self) -> None:
        """Each second: the time of day, and a card that lies there though nobody does."""
        self._come_back()
        if self._bars is not None:
            self._bars.show_clock()
        if isinstance(self._page, WaitingPage) and self._page.setting.devices.card_laid != self._devices.card_laid:
            # Not at once: the page that follows a card is on its way.
            self._open_page()
