"""A window that is closed takes nobody in any more, and asks the store for nothing."""

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.checkin.clinic import Clinic
from kiosk.ui.desk.gallery import InventedRecords, desk_examples, invented_day, invented_record
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.errands import Errands

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Counted(InventedRecords):
    """Counts how often it is asked what there is today."""

    asked = 0

    def today(self) -> Any:
        """The invented day."""
        self.asked += 1
        return super().today()


def errands_of(window: DeskWindow) -> Errands:
    return window.visits._errands


def go_on(window: DeskWindow, clinic: Clinic) -> None:
    """The line, the store and the keys do not know yet that it is closed."""
    for name in ("found-differs", "done", "found-covered"):
        window.show_state(desk_examples(clinic)[name].state)
    window.open_visit("0" * 32)
    window.visits.refresh()
    window.listing.look_for("nguyen")
    QApplication.processEvents()


@pytest.mark.parametrize("errands_too", [False, True], ids=["window alone", "its errands too"])
def test_closed_window_shows_nobody_and_no_errand_is_begun(
    pose: Any, desk_clinic: Clinic, *, errands_too: bool
) -> None:
    window = pose("found-covered")
    window.close()
    errands = errands_of(window)
    if errands_too:
        errands.close()
    go_on(window, desk_clinic)
    assert errands._under_way == {}
    assert window.session.identity is None
    assert (window.subject, window.visits.visits, window.visits.found) == ("", (), ())
    shown = " ".join(label.text() for label in window.findChildren(QLabel))
    assert "Nguyễn" not in shown
    assert not window.visits._later.isActive()


def test_store_that_opens_after_the_window_was_closed_is_not_asked(pose: Any, desk_clinic: Clinic) -> None:
    window = pose("waiting")
    window.close()
    records = Counted(invented_day(desk_clinic), invented_record(desk_clinic))
    window.serve(records)
    QApplication.processEvents()
    assert errands_of(window)._under_way == {}
    assert records.asked == 0
    assert not window.visits._tick.isActive()


def test_list_that_was_wanted_again_while_the_window_closed_is_not_asked_for(pose: Any, qtbot: Any) -> None:
    window = pose("waiting")
    window.visits.refresh()
    window.visits.refresh()  # once more as soon as the first has come
    window.close()
    qtbot.waitUntil(lambda: errands_of(window)._under_way == {})
    assert window.visits.visits == ()
