"""A look at the clinic's slip without a patient: any template, any paper, either language, and a test print."""

from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.frame import WorkPage
from kiosk.ui.desk.pages.picture import Picture
from kiosk.ui.theme.palette import Tone


@dataclass(frozen=True, slots=True)
class SlipChoices:
    """What can be looked at, and what the settings say now."""

    templates: tuple[str, ...]
    papers: tuple[str, ...]
    template: str
    paper: str
    language: str


class SlipSource(Protocol):
    """Where the page's pictures come from; everything here may take its time and raise KioskError."""

    def choices(self) -> SlipChoices:
        """Templates by their file, papers by their name."""
        ...

    def picture(self, template: str, paper: str, language: str) -> bytes:
        """A slip of nobody as PNG."""
        ...

    def print_test(self) -> str:
        """Prints a slip of nobody as the settings say, and says how that went, as the journal would."""
        ...


class SlipPage(WorkPage):
    """Three choices and the slip."""

    def __init__(self, setting: PageSetting, source: SlipSource) -> None:
        super().__init__(setting, "slip")
        self._source = source
        self._wanted = 0
        self.template = self.choice("template", [], self._draw)
        self.paper = self.choice("paper", [], self._draw)
        words = [(self.say(f"language.{code}"), code) for code in ("vi", "en", "both")]
        self.spoken = self.choice("language", words, self._draw)
        self.picture = Picture(self.look, self.say("picture"), legible=True)
        self.picture.setObjectName("inside")
        paper = QScrollArea()
        paper.setObjectName("scrolled")
        paper.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        paper.setAccessibleName(self.say("picture"))
        paper.setWidget(self.picture)
        paper.setWidgetResizable(True)
        self.body.addWidget(paper, 1)
        self.act("print", "Alt+P", self._print, primary=True)
        self.act("reload", "Alt+R", self._draw)

    def shown(self) -> None:
        """Asks what there is to look at."""
        self.template.setFocus()
        self.ask(self._source.choices, self._offer)

    def wipe(self) -> None:
        """It shows nobody's slip; it goes all the same."""
        self.picture.forget()

    def _offer(self, choices: SlipChoices) -> None:
        for choice, offered, chosen in (
            (self.template, choices.templates, choices.template),
            (self.paper, choices.papers, choices.paper),
        ):
            first = choice.count() == 0
            choice.offer([(one, one) for one in offered])
            if first:
                choice.blockSignals(True)
                choice.setCurrentIndex(max(0, choice.findData(chosen)))
                choice.blockSignals(False)
        self._draw()

    def _draw(self) -> None:
        template, paper, language = (one.currentData() for one in (self.template, self.paper, self.spoken))
        if template is None or paper is None:
            return
        self._wanted += 1
        self.ask(partial(self._source.picture, template, paper, language), partial(self._show, self._wanted))

    def _show(self, wanted: int, png: bytes) -> None:
        if wanted == self._wanted:  # else another one was chosen meanwhile
            self.picture.show_png(png)
            self.aside.tell(self.say("sample"))

    def _print(self) -> None:
        self.ask(self._source.print_test, self._printed)

    def _printed(self, outcome: str) -> None:
        good = outcome.startswith("printed")
        self.tell("printed" if good else "not_printed", Tone.GOOD if good else Tone.ATTENTION, outcome=outcome)
