"""What the window wears: a language, letters, colours, and the pieces that are made of them."""

from kiosk.text import Language, say
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.desk.view import DeskView
from kiosk.ui.theme.palette import Tone


class Dress:
    """The one place that knows the pieces on the screen: they are made anew for another language, size or width."""

    def __init__(self, look: DeskLook, language: Language = Language.VI) -> None:
        self.look, self.language = look, language
        self._view: DeskView | None = None

    @property
    def view(self) -> DeskView:
        """The pieces, in their places."""
        if self._view is None:
            raise RuntimeError("nothing is worn yet")
        return self._view

    @property
    def is_worn(self) -> bool:
        """Whether there are pieces already."""
        return self._view is not None

    def wear(self, view: DeskView) -> DeskView | None:
        """From now on these; those before, if there were any, are handed back."""
        before, self._view = self._view, view
        return before

    def say(self, key: str, **values: object) -> str:
        """A sentence of the staff's window."""
        return say(f"desk.{key}", self.language, **values)

    def tell(self, words: str, tone: Tone = Tone.INFO) -> None:
        """One line of what just happened."""
        self.view.news.tell(words, tone)
