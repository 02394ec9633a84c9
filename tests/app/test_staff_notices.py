"""A database that was put aside is told at the staff's window until an officer has confirmed that it was seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.app.auditing import audit_in
from kiosk.app.damage import unseen_put_aside
from kiosk.app.desk import clinic_of
from kiosk.app.desk_window import StaffDesk
from kiosk.app.keeping import store_of
from kiosk.app.qt import open_app
from kiosk.app.staff_notices import StaffNotices
from kiosk.app.store_care import go_on_where_damaged, put_aside_of
from kiosk.checkin.audit.entry import Act
from kiosk.fonts import find_fonts
from kiosk.settings import Settings, load_settings
from kiosk.text import Language, say
from kiosk.ui.desk.dialogs import Question
from kiosk.ui.theme.letters import load_letters

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
OFFICER = "5" * 32


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return load_settings(
        overrides=[
            "camera.name=none", "screen.mode=desk", "secrets.keystore=file", f"secrets.file={tmp_path}/secrets.json",
            f"store.url=sqlite:///{tmp_path}/kiosk.db", f"audit.anchors={tmp_path}/anchors.txt",
        ]
    )  # fmt: skip


@pytest.fixture
def damaged(settings: Settings, tmp_path: Path) -> Settings:
    """A kiosk that began a new database."""
    store_of(settings).close()
    file = tmp_path / "kiosk.db"
    file.write_bytes(bytes(file.stat().st_size))
    assert go_on_where_damaged(settings) is not None
    return settings


class Desk:
    """The staff's window and its notices; who is signed in is told."""

    def __init__(self, settings: Settings, qtbot: QtBot) -> None:
        open_app()
        self.officer, self.qtbot = "", qtbot
        self.staff = StaffDesk(settings, clinic_of(settings), load_letters(find_fonts("Inter")), training=False)
        self.window = self.staff.window
        self.notices = StaffNotices(self.window, self.staff.errands, settings, lambda: self.officer)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    @property
    def news(self) -> str:
        return self.window.view.news.words.text()

    def sign_in(self, officer: str) -> None:
        self.officer = officer
        self.notices.officer_changed()

    def answer(self, digit: Qt.Key) -> None:
        self.qtbot.waitUntil(lambda: isinstance(self.window.dialog, Question) and self.window.dialog.isActiveWindow())
        for key in (digit, Qt.Key.Key_Return):
            assert self.window.dialog is not None
            QTest.keyClick(self.window.dialog, key)
        self.qtbot.waitUntil(lambda: self.window.dialog is None)


@pytest.fixture
def desk(damaged: Settings, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(damaged, qtbot)
    yield made
    made.staff.close()
    made.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_put_aside_database_is_told_and_asked_about_until_an_officer_has_seen_it(desk: Desk, damaged: Settings) -> None:
    desk.notices.look()
    desk.qtbot.waitUntil(lambda: desk.news == say("desk.news.put_aside", Language.VI))
    put_aside = say("desk.strip.store_put_aside", Language.VI)
    assert put_aside in [light.words for light in desk.window.view.strip.lights.shown if not light.is_well]
    assert desk.window.dialog is None, "nobody is signed in who could answer for it"
    desk.sign_in(OFFICER)
    desk.answer(Qt.Key.Key_2)
    assert unseen_put_aside(damaged) is not None, "later is not seen"
    assert put_aside in [light.words for light in desk.window.view.strip.lights.shown]
    desk.sign_in("")
    desk.sign_in(OFFICER)
    desk.answer(Qt.Key.Key_1)
    desk.qtbot.waitUntil(lambda: desk.notices._aside is None)
    assert put_aside not in [light.words for light in desk.window.view.strip.lights.shown]
    assert unseen_put_aside(damaged) is None
    assert put_aside_of(damaged) is not None, "the visits are still to be brought back, the doctor goes on saying so"
    with store_of(damaged) as store:
        noted = audit_in(store, damaged).rows(happened=Act.DAMAGE_SEEN.value)
    assert [row.actor for row in noted] == [OFFICER]
    desk.sign_in("")
    desk.sign_in(OFFICER)
    assert desk.window.dialog is None


def test_enter_alone_confirms_nothing(desk: Desk, damaged: Settings) -> None:
    desk.officer = OFFICER
    desk.notices.look()
    desk.qtbot.waitUntil(lambda: isinstance(desk.window.dialog, Question))
    assert isinstance(desk.window.dialog, Question)
    desk.window.dialog.submit()
    assert desk.window.dialog.isVisible()
    assert unseen_put_aside(damaged) is not None


def test_sound_database_is_not_spoken_of(settings: Settings) -> None:
    store_of(settings).close()
    assert unseen_put_aside(settings) is None


def test_closed_desk_begins_nothing_more(desk: Desk) -> None:
    desk.staff.close()
    desk.notices.look()
    desk.sign_in(OFFICER)
    assert desk.staff.errands._under_way == {}
    assert desk.window.dialog is None
