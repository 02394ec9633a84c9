"""Which page shows which state."""

from typing import assert_never

from kiosk.ui.pages.begin import AskingCardPage, ReadingPage, ScanningCodePage, WaitingPage
from kiosk.ui.pages.choosing import ChoosingPage
from kiosk.ui.pages.confirming import AskingPriorityPage, ConfirmingPage
from kiosk.ui.pages.end import AssistancePage, DonePage, FailedPage, IssuingPage
from kiosk.ui.pages.found import FoundPage
from kiosk.ui.pages.page import Page, Setting
from kiosk.ui.pages.typing import AskingKeyPage, TypingBirthDatePage, TypingNumberPage
from kiosk.ui.shelf import FIRST_SHELF, Shelf
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Assistance,
    Choosing,
    Confirming,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    ScanningCode,
    State,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)


def page_of(state: State, setting: Setting, shelf: Shelf = FIRST_SHELF) -> Page:
    """A new page that shows `state`; `shelf` is where somebody has leafed to among the services."""
    match state:
        case Waiting():
            return WaitingPage(setting, state)
        case TypingNumber():
            return TypingNumberPage(setting, state)
        case TypingBirthDate():
            return TypingBirthDatePage(setting, state)
        case ScanningCode():
            return ScanningCodePage(setting, state)
        case AskingCard():
            return AskingCardPage(setting, state)
        case AskingKey():
            return AskingKeyPage(setting, state)
        case Reading():
            return ReadingPage(setting, state)
        case Found():
            return FoundPage(setting, state)
        case Choosing():
            return ChoosingPage(setting, state, shelf)
        case AskingPriority():
            return AskingPriorityPage(setting, state)
        case Confirming():
            return ConfirmingPage(setting, state)
        case Issuing():
            return IssuingPage(setting, state)
        case Done():
            return DonePage(setting, state)
        case Failed():
            return FailedPage(setting, state)
        case Assistance():
            return AssistancePage(setting, state)
        case _:
            assert_never(state)


def updates(page: Page, state: State) -> bool:
    """Shows `state` on `page` in place, where nothing needs to move for it; False: it needs a new page."""
    match page, state:
        case ReadingPage(), Reading():
            page.present(state)
        case FoundPage(), Found() if page.shows_same_person(state):
            page.present(state)
        case DonePage(), Done() if page.takes(state):
            page.present(state)
        case _:
            return False
    return True
