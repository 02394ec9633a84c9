"""A further page that is open while the store is away asks again by itself when it is back, once."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.ui.desk.gallery import InventedRecords, invented_day, invented_record
from kiosk.ui.desk.page import PageOffer, PageSetting, StaffPage
from kiosk.ui.desk.pages.audit import AuditPage
from kiosk.ui.desk.pages.gallery import TODAY, Invented
from kiosk.ui.desk.pages.recheck import RecheckPage
from kiosk.ui.desk.pages.statistics import StatisticsPage
from kiosk.ui.desk.records import StoreNews, Today
from kiosk.ui.desk.window import DeskWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
AWAY = KioskError(FailureCode.STORE_UNAVAILABLE, "postgresql")
PAGES: dict[str, Callable[[PageSetting, Invented], StaffPage]] = {
    "recheck": RecheckPage,
    "statistics": lambda setting, source: StatisticsPage(setting, source, lambda: TODAY),
    "audit": AuditPage,
}


class ComingAndGoing(InventedRecords):
    """A store that says on each question what it is told to, the last of it from then on."""

    def __init__(self, clinic: Any, days: Sequence[Today | KioskError]) -> None:
        super().__init__(invented_day(clinic), invented_record(clinic))
        self._days = list(days)

    def today(self) -> Today:
        """The next one."""
        day = self._days.pop(0) if len(self._days) > 1 else self._days[0]
        if isinstance(day, KioskError):
            raise day
        return day


def asks_again(qtbot: Any, window: DeskWindow, records: ComingAndGoing, times: int) -> None:
    window.serve(records)
    window.visits._tick.stop()  # the store is asked as often as is said here, however long that takes
    for _ in range(times):
        qtbot.waitUntil(lambda: window.is_settled)
        window.visits.refresh()
    qtbot.waitUntil(lambda: window.is_settled)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("how", ["away", "failing"])
def test_open_page_reloads_once_when_the_store_is_back(
    qtbot: Any, pose: Any, desk_clinic: Any, name: str, how: str
) -> None:
    window, source, day = pose("waiting"), Invented(broken=AWAY), invented_day(desk_clinic)
    window.pages.add(PageOffer("desk.title", "F11", lambda setting: PAGES[name](setting, source)))
    window.over.open_page(next(iter(window.pages)))
    page = window.view.stack.currentWidget()
    qtbot.waitUntil(lambda: bool(page.note.words.text()) and not page._under_way)
    source.broken = None
    asked = len(source.asked)
    gone = Today(None, day.offers, StoreNews(True, 48, 2)) if how == "away" else AWAY
    asks_again(qtbot, window, ComingAndGoing(desk_clinic, [gone, gone, day, day]), 1)
    assert len(source.asked) == asked
    asks_again(qtbot, window, ComingAndGoing(desk_clinic, [day]), 3)
    qtbot.waitUntil(lambda: not page._under_way)
    assert len(source.asked) == asked + 1
    assert page.note.words.text() == ""


def test_page_that_is_closed_asks_for_nothing(qtbot: Any, pose: Any, desk_clinic: Any) -> None:
    window, source, day = pose("waiting"), Invented(), invented_day(desk_clinic)
    window.pages.add(PageOffer("desk.title", "F11", lambda setting: RecheckPage(setting, source)))
    window.over.open_page(next(iter(window.pages)))
    window.over.leave_page()
    asked = len(source.asked)
    asks_again(qtbot, window, ComingAndGoing(desk_clinic, [AWAY, day]), 2)
    assert len(source.asked) == asked
