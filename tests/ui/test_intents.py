"""What is tapped becomes an event of the workflow, once, and only when a finger meant it."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.notice import NoticeSeen, PurposeAnswer, notice_version, text_version
from kiosk.checkin.record import Priority
from kiosk.reader.document import Sex
from kiosk.text import Language, say
from kiosk.ui.gallery import MOMENT
from kiosk.ui.widgets.keypad import Key
from kiosk.ui.widgets.sheet import NoticeSheet
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import Wishes
from kiosk.workflow.check_in import reasons_to_go_first
from kiosk.workflow.event import (
    Agreed,
    Confirmed,
    Denied,
    NumberTyped,
    PriorityClaimed,
    PriorityWanted,
    ReprintAsked,
    ServiceChosen,
    StaffCalled,
    StartedScanning,
    StartedTyping,
    Touched,
    WentBack,
)


def told(window: PatientWindow) -> list[object]:
    events: list[object] = []
    window.intent.connect(events.append)
    return events


def button(window: PatientWindow, name: str) -> QAbstractButton:
    found = [b for b in window.findChildren(QAbstractButton) if b.isVisible() and b.accessibleName().startswith(name)]
    assert len(found) == 1, (name, [b.accessibleName() for b in found])
    return found[0]


def tap(window: PatientWindow, name: str) -> None:
    QTest.mouseClick(button(window, name), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("state", "name", "event"),
    [
        ("waiting", "Quét mã", StartedScanning()),
        ("waiting", "Nhập số", StartedTyping()),
        ("waiting", "Gọi nhân viên", StaffCalled()),
        ("scanning-code", "Quay lại", WentBack()),
        ("asking-card", "Tôi không mang thẻ", Confirmed()),
        ("asking-card", "Quay lại", WentBack()),
        ("asking-key", "Quay lại", WentBack()),
        ("found-covered", "Đúng, tiếp tục", Confirmed()),
        ("found-covered", "Không phải tôi", Denied()),
        ("found-ask-staff", "Lấy số đến quầy", Confirmed()),
        ("choosing-self-pay", "Tim mạch", ServiceChosen("tim-mach")),
        ("asking-priority", "Phụ nữ có thai", PriorityClaimed(Priority.PREGNANT)),
        ("asking-priority", "Quay lại", WentBack()),
        ("confirming", "Quay lại", WentBack()),
        ("choosing", "Quay lại", WentBack()),
        ("done-printed", "Xong", WentBack()),
        ("done-printed", "Thêm thời gian", Touched()),
        ("done-not-printed", "In lại phiếu", ReprintAsked()),
        ("failed", "Thử lại", WentBack()),
        ("assistance", "Về trang đầu", WentBack()),
        ("reading", "Gọi nhân viên", StaffCalled()),
    ],
)
def test_a_tap_tells_its_event(open_window: Any, states: Any, time: Any, state: str, name: str, event: object) -> None:
    window = open_window()
    window.show_state(states[state])
    time.passes(1)
    events = told(window)
    tap(window, name)
    assert events == [event]


def test_twelve_digits_are_told_when_confirmed_and_not_before(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    time.passes(1)
    events = told(window)
    for digit in "999048000123":
        assert not window.page.go.isEnabled()
        tap(window, digit)
        time.passes(0.2)
    tap(window, "Tiếp tục")
    numbers = [event for event in events if isinstance(event, NumberTyped)]
    assert [event.digits for event in numbers] == ["999048000123"]
    assert all(isinstance(event, Touched | NumberTyped) for event in events)


def test_digits_can_be_taken_back_and_a_thirteenth_is_dropped(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    time.passes(1)
    for name in [*"1234567890123", "Xóa một số", "9"]:
        tap(window, name)
        time.passes(0.2)
    assert window.page.digits.digits == "123456789019"
    tap(window, "Xóa hết")
    assert window.page.digits.digits == ""


def test_taps_in_a_pages_first_moment_are_not_meant_for_it(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    events = told(window)
    time.passes(0.29)
    tap(window, "Đúng, tiếp tục")
    assert events == []
    time.passes(0.02)
    tap(window, "Đúng, tiếp tục")
    assert events == [Confirmed()]


def test_a_finger_laid_before_the_page_came_does_not_press(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    events = told(window)
    target = button(window, "Đúng, tiếp tục")
    QTest.mousePress(target, Qt.MouseButton.LeftButton)
    time.passes(1)
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton)
    assert events == []


def test_a_trembling_hand_confirms_once(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    time.passes(1)
    events = told(window)
    tap(window, "Đúng, tiếp tục")
    time.passes(0.2)
    tap(window, "Đúng, tiếp tục")
    assert events == [Confirmed()]


def test_a_finger_that_slides_off_does_not_tap(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["found-covered"])
    time.passes(1)
    events = told(window)
    target = button(window, "Không phải tôi")
    QTest.mousePress(target, Qt.MouseButton.LeftButton)
    QTest.mouseMove(target, QPoint(-40, -40))
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=QPoint(-40, -40))
    assert events == []


def tiles(window: PatientWindow) -> list[str]:
    return [tile.accessibleName().split(".")[0] for tile in window.findChildren(Tile) if tile.isVisible()]


def test_more_than_six_services_are_found_by_department(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["choosing"])
    assert tiles(window) == ["Khoa Nội", "Nhi", "Sản phụ khoa", "Liên chuyên khoa"]
    time.passes(1)
    events = told(window)
    tap(window, "Khoa Nội")
    assert tiles(window) == ["Nội tổng quát", "Tim mạch", "Da liễu", "Nội tiết"]
    time.passes(1)
    tap(window, "Khoa khác")
    assert len(tiles(window)) == 4
    time.passes(1)
    tap(window, "Nhi")
    assert [event for event in events if event != Touched()] == [ServiceChosen("nhi")]


def test_services_without_departments_stand_on_further_pages(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    whole = states["choosing"]
    offers = tuple(replace(offer, service=replace(offer.service, department=None)) for offer in whole.offers)
    window.show_state(replace(whole, offers=offers))
    assert len(tiles(window)) == 6 < len(offers)
    assert not button(window, "Trước").isEnabled()
    time.passes(1)
    tap(window, "Xem thêm")
    assert len(tiles(window)) == len(offers) - 6
    time.passes(1)
    tap(window, "Trước")
    assert len(tiles(window)) == 6


def test_man_is_not_asked_whether_he_is_pregnant(open_window: Any, states: Any) -> None:
    window = open_window()
    asked = states["asking-priority"]
    window.show_state(asked)
    assert "Phụ nữ có thai" in tiles(window)
    window.show_state(states["waiting"])
    of_him = reasons_to_go_first(replace(asked.identity, sex=Sex.MALE), MOMENT.date())
    window.show_state(replace(asked, reasons=of_him))
    assert tiles(window) == ["Người khuyết tật nặng hoặc đặc biệt nặng", "Người có công với cách mạng"]


@pytest.mark.parametrize(("page", "offered"), [("confirming", False), ("confirming-self-pay", True)])
def test_going_first_is_offered_to_whom_the_birth_date_does_not_put_first(
    open_window: Any, states: Any, page: str, offered: bool
) -> None:
    window = open_window()
    window.show_state(states[page])
    names = [b.accessibleName() for b in window.findChildren(QAbstractButton) if b.isVisible()]
    assert ("Tôi thuộc diện ưu tiên" in names) is offered


def test_ticks_go_along_to_the_reasons_and_are_there_again_on_the_way_back(
    open_window: Any, states: Any, clinic: Clinic, time: Any
) -> None:
    window = open_window()
    confirming = states["confirming-self-pay"]
    window.show_state(confirming)
    time.passes(1)
    tap(window, "Cho phép")
    events = told(window)
    time.passes(1)
    tap(window, "Tôi thuộc diện ưu tiên")
    [wanted] = [event for event in events if isinstance(event, PriorityWanted)]
    [purpose] = clinic.purposes
    assert wanted.seen.answers == (PurposeAnswer("research", text_version(purpose.text.vi), given=True),)
    window.show_state(states["asking-priority"])
    window.show_state(replace(confirming, seen=wanted.seen))
    assert window.page.ticks[0].isChecked()
    window.set_language(Language.EN)
    assert not window.page.ticks[0].isChecked(), "nobody said anything to these words"


def answers(window: PatientWindow, time: Any) -> NoticeSeen:
    events = told(window)
    time.passes(1)
    tap(window, "Lấy số")
    [agreed] = [event for event in events if isinstance(event, Agreed)]
    return agreed.seen


def test_side_purposes_are_empty_boxes_and_refusing_is_an_answer(
    open_window: Any, states: Any, clinic: Clinic, time: Any
) -> None:
    window = open_window()
    window.show_state(states["confirming"])
    seen = answers(window, time)
    [purpose] = clinic.purposes
    assert seen.answers == (PurposeAnswer("research", text_version(purpose.text.vi), given=False),)
    assert (seen.version, seen.language) == (notice_version(Language.VI), Language.VI)


def test_ticked_box_is_an_answer_and_can_be_taken_back(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["confirming"])
    for given in (True, False, True):
        time.passes(1)
        tap(window, "Cho phép")
        assert window.page.ticks[0].isChecked() is given
    window.set_wishes(Wishes(large=True))
    time.passes(1)
    tap(window, "Xem tiếp")
    assert answers(window, time).answers[0].given


def test_tick_in_one_language_says_nothing_about_the_words_of_another(
    open_window: Any, states: Any, clinic: Clinic, time: Any
) -> None:
    window = open_window()
    window.show_state(states["confirming"])
    time.passes(1)
    tap(window, "Cho phép")
    window.set_language(Language.EN)
    assert not window.page.ticks[0].isChecked()
    window.page._agree()
    window.set_language(Language.VI)
    assert not answers(window, time).answers[0].given


@pytest.mark.parametrize(("state", "name"), [("waiting", "Máy đọc gì"), ("confirming", "Xem chi tiết")])
def test_whole_notice_is_read_over_the_page_and_left_again(
    open_window: Any, states: Any, time: Any, state: str, name: str
) -> None:
    window = open_window()
    window.show_state(states[state])
    page = window.page
    time.passes(1)
    tap(window, name)
    [sheet] = window.findChildren(NoticeSheet)
    read = ""
    for at in range(sheet.sheets):
        read += "".join(label.text() for label in sheet.findChildren(QLabel) if label.isVisible())
        if at + 1 < sheet.sheets:
            time.passes(1)
            tap(window, "Xem thêm")
    for paragraph in say("notice.full", Language.VI).strip().split("\n\n"):
        assert paragraph.partition(": ")[0] in read
        assert paragraph[-20:] in read
    time.passes(1)
    tap(window, "Đã xem")
    assert not any(sheet.isVisible() for sheet in window.findChildren(NoticeSheet))
    assert window.page is page


def test_notice_goes_with_its_page(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["confirming"])
    window.open_notice()
    window.show_state(states["waiting"])
    assert not any(sheet.isVisible() for sheet in window.findChildren(NoticeSheet))


def test_keys_are_quick_but_do_not_bounce(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    time.passes(1)
    key = next(key for key in window.findChildren(Key) if key.accessibleName() == "5")
    QTest.mouseClick(key, Qt.MouseButton.LeftButton)
    time.passes(0.03)
    QTest.mouseClick(key, Qt.MouseButton.LeftButton)
    time.passes(0.1)
    QTest.mouseClick(key, Qt.MouseButton.LeftButton)
    assert window.page.digits.digits == "55"


def test_the_header_switches_language_and_letters(open_window: Any, states: Any, time: Any) -> None:
    window = open_window()
    window.show_state(states["reading"])
    time.passes(1)
    tap(window, "English")
    assert window.language is Language.EN
    time.passes(1)
    tap(window, "Larger text")
    assert window.page.look.scale.text_factor > 1


def test_the_camera_is_wanted_only_where_codes_are_asked_for(open_window: Any, states: Any) -> None:
    window = open_window()
    wanted: dict[str, bool] = {}
    for name, state in states.items():
        window.camera_wanted.connect(lambda on, name=name: wanted.__setitem__(name, on))
        window.show_state(state)
        window.camera_wanted.disconnect()
    assert {name for name, on in wanted.items() if on} == {
        "scanning-code", "scanning-code-unreadable", "asking-key", "asking-key-wrong",
    }  # fmt: skip


def test_forgotten_card_is_told_of_on_the_waiting_page(open_window: Any) -> None:
    window = open_window()
    words = say("screen.waiting.card_left", Language.VI)

    def said() -> bool:
        return any(label.text() == words and label.isVisible() for label in window.findChildren(QLabel))

    window.set_card_laid(True)
    assert not said()
    window.tick()
    assert said()
    window.set_card_laid(False)
    window.tick()
    assert not said()
