"""Rows by filters, older ones by key, the chain verified with its first bad row named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from threading import Thread

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.checkin.audit.anchors import Anchor
from kiosk.checkin.audit.beginning import Beginning
from kiosk.checkin.audit.entry import _KINDS, NO_DIGEST, Act
from kiosk.checkin.audit.verify import Break, Finding
from kiosk.checkin.records.kept import Purpose
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.audit import AuditFilter, AuditListing, AuditPage, about_words, beginning_words
from kiosk.ui.desk.pages.gallery import MOMENT, Invented, audit_rows
from kiosk.ui.theme.palette import Tone

MakeSetting = Callable[..., PageSetting]
VISIT = "5a3c0ffee0ddba115eed0fa11ab1ed00"


@pytest.fixture
def source() -> Invented:
    return Invented()


@pytest.fixture
def page(qtbot: QtBot, setting: MakeSetting, source: Invented) -> AuditPage:
    made = AuditPage(setting(), source, lambda: VISIT)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.shown()
    return made


def wanted(source: Invented) -> AuditFilter:
    kind, asked = source.asked[-1]
    assert kind == "rows"
    assert isinstance(asked, AuditFilter)
    return asked


def test_officers_are_named_and_desks_keep_their_names(page: AuditPage) -> None:
    told = [page.table.item(row, 2).text() for row in range(page.table.rowCount())]  # type: ignore[union-attr]
    assert told[:2] == ["Trần Thị Mẫu", "Lê Văn Mẫu"]
    assert {"quay-2", "kiosk"} <= set(told)


def test_filters_are_asked_for_together(page: AuditPage, source: Invented) -> None:
    page.act_filter.setCurrentIndex(page.act_filter.findData("set-aside"))
    page.actor_filter.setCurrentIndex(page.actor_filter.findData("a" * 32))
    page.day_filter.setText("20/11/2026")
    QTest.keyClick(page.day_filter, Qt.Key.Key_Return)
    assert wanted(source) == AuditFilter("set-aside", "a" * 32, date(2026, 11, 20))


@pytest.mark.parametrize("typed", ["11/2026", "31/02/2026", "hôm nay"])
def test_day_that_is_none_is_told_and_not_asked_for(page: AuditPage, source: Invented, typed: str) -> None:
    before = len(source.asked)
    page.day_filter.setText(typed)
    QTest.keyClick(page.day_filter, Qt.Key.Key_Return)
    assert page.note.words.text() == page.say("no_day")
    assert len(source.asked) == before


def test_key_asks_about_the_open_record(page: AuditPage, source: Invented) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    assert wanted(source).subject == VISIT


def test_enter_asks_about_what_the_row_is_about(page: AuditPage, source: Invented) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert wanted(source).subject == audit_rows()[0].subject


def test_older_rows_follow_the_last_one(page: AuditPage, source: Invented) -> None:
    page._show(AuditListing(audit_rows() * 40, {}), older=False)
    count = page.table.rowCount()
    page.older_button.click()
    assert wanted(source).before == audit_rows()[-1].seq
    assert page.table.rowCount() == count + len(audit_rows())
    assert not page.older_button.isEnabled()


def test_whole_chain_is_told_in_numbers(page: AuditPage) -> None:
    page.verify_button.click()
    assert page.note.words.text() == page.say("right", rows="12.345", sealed="12.301", anchors=410, outside=409)
    assert page.verify_button.isEnabled()


def test_broken_chain_names_its_first_bad_row(page: AuditPage, source: Invented) -> None:
    source.findings = (Finding(Break.CHANGED, 4711), Finding(Break.ANCHOR, 4800))
    page.verify_button.click()
    assert say("audit.break.changed", Language.VI, seq=4711) in page.note.words.text()


def test_chain_that_only_anchors_contradict_is_told_with_the_act_that_accepts_it(
    page: AuditPage, source: Invented
) -> None:
    source.findings = (Finding(Break.TRUNCATED, 12),)
    source.contradicting = (Anchor(date(2026, 11, 19), 12, "ab" * 32),)
    page.verify_button.click()
    assert page.note.words.text().endswith(page.say("may_be_accepted"))
    # A line that a power cut tore holds nobody up.
    source.findings = source.besides = (Finding(Break.ANCHOR_UNREADABLE, 3),)
    page.verify_button.click()
    assert page.note.words.text().endswith(page.say("may_be_accepted"))


@pytest.mark.parametrize(
    ("lines", "besides"),
    [
        # The same break as above, but it is the database's own end that shows it: no line of the file contradicts.
        ((), (Finding(Break.TRUNCATED, 12),)),
        ((Anchor(date(2026, 11, 19), 12, "ab" * 32),), (Finding(Break.TRUNCATED, 12),)),
        ((Anchor(date(2026, 11, 19), 12, "ab" * 32),), (Finding(Break.CHANGED, 4),)),
    ],
    ids=["no line contradicts", "cut short also without the lines", "changed also without the lines"],
)
def test_what_no_beginning_explains_is_told_without_that_act(
    page: AuditPage, source: Invented, lines: tuple[Anchor, ...], besides: tuple[Finding, ...]
) -> None:
    source.findings = (*besides, Finding(Break.TRUNCATED, 12))
    source.contradicting, source.besides = lines, besides
    page.verify_button.click()
    assert say(f"audit.break.{besides[0].found.value}", Language.VI, seq=besides[0].seq) in page.note.words.text()
    assert page.say("may_be_accepted") not in page.note.words.text()


def test_progress_of_another_thread_is_shown_while_it_verifies(qtbot: QtBot, page: AuditPage) -> None:
    page._verifying = True
    thread = Thread(target=page._progress.hear, args=(2_000, 12_345))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: page.note.words.text() == page.say("verifying", done="2.000", whole="12.345"))


def test_decision_is_told_from_before_to_after() -> None:
    changed = audit_rows()[3]
    words = about_words(changed, Language.VI)
    assert "Nhân viên kiểm tra thẻ BHYT → Thẻ BHYT hợp lệ" in words
    assert changed.subject not in words


@pytest.mark.parametrize(
    ("detail", "vi", "en"),
    [
        ('{"room":"P203"}', "phòng P203", "room P203"),
        ('{"count":12345}', "12.345 mục", "12,345 entries"),
        ('{"rows":200,"first":1}', "200 dòng · từ dòng 1", "200 rows · from row 1"),
        ('{"until":"2025-12-31"}', "đến 31/12/2025", "until 31/12/2025"),
        ('{"purpose":"queue-events"}', "diễn biến hàng đợi", "queue events"),
        ('{"with_question":true}', "kèm câu hỏi đã gửi", "with the question sent"),
        ('{"with_question":false}', "", ""),
        ('{"before":"WAITING","after":"CALLED"}', "WAITING → CALLED", "WAITING → CALLED"),
    ],
)
def test_details_are_told_in_words(detail: str, vi: str, en: str) -> None:
    row = replace(audit_rows()[0], subject="", detail=detail, reason="")
    assert (about_words(row, Language.VI), about_words(row, Language.EN)) == (vi, en)


@pytest.mark.parametrize("language", Language)
def test_every_purpose_that_rows_are_removed_for_has_its_words(language: Language) -> None:
    told = {key for key in catalog(language) if key.startswith("audit.purpose.")}
    assert told == {f"audit.purpose.{purpose.value}" for purpose in Purpose}


@pytest.mark.parametrize("language", Language)
def test_every_detail_that_can_be_written_has_its_words(language: Language) -> None:
    told = {key for key in catalog(language) if key.startswith("audit.detail.")}
    assert told == {f"audit.detail.{name}" for name in _KINDS if name not in ("before", "after")}


def test_new_beginning_is_told_beside_what_is_right(page: AuditPage, source: Invented) -> None:
    begun = Beginning(
        9_001, "b" * 64, Act.BEGUN_ANEW, MOMENT.isoformat(), "a" * 32, 9_100, "c" * 64, MOMENT.date(), 9_001
    )  # fmt: skip
    verified = replace(source.verify(lambda _done, _whole: None), beginnings=(begun,), replaced=3)
    page._show_verified(verified)
    told = page.note.words.text()
    assert told.startswith(page.say("right", rows="12.345", sealed="12.301", anchors=410, outside=409))
    assert "dòng 9001" in told
    assert "do Trần Thị Mẫu ghi" in told
    assert page.say("lost", lost=100, first=9_001, last=9_100) in told
    assert say("audit.command.replaced", Language.VI, count=3) in told
    assert page.note.tone is Tone.ATTENTION


def test_accepted_beginning_says_which_rows_are_gone_at_least() -> None:
    begun = Beginning(
        8, "b" * 64, Act.BEGINNING_ACCEPTED, MOMENT.isoformat(), "a" * 32, 9, "c" * 64, MOMENT.date(), 3
    )  # fmt: skip
    assert say("staff.audit.gone", Language.VI, lost=7, first=3, last=9) in beginning_words(begun, {}, Language.VI)


def test_beginning_of_which_nothing_is_known_says_so() -> None:
    begun = Beginning(1, "b" * 64, Act.RESTORED, MOMENT.isoformat(), "desk-2", 0, NO_DIGEST, MOMENT.date(), 1)
    words = beginning_words(begun, {}, Language.EN)
    assert "noted by desk-2" in words
    assert words.endswith(say("audit.command.unknown", Language.EN).strip())
