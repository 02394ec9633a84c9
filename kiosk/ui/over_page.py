"""What lies over the patient's page for a while: the whole notice, and the question whether somebody is still there."""

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from kiosk.text import Language, catalog, say
from kiosk.ui.announce import announce
from kiosk.ui.fitting import LARGE
from kiosk.ui.theme.look import Look
from kiosk.ui.widgets.dialog import TimeQuestion
from kiosk.ui.widgets.sheet import NoticeSheet
from kiosk.ui.widgets.taps import Taps
from kiosk.ui.wishes import Wishes


class OverPage(QObject):
    """At most one notice, and above it at most one question.

    `read`: somebody leafs in the notice. `time_wanted`, `declined`: what was answered.
    """

    read = Signal()
    time_wanted = Signal()
    declined = Signal()

    def __init__(self, window: QWidget, taps: Taps) -> None:
        super().__init__(window)
        self._window, self._taps = window, taps
        self.notice: NoticeSheet | None = None
        self.question: TimeQuestion | None = None

    @property
    def widget(self) -> QWidget | None:
        """What is asked or read now; None: the page itself."""
        return self.question or self.notice

    def open_notice(self, look: Look, wishes: Wishes, language: Language, area: QRect, margin: int) -> None:
        """Over `area`, the page's."""
        self.drop_notice()
        upright = area.height() > area.width()
        self.notice = sheet = NoticeSheet(_lettered(look, wishes), self._taps, language, margin=margin, upright=upright)
        sheet.left.connect(self.drop_notice)
        sheet.leafed.connect(self.read)
        self._show(sheet, area)
        announce(sheet, say("notice.title", language))
        if self.question is not None:
            self.question.raise_()

    def drop_notice(self) -> None:
        """Away with it."""
        sheet, self.notice = self.notice, None
        if sheet is not None:
            sheet.hide()
            sheet.deleteLater()
            self._taps.page_changed()

    def ask_for_time(self, look: Look, wishes: Wishes, language: Language) -> None:
        """Over everything."""
        self.drop_question()
        forms = catalog(language)
        words = {name: forms[f"screen.time.{name}"] for name in ("question", "sentence", "yes", "no")}
        area = self._window.rect()
        upright = area.height() > area.width()
        self.question = question = TimeQuestion(_lettered(look, wishes), self._taps, words, upright=upright)
        question.wanted.connect(self.time_wanted)
        question.declined.connect(self.declined)
        self._taps.page_changed()
        self._show(question, area)
        announce(question, words["question"], urgent=True)

    def drop_question(self) -> None:
        """Away with it."""
        question, self.question = self.question, None
        if question is not None:
            question.hide()
            question.deleteLater()

    def fit(self) -> None:
        """The window has another size."""
        if self.question is not None:
            self.question.setGeometry(self._window.rect())

    def stay_above(self) -> None:
        """A page was made anew below."""
        for over in (self.notice, self.question):
            if over is not None:
                over.raise_()

    def _show(self, over: QWidget, area: QRect) -> None:
        over.setParent(self._window)
        over.setGeometry(area)
        over.show()
        over.raise_()


def _lettered(look: Look, wishes: Wishes) -> Look:
    return look.with_scale(look.scale.with_text(LARGE if wishes.large else 1.0))
