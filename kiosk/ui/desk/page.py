"""What a further page of the staff's window is, and how the window knows of it.

A page is made when its key is first pressed, in the window's language and letters, and again when those change. It lies
between header and device strip; its key, Escape and `closed` lead back to the desk.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from kiosk.text import Language
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.errands import Errands


@dataclass(frozen=True, slots=True)
class PageSetting:
    """What every page is made with. `errands` does all that touches database, files or devices.

    `by` says who acts now: an officer's id, or the desk's name.
    """

    look: DeskLook
    language: Language
    errands: Errands
    by: Callable[[], str]


class StaffPage(QWidget):
    """A page. `closed`: it wants to be left. `told` carries a sentence for the window's line of news."""

    closed = Signal()
    told = Signal(str)

    def __init__(self, setting: PageSetting) -> None:
        super().__init__()
        self.setting = setting

    def shown(self) -> None:
        """It is on the screen now: ask for what it shows, and take the keyboard."""

    def hidden(self) -> None:
        """It is not on the screen any more: what is under way is dropped, what it shows of people is forgotten."""

    def store_back(self) -> None:
        """It is on the screen, and the store that was away is back: ask again for what comes from it."""

    def forget(self) -> None:
        """Nothing of a person is left in it; `hidden` came before."""

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Its own keys and what they do, for the overlay of all keys."""
        return ()


@dataclass(frozen=True, slots=True)
class PageOffer:
    """One page that the window can open. `title_key` is the key of its name's sentence, `shortcut` as Qt writes keys.

    `needs_officer`: only for whoever is signed in.
    """

    title_key: str
    shortcut: str
    make: Callable[[PageSetting], StaffPage]
    needs_officer: bool = False


class PageOffers:
    """The pages that a window offers, in their order; two cannot have one key, and none a key of the desk's own.

    `added` hears of each.
    """

    def __init__(self, taken: frozenset[str], added: Callable[[PageOffer], None] = lambda _: None) -> None:
        self._added = added
        self._taken = {QKeySequence(key).toString() for key in taken}
        self._offers: list[PageOffer] = []

    def add(self, offer: PageOffer) -> None:
        """Takes a page in.

        Raises:
            ValueError: its key is no key, or is taken.
        """
        key = QKeySequence(offer.shortcut).toString()
        if not key or key in self._taken:
            raise ValueError(f"{offer.title_key}: the key {offer.shortcut!r} is none, or taken")
        self._taken.add(key)
        self._offers.append(offer)
        self._added(offer)

    def __iter__(self) -> Iterator[PageOffer]:
        """In the order in which they were added."""
        return iter(self._offers)
