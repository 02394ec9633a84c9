"""The patient's window: header, page, footer. It shows states and hands on what was tapped."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal
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
from kiosk.ui.bars import Bars, Dress
from kiosk.ui.camera.advice import Hint
from kiosk.ui.guidance import Voice
from kiosk.ui.heard import Heard
from kiosk.ui.idle import Idle, watch_of
from kiosk.ui.keyboard import lead_on, step_of, type_in
from kiosk.ui.over_page import OverPage
from kiosk.ui.pages.begin import WaitingPage
from kiosk.ui.pages.end import DonePage
from kiosk.ui.pages.of_state import updates
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.pages.typing import TypingPage
from kiosk.ui.pinned import Pinned
from kiosk.ui.seen import Seen
from kiosk.ui.shelf import FIRST_SHELF, Shelf
from kiosk.ui.sounds import Sounds
from kiosk.ui.stage import Stage
from kiosk.ui.theme.letters import Letters, load_letters
from kiosk.ui.theme.look import Look
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette
from kiosk.ui.theme.scale import Scale, scale_of
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.widgets.target import Touched as Touchable
from kiosk.ui.wishes import NO_WISHES, Wishes
from kiosk.workflow.event import StaffCalled, TimedOut, Touched
from kiosk.workflow.state import (
    Choosing,
    Devices,
    DeviceState,
    Done,
    Found,
    State,
    Waiting,
)

_ROW_MM = 16
"""Controls beside each other are one row: it is as high as a finger."""


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
        self._pinned, self._staff = Pinned(self, pinned=pinned), staff
        self._on_duty: OnDuty | None = None
        screen = QGuiApplication.primaryScreen()
        self._look = Look(letters or load_letters(), scale or scale_of(screen), palette, animated)
        self._clinic, self._training, self._now = clinic, training, now
        self._heard = Heard(self, clinic, speech, sounds)
        self._taps = Taps(clock, self._heard.tap)
        self._seen = Seen(self, self._taps)
        self._stage = Stage(self)
        self._voice_key = QKeySequence(voice_key)
        self._palette = palette
        self._language, self._wishes = Language.VI, NO_WISHES
        self._state: State = Waiting()
        self._devices = Devices()
        self._dressed = self._wear
        self._bars: Bars | None = None
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
        self._heard.change(before, state)
        page = self._stage.page
        if page is None or type(state) is not type(before) or not updates(page, state):
            self._stage.leaf(FIRST_SHELF)
            self.over.drop_notice()
            if self._dressed != self._wear:
                self._dress()
            self._open_page()
            self._seen.another()
        elif not page.fits(page.width(), page.height()):
            self._open_page()
        self._seen.changed()
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
        self._stage.show_frame(frame)

    def show_duty(self, on_duty: OnDuty) -> None:
        """Who is on duty, on the staff's strip."""
        if on_duty != self._on_duty:
            self._on_duty = on_duty
            self._dress()

    def sound(self, speech: Voice | None, sounds: Sounds | None) -> None:
        """From now on it speaks and sounds with these; None: silence."""
        spoke = self._heard.speaks(self._language)
        self._heard.use(speech, sounds)
        if self._heard.speaks(self._language) != spoke:
            self._dress()

    def stay(self) -> None:
        """Somebody is there, busy beside the page."""
        self._more_time()

    def show_hint(self, hint: Hint) -> None:
        """What the camera's page tells whoever holds a code."""
        self._stage.show_hint(hint)

    def set_language(self, language: Language) -> None:
        """Switches the present page, and those after it until the session ends."""
        if language is not self._language:
            self._set_language(language)
            self._redress()

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._stage.page

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
            self._heard.wished(self._language, aloud=wishes.aloud)

    @property
    def wishes(self) -> Wishes:
        """How the screen is wished now."""
        return self._wishes

    def _set_wishes(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._look = replace(self._look, palette=HIGH_CONTRAST if wishes.contrast else self._palette)
        if not wishes.aloud:
            self._heard.hush()

    def _wish(self, wishes: Wishes) -> None:
        self.intent.emit(Touched())
        self.set_wishes(wishes)
        self._seen.another()

    def _choose_language(self, language: Language) -> None:
        self.intent.emit(Touched())
        self.set_language(language)
        self._seen.another()

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
            self._heard.speaks(self._language),
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
        by_keys = isinstance(self.focusWidget(), Touchable) and not isinstance(self._state, Waiting)
        page = self._stage.make(
            self._state, self._setting, self._look.scale, self._bars.page_area(), large=self._wishes.large
        )
        page.intent.connect(self._tell)
        page.turned.connect(self.leaf)
        page.notice_wanted.connect(self.open_notice)
        page.number_wanted.connect(self._read_number)
        page.show()
        self._seen.changed()
        self.over.stay_above()
        if by_keys:
            self._lead_on(1)
        self.camera_wanted.emit(self._stage.looks_for_codes)

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
            speaks=self._heard.speaks(self._language),
            devices=self._devices,
        )

    def leaf(self, shelf: Shelf) -> None:
        """Shows other services of the same choice."""
        self._stage.leaf(shelf)
        self.intent.emit(Touched())
        self._open_page()
        self._seen.another()
        self._follow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Where it is pinned, only the program closes it."""
        if not self._pinned.closes(event):
            event.ignore()
        else:
            # A window that is closed for good must not come back, nor keep whoever was last before it.
            self._tick.stop()
            self.wipe()
            self.closed.emit()

    def wipe(self) -> None:
        """Nothing of anybody is left in it: the first page again, in the first language."""
        self.show_state(Waiting())

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

    def _read_number(self) -> None:
        """Only because whoever is there wants to hear it."""
        if isinstance(self._state, Done):
            self.intent.emit(Touched())
            self.idle.touched()
            self._heard.number(self._state.check_in, self._language)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, ARG002 - Qt's own signature
        """Never by itself: Qt would lead the keyboard on whenever the widget under it goes, and nobody asked."""
        return False

    def _lead_on(self, step: int) -> None:
        """Round what can be touched: the page's controls as they are read, then those of the bars."""
        groups: list[QWidget | None] = [self.over.widget or self.page]
        if self._bars is not None and self.over.question is None:
            groups += [self._bars.bar, self._bars.header, self._bars.strip]
        lead_on(self, groups, self._look.mm(_ROW_MM), step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no button takes: Tab and arrows lead on, figures are typed, and end with Enter or Escape."""
        if not self._voice_key.isEmpty() and self._voice_key.matches(QKeySequence(event.keyCombination())):
            self._wish(replace(self._wishes, aloud=not self._wishes.aloud))
        elif step := step_of(event):
            self._lead_on(step)
        elif event.text() or event.key() == Qt.Key.Key_Backspace:
            may_act = self._taps.key_may_act()
            self._taps.key_typed()
            if isinstance(self.page, TypingPage) and self.over.widget is None:
                type_in(self.page, event, may_act=may_act)

    # -- time -----------------------------------------------------------------------------------------------------
    def _follow(self) -> None:
        self.over.drop_question()
        self.idle.watch(watch_of(self._state, card_laid=self._devices.card_laid))
        if self._bars is not None and self.page is not None:
            self._bars.bar.show_hint(self.page.hint(card_laid=self._devices.card_laid))
            self._heard.page(self.page, self._state, self._language, aloud=self._wishes.aloud)

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
        elif isinstance(self.page, DonePage):
            self.page.show_left(seconds, card_laid=self._devices.card_laid)

    def tick(self) -> None:
        """Each second: the time of day, and a card that lies there though nobody does."""
        self._pinned.come_back()
        if self._bars is not None:
            self._bars.show_clock()
        if isinstance(self.page, WaitingPage) and self.page.setting.devices.card_laid != self._devices.card_laid:
            # Not at once: the page that follows a card is on its way.
            self._open_page()
