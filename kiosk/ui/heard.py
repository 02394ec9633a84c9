"""What is heard of the patient's window: tones, the voice that somebody wished for, what a screen reader says."""

from PySide6.QtWidgets import QWidget

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn
from kiosk.text import Language
from kiosk.ui.announce import announce
from kiosk.ui.guidance import Guidance, Voice
from kiosk.ui.pages.choosing import ChoosingPage
from kiosk.ui.pages.page import Page
from kiosk.ui.shelf import FIRST_SHELF
from kiosk.ui.sounds import Sounds, sound_of
from kiosk.workflow.state import State


class Heard:
    """Of one window. Without `speech` there is no voice, without `sounds` no tone."""

    def __init__(self, window: QWidget, clinic: Clinic, speech: Voice | None, sounds: Sounds | None) -> None:
        self._window, self._clinic = window, clinic
        self._title = ""
        self.use(speech, sounds)

    def use(self, speech: Voice | None, sounds: Sounds | None) -> None:
        """From now on it speaks and sounds with these."""
        self._guidance, self._sounds = Guidance(speech, self._clinic), sounds

    def speaks(self, language: Language) -> bool:
        """Whether there is a voice of `language`."""
        return self._guidance.speaks(language)

    def tap(self) -> None:
        """A touch that acts."""
        if self._sounds is not None:
            self._sounds.play_tap()

    def change(self, before: State, after: State) -> None:
        """The tone of what has changed."""
        if self._sounds is not None and before != after and (sound := sound_of(before, after)) is not None:
            self._sounds.play(sound)

    def page(self, page: Page, state: State, language: Language, *, aloud: bool) -> None:
        """What is asked now, on a new page as where a page goes on: whole where that is wished, once either way."""
        if aloud:
            self._guidance.tell(state, page.shelf if isinstance(page, ChoosingPage) else FIRST_SHELF, language)
        if page.title != self._title:
            self._title = page.title
            announce(self._window, self._title)

    def number(self, check_in: CheckIn, language: Language) -> None:
        """A ticket and the way, because its owner asked for it."""
        self._guidance.read_number(check_in, language)

    def wished(self, language: Language, *, aloud: bool) -> None:
        """Somebody turned the voice on, or off."""
        self._guidance.turned(language, on=aloud)

    def hush(self) -> None:
        """No voice, and nothing remembered."""
        self._guidance.hush()
